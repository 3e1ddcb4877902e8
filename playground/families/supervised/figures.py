"""Curves and answers of any network that learns from answers; what goes on inside it is drawn by inside_figures.py. Pure; no torch, no colours but tokens, no words but texts to be translated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from playground.charts import outcomes
from playground.charts.curves import by_part
from playground.charts.tokens import say
from playground.text import N_

Arrays = Mapping[str, Any]
Figure = dict[str, Any]


def loss(found: Arrays) -> Figure:
    return by_part(found, say(N_("loss")), {"rangemode": "tozero"}, log=True)


def accuracy(found: Arrays) -> Figure:
    return by_part(found, say(N_("accuracy")), {"range": [0, 1.02], "tickformat": ".0%"})


def r2(found: Arrays) -> Figure:
    return by_part(found, say("R²"), {"range": [_floor(found), 1.02]})


def _floor(found: Arrays) -> float:
    """Where the axis of R2 starts: at -1, or at 0.1 below 0 where no curve goes lower. An early R2 of -50 would flatten the rest."""
    lowest = min((float(np.nanmin(y)) for _, y in found["curves"].values() if np.isfinite(y).any()), default=0.0)
    return max(-1.0, min(-0.1, lowest))


def confusion(found: Arrays) -> Figure:
    return outcomes.confusion(found["counts"], found["classes"], found["epoch"])


def predictions(found: Arrays) -> Figure:
    return outcomes.predictions(found["true"], found["answered"], found["scores"])
