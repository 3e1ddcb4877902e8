"""All 70,000 handwritten digits of MNIST, once they are downloaded."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data import download
from playground.data.contract import Data, Dataset, ImagesSpec, pixels
from playground.data.pictures import DIGITS
from playground.text import N_

SHAPE = (1, 28, 28)
MANY = N_("How many of the set's pictures are used, as many of each class as can be: those for learning and those for testing.")
DATASET = Dataset(
    title=N_("MNIST, all of it"),
    about=N_("The 70,000 handwritten digits of MNIST (LeCun and others, 1998). What is for learning and what for testing is cut here anew."),
    kind="images",
    task="classes",
    features=pixels(SHAPE),
    classes=DIGITS,
    shape=SHAPE,
    drawing="mnist",
    download="mnist",
)


class Spec(ImagesSpec):
    """samples: how many, as many of each digit as can be."""

    name: Literal["mnist_full"] = "mnist_full"
    samples: Annotated[int, Ge(100), Le(70_000), Ui(N_("Pictures"), MANY, step=100)] = 10_000


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The first of each digit in the set; nothing is drawn by chance. Refusal where it was not downloaded."""
    return download.made("mnist_full", DATASET, spec.samples)
