"""The yearly number of sunspots, 1700 to 2008."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import Data, Dataset
from playground.data.series import SeriesSpec, Window, about, described, shipped, windows
from playground.text import N_

COUNT = 309  # values of the series


class Spec(SeriesSpec):
    name: Literal["sunspots"] = "sunspots"
    length: Window = 22


ABOUT = about(N_("Sunspots"), N_("The spots on the sun, year by year since 1700: they come and go in about eleven years, never quite the same."))


def describe(spec: Spec) -> Dataset:
    return described(ABOUT, spec, COUNT)


DATASET = describe(Spec())


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The series as it ships; nothing is drawn by chance."""
    return windows(describe(spec), spec, shipped("sunspots", N_("sunspots")))
