"""Texts as sequences of signs, of which the next is to be foretold. No dataset itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import Data, Dataset, DataSpec, Sequence, TrainFraction, steps
from playground.data.series import Answers
from playground.text import N_

MOST_ROWS = 5000
STRIDE = 3  # signs from one window to the next, where only the last one is answered
NAMED: Mapping[str, str] = MappingProxyType({"\n": "⏎", " ": "␣"})  # signs that cannot be seen, as they are named
PLAIN: Mapping[str, str] = MappingProxyType({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": ".", "\t": " ", "\u00a0": " ", "_": ""})


class TextSpec(DataSpec):
    """A text, cut into windows of `length` signs; the answer is the sign that follows, or at every step the next one."""

    train_fraction: TrainFraction = 0.9
    length: Annotated[
        int, Ge(5), Le(100), Ui(N_("Window"), N_("How many signs the network reads before it foretells the next one."), unit=N_("steps"), step=5)
    ] = 50
    answers: Answers = "every"


def about(title: str, text: str) -> Dataset:
    """What is known of a text before anything is chosen."""
    return Dataset(title, text, kind="sequences", task="classes", features=())


def described(dataset: Dataset, spec: TextSpec, count: int, alphabet: str) -> Dataset:
    """A text's dataset as chosen. count: its signs; alphabet: those that there are. Where each step is answered, windows lie side by side and every sign is answered once."""
    every = spec.answers == "every"
    named = tuple(NAMED.get(sign, sign) for sign in alphabet)
    sequence = Sequence(spec.length, symbols=named, answered=spec.length if every else 1, ahead=True)
    rows = (count - 1) // spec.length if every else min(MOST_ROWS, max(0, count - spec.length - 1) // stride(spec, count) + 1)
    return replace(dataset, sequence=sequence, features=steps(sequence), classes=named, rows=rows)


def stride(spec: TextSpec, count: int) -> int:
    """Signs from the start of one window to that of the next."""
    return spec.length if spec.answers == "every" else max(STRIDE, -(-(count - spec.length) // MOST_ROWS))


def text_windows(dataset: Dataset, spec: TextSpec, text: str, alphabet: str) -> Data:
    """The windows of a text in its order, of its dataset as `described`: x (rows, length) numbers of signs; y (rows,) the sign that follows each, or (rows, length) the next one at each step.
    ValueError where a sign is not in the alphabet."""
    assert dataset.rows is not None
    numbers = np.array([alphabet.index(sign) for sign in text], np.int64)
    starts = np.arange(dataset.rows)[:, None] * stride(spec, len(text))
    x = numbers[starts + np.arange(spec.length)]
    y = numbers[starts + np.arange(1, spec.length + 1)] if spec.answers == "every" else numbers[starts[:, 0] + spec.length]
    return Data(x.astype(np.float32), y, "classes", dataset.classes, dataset.features, None)


def folded(text: str) -> str:
    """A text with fewer kinds of signs: small letters, plain quotation marks and dashes, no accents on Latin letters, no spaces in a row."""
    plain = "".join(PLAIN.get(sign, sign) for sign in text.lower())
    apart = unicodedata.normalize("NFD", plain)
    bare = "".join(sign for at, sign in enumerate(apart) if not (unicodedata.combining(sign) and at and apart[at - 1].isascii()))
    lines = (" ".join(line.split(" ")).strip() for line in unicodedata.normalize("NFC", bare).split("\n"))
    return "\n".join(" ".join(line.split()) for line in lines)
