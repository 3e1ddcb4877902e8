"""Small true pictures: a dataset's points, pictures or sequences, and a family's data beside its layers. No tables are made here: that takes scikit-learn.

Each is an image in CSS: an SVG, or a PNG of pictures. Classes have their colours; a regression's points go from purple, the most negative, over grey to green.
"""

from __future__ import annotations

import math
import struct
import zlib
from base64 import b64encode
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
from playground.registry import at_hand, datasets, describe, fewest, make, spec_of
from playground.ui import sequence_pictures
from playground.ui.sequence_pictures import sequential

MOST: Mapping[str, int] = MappingProxyType({"points": 240, "curve": 60, "cloud": 240})  # dots in a picture
MOST_UNITS, MOST_MAPS = 8, 5
LARGEST, APART, LEAST, COLUMN, WINDOW = (
    60,
    4,
    12,
    28,
    11,
)  # of layers of maps: a square's side, maps' and layers' distances, a column's width, the window's side
ACROSS = 2  # pictures side by side, and below each other, in a tile
TILE, SCENE = 44, (320, 120)
INK: tuple[str, ...] = ("currentColor",)
MARGIN = 0.08  # around a curve, as a share of its picture
CLASSES = ("#e69f00", "light-dark(#0072b2,#56b4e9)", "#009e73", "#cc79a7", "light-dark(#56b4e9,#0072b2)", "#d55e00")
NEGATIVE, ZERO, POSITIVE = "light-dark(#762a83,#b57bc6)", "light-dark(#cfcdca,#4a525e)", "light-dark(#1b7837,#5dbf73)"
STEPS = 3  # shades between none and all of a colour
SHADES = tuple(f"color-mix(in srgb,{NEGATIVE if step < 0 else POSITIVE} {100 * abs(step) // STEPS}%,{ZERO})" for step in range(-STEPS, STEPS + 1))

Bytes = NDArray[np.uint8]
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
        place = (data.x - (left, low)) / (right - left, high - low)
        labels, colours = (np.zeros_like(y), CLASSES[:1]) if kind == "cloud" else (STEPS + np.rint(STEPS * y / np.abs(y).max()), SHADES)
    if data.classes:
        labels, colours = y, CLASSES[: len(data.classes)]
    return place, labels.astype(np.int64), colours


@cache
def pictures(name: str) -> Bytes:
    """The first picture of each class: (classes, height, width), 0 black to 255 white; grey, whatever the set's colours."""
    data, shape = make(fewest(name), np.random.default_rng(3)), datasets()[name].shape
    assert shape is not None
    first = [int(np.argmax(data.y == label)) for label in range(len(data.classes))]
    found: Bytes = np.rint(data.x[first].reshape(-1, *shape).mean(1) * 255).astype(np.uint8)
    return found


def drawn(name: str) -> bool:
    """Whether a dataset's points, pictures or sequences can be drawn here."""
    found = datasets()[name]
    return found.kind in ("curve", "cloud") or (found.kind == "points" and len(found.features) == 2) or pictured(name) or sequential(name)


def pictured(name: str) -> bool:
    """Whether it has pictures that are there for everybody: not those of one's own, nor those that have to be downloaded."""
    return datasets()[name].kind == "images" and at_hand(name)


@cache
def tile(name: str) -> str:
    """A dataset's points or sequences, or some of its pictures side by side, as a CSS image."""
    if sequential(name):
        return _uri((TILE, TILE), sequence_pictures.drawing(name, TILE - 6, 3, 3))
    if not pictured(name):
        return _uri((TILE, TILE), _scatter(points(name), TILE, 0, 1.1))
    some = pictures(name)
    height, width = some.shape[1:]
    across = 1 if coarse(name) else ACROSS
    some = some[picked(len(some), across**2)]
    return f'url("{png(some.reshape(across, across, height, width).swapaxes(1, 2).reshape(across * height, across * width))}")'


def coarse(name: str) -> bool:
    """Whether it has pictures of so few pixels that one alone fills a tile, its pixels seen as squares."""
    shape = datasets()[name].shape
    return pictured(name) and shape is not None and ACROSS * shape[2] < TILE


def png(grey: Bytes) -> str:
    """A picture (height, width), 0 black to 255 white, as a data URI."""
    height, width = grey.shape

    def part(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    lines = np.hstack([np.zeros((height, 1), np.uint8), grey]).tobytes()  # before each line, that it stands as it is
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    whole = b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(lines, 9)) + part(b"IEND", b"")
    return f"data:image/png;base64,{b64encode(whole).decode()}"


def scene(experiment: Experiment) -> str:
    """An experiment as a CSS image: its points, its sequences or one of its pictures at the left where they can be drawn, its layers at the right."""
    name = experiment.data.name
    left = ""
    if pictured(name):
        some = pictures(name)
        left = f"<image x='4' y='18' width='84' height='84' style='image-rendering:pixelated' href='{png(some[len(some) // 2])}'/>"
    elif sequential(name):
        left = sequence_pictures.drawing(name, 104, 4, 8)
    elif drawn(name):
        left = _scatter(points(name), 112, 4, 1.7)
    layers = experiment.family.estimate(experiment).layers
    start = 132 if left else 4
    shown = layers[1:] if left and len(layers[0].shape) == 3 else layers
    if any(len(layer.shape) == 2 for layer in layers[1:]):
        lines, units = sequence_pictures.unrolled(layers, start, 316, SCENE[1] / 2)
    else:
        lines, units = _maps(shown, 88, 316) if len(shown[0].shape) == 3 else _layers(shown, start, 316)
    return _uri(SCENE, f"{left}<g stroke='currentColor' opacity='.25'>{lines}</g><g fill='currentColor' opacity='.85'>{units}</g>")


def _maps(layers: tuple[LayerSize, ...], left: float, right: float) -> tuple[str, str]:
    """Layers of maps as stacks of squares that shrink as their maps do, each with the window that becomes one number of the next; then columns of units:
    (lines, layers) as SVG. Left out: what only lays out, silences or scales."""
    shown = [layer for layer in layers if layer.kind not in ("flatten", "dropout", "batch_norm")]
    stacks, columns = ([layer for layer in shown if len(layer.shape) == axes] for axes in (3, 1))
    maps = [min(MOST_MAPS if len(stacks) < 3 else MOST_MAPS - 2, layer.shape[0]) for layer in stacks]
    sizes = [math.sqrt(layer.shape[1] / layers[0].shape[1]) for layer in stacks]  # for the time being as a share of the largest
    room = right - left - APART * (sum(maps) - len(maps)) - COLUMN * len(columns)
    scale = max(LEAST, min(LARGEST, (room - LEAST * len(stacks)) / sum(sizes)))
    gap = (room - scale * sum(sizes)) / len(stacks)
    windows, squares = "", ""
    across, window = left, (left - 24, SCENE[1] / 2 - 14, float(WINDOW))
    for size, count in zip((scale * share for share in sizes), maps, strict=True):
        across += gap
        edge = SCENE[1] / 2 - (size + APART * (count - 1)) / 2
        x, y, side = window
        ends = "".join(f"M{x + side:.1f} {y + end:.1f}L{across + 0.35 * size:.1f} {edge + 0.45 * size:.1f}" for end in (0, side))
        squares += "".join(
            f"<rect x='{across + APART * at:.1f}' y='{edge + APART * at:.1f}' width='{size:.1f}' height='{size:.1f}' rx='1.5'/>" for at in range(count)
        )
        windows += f"<rect x='{x:.1f}' y='{y:.1f}' width='{side:.1f}' height='{side:.1f}'/><path d='{ends}'/>"
        across += size + APART * (count - 1)
        window = (across - 0.35 * size, edge + APART * (count - 1) + 0.5 * size, min(WINDOW, 0.25 * size))
    lines, units = _layers(tuple(columns), across, right)
    stacked = f"<g fill='light-dark(#f4f5f7,#20262f)' stroke='currentColor'>{squares}</g><g fill='none' stroke='#8a94a3' stroke-width='1.2'>{windows}</g>"
    return lines, stacked + units


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
