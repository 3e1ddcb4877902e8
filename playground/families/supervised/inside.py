"""What was recorded of a network's layers, up to this moment: arrays for the pictures of weights, gradients and activations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from playground.training.records import ANSWERS, GRADIENT, GRADIENTS, QUANTILES, RATIO, WEIGHTS, Layer, Record

Params = Mapping[str, Any]
Arrays = dict[str, Any]

COLUMNS, FEWEST = 36, 8  # moments that travel
BYTES = 7400  # what a view may take, as long as these are not too few
COSTS = {WEIGHTS: (340, BINS + 4 * len(QUANTILES)), GRADIENTS: (860, BINS + 16), ANSWERS: (250, BINS)}  # of a layer: its words, and each of its moments


def records(which: int, context: Context, params: Params) -> Arrays:
    """The records so far and the present, at most 36 moments. Where the present would take too long to measure, the last record stands for it.

    matrices: which of its matrices, where a layer has several; answers are told once a layer. epochs (moments,); quantiles (layers, 7, moments); gradient, ratio (layers, moments): root mean square, and update / weight, NaN where there is none;
    histogram: bins (layers, moments, 40) uint8 of the weights, the sizes of gradients or the answers, low and high (layers,): the ends of their axes, sizes: whether that
    goes by powers of two; dead, saturated, units (layers,): now; sample: examples that this is measured on. All float32 but where told.
    """
    kept = context.records
    now = kept.now()
    recorded = bool(kept.steps) and (not kept.fresh or kept.steps[-1] == context.learner.steps)  # the present is that of the last record
    past = len(kept) - recorded
    words, each = COSTS[which]
    some = picked(past, min(COLUMNS, max(FEWEST, (BYTES // len(kept.layers) - words) // each)) - 1)
    found = Record(*(np.concatenate([old, np.asarray(new)[None]]) for old, new in zip(kept.chosen(some), now, strict=True)))
    rows = _once(kept.layers) if which == ANSWERS else list(range(len(kept.layers)))
    found, now = found.of(rows, moments=True), now.of(rows)
    values = found.values.transpose(1, 2, 0).copy()
    if past < len(kept):  # and only the record saw the update that led here
        values[:, RATIO, -1] = kept.chosen([-1]).values[0, rows, RATIO]
    return {
        "epochs": np.array([*(kept.epochs[i] for i in some), context.learner.epoch if kept.fresh or not kept.epochs else kept.epochs[-1]], np.float32),
        "quantiles": np.ascontiguousarray(values[:, : len(QUANTILES)]),
        "gradient": values[:, GRADIENT],
        "ratio": values[:, RATIO],
        "histogram": _sizes(found.bins) if which == GRADIENTS else _signed(found.bins[:, :, which], found.scales[:, :, which], which == WEIGHTS),
        **dict(zip(("dead", "saturated"), now.counts.T, strict=True)),
        "units": [layer.units for layer in map(kept.layers.__getitem__, rows)],
        "numbers": [kept.layers[row].number for row in rows],
        "names": [kept.layers[row].name for row in rows],
        "matrices": ["weight" if which == ANSWERS else kept.layers[row].part for row in rows],
        "sample": kept.sample,
    }


def _once(layers: Sequence[Layer]) -> list[int]:
    """The places of layers that answer through a module which none before them does."""
    return [at for at, layer in enumerate(layers) if layer.answers not in {before.answers for before in layers[:at]}]


def _sizes(bins: NDArray[np.uint8]) -> Arrays:
    layers = bins.shape[1]
    ends = {"low": [2.0 ** (LOWEST + 1)] * layers, "high": [2.0 ** (LOWEST + BINS - 1)] * layers}
    return {"bins": np.ascontiguousarray(bins[:, :, GRADIENTS].transpose(1, 0, 2)), **ends, "sizes": True}


def _signed(bins: NDArray[np.uint8], scales: NDArray[np.int16], common: bool) -> Arrays:
    """Each layer on its largest scale, or all on the largest of all. low is 0 where a layer has nothing below it: half of the bins are empty then."""
    exponents = np.full(bins.shape[1], scales.max()) if common else scales.max(0)
    found = np.stack([histograms.widened(bins[:, at], scales[:, at], int(exponent)) for at, exponent in enumerate(exponents)])
    high = 2.0**exponents
    below = found[:, :, : BINS // 2].any((1, 2)) | common
    return {"bins": found, "low": np.where(below, -high, 0.0).tolist(), "high": high.tolist(), "sizes": False}


PROBES: Mapping[str, Callable[[Context, Params], Arrays]] = MappingProxyType(
    {"weights": partial(records, WEIGHTS), "gradients": partial(records, GRADIENTS), "activations": partial(records, ANSWERS), "memory": memory}
)
