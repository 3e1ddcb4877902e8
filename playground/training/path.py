"""The way that the weights of a small network go while it is trained, watched or not: every place at first, later the ones that make its shape."""

from __future__ import annotations

import heapq
import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

MOST_PARAMETERS = 64  # larger networks keep no path: nobody could draw it
KEPT = 400
NEAR = 1 / 2000  # of the path's extent: what moved less than this is no new place
FAR = 1e6  # a place beyond it, on the way to infinity, is not kept

Floats = NDArray[np.float32]


class Path:
    """Where all weights and biases of a model were, before each of its steps.

    The model is listened to: each time it is asked in training mode, which is once a step, the place is taken. When more than 400 are kept they are thinned to
    the 200 that keep the shape best.
    """

    def __init__(self, model: nn.Module) -> None:
        parameters = list(model.parameters())
        self.size = sum(parameter.numel() for parameter in parameters)
        self._parameters = parameters if self.size <= MOST_PARAMETERS else []
        self._rows: list[list[float]] = []
        if self._parameters:
            model.register_forward_pre_hook(self._asked)

    @property
    def points(self) -> Floats:
        """(places, 1 + parameters): first 1 where a hand put it there, 0 where a step led; then weights and biases in the model's order."""
        return np.array(self._rows, np.float32).reshape(-1, 1 + self.size)

    def _asked(self, model: nn.Module, given: Any) -> None:
        if model.training:
            self.take()

    def take(self, by_hand: bool = False) -> None:
        """Keep the present place, if it is a new one."""
        if not self._parameters:
            return
        here: list[float] = torch.cat([parameter.detach().reshape(-1) for parameter in self._parameters]).tolist()
        if not all(abs(value) <= FAR for value in here):  # also false for NaN
            return
        if not self._rows:
            self._low, self._high = list(here), list(here)
        elif not by_hand and self._near(here):
            return
        self._low, self._high = list(map(min, self._low, here)), list(map(max, self._high, here))
        self._rows.append([float(by_hand), *here])
        if len(self._rows) > KEPT:
            self._thin()

    def _near(self, here: list[float]) -> bool:
        last = self._rows[-1]
        return all(abs(a - b) <= NEAR * (high - low) for a, b, low, high in zip(here, last[1:], self._low, self._high, strict=True))

    def _thin(self) -> None:
        """Keep the places that matter most. Where one that a hand chose goes, the next one kept is reached by hand."""
        points = self.points
        kept = shape(points[:, 1:], KEPT // 2)
        jumps = np.maximum.reduceat(points[:, 0], np.append(0, kept[:-1] + 1))
        self._rows = np.column_stack([jumps, points[kept, 1:]]).tolist()
        self._measure(points[kept, 1:])

    def _measure(self, points: Floats) -> None:
        """The extent of the places that are kept: of them alone, so that whoever goes on from a checkpoint measures the same."""
        self._low, self._high = points.min(0).tolist(), points.max(0).tolist()

    def restore(self, points: Floats) -> None:
        """Take over the path of a checkpoint. ValueError where it is of another model."""
        if points.ndim != 2 or points.shape[1] != 1 + self.size:
            raise ValueError("path of another shape")
        self._rows = points.tolist()
        if self._rows:
            self._measure(points[:, 1:])


def shape(points: Floats, most: int) -> NDArray[np.intp]:
    """The indices of at most `most` of the points (n, dimensions), in order, that keep the shape of the line through them: first and last, then always the point
    farthest from the line so far (Ramer, 1972; Douglas and Peucker, 1973), each dimension measured by its extent."""
    n = len(points)
    if n <= most:
        return np.arange(n)
    extent = np.ptp(points, axis=0)
    scaled = points.astype(np.float64) / np.where(extent > 0, extent, 1.0)
    kept = [0, n - 1]
    waiting = [_farthest(scaled, 0, n - 1)]
    while waiting and len(kept) < most:
        distance, at, start, end = heapq.heappop(waiting)
        if math.isinf(distance):
            break
        kept.append(at)
        heapq.heappush(waiting, _farthest(scaled, start, at))
        heapq.heappush(waiting, _farthest(scaled, at, end))
    return np.sort(np.array(kept, np.intp))


def _farthest(points: NDArray[np.float64], start: int, end: int) -> tuple[float, int, int, int]:
    """(minus the distance, index, start, end) of the point between two that is farthest from the stretch between them; infinite where none is between."""
    if end - start < 2:
        return math.inf, start, start, end
    between, chord = points[start + 1 : end] - points[start], points[end] - points[start]
    length = float(chord @ chord)
    share = np.clip(between @ chord / length, 0, 1) if length else np.zeros(len(between))
    squares = ((between - share[:, None] * chord) ** 2).sum(1)
    at = int(squares.argmax())
    return -float(squares[at]), start + 1 + at, start, end
