"""Two spirals wound into each other, as TensorFlow Playground draws them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import NUMBERED, PLANE, Data, Dataset, PointsSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("Spiral"),
    about=N_("Two arms wound into each other. The hardest of the drawn shapes: it needs several layers."),
    kind="points",
    task="binary",
    features=("x₁", "x₂"),
    classes=NUMBERED[:2],
)


class Spec(PointsSpec):
    name: Literal["spiral"] = "spiral"


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Point i of n a arm: radius 5 i / n, angle 1.75 * 2 pi i / n, the second arm half a turn on; then moved by noise U(-1, 1)."""
    arms, labels = [], []
    for label, turn in ((1, 0.0), (0, np.pi)):
        n = (spec.samples + label) // 2
        i = np.arange(n) / n
        angle = 1.75 * 2 * np.pi * i + turn
        arm = 5 * i[:, None] * np.stack([np.sin(angle), np.cos(angle)], 1)  # (n, 2)
        arms.append(arm + spec.noise * rng.uniform(-1, 1, (n, 2)))
        labels.append(np.full(n, label))
    return Data(np.concatenate(arms).astype(np.float32), np.concatenate(labels), "binary", DATASET.classes, DATASET.features, PLANE)
