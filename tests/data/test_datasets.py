"""What every dataset keeps to, whatever is chosen; found through the registry, so that a new one is held to it too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from annotated_types import Ge, Le
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from playground.data.contract import PLANE, CurveSpec, Data, Dataset, DataSpec, ImagesSpec, PointsSpec, pixels, sizes, split
from playground.experiment import names_of
from playground.registry import datasets, describe, make, rows, spec_of

NAMES = [  # not those that need a file, or have to be downloaded
    name for name, found in sorted(datasets().items()) if not found.download and not any(info.is_required() for info in spec_of(name).model_fields.values())
]
DRAWN = [name for name in NAMES if issubclass(spec_of(name), (PointsSpec, CurveSpec))]
PICTURES = [name for name in NAMES if datasets()[name].kind == "images"]
FIXED = [*(name for name in NAMES if datasets()[name].rows is not None), "mnist"]  # the seed changes nothing
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
    if dataset.task == "regression":
        assert data.y.shape == (count, 1) and data.y.dtype == np.float32 and not data.classes
    else:
        assert data.y.shape == (count,) and data.y.dtype == np.int64
        assert set(np.unique(data.y)) <= set(range(len(data.classes)))
        assert len(data.classes) == 2 if dataset.task == "binary" else len(data.classes) >= 2
    assert data.domain == (PLANE if dataset.kind == "points" else None)
    assert len(dataset.features) == {"points": 2, "curve": 1}.get(dataset.kind, len(dataset.features))
    assert (dataset.kind == "images") == (dataset.shape is not None) == isinstance(spec, ImagesSpec)
    if dataset.shape:
        assert dataset.features == pixels(dataset.shape) and dataset.classes and not dataset.standardized
        assert data.x.min() >= 0 and data.x.max() <= 1


def same(one: Data, other: Data) -> bool:
    return np.array_equal(one.x, other.x) and np.array_equal(one.y, other.y)


@settings(max_examples=60, deadline=None)
@given(specs(), st.integers(0, 2**31 - 1))
def test_contract(spec: DataSpec, seed: int) -> None:
    """Shapes and types as told beforehand; parts complete and of the sizes that the spec alone gives; the same again from the same seed."""
    dataset, data = describe(spec), make(spec, rng(seed))
    fits(spec, data, dataset)
    assert same(data, make(spec, rng(seed)))
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
    order = rng(1).permutation(len(made.x))
    raw = made.x[order][: len(parts.train)].astype(np.float64)
    assert np.allclose(parts.train.x, (raw - raw.mean(0)) / raw.std(0), atol=1e-3)
    assert np.allclose(parts.train.x.mean(0), 0, atol=1e-4) and not np.allclose(parts.test.x.mean(0), 0, atol=1e-4)
    if made.task == "regression":
        mean, deviation = parts.scale
        assert np.allclose(parts.test.y * deviation + mean, made.y[order][-len(parts.test) :], atol=1e-2)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in STANDARDIZED])
def test_what_is_not_scaled_stays_as_it_is(name: str) -> None:
    spec = spec_of(name)()
    made = make(spec, rng())
    parts = split(made, describe(spec), spec, rng(1))
    train = rng(1).permutation(len(made.x))[: len(parts.train)]
    assert np.array_equal(parts.train.x, made.x[train]) and np.array_equal(parts.train.y, made.y[train]) and parts.scale == (0.0, 1.0)


@pytest.mark.parametrize("name", NAMES)
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
