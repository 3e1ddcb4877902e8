"""The pictures, series, names and texts that ship are the real ones, and fewer pictures are as many of each class as can be."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.data import airline, co2, digits, mnist, names, sunspots, text
from playground.data.pictures import FILES, evenly, shipped


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


# -- sequences


def table(name: str) -> list[list[str]]:
    return [line.split(",") for line in (FILES / f"{name}.csv").read_text("utf-8").splitlines()]


def test_airline_is_box_and_jenkins_series_g() -> None:
    data = airline.make(airline.Spec(), np.random.default_rng(0)).series
    assert data is not None and len(data.values) == airline.COUNT == 144
    yearly = data.values.reshape(12, 12).sum(1)
    assert yearly.tolist() == [1520, 1676, 2042, 2364, 2700, 2867, 3408, 3939, 4421, 4572, 5140, 5714]  # by hand, from the book's table
    assert data.values[[0, 143]].tolist() == [112, 432] and data.values.max() == 622 and data.values.min() == 104
    assert data.times[0] == pytest.approx(1949 + 0.5 / 12) and data.times[-1] == pytest.approx(1960 + 11.5 / 12)
    assert np.allclose(np.diff(data.times), 1 / 12)


def test_sunspots_are_the_yearly_means_since_1700() -> None:
    data = sunspots.make(sunspots.Spec(), np.random.default_rng(0)).series
    assert data is not None and len(data.values) == sunspots.COUNT == 309
    known = dict(zip(data.times.astype(int).tolist(), data.values.tolist(), strict=True))
    assert list(known) == list(range(1700, 2009))
    assert (known[1700], known[1712], known[1957], known[2008]) == (5.0, 0.0, 190.2, 2.9), "the largest of all was 1957"
    assert max(known, key=known.__getitem__) == 1957 and min(known.values()) == 0


def test_co2_rises_and_breathes() -> None:
    data = co2.make(co2.Spec(), np.random.default_rng(0)).series
    assert data is not None and len(data.values) == co2.COUNT == 526
    assert data.values[[0, -1]].tolist() == [316.1, pytest.approx(371.0, abs=0.2)]
    assert data.times[0] == pytest.approx(1958 + 2.5 / 12) and data.times[-1] == pytest.approx(2001 + 11.5 / 12) and np.allclose(np.diff(data.times), 1 / 12)
    months = data.values[10:].reshape(-1, 12)  # from January 1959
    assert (np.diff(months.mean(1)) > 0).all(), "each year more than the one before"
    assert (months.argmax(1) == 4).mean() > 0.8 and set(months.argmin(1).tolist()) <= {8, 9}, "most in May, least in September or October"


def test_names_tell_their_language() -> None:
    head, *rows = table("names")
    assert head == ["language", "name"] and len(rows) == 1920
    languages = [language for language, _ in rows]
    assert sorted(set(languages), key=languages.index) == [title.lower() for title in names.LANGUAGES]
    assert {languages.count(language) for language in languages} == {names.EACH}
    ends = {language: sum(name.endswith(end) for own, name in rows if own == language) for language, end in (("finnish", "nen"), ("russian", "ov"), ("greek", "s"))}  # fmt: skip
    assert ends["finnish"] > 100 and ends["russian"] > 60 and ends["greek"] > 100


def test_the_novel_begins_as_everybody_knows() -> None:
    assert text.novel().startswith("it is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife.\n")
    assert len(text.novel()) == text.SIGNS and "".join(sorted(set(text.novel()))) == text.ALPHABET
    shares = {sign: text.novel().count(sign) / text.SIGNS for sign in text.ALPHABET}
    assert max(shares, key=shares.__getitem__) == " " and 0.09 < shares["e"] < 0.12  # as English is


def test_every_file_that_ships_is_told_with_its_licence() -> None:
    told = (FILES / "README.md").read_text("utf-8")
    for file in FILES.iterdir():
        if file.name != "README.md":
            assert f"`{file.name}`" in told, file.name
    rows = [line.strip("| ").split(" | ") for line in told.splitlines() if line.startswith("| `")]
    assert all(len(row) == 4 and all(row) for row in rows)
    assert "Permission is hereby granted" in (FILES / "names.LICENSE.txt").read_text("utf-8")
    assert sum(file.stat().st_size for file in FILES.iterdir()) < 1_200_000
