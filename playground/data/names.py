"""Family names of eight languages, letter by letter: which language is this name from?"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import Data, Dataset, DataSpec, Sequence, TrainFraction, steps
from playground.data.pictures import FILES
from playground.text import N_

LONGEST, EACH = 14, 240
PADDING, LETTERS = "·", "abcdefghijklmnopqrstuvwxyz"
LANGUAGES = (N_("Italian"), N_("Russian"), N_("Greek"), N_("Finnish"), N_("German"), N_("Spanish"), N_("French"), N_("English"))  # as in the file
SEQUENCE = Sequence(LONGEST, symbols=(PADDING, *LETTERS), padded=True)


class Spec(DataSpec):
    """languages: how many of them, the first of the list."""

    name: Literal["names"] = "names"
    train_fraction: TrainFraction = 0.8
    languages: Annotated[int, Ge(2), Le(len(LANGUAGES)), Ui(N_("Languages"), N_("How many languages there are: Italian, Russian, Greek, Finnish, German, Spanish, French, English, in this order."), step=1)] = 8  # fmt: skip


ABOUT = Dataset(
    title=N_("Names"),
    about=N_("Family names of eight languages, 240 of each, letter by letter: which language is it from?"),
    kind="sequences",
    task="classes",
    features=steps(SEQUENCE),
    sequence=SEQUENCE,
)


def describe(spec: Spec) -> Dataset:
    return replace(ABOUT, classes=LANGUAGES[: spec.languages], rows=EACH * spec.languages)


DATASET = describe(Spec())


@cache
def listed() -> tuple[str, ...]:
    """All names that ship, language by language."""
    return tuple(line.split(",")[1] for line in (FILES / "names.csv").read_text("utf-8").splitlines()[1:])


def numbered(name: str) -> list[int]:
    """A name as numbers of its letters, with padding in front up to the longest."""
    return [0] * (LONGEST - len(name)) + [LETTERS.index(letter) + 1 for letter in name]


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The names of the first languages; nothing is drawn by chance."""
    dataset = describe(spec)
    x = np.array([numbered(name) for name in listed()[: EACH * spec.languages]], np.float32)
    return Data(x, np.repeat(np.arange(spec.languages), EACH), "classes", dataset.classes, dataset.features, None)
