"""Clumps of points in rows and columns."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.cloud import CloudSpec, cloud
from playground.data.contract import Data, Dataset, Modes
from playground.text import N_

REACH = 4.0
DATASET = Dataset(title=N_("Grid"), about=N_("Clumps in rows and columns: many places to find."), kind="cloud", task="generate", features=("x₁", "x₂"))


class Spec(CloudSpec):
    name: Literal["lattice"] = "lattice"
    side: Annotated[int, Ge(2), Le(5), Ui(N_("Rows"), N_("How many rows of clumps there are, and as many columns."), step=1)] = 3
    spread: Annotated[float, Ge(0.05), Le(1), Ui(N_("Width"), N_("The standard deviation of each clump."), step=0.05, more=True)] = 0.2


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Point i is of clump i mod k^2; the clumps stand evenly from -4 to 4 each way; moved by spread * N(0, 1) each way."""
    line = np.linspace(-REACH, REACH, spec.side)
    centres = np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)
    x = centres[np.arange(spec.samples) % len(centres)] + spec.spread * rng.standard_normal((spec.samples, 2))
    return cloud(DATASET, x, Modes(centres.astype(np.float32), spec.spread))
