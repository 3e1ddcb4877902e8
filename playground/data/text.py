"""The first chapters of "Pride and Prejudice" (Jane Austen, 1813), sign by sign: what comes next?"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import Data, Dataset
from playground.data.pictures import FILES
from playground.data.symbols import TextSpec, about, described, folded, text_windows
from playground.text import N_

ALPHABET = "\n !\"'(),-.158:;?abcdefghijklmnopqrstuvwxyz"
SIGNS = 148_684  # in all, folded


class Spec(TextSpec):
    """samples: signs from the beginning that are used."""

    name: Literal["text"] = "text"
    samples: Annotated[int, Ge(2000), Le(SIGNS), Ui(N_("Signs"), N_("How many signs of the text are used, from its beginning."), scale="log")] = 100_000


ABOUT = about(N_("A novel"), N_('The beginning of "Pride and Prejudice" (Jane Austen, 1813), in small letters: which sign comes next?'))


def describe(spec: Spec) -> Dataset:
    return described(ABOUT, spec, spec.samples, ALPHABET)


DATASET = describe(Spec())


@cache
def novel() -> str:
    """The text that ships, folded."""
    return folded((FILES / "pride.txt").read_text("utf-8"))


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The text from its beginning; nothing is drawn by chance."""
    return text_windows(describe(spec), spec, novel()[: spec.samples], ALPHABET)
