"""A thin ring: no beginning, no end."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.cloud import CloudSpec, cloud
from playground.data.contract import Data, Dataset
from playground.text import N_

DATASET = Dataset(title=N_("A ring"), about=N_("A thin ring: no beginning, no end."), kind="cloud", task="generate", features=("x₁", "x₂"))


class Spec(CloudSpec):
    name: Literal["ring"] = "ring"
    spread: Annotated[float, Ge(0.01), Le(1), Ui(N_("Width"), N_("How far points stray from the shape, as a standard deviation."), step=0.05, more=True)] = 0.1


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """2 pi u round a circle of radius 4; each moved by spread * N(0, 1) each way."""
    angle = rng.uniform(0, 2 * np.pi, spec.samples)
    x = 4 * np.stack([np.cos(angle), np.sin(angle)], 1)
    return cloud(DATASET, x + spec.spread * rng.standard_normal(x.shape))
