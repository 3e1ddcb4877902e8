"""A tilted plane to be followed, as TensorFlow Playground draws it: regression in two dimensions."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import PLANE, Data, Dataset, PointsSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("Tilted plane"),
    about=N_("A value at each place, rising evenly from one corner to the other. One neuron that only adds up is enough."),
    kind="points",
    task="regression",
    features=("x₁", "x₂"),
)
EDGE = PLANE[0][1]


class Spec(PointsSpec):
    name: Literal["plane"] = "plane"


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Points U(-6, 6); value (x₁ + x₂) / 10. Noise moves no point: the value is that of the place noise * U(-6, 6) away."""
    x = rng.uniform(-EDGE, EDGE, (spec.samples, 2))
    moved = x + spec.noise * rng.uniform(-EDGE, EDGE, x.shape)
    y = moved.sum(1, keepdims=True) / 10
    return Data(x.astype(np.float32), y.astype(np.float32), "regression", DATASET.classes, DATASET.features, PLANE)
