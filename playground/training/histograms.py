"""Histograms with fixed bins, small enough to be kept by the hundred: of signed values on a scale that doubles, and of sizes by their power of two.

A histogram is 40 bytes: 255 times the square root of each bin's share of all values, rounded. The root keeps a single one of 65,025 values visible.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

BINS = 40
HALF = BINS // 2
LOWEST = -32  # of sizes: bin k holds 2^(k-32) up to 2^(k-31); the first also all that is smaller, and 0, the last all that is larger
SMALLEST = -24  # the scale of values that are all 0 is 2^-24

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


def signed(values: Floats) -> tuple[Bytes, int]:
    """(bins, exponent) of any number of values: bins (40,) evenly over -2^exponent .. 2^exponent, the smallest such scale that holds them all.

    Bins are closed on the side away from 0 and mirrored at it, 0 itself counts as positive: so two bins of a scale are exactly one of the scale twice as
    large. What is no finite number is in no bin, but counts as a value.
    """
    found = values.ravel()
    away = np.abs(found)
    top = float(away.max(initial=0.0))
    if not math.isfinite(top):
        finite = np.isfinite(found)
        found, away = found[finite], away[finite]
        top = float(away.max(initial=0.0))
    exponent = _scale(top)
    away *= np.float32(HALF * 2.0**-exponent)
    place = np.maximum(np.ceil(away, out=away), 1, out=away).astype(np.int32)
    counts = np.bincount(np.where(found < 0, HALF - place, HALF - 1 + place), minlength=BINS)
    return _coded(counts, values.size), exponent


def sizes(values: Floats) -> Bytes:
    """(40,) bins of |value|, each twice as large as the one before: 2^(k-32) up to 2^(k-31)."""
    bits = np.ascontiguousarray(values, np.float32).ravel().view(np.int32)
    powers = np.bincount((bits >> 23) & 255, minlength=256)  # a float32's own exponent; 0 is 0 or tiny, 255 is no finite number
    first, last = 127 + LOWEST, 127 + LOWEST + BINS - 1
    return _coded(np.concatenate([[powers[: first + 1].sum()], powers[first + 1 : last], [powers[last:255].sum()]]), values.size)


def widened(bins: Bytes, exponents: NDArray[np.int16], exponent: int) -> Bytes:
    """Histograms (n, 40) of `signed`, each on its own scale (n,), as they are on the scale 2^exponent, which is none smaller than theirs."""
    found = bins.copy()
    for own in np.unique(exponents[exponents < exponent]):
        rows = exponents == own
        found[rows] = np.minimum(np.round(255 * np.sqrt(np.square(bins[rows] / 255) @ _merged(exponent - int(own)))), 255)
    return found


def _merged(doublings: int) -> NDArray[np.float64]:
    """(40, 40) of 0 and 1: which bin goes into which when the scale doubles so many times."""
    place = np.arange(HALF) >> min(doublings, 10)
    into = np.concatenate([HALF - 1 - place[::-1], HALF + place])
    merged: NDArray[np.float64] = np.eye(BINS)[into]
    return merged


def _scale(top: float) -> int:
    """The smallest exponent with top <= 2^exponent."""
    if top <= 2.0**SMALLEST:
        return SMALLEST
    mantissa, exponent = math.frexp(top)
    return exponent - (mantissa == 0.5)


def _coded(counts: NDArray[np.intp], of: int) -> Bytes:
    return np.round(255 * np.sqrt(counts / max(of, 1))).astype(np.uint8)
