"""Brackets that open and close: are they balanced, or which one has to close next?"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from playground.choices import Ui
from playground.data.contract import Data, Dataset, DataSpec, Sequence, TrainFraction, steps
from playground.data.series import Answers
from playground.text import N_

OPEN, CLOSE = "([{", ")]}"
NONE = N_("none")


class Spec(DataSpec):
    """samples: sequences. length: brackets in each. kinds: of bracket. depth: how deep they nest at most."""

    name: Literal["brackets"] = "brackets"
    samples: Annotated[int, Ge(100), Le(5000), Ui(N_("Sequences"), N_("How many sequences are drawn in all: those for learning and those for testing."), step=100)] = 2000  # fmt: skip
    train_fraction: TrainFraction = 0.8
    length: Annotated[int, Ge(4), Le(40), Ui(N_("Length"), N_("How many brackets each sequence has; an even number."), unit=N_("steps"), step=2)] = 12
    kinds: Annotated[int, Ge(1), Le(3), Ui(N_("Kinds"), N_("How many kinds of bracket there are. With one, counting is enough; with more, their order has to be remembered."), step=1)] = 2  # fmt: skip
    depth: Annotated[int, Ge(1), Le(6), Ui(N_("Depth"), N_("How many brackets are open at the same time at most."), step=1)] = 4
    answers: Answers = "every"


ABOUT = Dataset(
    title=N_("Brackets"),
    about=N_("Brackets that open and close. At every step: which one has to close next? After the last: were they balanced?"),
    kind="sequences",
    task="classes",
    features=(),
)


def describe(spec: Spec) -> Dataset:
    every = spec.answers == "every"
    length = spec.length - spec.length % 2
    sequence = Sequence(length, symbols=(*OPEN[: spec.kinds], *CLOSE[: spec.kinds]), answered=length if every else 1)
    classes = (NONE, *CLOSE[: spec.kinds]) if every else (N_("not balanced"), N_("balanced"))
    return replace(ABOUT, sequence=sequence, classes=classes, features=steps(sequence))


DATASET = describe(Spec())


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Balanced sequences: at each step one opens or closes by a fair coin, as far as depth and the steps that are left allow. Where the end is asked about, half of them are spoiled in one place: a bracket
    of theirs is exchanged for another of the alphabet.

    The answer at each step is what closes the innermost open bracket, 0 where none is open.
    """
    dataset = describe(spec)
    assert dataset.sequence is not None
    length = dataset.sequence.length
    x, y = np.empty((spec.samples, length), np.int64), np.empty((spec.samples, length), np.int64)
    for row in range(spec.samples):
        x[row], y[row] = _balanced(length, spec, rng)
    if spec.answers == "last":
        spoiled = rng.random(spec.samples) < 0.5
        where = rng.integers(0, length, spec.samples)
        shift = rng.integers(1, 2 * spec.kinds, spec.samples)
        rows = np.flatnonzero(spoiled)
        x[rows, where[rows]] = (x[rows, where[rows]] + shift[rows]) % (2 * spec.kinds)
        return Data(x.astype(np.float32), (~spoiled).astype(np.int64), "classes", dataset.classes, dataset.features, None)
    return Data(x.astype(np.float32), y, "classes", dataset.classes, dataset.features, None)


def _balanced(length: int, spec: Spec, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One balanced sequence, and what has to close after each of its steps."""
    open_: list[int] = []
    x, y = [], []
    for step in range(length):
        left = length - step
        closes = bool(open_) and (len(open_) >= min(spec.depth, left) or rng.random() < 0.5)
        if closes:
            x.append(spec.kinds + open_.pop())
        else:
            open_.append(int(rng.integers(0, spec.kinds)))
            x.append(open_[-1])
        y.append(open_[-1] + 1 if open_ else 0)
    return np.array(x), np.array(y)
