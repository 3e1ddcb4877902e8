"""A disc inside a ring, as TensorFlow Playground draws them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import NUMBERED, PLANE, Data, Dataset, PointsSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("Circle"),
    about=N_("A disc inside a ring. No straight line parts them; a few lines bent together do."),
    kind="points",
    task="binary",
    features=("x₁", "x₂"),
    classes=NUMBERED[:2],
)
RADIUS = 5.0


class Spec(PointsSpec):
    name: Literal["circle"] = "circle"


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Class 1 at radius U(0, 2.5), class 0 at U(3.5, 5). Noise moves no point: the label is that of the place noise * U(-5, 5) away."""
    ones = (spec.samples + 1) // 2
    radius = np.concatenate([rng.uniform(0, 0.5 * RADIUS, ones), rng.uniform(0.7 * RADIUS, RADIUS, spec.samples - ones)])
    angle = rng.uniform(0, 2 * np.pi, spec.samples)
    x = radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], 1)  # (samples, 2)
    moved = x + spec.noise * rng.uniform(-RADIUS, RADIUS, x.shape)
    y = (np.hypot(moved[:, 0], moved[:, 1]) < 0.5 * RADIUS).astype(np.int64)
    return Data(x.astype(np.float32), y, "binary", DATASET.classes, DATASET.features, PLANE)
