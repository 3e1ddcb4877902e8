"""Small true pictures as SVG: a dataset's points, and a family's data beside its layers. No tables are made here: that takes scikit-learn."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from urllib.parse import quote

import numpy as np

from playground.experiment import Experiment
from playground.families.contract import LayerSize
from playground.registry import datasets, make, spec_of

POINTS, MOST_UNITS = 110, 8
CLASSES = ("#e69f00", "light-dark(#0072b2, #56b4e9)")


@cache
def points(name: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    """For each class its points, in the unit square, y downward. Few of them, spread evenly over the shape."""
    spec = spec_of(name)(samples=400)  # type: ignore[call-arg]
    data = make(spec, np.random.default_rng(3))
    assert data.domain is not None
    (left, right), (low, high) = data.domain
    taken = np.random.default_rng(0).permutation(len(data.x))[:POINTS]
    x, y = data.x[taken], data.y[taken].ravel()
    place = (x - (left, low)) / (right - left, high - low)
    return tuple(tuple((round(float(a), 3), round(1 - float(b), 3)) for a, b in place[y == label]) for label in range(len(data.classes)))


def drawn(name: str) -> bool:
    """Whether a dataset's points can be drawn here."""
    return datasets()[name].kind == "points"


def mask(name: str, label: int) -> str:
    """One class of a dataset as a data URI: a shape for a CSS mask, so that the page's theme gives the colour."""
    dots = "".join(f"<circle cx='{x * 44:.1f}' cy='{y * 44:.1f}' r='1.25'/>" for x, y in points(name)[label])
    return f'url("data:image/svg+xml,{quote(_svg(44, 44, dots))}")'


def scene(experiment: Experiment) -> str:
    """A wide SVG of an experiment: its points at the left where they can be drawn, its layers at the right."""
    layers = experiment.family.estimate(experiment).layers
    parts = []
    if drawn(experiment.data.name):
        for label, dots in enumerate(points(experiment.data.name)):
            parts += [f"<circle cx='{8 + x * 104:.1f}' cy='{8 + y * 104:.1f}' r='2' style='fill:{CLASSES[label % 2]}'/>" for x, y in dots]
    parts.append(_layers(layers, 136, 312))
    return _svg(320, 120, "".join(parts))


def _layers(layers: tuple[LayerSize, ...], left: float, right: float) -> str:
    """Columns of units, each joined to all of the next column; of large layers the first few."""
    columns = []
    for number, layer in enumerate(layers):
        units = min(MOST_UNITS, int(np.prod(layer.shape)))
        across = left + (right - left) * (number + 0.5) / len(layers)
        columns.append([(across, 60 + (unit - (units - 1) / 2) * 13) for unit in range(units)])
    lines = [
        f"<line x1='{a:.1f}' y1='{b:.1f}' x2='{c:.1f}' y2='{d:.1f}'/>"
        for here, there in pairwise(columns)
        for a, b in here
        for c, d in there
    ]
    dots = [f"<circle cx='{a:.1f}' cy='{b:.1f}' r='3.6'/>" for column in columns for a, b in column]
    return f"<g stroke='currentColor' stroke-opacity='.16' stroke-width='.7'>{''.join(lines)}</g><g fill='currentColor' fill-opacity='.75'>{''.join(dots)}</g>"


def _svg(width: int, height: int, inside: str) -> str:
    return f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}'>{inside}</svg>"
