"""Gates, states and paths of a recurrent network that never was: random weights through the published cells in plain numpy, in the shapes that families/recurrent promises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.front.pretended import view, words

Floats = NDArray[np.float32]

ROWS = {
    "lstm": (("forget", "f", "forget", "keep"), ("input", "i", "input", None), ("candidate", "g", "candidate", None), ("output", "o", "output", None), ("cell", "c", "cell", None), ("hidden", "h", "hidden", None)),
    "gru": (("reset", "r", "reset", None), ("update", "z", "update", None), ("candidate", "n", "candidate", None), ("hidden", "h", "hidden", None)),
    "rnn": (("hidden", "h", "hidden", None),),
}  # fmt: skip
SIGNED = ("candidate", "cell", "hidden")


def views(*shown: str) -> list[dict[str, Any]]:
    """Views by name, in this order."""
    titles = {"gates": "Gates", "path": "Path"}
    return [view(name, name, titles[name], "tab") for name in shown]


def _sigmoid(z: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-z)), np.float32)


def _through(kind: str, units: int, given: Floats, seed: int) -> dict[str, Floats]:
    """name -> (units, steps) of each row."""
    rng = np.random.default_rng(seed)
    count = {"lstm": 4, "gru": 3, "rnn": 1}[kind]
    w, u, b = (rng.normal(0, spread, shape) for spread, shape in ((1.2, (count, units, given.shape[1])), (0.7, (count, units, units)), (0.4, (count, units))))
    h, c = np.zeros(units), np.zeros(units)
    kept: dict[str, list[Any]] = {row[0]: [] for row in ROWS[kind]}
    for x in given:
        z = w @ x + b
        if kind == "lstm":
            i, f, g, o = z + u @ h
            i, f, g, o = _sigmoid(i), _sigmoid(f + 1), np.tanh(g), _sigmoid(o)
            c = f * c + i * g
            h = o * np.tanh(c)
            now = {"forget": f, "input": i, "candidate": g, "output": o, "cell": c, "hidden": h}
        elif kind == "gru":
            r, update = _sigmoid(z[0] + u[0] @ h), _sigmoid(z[1] + u[1] @ h)
            n = np.tanh(z[2] + r * (u[2] @ h))
            h = (1 - update) * n + update * h
            now = {"reset": r, "update": update, "candidate": n, "hidden": h}
        else:
            h = np.tanh(z[0] + u[0] @ h)
            now = {"hidden": h}
        for name, value in now.items():
            kept[name].append(value)
    return {name: np.array(one, np.float32).T.copy() for name, one in kept.items()}


def gates(
    kind: str = "lstm", units: int = 16, shown: int = 16, text: str | None = "hermannsson", length: int = 11, *, first: int = 0, layer: int = 1, layers: int = 1,
    both: bool = False, backward: bool = False, held: dict[str, int] | None = None, silent: Sequence[int] = (), seed: int = 3, index: int = 0, **rows: Floats,
) -> dict[str, Any]:  # fmt: skip
    """The `gates` view. text: its symbols, else three waves are read; rows: values of a row, (shown, length), instead of those of the cell."""
    at = np.arange(len(text) if text else length)
    waves = np.stack([np.sin(at / 2), np.cos(at / 3), np.sin(at / 5 + 1)]).astype(np.float32)
    if text:
        letters = np.array([ord(one) for one in text])
        waves = np.stack([np.sin(letters * turn) for turn in (1.1, 2.3, 3.7)]).astype(np.float32)
    found = {name: values[:shown] for name, values in _through(kind, units, waves.T, seed + 10 * layer + backward).items()} | rows
    for name, to in (held or {}).items():
        found[name] = np.full_like(found[name], to)

    def row(name: str, letter: str, title: str, also: str | None) -> dict[str, Any]:
        reach = float(np.abs(found[name]).max()) if name in SIGNED else 1.0
        return {
            "name": name, "letter": letter, "title": words(title), "also": also and words(also), "values": found[name],
            "low": -reach if name in SIGNED else 0.0, "high": reach, "held": (held or {}).get(name),
        }  # fmt: skip

    return {
        "example": {"part": "test", "index": index, "typed": None, "of": 200},
        "layer": layer, "layers": [{"number": one, "title": words("{kind}, layer {number}", kind=kind.upper(), number=one), "kind": kind, "both": both} for one in range(1, layers + 1)],
        "kind": kind, "backward": backward, "units": units, "shown": np.arange(shown, dtype=np.int32), "length": len(at), "first": first,
        "symbols": list(text) if text else None, "values": None if text else waves, "rows": [row(*one) for one in ROWS[kind]], "silent": list(silent),
    }  # fmt: skip


def _var(letter: str, sub: str = "t") -> dict[str, str]:
    return {"i": letter, "sub": sub}


def cell(unit: int = 3, step: int = 7, symbol: str | None = "m", pull: bool = True) -> dict[str, Any]:
    """The answer to the ask `cell` of an LSTM, its lines in the order of the computation."""
    gate = [" = σ(0.41 × 1.20 + (−0.22) × 0.35 + 0.80 + 1.70) = σ(2.586) = ", "0.930"]
    lines = [
        {"label": words(name), "formula": [_var(letter), *gate]}
        for name, letter in (("input gate", "i"), ("forget gate, keep", "f"), ("candidate", "g"), ("output gate", "o"))
    ]
    lines.append(
        {
            "label": words("cell"),
            "formula": [
                _var("c"),
                " = ",
                _var("f"),
                " × ",
                _var("c", "t−1"),
                " + ",
                _var("i"),
                " × ",
                _var("g"),
                " = 0.930 × 0.512 + 0.120 × (−0.400) = 0.428",
            ],
        }
    )
    lines.append({"label": words("hidden"), "formula": [_var("h"), " = ", _var("o"), " × tanh(", _var("c"), ") = 0.610 × 0.404 = 0.246"]})
    return {
        "title": words("Layer {layer}, unit {unit}, step {step}", layer=1, unit=unit + 1, step=step + 1), "layer": 1, "unit": unit, "step": step, "symbol": symbol, "lines": lines,
        "pull": {"h": -0.0123, "c": 0.0456} if pull else None,
    }  # fmt: skip


def path(
    count: int = 12, length: int = 10, classes: Sequence[str] | None = ("left", "right", "none"), text: bool = False, *, first: int = 0, reach: float = 2.5, points: Floats | None = None, colours: Sequence[float] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The `path` view: each class turns its own way from the middle outwards."""
    at = np.linspace(0, 1, length)
    rng = np.random.default_rng(5)
    kinds = np.arange(count) % len(classes or "abc")
    turn = 2 * np.pi * kinds[:, None] / 3 + 1.2 * at + rng.normal(0, 0.15, (count, 1))
    made = np.stack([2.2 * at * np.cos(turn), 0.6 * 2.2 * at * np.sin(turn)], 2) + rng.normal(0, 0.05, (count, length, 2))
    values = np.array(colours if colours is not None else kinds if classes else np.linspace(-1, 1, count), np.float32)
    found = (made if points is None else points).astype(np.float32)
    return {
        "layer": 1, "points": found, "first": np.full(len(found), first, np.int32), "colours": values[: len(found)], "classes": [words(one) for one in classes] if classes else None,
        "range": None if classes else [-1.0, 1.0], "spread": [0.64, 0.21], "symbols": [list("hermannssonabcdefghij"[:length])] * len(found) if text else None, "reach": reach, "epoch": 4.0,
        "index": 7 * np.arange(len(found), dtype=np.int32), "example": {"part": "test", "index": 0, "typed": None, "of": 200},
    }  # fmt: skip
