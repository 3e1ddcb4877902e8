"""Points along a straight line, a little to either side of it."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.cloud import CloudSpec, cloud
from playground.data.contract import Data, Dataset
from playground.text import N_

DATASET = Dataset(
    title=N_("A line of points"), about=N_("Points along a straight line, a little to either side of it."), kind="cloud", task="generate", features=("x₁", "x₂")
)


class Spec(CloudSpec):
    name: Literal["segment"] = "segment"
    spread: Annotated[float, Ge(0.01), Le(1), Ui(N_("Width"), N_("How far points stray from the shape, as a standard deviation."), step=0.05, more=True)] = 0.1


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """t (3, 2), t from U(-1.4, 1.4); each moved by spread * N(0, 1) each way."""
    t = rng.uniform(-1.4, 1.4, (spec.samples, 1))
    x = t * np.array([3.0, 2.0])
    return cloud(DATASET, x + spec.spread * rng.standard_normal(x.shape))
