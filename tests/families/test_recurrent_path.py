"""States as paths in a plane: main axes against scikit-learn, held from frame to frame, and turned as little as can be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.decomposition import PCA

from playground.families.conv.embedding import turn
from playground.families.recurrent.path import taken
from tests.families.test_recurrent_way import BOTH, COPY, MIXED, RELU, SINE, THREE, Written, read, session

NAMES: dict[str, Any] = {"name": "names", "languages": 3}


def states(made: Any, figure: dict[str, Any]) -> tuple[list[int], np.ndarray]:
    """Which test examples a figure should show, and the states of the layer it names, (m, length, units)."""
    count, length = len(made._context.parts.test), figure["points"].shape[1]
    some = np.linspace(0, count - 1, min(24, 1200 // length)).round().astype(int).tolist()
    return some, np.array([Written(made, made._context.parts.test.x[at]).passed[figure["layer"]] for at in some])


@pytest.mark.parametrize(
    ("layers", "data", "layer"),
    [(MIXED, THREE, 3), (BOTH, COPY, 2), (RELU, THREE, 1), ([{"name": "gru", "units": 4}], SINE, 1), ([{"name": "rnn", "units": 1}], THREE, 1)],
)
def test_axes_are_the_main_ones(layers: list[dict[str, Any]], data: dict[str, Any], layer: int) -> None:
    made = session(layers, data, 3)
    figure = made.draw(["path"])["path"]
    some, handed = states(made, figure)
    assert figure["layer"] == layer and figure["example"] == {"part": "test", "index": 0, "typed": None, "of": len(made._context.parts.test)}
    flat = handed.reshape(-1, handed.shape[-1])
    known = PCA(min(2, flat.shape[1])).fit(flat)
    wanted = known.transform(flat).reshape(*handed.shape[:2], -1)
    for axis in range(wanted.shape[2]):
        own = figure["points"][:, :, axis]
        assert own == pytest.approx(wanted[:, :, axis] * np.sign((own * wanted[:, :, axis]).sum()), abs=1e-4)
    assert figure["spread"][: wanted.shape[2]] == pytest.approx(known.explained_variance_ratio_, abs=1e-4)
    assert np.abs(figure["points"]).max() <= figure["reach"] <= 2 * np.abs(figure["points"]).max() + 1
    y = made._context.parts.test.y.reshape(len(made._context.parts.test), -1)[some, -1]
    if figure["classes"]:
        assert figure["colours"].tolist() == y.tolist() and figure["range"] is None
    else:
        mean, deviation = made._context.parts.scale
        assert figure["colours"] == pytest.approx(y * deviation + mean, abs=1e-5)
        low, high = figure["range"]
        assert low == pytest.approx(made._context.parts.data.y[: len(made._context.parts.train)].min(), abs=1e-5) and high > low


def test_padding_is_no_part_of_a_path() -> None:
    made = session([{"name": "lstm", "units": 6}], NAMES, 3)
    figure = made.draw(["path"])["path"]
    some, handed = states(made, figure)
    real = np.array([made._context.parts.test.x[at] != 0 for at in some])
    assert (np.isfinite(figure["points"]).all(2) == real).all()
    assert figure["first"].tolist() == real.argmax(1).tolist() and len(set(figure["first"])) > 1
    places = PCA(2).fit_transform(handed[real])
    for axis in range(2):
        own = figure["points"][real][:, axis]
        assert own == pytest.approx(places[:, axis] * np.sign(own @ places[:, axis]), abs=1e-4)
    names = ["".join(row).strip("·") for row in figure["symbols"]]
    assert all(name.isalpha() for name in names)
    assert read(figure["classes"][0]) == "Italian"


def test_axes_are_held_until_the_test_part_is_measured_anew() -> None:
    """Between two rows states move in a plane that stays; at a row the plane is taken anew, and no turn or mirroring would bring paths nearer to where they were in the old one."""
    made, rows = session([{"name": "lstm", "units": 6}], THREE, 0, {"epochs": 12}), 0
    before = made.draw(["path"])["path"]
    plane, held = made._context.kept["path"][0], before["reach"]
    while made.ended is None:
        made.advance()
        measured = made._context.answered.get("test")
        figure = made.draw(["path"])["path"]
        now = made._context.kept["path"][0]
        if measured is None or measured.step == plane.step:
            assert now is plane and figure["epoch"] == before["epoch"] and figure["reach"] >= held
        else:
            rows += 1
            assert figure["epoch"] == made.epoch
            handed = states(made, figure)[1]
            centred = (handed - now.mean).reshape(-1, 6)
            assert turn(centred @ now.axes, centred @ plane.axes) == pytest.approx(np.eye(2), abs=1e-3)
        assert np.nanmax(np.abs(figure["points"])) <= figure["reach"]
        plane, before, held = now, figure, figure["reach"]
    assert rows > 3


def test_a_plane_that_is_turned_is_still_the_main_one() -> None:
    rng = np.random.default_rng(3)
    seen = rng.normal(size=(300, 5)) * [4, 3, 1, 0.5, 0.1]
    first = taken(seen, None, 0.0, 0)
    second = taken(seen + rng.normal(size=seen.shape) * 0.1, first, 1.0, 5)
    assert first.axes.T @ first.axes == pytest.approx(np.eye(2)) and second.axes.T @ second.axes == pytest.approx(np.eye(2))
    assert np.abs(second.axes - first.axes).max() < 0.1
    places = (seen - first.mean) @ first.axes
    assert (places[np.abs(places).argmax(0), [0, 1]] > 0).all(), "an axis points to where its farthest place is"


def test_long_sequences_have_fewer_paths() -> None:
    figure = session([{"name": "gru", "units": 4}], {"name": "copy", "samples": 200, "delay": 80}).draw(["path"])["path"]
    assert figure["points"].shape == (14, 82, 2)
