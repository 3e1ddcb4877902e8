"""Two numbers of many are marked: what is their sum? (Hochreiter and Schmidhuber, 1997)"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import Data, Dataset, DataSpec, Sequence, TrainFraction, steps
from playground.text import N_

CHANNELS = (N_("number"), N_("mark"))


class Spec(DataSpec):
    """samples: sequences. length: numbers in each."""

    name: Literal["adding"] = "adding"
    samples: Annotated[int, Ge(200), Le(5000), Ui(N_("Sequences"), N_("How many sequences are drawn in all: those for learning and those for testing."), step=100)] = 2000  # fmt: skip
    train_fraction: TrainFraction = 0.8
    length: Annotated[int, Ge(4), Le(100), Ui(N_("Length"), N_("How many numbers each sequence has. The longer, the longer must the first marked one be remembered."), unit=N_("steps"), step=2)] = 20  # fmt: skip


ABOUT = Dataset(
    title=N_("Adding"),
    about=N_("Many numbers, two of them marked: the answer is the sum of these two. All others have to be forgotten."),
    kind="sequences",
    task="regression",
    features=(),
)


def describe(spec: Spec) -> Dataset:
    sequence = Sequence(spec.length, channels=2)
    return replace(ABOUT, sequence=sequence, features=steps(sequence, CHANNELS))


DATASET = describe(Spec())


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Numbers from U(0, 1); one of the first half and one of the second is marked by 1, the others by 0; the answer is the sum of the two. Guessing 1 has a mean squared error of 1/6."""
    numbers = rng.uniform(0, 1, (spec.samples, spec.length))
    half = spec.length // 2
    marks = np.zeros_like(numbers)
    rows = np.arange(spec.samples)
    marks[rows, rng.integers(0, half, spec.samples)] = 1
    marks[rows, rng.integers(half, spec.length, spec.samples)] = 1
    x = np.stack([numbers, marks], 2).reshape(spec.samples, -1)
    y = (numbers * marks).sum(1, keepdims=True)
    return Data(x.astype(np.float32), y.astype(np.float32), "regression", (), describe(spec).features, None)
