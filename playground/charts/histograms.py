"""Histograms over time, one strip a layer, for the browser's own canvas: plain dicts and numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def over_time(
    histogram: Mapping[str, Any], epochs: NDArray[np.float32], titles: Sequence[dict[str, Any]], notes: Sequence[dict[str, Any] | None], words: dict[str, Any]
) -> dict[str, Any]:
    """histogram: as families/supervised/inside.py has it. notes: a warning for each layer, or None. words: the sentence under the picture."""
    shares = {key: histogram[key] for key in ("bins", "low", "high", "sizes")}
    layers = [{"title": title, "note": note} for title, note in zip(titles, notes, strict=True)]
    return {**shares, "epochs": epochs, "layers": layers, "say": words}
