"""The textbook's own targets: ten steps of three numbers, and a class, all drawn by chance. There is nothing to learn but the examples themselves."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import NUMBERED, Data, Dataset, DataSpec, Sequence, TrainFraction, steps
from playground.text import N_

SEQUENCE = Sequence(10, channels=3)
FEATURES = (N_("feature 1"), N_("feature 2"), N_("feature 3"))
DATASET = Dataset(
    title=N_("Random targets"),
    about=N_(
        "Ten steps of three random numbers, and a random class: nothing can be learned here, only learned by heart. Train gets better, test stays at chance."
    ),
    kind="sequences",
    task="classes",
    features=steps(SEQUENCE, FEATURES),
    classes=NUMBERED[:3],
    sequence=SEQUENCE,
)


class Spec(DataSpec):
    """samples: sequences."""

    name: Literal["random_sequences"] = "random_sequences"
    samples: Annotated[int, Ge(100), Le(5000), Ui(N_("Sequences"), N_("How many sequences are drawn in all: those for learning and those for testing."), step=100)] = 1000  # fmt: skip
    train_fraction: TrainFraction = 0.8


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Numbers from N(0, 1), classes with equal chances."""
    x = rng.standard_normal((spec.samples, SEQUENCE.columns)).astype(np.float32)
    return Data(x, rng.integers(0, 3, spec.samples), "classes", DATASET.classes, DATASET.features, None)
