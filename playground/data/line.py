"""A straight line with noise: y = 3x + 2, the textbook case of regression."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import CurveSpec, Data, Dataset
from playground.text import N_

DATASET = Dataset(
    title=N_("Line"),
    about=N_("Points along y = 3x + 2, with noise. One weight and one bias are enough: they should come out as about 3 and 2."),
    kind="curve",
    task="regression",
    features=("x",),
)
SLOPE, INTERCEPT = 3.0, 2.0


class Spec(CurveSpec):
    name: Literal["line"] = "line"


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """x from U(-1, 1); y = 3x + 2 + noise * N(0, 1)."""
    x = rng.uniform(-1, 1, (spec.samples, 1))
    y = SLOPE * x + INTERCEPT + spec.noise * rng.standard_normal(x.shape)
    return Data(x.astype(np.float32), y.astype(np.float32), "regression", DATASET.classes, DATASET.features, None)
