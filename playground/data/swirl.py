"""One arm of a spiral that winds outwards from the middle."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.cloud import CloudSpec, cloud
from playground.data.contract import Data, Dataset
from playground.text import N_

DATASET = Dataset(
    title=N_("One spiral arm"), about=N_("One arm of a spiral that winds outwards from the middle."), kind="cloud", task="generate", features=("x₁", "x₂")
)


class Spec(CloudSpec):
    name: Literal["swirl"] = "swirl"
    spread: Annotated[float, Ge(0.01), Le(1), Ui(N_("Width"), N_("How far points stray from the shape, as a standard deviation."), step=0.05, more=True)] = 0.1


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """radius 0.5 + 4.5 t and angle 3 pi t, t from U(0, 1); each moved by spread * N(0, 1) each way."""
    t = rng.uniform(0, 1, spec.samples)
    radius, angle = 0.5 + 4.5 * t, 3 * np.pi * t
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return cloud(DATASET, x + spec.spread * rng.standard_normal(x.shape))
