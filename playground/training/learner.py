"""The supervised learner: one training step on one mini-batch, whole or phase by phase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from playground.training.losses import PAIRS, Objective, Sums
from playground.training.optimizers import Rule

if TYPE_CHECKING:
    from playground.data.contract import Split

PHASES = ("sample", "forward", "loss", "backward", "update")
MOST_PENDING = 200_000  # numbers of outputs kept before they are summed up


class Phase(NamedTuple):
    """A moment within a step. part: of the network, where there are several. index: how often this phase came in this step before."""

    name: str
    part: str
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody asks of a phase
    tensors: Mapping[str, Tensor]


class Examples(NamedTuple):
    """One part of the data on its device: x (n, features) float32, y as the objective's target makes it."""

    x: Tensor
    y: Tensor


class Learner:
    """Takes steps of gradient descent on a model.

    steps: taken so far. batch_loss: the loss of the last mini-batch, a scalar tensor; None before the first step. Each epoch is
    shuffled by `order`; its last mini-batch may be short. A batch size that covers all examples needs no order.
    """

    def __init__(self, model: nn.Module, objective: Objective, optimizer: Rule, train: Examples, batch_size: int, order: torch.Generator) -> None:
        self.model, self.objective, self.optimizer = model, objective, optimizer
        self.steps = 0
        self.batch_loss: Tensor | None = None
        self._train, self._batch, self._order = train, batch_size, order
        self.epoch_steps = -(-len(train.x) // batch_size)
        self._place = self.epoch_steps  # the next mini-batch of the epoch; at its end, a new order is drawn
        self._permutation: Tensor | None = None
        self._xs: tuple[Tensor, ...] = (train.x,)
        self._ys: tuple[Tensor, ...] = (train.y,)
        self._outputs: list[Tensor] = []
        self._targets: list[Tensor] = []
        self._sums: Sums = np.zeros(PAIRS)
        outputs = train.y.shape[1] if train.y.dim() > 1 else int(train.y.max()) + 1
        self._fold_every = max(1, MOST_PENDING // (min(batch_size, len(train.x)) * outputs))

    def step(self) -> None:
        """One mini-batch, all phases at once."""
        x, y = self._sample()
        outputs = self.model(x)
        loss = self.objective.loss(outputs, y)
        self.optimizer.forget_gradients()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self._taken(outputs, y, loss)

    def phases(self) -> Iterator[Phase]:
        """The same step, paused after each phase with the real tensors at hand. To be run to its end before the next step."""
        x, y = self._sample()
        yield Phase("sample", "", 0, {"x": x, "y": y})
        outputs = self.model(x)
        yield Phase("forward", "", 0, {"output": outputs.detach()})
        loss = self.objective.loss(outputs, y)
        yield Phase("loss", "", 0, {"loss": loss.detach()})
        self.optimizer.forget_gradients()
        loss.backward()  # type: ignore[no-untyped-call]
        yield Phase("backward", "", 0, {name: p.grad for name, p in self.model.named_parameters() if p.grad is not None})
        self.optimizer.step()
        self._taken(outputs, y, loss)
        yield Phase("update", "", 0, {name: p.detach() for name, p in self.model.named_parameters()})

    def _sample(self) -> tuple[Tensor, Tensor]:
        """The next mini-batch: x (batch, features) and its targets."""
        if self._place == self.epoch_steps:
            self._place = 0
            if self.epoch_steps > 1:
                self._shuffle(torch.randperm(len(self._train.x), generator=self._order))
        place = self._place
        self._place = place + 1
        return self._xs[place], self._ys[place]

    def _shuffle(self, permutation: Tensor) -> None:
        self._permutation = permutation
        there = permutation.to(self._train.x.device)
        self._xs = torch.split(self._train.x[there], self._batch)
        self._ys = torch.split(self._train.y[there], self._batch)

    def _taken(self, outputs: Tensor, y: Tensor, loss: Tensor) -> None:
        """Count the step and keep what a row needs. Summed up only when a row is due: reading numbers out of each step is slow."""
        self.steps += 1
        self.batch_loss = loss
        self._outputs.append(outputs.detach())
        self._targets.append(y)
        if self.steps % self._fold_every == 0:
            self._fold()

    def _fold(self) -> None:
        if self._outputs:
            with torch.no_grad():
                self._sums = self._sums + self.objective.sums(torch.cat(self._outputs), torch.cat(self._targets))
            self._outputs, self._targets = [], []

    def take_sums(self) -> Sums:
        """The sums of every example since last taken, as the network answered it in its step."""
        self._fold()
        taken, self._sums = self._sums, np.zeros(PAIRS)
        return taken

    def evaluate(self, part: Examples) -> Sums:
        """The sums of a part, as the network answers it now. Changes nothing."""
        with looking(self.model):
            return self.objective.sums(self.model(part.x), part.y)

    def state(self) -> tuple[dict[str, Tensor], dict[str, float]]:
        """Everything a step depends on, or leaves: tensors and numbers."""
        tensors = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
        tensors |= {f"optimizer.{name}.{i}": tensor for name, kept in self.optimizer.memory.items() for i, tensor in enumerate(kept)}
        tensors |= {"order": self._order.get_state(), "sums": torch.from_numpy(self._sums)}
        if self._permutation is not None:
            tensors["permutation"] = self._permutation
        if self._outputs:
            tensors |= {"outputs": torch.cat(self._outputs), "targets": torch.cat(self._targets)}
        if self.batch_loss is not None:
            tensors["batch_loss"] = self.batch_loss.detach()
        return tensors, {
            "steps": self.steps,
            "place": self._place,
            "learning_rate": self.optimizer.learning_rate,
            "optimizer_steps": self.optimizer.steps,
        }

    def restore(self, tensors: Mapping[str, Tensor], numbers: Mapping[str, float]) -> None:
        """Go on from a `state`. KeyError, RuntimeError or ValueError where it is not one of this learner."""
        self.model.load_state_dict({name.removeprefix("model."): t for name, t in tensors.items() if name.startswith("model.")})
        for name, kept in self.optimizer.memory.items():
            for i, tensor in enumerate(kept):
                tensor.copy_(tensors[f"optimizer.{name}.{i}"])
        self.steps, self._place = int(numbers["steps"]), int(numbers["place"])
        self.optimizer.learning_rate, self.optimizer.steps = float(numbers["learning_rate"]), int(numbers["optimizer_steps"])
        if not 0 <= self._place <= self.epoch_steps:
            raise ValueError("place outside the epoch")
        if "permutation" in tensors:
            self._shuffle(tensors["permutation"])
        self._order.set_state(tensors["order"])
        device = self._train.x.device
        self._outputs = [tensors["outputs"].to(device)] if "outputs" in tensors else []
        self._targets = [tensors["targets"].to(device)] if "targets" in tensors else []
        self._sums = tensors["sums"].numpy().copy()
        self.batch_loss = tensors.get("batch_loss")


@contextmanager
def looking(model: nn.Module) -> Iterator[None]:
    """Ask a model without changing anything: eval mode, no gradients, and chance put back as it was."""
    modules = [vars(module) for module in model.modules() if module.training]
    for module in modules:  # as model.eval() does, which takes 0.2 ms: long for a row or a frame
        module["training"] = False
    try:
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            yield
    finally:
        for module in modules:
            module["training"] = True


def generator(seed: int) -> torch.Generator:
    """A stream of chance of its own. Always on the CPU, so that every device draws the same."""
    return torch.Generator().manual_seed(seed)


def on_device(part: Split, objective: Objective, device: str) -> Examples:
    """One part of the data as tensors on a device, with the targets that the objective compares with."""
    return Examples(torch.from_numpy(part.x).to(device), objective.target(torch.from_numpy(part.y)).to(device))
