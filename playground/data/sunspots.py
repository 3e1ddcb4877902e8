"""The yearly number of sunspots, 1700 to 2008."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import Data, Dataset
from playground.data.series import SeriesSpec, described, shipped, windows
from playground.text import N_

COUNT = 309  # values of the series


class Spec(SeriesSpec):
    name: Literal["sunspots"] = "sunspots"
    length: Annotated[
        int, Ge(2), Le(100), Ui(N_("Window"), N_("How many values the network reads before it foretells the next one."), unit=N_("steps"), step=1)
    ] = 22


ABOUT = Dataset(
    title=N_("Sunspots"),
    about=N_("The spots on the sun, year by year since 1700: they come and go in about eleven years, never quite the same."),
    kind="sequences",
    task="regression",
    features=(),
    standardized=True,
)


def describe(spec: Spec) -> Dataset:
    return described(ABOUT, spec, COUNT)


DATASET = describe(Spec())


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The series as it ships; nothing is drawn by chance."""
    return windows(describe(spec), spec, shipped("sunspots", N_("sunspots")))
