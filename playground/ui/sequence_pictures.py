"""Small true pictures of sequences, as the inside of an SVG: the end of a series, an example's channels one below the other, or its first and last signs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from playground.data.contract import Data, Dataset
from playground.families.contract import LayerSize
from playground.registry import at_hand, datasets, describe, fewest, make

STRETCH = 48  # values of a series in a picture: four years of months
LINES, ACROSS = 2, 3  # of signs
STEPS = 5  # drawn of an unrolled network
HALF, REACH = 11.0, 15.0  # half a box's side at most, and how far from it what is read and what is said lies

Values = NDArray[np.float64]


def sequential(name: str) -> bool:
    """Whether it has sequences that are there for everybody."""
    return datasets()[name].kind == "sequences" and at_hand(name)


@cache
def _some(name: str) -> tuple[Data, Dataset]:
    spec = fewest(name)
    return make(spec, np.random.default_rng(3)), describe(spec)


def lines(name: str) -> tuple[Values, ...]:
    """What is drawn of numbers, each line from 0 (low) to 1: the last values of a series, or each channel of the first example, each by its own measure."""
    data, dataset = _some(name)
    if data.series is not None:
        return (_unit(data.series.values[-STRETCH:]),)
    assert dataset.sequence is not None
    channels = np.asarray(data.x[0], np.float64).reshape(-1, dataset.sequence.channels).T
    return tuple(_unit(channel) for channel in channels)


def signs(name: str) -> str:
    """The first and the last few signs of the first example, without what only fills it up; "" where it is made of numbers."""
    data, dataset = _some(name)
    sequence = dataset.sequence
    if sequence is None or not sequence.symbols:
        return ""
    numbers = [int(number) for number in data.x[0]]
    told = [sequence.symbols[number] for number in numbers if number or not sequence.padded]
    half = (min(len(told), LINES * ACROSS) + 1) // LINES
    return "".join(told if len(told) <= LINES * ACROSS else (*told[:half], *told[-half:])).replace("\n", " ")


def drawing(name: str, size: float, edge: float = 0.0, top: float = 0.0) -> str:
    """A dataset's picture, of side `size`, as SVG."""
    if written := signs(name):
        half = (len(written) + 1) // LINES
        rows = (written[:half], written[half:])
        return "".join(
            f"<text x='{edge + size / 2:.1f}' y='{top + size * (0.46 + 0.36 * row):.1f}' font-size='{0.37 * size:.1f}' text-anchor='middle' xml:space='preserve' "
            f"font-family='ui-monospace,Menlo,Consolas,monospace' fill='currentColor' opacity='.9'>{_escaped(part)}</text>"
            for row, part in enumerate(rows)
        )
    found = lines(name)
    band = size / len(found)
    return "".join(
        f"<path fill='none' stroke='currentColor' stroke-width='{1 + 0.012 * size:.1f}' stroke-linejoin='round' d='{_path(line, edge + 0.08 * size, 0.84 * size, top + band * row + 0.14 * band, 0.72 * band)}'/>"
        for row, line in enumerate(found)
    )


def unrolled(layers: tuple[LayerSize, ...], left: float, right: float, middle: float) -> tuple[str, str]:
    """A network that goes on in time, as (lines, boxes) in SVG: a box for each step of each layer that has steps, joined from step to step and from layer to layer; below what is read, above what is answered."""
    steps = [layer for layer in layers[1:] if len(layer.shape) == 2]
    apart = (right - left) / (STEPS + 0.5)
    down = min(44.0, (2 * middle - 2 * (HALF + REACH + 4)) / max(1, len(steps) - 1))
    half = min(HALF, 0.38 * down)
    across = [left + apart * (step + 0.5) for step in range(STEPS)]
    rows = [middle + down * (row - (len(steps) - 1) / 2) for row in reversed(range(len(steps)))]  # the first layer stands lowest
    ends = across if len(layers[-1].shape) > 1 else across[-1:]
    told, asked = rows[0] + half + REACH, rows[-1] - half - REACH
    joined = [(a + half, y, b - half, y) for y in rows for a, b in pairwise(across)]
    joined += [(x, low - half, x, high + half) for low, high in pairwise(rows) for x in across]
    joined += [(x, told, x, rows[0] + half) for x in across] + [(x, rows[-1] - half, x, asked) for x in ends]
    boxes = "".join(
        f"<rect x='{x - half:.1f}' y='{y - half:.1f}' width='{2 * half:.1f}' height='{2 * half:.1f}' rx='{0.45 * half:.1f}'/>" for y in rows for x in across
    )
    dots = "".join(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3.6'/>" for y, places in ((told, across), (asked, ends)) for x in places)
    return "".join(f"<line x1='{a:.1f}' y1='{b:.1f}' x2='{c:.1f}' y2='{d:.1f}' stroke-width='1.4'/>" for a, b, c, d in joined), boxes + dots


def _unit(values: Values) -> Values:
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.full(len(values), 0.5)


def _path(line: Iterable[float], edge: float, width: float, top: float, height: float) -> str:
    values = list(line)
    return "M" + "L".join(f"{edge + width * at / max(1, len(values) - 1):.1f} {top + height * (1 - value):.1f}" for at, value in enumerate(values))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
