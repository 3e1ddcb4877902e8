"""Two classes on a line, one at each side of a threshold: the data of the first perceptron, in one dimension."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import NUMBERED, CurveSpec, Data, Dataset, Deviation
from playground.text import N_

DATASET = Dataset(
    title=N_("Threshold"),
    about=N_("Two classes on a line, parted at x = 0.25. One neuron finds the place; with noise the classes overlap, and none is right everywhere."),
    kind="curve",
    task="binary",
    features=("x",),
    classes=NUMBERED[:2],
)
BORDER, GAP = 0.25, 0.1  # off the middle, so that the bias has something to learn


class Spec(CurveSpec):
    name: Literal["threshold"] = "threshold"
    noise: Deviation = 0.0


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Class 0 from U(-1, 0.15), class 1 from U(0.35, 1), half of the points each; then moved by noise * N(0, 1)."""
    y = np.repeat([1, 0], [(spec.samples + 1) // 2, spec.samples // 2])
    x = np.where(y == 1, rng.uniform(BORDER + GAP, 1, spec.samples), rng.uniform(-1, BORDER - GAP, spec.samples))
    x += spec.noise * rng.standard_normal(spec.samples)
    return Data(x[:, None].astype(np.float32), y.astype(np.int64), "binary", DATASET.classes, DATASET.features, None)
