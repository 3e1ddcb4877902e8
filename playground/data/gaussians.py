"""One to eight round clumps of points on a circle: what a generator is to make up, and may leave parts of out."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.cloud import CloudSpec, cloud
from playground.data.contract import Data, Dataset, Modes
from playground.text import N_

RADIUS = 4.0
DATASET = Dataset(
    title=N_("Gaussians"),
    about=N_("One to eight round clumps on a circle. Does the generator find them all, or only some?"),
    kind="cloud",
    task="generate",
    features=("x₁", "x₂"),
)


class Spec(CloudSpec):
    name: Literal["gaussians"] = "gaussians"
    modes: Annotated[int, Ge(1), Le(8), Ui(N_("Clumps"), N_("How many clumps there are, evenly round a circle; a single one is in the middle."), step=1)] = 8
    spread: Annotated[float, Ge(0.05), Le(1), Ui(N_("Width"), N_("The standard deviation of each clump; the circle has radius 4."), step=0.05, more=True)] = 0.2


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Point i is of clump i mod k, at 4 (cos 2 pi j / k, sin 2 pi j / k) for clump j, moved by spread * N(0, 1) each way."""
    angle = 2 * np.pi * np.arange(spec.modes) / spec.modes
    centres = (RADIUS if spec.modes > 1 else 0.0) * np.stack([np.cos(angle), np.sin(angle)], 1)
    x = centres[np.arange(spec.samples) % spec.modes] + spec.spread * rng.standard_normal((spec.samples, 2))
    return cloud(DATASET, x, Modes(centres.astype(np.float32), spec.spread))
