"""Passengers of airlines, month by month, 1949 to 1960: the best known series of all."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import Data, Dataset
from playground.data.series import Learned, SeriesSpec, Window, about, described, shipped, windows
from playground.text import N_

COUNT = 144  # values of the series


class Spec(SeriesSpec):
    name: Literal["airline"] = "airline"
    length: Window = 12
    prepared: Learned = "growth"


ABOUT = about(N_("Airline passengers"), N_("Passengers of international airlines, month by month from 1949 to 1960: more each year, most in summer."))


def describe(spec: Spec) -> Dataset:
    return described(ABOUT, spec, COUNT)


DATASET = describe(Spec())


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The series as it ships; nothing is drawn by chance."""
    return windows(describe(spec), spec, shipped("airline", N_("thousand passengers")))
