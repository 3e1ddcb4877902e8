"""What was recorded of a network's layers, up to this moment: arrays for the pictures of weights, gradients and activations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.charts.tokens import picked
from playground.families.supervised.memory import memory
from playground.training import histograms
from playground.training.context import Context
from playground.training.histograms import BINS, LOWEST
from playground.training.records import ANSWERS, GRADIENT, GRADIENTS, QUANTILES, RATIO, WEIGHTS, Record

Params = Mapping[str, Any]
Arrays = dict[str, Any]

COLUMNS, FEWEST = 36, 8  # moments that travel
BYTES = 7400  # what a view may take, as long as these are not too few
COSTS = {WEIGHTS: (340, BINS + 4 * len(QUANTILES)), GRADIENTS: (730, BINS + 16), ANSWERS: (250, BINS)}  # of a layer: its words, and each of its moments


def records(which: int, context: Context, params: Params) -> Arrays:
    """The records so far and the present, at most 36 moments.

    epochs (moments,); quantiles (layers, 7, moments); gradient, ratio (layers, moments): root mean square, and update / weight, NaN where there is none;
    histogram: bins (layers, moments, 40) uint8 of the weights, the sizes of gradients or the answers, low and high: the ends of their axis, sizes: whether that
    is of powers of two; dead, saturated, units (layers,): now; sample: examples that this is measured on. All float32 but where told.
    """
    kept = context.records
    now = kept.now()
    past = len(kept) - bool(kept.steps and kept.steps[-1] == context.learner.steps)  # the present stands for a record of this very step
    words, each = COSTS[which]
    some = picked(past, min(COLUMNS, max(FEWEST, (BYTES // len(kept.layers) - words) // each)) - 1)
    found = Record(*(np.concatenate([old, np.asarray(new)[None]]) for old, new in zip(kept.chosen(some), now, strict=True)))
    values = found.values.transpose(1, 2, 0).copy()
    if past < len(kept):  # and only the record saw the update that led here
        values[:, RATIO, -1] = kept.chosen([-1]).values[0, :, RATIO]
    return {
        "epochs": np.array([*(kept.epochs[i] for i in some), context.learner.epoch], np.float32),
        "quantiles": np.ascontiguousarray(values[:, : len(QUANTILES)]),
        "gradient": values[:, GRADIENT],
        "ratio": values[:, RATIO],
        "histogram": _sizes(found.bins) if which == GRADIENTS else _signed(found.bins[:, :, which], found.scales[:, :, which]),
        **dict(zip(("dead", "saturated"), now.counts.T, strict=True)),
        "units": [layer.weight.shape[0] for layer in kept.layers],
        "sample": kept.sample,
    }


def _sizes(bins: NDArray[np.uint8]) -> Arrays:
    return {
        "bins": np.ascontiguousarray(bins[:, :, GRADIENTS].transpose(1, 0, 2)),
        "low": 2.0 ** (LOWEST + 1),
        "high": 2.0 ** (LOWEST + BINS - 1),
        "sizes": True,
    }


def _signed(bins: NDArray[np.uint8], scales: NDArray[np.int16]) -> Arrays:
    """All on one scale, the largest; its lower half is left out where there is nothing below 0."""
    moments, layers, _ = bins.shape
    exponent = int(scales.max())
    found = histograms.widened(bins.reshape(-1, BINS), scales.ravel(), exponent).reshape(moments, layers, BINS).transpose(1, 0, 2)
    below = bool(found[:, :, : BINS // 2].any())
    shown = found if below else found[:, :, BINS // 2 :]
    return {"bins": np.ascontiguousarray(shown), "low": -(2.0**exponent) if below else 0.0, "high": 2.0**exponent, "sizes": False}


PROBES: Mapping[str, Callable[[Context, Params], Arrays]] = MappingProxyType(
    {"weights": partial(records, WEIGHTS), "gradients": partial(records, GRADIENTS), "activations": partial(records, ANSWERS), "memory": memory}
)
