"""The dense network's maps: many classes, values over a plane, slices of tables, the points on them, and numbers set by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from playground.engine.session import Session
from playground.experiment import parse
from playground.families.dense import surface
from playground.families.dense.model import INPUTS
from playground.text import Refusal
from tests.families.test_dense import answer_is, session

MIDDLES = (np.arange(50) + 0.5) / 50 * 12 - 6
GRID = np.stack(np.meshgrid(MIDDLES, MIDDLES[::-1]), -1).reshape(-1, 2).astype(np.float32)


def outputs(made: Session, x: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return np.asarray(made._context.model.eval()(torch.from_numpy(x)).numpy())


def test_many_classes_show_the_winner_and_how_far_it_is_ahead() -> None:
    made = session({"name": "blobs", "classes": 5}, (6,), loss="cross_entropy")
    found = made.draw(["boundary"])["boundary"]
    logits = outputs(made, GRID).astype(np.float64)
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert (found["map"].ravel() == shares.argmax(1)).all()
    ordered = np.sort(shares, 1)
    assert np.abs(found["sure"].ravel() - 255 * (ordered[:, -1] - ordered[:, -2])).max() <= 0.6
    assert (found["task"], len(found["classes"])) == ("classes", 5)


def test_values_over_the_plane_and_what_the_colours_stand_for() -> None:
    made = session("plane", ())
    answer_is(made, [0.05, -0.1], 0.2)
    found = made.draw(["boundary"])["boundary"]
    values = GRID @ np.array([0.05, -0.1]) + 0.2
    largest = max(np.abs(part.y).max() for part in (made._context.parts.train, made._context.parts.test))
    assert found["range"] == pytest.approx(largest) and found["ends"] == pytest.approx([-largest, 0, largest])
    read = (found["map"].ravel().astype(float) - 128) / 127 * largest
    inside = np.abs(values) < largest
    assert np.abs(read - values)[inside].max() <= 0.51 * largest / 127
    assert found["train"]["y"].dtype == np.float32 and "wrong" not in found["train"]
    made.act("point", {"at": None, "x": [0.0, 0.0], "y": 9.0})
    assert made.draw(["boundary"])["boundary"]["range"] == found["range"], "a colour scale stays fixed while a run lasts"


@pytest.mark.parametrize(
    ("data", "loss"), [("spiral", "mse"), ("gauss", "hinge"), ("xor", "binary_cross_entropy"), ({"name": "blobs", "classes": 4}, "cross_entropy")]
)
def test_wrong_points_are_those_numpy_finds(data: Any, loss: str) -> None:
    made = session(data, (5,), loss=loss)
    for _ in range(20):
        made.advance()
    found = made.draw(["boundary"])["boundary"]
    for part in ("train", "test"):
        points = found[part]
        answers = outputs(made, points["x"])
        said = answers.argmax(1) if loss == "cross_entropy" else answers[:, 0] > 0
        assert (points["wrong"] == (said != points["y"])).all() and points["of"] == len(points["y"]) == 250


def test_points_carry_the_numbers_by_which_they_are_changed() -> None:
    made = session({"name": "xor", "samples": 2000})
    number = made.act("point", {"at": None, "x": [1.5, -2.25], "y": 1})["at"]
    made.act("point", {"at": 7, "x": [3.0, 3.0], "y": 0})
    made.act("point", {"at": 0, "x": None, "y": 0})
    train = made.draw(["boundary"])["boundary"]["train"]
    assert len(train["number"]) == 500 == len(train["x"]) and train["of"] == 1000
    assert number == 1000 and 0 not in train["number"]
    row = train["number"].tolist().index(1000)
    assert train["x"][row].tolist() == [1.5, -2.25] and train["y"][row] == 1
    assert train["x"][train["number"].tolist().index(7)].tolist() == [3.0, 3.0]
    learned = made._context.parts.train.x
    assert all((learned == place).all(1).any() for place in train["x"]), "what is drawn is what it learns from"
    before = set(train["number"].tolist())
    made.act("undo", {})
    after = set(made.draw(["boundary"])["boundary"]["train"]["number"].tolist())
    assert 0 in after and len(before ^ after) <= 2, "the other points that are drawn stay the same"


def test_a_slice_holds_the_others_at_their_training_mean() -> None:
    made = session("iris", (5,), loss="cross_entropy")
    found = made.ask("slice", {"x": 2, "y": 3})
    parts = made._context.parts
    raw = np.concatenate([found["train"]["x"], found["test"]["x"]])
    (left, right), (bottom, top) = found["domain"]
    assert left < raw[:, 0].min() and raw[:, 0].max() < right and bottom < raw[:, 1].min() and raw[:, 1].max() < top
    assert (raw.min(0), raw.max(0)) == (pytest.approx([1.0, 0.1]), pytest.approx([6.9, 2.5])), "petal length and width of iris, in cm"
    means, deviations = parts.units
    share = (np.arange(50) + 0.5) / 50
    for row, column in ((0, 0), (10, 40), (49, 25)):
        x = parts.train.x.mean(0).copy()
        x[2] = (left + (right - left) * share[column] - means[2]) / deviations[2]
        x[3] = (top - (top - bottom) * share[row] - means[3]) / deviations[3]
        assert found["map"][row, column] == outputs(made, x[None].astype(np.float32)).argmax()
    assert found["train"]["wrong"].sum() == (outputs(made, parts.train.x).argmax(1) != parts.train.y).sum(), "wrong with all their own columns"


def test_a_slice_fades_where_no_training_examples_are() -> None:
    x = np.array([[0.5, 0.5], [0.5, 0.5], [0.9, 0.9]], np.float32)
    found = surface.density(x, ((0.0, 1.0), (0.0, 1.0)), 50)
    assert found[24, 24] > 245 and found[0, 0] == 0
    assert 120 < found[5, 45] <= 128, "one point, at the upper right, counts half"


@pytest.mark.parametrize("params", [{"x": 1, "y": 1}, {"x": 0, "y": 4}, {"x": 0}, {"x": -1, "y": 0}])
def test_a_slice_needs_two_columns(params: dict[str, int]) -> None:
    with pytest.raises(Refusal):
        session("iris", (3,), loss="cross_entropy").ask("slice", params)


def test_inputs_are_the_functions_that_were_chosen() -> None:
    made = session("xor", (3,), inputs=["x1", "x1_x2", "sin_x2"])
    network = made.draw(["network"])["network"]
    first = network["columns"][0]
    assert (first["units"], [label["$t"] for label in first["labels"]]) == (3, ["x₁", "x₁x₂", "sin x₂"])
    assert network["ranges"][:3] == pytest.approx([6, 36, 1], rel=0.01) and network["weights"][0].shape == (3, 3)
    cells = torch.from_numpy(GRID.reshape(50, 50, 2)[::2, ::2].reshape(-1, 2).copy())
    for at, name in enumerate(("x1", "x1_x2", "sin_x2")):
        read = (network["maps"][at].ravel().astype(float) - 128) / 127 * network["ranges"][at]
        assert np.abs(read - INPUTS[name](*cells.unbind(1)).numpy()).max() <= 0.51 * network["ranges"][at] / 127


def test_batch_norm_dropout_and_no_bias() -> None:
    layers = [{"units": 4, "batch_norm": True, "dropout": 0.5, "bias": False}, {"units": 3}]
    made = Session(parse({"data": {"name": "spiral"}, "model": {"family": "dense", "layers": layers}, "training": {"loss": "mse"}}))
    figure = made.draw(["network", "boundary"])
    network = figure["network"]
    assert [column["units"] for column in network["columns"]] == [2, 4, 3, 1]
    assert network["biases"][0] is None and len(network["biases"][1]) == 3
    assert (made.draw(["boundary"])["boundary"]["map"] == figure["boundary"]["map"]).all(), "pictures draw no chance"
    hidden = made._context.model.eval()
    x = torch.from_numpy(GRID.reshape(50, 50, 2)[::2, ::2].reshape(-1, 2).copy())
    with torch.no_grad():
        answers = torch.tanh(hidden.hidden1_norm(hidden.hidden1(x))).numpy()
    assert np.abs((network["maps"][2].ravel().astype(float) - 128) / 127 - answers[:, 0]).max() <= 0.51 / 127
    assert made.ask("neuron", {"layer": 1, "unit": 0})["bias"] is None


def test_a_weight_set_by_hand_and_taken_back() -> None:
    made = session(units=(4,))
    before = made.draw(["network"])["network"]["weights"][0].copy()
    made.act("weight", {"layer": 1, "unit": 2, "input": 1, "value": 3.5})
    made.act("weight", {"layer": 2, "unit": 0, "input": None, "value": -1.0})
    network = made.draw(["network"])["network"]
    assert network["weights"][0][2, 1] == 3.5 and network["biases"][1][0] == -1.0
    assert (network["weights"][0] != before).sum() == 1
    made.act("undo", {})
    made.act("undo", {})
    assert (made.draw(["network"])["network"]["weights"][0] == before).all() and made.status()["undo"] == 0


def test_a_large_network_is_drawn_coarser() -> None:
    made = session(units=(256,) * 4)
    figure = made.draw(["network", "boundary"])
    assert figure["boundary"]["map"].shape == (26, 26) and figure["network"]["maps"].shape[1:] == (9, 9)
    assert made.ask("neuron", {"layer": 1, "unit": 255})["map"].shape == (26, 26)


def test_all_wrong_points_are_counted_though_not_all_are_drawn() -> None:
    made = session({"name": "spiral", "samples": 3000, "train_fraction": 0.4}, (5,))
    found = made.draw(["boundary"])["boundary"]
    for name in ("train", "test"):
        part = getattr(made._context.parts, name)
        wrong = (outputs(made, part.x)[:, 0] > 0) != part.y
        points = found[name]
        assert points["wrongs"] == wrong.sum() and points["of"] == len(part) > len(points["y"]) == 500
        assert (points["wrong"] == wrong[points["where"]]).all()
