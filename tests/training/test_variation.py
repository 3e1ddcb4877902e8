"""Varied pictures against numpy and scipy.ndimage, and that a varied training is repeated and gone on from bit for bit."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, stats

from playground.data import digits
from playground.data.contract import Data, Dataset, ImagesSpec, shuffled, split
from playground.engine.session import Session
from playground.experiment import Experiment, parse
from playground.training import devices
from playground.training.variation import Variation, moved

devices.one_thread()

SHAPE = (3, 7, 10)
ONE = (1, 9, 9)


def images(count: int, shape: tuple[int, int, int] = SHAPE, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).random((count, *shape), np.float32))


def varied(x: torch.Tensor, shape: tuple[int, int, int], seed: int = 0, **chosen: Any) -> np.ndarray:
    """Pictures (n, channels, height, width) as one call varies them."""
    spec = ImagesSpec(name="any", **chosen)
    return Variation(spec, shape, torch.Generator().manual_seed(seed))(x.flatten(1)).reshape(-1, *shape).numpy()


def shifted(image: np.ndarray, down: int, across: int) -> np.ndarray:
    """(channels, height, width) moved, black coming in: pixel by pixel."""
    made = np.zeros_like(image)
    height, width = image.shape[1:]
    for row, column in product(range(height), range(width)):
        if 0 <= row - down < height and 0 <= column - across < width:
            made[:, row, column] = image[:, row - down, column - across]
    return made


def still(count: int) -> dict[str, torch.Tensor]:
    return {"angles": torch.zeros(count), "down": torch.zeros(count), "across": torch.zeros(count), "mirror": torch.ones(count)}


@settings(max_examples=40, deadline=None)
@given(st.integers(-9, 9), st.integers(-11, 11), st.booleans())
def test_a_shift_by_whole_pixels_is_exact(down: int, across: int, flip: bool) -> None:
    x = images(2)
    how = {**still(2), "down": torch.full((2,), float(down)), "across": torch.full((2,), float(across)), "mirror": torch.full((2,), -1.0 if flip else 1.0)}
    made = moved(x, **how).numpy()
    for image, found in zip(x.numpy(), made, strict=True):
        np.testing.assert_array_equal(found, shifted(image[:, :, ::-1] if flip else image, down, across))


@pytest.mark.parametrize("degrees", [-170, -90, -33, -5, 0.5, 12, 45, 90, 180])
@pytest.mark.parametrize("shape", [SHAPE, ONE, (1, 8, 8)])
def test_turning_is_scipys(degrees: float, shape: tuple[int, int, int]) -> None:
    x = images(2, shape)
    made = moved(x, **{**still(2), "angles": torch.full((2,), float(np.radians(degrees)))}).numpy()
    theirs = ndimage.rotate(x.numpy(), -degrees, axes=(3, 2), reshape=False, order=1, mode="grid-constant")  # scipy's turn the other way round
    np.testing.assert_allclose(made, theirs, atol=1e-4)


def test_turning_is_clockwise() -> None:
    x = images(1, ONE)
    np.testing.assert_allclose(moved(x, **{**still(1), "angles": torch.tensor([np.pi / 2])})[0, 0].numpy(), np.rot90(x[0, 0].numpy(), -1), atol=1e-5)


@pytest.mark.parametrize(("degrees", "down", "across", "flip"), [(20, 2, -3, False), (-40, -1, 1, True), (90, 0, 2, True)])
def test_all_at_once_is_turned_then_mirrored_then_shifted(degrees: float, down: float, across: float, flip: bool) -> None:
    """In a frame so wide that nothing leaves it, step by step with scipy."""
    x = torch.nn.functional.pad(images(1, ONE), [12] * 4)
    how = {
        "angles": torch.tensor([np.radians(degrees)]).float(), "down": torch.tensor([float(down)]), "across": torch.tensor([float(across)]), "mirror": torch.tensor([-1.0 if flip else 1.0]),
    }  # fmt: skip
    step = ndimage.rotate(x[0, 0].numpy(), -degrees, reshape=False, order=1, mode="grid-constant")
    step = step[:, ::-1] if flip else step
    expected = ndimage.shift(step, (down, across), order=0)
    np.testing.assert_allclose(moved(x, **how)[0, 0].numpy(), expected, atol=1e-4)


def test_each_picture_is_moved_as_told_for_it() -> None:
    x = images(4)
    how = {
        "angles": torch.tensor([0.0, 0.3, -1.0, 0.0]),
        "down": torch.tensor([1.0, 0, 2, 0]),
        "across": torch.tensor([0.0, -2, 1, 3]),
        "mirror": torch.tensor([1.0, -1, 1, -1]),
    }
    together = moved(x, **how)
    for number in range(4):
        alone = moved(x[number : number + 1], **{name: value[number : number + 1] for name, value in how.items()})
        np.testing.assert_allclose(together[number].numpy(), alone[0].numpy(), atol=1e-6)


def test_shifts_are_all_there_are_and_equally_often() -> None:
    count, most = 5000, 2
    dot = torch.zeros(count, *ONE)
    dot[:, 0, 4, 4] = 1
    made = varied(dot, ONE, shift=most)
    assert (made.sum((1, 2, 3)) == 1).all()
    _, _, rows, columns = np.nonzero(made)
    for places in (rows - 4, columns - 4):
        assert set(places) == set(range(-most, most + 1))
        assert stats.chisquare(np.bincount(places + most)).pvalue > 1e-4
    assert abs(np.corrcoef(rows, columns)[0, 1]) < 0.06


def test_half_are_mirrored() -> None:
    x = images(2000)
    made = varied(x, SHAPE, flip=True)
    same = (made == x.numpy()).all((1, 2, 3))
    other = (made == x.numpy()[..., ::-1]).all((1, 2, 3))
    assert (same ^ other).all() and abs(same.mean() - 0.5) < 4 * np.sqrt(0.25 / 2000)


def test_turns_are_even_up_to_the_limit() -> None:
    """The angle is read off a point far from the middle."""
    count, most, shape = 2000, 60, (1, 41, 41)
    x = torch.zeros(count, *shape)
    x[:, 0, 4:7, 19:22] = 1
    made = varied(x, shape, rotate=most)[:, 0].astype(np.float64)
    place = np.arange(41) - 20.0
    mass = made.sum((1, 2))
    down, right = (made.sum(2) @ place) / mass, (made.sum(1) @ place) / mass
    angles = np.degrees(np.arctan2(right, -down))
    assert np.abs(angles).max() <= most + 0.5
    assert stats.kstest(angles, stats.uniform(-most, 2 * most).cdf).pvalue > 1e-4


@pytest.mark.parametrize("noise", [0.05, 0.3])
def test_grain_is_normal_and_cut_at_black_and_white(noise: float) -> None:
    grey = varied(torch.full((500, *ONE), 0.5), ONE, pixel_noise=noise).ravel()
    inside = (grey > 0) & (grey < 1)
    assert grey.min() >= 0 and grey.max() <= 1
    assert abs(np.mean(grey == 0) - stats.norm.cdf(-0.5 / noise)) < 0.005 and abs(np.mean(grey == 1) - stats.norm.cdf(-0.5 / noise)) < 0.005
    expected = stats.truncnorm(-0.5 / noise, 0.5 / noise, 0.5, noise)
    assert stats.kstest(grey[inside], expected.cdf).pvalue > 1e-4
    black = varied(torch.zeros(500, *ONE), ONE, pixel_noise=noise).ravel()
    assert abs(np.mean(black == 0) - 0.5) < 0.02 and abs(black.mean() - noise / np.sqrt(2 * np.pi)) < 0.05 * noise


def test_off_is_the_same_and_takes_no_chance() -> None:
    x = images(3).flatten(1)
    generator = torch.Generator().manual_seed(3)
    before = generator.get_state()
    assert Variation(ImagesSpec(name="any"), SHAPE, generator)(x) is x
    assert torch.equal(before, generator.get_state())


@pytest.mark.parametrize(
    "chosen", [{"shift": 3}, {"rotate": 40}, {"flip": True}, {"pixel_noise": 0.2}, {"shift": 2, "rotate": 15, "flip": True, "pixel_noise": 0.1}]
)
def test_the_same_seed_varies_the_same_way(chosen: dict[str, Any]) -> None:
    x = images(50)
    kept = x.clone()
    one, same, other = varied(x, SHAPE, 1, **chosen), varied(x, SHAPE, 1, **chosen), varied(x, SHAPE, 2, **chosen)
    assert np.array_equal(one, same) and not np.array_equal(one, other) and torch.equal(x, kept)
    assert one.min() >= 0 and one.max() <= 1 + 1e-6 and one.dtype == np.float32


@pytest.mark.parametrize("chosen", [{"shift": 3}, {"rotate": 40, "pixel_noise": 0.2}, {"flip": True}])
def test_shuffled_pictures_are_varied_as_if_they_were_none(chosen: dict[str, Any]) -> None:
    """Varied and then dealt out is dealt out, put back, varied and dealt out again."""
    x = images(20)
    dealt = torch.from_numpy(shuffled(x.flatten(1).numpy()))
    made = varied(dealt, SHAPE, shuffled_pixels=True, **chosen).reshape(20, -1)
    assert np.array_equal(made, shuffled(varied(x, SHAPE, **chosen).reshape(20, -1)))


# -- shuffled pixels


def test_pixels_are_dealt_out_in_one_way_for_all() -> None:
    """A picture whose pixels are numbered shows the way: the same for every seed, and a true shuffle."""
    columns = 28 * 28
    numbered = np.tile(np.arange(columns, dtype=np.float32), (30, 1))
    data = Data(numbered, np.arange(30) % 2, "classes", ("a", "b"), tuple(map(str, range(columns))), None)
    dataset, ways = Dataset("any", "", "images", "classes", data.feature_names, data.classes, shape=(1, 28, 28)), []
    for seed in range(4):
        parts = split(data, dataset, ImagesSpec(name="any", shuffled_pixels=True, validation_fraction=0.1), np.random.default_rng(seed))
        for part in (parts.train, parts.validation, parts.test):
            ways.extend(part.x)
    assert all(np.array_equal(way, ways[0]) for way in ways)
    way = ways[0].astype(int)
    assert sorted(way) == list(range(columns)) and (way == np.arange(columns)).sum() < 10
    beside = np.abs(np.diff(way)) == 1
    assert beside.sum() < 15, "neighbours are parted"


def test_a_dense_network_does_not_mind() -> None:
    """With its first weights dealt out as the pixels are, each step's loss is the same."""
    runs = []
    for dealt in (False, True):
        session = Session(parse({
            "data": {"name": "digits", "train_fraction": 0.2, "shuffled_pixels": dealt}, "model": {"family": "dense", "layers": [{"units": 8, "activation": "tanh"}]},
            "training": {"loss": "cross_entropy", "optimizer": {"name": "adam", "learning_rate": 0.01}, "batch_size": 32, "epochs": 3},
        }))  # fmt: skip
        if dealt:
            first = next(parameter for parameter in session._learner.optimizer.parameters if parameter.shape == (8, 64))
            with torch.no_grad():
                first.copy_(torch.from_numpy(shuffled(first.numpy())))
        losses = []
        while session.ended is None:
            session.advance()
            losses.append(session.status()["batch_loss"])
        runs.append(losses)
    assert len(runs[0]) > 30 and runs[0][-1] < 0.8 * runs[0][0]
    np.testing.assert_allclose(runs[0], runs[1], rtol=2e-3)


# -- in a run


def experiment(epochs: int = 3, **data: Any) -> Experiment:
    """180 pictures for learning in batches of 40: five steps an epoch."""
    return parse({
        "data": {"name": "digits", "train_fraction": 0.1, "validation_fraction": 0.05, **data},
        "model": {"family": "conv", "layers": [{"name": "conv", "filters": 2}, {"name": "max_pool"}, {"name": "dropout"}, {"name": "flatten"}]},
        "training": {"loss": "cross_entropy", "optimizer": {"name": "adam"}, "batch_size": 40, "epochs": epochs},
    })  # fmt: skip


def put(session: Session, name: str, value: Any) -> None:
    session.act("set", {"path": f"data.{name}", "value": value})


def shown(session: Session) -> tuple[np.ndarray, np.ndarray]:
    """The next mini-batch: as the network is shown it, and as it stands in the training part."""
    session.advance_phase()
    numbers = session._context.phases["sample"].tensors["numbers"].numpy()
    x = session._context.phases["sample"].tensors["x"].numpy()
    session.advance()
    return x, session._context.parts.train.x[numbers]


def run(session: Session) -> list[dict[str, Any]]:
    rows = session.take_rows()
    while session.ended is None:
        session.advance()
        rows += session.take_rows()
    return rows


def test_a_live_change_is_of_the_next_mini_batch() -> None:
    session = Session(experiment())
    made, plain = shown(session)
    assert np.array_equal(made, plain)
    put(session, "shift", 3)
    made, plain = shown(session)
    moves = list(product(range(-3, 4), repeat=2))
    how = [
        [move for move in moves if np.array_equal(shifted(before.reshape(1, 8, 8), *move).ravel(), after)] for after, before in zip(made, plain, strict=True)
    ]
    assert all(how) and len({move[0] for move in how}) > 15
    put(session, "shift", 0)
    made, plain = shown(session)
    assert np.array_equal(made, plain)
    assert session.current.data == session.experiment.data and len(session.status()["events"]) == 2


def test_what_tests_is_never_varied() -> None:
    session, calm = Session(experiment(shift=4, rotate=90, pixel_noise=0.5)), Session(experiment())
    for part in ("train", "validation", "test"):
        assert np.array_equal(getattr(session._context.parts, part).x, getattr(calm._context.parts, part).x)
    assert session.take_rows() == calm.take_rows(), "the untrained network is measured on pictures as they are"


def test_every_pixels_place_and_shuffling_need_a_fresh_run() -> None:
    from playground.text import Refusal

    with pytest.raises(Refusal, match="fresh run"):
        put(Session(experiment()), "shuffled_pixels", True)
    with pytest.raises(Refusal):
        put(Session(experiment()), "shift", 9)


CHANGES: list[tuple[int, str, Any]] = [(2, "shift", 3), (5, "pixel_noise", 0.2), (7, "rotate", 30), (8, "shift", 0), (11, "flip", True)]


@pytest.mark.parametrize("dealt", [False, True])
@pytest.mark.parametrize("saved_at", [1, 4, 7, 9, 12])
def test_a_varied_run_is_gone_on_from_and_repeated_bit_for_bit(saved_at: int, dealt: bool) -> None:
    def play(saving: int) -> tuple[Session, list[dict[str, Any]]]:
        session = Session(experiment(shift=1, shuffled_pixels=dealt))
        rows = session.take_rows()
        while session.ended is None:
            for step, name, value in CHANGES:
                if step == session.step:
                    put(session, name, value)
            if session.step == saving:
                saved = session.checkpoint()
                session = Session(session.experiment)
                session.take_rows()
                session.restore(saved)
                assert session.checkpoint() == saved
            session.advance()
            rows += session.take_rows()
        return session, rows

    whole, rows = play(-1)
    parts, same = play(saved_at)
    assert rows == same and whole.checkpoint() == parts.checkpoint()
    again = Session(whole.experiment, replay=whole._context.events)
    assert run(again) == rows and again.checkpoint() == whole.checkpoint()


def test_looking_varies_nothing() -> None:
    def play(look: bool) -> list[dict[str, Any]]:
        session = Session(experiment(epochs=2, shift=2, pixel_noise=0.1))
        rows = session.take_rows()
        while session.ended is None:
            session.advance()
            if look:
                session.draw(["pictures", "loss"])
            rows += session.take_rows()
        return rows

    assert play(True) == play(False)


def test_the_sets_limits_are_those_of_the_form() -> None:
    for name, most in (("shift", 8), ("rotate", 180), ("pixel_noise", 0.5)):
        digits.Spec(**{name: most})
        with pytest.raises(ValueError):
            digits.Spec(**{name: most * 2})
