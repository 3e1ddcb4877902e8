"""Rings around each other, the classes in turn."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import NUMBERED, PLANE, STRAY, Data, Dataset, PointsSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("Rings"),
    about=N_("Rings around each other, the classes in turn: the way out from the middle crosses a border at each gap."),
    kind="points",
    task="binary",
    features=("x₁", "x₂"),
    classes=NUMBERED[:2],
)
RADIUS = 5.0


class Spec(PointsSpec):
    name: Literal["rings"] = "rings"
    rings: Annotated[
        int, Ge(2), Le(3), Ui(N_("Rings"), N_("How many rings there are, the classes in turn. Each one more is one more border to learn."), step=1)
    ] = 3


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Ring j of k, from the inside, at radius 5/k U(j + 0.5, j + 1), class 1 where j is even, as dense as the others of its class; moved by noise * U(-2, 2)."""
    labels, number = [], []
    for label in (1, 0):
        own = np.arange(1 - label, spec.rings, 2)
        count = (spec.samples + label) // 2
        ends = np.cumsum(own + 0.75) / np.sum(own + 0.75)  # in proportion to their length
        number.append(own[np.searchsorted(ends, (np.arange(count) + 0.5) / count)])
        labels.append(np.full(count, label))
    radius = RADIUS / spec.rings * (np.concatenate(number) + rng.uniform(0.5, 1, spec.samples))
    angle = rng.uniform(0, 2 * np.pi, spec.samples)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)  # (samples, 2)
    x += spec.noise * rng.uniform(-STRAY, STRAY, x.shape)
    return Data(x.astype(np.float32), np.concatenate(labels), "binary", DATASET.classes, DATASET.features, PLANE)
