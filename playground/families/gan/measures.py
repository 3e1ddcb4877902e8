"""How well a generator does, measured on what it makes up: of points, over a grid and by the clumps it finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from playground.training.learner import Examples, answering

if TYPE_CHECKING:
    from playground.data.contract import Modes
    from playground.families.gan.model import Rivals

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

CELLS, EDGE = 30, 6.0  # of the grid, each way, and where it ends
WITHIN = 3.0  # spreads from its centre that still count as of a clump
FAIR = 0.25  # a clump is found where it has this share of what would be its fair one


class Judge:
    """What a row tells of a generator of points beside its losses, by name. modes: the clumps of the data, None where there are none."""

    def __init__(self, modes: Modes | None) -> None:
        self._modes = modes
        self._seen: Tensor | None = None  # the real points, and their shares of the grid
        self._real: Doubles = np.zeros((CELLS, CELLS))

    def __call__(self, model: Rivals, parts: Mapping[str, Examples]) -> dict[str, float | None]:
        if self._seen is not parts["train"].x:
            self._seen = parts["train"].x
            self._real = cells(self._seen.cpu().numpy())
        with answering(model):
            made = model.generator(model.fixed).cpu().numpy()
        if not np.isfinite(made).all():
            return dict.fromkeys(("jensen_shannon", "kullback_leibler", *(("covered", "largest") if self._modes else ())))
        told: dict[str, float | None] = dict(zip(("jensen_shannon", "kullback_leibler"), apart(self._real, cells(made)), strict=True))
        if self._modes:
            told |= dict(zip(("covered", "largest"), found(made, self._modes), strict=True))
        return told


def cells(points: Floats) -> Doubles:
    """Shares of points (n, 2) in each cell of the grid over the plane, (30, 30); what lies outside counts to the cell at its edge."""
    place = np.clip(((points + EDGE) * (CELLS / (2 * EDGE))).astype(np.int64), 0, CELLS - 1)
    counts = np.bincount(place[:, 0] * CELLS + place[:, 1], minlength=CELLS**2)
    return counts.reshape(CELLS, CELLS) / len(points)


def apart(real: Doubles, made: Doubles) -> tuple[float, float]:
    """(Jensen-Shannon divergence, Kullback-Leibler divergence of the real from the made up), in nats; of the latter both are smoothed by one example in 10,000 spread over the
    grid, as it is infinite where something is never made up (Lin, 1991; Kullback and Leibler, 1951)."""
    middle = (real + made) / 2
    js = (_relative(real, middle) + _relative(made, middle)) / 2
    smooth = 1e-4 / real.size
    return js, _relative((real + smooth) / (1 + 1e-4), (made + smooth) / (1 + 1e-4))


def _relative(p: Doubles, q: Doubles) -> float:
    some = p > 0
    return float((p[some] * np.log(p[some] / q[some])).sum())


def found(made: Floats, modes: Modes) -> tuple[float, float]:
    """(share of the clumps that are found, share of the points that are of the largest): a point is of its nearest clump, if within three spreads of it; a clump is found where it has at least a
    quarter of its fair share."""
    distances = np.linalg.norm(made[:, None] - modes.centres[None], axis=2)
    nearest = distances.argmin(1)
    own = distances[np.arange(len(made)), nearest] <= WITHIN * modes.spread
    counts = np.bincount(nearest[own], minlength=len(modes.centres))
    return float((counts >= FAIR * len(made) / len(counts)).mean()), float(counts.max() / len(made))
