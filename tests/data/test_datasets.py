"""What every dataset keeps to, and the mathematics of each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.data import circle, gauss, moons, spiral, xor
from playground.data.contract import PLANE, Data, Dataset, DataSpec, sizes, split
from playground.registry import datasets, make, rows, spec_of

NAMES = sorted(datasets())
POINTS = [name for name in NAMES if datasets()[name].kind == "points"]
TABLES = [name for name in NAMES if datasets()[name].kind == "table"]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@st.composite
def specs(draw: st.DrawFn) -> DataSpec:
    name = draw(st.sampled_from(NAMES))
    chosen: dict[str, object] = {"train_fraction": draw(st.floats(0.1, 0.9)), "validation_fraction": draw(st.floats(0, 0.5))}
    if name in POINTS:
        chosen |= {"samples": draw(st.integers(50, 700)), "noise": draw(st.floats(0, 0.5))}
    return spec_of(name).model_validate(chosen)


def fits(data: Data, dataset: Dataset, count: int) -> None:
    assert data.x.shape == (count, len(dataset.features)) and data.x.dtype == np.float32
    assert np.isfinite(data.x).all() and np.isfinite(data.y).all()
    assert (data.task, data.classes, data.feature_names) == (dataset.task, dataset.classes, dataset.features)
    if dataset.task == "regression":
        assert data.y.shape == (count, 1) and data.y.dtype == np.float32 and not data.classes
    else:
        assert data.y.shape == (count,) and data.y.dtype == np.int64
        assert set(np.unique(data.y)) <= set(range(len(data.classes)))


@settings(max_examples=40, deadline=None)
@given(specs(), st.integers(0, 2**31 - 1))
def test_contract(spec: DataSpec, seed: int) -> None:
    """Shapes and types as told beforehand; parts complete, disjoint and of the sizes that the spec alone gives."""
    dataset = datasets()[spec.name]
    data, again = make(spec, rng(seed)), make(spec, rng(seed))
    fits(data, dataset, rows(spec))
    assert np.array_equal(data.x, again.x) and np.array_equal(data.y, again.y)
    parts = split(data, dataset, spec, rng(seed))
    assert (len(parts.train), len(parts.validation), len(parts.test)) == sizes(rows(spec), spec)
    assert len(parts.train) > 0
    assert all(part.x.dtype == np.float32 and np.isfinite(part.x).all() for part in (parts.train, parts.validation, parts.test))


@pytest.mark.parametrize("name", NAMES)
def test_split_is_disjoint_and_complete(name: str) -> None:
    spec = spec_of(name).model_validate({"train_fraction": 0.5, "validation_fraction": 0.2})
    made = make(spec, rng())
    marked = Data(np.arange(len(made.x), dtype=np.float32)[:, None], made.y, made.task, made.classes, made.feature_names, made.domain)
    unscaled = Dataset(name, "", "points", made.task, ("index",))
    parts = split(marked, unscaled, spec, rng(1))
    taken = np.concatenate([part.x[:, 0] for part in (parts.train, parts.validation, parts.test)]).astype(int)
    assert sorted(taken) == list(range(len(made.x)))
    assert not np.array_equal(taken, np.sort(taken))
    if made.task != "regression":
        assert np.array_equal(np.concatenate([parts.train.y, parts.validation.y, parts.test.y]), made.y[taken])


@pytest.mark.parametrize("name", TABLES)
def test_scaling_is_measured_on_train_alone(name: str) -> None:
    spec = spec_of(name).model_validate({})
    made = make(spec, rng())
    parts = split(made, datasets()[name], spec, rng(1))
    order = rng(1).permutation(len(made.x))
    raw = made.x[order][: len(parts.train)].astype(np.float64)
    assert np.allclose(parts.train.x, (raw - raw.mean(0)) / raw.std(0), atol=1e-3)
    assert np.allclose(parts.train.x.mean(0), 0, atol=1e-4) and not np.allclose(parts.test.x.mean(0), 0, atol=1e-4)
    if made.task == "regression":
        mean, deviation = parts.scale
        assert np.allclose(parts.test.y * deviation + mean, made.y[order][-len(parts.test) :], atol=1e-2)


@pytest.mark.parametrize("name", POINTS)
def test_points_stay_in_the_plane_and_classes_balance(name: str) -> None:
    spec = spec_of(name).model_validate({"samples": 2000})
    for seed in range(5):
        data = make(spec, rng(seed))
        assert data.domain == PLANE
        assert (np.abs(data.x) <= 6).all()
        assert abs(data.y.mean() - 0.5) < (0.06 if name == "xor" else 1e-9)  # xor draws its classes by chance, about half each


def test_spiral_arms() -> None:
    data = spiral.make(spiral.Spec(samples=100), rng())
    x = data.x.astype(np.float64)
    radius = np.hypot(x[:, 0], x[:, 1])
    for label, turn in ((1, 0.0), (0, np.pi)):
        i = np.arange(50)
        assert np.allclose(radius[data.y == label], i / 10, atol=1e-5)
        angle = 3.5 * np.pi * i / 50 + turn
        assert np.allclose(x[data.y == label], (i / 10)[:, None] * np.stack([np.sin(angle), np.cos(angle)], 1), atol=1e-5)


def test_circle_leaves_a_ring_empty() -> None:
    data = circle.make(circle.Spec(samples=1000), rng())
    radius = np.hypot(*data.x.T)
    assert (radius[data.y == 1] < 2.5).all()
    assert ((radius[data.y == 0] >= 3.499) & (radius[data.y == 0] <= 5.001)).all()


def test_noise_of_circle_and_xor_moves_labels_only() -> None:
    for module in (circle, xor):
        calm, noisy = (module.make(module.Spec(samples=1000, noise=noise), rng(3)) for noise in (0.0, 0.4))
        assert np.array_equal(calm.x, noisy.x)
        assert 0.02 < (calm.y != noisy.y).mean() < 0.5


def test_xor_is_the_sign_of_the_product() -> None:
    data = xor.make(xor.Spec(samples=1000), rng())
    assert np.array_equal(data.y == 1, data.x[:, 0] * data.x[:, 1] > 0)
    assert (np.abs(data.x) >= 0.3).all() and (np.abs(data.x) <= 5.3001).all()


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_clouds_widen_with_noise(noise: float, variance: float) -> None:
    data = gauss.make(gauss.Spec(samples=5000, noise=noise), rng())
    for label, centre in ((1, 2.0), (0, -2.0)):
        cloud = data.x[data.y == label]
        assert np.allclose(cloud.mean(0), centre, atol=0.15)
        assert np.allclose(cloud.var(0), variance, rtol=0.1)


def test_moons_are_scikit_learns_scaled() -> None:
    from sklearn.datasets import make_moons

    data = moons.make(moons.Spec(samples=200), rng())
    theirs, labels = make_moons(200, shuffle=False)
    scaled = (theirs - [0.5, 0.25]) * 3
    for label in (0, 1):
        ours = data.x[data.y == label]
        assert np.allclose(ours[np.argsort(ours[:, 0])], scaled[labels == label][np.argsort(scaled[labels == label][:, 0])], atol=1e-5)


def test_tables_are_the_real_ones() -> None:
    iris, diabetes = (make(spec_of(name).model_validate({}), rng()) for name in ("iris", "diabetes"))
    assert np.allclose(iris.x[0], [5.1, 3.5, 1.4, 0.2])
    assert np.bincount(iris.y).tolist() == [50, 50, 50]
    assert (diabetes.y.min(), diabetes.y.max()) == (25, 346)
