"""Six bumps, three up and three down, as TensorFlow Playground draws them: regression in two dimensions."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.data.contract import PLANE, Data, Dataset, PointsSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("Six bumps"),
    about=N_("A value at each place: three hills and three hollows in a flat land. No plane follows them; several neurons together do."),
    kind="points",
    task="regression",
    features=("x₁", "x₂"),
)
EDGE = PLANE[0][1]
CENTRES = np.array([(-4, 2.5), (0, 2.5), (4, 2.5), (-4, -2.5), (0, -2.5), (4, -2.5)])
SIGNS = np.array([1, -1, 1, -1, 1, -1])
REACH = 2.0


class Spec(PointsSpec):
    name: Literal["multigauss"] = "multigauss"


def heights(place: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) places -> (n, 1): each bump is a cone of height 1 and radius 2; they do not overlap, so that their sum is the strongest of them."""
    distance = np.linalg.norm(place[:, None] - CENTRES, axis=2)  # (n, 6)
    height: NDArray[np.float64] = np.maximum(0, 1 - distance / REACH) @ SIGNS
    return height[:, None]


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Points U(-6, 6). Noise moves no point: the value is that of the place noise * U(-6, 6) away."""
    x = rng.uniform(-EDGE, EDGE, (spec.samples, 2))
    y = heights(x + spec.noise * rng.uniform(-EDGE, EDGE, x.shape))
    return Data(x.astype(np.float32), y.astype(np.float32), "regression", DATASET.classes, DATASET.features, PLANE)
