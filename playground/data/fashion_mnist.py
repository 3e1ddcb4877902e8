"""70,000 pieces of clothing in the form of MNIST, once they are downloaded."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data import download
from playground.data.contract import Data, Dataset, ImagesSpec, pixels
from playground.data.mnist_full import MANY
from playground.text import N_

SHAPE = (1, 28, 28)
DATASET = Dataset(
    title="Fashion-MNIST",
    about=N_("70,000 pieces of clothing of ten kinds (Zalando; Xiao and others, 2017): as small as MNIST's digits, and harder to tell apart."),
    kind="images",
    task="classes",
    features=pixels(SHAPE),
    classes=(
        N_("T-shirt"), N_("trousers"), N_("pullover"), N_("dress"), N_("coat"), N_("sandal"), N_("shirt"), N_("sneaker"), N_("bag"), N_("ankle boot"),
    ),
    shape=SHAPE,
    download="mnist",
)  # fmt: skip


class Spec(ImagesSpec):
    """samples: how many, as many of each kind as can be."""

    name: Literal["fashion_mnist"] = "fashion_mnist"
    samples: Annotated[int, Ge(100), Le(70_000), Ui(N_("Pictures"), MANY, step=100)] = 10_000


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The first of each kind in the set; nothing is drawn by chance. Refusal where it was not downloaded."""
    return download.made("fashion_mnist", DATASET, spec.samples)
