"""What families that learn from answers show: scores against scikit-learn, sentences against made-up records, the optimizer's memory against the real update."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from sklearn import metrics

from playground.charts import outcomes
from playground.charts.curves import by_part
from playground.charts.tokens import happenings, say
from playground.engine.protocol import pack
from playground.engine.session import Session
from playground.experiment import parse
from playground.families.supervised.inside_figures import activations, flow, titles
from playground.families.supervised.probes import errors
from playground.training.losses import objective


def session(optimizer: str = "sgd", data: str = "spiral", rate: float = 0.01, units: tuple[int, ...] = (8, 8, 8), **training: Any) -> Session:
    layers = [{"units": n, "activation": "tanh"} for n in units]
    spec = {"optimizer": {"name": optimizer, "learning_rate": rate}, **training}
    return Session(parse({"data": {"name": data}, "model": {"family": "dense", "layers": layers}, "training": spec}))


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_scores_against_scikit_learn(classes: int) -> None:
    rng = np.random.default_rng(classes)
    true = rng.integers(0, classes, 200)
    said = np.where(rng.random(200) < 0.6, true, rng.integers(0, classes, 200))
    found = outcomes.scores(metrics.confusion_matrix(true, said).astype(np.int32))
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(true, said)
    for name, wanted in (("precision", precision), ("recall", recall), ("f1", f1)):
        assert found[name] == pytest.approx(wanted, rel=1e-6)
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(true, said))
    assert found["macro_f1"] == pytest.approx(metrics.f1_score(true, said, average="macro"))


def test_scores_where_a_class_is_missing() -> None:
    found = outcomes.scores(np.array([[5, 0, 0], [2, 0, 0], [0, 0, 0]], np.int32))
    assert found["precision"][0] == pytest.approx(5 / 7) and np.isnan(found["precision"][1]) and np.isnan(found["recall"][2]) and np.isnan(found["f1"][2])
    assert found["recall"][1] == 0 and found["f1"][1] == 0
    assert found["macro_f1"] == pytest.approx((10 / 12 + 0) / 2)
    assert outcomes.scores(np.zeros((2, 2), np.int32))["accuracy"] is None


def test_errors_against_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    true = rng.normal(150, 70, 300)
    said = true + rng.normal(5, 30, 300)
    found = errors(true, said)
    assert found is not None
    assert found["r2"] == pytest.approx(metrics.r2_score(true, said))
    assert found["mae"] == pytest.approx(metrics.mean_absolute_error(true, said))
    assert found["rmse"] == pytest.approx(math.sqrt(metrics.mean_squared_error(true, said)))
    assert (found["low"], found["high"]) == tuple(pytest.approx(value) for value in np.percentile(said - true, [25, 75]))
    assert errors(true, np.full(300, np.nan)) is None


@pytest.mark.parametrize(("data", "loss"), [("wine", "cross_entropy"), ("breast_cancer", "binary_cross_entropy"), ("circle", "mse")])
def test_the_table_counts_both_parts(data: str, loss: str) -> None:
    made = session(data=data, units=(4,), loss=loss)
    context = made._context
    for part, found in zip(("test", "train"), made.draw(["confusion"])["confusion"]["parts"], strict=True):
        outputs = context.model(context.examples[part].x).detach().numpy()
        said = outputs.argmax(1) if data == "wine" else (outputs[:, 0] > 0).astype(int)
        assert (
            found["counts"].tolist()
            == metrics.confusion_matrix(getattr(context.parts, part).y, said, labels=range(outputs.shape[1] if data == "wine" else 2)).tolist()
        )
    assert made.draw(["confusion"])["confusion"]["parts"][0]["accuracy"] == pytest.approx(made.status()["metrics"]["test_accuracy"])


def test_a_network_that_answers_no_number_says_so() -> None:
    made, table = session(units=(4,)), session(data="diabetes", units=(4,))
    for one in (made, table):
        with torch.no_grad():
            next(one._context.model.parameters()).fill_(math.nan)
    assert all("counts" not in part for part in made.draw(["confusion"])["confusion"]["parts"])
    assert table.draw(["predictions"])["predictions"]["scores"] == []
    pack(made.draw([view.name for view in made.experiment.family.views_of(made.experiment)]))


def recorded(first: float, last: float, ratio: float = 1e-3) -> dict[str, Any]:
    gradient = np.array([[np.nan, *[first] * 5], [np.nan, *[math.sqrt(abs(first * last))] * 5], [np.nan, *[last] * 5]], np.float32)
    return {
        "gradient": gradient,
        "ratio": np.full((3, 6), ratio, np.float32),
        "units": [8, 8, 1],
        "numbers": [1, 2, 3],
        "matrices": ["weight"] * 3,
        "names": ["hidden1", "hidden2", "output"],
    }


@pytest.mark.parametrize(
    ("first", "last", "ratio", "words"),
    [
        (1e-6, 1.2e-3, 1e-3, "vanishes"),
        (0.0, 1.0, 1e-3, "is 0: nothing of it arrives"),
        (5.0, 1e-3, 1e-3, "explodes"),
        (1e-2, 3e-2, 1e-3, "reaches every layer"),
        (1e-2, 3e-2, 0.4, "too much at once"),
        (1e-2, 3e-2, 1e-8, "hardly learns"),
        (math.inf, 1.0, 1e-3, "no longer a number"),
    ],
)
def test_what_is_said_of_the_gradient(first: float, last: float, ratio: float, words: str) -> None:
    found = recorded(first, last, ratio)
    said = flow(found, titles(found))
    assert words in said["$t"]
    if words == "vanishes":
        assert said["values"]["times"] == 1200


def test_ten_sigmoid_layers_vanish_and_relus_do_not() -> None:
    def said(activation: str) -> str:
        layers = [{"units": 8, "activation": activation}] * 8
        initial = "he" if activation == "relu" else "uniform"
        made = Session(
            parse(
                {
                    "data": {"name": "circle"},
                    "model": {"family": "dense", "layers": layers, "initialization": initial},
                    "training": {"loss": "binary_cross_entropy"},
                }
            )
        )
        assert "No gradient yet" in made.draw(["gradients"])["gradients"]["say"]["$t"]
        for _ in range(60):
            made.advance()
        text: str = made.draw(["gradients"])["gradients"]["say"]["$t"]
        return text

    assert "vanishes" in said("sigmoid")
    assert "vanishes" not in said("relu")


def test_what_is_said_of_the_neurons() -> None:
    bins = {"bins": np.zeros((3, 2, 40), np.uint8), "low": [0.0] * 3, "high": [1.0] * 3, "sizes": False}
    found = {
        "histogram": bins,
        "epochs": np.zeros(2, np.float32),
        "units": [8, 4, 1],
        "numbers": [1, 2, 3],
        "matrices": ["weight"] * 3,
        "names": ["hidden1", "hidden2", "output"],
        "dead": np.array([1, 2, 0]),
        "saturated": np.array([0, 0, 0]),
        "sample": 250,
    }
    figure = activations(found)
    assert [layer["note"] and layer["note"]["values"]["dead"] for layer in figure["layers"]] == [1, 2, None]
    assert figure["say"]["values"] | {"layer": None} == {"idle": 2, "units": 4, "sample": 250, "layer": None}  # the larger share
    assert "No hidden neuron" in activations({**found, "dead": np.zeros(3, int)})["say"]["$t"]


@pytest.mark.parametrize("optimizer", ["adam", "adagrad", "rmsprop"])
def test_the_step_shown_is_the_step_taken(optimizer: str) -> None:
    made = session(optimizer, clip=0.5, l2=0.01)
    for _ in range(7):
        before = [layer.weight.detach().clone() for layer in made._context.records.layers]
        made.advance()
    parts = {part["title"]["$t"]: part["values"] for part in made.draw(["memory"])["memory"]["parts"]}
    for old, layer, step in zip(before, made._context.records.layers, parts["step"], strict=True):
        assert step == pytest.approx((old - layer.weight.detach()).numpy(), rel=2e-2, abs=2e-7)


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_velocity_against_torch(optimizer: str) -> None:
    made = session(optimizer)
    weight = made._context.records.layers[0].weight
    copy = torch.nn.Parameter(weight.detach().clone())
    reference = torch.optim.SGD([copy], lr=0.01, momentum=0.9, nesterov=optimizer == "nesterov")
    for _ in range(5):
        made.advance()
        assert weight.grad is not None
        copy.grad = weight.grad.clone()
        reference.step()
    gradient, velocity = made.draw(["memory"])["memory"]["parts"]
    assert velocity["values"][0] == pytest.approx(reference.state[copy]["momentum_buffer"].numpy(), rel=1e-4, abs=1e-7)
    assert gradient["values"][0].tolist() == weight.grad.tolist()
    assert weight.detach().numpy() == pytest.approx(copy.detach().numpy(), rel=1e-4)


def test_the_memory_follows_another_optimizer() -> None:
    made = session("sgd")
    made.advance()
    figure = made.draw(["memory"])["memory"]
    assert figure["parts"] == [] and "remembers nothing" in figure["say"]["$t"]
    made.act("set", {"path": "training.optimizer", "value": {"name": "adam"}})
    assert "nothing yet" in made.draw(["memory"])["memory"]["say"]["$t"]
    made.advance()
    assert [part["title"]["$t"] for part in made.draw(["memory"])["memory"]["parts"]] == ["mean", "size", "step"]


@pytest.mark.parametrize("layers", [0, 1, 3])
def test_views_are_lean(layers: int) -> None:
    made = session("adam", units=(8,) * layers)
    for _ in range(1500):
        made.advance()
    figures = made.draw(["weights", "gradients", "activations", "memory", "confusion"])
    assert len(figures) == 5
    assert all(len(pack({name: figure})) <= 8192 for name, figure in figures.items())


def test_the_present_is_the_last_moment() -> None:
    made = session("sgd")
    for step in range(60):
        made.advance()
        found = made.draw(["weights"])["weights"]["layers"][0]
        assert found["epochs"][-1] == np.float32(made.epoch) and (np.diff(found["epochs"]) > 0).all(), step
        weight = made._context.records.layers[0].weight.detach()
        assert found["bands"][:, -1][[0, -1]].tolist() == [float(weight.min()), float(weight.max())]


def curves(train: list[float], validation: list[float] | None = None) -> dict[str, Any]:
    epochs = np.arange(len(train), dtype=np.float32)
    found = {"train": (epochs, np.array(train, np.float32))}
    if validation:
        found["validation"] = (epochs, np.array(validation, np.float32))
    figure = by_part({"curves": found, "chance": 0.7, "events": [], "metric": "loss"}, say("loss"), {})
    assert figure["metrics"] == {part: f"{part}_loss" for part in found}
    return {str(trace["name"]["$t"]): (float(trace["x"][0]), float(trace["y"][0])) for trace in figure["data"] if "markers" in trace["mode"]}


def test_marks_on_the_curves() -> None:
    assert curves([3, 2, 1]) == {}
    assert curves([3, 2, 9, math.nan]) == {"not a number from here on": (2, 9)}
    assert curves([3, 2, 1, 0.5], [3, 1, 2, 3]) == {"best": (1, 1)}
    assert curves([3, 2, 1, 0.5], [3, 2, 1, 0.5]) == {}, "still getting better"


def test_words_of_live_changes_do_not_lie_over_each_other() -> None:
    events = [{"step": at, "epoch": at, "name": "set", "label": say("{field} {value}", field="Learning rate", value=at)} for at in (10, 11, 12, 60, 99)]
    found = happenings(events, 100.0)
    assert [shape["x0"] for shape in found["shapes"]] == [10, 11, 12, 60, 99]
    told = [note for note in found["annotations"] if note["text"] != "·"]
    assert told[-1]["text"]["values"]["value"] == 99, "the newest always"
    middles = [note["x"] for note in told]
    width = len("Learning rate 99") * 6 / 250 * 100
    assert all(b - a >= width * 0.9 for a, b in pairwise(middles)) and len(told) < 5
    assert all("hovertext" in note for note in found["annotations"] if note["text"] == "·")


def test_chance_is_that_of_the_loss() -> None:
    made = session(data="wine", units=(4,), loss="cross_entropy")
    loss, _ = objective("classes", "cross_entropy").chance(made._context.examples["train"].y)
    chance = next(trace for trace in made.draw(["loss"])["loss"]["data"] if trace["name"]["$t"] == "chance")
    assert chance["y"][0] == pytest.approx(loss)
