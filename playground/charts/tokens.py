"""What figures are made of where they are not numbers: texts to be translated, colour tokens, marks. Filled in by the browser."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

MARKS = 24  # a slider moved to and fro must not make frames heavy
LAYERS = tuple(f"--c{i}" for i in range(8))  # colours for things that are neither parts nor classes


def say(text: str, /, **values: Any) -> dict[str, Any]:
    """A text on its way to a browser: English, with the values for its {places}."""
    return {"$t": text, "values": values}


def axis(title: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """A Plotly axis; its title in words."""
    return {"title": {"text": title}, **more} if title else more


def happenings(events: Iterable[Mapping[str, Any]], span: float) -> dict[str, Any]:
    """Layout entries that mark live changes by a vertical hairline each: the last 24 moments with one. span: epochs that the axis shows.

    The newest has a short word at its top, older ones as far as there is room; the others have a dot that tells its word when pointed at.
    """
    moments = {(event["step"], str(event["label"]["values"].get("field", event["name"]))): event for event in events}  # of several at one step the last holds
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    free = math.inf  # up to where the axis' top is empty, from the right
    for event in reversed(list(moments.values())[-MARKS:]):
        x = float(event["epoch"])
        shapes.append({"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": {"color": "--soft", "width": 1}})
        half = _width(event["label"]) * span / 2
        middle = min(max(x, half), max(span - half, half))  # words stay within the picture
        fits = middle + half <= free
        word = {"text": event["label"]} if fits else {"text": "·", "hovertext": event["label"]}
        look = {"size": 10, "color": "--soft"}
        notes.append({"x": middle if fits else x, "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False, "font": look, **word})
        if fits:
            free = middle - half
    return {"shapes": shapes[::-1], "annotations": notes[::-1]}


def _width(label: Mapping[str, Any]) -> float:
    """About what share of a chart's width a mark's words take: 6 of 250 pixels a letter."""
    told = label["$t"]
    for name, value in label["values"].items():
        told = told.replace(f"{{{name}}}", str(value))
    return min(1.0, len(told) * 6 / 250)


def picked(n: int, most: int) -> NDArray[np.intp]:
    """At most `most` of n indices, evenly spread from the first to the last."""
    return np.arange(n) if n <= most else np.linspace(0, n - 1, most).round().astype(np.intp)


def shades(values: NDArray[np.float32], scale: NDArray[np.float32] | float) -> NDArray[np.uint8]:
    """Signed values as bytes: 128 is 0, 255 is +scale, 1 is -scale; beyond is cut, what is no number is 128."""
    with np.errstate(invalid="ignore"):
        scaled = values * (np.float32(127) / np.float32(scale)) + np.float32(128.5)
    if not np.isfinite(scaled).all():
        scaled = np.nan_to_num(scaled, nan=128.5, posinf=255, neginf=1)
    return np.clip(scaled, 1, 255, out=scaled).astype(np.uint8)
