"""How good made-up pictures are: a small classifier of the real ones looks at them. How its features are spread tells how far they are from real ones, its classes tell what is made up and what left out."""

from __future__ import annotations

import contextlib
import hashlib
import platform
from collections.abc import Mapping
from math import ceil, prod
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.choices import Adam
from playground.data import kept
from playground.text import Refusal
from playground.training import checkpoints, optimizers
from playground.training.layers import Image, initialize
from playground.training.learner import Examples, answering, generator

if TYPE_CHECKING:
    from playground.families.gan.model import Rivals

Doubles = NDArray[np.float64]

FEATURES = 64
SEEN, BATCH, RATE = 12_000, 64, 0.003  # pictures that the classifier is shown in all
SEED = 1
COUNT = 1000  # pictures that are compared, at most
COARSE = 16  # sides below this are not halved at once
CHUNK = 250  # pictures that are made up or looked at at once


class Classifier(nn.Module):
    """Pictures (n, columns) -> (features (n, 64), answers before softmax (n, classes))."""

    def __init__(self, shape: tuple[int, ...], classes: int) -> None:
        super().__init__()
        stride = 1 if shape[1] < COARSE else 2
        sides = [ceil(ceil(side / stride) / 2) for side in shape[1:]]
        self.seen = nn.Sequential(
            Image(shape), nn.Conv2d(shape[0], 16, 5, stride, 2), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(), nn.Flatten(), nn.Linear(32 * prod(sides), FEATURES), nn.ReLU()
        )  # fmt: skip
        self.output = nn.Linear(FEATURES, classes)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        features = self.seen(x)
        return features, self.output(features)


class Examiner:
    """Judges a generator of pictures by the data's own classes. The classifier learns from the training part when it is first asked, always in the same way, once on a server.

    shares: (classes,) of what was made up when last asked; None before. floor: the distance of real training pictures from the held-out ones, which none can be expected to go below.
    """

    def __init__(self, shape: tuple[int, ...], classes: int) -> None:
        self._shape, self.classes = shape, classes
        self._classifier: Classifier | None = None
        self._held: tuple[Doubles, Doubles] = (np.zeros(FEATURES), np.zeros((FEATURES, FEATURES)))
        self.shares: Doubles | None = None
        self.floor = 0.0

    def __call__(self, model: Rivals, parts: Mapping[str, Examples]) -> dict[str, float | None]:
        """frechet, rarest, largest: the Fréchet distance of what is made of the fixed noises from held-out real pictures; the shares of the rarest and of the commonest class. None where it is no number."""
        with answering(model):
            made = torch.cat([model.generator(noise) for noise in torch.split(model.fixed[:COUNT], CHUNK)])
        if not torch.isfinite(made).all():
            self.shares = None
            return dict.fromkeys(("frechet", "rarest", "largest"))
        features, named = self.look(made, parts)
        self.shares = np.bincount(named, minlength=self.classes) / len(named)
        return {"frechet": frechet(spread(features), self._held), "rarest": float(self.shares.min()), "largest": float(self.shares.max())}

    def look(self, pictures: Tensor, parts: Mapping[str, Examples]) -> tuple[Doubles, NDArray[np.int64]]:
        """(features (n, 64), class numbers (n,)) of pictures (n, columns)."""
        if self._classifier is None:
            self._classifier = classifier(parts["train"], self._shape, self.classes)
            self._held = spread(self._seen(parts["test"].x[:COUNT])[0])
            self.floor = frechet(spread(self._seen(parts["train"].x[:COUNT])[0]), self._held)
        return self._seen(pictures)

    def _seen(self, pictures: Tensor) -> tuple[Doubles, NDArray[np.int64]]:
        assert self._classifier is not None
        with torch.no_grad():
            found = [self._classifier(some) for some in torch.split(pictures, CHUNK)]
        features, answers = (torch.cat(one) for one in zip(*found, strict=True))
        return features.double().cpu().numpy(), answers.argmax(1).cpu().numpy()


def classifier(train: Examples, shape: tuple[int, ...], classes: int) -> Classifier:
    """What `learned` makes of the training part; from the disk where another run has learned from the same."""
    found = Classifier(shape, classes).to(train.x.device)
    name = f"{_told_apart(train, shape, classes)}.safetensors"
    if raw := kept.recall(name):
        with contextlib.suppress(Refusal, RuntimeError):  # damaged
            found.load_state_dict(checkpoints.read(raw)[0])
            return found
    learned(found, train)
    kept.keep(name, checkpoints.dump(found.state_dict(), {}))
    return found


def _told_apart(train: Examples, *about: object) -> str:
    """A digest of all that decides what is learned, the processor too: the same seed gives the same numbers on one kind alone."""
    where = (torch.__version__, platform.machine(), torch.backends.cpu.get_cpu_capability(), train.x.device.type)
    told = hashlib.sha256(repr((*about, FEATURES, SEEN, BATCH, RATE, SEED, *where)).encode())
    for tensor in train:
        told.update(tensor.cpu().contiguous().numpy().data)
    return told.hexdigest()[:32]


@torch.enable_grad()
def learned(model: nn.Module, train: Examples) -> None:
    """Learn to tell pictures (n, columns) into classes (n,): cross-entropy, Adam, mini-batches of 64, 12,000 pictures in all."""
    x, y = train
    chance = generator(SEED)
    model.cpu()  # where the chance is
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            initialize(module, "he", chance)
    model.to(x.device)
    rule = optimizers.build(model.parameters(), Adam(learning_rate=RATE))
    for _ in range(max(1, round(SEEN / len(x)))):
        for some in torch.split(torch.randperm(len(x), generator=chance), BATCH):
            rule.forget_gradients()
            nn.functional.cross_entropy(model(x[some])[1], y[some]).backward()  # type: ignore[no-untyped-call]
            rule.step()


def spread(features: Doubles) -> tuple[Doubles, Doubles]:
    """(mean (k,), covariance (k, k)) of features (n, k)."""
    return features.mean(0), np.cov(features, rowvar=False)


def frechet(a: tuple[Doubles, Doubles], b: tuple[Doubles, Doubles]) -> float:
    """|m - n|^2 + tr(A + B - 2 (A B)^(1/2)): the Fréchet distance of two normal distributions, squared (Dowson and Landau, 1982; Heusel and others, 2017, who took the features of Inception)."""
    root = _root(a[1])
    middle = np.linalg.eigvalsh(root @ b[1] @ root)
    return float(np.square(a[0] - b[0]).sum() + np.trace(a[1]) + np.trace(b[1]) - 2 * np.sqrt(middle.clip(0)).sum())


def _root(matrix: Doubles) -> Doubles:
    values, vectors = np.linalg.eigh(matrix)
    found: Doubles = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    return found
