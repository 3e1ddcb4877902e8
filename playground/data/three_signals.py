"""Three noisy sensors hear the same signal one after another: which one heard it first?"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import Data, Dataset, DataSpec, Deviation, Sequence, TrainFraction, steps
from playground.text import N_

LENGTH, LAG = 10, 1  # steps; steps by which the others come later
SEQUENCE = Sequence(LENGTH, channels=3)
SENSORS = (N_("sensor 1"), N_("sensor 2"), N_("sensor 3"))
DATASET = Dataset(
    title=N_("Three signals"),
    about=N_("Ten steps of three noisy sensors. One hears a signal first, the other two a step later: which one leads?"),
    kind="sequences",
    task="classes",
    features=steps(SEQUENCE, SENSORS),
    classes=SENSORS,
    sequence=SEQUENCE,
    standardized=True,
)


class Spec(DataSpec):
    """samples: sequences. noise: deviation of what is added to each number, where the signal has deviation 1."""

    name: Literal["three_signals"] = "three_signals"
    samples: Annotated[
        int, Ge(100), Le(5000), Ui(N_("Sequences"), N_("How many sequences are drawn in all: those for learning and those for testing."), step=100)
    ] = 1000
    train_fraction: TrainFraction = 0.8
    noise: Deviation = 0.3


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The signal is s_t = 0.5 s_{t-1} + sqrt(0.75) N(0, 1), of deviation 1; the leader shows s_t, the others s_{t-1}, each with its own noise."""
    kicks = rng.standard_normal((spec.samples, LENGTH + LAG))
    signal = np.empty_like(kicks)
    signal[:, 0] = kicks[:, 0]
    for t in range(1, kicks.shape[1]):
        signal[:, t] = 0.5 * signal[:, t - 1] + np.sqrt(0.75) * kicks[:, t]
    leader = rng.integers(0, 3, spec.samples)
    first = np.arange(3) == leader[:, None]
    x = np.where(first[:, None], signal[:, LAG:, None], signal[:, :LENGTH, None])
    x = x + spec.noise * rng.standard_normal(x.shape)
    return Data(x.reshape(spec.samples, -1).astype(np.float32), leader.astype(np.int64), "classes", SENSORS, DATASET.features, None)
