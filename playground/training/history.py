"""The history of a run: a row whenever one is due, and a thinned copy for drawing that never loses a spike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class History:
    """Rows of numbers: step, epoch, and a family's metrics; NaN where there is none.

    Kept as one growing array (rows, 2 + metrics) float64: 100,000 rows of four metrics take 5 MB.
    """

    def __init__(self, metrics: Sequence[str]) -> None:
        self.metrics = tuple(metrics)
        self._rows: Array = np.empty((64, 2 + len(self.metrics)))
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def rows(self) -> Array:
        """All rows, (rows, 2 + metrics): step, epoch, metrics in order. A view: not to be written to."""
        return self._rows[: self._length]

    def append(self, step: int, epoch: float, metrics: Mapping[str, float | None]) -> None:
        if self._length == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
        self._rows[self._length] = [step, epoch, *(np.nan if (value := metrics.get(name)) is None else value for name in self.metrics)]
        self._length += 1

    def restore(self, rows: Array) -> None:
        """Take over the rows of a checkpoint. ValueError where they are of another family."""
        if rows.ndim != 2 or rows.shape[1] != 2 + len(self.metrics):
            raise ValueError("rows of another shape")
        self._rows, self._length = np.concatenate([rows, np.empty((64, rows.shape[1]))]), len(rows)

    def row(self, index: int = -1) -> dict[str, Any]:
        """One row as plain data: {"step", "epoch", "metrics": {name: number or None}}."""
        step, epoch, *values = map(float, self.rows[index])
        return {"step": int(step), "epoch": epoch, "metrics": {name: None if v != v else v for name, v in zip(self.metrics, values, strict=True)}}

    def curve(self, metric: str, most: int = 400) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(epochs, values), each float32 of at most `most` points: the lowest and the highest of each stretch, and the last."""
        rows = self.rows
        values = rows[:, 2 + self.metrics.index(metric)]
        kept = extremes(values, most)
        return rows[kept, 1].astype(np.float32), values[kept].astype(np.float32)


def extremes(values: Array, most: int) -> NDArray[np.intp]:
    """Which points to draw of (n,) values so that no spike is lost: at most `most` indices, growing.

    Stretches are a power of two long and start at a multiple of it, so that what is drawn of the past stays as it is while
    the curve grows. Of each stretch the lowest and the highest are kept; a stretch of NaN alone stays a gap.
    """
    n = len(values)
    if n <= most:
        return np.arange(n)
    width = 1
    while 2 * -(-n // width) + 1 > most:
        width *= 2
    whole = n // width * width
    folded = values[:whole].reshape(-1, width)
    gaps = np.isnan(folded)
    starts = np.arange(0, whole, width)
    low = starts + np.where(gaps, np.inf, folded).argmin(1)
    high = starts + np.where(gaps, -np.inf, folded).argmax(1)
    rest = values[whole:]
    ends = [n - 1]
    if not np.isnan(rest).all():
        ends += [whole + int(np.nanargmin(rest)), whole + int(np.nanargmax(rest))]
    return np.unique(np.concatenate([low, high, ends]))
