"""One seed, separate streams: changing how one part draws never changes what another part draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Streams:
    """Seeds for numpy (data, split) and torch (weights, order, dropout, variation of pictures, noise that a generator starts from), each of 63 bits."""

    data: int
    split: int
    weights: int
    order: int
    dropout: int
    variation: int
    noise: int


def streams(seed: int) -> Streams:
    """Seven independent seeds out of one (numpy's SeedSequence)."""
    words = np.random.SeedSequence(seed).generate_state(7, np.uint64) >> np.uint64(1)
    return Streams(*map(int, words))
