"""5,000 handwritten digits of 28x28 pixels, out of MNIST."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import Data, Dataset, ImagesSpec, pixels
from playground.data.pictures import DIGITS, data_of, evenly, shipped
from playground.text import N_

SHAPE = (1, 28, 28)
DATASET = Dataset(
    title="MNIST",
    about=N_("5,000 of the handwritten digits on which convolution became known (LeCun and others, 1998), 500 of each."),
    kind="images",
    task="classes",
    features=pixels(SHAPE),
    classes=DIGITS,
    shape=SHAPE,
    drawing="mnist",
)


class Spec(ImagesSpec):
    """samples: how many, as many of each digit as can be."""

    name: Literal["mnist"] = "mnist"
    samples: Annotated[
        int, Ge(100), Le(5000), Ui(N_("Pictures"), N_("How many pictures there are in all: those for learning and those for testing."), step=100)
    ] = 5000


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The first of each digit in the file; nothing is drawn by chance."""
    held = shipped("mnist_5k")
    some = evenly(held["y"], spec.samples)
    return data_of(DATASET, (held["x"][some] / np.float32(255)).astype(np.float32), held["y"][some].astype(np.int64))
