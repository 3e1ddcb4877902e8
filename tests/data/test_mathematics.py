"""The mathematics of each dataset, against closed forms and the sources they are taken from."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import (
    blobs,
    checkerboard,
    circle,
    diabetes,
    even_odd,
    gauss,
    heart,
    line,
    moons,
    multigauss,
    plane,
    polynomial,
    pure_chance,
    rings,
    spiral,
    threshold,
    xor,
)
from playground.registry import describe, make, spec_of


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


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


def test_noise_as_tensorflow_playgrounds_moves_labels_only() -> None:
    for module in (circle, xor, plane, multigauss):
        calm, noisy = (module.make(module.Spec(samples=1000, noise=noise), rng(3)) for noise in (0.0, 0.4))
        assert np.array_equal(calm.x, noisy.x)
        assert 0.02 < (np.sign(calm.y - 0.5) != np.sign(noisy.y - 0.5)).mean() < 0.5


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


def test_plane_is_a_tenth_of_the_sum() -> None:
    data = plane.make(plane.Spec(samples=1000), rng())
    assert np.allclose(data.y[:, 0], data.x.sum(1) / 10, atol=1e-6)
    noisy = plane.make(plane.Spec(samples=5000, noise=0.5), rng())
    strays = noisy.y[:, 0] - noisy.x.sum(1) / 10
    assert np.abs(strays).max() <= 0.6 and np.allclose(strays.var(), 2 * 3**2 / 3 / 100, rtol=0.1)  # the sum of two U(-3, 3), a tenth


def test_multigauss_is_the_strongest_of_six_bumps() -> None:
    """As TensorFlow Playground's loop: of the six, the label whose size is largest."""
    data = multigauss.make(multigauss.Spec(samples=1000), rng())
    for (x1, x2), value in zip(data.x.astype(float), data.y[:, 0], strict=True):
        label = 0.0
        for cx, cy, sign in ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)):
            bump = sign * max(0.0, 1 - np.hypot(x1 - cx, x2 - cy) / 2)
            if abs(bump) > abs(label):
                label = bump
        assert abs(value - label) < 1e-5
    assert data.y.max() > 0.8 and data.y.min() < -0.8


@pytest.mark.parametrize("count", [2, 3])
def test_rings_are_in_turn_with_gaps_as_wide_as_they(count: int) -> None:
    data = rings.make(rings.Spec(samples=3000, rings=count), rng())
    out = np.hypot(*data.x.T.astype(float)) * count / 5
    ring = np.floor(out).astype(int)
    assert ((out % 1 > 0.5 - 1e-5) | (out % 1 < 1e-5)).all()
    assert np.array_equal(data.y, 1 - ring % 2) and set(ring) == set(range(count))
    if count == 3:  # both rings of class 1 are as dense: points in proportion to their length
        assert abs((ring == 2).sum() / (ring == 0).sum() - 2.75 / 0.75) < 0.05


@pytest.mark.parametrize("side", range(2, 7))
def test_checkerboard_is_the_colour_of_the_square(side: int) -> None:
    data = checkerboard.make(checkerboard.Spec(samples=3000, squares=side), rng())
    square = np.floor((data.x.astype(float) + 5) * side / 10).astype(int)
    assert np.array_equal(data.y == 1, square.sum(1) % 2 == 0)
    assert len({tuple(one) for one in square}) == side**2
    if side == 2:  # the points of XOR, its empty cross too
        assert np.array_equal(data.y == 1, data.x[:, 0] * data.x[:, 1] > 0) and (np.abs(data.x) > 0.299).all()


def test_heart_is_inside_or_outside_of_its_curve() -> None:
    data = heart.make(heart.Spec(samples=3000), rng())
    x, y = data.x.T.astype(float) / 3.5
    assert np.array_equal(data.y == 1, (x**2 + y**2 - 1) ** 3 - x**2 * y**3 < 0)
    grid = np.stack(np.meshgrid(np.linspace(-5, 5, 500), np.linspace(-5, 5, 500)), -1).reshape(-1, 2)
    area = heart.inside(grid, 3.5).mean() * 100 / 3.5**2
    assert abs(area - 3.6619) < 0.02  # of this curve, MathWorld "Heart Curve"
    within = data.x[data.y == 1]
    assert abs(within[:, 0].mean()) < 0.15 and (within[:, 0] > 0).mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("module", [rings, checkerboard, heart])
def test_noise_moves_points_by_its_share_of_two(module) -> None:  # type: ignore[no-untyped-def]
    calm, noisy = (module.make(module.Spec(samples=3000, noise=noise), rng(3)) for noise in (0.0, 0.5))
    moved = noisy.x - calm.x
    assert np.array_equal(calm.y, noisy.y)
    assert np.abs(moved).max() <= 1 + 1e-5 and np.allclose(moved.var(0), 1 / 3, rtol=0.1)  # U(-1, 1)
    assert (np.abs(noisy.x) <= 6).all()


@pytest.mark.parametrize("classes", range(2, 7))
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_blobs_stand_around_the_middle_and_widen(classes: int, noise: float) -> None:
    data = blobs.make(blobs.Spec(samples=5000, classes=classes, noise=noise), rng())
    centres = np.array([data.x[data.y == label].mean(0) for label in range(classes)])
    apart = 6 * np.sin(np.pi / classes)
    assert np.allclose(np.hypot(*centres.T), 3, atol=0.3)
    assert np.allclose(np.hypot(*(centres - np.roll(centres, 1, 0)).T), apart, atol=0.5)
    for label in range(classes):
        assert np.allclose(data.x[data.y == label].std(0), (0.1 + 0.5 * noise) * apart, rtol=0.1)
    nearest = ((data.x[:, None] - centres) ** 2).sum(2).argmin(1)
    assert (nearest == data.y).mean() > 0.999 if noise == 0 else 0.7 < (nearest == data.y).mean() < 0.95


def test_line_has_slope_three_and_intercept_two() -> None:
    calm = line.make(line.Spec(noise=0.0), rng())
    assert np.allclose(calm.y, 3 * calm.x + 2, atol=1e-6)
    noisy = line.make(line.Spec(samples=2000, noise=0.2), rng())
    rest = noisy.y - (3 * noisy.x + 2)
    assert abs(rest.mean()) < 0.02 and abs(rest.std() - 0.2) < 0.01
    assert np.abs(noisy.x).max() <= 1 and abs(noisy.x.var() - 1 / 3) < 0.02


@pytest.mark.parametrize(
    ("degree", "powers"), [(1, [1, 0]), (2, [2, 0, -1]), (3, [4, 0, -3, 0]), (4, [8, 0, -8, 0, 1]), (5, [16, 0, -20, 0, 5, 0]), (6, [32, 0, -48, 0, 18, 0, -1])]
)
def test_polynomials_are_chebyshevs(degree: int, powers: list[int]) -> None:
    data = polynomial.make(polynomial.Spec(degree=degree, samples=500, noise=0.0), rng())
    x = data.x.astype(float)
    assert np.allclose(data.y, np.cos(degree * np.arccos(x)), atol=1e-4) and np.allclose(data.y, np.polyval(powers, x), atol=1e-4)
    rest = (
        polynomial.make(polynomial.Spec(degree=degree, samples=2000, noise=0.5), rng()).y
        - polynomial.make(polynomial.Spec(degree=degree, samples=2000, noise=0.0), rng()).y
    )
    assert abs(rest.std() - 0.5) < 0.03


def test_threshold_parts_the_classes_until_noise_makes_them_overlap() -> None:
    calm = threshold.make(threshold.Spec(samples=2000), rng())
    assert np.array_equal(calm.y == 1, calm.x[:, 0] > 0.25)
    assert (np.abs(calm.x[:, 0] - 0.25) >= 0.0999).all() and (np.abs(calm.x) <= 1).all()
    noisy = threshold.make(threshold.Spec(samples=2000, noise=0.3), rng())
    assert 0.05 < ((noisy.x[:, 0] > 0.25) != noisy.y).mean() < 0.25


@pytest.mark.parametrize("bits", range(4, 11))
def test_even_numbers_are_those_whose_bits_add_up_to_them(bits: int) -> None:
    spec = even_odd.Spec(bits=bits)
    data = even_odd.make(spec, rng())
    numbers = [int("".join(str(int(bit)) for bit in row), 2) for row in data.x]
    assert numbers == list(range(2**bits))
    assert [data.classes[label] for label in data.y] == ["odd" if number % 2 else "even" for number in numbers]
    assert describe(spec).features[0] == f"bit {bits - 1}" and describe(spec).features[-1] == "bit 0"


def test_pure_chance_has_nothing_to_tell() -> None:
    spec = pure_chance.Spec(samples=5000, inputs=20, classes=4)
    data = pure_chance.make(spec, rng())
    assert np.allclose(data.x.mean(0), 0, atol=0.06) and np.allclose(data.x.std(0), 1, atol=0.05)
    assert np.abs(np.bincount(data.y) / 5000 - 0.25).max() < 0.03
    for label in range(4):
        assert np.abs(data.x[data.y == label].mean(0)).max() < 0.12
    assert data.feature_names[:2] == ("x₁", "x₂") and pure_chance.INPUTS[-1] == "x₂₀₀"


@pytest.mark.parametrize("number", range(10))
def test_a_column_of_diabetes_is_that_column(number: int) -> None:
    name = diabetes.SINGLE[number]
    whole, one = (diabetes.make(diabetes.Spec(column=column), rng()) for column in ("all", name))
    assert np.array_equal(one.x[:, 0], whole.x[:, number]) and np.array_equal(one.y, whole.y)
    assert one.feature_names == (whole.feature_names[number],) == (diabetes.COLUMNS[name].title,)


def test_body_mass_index_tells_the_most() -> None:
    data = diabetes.make(diabetes.Spec(), rng())
    tells = np.abs(np.corrcoef(data.x.T, data.y.T)[-1, :-1])
    assert diabetes.SINGLE[int(tells.argmax())] == "body_mass_index"
