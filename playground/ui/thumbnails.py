"""Small true pictures: a dataset's points, and a family's data beside its layers. No tables are made here: that takes scikit-learn.

Each is an SVG image in CSS. Classes have their colours; a regression's points go from purple, the most negative, over grey to green.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from playground.charts.tokens import picked
from playground.data.contract import Data
from playground.experiment import Experiment
from playground.families.contract import LayerSize
from playground.registry import datasets, describe, make, spec_of

MOST: Mapping[str, int] = MappingProxyType({"points": 240, "curve": 60})  # dots in a picture
MOST_UNITS = 8
TILE, SCENE = 44, (320, 120)
INK: tuple[str, ...] = ("currentColor",)
MARGIN = 0.08  # around a curve, as a share of its picture
CLASSES = ("#e69f00", "light-dark(#0072b2,#56b4e9)", "#009e73", "#cc79a7", "light-dark(#56b4e9,#0072b2)", "#d55e00")
NEGATIVE, ZERO, POSITIVE = "light-dark(#762a83,#b57bc6)", "light-dark(#cfcdca,#4a525e)", "light-dark(#1b7837,#5dbf73)"
STEPS = 3  # shades between none and all of a colour
SHADES = tuple(f"color-mix(in srgb,{NEGATIVE if step < 0 else POSITIVE} {100 * abs(step) // STEPS}%,{ZERO})" for step in range(-STEPS, STEPS + 1))

Dots = tuple[tuple[float, float], ...]


@cache
def points(name: str) -> tuple[tuple[str, Dots], ...]:
    """(colour, its points) for each class or shade, in the unit square, y downward. Few of them, spread evenly over the shape."""
    spec = spec_of(name)(samples=400)  # type: ignore[call-arg]
    data, kind = make(spec, np.random.default_rng(3)), describe(spec).kind
    place, labels, colours = _places(data, kind)
    each = [place[labels == label] for label in range(len(colours))]
    kept = [dots[picked(len(dots), math.ceil(MOST[kind] * len(dots) / len(place)))] for dots in each]
    return tuple((colour, tuple((round(float(a), 3), round(1 - float(b), 3)) for a, b in dots)) for colour, dots in zip(colours, kept, strict=True))


def _places(data: Data, kind: str) -> tuple[NDArray[np.float64], NDArray[np.int64], tuple[str, ...]]:
    """Places in the unit square (n, 2), the number of each point's colour (n,), the colours. A curve is drawn as x and its answer upward, in one colour."""
    y = data.y.ravel().astype(np.float64)
    if kind == "curve":
        both = np.stack([data.x[:, 0], y], 1)
        low, high = both.min(0), both.max(0)
        place, labels, colours = MARGIN + (1 - 2 * MARGIN) * (both - low) / (high - low), np.zeros_like(y), INK
    else:
        assert data.domain is not None
        (left, right), (low, high) = data.domain
        place, labels, colours = (data.x - (left, low)) / (right - left, high - low), STEPS + np.rint(STEPS * y / np.abs(y).max()), SHADES
    if data.classes:
        labels, colours = y, CLASSES[: len(data.classes)]
    return place, labels.astype(np.int64), colours


def drawn(name: str) -> bool:
    """Whether a dataset's points can be drawn here."""
    found = datasets()[name]
    return found.kind == "curve" or (found.kind == "points" and len(found.features) == 2)


@cache
def tile(name: str) -> str:
    """A dataset's points as a CSS image."""
    return _uri((TILE, TILE), _scatter(points(name), TILE, 0, 1.1))


def scene(experiment: Experiment) -> str:
    """An experiment as a CSS image: its points at the left where they can be drawn, its layers at the right."""
    with_points = drawn(experiment.data.name)
    dots = _scatter(points(experiment.data.name), 112, 4, 1.7) if with_points else ""
    lines, units = _layers(experiment.family.estimate(experiment).layers, 132 if with_points else 4, 316)
    return _uri(SCENE, f"{dots}<g stroke='currentColor' opacity='.25'>{lines}</g><g fill='currentColor' opacity='.8'>{units}</g>")


def _layers(layers: tuple[LayerSize, ...], left: float, right: float) -> tuple[str, str]:
    """Columns of units, each joined to all of the next column: (lines, units) as SVG. Of large layers the first few units."""
    columns = []
    for number, layer in enumerate(layers):
        units = min(MOST_UNITS, int(np.prod(layer.shape)))
        across = left + (right - left) * (number + 0.5) / len(layers)
        columns.append([(across, SCENE[1] / 2 + (unit - (units - 1) / 2) * 13) for unit in range(units)])
    lines = "".join(
        f"<line x1='{a:.1f}' y1='{b:.1f}' x2='{c:.1f}' y2='{d:.1f}' stroke-width='.6'/>" for here, there in pairwise(columns) for a, b in here for c, d in there
    )
    return lines, "".join(f"<circle cx='{a:.1f}' cy='{b:.1f}' r='3.6'/>" for column in columns for a, b in column)


def _scatter(groups: tuple[tuple[str, Dots], ...], size: float, edge: float, radius: float) -> str:
    """Points as SVG: for each colour one path of round dots, lines of no length, a fifth as long as circles would be."""
    return "".join(
        f"<path stroke='{colour}' stroke-width='{2 * radius}' stroke-linecap='round' d='{''.join(f'M{edge + x * size:.1f} {edge + y * size:.1f}h0' for x, y in dots)}'/>"
        for colour, dots in groups
        if dots
    )


def _uri(size: tuple[int, int], inside: str) -> str:
    """An SVG as a CSS image. It takes up whether the page is light or dark."""
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {size[0]} {size[1]}' style='color-scheme:light dark;color:light-dark(#1d2430,#e8ebef)'>{inside}</svg>"
    return f'url("data:image/svg+xml,{quote(svg)}")'
