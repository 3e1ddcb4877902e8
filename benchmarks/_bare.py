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


def duel(
    seconds: float,
    seed: int,
    generator: nn.Sequential,
    discriminator: nn.Sequential,
    rate: float,
    x: Tensor,
    noise: int,
    batch_size: int,
    judge: Callable[[], Any],
) -> None:
    """Train a generator and a discriminator for so long with the non-saturating loss and Adam (beta 0.5); prints steps per second. judge: what is measured after an epoch."""
    rules = [torch.optim.Adam(network.parameters(), lr=rate, betas=(0.5, 0.999)) for network in (discriminator, generator)]
    loss_of = nn.BCEWithLogitsLoss()
    order = torch.Generator().manual_seed(seed)
    history = []
    steps, begun = 0, time.perf_counter()
    while time.perf_counter() < begun + seconds:
        losses = []
        for batch in torch.randperm(len(x), generator=order).split(batch_size):
            real = x[batch]
            ones, zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)
            rules[0].zero_grad()
            critic = loss_of(discriminator(real), ones) + loss_of(discriminator(generator(torch.randn(len(real), noise)).detach()), zeros)
            critic.backward()
            rules[0].step()
            rules[1].zero_grad()
            forger = loss_of(discriminator(generator(torch.randn(len(real), noise))), ones)
            forger.backward()
            rules[1].step()
            losses.append(torch.stack([critic.detach(), forger.detach()]))
            steps += 1
            if time.perf_counter() >= begun + seconds:
                break
        else:
            for network in (generator, discriminator):
                network.eval()
            with torch.no_grad():
                history.append([*torch.stack(losses).mean(0).tolist(), judge()])
            for network in (generator, discriminator):
                network.train()
    print(steps / (time.perf_counter() - begun))


def gan(seconds: float) -> None:
    """Eight clumps of points; after each epoch 500 made-up points are counted on a grid and by clump."""
    seeds, parts = drawn(endless("gan", "eight-gaussians"))
    torch.manual_seed(seeds.weights)
    generator = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))
    discriminator = nn.Sequential(nn.Linear(2, 64), nn.LeakyReLU(), nn.Linear(64, 64), nn.LeakyReLU(), nn.Linear(64, 1))
    fixed, modes = torch.randn(500, 2), parts.data.modes
    assert modes is not None

    def cells(points: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        return np.histogram2d(*points.T, bins=30, range=[[-1, 1], [-1, 1]])[0] / len(points)

    real = cells(parts.train.x / 6)

    def judge() -> tuple[float, int]:
        points = generator(fixed).numpy()
        made = cells(points)
        middle = (real + made) / 2
        js = sum(float((one[one > 0] * np.log(one[one > 0] / middle[one > 0])).sum()) / 2 for one in (real, made))
        return js, int(np.bincount(np.linalg.norm(points[:, None] - modes.centres[None] / 6, axis=2).argmin(1), minlength=8).max())

    duel(seconds, seeds.order, generator, discriminator, 0.001, torch.from_numpy(parts.train.x) / 6, 2, 128, judge)


def dcgan(seconds: float) -> None:
    """The small DCGAN on MNIST; after each epoch a classifier looks at 1,000 made-up pictures, and how its features are spread is compared with held-out ones."""
    seeds, parts = drawn(endless("gan", "dcgan-fast"))
    torch.manual_seed(seeds.weights)
    generator = nn.Sequential(
        nn.Linear(64, 3136), nn.Unflatten(1, (64, 7, 7)), nn.BatchNorm2d(64), nn.ReLU(), nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.BatchNorm2d(32), nn.ReLU(), nn.ConvTranspose2d(32, 1, 4, 2, 1), nn.Tanh()
    )  # fmt: skip
    discriminator = nn.Sequential(nn.Conv2d(1, 32, 4, 2, 1), nn.LeakyReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.LeakyReLU(), nn.Flatten(), nn.Linear(3136, 1))
    classifier = nn.Sequential(nn.Conv2d(1, 16, 5, 2, 2), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(1568, 64), nn.ReLU())
    fixed = torch.randn(1000, 64)

    def features(pictures: Tensor) -> np.ndarray:  # type: ignore[type-arg]
        return torch.cat([classifier(part) for part in pictures.split(250)]).double().numpy()

    with torch.no_grad():
        held = features(torch.from_numpy(parts.test.x[:1000]).view(-1, 1, 28, 28))
    other = np.cov(held, rowvar=False)

    def judge() -> float:
        own = features(torch.cat([generator(part) for part in fixed.split(250)]))
        covariance = np.cov(own, rowvar=False)
        values, vectors = np.linalg.eigh(covariance)
        root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
        middle = np.sqrt(np.linalg.eigvalsh(root @ other @ root).clip(0)).sum()
        return float(np.square(own.mean(0) - held.mean(0)).sum() + np.trace(covariance) + np.trace(other) - 2 * middle)

    duel(seconds, seeds.order, generator, discriminator, 0.001, torch.from_numpy(parts.train.x).view(-1, 1, 28, 28) * 2 - 1, 64, 64, judge)


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
    {"dense": dense, "conv": conv, "recurrent": recurrent, "gan": gan, "dcgan": dcgan, "autoencoder": autoencoder}[sys.argv[1]](float(sys.argv[2]))
