"""Points that are to be made more of, a person's drawing among them, and pictures at other sizes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from playground.choices import Adam
from playground.data import gaussians, lattice, ring, segment, sketch, swirl
from playground.data.contract import pixels
from playground.data.drawing import drawn
from playground.engine.session import Session
from playground.experiment import Experiment, parse
from playground.families.gan.presets import PRESETS
from playground.registry import describe, make, spec_of
from playground.text import Refusal


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


NO_WIDTH = {"spread": 0.0}  # narrower than a person can ask for

# -- where points lie


@pytest.mark.parametrize(("modes", "radius"), [(1, 0.0), (2, 4.0), (8, 4.0)])
def test_clumps_stand_evenly_on_a_circle(modes: int, radius: float) -> None:
    data = gaussians.make(gaussians.Spec(samples=4000, modes=modes, spread=0.3), rng())
    assert data.modes is not None
    for number in range(modes):
        own = data.x[number::modes].astype(np.float64)
        angle = 2 * np.pi * number / modes
        assert own.mean(0) == pytest.approx([radius * np.cos(angle), radius * np.sin(angle)], abs=0.08) and own.std(0) == pytest.approx(0.3, abs=0.03)
        assert data.modes.centres[number] == pytest.approx([radius * np.cos(angle), radius * np.sin(angle)], abs=1e-6)


def test_ring_line_spiral_and_grid_without_width_are_what_they_are_called() -> None:
    on_ring = ring.make(ring.Spec().model_copy(update=NO_WIDTH), rng()).x
    assert np.hypot(*on_ring.T) == pytest.approx(4, abs=1e-5)
    on_line = segment.make(segment.Spec().model_copy(update=NO_WIDTH), rng()).x
    assert on_line[:, 1] == pytest.approx(on_line[:, 0] * 2 / 3, abs=1e-5) and np.abs(on_line[:, 0]).max() <= 4.2
    spiral = swirl.make(swirl.Spec().model_copy(update=NO_WIDTH), rng()).x.astype(np.float64)
    radius = np.hypot(*spiral.T)
    turned = np.stack([np.cos(3 * np.pi * (radius - 0.5) / 4.5), np.sin(3 * np.pi * (radius - 0.5) / 4.5)], 1)
    assert np.allclose(spiral, radius[:, None] * turned, atol=1e-4)
    grid = lattice.make(lattice.Spec(side=3, spread=0.05), rng())
    assert {tuple(place) for place in np.round(grid.x.astype(np.float64) / 4).astype(int).tolist()} == {(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)}


def test_points_lie_along_a_drawing_by_the_length_of_its_strokes() -> None:
    spec = sketch.Spec(samples=5000, spread=0.0, strokes=(((-5.0, 0.0), (5.0, 0.0)), ((0.0, 1.0), (0.0, 3.0), (1.0, 3.0)), ((2.0, -4.0),)))
    x = sketch.make(spec, rng()).x.astype(np.float64)
    level, hook, dot = np.abs(x[:, 1]) < 1e-6, x[:, 1] > 0.99, x[:, 1] < -3.9
    assert (level | hook | dot).all()
    for some, share in ((level, 10), (hook, 3), (dot, sketch.DOT)):
        assert some.mean() == pytest.approx(share / (10 + 3 + sketch.DOT), abs=0.02)
    assert np.sort(x[level, 0]) == pytest.approx(np.linspace(-5, 5, level.sum()), abs=0.5)
    assert (x[hook & (x[:, 0] > 1e-6), 1] == 3).all() and (x[dot] == [2, -4]).all()


def test_strokes_are_bounded_and_kept_in_tenths() -> None:
    assert sketch.Spec(strokes=(((0.123, -0.06),),)).strokes == (((0.1, -0.1),),)
    for wrong in ((), ((),), (((7.0, 0.0),),), (((0.0, 0.0),),) * 25, (tuple((0.0, 0.0) for _ in range(65)),), (((float("nan"), 0.0),),)):
        with pytest.raises(ValidationError):
            sketch.Spec(strokes=wrong)


# -- drawing while it trains


def drawing() -> Experiment:
    plain: dict[str, Any] = {**PRESETS["sketch"].experiment, "data": {"name": "sketch", "samples": 200}}
    return parse(plain)


def test_a_running_generator_follows_the_drawing_and_undo_takes_it_back() -> None:
    made = Session(drawing())
    for _ in range(5):
        made.advance()
    before = made.draw(["layered"])["layered"]
    made.act("draw", {"strokes": [[[-4, 4], [4, 4]]]})
    after = made.draw(["layered"])["layered"]
    assert np.abs(after["real"][:, 1] - 4).max() < 1 and after["strokes"] == [[(-4.0, 4.0), (4.0, 4.0)]]
    assert np.array_equal(before["made"], after["made"])  # the networks are as they were
    assert made.current.data.strokes == (((-4.0, 4.0), (4.0, 4.0)),)  # type: ignore[attr-defined]
    assert made._context.learner._train.x is made._context.examples["train"].x
    for _ in range(made.epoch_steps * 2):
        made.advance()
    made.act("undo", {})
    assert np.array_equal(made.draw(["layered"])["layered"]["real"], before["real"]) and made.current == made.experiment


def test_a_drawing_is_repeated_bit_for_bit_and_outlives_a_checkpoint() -> None:
    one = Session(drawing())
    for _ in range(4):
        one.advance()
    one.act("draw", {"strokes": [[[0, 0], [3, 3]]]})
    two = Session(drawing(), replay=one._context.events)
    for _ in range(4):
        two.advance()
    three = Session(drawing())
    three.restore(one.checkpoint())
    fresh = Session(one.current)
    for made in (one, two, three):
        for _ in range(5):
            made.advance()
    assert one.status()["metrics"] == two.status()["metrics"] == three.status()["metrics"]
    assert np.array_equal(fresh._context.parts.train.x, one._context.parts.train.x)


@pytest.mark.parametrize(
    ("params", "words"),
    [({}, "strokes is missing"), ({"strokes": []}, "strokes"), ({"strokes": [[[0, 99]]]}, "6"), ({"strokes": "smile"}, "strokes"), ({"strokes": [[[0, 0]]], "more": 1}, "no setting more")],
)  # fmt: skip
def test_a_drawing_that_is_none_is_refused_and_nothing_changes(params: dict[str, Any], words: str) -> None:
    made = Session(drawing())
    with pytest.raises(Refusal, match=words):
        made.act("draw", params)
    assert made.current == made.experiment and made.status()["events"] == []


def test_other_data_are_not_drawn() -> None:
    made = Session(parse({**PRESETS["ring"].experiment}))
    with pytest.raises(Refusal, match="not drawn by hand"):
        made.act("draw", {"strokes": [[[0, 0]]]})


# -- pictures at other sizes


@pytest.mark.parametrize("side", ["8", "16", "28", "32"])
@pytest.mark.parametrize("name", ["digits", "mnist", "shapes"])
def test_pictures_come_at_the_size_that_is_asked_for(name: str, side: str) -> None:
    spec = spec_of(name)(side=side, **({} if name == "digits" else {"samples": 300}))
    found, data = describe(spec), make(spec, rng())
    assert found.shape == (1, int(side), int(side)) and found.features == pixels(found.shape) == data.feature_names
    assert data.x.shape[1] == int(side) ** 2 and data.x.dtype == np.float32 and data.x.min() >= 0 and data.x.max() <= 1
    own = make(spec.model_copy(update={"side": "own"}), rng())
    assert np.array_equal(own.y, data.y)
    shape = describe(spec.model_copy(update={"side": "own"})).shape
    assert shape is not None
    if shape[1] % int(side) == 0:  # blocks of whole pixels: their means
        times = shape[1] // int(side)
        blocks = own.x.reshape(-1, int(side), times, int(side), times).mean((2, 4)).reshape(len(own.x), -1)
        assert np.allclose(data.x, blocks, atol=1e-6)
    assert np.abs(data.x.mean(1) - own.x.mean(1)).max() < 0.05


def test_a_drawing_comes_at_that_size_too() -> None:
    ink = np.zeros((112, 112))
    ink[20:90, 50:60] = 1
    small = drawn(ink, describe(spec_of("mnist")(side="8", samples=300))).reshape(8, 8)
    whole = drawn(ink, describe(spec_of("mnist")())).reshape(28, 28)
    assert small.mean() == pytest.approx(whole.mean(), rel=0.05) and small[1:7, 3:5].sum() > 0.9 * small.sum()


def test_a_network_of_another_family_learns_from_them() -> None:
    plain = {
        "version": 1, "seed": 0, "data": {"name": "mnist", "samples": 300, "side": "16"},
        "model": {"family": "conv", "layers": [{"name": "conv", "filters": 4}, {"name": "flatten"}]},
        "training": {"loss": "cross_entropy", "optimizer": Adam().model_dump(), "batch_size": 32, "epochs": 3},
    }  # fmt: skip
    made = Session(parse(plain))
    while made.ended is None:
        made.advance()
    assert made.status()["metrics"]["test_accuracy"] > 0.3
