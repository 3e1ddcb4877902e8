"""Two to six round clouds around the middle, a class each."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import NUMBERED, PLANE, Data, Dataset, PointsSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("Blobs"),
    about=N_("Round clouds around the middle, a class each. The network gives a probability for every class; the largest is its answer."),
    kind="points",
    task="classes",
    features=("x₁", "x₂"),
    classes=NUMBERED[:3],
)
RADIUS = 3.0


class Spec(PointsSpec):
    name: Literal["blobs"] = "blobs"
    classes: Annotated[int, Ge(2), Le(6), Ui(N_("Classes"), N_("How many clouds there are. Each is a class of its own."), step=1)] = 3


def describe(spec: Spec) -> Dataset:
    return replace(DATASET, classes=NUMBERED[: spec.classes])


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Class j of k: normal around 3 (sin(2 pi j / k), cos(2 pi j / k)); its deviation is 0.1 + 0.5 * noise of the way to the next centre."""
    y = np.arange(spec.samples) % spec.classes
    angle = 2 * np.pi * np.arange(spec.classes) / spec.classes
    centres = RADIUS * np.stack([np.sin(angle), np.cos(angle)], 1)  # (classes, 2)
    apart = 2 * RADIUS * np.sin(np.pi / spec.classes)
    x = centres[y] + (0.1 + 0.5 * spec.noise) * apart * rng.standard_normal((spec.samples, 2))
    return Data(x.astype(np.float32), y.astype(np.int64), "classes", describe(spec).classes, DATASET.features, PLANE)
