"""The run before: what a fresh run took the place of, kept as a pale line beside it. No Streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.engine import client
from playground.experiment import Experiment
from playground.text import Refusal
from playground.ui import drafts

POINTS = 200  # of a pale line

Curve = tuple[list[float], list[float | None]]


@dataclass(frozen=True)
class Before:
    """A run that was left: its token, its experiment as it stood, its curves: metric -> (epochs, values), None where there is no number."""

    run: str
    experiment: Experiment
    curves: Mapping[str, Curve]

    def shown(self, now: Experiment) -> dict[str, Any]:
        """What the component is given: the token, how the experiment that followed differs, and the curves where both measure the same."""
        return {"run": self.run, "title": drafts.told(self.experiment, now), "curves": dict(self.curves) if comparable(self.experiment, now) else {}}


def comparable(one: Experiment, other: Experiment) -> bool:
    """Whether curves of two experiments may stand in one chart: the same dataset, answered for the same task, and the same loss."""
    return one.data.name == other.data.name and one.dataset.task == other.dataset.task and one.training.loss == other.training.loss


def remembered(engine: client.Engine, run: str, experiment: Experiment) -> Before | None:
    """A run that took steps, with its history; None where it has left none."""
    with suppress(Refusal):
        rows = engine.history(run)
        if rows and rows[-1]["step"] > 0:
            metrics = rows[-1]["metrics"]
            epochs = np.array([row["epoch"] for row in rows], np.float64)
            return Before(run, experiment, {name: _curve(epochs, [row["metrics"].get(name) for row in rows]) for name in metrics})
    return None


def _curve(epochs: np.ndarray, values: Sequence[float | None]) -> Curve:
    """Thinned to at most 200 points: of each stretch its lowest and its highest, and the last point."""
    numbers = np.array([np.nan if value is None else value for value in values], np.float64)
    kept = _extremes(numbers, POINTS)
    return [float(f"{at:.6g}") for at in epochs[kept]], [None if np.isnan(value) else float(f"{value:.5g}") for value in numbers[kept]]


def _extremes(values: np.ndarray, most: int) -> np.ndarray:
    """Indices, growing, at most `most`. A stretch without any number stays a gap."""
    if len(values) <= most:
        return np.arange(len(values))
    kept = {0, len(values) - 1}
    for stretch in np.array_split(np.arange(len(values)), (most - 2) // 2):
        inside = values[stretch]
        kept |= {int(stretch[np.where(np.isnan(inside), np.inf, inside).argmin()]), int(stretch[np.where(np.isnan(inside), -np.inf, inside).argmax()])}
    return np.array(sorted(kept))
