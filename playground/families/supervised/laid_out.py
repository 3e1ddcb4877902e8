"""Numbers of pixels laid out as the picture that they are of. Pure; no torch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.charts.tokens import say, shades
from playground.text import N_

Shape = tuple[int, int, int]  # (channels, height, width)
Bytes = NDArray[np.uint8]


def grey(x: NDArray[Any], shape: Shape) -> Bytes:
    """Pixels (columns,) of 0 (black) to 1 as they are seen, (channels, height, width) uint8."""
    found: Bytes = np.clip(np.nan_to_num(x) * 255 + 0.5, 0, 255).astype(np.uint8).reshape(shape)
    return found


def signed(values: NDArray[Any], shape: Shape) -> tuple[Bytes, float]:
    """A number of each pixel, (columns,) or (k, columns), as shades (height, width) or (k, height, width), and what the strongest of all stand for.

    The numbers of a pixel's three colours are added up: together they say what a grey pixel does.
    """
    whole = values.reshape(*values.shape[:-1], *shape).sum(-3).astype(np.float32)
    size = np.abs(whole)
    largest = float(size.max(initial=0.0, where=np.isfinite(size))) or 1.0
    return shades(whole, largest), largest


COLOURS = (N_("red"), N_("green"), N_("blue"))


def pixel(number: int, shape: Shape) -> dict[str, Any]:
    """What a column of pictures is called; rows and columns are counted from 0, as in their arrays."""
    channels, height, width = shape
    channel, (row, column) = number // (height * width), divmod(number % (height * width), width)
    place = say(N_("row {row}, column {column}"), row=row, column=column)
    return place if channels == 1 else say(N_("{colour}, {place}"), colour=say(COLOURS[channel]), place=place)
