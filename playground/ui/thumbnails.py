"""Small true pictures: a dataset's points, and a family's data beside its layers. No tables are made here: that takes scikit-learn.

Streamlit takes SVG out of a page's HTML, so each picture is a stack of CSS masks, one a colour; the theme gives the colours.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from urllib.parse import quote

import numpy as np

from playground.experiment import Experiment
from playground.families.contract import LayerSize
from playground.registry import datasets, make, spec_of

POINTS, MOST_UNITS = 130, 8
TILE, SCENE = 44, (320, 120)
CLASSES = ("#e69f00", "light-dark(#0072b2, #56b4e9)")


@cache
def points(name: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    """For each class its points, in the unit square, y downward. Few of them, spread evenly over the shape."""
    spec = spec_of(name)(samples=400)  # type: ignore[call-arg]
    data = make(spec, np.random.default_rng(3))
    assert data.domain is not None
    (left, right), (low, high) = data.domain
    place = (data.x - (left, low)) / (right - left, high - low)
    each = [place[data.y.ravel() == label] for label in range(len(data.classes))]
    return tuple(tuple((round(float(a), 3), round(1 - float(b), 3)) for a, b in dots[:: max(1, len(dots) * len(each) // POINTS)]) for dots in each)


def drawn(name: str) -> bool:
    """Whether a dataset's points can be drawn here."""
    return datasets()[name].kind == "points"


@cache
def mask(name: str, label: int) -> str:
    """One class of a dataset as a data URI: a shape for a CSS mask, so that the page's theme gives the colour."""
    dots = "".join(f"<circle cx='{x * TILE:.1f}' cy='{y * TILE:.1f}' r='1.25'/>" for x, y in points(name)[label])
    return _uri((TILE, TILE), dots)


def scene(experiment: Experiment) -> tuple[tuple[str, str, float], ...]:
    """An experiment in sheets, each (mask, colour, opacity): its points at the left where they can be drawn, its layers at the right."""
    sheets = []
    with_points = drawn(experiment.data.name)
    if with_points:
        for label, dots in enumerate(points(experiment.data.name)):
            circles = "".join(f"<circle cx='{4 + x * 112:.1f}' cy='{4 + y * 112:.1f}' r='1.9'/>" for x, y in dots)
            sheets.append((_uri(SCENE, circles), CLASSES[label % len(CLASSES)], 1.0))
    lines, units = _layers(experiment.family.estimate(experiment).layers, 132 if with_points else 4, 316)
    return (*sheets, (_uri(SCENE, lines), "currentColor", 0.25), (_uri(SCENE, units), "currentColor", 0.8))


def _layers(layers: tuple[LayerSize, ...], left: float, right: float) -> tuple[str, str]:
    """Columns of units, each joined to all of the next column: (lines, units) as SVG. Of large layers the first few units."""
    columns = []
    for number, layer in enumerate(layers):
        units = min(MOST_UNITS, int(np.prod(layer.shape)))
        across = left + (right - left) * (number + 0.5) / len(layers)
        columns.append([(across, SCENE[1] / 2 + (unit - (units - 1) / 2) * 13) for unit in range(units)])
    lines = "".join(
        f"<line x1='{a:.1f}' y1='{b:.1f}' x2='{c:.1f}' y2='{d:.1f}' stroke='#000' stroke-width='.6'/>"
        for here, there in pairwise(columns)
        for a, b in here
        for c, d in there
    )
    return lines, "".join(f"<circle cx='{a:.1f}' cy='{b:.1f}' r='3.6'/>" for column in columns for a, b in column)


def _uri(size: tuple[int, int], inside: str) -> str:
    """An SVG as a CSS image."""
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {size[0]} {size[1]}'>{inside}</svg>"
    return f'url("data:image/svg+xml,{quote(svg)}")'
