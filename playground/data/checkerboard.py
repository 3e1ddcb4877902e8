"""A checkerboard: the classes are the colours of its squares."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le

from playground.choices import Ui
from playground.data.contract import NUMBERED, PLANE, STRAY, Data, Dataset, PointsSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("Checkerboard"),
    about=N_("Squares of both classes in turn. With two a side it is XOR; each square more is one more corner to learn."),
    kind="points",
    task="binary",
    features=("x₁", "x₂"),
    classes=NUMBERED[:2],
)
EDGE, PADDING = 5.0, 0.06  # the board's edge; the share of a square's side that stays empty along each border


class Spec(PointsSpec):
    name: Literal["checkerboard"] = "checkerboard"
    squares: Annotated[int, Ge(2), Le(6), Ui(N_("Squares a side"), N_("How many squares the board has each way. More of them need a larger network and more points."), step=1)] = 4  # fmt: skip


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Square (i, j) of k x k on [-5, 5] x [-5, 5] is class 1 where i + j is even; half of the points in each class, U within its squares; moved by noise * U(-2, 2)."""
    i, j = np.divmod(np.arange(spec.squares**2), spec.squares)
    y = np.repeat([1, 0], [(spec.samples + 1) // 2, spec.samples // 2])
    square = np.empty(spec.samples, np.int64)
    for label in (0, 1):
        square[y == label] = rng.choice(np.flatnonzero((i + j) % 2 != label), np.count_nonzero(y == label))
    corner = np.stack([i, j], 1)[square]  # (samples, 2)
    x = 2 * EDGE / spec.squares * (corner + rng.uniform(PADDING, 1 - PADDING, corner.shape)) - EDGE
    x += spec.noise * rng.uniform(-STRAY, STRAY, x.shape)
    return Data(x.astype(np.float32), y.astype(np.int64), "binary", DATASET.classes, DATASET.features, PLANE)
