"""Two round clouds, as TensorFlow Playground draws them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import NUMBERED, PLANE, Data, Dataset, PointsSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("Two clouds"),
    about=N_("One cloud for each class. The easiest of the drawn shapes: one straight line is enough."),
    kind="points",
    task="binary",
    features=("x₁", "x₂"),
    classes=NUMBERED[:2],
)


class Spec(PointsSpec):
    name: Literal["gauss"] = "gauss"


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Normal around (2, 2) for class 1 and (-2, -2) for class 0; the variance grows from 0.5 without noise to 4 at noise 0.5."""
    y = np.repeat([1, 0], [(spec.samples + 1) // 2, spec.samples // 2])
    variance = 0.5 + 7 * spec.noise
    x = np.where(y[:, None] == 1, 2.0, -2.0) + np.sqrt(variance) * rng.standard_normal((spec.samples, 2))
    return Data(x.astype(np.float32), y.astype(np.int64), "binary", DATASET.classes, DATASET.features, PLANE)
