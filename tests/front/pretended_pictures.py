"""Figures and answers of a run on pictures that never was, in the shapes that families/conv promises: those that tests of one picture at a time need."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.charts.outcomes import confusion as outcome
from tests.front.pretended import as_bytes, view, words

Bytes = NDArray[np.uint8]
DIGITS = [str(digit) for digit in range(10)]


def views(*shown: str) -> list[dict[str, Any]]:
    """Views by name, in this order: each with the renderer and the place it has on the page."""
    places = {
        "tryout": ("tryout", "Try it", "side"),
        "confusion": ("confusion", "Scores", "side"),
        "filters": ("filters", "Filters", "tab"),
        "mistakes": ("mistakes", "Mistakes", "tab"),
        "embedding": ("embedding", "Embedding", "tab"),
        "pictures": ("sheet", "Pictures", "tab"),
    }
    return [view(name, *places[name]) for name in shown]


def picture(shade: int, channels: int = 1, side: int = 28) -> Bytes:
    """(channels, side, side): black, with a square of this shade in its middle."""
    found = np.zeros((channels, side, side), np.uint8)
    found[:, side // 4 : -side // 4, side // 4 : -side // 4] = shade
    return found


def probabilities(said: int, sure: float = 0.9, classes: int = 10) -> NDArray[np.float32]:
    found = np.full(classes, (1 - sure) / (classes - 1), np.float32)
    found[said] = sure
    return found


def maps(said: int, sure: float = 0.9, *, true: int | None = None, shade: int = 200, before: NDArray[np.float32] | None = None, **of: Any) -> dict[str, Any]:
    """The answer to the ask "maps"."""
    return {
        "picture": {"pixels": picture(shade), "part": "test", "index": 0, "true": true, **of},
        "layers": [],
        "answer": {"classes": DIGITS, "probabilities": probabilities(said, sure), "said": said, "true": true},
        "before": before,
    }


def tryout(said: int = 7, channels: int = 1, drawing: str = "mnist") -> dict[str, Any]:
    found = maps(said, true=7)
    pixels = {**found["picture"], "pixels": picture(200, channels)}
    return {
        "classes": DIGITS,
        "shape": [channels, 28, 28],
        "drawing": drawing,
        "parts": {"test": 1000, "train": 4000},
        "answer": found["answer"],
        "picture": pixels,
    }


def why(value: float, signed: bool) -> dict[str, Any]:
    """The answer to the ask "why": this value of the range everywhere."""
    return {"map": as_bytes(np.full((28, 28), value)), "range": 0.25, "class": 7, "signed": signed, "probability": 0.9, "layer": 2}


def mistakes(count: int = 3) -> dict[str, Any]:
    """Sevens taken for ones, and so on upward."""
    own = (np.arange(count) + 7) % 10
    return {
        "pictures": np.stack([picture(80 + 14 * at) for at in range(count)]) if count else np.zeros((0, 1, 28, 28), np.uint8),
        "part": "test", "index": np.arange(count, dtype=np.int32) * 11, "true": own.astype(np.int32), "said": ((own + 4) % 10).astype(np.int32),
        "sure": np.linspace(0.98, 0.8, count).astype(np.float32), "right": np.full(count, 0.01, np.float32), "wrong": count * 5, "of": 1000, "epoch": 5.0, "classes": DIGITS,
    }  # fmt: skip


def behind(count: int = 3) -> dict[str, Any]:
    return {
        "count": count,
        "pictures": np.stack([picture(100 + at) for at in range(count)]),
        "index": np.arange(count, dtype=np.int32) + 40,
        "sure": np.linspace(0.9, 0.5, count).astype(np.float32),
    }


def confusion() -> dict[str, Any]:
    counts = np.eye(10, dtype=np.int32) * 90
    counts[7, 1] = 12
    return {**outcome({"test": counts, "train": counts * 4}, DIGITS), "pictures": True}


def embedding(places: list[tuple[float, float]], true: list[int], said: list[int], classes: list[str] | None = None) -> dict[str, Any]:
    return {
        "places": np.array(places, np.float32), "index": np.arange(len(places), dtype=np.int32) + 20, "true": np.array(true, np.uint8), "said": np.array(said, np.uint8),
        "extent": [[-1.0, 1.0], [-1.0, 1.0]], "share": [0.41, 0.22], "epoch": 5.0, "classes": classes or DIGITS,
    }  # fmt: skip


def filters(channels: int = 1, count: int = 4) -> dict[str, Any]:
    """Two convolutions of 3x3: the first filter is the largest positive everywhere, the second the most negative, the others 0."""
    kernels = np.full((count, channels, 3, 3), 128, np.uint8)
    kernels[0], kernels[1] = 255, 1
    first = {"name": "layer1", "number": 1, "title": words("Convolution 3×3"), "kernels": kernels, "range": 0.5, "on": np.ones(count, np.uint8)}
    deep = np.repeat(kernels[:, :1], 8, 1)
    return {"layers": [first, {**first, "name": "layer3", "number": 3, "kernels": deep}]}


def learns(times: int) -> dict[str, Any]:
    """One picture a class, and `times` variations of each."""
    shown = np.stack([picture(100 + 10 * digit) for digit in range(10)])
    varied = np.stack([np.roll(shown, at + 1, 3) for at in range(times)]) if times else np.zeros((0, 10, 1, 28, 28), np.uint8)
    return {"pictures": shown, "varied": varied, "true": np.arange(10, dtype=np.int32), "classes": DIGITS}
