"""A straight line with noise: y = 3x + 2, the textbook case of regression."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
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
FALL = 8.0  # how far below the line an outlier lies


class Spec(CurveSpec):
    name: Literal["line"] = "line"
    outliers: Annotated[int, Ge(0), Le(10), Ui(N_("Outliers"), N_("How many of the rightmost points were written down wrongly: they lie far below the line."), step=1, more=True)] = 0  # fmt: skip


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """x from U(-1, 1); y = 3x + 2 + noise * N(0, 1); the rightmost points, as many as there are to be outliers, 8 lower."""
    x = rng.uniform(-1, 1, (spec.samples, 1))
    y = SLOPE * x + INTERCEPT + spec.noise * rng.standard_normal(x.shape)
    if spec.outliers:
        y[np.argsort(x[:, 0])[-spec.outliers :]] -= FALL
    return Data(x.astype(np.float32), y.astype(np.float32), "regression", DATASET.classes, DATASET.features, None)
