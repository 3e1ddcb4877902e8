"""What every dataset keeps to, whatever is chosen; found through the registry, so that a new one is held to it too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from annotated_types import Ge, Le
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from playground.data.contract import PLANE, CurveSpec, Data, Dataset, DataSpec, ImagesSpec, PointsSpec, pixels, sizes, split, steps
from playground.experiment import names_of
from playground.registry import datasets, describe, make, rows, spec_of
from playground.text import Refusal

NAMES = [  # not those that need a file, or have to be downloaded
    name for name, found in sorted(datasets().items()) if not found.download and not any(info.is_required() for info in spec_of(name).model_fields.values())
]
DRAWN = [name for name in NAMES if issubclass(spec_of(name), (PointsSpec, CurveSpec))]
PICTURES = [name for name in NAMES if datasets()[name].kind == "images"]
FIXED = [*(name for name in NAMES if datasets()[name].rows is not None and name != "sine"), "mnist"]  # the seed changes nothing
AHEAD = [name for name in NAMES if (found := datasets()[name].sequence) and found.ahead]
STANDARDIZED = [name for name in NAMES if datasets()[name].standardized]
PARTS = ("train", "validation", "test")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def limits(info: FieldInfo) -> tuple[Any, Any]:
    return next(item.ge for item in info.metadata if isinstance(item, Ge)), next(item.le for item in info.metadata if isinstance(item, Le))


def extremes(name: str) -> dict[str, list[Any]]:
    """Field -> the values that are worth a try: both limits of a number, each name of a list."""
    found: dict[str, list[Any]] = {}
    for field, info in spec_of(name).model_fields.items():
        if names := names_of(info):
            found[field] = list(names.table)
        elif info.annotation is bool:
            found[field] = [False, True]
        elif info.annotation in (int, float):
            found[field] = list(limits(info))
    return found


@st.composite
def specs(draw: st.DrawFn) -> DataSpec:
    name = draw(st.sampled_from(NAMES))
    chosen = {}
    for field, values in extremes(name).items():
        number = spec_of(name).model_fields[field].annotation
        between = st.nothing()
        if number in (int, float):
            low, high = values
            between = st.integers(low, high) if number is int else st.floats(low, high)
        chosen[field] = draw(st.sampled_from(values) | between)
    return spec_of(name).model_validate(chosen)


def fits(spec: DataSpec, data: Data, dataset: Dataset) -> None:
    """The data are what was told of them before they were made."""
    count = rows(spec)
    assert (data.task, data.classes, data.feature_names) == (dataset.task, dataset.classes, dataset.features)
    assert data.x.shape == (count, len(dataset.features)) and data.x.dtype == np.float32
    assert np.isfinite(data.x).all() and np.isfinite(data.y).all()
    answered = dataset.sequence.answered if dataset.sequence else 1
    if dataset.task == "generate":  # there is nothing to answer
        assert data.y.shape == (count, 1) and data.y.dtype == np.float32 and not data.y.any() and not data.classes
    elif dataset.task == "regression":
        assert data.y.shape == (count, answered) and data.y.dtype == np.float32 and not data.classes
    else:
        assert data.y.shape == ((count, answered) if answered > 1 else (count,)) and data.y.dtype == np.int64
        assert set(np.unique(data.y)) <= set(range(len(data.classes)))
        assert len(data.classes) == 2 if dataset.task == "binary" else len(data.classes) >= 2
    assert data.domain == (PLANE if dataset.kind in ("points", "cloud") else None)
    assert len(dataset.features) == {"points": 2, "cloud": 2, "curve": 1}.get(dataset.kind, len(dataset.features))
    assert (dataset.kind == "images") == (dataset.shape is not None) == isinstance(spec, ImagesSpec)
    if dataset.shape:
        assert dataset.features == pixels(dataset.shape) and dataset.classes and not dataset.standardized
        assert data.x.min() >= 0 and data.x.max() <= 1
    assert (dataset.kind == "cloud") == (dataset.task == "generate")
    assert (dataset.kind == "sequences") == (dataset.sequence is not None)
    if dataset.sequence:
        is_sequence(data, dataset)


def is_sequence(data: Data, dataset: Dataset) -> None:
    sequence = dataset.sequence
    assert sequence is not None
    assert sequence.columns == data.x.shape[1] and 1 <= sequence.answered <= sequence.length
    named = tuple(name.partition(", ")[2] for name in dataset.features[: sequence.channels]) if sequence.channels > 1 else ()
    assert dataset.features == steps(sequence, named) and len(set(named)) == len(named)
    assert (data.series is not None) == (sequence.ahead and not sequence.symbols)
    if sequence.symbols:
        assert sequence.channels == 1 and len(set(sequence.symbols)) == len(sequence.symbols) and not dataset.standardized
        assert set(np.unique(data.x)) <= set(range(len(sequence.symbols)))
    if sequence.ahead and sequence.symbols:
        assert dataset.classes == sequence.symbols
    if sequence.padded:
        assert ((data.x != 0).cumsum(1) > 0).tolist() == (data.x != 0).tolist(), "nothing but padding in front"
    if sequence.ahead and sequence.answered > 1:  # what is answered at a step is what is read at the next
        assert np.array_equal(data.x[:, 1:], data.y[:, :-1]) and np.array_equal(data.x[1:, 0], data.y[:-1, -1])


def refused(spec: DataSpec) -> bool:
    """Is the growth of a series asked for that has values of 0 or below? That is answered by a sentence."""
    if getattr(spec, "prepared", "") != "growth" or spec.name not in ("sine", "sunspots"):
        return False
    with pytest.raises(Refusal, match="needs values above 0"):
        make(spec, rng())
    return True


def order_of(dataset: Dataset, count: int, seed: int) -> np.ndarray:
    """Which examples a split with this seed takes, first to last."""
    return np.arange(count) if dataset.sequence and dataset.sequence.ahead else rng(seed).permutation(count)


def same(one: Data, other: Data) -> bool:
    return np.array_equal(one.x, other.x) and np.array_equal(one.y, other.y)


@settings(max_examples=60, deadline=None)
@given(specs(), st.integers(0, 2**31 - 1))
def test_contract(spec: DataSpec, seed: int) -> None:
    """Shapes and types as told beforehand; parts complete and of the sizes that the spec alone gives; the same again from the same seed."""
    if refused(spec):
        return
    dataset, data = describe(spec), make(spec, rng(seed))
    fits(spec, data, dataset)
    assert same(data, make(spec, rng(seed)))
    if len(data.x) < 20:  # long windows of a short series: no experiment, tests/families/test_recurrent.py
        return
    parts = split(data, dataset, spec, rng(seed))
    assert tuple(len(getattr(parts, name)) for name in PARTS) == sizes(rows(spec), spec)
    assert sum(sizes(rows(spec), spec)) == len(data.x) and len(parts.train) > 0
    for part in (parts.train, parts.validation, parts.test):
        assert part.x.dtype == np.float32 and np.isfinite(part.x).all() and np.isfinite(part.y).all()
        assert part.y.dtype == data.y.dtype and part.y.shape[1:] == data.y.shape[1:]


@pytest.mark.parametrize(("name", "field"), [(name, field) for name in NAMES for field in extremes(name)])
def test_each_field_at_its_ends(name: str, field: str) -> None:
    for value in extremes(name)[field]:
        spec = spec_of(name).model_validate({field: value})
        if refused(spec):
            continue
        fits(spec, make(spec, rng(1)), describe(spec))


@pytest.mark.parametrize("name", NAMES)
def test_description(name: str) -> None:
    """What the catalogue says without a choice is what the default choice gives; titles tell datasets apart."""
    dataset = datasets()[name]
    assert describe(spec_of(name)()) == dataset
    assert dataset.title and dataset.about and [other.title for other in datasets().values()].count(dataset.title) == 1
    assert len(set(dataset.features)) == len(dataset.features) and len(set(dataset.classes)) == len(dataset.classes)


@pytest.mark.parametrize("name", NAMES)
def test_only_the_seed_changes_what_is_drawn(name: str) -> None:
    """Another seed gives other data of the same kind; a table with fixed rows is the same for all."""
    spec = spec_of(name).model_validate({"noise": 0.3} if name in DRAWN else {})
    assert same(make(spec, rng(1)), make(spec, rng(2))) == (name in FIXED)


@pytest.mark.parametrize("name", [name for name in DRAWN if datasets()[name].classes])
@pytest.mark.parametrize("seed", range(3))
def test_classes_are_equally_large_and_points_in_the_plane(name: str, seed: int) -> None:
    for samples in (51, 2000):
        spec = spec_of(name).model_validate({"samples": samples})
        data = make(spec, rng(seed))
        counts = np.bincount(data.y, minlength=len(data.classes))
        if name == "xor":  # draws its classes by chance, about half each
            assert np.abs(counts / samples - 0.5).max() < 2.5 * np.sqrt(0.25 / samples)
        else:
            assert counts.max() - counts.min() <= 1
        assert (np.abs(data.x) <= 6).all()


@pytest.mark.parametrize("rows", [20, 21, 53, 150])
def test_no_part_with_a_share_is_empty(rows: int) -> None:
    for train in np.arange(0.1, 0.901, 0.025):
        for validation in [0.0, 0.01, *np.arange(0.025, min(0.5, 0.95 - train) + 1e-9, 0.025)]:
            parts = sizes(rows, DataSpec(name="any", train_fraction=float(train), validation_fraction=float(validation)))
            assert sum(parts) == rows and parts[0] > 0 and parts[2] > 0 and (parts[1] > 0) == (validation > 0), (train, validation)


@pytest.mark.parametrize("name", NAMES)
def test_split_is_disjoint_and_complete(name: str) -> None:
    spec = spec_of(name).model_validate({"train_fraction": 0.5, "validation_fraction": 0.2})
    made = make(spec, rng())
    marked = Data(np.arange(len(made.x), dtype=np.float32)[:, None], made.y, made.task, made.classes, made.feature_names, made.domain)
    unscaled = Dataset(name, "", "points", made.task, ("index",))
    parts = split(marked, unscaled, spec, rng(1))
    taken = np.concatenate([getattr(parts, part).x[:, 0] for part in PARTS]).astype(int)
    assert sorted(taken) == list(range(len(made.x)))
    assert not np.array_equal(taken, np.sort(taken))
    assert np.array_equal(np.concatenate([getattr(parts, part).y for part in PARTS]), made.y[taken])


@pytest.mark.parametrize("name", STANDARDIZED)
def test_scaling_is_measured_on_train_alone(name: str) -> None:
    spec = spec_of(name)()
    made = make(spec, rng())
    parts = split(made, describe(spec), spec, rng(1))
    dataset = describe(spec)
    order = order_of(dataset, len(made.x), 1)
    channels = dataset.sequence.channels if dataset.sequence else made.x.shape[1]
    raw = made.x[order][: len(parts.train)].astype(np.float64).reshape(-1, channels)  # of a sequence: each channel over all its steps
    assert np.allclose(parts.train.x.reshape(-1, channels), (raw - raw.mean(0)) / raw.std(0), atol=1e-3)
    assert np.allclose(parts.train.x.reshape(-1, channels).mean(0), 0, atol=1e-4)
    assert not np.allclose(parts.test.x.reshape(-1, channels).mean(0), 0, atol=1e-4)
    assert parts.units is not None
    assert np.allclose(parts.test.x * parts.units[1] + parts.units[0], made.x[order][-len(parts.test) :], rtol=1e-4, atol=1e-2)
    if made.task == "regression":
        mean, deviation = parts.scale
        if dataset.sequence and dataset.sequence.ahead:  # an answer can be the next input
            assert (mean, deviation) == (pytest.approx(raw.mean(), rel=1e-4), pytest.approx(raw.std(), rel=1e-4))
        assert np.allclose(parts.test.y * deviation + mean, made.y[order][-len(parts.test) :], atol=1e-2)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in STANDARDIZED])
def test_what_is_not_scaled_stays_as_it_is(name: str) -> None:
    spec = spec_of(name)()
    made = make(spec, rng())
    parts = split(made, describe(spec), spec, rng(1))
    train = order_of(describe(spec), len(made.x), 1)[: len(parts.train)]
    assert np.array_equal(parts.train.x, made.x[train]) and np.array_equal(parts.train.y, made.y[train]) and parts.scale == (0.0, 1.0)


@pytest.mark.parametrize("name", [name for name in NAMES if datasets()[name].task != "generate"])
def test_shuffled_answers_move_nothing_else(name: str) -> None:
    """The same examples in the same parts, the same answers in another order."""
    right, wrong = (spec_of(name).model_validate({"shuffled_labels": shuffled, "validation_fraction": 0.1}) for shuffled in (False, True))
    made = make(right, rng(1))
    assert same(made, make(wrong, rng(1)))
    one, other = (split(made, describe(spec), spec, rng(2)) for spec in (right, wrong))
    answers = []
    for parts in (one, other):
        mean, deviation = parts.scale
        answers.append(np.concatenate([getattr(parts, part).y for part in PARTS]) * deviation + mean)
    assert all(np.array_equal(getattr(one, part).x, getattr(other, part).x) for part in PARTS)
    assert not np.allclose(*answers)
    assert np.allclose(np.sort(answers[0], axis=0), np.sort(answers[1], axis=0), atol=1e-2)


@pytest.mark.parametrize(("name", "chance"), [("circle", 1 / 2), ("spiral", 1 / 2), ("blobs", 1 / 3), ("breast_cancer", 0.533)])
def test_from_shuffled_answers_the_test_part_is_at_chance(name: str, chance: float) -> None:
    """The answer of the nearest training example: right where neighbours are alike, chance (the sum of squared shares) where answers were dealt out anew."""
    for shuffled in (False, True):
        spec = spec_of(name).model_validate({"shuffled_labels": shuffled, **({"samples": 2000} if name in DRAWN else {})})
        parts = split(make(spec, rng()), describe(spec), spec, rng(1))
        distance = ((parts.test.x[:, None] - parts.train.x) ** 2).sum(2)
        hits = (parts.train.y[distance.argmin(1)] == parts.test.y).mean()
        assert abs(hits - chance) < 4 * np.sqrt(0.25 / len(parts.test)) if shuffled else hits > 0.93


# -- what goes on in time


@pytest.mark.parametrize("answers", ["last", "every"])
@pytest.mark.parametrize("name", AHEAD)
def test_the_test_part_is_what_came_last_and_none_of_its_answers_was_seen(name: str, answers: str) -> None:
    spec = spec_of(name).model_validate({"answers": answers, "validation_fraction": 0.2, "train_fraction": 0.6})
    dataset, made = describe(spec), make(spec, rng())
    sequence = dataset.sequence
    assert sequence is not None and sequence.ahead
    parts = split(made, dataset, spec, rng(5))
    units = parts.units or (np.zeros(sequence.columns), np.ones(sequence.columns))
    shown = np.concatenate([getattr(parts, part).x for part in PARTS]) * units[1] + units[0]
    assert np.allclose(shown, made.x, rtol=1e-4, atol=1e-2), "in their order"
    # the same windows, of a series that tells of each value where it is
    stride = sequence.answered if answers == "every" or not sequence.symbols else start_of(made.x, 1)
    begin = np.arange(len(made.x)) * stride
    read = begin[:, None] + np.arange(sequence.length)
    answered = begin[:, None] + np.arange(sequence.length - sequence.answered, sequence.length) + 1
    learned, validated = len(parts.train), len(parts.train) + len(parts.validation)
    for first, last in ((0, learned), (learned, validated)):
        known = set(read[first:last].ravel()) | set(answered[first:last].ravel())
        assert max(known) < answered[last:].min()
        assert not known & set(answered[last:].ravel())


def start_of(x: np.ndarray, row: int) -> int:
    """How many steps later a window begins than the first one."""
    return next(by for by in range(1, x.shape[1]) if all(np.array_equal(x[at + row, :-by], x[at, by:]) for at in range(20)))


@pytest.mark.parametrize("name", [name for name in NAMES if datasets()[name].kind == "sequences" and name not in AHEAD])
def test_sequences_that_do_not_go_on_are_shuffled(name: str) -> None:
    spec = spec_of(name)()
    made = make(spec, rng())
    parts = split(made, describe(spec), spec, rng(1))
    order = rng(1).permutation(len(made.x))
    assert np.array_equal(parts.train.y, made.y[order][: len(parts.train)])
