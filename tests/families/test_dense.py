"""The dense network's pictures against the network itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from playground.charts.tokens import picked, shades
from playground.engine.session import Session
from playground.experiment import Experiment, parse
from playground.families.dense.model import build
from playground.training.layers import Chance
from playground.training.learner import generator


def described(data: str | dict[str, Any] = "spiral", units: tuple[int, ...] = (3,), activation: str = "tanh", loss: str = "mse", **model: Any) -> Experiment:
    layers = [{"units": n, "activation": activation} for n in units]
    spec = {"name": data} if isinstance(data, str) else data
    return parse({"data": spec, "model": {"family": "dense", "layers": layers, **model}, "training": {"loss": loss}})


def session(*args: Any, **kwargs: Any) -> Session:
    return Session(described(*args, **kwargs))


def seen(made: Session, view: str) -> dict[str, Any]:
    """A view's arrays, before they are a figure."""
    with torch.no_grad():
        return dict(made._probes.PROBES[view](made._context, {}))


def built(seed: int = 1, **model: Any) -> Any:
    return build(described(**model), "tanh", Chance(generator(seed), generator(0)))


def answer_is(made: Session, weight: list[float], bias: float = 0.0) -> None:
    """Make the (single) layer's answer a known function of x."""
    with torch.no_grad():
        made._context.model.output.weight.copy_(torch.tensor([weight]))
        made._context.model.output.bias.fill_(bias)


def test_initial_weights() -> None:
    first = built(units=(200,)).hidden1
    assert 0.49 < float(first.weight.detach().abs().max()) <= 0.5
    assert (first.bias == 0.1).all()
    xavier = built(units=(200, 100), initialization="xavier").hidden2
    assert float(xavier.weight.detach().abs().max()) == pytest.approx((6 / 300) ** 0.5, rel=1e-3)
    assert torch.equal(built(units=(200,)).hidden1.weight, first.weight)


def test_every_layer_has_its_own_activation() -> None:
    modules = [module for name, module in built(units=(8, 8, 8)).named_children() if name.endswith("_activation")]
    assert len(set(map(id, modules))) == 4


def test_row_0_of_the_plane_is_the_top() -> None:
    made = session(units=())
    answer_is(made, [0.0, 1.0])  # tanh(x2)
    figure = made.draw(["network", "boundary"])
    plane = figure["boundary"]["map"]
    assert plane[0].min() >= 254 and plane[-1].max() <= 1
    middles = (np.arange(50) + 0.5) / 50 * 12 - 6
    expected = (np.tanh(middles[::-1]) + 1) / 2 * 255
    assert np.abs(plane[:, 7] - expected).max() <= 0.51
    maps = figure["network"]["maps"]
    assert maps.shape == (3, 25, 25)
    x1, x2, out = maps
    assert (np.diff(x1.astype(int), axis=1) > 0).all() and (np.diff(x2.astype(int), axis=0) < 0).all()
    assert out[0, 0] == 255 and out[-1, 0] == 1
    assert figure["network"]["ranges"].tolist() == [6, 6, 1]
    assert abs(int(x1[0, 0]) - (128 + 127 * -5.88 / 6)) <= 0.51


def test_probability_is_shown_for_cross_entropy() -> None:
    made = session(units=(), loss="binary_cross_entropy")
    answer_is(made, [0.3, 0.0], 0.2)
    plane = made.draw(["boundary"])["boundary"]["map"]
    x1 = (np.arange(50) + 0.5) / 50 * 12 - 6
    assert np.abs(plane[3] - 255 / (1 + np.exp(-0.3 * x1 - 0.2))).max() <= 0.51


@pytest.mark.parametrize("activation", ["tanh", "relu", "linear", "sigmoid"])
def test_neuron_maps_are_what_the_neuron_answers(activation: str) -> None:
    made = session(units=(5, 4), activation=activation)
    network = made.draw(["network"])["network"]
    middles = (np.arange(100) + 0.5) / 100 * 12 - 6
    grid = np.stack(np.meshgrid(middles, middles[::-1]), -1).reshape(-1, 2).astype(np.float32)
    with torch.no_grad():
        hidden = made._context.model[:4](torch.from_numpy(grid)).numpy()  # two layers and their activations
    for unit in range(4):
        asked = made.ask("neuron", {"layer": 2, "unit": unit})
        assert asked["map"].shape == (100, 100)
        read = (asked["map"].astype(float) - 128) / 127 * asked["range"]
        assert np.abs(read.ravel() - hidden[:, unit]).max() <= 0.51 * asked["range"] / 127
        assert asked["bias"] == pytest.approx(0.1)
    assert made.ask("neuron", {"layer": 0, "unit": 0})["bias"] is None
    if activation in ("relu", "linear"):
        assert network["ranges"][-2] == pytest.approx(np.abs(hidden).max(), rel=0.05)
    else:
        assert network["ranges"][-2] == 1


def test_wide_layers_are_sampled_and_weights_fit() -> None:
    network = session(units=(40, 3)).draw(["network"])["network"]
    shown = [column["shown"] for column in network["columns"]]
    assert [len(which) for which in shown] == [2, 12, 3, 1] and shown[1][0] == 0 and shown[1][-1] == 39
    assert [column["units"] for column in network["columns"]] == [2, 40, 3, 1]
    assert [matrix.shape for matrix in network["weights"]] == [(12, 2), (3, 12), (1, 3)]
    assert [len(bias) for bias in network["biases"]] == [12, 3, 1]
    assert network["maps"].shape[0] == 18
    assert [column["name"] for column in network["columns"]] == ["input", "hidden1", "hidden2", "output"]


def test_tables_are_stripes_sorted_by_class() -> None:
    made = session("iris", (4,), loss="cross_entropy")
    network = made.draw(["network"])["network"]
    assert network["stripes"] and network["maps"].shape == (4 + 4 + 3, 1, 25)
    assert [label["$t"] for label in network["columns"][-1]["labels"]] == ["setosa", "versicolor", "virginica"]
    petal = network["maps"][2, 0].astype(int)
    assert petal[:8].max() < petal[-8:].min(), "petals are short in the first class and long in the last"
    asked = made.ask("neuron", {"layer": 1, "unit": 0})
    test = made._context.parts.test
    order = np.argsort(test.y, kind="stable")
    with torch.no_grad():
        answers = made._context.model[:2](torch.from_numpy(test.x[order])).numpy()[:, 0]
    assert np.allclose(asked["answers"], answers) and asked["true"].tolist() == test.y[order].tolist()


@pytest.mark.parametrize(("data", "loss"), [("wine", "cross_entropy"), ("breast_cancer", "binary_cross_entropy"), ("breast_cancer", "mse")])
def test_confusion_counts_the_test_part(data: str, loss: str) -> None:
    made = session(data, (4,), loss=loss)
    counts = seen(made, "confusion")["counts"]["test"]
    assert counts.sum(1).tolist() == np.bincount(made._context.parts.test.y).tolist()
    outputs = made._context.model(made._context.examples["test"].x).detach().numpy()
    said = outputs.argmax(1) if data == "wine" else outputs[:, 0] > 0
    assert np.trace(counts) == (said == made._context.parts.test.y).sum()
    assert np.trace(counts) / counts.sum() == pytest.approx(made.status()["metrics"]["test_accuracy"])


def test_predictions_are_in_the_tables_unit() -> None:
    from sklearn.datasets import load_diabetes

    made = session("diabetes")
    found = seen(made, "predictions")
    real = load_diabetes().target
    assert len(found["true"]) == len(made._context.parts.test) and all(np.abs(real - value).min() < 1e-2 for value in found["true"])


def test_shades() -> None:
    values = np.array([-2, -1, -0.5, 0, 0.5, 1, 2, np.nan, np.inf, -np.inf], np.float32)
    assert shades(values, 1.0).tolist() == [1, 1, 65, 128, 192, 255, 255, 128, 255, 1]


@pytest.mark.parametrize(("n", "most"), [(3, 12), (12, 12), (13, 12), (256, 12), (0, 5)])
def test_picked(n: int, most: int) -> None:
    some = picked(n, most)
    assert len(some) == min(n, most) == len(set(some.tolist()))
    if n:
        assert some[0] == 0 and some[-1] == n - 1
