"""60,000 small colour photographs of ten things, once they are downloaded."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data import download
from playground.data.contract import Data, Dataset, ImagesSpec, pixels
from playground.data.mnist_full import MANY
from playground.text import N_

SHAPE = (3, 32, 32)
DATASET = Dataset(
    title="CIFAR-10",
    about=N_("60,000 colour photographs of animals and vehicles in 32×32 pixels (Krizhevsky, 2009): far harder than digits; small networks get about two of three right."),
    kind="images",
    task="classes",
    features=pixels(SHAPE),
    classes=(
        N_("airplane"), N_("car"), N_("bird"), N_("cat"), N_("deer"), N_("dog"), N_("frog"), N_("horse"), N_("ship"), N_("truck"),
    ),
    shape=SHAPE,
    download="shapes",
)  # fmt: skip


class Spec(ImagesSpec):
    """samples: how many, as many of each thing as can be."""

    name: Literal["cifar10"] = "cifar10"
    samples: Annotated[int, Ge(100), Le(60_000), Ui(N_("Pictures"), MANY, step=100)] = 10_000


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The first of each thing in the set; nothing is drawn by chance. Refusal where it was not downloaded."""
    return download.made("cifar10", DATASET, spec.samples)
