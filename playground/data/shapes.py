"""Circles, squares, triangles and stars, drawn anew for each seed."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from playground.choices import Ui
from playground.data.contract import Data, Dataset, ImagesSpec, pixels
from playground.data.pictures import data_of
from playground.text import N_

SIDE = 28
SHAPE = (1, SIDE, SIDE)
LARGEST, SMALLEST = 11.0, 4.0  # from the middle to a corner, in pixels
MARGIN = 1.5  # black around the largest, in pixels
AROUND = 0.5  # how far from the middle they are at most, as a share of the room there is
PEN = (1.5, 3.0)  # how wide an outline is drawn
CORNERS = (0, 4, 3, 10)  # of the classes, in their order; a circle has none
INWARD = 0.45  # how far a star's inner corners are from its middle, as a share of its outer ones

Reals = NDArray[np.float64]

DATASET = Dataset(
    title=N_("Shapes"),
    about=N_("Circles, squares, triangles and stars, filled or as an outline. Made of edges and corners, which filters come to look for."),
    kind="images",
    task="classes",
    features=pixels(SHAPE),
    classes=(N_("circle"), N_("square"), N_("triangle"), N_("star")),
    shape=SHAPE,
)


class Spec(ImagesSpec):
    name: Literal["shapes"] = "shapes"
    samples: Annotated[
        int, Ge(300), Le(3000), Ui(N_("Pictures"), N_("How many pictures are drawn in all: those for learning and those for testing."), step=100)
    ] = 1500
    size: Annotated[float, Ge(0), Le(1), Ui(N_("Sizes"), N_("How much the shapes differ in size: at 0 all are large, at 100 % the smallest is a third of the largest."), unit="%", step=0.1)] = 0.4  # fmt: skip
    rotation: Annotated[int, Ge(0), Le(180), Ui(N_("Turned"), N_("By how many degrees the shapes are turned at most, to either side. Upright ones are easier."), unit="°", step=15)] = 30  # fmt: skip
    noise: Annotated[float, Ge(0), Le(0.5), Ui(N_("Noise"), N_("How grainy the pictures are: the deviation of each pixel, where 1 is from black to white."), step=0.05)] = 0.05  # fmt: skip


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """As many of each shape as can be, in turn. In pixels: corners at r = U(11 - 7 size, 11) from a middle that is off the picture's by U(-1, 1) (12 - r) / 2 both
    ways; turned by U(-rotation, rotation); half of them filled, half an outline U(1.5, 3) wide; then noise N(0, noise) on every pixel, cut at black and white."""
    count = spec.samples
    label = np.arange(count) % len(CORNERS)
    radius = LARGEST - (LARGEST - SMALLEST) * spec.size * rng.random(count)
    room = AROUND * ((SIDE - 1) / 2 - MARGIN - radius)
    middle = (SIDE - 1) / 2 + room[:, None] * rng.uniform(-1, 1, (count, 2))
    angle = np.radians(spec.rotation) * rng.uniform(-1, 1, count)
    filled, pen = rng.random(count) < 0.5, rng.uniform(*PEN, count)
    grain = rng.standard_normal((count, SIDE * SIDE), np.float32)
    images = np.empty((count, SIDE * SIDE))
    for shape, corners in enumerate(CORNERS):
        own = label == shape
        beyond = distance(corners, middle[own], radius[own], angle[own])
        images[own] = np.where(filled[own, None], inked(beyond), inked(np.abs(beyond + pen[own, None] / 2) - pen[own, None] / 2))
    return data_of(DATASET, np.clip(images + spec.noise * grain, 0, 1).astype(np.float32), label)


def inked(beyond: Reals) -> Reals:
    """How much of a pixel is ink, whose middle is so far beyond the edge: (n, pixels), 0 to 1; half at the edge itself."""
    ink: Reals = np.clip(0.5 - beyond, 0, 1)
    return ink


def outline(corners: int) -> Reals:
    """Corners of an upright shape around (0, 0), the furthest at 1: (corners, 2), x to the right and y down. Ten corners are a star's, every other one further in."""
    turn = np.pi / 4 if corners == 4 else 0
    angle = turn + 2 * np.pi * np.arange(corners) / corners
    reach = np.where(np.arange(corners) % 2, INWARD, 1.0) if corners == 10 else np.ones(corners)
    places: Reals = reach[:, None] * np.stack([np.sin(angle), -np.cos(angle)], 1)
    return places


def distance(corners: int, middle: Reals, radius: Reals, angle: Reals) -> Reals:
    """How far each pixel's middle is outside a shape's edge, in pixels; less than 0 inside: (n, 28 * 28). middle: (n, 2), right and down; radius, angle: (n,)."""
    down, right = np.divmod(np.arange(SIDE * SIDE, dtype=np.float64), SIDE)
    x, y = right - middle[:, :1], down - middle[:, 1:]  # (n, pixels)
    if not corners:
        beyond: Reals = np.hypot(x, y) - radius[:, None]
        return beyond
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x, y = (cos * x + sin * y) / radius[:, None], (cos * y - sin * x) / radius[:, None]  # turned back, so that the shape is the upright one of radius 1
    places = outline(corners)
    nearest, inside = np.full_like(x, np.inf), np.zeros(x.shape, bool)
    for (ax, ay), (bx, by) in zip(places, np.roll(places, -1, 0), strict=True):
        along = np.clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2), 0, 1)
        nearest = np.minimum(nearest, np.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)))
        if ay != by:  # a pixel is inside where a ray to the right meets the edges an odd number of times
            inside ^= ((ay > y) != (by > y)) & (x < ax + (y - ay) * (bx - ax) / (by - ay))
    beyond = np.where(inside, -nearest, nearest) * radius[:, None]
    return beyond
