"""Is the number of ones even or odd? Every one of them turns the answer over."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import Data, Dataset, DataSpec, Sequence, TrainFraction, steps
from playground.data.series import Answers
from playground.text import N_


class Spec(DataSpec):
    """samples: sequences. length: bits in each."""

    name: Literal["parity"] = "parity"
    samples: Annotated[int, Ge(100), Le(5000), Ui(N_("Sequences"), N_("How many sequences are drawn in all: those for learning and those for testing."), step=100)] = 2000  # fmt: skip
    train_fraction: TrainFraction = 0.8
    length: Annotated[int, Ge(2), Le(50), Ui(N_("Length"), N_("How many bits each sequence has. Each one more halves what a single one tells."), unit=N_("steps"), step=1)] = 12  # fmt: skip
    answers: Answers = "every"


ABOUT = Dataset(
    title=N_("Parity"),
    about=N_("Zeros and ones: is the number of ones so far even or odd? One bit of memory is enough, but every one turns it over."),
    kind="sequences",
    task="classes",
    features=(),
    classes=(N_("even"), N_("odd")),
)


def describe(spec: Spec) -> Dataset:
    sequence = Sequence(spec.length, symbols=("0", "1"), answered=spec.length if spec.answers == "every" else 1)
    return replace(ABOUT, sequence=sequence, features=steps(sequence))


DATASET = describe(Spec())


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Bits from a fair coin; the answer at each step is the sum so far modulo 2."""
    bits = rng.integers(0, 2, (spec.samples, spec.length))
    y = np.cumsum(bits, 1) % 2
    dataset = describe(spec)
    return Data(bits.astype(np.float32), y if spec.answers == "every" else y[:, -1], "classes", dataset.classes, dataset.features, None)
