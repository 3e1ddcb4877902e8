"""TensorFlow Playground's easy shapes are learned as well as it learns them. All four over 21 seeds: `python -m benchmarks shapes`."""

from __future__ import annotations

import statistics

import pytest

from benchmarks.shapes import SHAPES, error


@pytest.mark.parametrize(("name", "seeds"), [("gauss", 3), ("circle", 3), ("xor", 3)])
def test_the_median_is_within_twice_its_own(name: str, seeds: int) -> None:
    assert statistics.median(error(name, seed) for seed in range(seeds)) <= 2 * SHAPES[name][2]
