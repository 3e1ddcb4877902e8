"""The supervised learner: one training step on one mini-batch, whole or phase by phase."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from playground import choices
from playground.training import optimizers, schedules
from playground.training.due import MOST_SEEN, SEEN
from playground.training.losses import PAIRS, Objective, Sums
from playground.training.optimizers import Rule
from playground.training.variation import Variation

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


class Answered(NamedTuple):
    """A whole part as the network answered it after `step` steps, which were `epoch` epochs. outputs: (n, outputs); hidden: what its last layer was given for some of the
    examples, (k, units), or (k, steps, units) where several are answered, and seen: (k,) which; None where it has no single last layer."""

    step: int
    epoch: float
    outputs: Tensor
    hidden: Tensor | None
    seen: Tensor | None


class Learner:
    """Takes steps of gradient descent on a model.

    steps: taken so far. turns: epochs begun. batch: examples in a mini-batch. batch_loss: the loss of the last mini-batch, a scalar tensor; None before the
    first step. Each epoch is shuffled by `order`; its last mini-batch may be short. A batch size that covers all examples needs no order.
    A model whose `stops` are several steps in time is gone through forward and backward step by step: that many phases each. vary: makes of a mini-batch's pictures what the network is shown of them; None for all other examples, which are shown as they are. chunk: examples that are answered at once where a
    whole part is asked about, which bounds the memory that takes.
    """

    def __init__(
        self, model: nn.Module, objective: Objective, training: choices.Training, train: Examples, order: torch.Generator, chunk: int = MOST_PENDING
    ) -> None:
        self.model, self.objective, self.chunk = model, objective, chunk
        self.vary: Variation | None = None
        self.rules = {name: optimizers.build(*updated) for name, updated in self._updated(training).items()}  # that of `training.optimizer` first
        self.steps = 0
        self.batch_loss: Tensor | None = None
        self._train, self._order = train, order
        self.turns = 0  # epochs begun
        self._share = 0.0  # of this epoch, done when the present mini-batches were cut
        self._place = 0  # the next mini-batch, or the one under way; at their end, a new order is drawn
        self._rest: Tensor | None = None  # the order of the examples that the present mini-batches are cut from; None where one batch holds all
        self.batch = 0
        self._xs: tuple[Tensor, ...] = ()
        self._ys: tuple[Tensor, ...] = ()
        self._outputs: list[Tensor] = []
        self._targets: list[Tensor] = []
        self._sums: Sums = np.zeros(PAIRS)
        self.configure(training)

    def configure(self, training: choices.Training, model: choices.Spec | None = None) -> None:
        """Train like this from the next step on. model: the model's part of the experiment, for learners that take settings from it. Another kind of optimizer starts without memory; another batch size cuts the rest of the epoch anew."""
        self.training = training
        for name, (parameters, spec) in self._updated(training).items():
            if type(spec) is not type(self.rules[name].spec):
                self.rules[name] = optimizers.build(parameters, spec)
            rule = self.rules[name]
            rule.spec, rule.learning_rate = spec, spec.learning_rate
            rule.l1, rule.l2, rule.clip = training.l1, training.l2, training.clip
        self._scheduled = not isinstance(training.schedule, choices.Constant)
        self._set_batch(self._unseen())
        self._set_rate()

    def _updated(self, training: choices.Training) -> Mapping[str, tuple[Iterable[nn.Parameter], choices.Optimizer]]:
        """Which parameters are updated by which optimizer, by a name; "" is the only one of a network that learns from answers."""
        return {"": (self.model.parameters(), training.optimizer)}

    @property  # the rule of `training.optimizer`
    def optimizer(self) -> Rule:
        return next(iter(self.rules.values()))

    @property
    def chance(self) -> dict[str, float]:
        """Metric -> what an answer that does not look would reach on the training part."""
        return dict(zip(("loss", self.objective.score), self.objective.chance(self._train.y), strict=True))

    def replace(self, train: Examples, places: Sequence[int]) -> None:
        """Learn from other examples from the next step on. places: for each of them its place among the present ones, -1 for one that is new.

        Those that this epoch has not come to yet stay in their order, without the ones taken away; new ones come at its end.
        """
        rest, was = self._unseen(), torch.tensor(places)
        if len(rest):
            now = torch.full((len(self._train.x),), -1)
            kept = was >= 0
            now[was[kept]] = torch.arange(len(was))[kept]
            rest = torch.cat([now[rest][now[rest] >= 0], torch.arange(len(was))[~kept]])
        self._train = train
        self._set_batch(rest, cut=True)
        self._set_rate()

    def _set_batch(self, rest: Tensor, cut: bool = False) -> None:
        """Follow the batch size and the number of examples; where they changed, the rest of the epoch under way is cut anew."""
        count, before, done = len(self._train.x), self.batch, self._done
        self.batch = count if self.training.optimizer.name == "gradient_descent" else min(self.training.batch_size, count)
        outputs = (1 if self._train.y.is_floating_point() else int(self._train.y.max()) + 1) * self._train.y[0].numel()
        self._fold_every = max(1, MOST_PENDING // (self.batch * outputs))
        if cut or self.batch != before:
            self._cut(rest, done)

    @property
    def epoch_steps(self) -> int:
        """Mini-batches in a whole epoch."""
        return -(-len(self._train.x) // self.batch)

    @property
    def left(self) -> int:
        """Mini-batches to the end of the epoch under way; 0 between epochs."""
        return len(self._xs) - self._place

    @property
    def epoch(self) -> float:
        """Epochs taken so far, with the share of the one under way. Never falls, and is whole at an epoch's end."""
        return self.turns - 1 + self._done if self.left else float(self.turns)

    @property
    def _done(self) -> float:
        """The share of the epoch under way that is done. Examples that come or go change only how much each of those to come stands for."""
        if not self._place or self._rest is None:  # one batch that holds all is done with its step
            return self._share
        return self._share + (1 - self._share) * self._place * self.batch / len(self._rest)

    def step(self) -> None:
        """One mini-batch, all phases at once."""
        x, y = self._sample()
        outputs = self.model(x)
        loss = self.objective.loss(outputs, y)
        self.optimizer.forget_gradients()
        loss.backward()  # type: ignore[no-untyped-call]
        self._update(outputs, y, loss)

    def phases(self) -> Iterator[Phase]:
        """The same step, paused after each phase with the real tensors at hand. To be run to its end before the next step.

        Where a sequence is gone through in time, forward and backward come once for each of the model's `stops`, with the same tensors: their index tells how far it has come.

        Tensors, all detached: sample x, y, and their numbers in the training part. forward: what every module answers, by its name. loss: loss, output, y.
        backward: the gradient of every parameter by its name, and "delta.NAME", the loss's gradient with respect to what module NAME answered. update: each
        parameter before, by its name, "after.NAME", what the optimizer remembered of it before, "KIND.NAME", and the learning_rate of this update.
        """
        x, y = self._sample()
        yield Phase("sample", "", 0, {"x": x, "y": y, "numbers": self._drawn()})
        with listening(self.model) as answers:
            outputs = self.model(x)
        forward = {name: answer.detach() for name, answer in answers.items()}
        stops = len(getattr(self.model, "stops", (0,)))
        for index in range(stops):
            yield Phase("forward", "", index, forward)
        loss = self.objective.loss(outputs, y)
        yield Phase("loss", "", 0, {"loss": loss.detach(), "output": outputs.detach(), "y": y})
        self.optimizer.forget_gradients()
        loss.backward()  # type: ignore[no-untyped-call]
        gradients = {name: p.grad.clone() for name, p in self.model.named_parameters() if p.grad is not None}
        backward = gradients | {f"delta.{name}": answer.grad for name, answer in answers.items() if answer.grad is not None}
        for index in range(stops):
            yield Phase("backward", "", index, backward)
        before = {name: p.detach().clone() for name, p in self.model.named_parameters()}
        for kind, kept in self.optimizer.memory.items():
            before |= {f"{kind}.{name}": tensor.clone() for (name, _), tensor in zip(self.model.named_parameters(), kept, strict=True)}
        before["learning_rate"] = torch.tensor(self.optimizer.learning_rate, dtype=torch.float64)
        self._update(outputs, y, loss)
        yield Phase("update", "", 0, before | {f"after.{name}": p.detach().clone() for name, p in self.model.named_parameters()})

    def _update(self, outputs: Tensor, y: Tensor, loss: Tensor) -> None:
        self.optimizer.step()
        self.steps += 1
        self._place += 1
        if self._scheduled:
            self._set_rate()
        self._keep(outputs, y, loss)

    def _set_rate(self) -> None:
        """The learning rate of the next update, by the schedule."""
        share = schedules.factor(self.training.schedule, self.epoch, self.training.epochs) if self._scheduled else 1.0
        for rule in self.rules.values():
            rule.learning_rate = rule.spec.learning_rate * share

    def _sample(self) -> tuple[Tensor, Tensor]:
        """The next mini-batch: x (batch, features) and its targets. It counts as taken after its update."""
        if self._place == len(self._xs):
            self.turns += 1
            count = len(self._train.x)
            if self.batch < count:
                self._cut(torch.randperm(count, generator=self._order), 0.0)
            else:
                self._xs, self._ys, self._rest, self._share, self._place = (self._train.x,), (self._train.y,), None, 0.0, 0
        x = self._xs[self._place]
        return x if self.vary is None else self.vary(x), self._ys[self._place]

    def _drawn(self) -> Tensor:
        """Which training examples the present mini-batch holds: their numbers, (batch,) int64."""
        order = torch.arange(len(self._train.x)) if self._rest is None else self._rest
        return order[self._place * self.batch : (self._place + 1) * self.batch]

    def _unseen(self) -> Tensor:
        """The examples that this epoch has not come to yet, in their order. Asked between two steps: there is a rest only where an order was drawn."""
        if not self.left or self._rest is None:
            return torch.empty(0, dtype=torch.int64)
        return self._rest[self._place * self.batch :]

    def _cut(self, rest: Tensor, share: float) -> None:
        """Cut the rest of an epoch, of which a share is done, into mini-batches; where nothing is left, the epoch is done."""
        self._place, self._share, self._rest, self._xs, self._ys = 0, share, None, (), ()
        if len(rest):
            there = rest.to(self._train.x.device)
            self._rest = rest
            self._xs = torch.split(self._train.x[there], self.batch)
            self._ys = torch.split(self._train.y[there], self.batch)

    def _keep(self, outputs: Tensor, y: Tensor, loss: Tensor) -> None:
        """Keep what a row needs. Summed up only when a row is due: reading numbers out of each step is slow."""
        self.batch_loss = loss
        self._outputs.append(outputs.detach())
        self._targets.append(y)
        if self.steps % self._fold_every == 0:
            self._fold()

    def _fold(self) -> None:
        if self._outputs:
            with torch.no_grad():
                several = len(self._outputs) > 1
                outputs, targets = (torch.cat(kept) if several else kept[0] for kept in (self._outputs, self._targets))
                self._sums = self._sums + self.objective.sums(outputs, targets)
            self._outputs, self._targets = [], []

    def take_sums(self) -> Sums:
        """The sums of every example since last taken, as the network answered it in its step."""
        self._fold()
        taken, self._sums = self._sums, np.zeros(PAIRS)
        return taken

    def answer(self, part: Examples) -> Answered:
        """The network's answers to a whole part, as it is now; of at most 400 examples, evenly picked, with what its last layer was given. Changes nothing."""
        given: list[Tensor] = []
        head = getattr(self.model, "output", None)
        if not isinstance(head, nn.Linear):
            with answering(self.model):
                return Answered(self.steps, self.epoch, _joined([self.model(x) for x in torch.split(part.x, self.chunk)]), None, None)
        answers = max(1, part.y[:1].numel())  # of an example
        seen = _spread(len(part.x), min(SEEN, max(1, MOST_SEEN // (head.in_features * answers))))
        hook = head.register_forward_pre_hook(lambda module, inputs: given.append(inputs[0]))
        outputs, hidden = [], []
        try:
            with answering(self.model):
                for start in range(0, max(1, len(part.x)), self.chunk):
                    outputs.append(self.model(part.x[start : start + self.chunk]))
                    here = seen[(seen >= start) & (seen < start + self.chunk)] - start
                    hidden.append(given.pop()[here.to(part.x.device)])
        finally:
            hook.remove()
        return Answered(self.steps, self.epoch, _joined(outputs), _joined(hidden), seen)

    def evaluate(self, part: Examples) -> Sums:
        """The sums of a part, as it is answered now."""
        return self.objective.sums(self.answer(part).outputs, part.y)

    def measure(self, parts: Mapping[str, Examples], answered: dict[str, Answered], in_steps: bool) -> dict[str, float | None]:
        """What a row tells: loss and score of each part as it is answered now, of the training part as in its steps since the last row where `in_steps`. `answered` keeps the answers."""
        found: dict[str, float | None] = {}
        for part, examples in parts.items():
            if len(examples.x):
                if part == "train" and in_steps:
                    sums = self.take_sums()
                else:
                    answered[part] = self.answer(examples)
                    sums = self.objective.sums(answered[part].outputs, examples.y)
                found[f"{part}_loss"], found[f"{part}_{self.objective.score}"] = self.objective.metrics(sums)
        return found

    def state(self) -> tuple[dict[str, Tensor], dict[str, float]]:
        """Everything a step depends on, or leaves, besides `training` and the examples: tensors and numbers. Between two steps only."""
        tensors = {f"model.{name}": tensor for name, tensor in self.model.state_dict().items()}
        for of, rule in self.rules.items():
            tensors |= {f"optimizer{of}.{name}.{i}": tensor for name, kept in rule.memory.items() for i, tensor in enumerate(kept)}
        tensors |= {"order": self._order.get_state(), "sums": torch.from_numpy(self._sums)}
        if self.left and self._rest is not None:
            tensors["rest"] = self._rest
        if self._outputs:
            tensors |= {"outputs": torch.cat(self._outputs), "targets": torch.cat(self._targets)}
        if self.batch_loss is not None:
            tensors["batch_loss"] = self.batch_loss.detach()
        place, share = (self._place, self._share) if self.left else (0, 0.0)
        return tensors, {"steps": self.steps, "turns": self.turns, "place": place, "share": share} | {
            f"optimizer{of}_steps": rule.steps for of, rule in self.rules.items()
        }

    def restore(self, tensors: Mapping[str, Tensor], numbers: Mapping[str, float]) -> None:
        """Go on from a `state`, with the same `training` and examples. LookupError, RuntimeError or ValueError where it is not one of this learner."""
        self.model.load_state_dict({name.removeprefix("model."): t for name, t in tensors.items() if name.startswith("model.")})
        for of, rule in self.rules.items():
            for name, kept in rule.memory.items():
                for i, tensor in enumerate(kept):
                    tensor.copy_(tensors[f"optimizer{of}.{name}.{i}"])
            rule.steps = int(numbers[f"optimizer{of}_steps"])
        self.steps, self.turns = int(numbers["steps"]), int(numbers["turns"])
        self._cut(tensors.get("rest", torch.empty(0, dtype=torch.int64)), float(numbers["share"]))
        self._place = int(numbers["place"])
        if not 0 <= self._place <= len(self._xs):
            raise ValueError("place outside the epoch")
        self._order.set_state(tensors["order"])
        device = self._train.x.device
        self._outputs = [tensors["outputs"].to(device)] if "outputs" in tensors else []
        self._targets = [tensors["targets"].to(device)] if "targets" in tensors else []
        self._sums = tensors["sums"].numpy().copy()
        self.batch_loss = tensors.get("batch_loss")
        self._set_rate()


def _spread(n: int, most: int) -> Tensor:
    """At most `most` of n numbers, evenly spread from the first to the last."""
    return torch.arange(n) if n <= most else torch.linspace(0, n - 1, most, dtype=torch.float64).round().long()


def _joined(pieces: Sequence[Tensor]) -> Tensor:
    return pieces[0] if len(pieces) == 1 else torch.cat(tuple(pieces))


@contextmanager
def listening(model: nn.Module) -> Iterator[dict[str, Tensor]]:
    """What every innermost module answers while the model is asked, by its name; each keeps its gradient when the loss goes backward."""
    heard: dict[str, Tensor] = {}

    def listen(name: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def hear(module: nn.Module, given: tuple[Tensor, ...], answer: Tensor) -> None:
            heard[name] = answer
            if answer.requires_grad:
                answer.retain_grad()

        return hear

    hooks = [module.register_forward_hook(listen(name)) for name, module in model.named_modules() if name and not list(module.children())]
    try:
        yield heard
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def looking(model: nn.Module) -> Iterator[None]:
    """Let others ask a model without changing anything: as `answering`, and torch's own chance put back as it was."""
    with torch.random.fork_rng(devices=[]), answering(model):
        yield


@contextmanager
def answering(model: nn.Module) -> Iterator[None]:
    """A model as it is used, not trained: eval mode, no gradients. Nothing in it draws chance then."""
    modules = [vars(module) for module in model.modules() if module.training]
    for module in modules:  # as model.eval() does, which takes 0.2 ms: long for a row or a frame
        module["training"] = False
    try:
        with torch.no_grad():
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
