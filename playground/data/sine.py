"""A sum of sine waves with noise, to be foretold: the plainest series there is."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import Data, Dataset, Series
from playground.data.series import SeriesSpec, Window, about, described, windows
from playground.text import N_

PERIODS = (20.0, 11.0, 47.0)  # steps of each wave, in the order in which they are added
HEIGHTS = (1.0, 0.6, 0.8)


class Spec(SeriesSpec):
    """samples: values of the series. waves: how many are added up. noise: deviation of what is added to each value."""

    name: Literal["sine"] = "sine"
    samples: Annotated[int, Ge(200), Le(2000), Ui(N_("Values"), N_("How many values the series has in all."), step=50)] = 500
    waves: Annotated[int, Ge(1), Le(3), Ui(N_("Waves"), N_("How many sine waves are added up: of 20, 11 and 47 steps."), step=1)] = 2
    noise: Annotated[
        float, Ge(0), Le(1), Ui(N_("Noise"), N_("The standard deviation of what is added to each value by chance. No network can foretell it."), step=0.05)
    ] = 0.1
    length: Window = 20


ABOUT = about(N_("Sine waves"), N_("One to three waves added up, with noise: what comes next follows from what came before."))


def describe(spec: Spec) -> Dataset:
    return described(ABOUT, spec, spec.samples)


DATASET = describe(Spec())


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """x_t = sum of h_k sin(2 pi t / T_k + p_k) + noise N(0, 1), with T = 20, 11, 47 steps, h = 1, 0.6, 0.8 and phases p from U(0, 2 pi)."""
    at = np.arange(spec.samples)
    values = spec.noise * rng.standard_normal(spec.samples)
    for period, height, phase in list(zip(PERIODS, HEIGHTS, rng.uniform(0, 2 * np.pi, len(PERIODS)), strict=True))[: spec.waves]:
        values = values + height * np.sin(2 * np.pi * at / period + phase)
    return windows(describe(spec), spec, Series(values, at.astype(np.float64) + 1))
