"""Points along what a person draws."""

from __future__ import annotations

from math import cos, pi, sin
from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray
from pydantic import AfterValidator, Field

from playground.choices import Ui
from playground.data.cloud import CloudSpec, cloud
from playground.data.contract import Data, Dataset
from playground.text import N_

MOST_STROKES, MOST_SPOTS = 24, 64
DOT = 1.5  # a stroke of one spot, or a shorter one, gets as many points as a line of this length

DATASET = Dataset(
    title=N_("Your drawing"),
    about=N_("Draw on the picture with pointer or finger: real points lie along your strokes. A smile to begin with."),
    kind="cloud",
    task="generate",
    features=("x₁", "x₂"),
)


def _tenths(value: float) -> float:
    return round(value, 1)


Coordinate = Annotated[float, Ge(-6), Le(6), AfterValidator(_tenths)]
Spot = tuple[Coordinate, Coordinate]
Stroke = Annotated[tuple[Spot, ...], Field(min_length=1, max_length=MOST_SPOTS)]

MOUTH = tuple((round(3.6 * cos(pi * (1.1 + 0.8 * at / 12)), 1), round(-0.4 + 3 * sin(pi * (1.1 + 0.8 * at / 12)), 1)) for at in range(13))
SMILE: tuple[tuple[Spot, ...], ...] = (((-1.8, 2.6), (-1.8, 1.6)), ((1.8, 2.6), (1.8, 1.6)), MOUTH)


class Spec(CloudSpec):
    """strokes: lines through spots (x, y) of the plane, in tenths."""

    name: Literal["sketch"] = "sketch"
    spread: Annotated[float, Ge(0), Le(1), Ui(N_("Width"), N_("How far points stray from your strokes, as a standard deviation."), step=0.05, more=True)] = 0.15
    strokes: Annotated[
        tuple[Stroke, ...],
        Field(min_length=1, max_length=MOST_STROKES),
        Ui(N_("Your strokes"), N_("What was drawn on the picture."), live=True, shown=False),
    ] = SMILE


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Each stroke gets points by its length, at U(0, length) along it, moved by spread * N(0, 1) each way."""
    lines = [np.array(stroke, np.float64) for stroke in spec.strokes]
    shares = np.array([max(DOT, length(line)) for line in lines])
    which = rng.choice(len(lines), spec.samples, p=shares / shares.sum())
    x = np.stack([along(lines[one], share) for one, share in zip(which, rng.random(spec.samples), strict=True)])
    return cloud(DATASET, x + spec.spread * rng.standard_normal(x.shape))


def length(line: NDArray[np.float64]) -> float:
    """Of a line through spots (n, 2)."""
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())


def along(line: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """The place (2,) at a share of its length."""
    reached = np.concatenate([[0.0], np.linalg.norm(np.diff(line, axis=0), axis=1).cumsum()])
    return np.array([np.interp(share * reached[-1], reached, line[:, axis]) for axis in (0, 1)])
