"""Pictures from outside made into such as a set holds: a person's drawing as the set's own were made, a photo cut and shrunk to fit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.data.contract import Dataset, Floats

Reals = NDArray[np.float64]

MNIST_SIDE, MNIST_INK, MNIST_MIDDLE = 28, 20, 14
BITMAP, BLOCK = 32, 4  # of the digits 8x8
WIDE, NARROW = 20, 0.3  # how wide a digit becomes in the bitmap; by which share of its height it is so narrow that it stays so
STEEPEST = 1.0  # columns a row that a slanted digit is straightened by at most
FAINT = 0.2  # share of the bitmap that is ink, below which strokes are made thicker
LUMA = np.array([0.299, 0.587, 0.114])  # how bright red, green and blue look: ITU-R BT.601


def drawn(grey: NDArray[np.floating], dataset: Dataset) -> Floats:
    """A drawing (rows, columns), light on black, 0 to 1, as a picture of the set: (columns,). One without ink gives black.

    Ink is all that is not black. Resizing is `resized`, with soft edges.

    `drawing` "mnist", as those were made (LeCun, Bottou, Bengio and Haffner, 1998, part III A): cut to the ink; resized, keeping its proportions, so that the longer
    side is 20 pixels; put on 28x28 by whole pixels so that the centre of mass falls on pixel (14, 14), counted from 0, as near as whole pixels allow. All 5,000
    pictures that ship have their ink within 20 pixels and their centre of mass between 13.5 and 14.5, both ways.

    "digits", as NIST's programs made those (Garris and others, 1994; Alpaydin and Kaynak, 1998): cut to the ink; slant taken out, so that the leftmost ink of the top
    row and of the bottom row stand above each other; resized to 20x32, or keeping its proportions where it is as narrow as a 1; put into the middle of a bitmap of
    32x32; strokes made a pixel thicker on all sides while less than a fifth of that is ink; then the ink of each block of 4x4 counted, 0 to 16, here in sixteenths.
    Their bitmap was of black and white alone; here a pixel half inked counts half.

    "": resized and cut as a photo. Where the set's pictures were brought to another size, so is the drawing.
    """
    light: Reals = np.clip(np.asarray(grey, np.float64), 0, 1)
    if not dataset.drawing:
        return photo(light[..., None], dataset)
    if not light.any():
        return np.zeros(len(dataset.features), np.float32)
    made = {"mnist": _as_mnist, "digits": _as_digits}[dataset.drawing](cut(light))
    assert dataset.shape is not None
    found: Floats = scaled(made.astype(np.float32).reshape(1, -1), (1, *made.shape), dataset.shape)[0]
    return found


def photo(pixels: NDArray[np.floating], dataset: Dataset) -> Floats:
    """A picture (rows, columns, channels), 0 to 1, one channel or three, as one of the set: (columns,), channel-major.

    The largest part around its middle that has the set's proportions is resized. A set of grey pictures gets how bright it looks, one of colours a grey
    picture's grey three times.
    """
    assert dataset.shape is not None
    channels, height, width = dataset.shape
    pixels = np.clip(np.asarray(pixels, np.float64), 0, 1)
    rows, columns, given = pixels.shape
    if given != channels:
        pixels = (pixels @ LUMA)[..., None] if channels == 1 else np.repeat(pixels, channels, 2)
    scale = min(rows / height, columns / width)  # the photo's pixels for one of the set's
    top, left = (rows - scale * height) / 2, (columns - scale * width) / 2
    down, across = _shares(top, rows - top, height, rows), _shares(left, columns - left, width, columns)
    made: Reals = np.einsum("ir,rcd,jc->dij", down, pixels, across, optimize=True)
    return np.clip(made, 0, 1).astype(np.float32).ravel()


def resized(grey: Reals, height: int, width: int) -> Reals:
    """(rows, columns) as (height, width): where it shrinks, the mean over the area that becomes one pixel; where it grows, linear between pixels."""
    rows, columns = grey.shape
    made: Reals = _shares(0, rows, height, rows) @ grey @ _shares(0, columns, width, columns).T
    return made


def scaled(x: Floats, was: tuple[int, int, int], shape: tuple[int, int, int]) -> Floats:
    """Pictures (n, columns) of one shape (channels, height, width) as pictures of another with as many channels, each channel `resized`."""
    if was == shape:
        return x
    down, across = _shares(0, was[1], shape[1], was[1]), _shares(0, was[2], shape[2], was[2])
    made = np.einsum("ir,ncrd,jd->ncij", down.astype(np.float32), x.reshape(-1, *was), across.astype(np.float32), optimize=True)
    return np.ascontiguousarray(np.clip(made, 0, 1).reshape(len(x), -1), np.float32)


def cut(grey: Reals) -> Reals:
    """The smallest rectangle with all ink."""
    rows, columns = np.flatnonzero(grey.any(1)), np.flatnonzero(grey.any(0))
    return grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _shares(low: float, high: float, count: int, size: int) -> Reals:
    """By how much each of `size` pixels makes up each of `count` that lie evenly from `low` to `high` along them: (count, size), each row adds up to 1."""
    edges = np.linspace(low, high, count + 1)
    scale, pixel = (high - low) / count, np.arange(size)
    if scale >= 1:
        shares = np.clip(np.minimum(edges[1:, None], pixel + 1) - np.maximum(edges[:-1, None], pixel), 0, None)
    else:
        middle = np.clip((edges[:-1] + edges[1:]) / 2, 0.5, size - 0.5)
        shares = np.clip(1 - np.abs(middle[:, None] - pixel - 0.5), 0, None)
    made: Reals = shares / shares.sum(1, keepdims=True)
    return made


def _as_mnist(ink: Reals) -> Reals:
    """(rows, columns) of ink as (28, 28)."""
    small = resized(ink, *(max(1, round(MNIST_INK * side / max(ink.shape))) for side in ink.shape))
    made = np.zeros((MNIST_SIDE, MNIST_SIDE))
    middle = [(small.sum(1 - axis) @ np.arange(small.shape[axis])) / small.sum() for axis in (0, 1)]
    top, left = (int(np.clip(np.ceil(MNIST_MIDDLE - place - 0.5), 0, MNIST_SIDE - side)) for place, side in zip(middle, small.shape, strict=True))
    made[top : top + small.shape[0], left : left + small.shape[1]] = small
    return made


def _as_digits(ink: Reals) -> Reals:
    """(rows, columns) of ink as (8, 8)."""
    straight = cut(_upright(ink))
    rows, columns = straight.shape
    width = WIDE if columns > NARROW * rows else max(1, round(BITMAP * columns / rows))
    left = (BITMAP - width) // 2
    bitmap = np.zeros((BITMAP, BITMAP))
    bitmap[:, left : left + width] = resized(straight, BITMAP, width)
    while bitmap.mean() < FAINT:
        bitmap = _thicker(bitmap)
    blocks = bitmap.reshape(BITMAP // BLOCK, BLOCK, BITMAP // BLOCK, BLOCK).sum((1, 3))
    made: Reals = np.rint(blocks) / BLOCK**2
    return made


def _upright(ink: Reals) -> Reals:
    """With its rows moved sideways so that the leftmost ink at the top and at the bottom, a row of the bitmap each, stand above each other: (rows, wider)."""
    rows, columns = ink.shape
    band = max(1, round(rows / BITMAP))
    top, bottom = (int(np.flatnonzero(part.any(0))[0]) for part in (ink[:band], ink[-band:]))
    slope = np.clip((bottom - top) / max(1, rows - band), -STEEPEST, STEEPEST)
    room = int(np.ceil(abs(slope) * rows))
    places = np.arange(columns + 2 * room) - room
    return np.stack([np.interp(places + slope * (row - (rows - 1) / 2), np.arange(columns), values, 0, 0) for row, values in enumerate(ink)])


def _thicker(bitmap: Reals) -> Reals:
    """Each pixel the most of itself and its four neighbours."""
    around = np.pad(bitmap, 1)
    made: Reals = np.max([bitmap, around[:-2, 1:-1], around[2:, 1:-1], around[1:-1, :-2], around[1:-1, 2:]], axis=0)
    return made
