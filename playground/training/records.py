"""What is recorded of every layer while a run goes on, watched or not: weights, gradients, and how far an update moves them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.training.path import Path

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
GRADIENT, RATIO = len(QUANTILES), len(QUANTILES) + 1  # columns after the quantiles
KEPT = 200

Floats = NDArray[np.float32]


class Records:
    """Per layer with weights: their quantiles, the root mean square of their gradient, and update / weight.

    steps: when. values: (records, layers, 9) float32: seven quantiles, gradient, ratio; NaN before the first step. Thinned as
    they grow: when more than 200 are kept, every second one goes and the interval doubles. A record of step s needs
    `prepare` at s - 1, before that step is taken: the ratio is of one real update. path: the way of a small network's weights.
    """

    def __init__(self, model: nn.Module, every: int) -> None:
        self.layers = {name: weight for name, layer in model.named_modules() if isinstance(weight := getattr(layer, "weight", None), nn.Parameter)}
        self.path = Path(model)
        self.every = every
        self.steps: list[int] = []
        self._values: list[Floats] = []
        self._before: list[Tensor] = []

    @property
    def values(self) -> Floats:
        """All records: (records, layers, 9)."""
        return np.array(self._values, np.float32).reshape(-1, len(self.layers), RATIO + 1)

    def next_after(self, step: int) -> int:
        """The first step after `step` that is recorded."""
        return (step // self.every + 1) * self.every

    def prepare(self) -> None:
        """Remember the weights as they are before the step that will be recorded."""
        self._before = [weight.detach().clone() for weight in self.layers.values()]

    def take(self, step: int) -> None:
        """Record the model as it is after `step` steps."""
        before: list[Tensor | None] = list(self._before) or [None] * len(self.layers)
        self._values.append(np.stack([_measure(weight, old) for weight, old in zip(self.layers.values(), before, strict=True)]))
        self.steps.append(step)
        self._before = []
        if len(self.steps) > KEPT:
            self.every *= 2
            kept = [i for i, at in enumerate(self.steps) if at % self.every == 0]
            self.steps, self._values = [self.steps[i] for i in kept], [self._values[i] for i in kept]

    def state(self) -> Mapping[str, NDArray[np.float32] | NDArray[np.int64]]:
        return {"records": self.values, "record_steps": np.array([self.every, *self.steps], np.int64), "path": self.path.points}

    def restore(self, values: Floats, steps: NDArray[np.int64], path: Floats) -> None:
        """Take over the records of a checkpoint. ValueError where they are of another model."""
        if values.shape != (len(steps) - 1, len(self.layers), RATIO + 1) or steps[0] < 1:
            raise ValueError("records of another shape")
        self.every, *self.steps = map(int, steps)
        self._values, self._before = list(values), []
        self.path.restore(path)


def _measure(weight: nn.Parameter, before: Tensor | None) -> Floats:
    """One layer: seven quantiles of its weights (linear between neighbours), gradient RMS, update / weight. (9,)"""
    now = weight.detach().cpu().numpy().ravel()
    ordered = np.sort(now)
    place = np.array(QUANTILES) * (len(ordered) - 1)
    under = place.astype(np.intp)
    over = np.minimum(under + 1, len(ordered) - 1)
    quantiles = ordered[under] + (place - under) * (ordered[over] - ordered[under])
    gradient = np.nan if weight.grad is None else _rms(weight.grad.cpu().numpy())
    if before is None:
        return np.array([*quantiles, gradient, np.nan], np.float32)
    old = before.cpu().numpy()
    size = _rms(old)
    return np.array([*quantiles, gradient, _rms(now - old.ravel()) / size if size > 0 else np.nan], np.float32)


def _rms(values: Floats) -> float:
    flat = values.ravel()
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.sqrt(np.vdot(flat, flat) / len(flat)))
