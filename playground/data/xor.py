"""Exclusive or: opposite quarters of the plane belong together, as TensorFlow Playground draws them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import NUMBERED, PLANE, Data, Dataset, PointsSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("XOR"),
    about=N_("Opposite quarters belong together. One neuron cannot learn it: the puzzle that stopped the first networks."),
    kind="points",
    task="binary",
    features=("x₁", "x₂"),
    classes=NUMBERED[:2],
)
PADDING = 0.3  # half the width of the empty cross between the quarters


class Spec(PointsSpec):
    name: Literal["xor"] = "xor"


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Points U(-5, 5), pushed 0.3 away from both axes. Noise moves no point: the label is that of the place noise * U(-5, 5) away."""
    x = rng.uniform(-5, 5, (spec.samples, 2))
    x += np.where(x > 0, PADDING, -PADDING)
    moved = x + spec.noise * rng.uniform(-5, 5, x.shape)
    y = (moved[:, 0] * moved[:, 1] >= 0).astype(np.int64)
    return Data(x.astype(np.float32), y, "binary", DATASET.classes, DATASET.features, PLANE)
