"""The pictures that ship are the real ones, and fewer of them are as many of each class as can be."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.data import digits, mnist
from playground.data.pictures import evenly, shipped


def test_digits_are_scikit_learns() -> None:
    from sklearn.datasets import load_digits

    theirs, ours = load_digits(), digits.make(digits.Spec(), np.random.default_rng(0))
    assert np.array_equal(ours.x * 16, theirs.data) and np.array_equal(ours.y, theirs.target)


def test_mnist_is_500_of_each_from_black_to_white() -> None:
    data = mnist.make(mnist.Spec(), np.random.default_rng(0))
    assert data.x.shape == (5000, 784) and np.bincount(data.y).tolist() == [500] * 10
    assert data.x.min() == 0 and data.x.max() == 1 and np.array_equal(np.rint(data.x * 255), shipped("mnist_5k")["x"])
    assert len(np.unique(data.x, axis=0)) == 5000
    assert data.x.mean() == pytest.approx(0.1307, abs=0.005)  # of all 60,000, as is known


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.data())
def test_some_are_as_even_as_can_be_and_the_first_of_each(labels: list[int], data: st.DataObject) -> None:
    y = np.array(labels, np.uint8)
    count = data.draw(st.integers(1, len(y)))
    some = evenly(y, count)
    assert len(some) == count and (np.diff(some) > 0).all()
    of = {label: np.flatnonzero(y == label) for label in set(labels)}
    taken = {label: np.intersect1d(some, places) for label, places in of.items()}
    for label, places in of.items():
        assert np.array_equal(taken[label], places[: len(taken[label])])
    most = max(map(len, taken.values()))
    assert all(len(taken[label]) >= min(most - 1, len(of[label])) for label in of)


def test_more_hold_all_that_fewer_hold() -> None:
    found = [set(evenly(shipped("mnist_5k")["y"], count).tolist()) for count in (100, 105, 1000, 4990, 5000)]
    assert all(fewer < more for fewer, more in pairwise(found))
