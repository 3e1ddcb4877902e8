"""The inside and the outside of a heart."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.data.contract import NUMBERED, PLANE, STRAY, Data, Dataset, PointsSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("Heart"),
    about=N_("Inside or outside of a heart: a round border with one notch and one point, which take more lines than the rest."),
    kind="points",
    task="binary",
    features=("x₁", "x₂"),
    classes=NUMBERED[:2],
)
EDGE, SIZE, GAP = 5.0, 3.5, 0.05  # GAP: the share of its size by which either class keeps off the curve


class Spec(PointsSpec):
    name: Literal["heart"] = "heart"


def inside(place: NDArray[np.float64], size: float) -> NDArray[np.bool_]:
    """(n, 2) places -> (n,): within the heart curve (x² + y² - 1)³ = x² y³ drawn `size` times as large (Beutel's heart in two dimensions)."""
    x, y = (place / size).T
    within: NDArray[np.bool_] = (x**2 + y**2 - 1) ** 3 < x**2 * y**3
    return within


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Half of the points within a heart 0.95 * 3.5 large, class 1, half of them out of one 1.05 * 3.5 large, both U(-5, 5); moved by noise * U(-2, 2)."""
    parts, labels = [], []
    for label, size in ((1, SIZE * (1 - GAP)), (0, SIZE * (1 + GAP))):
        count = (spec.samples + label) // 2
        found = np.empty((0, 2))
        while len(found) < count:  # two or three rounds: the heart covers 45 % of the square
            tried = rng.uniform(-EDGE, EDGE, (2 * count, 2))
            found = np.concatenate([found, tried[inside(tried, size) == bool(label)]])
        parts.append(found[:count])
        labels.append(np.full(count, label))
    x = np.concatenate(parts)
    x += spec.noise * rng.uniform(-STRAY, STRAY, x.shape)
    return Data(x.astype(np.float32), np.concatenate(labels), "binary", DATASET.classes, DATASET.features, PLANE)
