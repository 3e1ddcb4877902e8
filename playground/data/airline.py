"""Passengers of airlines, month by month, 1949 to 1960: the best known series of all."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import Data, Dataset
from playground.data.series import Prepared, SeriesSpec, described, shipped, windows
from playground.text import N_

COUNT = 144  # values of the series


class Spec(SeriesSpec):
    name: Literal["airline"] = "airline"
    length: Annotated[
        int, Ge(2), Le(100), Ui(N_("Window"), N_("How many values the network reads before it foretells the next one."), unit=N_("steps"), step=1)
    ] = 12
    prepared: Annotated[Prepared, Ui(N_("It learns"), N_("What of the series the network is shown: the values, their changes, or their growth."))] = "growth"


ABOUT = Dataset(
    title=N_("Airline passengers"),
    about=N_("Passengers of international airlines, month by month from 1949 to 1960: more each year, most in summer."),
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
    return windows(describe(spec), spec, shipped("airline", N_("thousand passengers")))
