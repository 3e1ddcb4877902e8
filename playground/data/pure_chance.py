"""Random numbers with random answers: there is nothing to learn but the examples themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import NUMBERED, Data, Dataset, TableSpec
from playground.text import N_

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

INPUTS = tuple(f"x{number}".translate(SUBSCRIPTS) for number in range(1, 201))

DATASET = Dataset(
    title=N_("Pure chance"),
    about=N_("Random numbers with random answers. A large network learns the training part by heart, and stays at chance on the test part."),
    kind="table",
    task="classes",
    features=INPUTS[:100],
    classes=NUMBERED,
)


class Spec(TableSpec):
    name: Literal["pure_chance"] = "pure_chance"
    samples: Annotated[int, Ge(100), Le(5000), Ui(N_("Points"), N_("How many examples are drawn. The fewer there are, the sooner they are known by heart."), step=100)] = 1000  # fmt: skip
    inputs: Annotated[int, Ge(1), Le(200), Ui(N_("Inputs"), N_("How many random numbers each example has. The more, the easier examples are told apart."), step=1)] = 100  # fmt: skip
    classes: Annotated[int, Ge(2), Le(10), Ui(N_("Classes"), N_("How many answers there are. Guessing is right once in so many times."), step=1)] = 10


def describe(spec: Spec) -> Dataset:
    return replace(DATASET, features=INPUTS[: spec.inputs], classes=NUMBERED[: spec.classes])


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Inputs N(0, 1); classes evenly at random, whatever the inputs are."""
    x = rng.standard_normal((spec.samples, spec.inputs), np.float32)
    y = rng.integers(spec.classes, size=spec.samples)
    found = describe(spec)
    return Data(x, y, "classes", found.classes, found.features, None)
