"""Drawn shapes against closed forms: areas, lengths, places, turns, noise."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import shapes
from playground.data.shapes import CORNERS, INWARD, LARGEST, MARGIN, PEN, SIDE, SMALLEST, distance, inked, make, outline

NAMES = shapes.DATASET.classes
# of a shape whose furthest corners are at 1: a circle; a square; an equilateral triangle; a ten-cornered star, ten triangles of sides 1 and INWARD with pi / 5 between
AREAS = (np.pi, 2.0, 3 * np.sqrt(3) / 4, 5 * INWARD * np.sin(np.pi / 5))
LENGTHS = (2 * np.pi, 4 * np.sqrt(2), 3 * np.sqrt(3), 10 * np.sqrt(1 + INWARD**2 - 2 * INWARD * np.cos(np.pi / 5)))


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def beyond(label: int, middle: tuple[float, float], radius: float, degrees: float) -> np.ndarray:
    return distance(CORNERS[label], np.array([middle]), np.array([radius]), np.radians([degrees]))[0].reshape(SIDE, SIDE)


@pytest.mark.parametrize("label", range(4), ids=NAMES)
@pytest.mark.parametrize("degrees", [0, 17, -100])
def test_ink_is_the_shapes_area_and_an_outlines_its_length_times_the_pen(label: int, degrees: float) -> None:
    radius, pen = 11.0, 1.5
    far = beyond(label, (13.3, 13.8), radius, degrees)
    assert inked(far).sum() == pytest.approx(AREAS[label] * radius**2, rel=0.02)
    line = inked(np.abs(far + pen / 2) - pen / 2).sum()
    inner = pen / radius  # the pen is inside of the edge, whose parallel is shorter: at corners by tan of half the turn, for circles by pi
    assert line == pytest.approx(pen * LENGTHS[label] * radius, rel=0.25)
    if label == 0:
        assert line == pytest.approx(np.pi * radius**2 * (1 - (1 - inner) ** 2), rel=0.02)
    if label == 1:
        assert line == pytest.approx(2 * radius**2 - (np.sqrt(2) * radius - 2 * pen) ** 2, rel=0.02)


@pytest.mark.parametrize("label", range(1, 4), ids=NAMES[1:])
def test_distances_are_those_to_many_points_of_the_edge(label: int) -> None:
    """Against the nearest of a thousand points on each side, and inside where the sum of the angles that the sides span is a full turn."""
    middle, radius, degrees = (12.2, 14.9), 9.0, 25.0
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])  # clockwise, as y points down
    corners = outline(CORNERS[label]) @ turn.T * radius + middle
    edge = np.concatenate([corners[at] + (corners[(at + 1) % len(corners)] - corners[at]) * np.linspace(0, 1, 1000)[:, None] for at in range(len(corners))])
    found = beyond(label, middle, radius, degrees)
    for row, column in rng().integers(0, SIDE, (60, 2)):
        place = np.array([column, row], float)
        nearest = np.hypot(*(edge - place).T).min()
        seen = np.arctan2(*(corners - place).T)
        spanned = (np.roll(seen, -1) - seen + np.pi) % (2 * np.pi) - np.pi
        inside = abs(spanned.sum()) > np.pi
        assert found[row, column] == pytest.approx(-nearest if inside else nearest, abs=0.02)


def test_corners_are_evenly_around_and_upright() -> None:
    assert (np.abs(outline(4)) == pytest.approx(np.sqrt(0.5))) and outline(3)[0] == pytest.approx([0, -1]) and outline(10)[0] == pytest.approx([0, -1])
    for corners in CORNERS[1:]:
        reach = np.hypot(*outline(corners).T)
        assert reach.max() == pytest.approx(1) and outline(corners).sum(0) == pytest.approx([0, 0], abs=1e-9)
        assert corners != 10 or reach[1::2] == pytest.approx(INWARD)


@pytest.mark.parametrize("size", [0.0, 0.5, 1.0])
def test_shapes_are_equally_many_within_the_picture_and_of_many_sizes(size: float) -> None:
    data = make(shapes.Spec(samples=3000, size=size, noise=0, rotation=180), rng())
    assert np.bincount(data.y).tolist() == [750] * 4
    images = data.x.reshape(-1, SIDE, SIDE)
    assert not images[:, [0, -1]].any() and not images[:, :, [0, -1]].any()
    circles = images[data.y == 0]
    rows = circles.max(2)
    radius = np.array([row[row > 0].sum() for row in rows]) / 2  # how high its ink is, soft pixels in part
    assert radius.max() == pytest.approx(LARGEST, abs=0.6)
    assert radius.min() == pytest.approx(LARGEST - (LARGEST - SMALLEST) * size, abs=0.6)


def test_half_are_filled_and_outlines_are_of_the_pens_width() -> None:
    circles = make(shapes.Spec(samples=3000, size=0, noise=0), rng()).x.reshape(-1, SIDE, SIDE)[::4]
    ink = circles.sum((1, 2))
    full = ink > 0.9 * np.pi * LARGEST**2
    assert abs(full.mean() - 0.5) < 0.06
    wide = LARGEST - np.sqrt(LARGEST**2 - ink[~full] / np.pi)
    assert wide.min() == pytest.approx(PEN[0], abs=0.1) and wide.max() == pytest.approx(PEN[1], abs=0.1)


def test_unturned_ones_are_upright_and_noise_is_on_every_pixel() -> None:
    calm = make(shapes.Spec(samples=600, rotation=0, noise=0), rng(2))
    triangles = calm.x[2::4].reshape(-1, SIDE, SIDE)
    for image in triangles:
        rows = np.flatnonzero(image.max(1) > 0.5)
        top, bottom = image[rows[0] : rows[0] + 2].sum(), image[rows[-1] - 1 : rows[-1] + 1].sum()
        assert bottom > 1.5 * top, "the point is up"
    noisy = make(shapes.Spec(samples=600, rotation=0, noise=0.1), rng(2))
    assert np.array_equal(calm.y, noisy.y)
    change = noisy.x - calm.x
    grey = (calm.x > 0.4) & (calm.x < 0.6)  # nothing is cut there
    assert change[grey].std() == pytest.approx(0.1, rel=0.1) and abs(change[grey].mean()) < 0.02
    assert abs((noisy.x[calm.x == 0] > 0).mean() - 0.5) < 0.01


def test_there_is_room_for_the_largest() -> None:
    assert LARGEST + MARGIN <= (SIDE - 1) / 2
