"""What a recurrent network that never was tells: a forecast, texts, what it makes of a typed sequence, in the shapes that families/recurrent promises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.front.pretended import view, words

LANGUAGES = ("Italian", "Russian", "Greek", "Finnish", "German", "Spanish", "French", "English")


def views(*shown: str) -> list[dict[str, Any]]:
    """Views by name, in this order."""
    titles = {"forecast": "Forecast", "writing": "Writing", "typed": "Try it"}
    return [view(name, name, titles[name], "side") for name in shown]


def _rmse(residuals: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.square(residuals).mean()))


def forecast(
    count: int = 144, window: int = 12, free: int = 24, *, monthly: bool = True, level: float | None = None, validation: int | None = None, scores: bool = True, unit: str = "thousand passengers",
) -> dict[str, Any]:  # fmt: skip
    """The `forecast` view: a series that grows and swings, or stays at `level`; of each value the network says 5 more than it is. It learns from the first 70 %."""
    at = np.arange(count)
    times = 1949 + (at + 0.5) / 12 if monthly else at.astype(float)
    true = (120 + 2.2 * at) * (1 + 0.2 * np.sin(at * np.pi / 6)) if level is None else np.full(count, level)
    said = np.where(at < window, np.nan, true + 5)
    naive = np.concatenate([[np.nan], true[:-1]])
    test = int(0.7 * count)
    beyond = np.arange(count, count + free)
    onward = (120 + 2.2 * beyond) * (1 + 0.2 * np.sin(beyond * np.pi / 6)) if level is None else np.full(free, level + 1)
    parts = {
        name: {"rmse": 5.0, "mae": 5.0, "naive_rmse": _rmse((true - naive)[cut]), "naive_mae": float(np.abs(true - naive)[cut].mean())}
        for name, cut in (("train", slice(window, test)), ("test", slice(test, None)))
    }
    return {
        "times": times.astype(np.float32), "true": true.astype(np.float32), "said": said.astype(np.float32), "naive": naive.astype(np.float32), "test": test, "validation": validation,
        "free": {"times": (1949 + (beyond + 0.5) / 12 if monthly else beyond).astype(np.float32), "values": onward.astype(np.float32)},
        "unit": words(unit) if unit else "", "scores": parts if scores else {"train": None, "test": None}, "say": words("It is better than the naive forecast."),
    }  # fmt: skip


def writing(*texts: str, loss: float | None = 1.9, start: str = "it is a truth ", temperature: float = 0.8) -> dict[str, Any]:
    """The `writing` view: these texts, the last one now."""
    found = texts or ("e taoh  nis,r\neo hta", "the the sand tore\nand he", "the man was not to be\nhad, said elizabeth")
    return {
        "samples": [{"epoch": 0.5 * 4**at, "text": text} for at, text in enumerate(found)],
        "temperature": temperature,
        "loss": loss,
        "chance": 2.88,
        "start": start,
    }


def typed(
    text: str = "rossi", classes: Sequence[str] = LANGUAGES, *, alphabet: str = "abcdefghijklmnopqrstuvwxyz", longest: int = 14, shortest: int = 1, said: int = 0, sure: float = 0.9, true: int | None = 0, example: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """The `typed` view: as sure of its last answer as told, of the class before it at the first sign."""
    shares = np.full((len(text), len(classes)), 0.0, np.float32)
    for step, row in enumerate(shares):
        row[:] = (1 - sure) / (len(classes) - 1)
        row[said if step or len(text) == 1 else (said + 1) % len(classes)] = sure
    return {
        "typed": text, "first": longest - len(text), "symbols": list(text), "alphabet": list(alphabet), "longest": longest, "shortest": shortest, "classes": [words(one) for one in classes],
        "shares": shares, "true": true, "example": {"part": "test", "index": 0, "typed": None, "of": 300} if example else {"part": None, "index": None, "typed": text, "of": 0},
    }  # fmt: skip


def brackets(text: str = "(())()", said: int = 1, sure: float = 0.8, true: int | None = 1, example: bool = True) -> dict[str, Any]:
    return typed(text, ("not balanced", "balanced"), alphabet="()", longest=6, shortest=6, said=said, sure=sure, true=true, example=example)
