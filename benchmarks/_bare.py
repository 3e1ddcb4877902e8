"""The bare loops: the same network, data, order, optimizer, thread count, niceness and evaluation in a plain PyTorch script.

Nothing of ours but the data and the split. Run as a process, `python -m benchmarks._bare NAME SECONDS`: prints steps per second.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks._server import default, endless, textbook
from playground.data.contract import Parts, split
from playground.experiment import Experiment
from playground.randomness import Streams, streams
from playground.registry import make


def drawn(experiment: Experiment) -> tuple[Streams, Parts]:
    """The data of an experiment, and its seeds."""
    seeds = streams(experiment.seed)
    return seeds, split(make(experiment.data, np.random.default_rng(seeds.data)), experiment.dataset, experiment.data, np.random.default_rng(seeds.split))


def loop(
    seconds: float, seed: int, model: nn.Module, optimizer: torch.optim.Optimizer, loss_of: nn.Module, data: Sequence[Tensor], batch_size: int,
    keep: Callable[[Tensor, Tensor], Any], share: Callable[[list[Any]], float], right: Callable[[Tensor, Tensor], Tensor], piece: int | None = None,
) -> None:  # fmt: skip
    """Train for so long; prints steps per second. seed: of the order. data: x, y, test x, test y. keep(out, target): what stays of a step; share(all kept of an epoch):
    the right ones among them. right: which answers are. piece: examples that are answered at once after an epoch."""
    x, y, test_x, test_y = data
    order = torch.Generator().manual_seed(seed)
    history = []
    steps, begun = 0, time.perf_counter()
    while time.perf_counter() < begun + seconds:
        losses, kept = [], []
        for batch in torch.randperm(len(x), generator=order).split(batch_size):
            optimizer.zero_grad()
            out, target = model(x[batch]), y[batch]
            loss = loss_of(out, target)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
            kept.append(keep(out.detach(), target))
            steps += 1
            if time.perf_counter() >= begun + seconds:
                break
        else:
            with torch.no_grad():  # once an epoch, as the run does
                found = model(test_x) if piece is None else torch.cat([model(part) for part in test_x.split(piece)])
                row = [torch.stack(losses).mean().item(), share(kept), loss_of(found, test_y).item(), right(found, test_y).float().mean().item()]
            history.append(row)
    print(steps / (time.perf_counter() - begun))


def classes(seconds: float, experiment: Experiment, shape: tuple[int, ...], model: Callable[[], nn.Module], rate: float, piece: int | None = None) -> None:
    """A network that answers with one of several classes: cross-entropy, Adam, batch 32. shape: of one example."""
    seeds, parts = drawn(experiment)
    x, y, test_x, test_y = (torch.from_numpy(array) for part in (parts.train, parts.test) for array in (part.x, part.y))
    torch.manual_seed(seeds.weights)
    made = model()

    def right(out: Tensor, target: Tensor) -> Tensor:
        return out.argmax(1) == target

    loop(
        seconds, seeds.order, made, torch.optim.Adam(made.parameters(), lr=rate), nn.CrossEntropyLoss(), (x.view(-1, *shape), y, test_x.view(-1, *shape), test_y), 32,
        lambda out, target: right(out, target).sum(), lambda kept: torch.stack(kept).sum().item() / len(x), right, piece,
    )  # fmt: skip


def conv(seconds: float) -> None:
    """The textbook's network on MNIST; its test pictures are answered in pieces of the same size as the run's."""

    def model() -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1600, 128), nn.ReLU(), nn.Linear(128, 10)
        )  # fmt: skip

    classes(seconds, textbook(), (1, 28, 28), model, 0.001, 184)


def dense(seconds: float) -> None:
    """Spiral 8-8-8."""
    seeds, parts = drawn(default())
    data = [torch.from_numpy(one) for part in (parts.train, parts.test) for one in (part.x, (part.y * 2.0 - 1).astype(np.float32)[:, None])]
    torch.manual_seed(seeds.weights)
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1), nn.Tanh())

    def right(out: Tensor, target: Tensor) -> Tensor:
        return (out > 0) == (target > 0)

    loop(
        seconds, seeds.order, model, torch.optim.SGD(model.parameters(), lr=0.015), nn.MSELoss(), data, 10,
        lambda out, target: (out, target), lambda kept: right(*map(torch.cat, zip(*kept, strict=True))).float().mean().item(), right,
    )  # fmt: skip


class _Reader(nn.Module):
    """Ten steps of three numbers -> three classes, as a plain script has it."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.output = nn.LSTM(3, 50, batch_first=True), nn.Linear(50, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states, _ = self.lstm(x)
        return self.output(states[:, -1])  # type: ignore[no-any-return]


def recurrent(seconds: float) -> None:
    """The textbook's LSTM on three signals."""
    classes(seconds, endless("recurrent", "lstm-50"), (10, 3), _Reader, 0.003)


if __name__ == "__main__":
    os.nice(19 - os.nice(0))
    torch.set_num_threads(1)
    {"dense": dense, "conv": conv, "recurrent": recurrent}[sys.argv[1]](float(sys.argv[2]))
