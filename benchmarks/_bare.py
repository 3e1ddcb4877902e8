"""The bare loops: the same network, data, order, optimizer, thread count, niceness and evaluation in a plain PyTorch script.

Nothing of ours but the data and the split. Run as a process, `python -m benchmarks._bare NAME SECONDS`: prints steps per second.
"""

from __future__ import annotations

import os
import sys
import time

import numpy as np
import torch
from torch import nn

from benchmarks._server import default, endless, textbook
from playground.data.contract import Parts, split
from playground.experiment import Experiment
from playground.randomness import Streams, streams
from playground.registry import make


def drawn(experiment: Experiment) -> tuple[Streams, Parts]:
    """The data of an experiment, and its seeds."""
    seeds = streams(experiment.seed)
    return seeds, split(make(experiment.data, np.random.default_rng(seeds.data)), experiment.dataset, experiment.data, np.random.default_rng(seeds.split))


def conv(seconds: float) -> None:
    """The textbook's network on MNIST, Adam, batch 32."""
    seeds, parts = drawn(textbook())
    x, y, test_x, test_y = (torch.from_numpy(array) for part in (parts.train, parts.test) for array in (part.x, part.y))
    x, test_x = x.view(-1, 1, 28, 28), test_x.view(-1, 1, 28, 28)
    torch.manual_seed(seeds.weights)
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1600, 128), nn.ReLU(), nn.Linear(128, 10)
    )  # fmt: skip
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    loss_of = nn.CrossEntropyLoss()
    order = torch.Generator().manual_seed(seeds.order)
    history = []
    steps, begun = 0, time.perf_counter()
    while time.perf_counter() < begun + seconds:
        losses, right = [], []
        for batch in torch.randperm(len(x), generator=order).split(32):
            optimizer.zero_grad()
            out, target = model(x[batch]), y[batch]
            loss = loss_of(out, target)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
            right.append((out.detach().argmax(1) == target).sum())
            steps += 1
            if time.perf_counter() >= begun + seconds:
                break
        else:
            with torch.no_grad():  # once an epoch, as the run does, and in pieces of the same size
                found = torch.cat([model(part) for part in test_x.split(184)])
                row = [torch.stack(losses).mean().item(), torch.stack(right).sum().item() / len(x)]
                row += [loss_of(found, test_y).item(), (found.argmax(1) == test_y).float().mean().item()]
            history.append(row)
    print(steps / (time.perf_counter() - begun))


def dense(seconds: float) -> None:
    """Spiral 8-8-8."""
    seeds, parts = drawn(default())
    x, y = torch.from_numpy(parts.train.x), torch.from_numpy(parts.train.y * 2.0 - 1).float().unsqueeze(1)
    test_x, test_y = torch.from_numpy(parts.test.x), torch.from_numpy(parts.test.y * 2.0 - 1).float().unsqueeze(1)
    torch.manual_seed(seeds.weights)
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 1), nn.Tanh())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.015)
    loss_of = nn.MSELoss()
    order = torch.Generator().manual_seed(seeds.order)
    history = []
    steps, begun = 0, time.perf_counter()
    while time.perf_counter() < begun + seconds:
        losses, outputs, targets = [], [], []
        for batch in torch.randperm(len(x), generator=order).split(10):
            optimizer.zero_grad()
            out, target = model(x[batch]), y[batch]
            loss = loss_of(out, target)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
            outputs.append(out.detach())
            targets.append(target)
            steps += 1
        with torch.no_grad():  # once an epoch, as the run does
            found = model(test_x)
            row = [torch.stack(losses).mean().item(), loss_of(found, test_y).item()]
            row += [((torch.cat(outputs) > 0) == (torch.cat(targets) > 0)).float().mean().item(), ((found > 0) == (test_y > 0)).float().mean().item()]
        history.append(row)
    print(steps / (time.perf_counter() - begun))


class _Reader(nn.Module):
    """Ten steps of three numbers -> three classes, as a plain script has it."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.output = nn.LSTM(3, 50, batch_first=True), nn.Linear(50, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        states, _ = self.lstm(x)
        return self.output(states[:, -1])  # type: ignore[no-any-return]


def recurrent(seconds: float) -> None:
    """The textbook's LSTM on three signals, Adam, batch 32."""
    seeds, parts = drawn(endless("recurrent", "lstm-50"))
    x, y, test_x, test_y = (torch.from_numpy(array) for part in (parts.train, parts.test) for array in (part.x, part.y))
    x, test_x = x.view(-1, 10, 3), test_x.view(-1, 10, 3)
    torch.manual_seed(seeds.weights)
    model = _Reader()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    loss_of = nn.CrossEntropyLoss()
    order = torch.Generator().manual_seed(seeds.order)
    history = []
    steps, begun = 0, time.perf_counter()
    while time.perf_counter() < begun + seconds:
        losses, right = [], []
        for batch in torch.randperm(len(x), generator=order).split(32):
            optimizer.zero_grad()
            out, target = model(x[batch]), y[batch]
            loss = loss_of(out, target)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
            right.append((out.detach().argmax(1) == target).sum())
            steps += 1
        with torch.no_grad():  # once an epoch, as the run does
            found = model(test_x)
            row = [torch.stack(losses).mean().item(), torch.stack(right).sum().item() / len(x)]
            row += [loss_of(found, test_y).item(), (found.argmax(1) == test_y).float().mean().item()]
        history.append(row)
    print(steps / (time.perf_counter() - begun))


def autoencoder(seconds: float) -> None:
    """The variational autoencoder with two latent numbers on MNIST, Adam, batch 64."""
    seeds, parts = drawn(endless("autoencoder", "vae-2"))
    x, test_x = torch.from_numpy(parts.train.x), torch.from_numpy(parts.test.x)
    torch.manual_seed(seeds.weights)
    encoder = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 4))
    decoder = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 784))
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=0.003)
    order = torch.Generator().manual_seed(seeds.order)

    def lost(given: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        mean, spread = encoder(given).chunk(2, 1)
        code = mean + torch.exp(0.5 * spread) * torch.randn_like(mean)
        error = nn.functional.binary_cross_entropy_with_logits(decoder(code), given, reduction="sum") / len(given)
        apart = -0.5 * (1 + spread - mean.pow(2) - spread.exp()).sum() / len(given)
        return error + apart, error, apart

    history = []
    steps, begun = 0, time.perf_counter()
    while time.perf_counter() < begun + seconds:
        losses = []
        for batch in torch.randperm(len(x), generator=order).split(64):
            optimizer.zero_grad()
            loss, error, apart = lost(x[batch])
            loss.backward()
            optimizer.step()
            losses.append(torch.stack([loss.detach(), error.detach(), apart.detach()]))
            steps += 1
            if time.perf_counter() >= begun + seconds:
                break
        else:
            with torch.no_grad():  # once an epoch, as the run does
                history.append([*torch.stack(losses).mean(0).tolist(), *(float(one) for one in lost(test_x))])
    print(steps / (time.perf_counter() - begun))


if __name__ == "__main__":
    os.nice(19 - os.nice(0))
    torch.set_num_threads(1)
    {"dense": dense, "conv": conv, "recurrent": recurrent, "autoencoder": autoencoder}[sys.argv[1]](float(sys.argv[2]))
