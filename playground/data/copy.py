"""Remember some symbols over a pause, then say them: the classic test of how far back a network can learn (Hochreiter and Schmidhuber, 1997)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import Data, Dataset, DataSpec, Sequence, TrainFraction, steps
from playground.text import N_

LETTERS = "ABCDEFGH"
WAIT, SAY = "·", "?"  # the pause, and the sign to answer


class Spec(DataSpec):
    """samples: sequences. symbols: different letters. remember: letters at the start that are to be said at the end. delay: steps of pause between."""

    name: Literal["copy"] = "copy"
    samples: Annotated[
        int, Ge(100), Le(5000), Ui(N_("Sequences"), N_("How many sequences are drawn in all: those for learning and those for testing."), step=100)
    ] = 1000
    train_fraction: TrainFraction = 0.8
    delay: Annotated[
        int,
        Ge(0),
        Le(80),
        Ui(N_("Delay"), N_("How many steps lie between the letters and the answer: how long the network has to remember."), unit=N_("steps"), step=1),
    ] = 10
    remember: Annotated[int, Ge(1), Le(5), Ui(N_("Letters"), N_("How many letters are to be remembered."), step=1)] = 1
    symbols: Annotated[
        int, Ge(2), Le(8), Ui(N_("Alphabet"), N_("How many different letters there are. With four, guessing is right one time in four."), step=1)
    ] = 4


ABOUT = Dataset(
    title=N_("Copy after a pause"),
    about=N_("Some letters, a pause, then the network is to say them. The longer the pause, the farther back it must remember."),
    kind="sequences",
    task="classes",
    features=(),
)


def describe(spec: Spec) -> Dataset:
    letters = tuple(LETTERS[: spec.symbols])
    sequence = Sequence(2 * spec.remember + spec.delay, symbols=(WAIT, *letters, SAY), answered=spec.remember)
    return replace(ABOUT, sequence=sequence, classes=letters, features=steps(sequence))


DATASET = describe(Spec())


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Letters from a uniform draw, `delay` times the pause, then as many times the sign to answer; the answers are the letters in their order."""
    dataset = describe(spec)
    drawn = rng.integers(0, spec.symbols, (spec.samples, spec.remember))
    pause = np.zeros((spec.samples, spec.delay))
    asked = np.full((spec.samples, spec.remember), spec.symbols + 1)
    x = np.concatenate([drawn + 1, pause, asked], 1).astype(np.float32)
    y = drawn.astype(np.int64)
    return Data(x, y[:, 0] if spec.remember == 1 else y, "classes", dataset.classes, dataset.features, None)
