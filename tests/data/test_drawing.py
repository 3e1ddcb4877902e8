"""Drawings and photos made into pictures of a set: a set's own come back; resizing agrees with Pillow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage

from playground.data import digits, mnist, shapes
from playground.data.contract import Dataset, pixels
from playground.data.drawing import drawn, photo, resized
from playground.data.pictures import shipped

SIDE = 28
COLOUR = replace(shapes.DATASET, shape=(3, 12, 10), features=pixels((3, 12, 10)))
rng = np.random.default_rng


def own(count: int) -> np.ndarray:
    """Every so-manieth of MNIST's pictures: (n, 28, 28)."""
    x = shipped("mnist_5k")["x"].reshape(-1, SIDE, SIDE) / 255
    return x[:: len(x) // count][:count]


def centre(image: np.ndarray) -> np.ndarray:
    return np.array(ndimage.center_of_mass(image))


def best_shift(image: np.ndarray, other: np.ndarray, most: int = 3) -> tuple[float, int]:
    """(correlation, the larger of the two shifts) of the shift by whole pixels with which one is most like the other."""
    steps = range(-most, most + 1)
    found = [(np.corrcoef(np.roll(image, (a, b), (0, 1)).ravel(), other.ravel())[0, 1], -max(abs(a), abs(b))) for a in steps for b in steps]
    likeness, shift = max(found)
    return float(likeness), -shift


@pytest.mark.parametrize("times", [2, 4, 8])
@pytest.mark.parametrize("at", [(0, 0), (40, 3)])
def test_mnists_own_pictures_come_back_as_they_are_wherever_they_are_drawn(times: int, at: tuple[int, int]) -> None:
    for image in own(100):
        large = np.pad(np.kron(image, np.ones((times, times))), [(at[0], 0), (at[1], 30)])
        np.testing.assert_allclose(drawn(large, mnist.DATASET).reshape(SIDE, SIDE), image, atol=1e-6)


@pytest.mark.parametrize("times", [4, 8])
def test_mnists_own_pictures_drawn_softly_come_back_within_a_pixel(times: int) -> None:
    """Enlarged smoothly: more ink at the edges, and so a slightly other size."""
    likenesses = []
    for image in own(100):
        large = np.clip(ndimage.zoom(image, times, order=1, grid_mode=True, mode="nearest"), 0, 1)
        made = drawn(large, mnist.DATASET).reshape(SIDE, SIDE)
        likeness, shift = best_shift(made, image)
        assert likeness > 0.8 and shift <= 1
        assert np.abs(centre(made) - centre(image)).max() <= 1
        likenesses.append(likeness)
    assert np.mean(likenesses) > 0.93


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_any_drawing_fits_20_pixels_and_has_its_mass_in_the_middle(rows: int, columns: int, seed: int) -> None:
    chance = rng(seed)
    drawing = chance.random((rows, columns)) * (chance.random((rows, columns)) < 0.2)
    drawing[chance.integers(rows), chance.integers(columns)] = 1
    made = drawn(drawing, mnist.DATASET).reshape(SIDE, SIDE)
    assert made.min() >= 0 and made.max() <= 1
    down, across = (np.flatnonzero(made.any(axis)) for axis in (1, 0))
    assert max(down[-1] - down[0], across[-1] - across[0]) < 20
    if (down[0], across[0]) > (0, 0) and max(down[-1], across[-1]) < SIDE - 1:  # it was not stopped by the edge
        assert (np.abs(centre(made) - 14) <= 0.5 + 1e-6).all()


def test_mnists_own_have_their_mass_there_too() -> None:
    places = np.array([centre(image) for image in own(500)])
    assert places.min() >= 13.5 - 1e-6 and places.max() <= 14.5 + 1e-6


def test_a_long_line_keeps_its_proportions() -> None:
    line = np.zeros((280, 280))
    line[20:260, 100:124] = 1  # 240 x 24
    made = drawn(line, mnist.DATASET).reshape(SIDE, SIDE)
    assert (made > 0).sum() == 20 * 2 and (made[made > 0] == 1).all()


@pytest.mark.parametrize("times", [8, 16])
def test_digits_own_pictures_come_back_within_a_pixel(times: int) -> None:
    x = digits.make(digits.Spec(), rng(0)).x.reshape(-1, 8, 8)[::9]
    likenesses = []
    for image in x:
        made = drawn(np.kron(image, np.ones((times, times))), digits.DATASET).reshape(8, 8)
        likeness, shift = best_shift(made, image, 2)
        assert shift <= 1 and np.abs(centre(made) - centre(image)).max() <= 1 and likeness > 0.6
        assert np.array_equal(made * 16, np.rint(made * 16)) and made.min() >= 0 and made.max() <= 1
        likenesses.append(likeness)
    assert np.mean(likenesses) > 0.92


def test_what_tells_the_digits_own_apart_tells_them_as_drawings_too() -> None:
    """The nearest of the set is of the same digit for nearly all of its own, enlarged and made anew."""
    data = digits.make(digits.Spec(), rng(0))
    anew = np.array([drawn(np.kron(image.reshape(8, 8), np.ones((16, 16))), digits.DATASET) for image in data.x[::9]])
    others = np.delete(np.arange(len(data.x)), np.arange(0, len(data.x), 9))
    nearest = ((anew[:, None] - data.x[others]) ** 2).sum(2).argmin(1)
    assert (data.y[others][nearest] == data.y[::9]).mean() > 0.93


@pytest.mark.parametrize("lean", [-0.4, 0.4])
def test_slant_is_taken_out_for_the_digits(lean: float) -> None:
    upright, slanted = np.zeros((200, 200)), np.zeros((200, 200))
    for row in range(20, 180):
        upright[row, 90:115] = 1
        slanted[row, 90 + round(lean * (row - 100)) : 115 + round(lean * (row - 100))] = 1
    made, other = (drawn(image, digits.DATASET) for image in (upright, slanted))
    assert np.abs(made - other).max() <= 4 / 16


@pytest.mark.parametrize("name", ["mnist", "digits", "shapes"])
def test_no_ink_is_black_and_any_ink_is_something(name: str) -> None:
    dataset = {"mnist": mnist, "digits": digits, "shapes": shapes}[name].DATASET
    for rows, columns in ((1, 1), (280, 280), (3, 500)):
        empty = np.zeros((rows, columns))
        assert drawn(empty, dataset).shape == (len(dataset.features),) and drawn(empty, dataset).dtype == np.float32
        assert not drawn(empty, dataset).any()
        dot = empty.copy()
        dot[rows // 2, columns // 2] = 1
        made = drawn(dot, dataset)
        assert np.isfinite(made).all() and made.max() <= 1 and made.min() >= 0
        assert made.any() or (name == "shapes" and rows != columns)  # a photo of a very long strip shows its middle alone
        assert np.isfinite(drawn(np.ones((rows, columns)) * 7, dataset)).all()


@pytest.mark.parametrize(("size", "target"), [((280, 200), (28, 20)), ((97, 61), (28, 9)), ((50, 50), (49, 13)), ((64, 640), (64, 1))])
def test_shrinking_is_pillows_box(size: tuple[int, int], target: tuple[int, int]) -> None:
    image = rng(0).random(size).astype(np.float32)
    theirs = np.asarray(Image.fromarray(image, "F").resize(target[::-1], Image.Resampling.BOX))
    if all(there % here == 0 for there, here in zip(size, target, strict=True)):
        np.testing.assert_allclose(resized(image.astype(np.float64), *target), theirs, atol=1e-5)
    else:  # Pillow takes a pixel whole or not at all; the mean over the area is that of the picture with each pixel split finely
        fine = np.kron(image.astype(np.float64), np.ones(target))
        blocks = fine.reshape(target[0], size[0], target[1], size[1]).mean((1, 3))
        np.testing.assert_allclose(resized(image.astype(np.float64), *target), blocks, atol=1e-9)


@pytest.mark.parametrize(("size", "target"), [((5, 7), (28, 28)), ((1, 3), (20, 20)), ((19, 20), (20, 23))])
def test_enlarging_is_pillows_bilinear(size: tuple[int, int], target: tuple[int, int]) -> None:
    image = rng(0).random(size).astype(np.float32)
    theirs = np.asarray(Image.fromarray(image, "F").resize(target[::-1], Image.Resampling.BILINEAR))
    np.testing.assert_allclose(resized(image.astype(np.float64), *target), theirs, atol=1e-5)


def test_a_photo_is_cut_to_its_middle_and_grey_as_pillows() -> None:
    image = rng(0).random((84, 140, 3))
    byte = Image.fromarray((image * 255).astype(np.uint8))
    theirs = np.asarray(byte.crop((28, 0, 112, 84)).convert("L").resize((28, 28), Image.Resampling.BOX), float) / 255
    np.testing.assert_allclose(photo(np.asarray(byte) / 255, shapes.DATASET).reshape(28, 28), theirs, atol=2 / 255)


def test_colours_stay_apart_channel_by_channel() -> None:
    image = np.zeros((24, 20, 3))
    image[:12, :, 0], image[:, :10, 2] = 1, 0.5
    made = photo(image, COLOUR).reshape(COLOUR.shape or ())
    assert (made[0, :6] == 1).all() and not made[0, 6:].any() and not made[1].any() and (made[2, :, :5] == 0.5).all() and not made[2, :, 5:].any()
    grey = photo(image[..., :1], COLOUR).reshape(COLOUR.shape or ())
    assert np.array_equal(grey[0], grey[1]) and np.array_equal(grey[0], grey[2]) and np.array_equal(grey[0], made[0])


@pytest.mark.parametrize("size", [(1, 1), (300, 10), (7, 900), (28, 28)])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dataset", [shapes.DATASET, COLOUR])
def test_a_plain_photo_stays_plain(size: tuple[int, int], channels: int, dataset: Dataset) -> None:
    np.testing.assert_allclose(photo(np.full((*size, channels), 0.3), dataset), 0.3, atol=1e-6)
