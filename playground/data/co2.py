"""Carbon dioxide in the air at Mauna Loa, month by month, 1958 to 2001."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import Data, Dataset
from playground.data.series import Learned, SeriesSpec, Window, about, described, shipped, windows
from playground.text import N_

COUNT = 526  # values of the series


class Spec(SeriesSpec):
    name: Literal["co2"] = "co2"
    length: Window = 12
    prepared: Learned = "changes"


ABOUT = about(N_("CO₂"), N_("Carbon dioxide in the air above Hawaii, month by month from 1958 to 2001: it rises, and breathes with the seasons."))


def describe(spec: Spec) -> Dataset:
    return described(ABOUT, spec, COUNT)


DATASET = describe(Spec())


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The series as it ships; nothing is drawn by chance."""
    return windows(describe(spec), spec, shipped("co2", N_("ppm")))
