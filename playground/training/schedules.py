"""How the learning rate changes over a run: the share of it that holds at a moment."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from playground import choices

WARM, START, END = 0.3, 25.0, 1e4  # one cycle: share of the run that goes up; how much lower it starts, and ends below that start


def _step(spec: choices.StepDecay, epoch: float, epochs: int) -> float:
    return float(spec.factor ** math.floor(epoch / spec.every))


def _exponential(spec: choices.Exponential, epoch: float, epochs: int) -> float:
    return float(spec.rate**epoch)


def _cosine(spec: choices.Cosine, epoch: float, epochs: int) -> float:
    return (1 + math.cos(math.pi * min(1.0, epoch / epochs))) / 2


def _one_cycle(spec: choices.OneCycle, epoch: float, epochs: int) -> float:
    done = min(1.0, epoch / epochs)
    if done < WARM:
        return _between(1 / START, 1.0, done / WARM)
    return _between(1.0, 1 / START / END, (done - WARM) / (1 - WARM))


def _between(start: float, end: float, share: float) -> float:
    """From start to end along half a cosine wave."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


SCHEDULES: Mapping[type[choices.Schedule], Callable[[Any, float, int], float]] = MappingProxyType({
    choices.Constant: lambda spec, epoch, epochs: 1.0,
    choices.StepDecay: _step,
    choices.Exponential: _exponential,
    choices.Cosine: _cosine,
    choices.OneCycle: _one_cycle,
})  # fmt: skip


def factor(spec: choices.Schedule, epoch: float, epochs: int) -> float:
    """What the learning rate is multiplied with after `epoch` (in parts) of `epochs` epochs.

    Step: factor^floor(epoch / every). Exponential: rate^epoch. Cosine: Loshchilov and Hutter (2017), formula 5, without restarts.
    One cycle: Smith and Topin (2018), both legs half cosines, as torch's OneCycleLR with its defaults.
    """
    return SCHEDULES[type(spec)](spec, epoch, epochs)
