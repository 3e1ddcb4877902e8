"""A recurrent network's way through time that never was: waves for states, in the shapes that families/recurrent promises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.front.pretended import view, words
from tests.front.pretended_gates import cell

__all__ = ["VIEW", "cell", "layer", "phase", "way"]

TITLES = {"rnn": "Simple recurrent layer", "lstm": "LSTM", "gru": "GRU", "dense": "Dense (no memory)"}
CLASSES = ("Italian", "Russian", "Greek")
VIEW = view("network", "unrolled", "Network", "main")


def layer(
    number: int = 1, kind: str = "lstm", units: int = 6, length: int = 10, *, both: bool = False, silent: Sequence[int] = (), held: Sequence[dict[str, Any]] = (),
    states: NDArray[np.float32] | None = None, reach: float = 1.0,
) -> dict[str, Any]:  # fmt: skip
    """One layer; states (units, length), of both directions under each other, (units, 1) of a dense one."""
    rows = units * (2 if both else 1)
    waves = np.sin(np.arange(rows)[:, None] + 0.5 * np.arange(1 if kind == "dense" else length) + number)
    return {
        "number": number, "kind": kind, "title": words(TITLES[kind]), "units": units, "both": both, "shown": np.arange(rows, dtype=np.int32),
        "states": np.asarray(waves if states is None else states, np.float32), "range": reach, "silent": list(silent), "held": list(held),
    }  # fmt: skip


def way(
    *layers: dict[str, Any], length: int = 10, first: int = 0, text: str | None = "smyrniotis", channels: int = 1, answered: int = 1, classes: Sequence[str] | None = CLASSES,
    said: Sequence[float] | None = None, true: Sequence[float] | None = None, shares: Sequence[float] = (0.7, 0.2, 0.1), part: str | None = "test", index: int = 0, of: int = 200,
    typed: str | None = None, now: dict[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The `network` view and the answer to the ask `way`. said and true: classes or values of the steps that are answered, the last ones; the class that is said has the first of the shares."""
    kind = np.int32 if classes else np.float32
    says = np.array(said if said is not None else [1] * answered, kind)
    waves = np.stack([np.sin(0.6 * np.arange(length) + channel) for channel in range(channels)]).astype(np.float32)
    top = None
    if classes:
        top = np.array([[one, *(other for other in range(len(classes)) if other != one)] for one in says], np.int32)
    return {
        "example": {"part": None if typed is not None else part, "index": None if typed is not None else index, "typed": typed, "of": of},
        "length": length, "first": first,
        "input": {"symbols": list(text.rjust(length, "·")[:length]) if text else None, "values": None if text else waves, "channels": [words(f"sensor {one + 1}") for one in range(channels)], "range": [-1.0, 1.0]},
        "layers": list(layers),
        "answers": {
            "steps": np.arange(length - answered, length, dtype=np.int32), "classes": [words(one) for one in classes] if classes else None,
            "true": None if true is None else np.array(true, kind), "said": says, "top": top, "shares": np.array([shares] * answered, np.float32) if classes else None,
            "share_true": np.full(answered, shares[0], np.float32) if classes and true is not None else None, "naive": None, "unit": "",
        },
        "phase": now,
    }  # fmt: skip


def phase(name: str, step: int | None, *pulls: Sequence[float]) -> dict[str, Any]:
    """Where a step stands in time. pulls: the gradient's size at each step, of each layer."""
    return {"name": name, "step": step, "pulls": [np.array(one, np.float32) for one in pulls] if pulls else None}
