"""A step's numbers and one example's trace: against differences of a network written out in numpy, and each formula against its own result."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
import torch

from playground.engine.session import Session
from playground.experiment import parse
from playground.families.supervised import formulas, opened, trace, trace_figures, updates
from playground.text import Refusal
from playground.training.layers import ACTIVATIONS
from playground.training.learner import looking
from playground.training.losses import OBJECTIVES

Array = np.ndarray[Any, np.dtype[np.float64]]
BENT = {
    "linear": lambda z: z, "tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "gelu": lambda z: z * (1 + np.vectorize(math.erf)(z / math.sqrt(2))) / 2, "silu": lambda z: z / (1 + np.exp(-z)),
    "softplus": lambda z: np.log1p(np.exp(z)), "elu": lambda z: np.where(z > 0, z, np.expm1(z)), "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
}  # fmt: skip
DATA = {"binary": "circle", "classes": "iris", "regression": "plane"}
CASES = [
    ("tanh", "binary", "mse", {}, {}),
    ("relu", "binary", "binary_cross_entropy", {"batch_norm": True}, {"l2": 0.1}),
    ("gelu", "binary", "hinge", {"dropout": 0.4}, {"clip": 0.01}),
    ("gelu", "classes", "cross_entropy", {"batch_norm": True, "dropout": 0.3}, {"l1": 0.05, "clip": 0.1}),
    ("tanh", "regression", "mse", {"dropout": 0.5}, {"l2": 0.1, "l1": 0.1}),
    ("silu", "regression", "huber", {"bias": False}, {}),
    ("softplus", "regression", "mae", {}, {}),
    ("elu", "binary", "mse", {"batch_norm": True}, {}),
    ("leaky_relu", "binary", "mse", {}, {}),
    ("sigmoid", "classes", "cross_entropy", {}, {}),
]
OPTIMIZERS = ("gradient_descent", "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")


def session(
    activation: str = "tanh", task: str = "binary", loss: str = "mse", layer: dict[str, Any] | None = None, training: dict[str, Any] | None = None
) -> Session:
    layers = [{"units": 5, "activation": activation, **(layer or {})}, {"units": 3, "activation": activation, **(layer or {})}]
    data = {"name": DATA[task], **({"samples": 100} if task != "classes" else {})}
    made = Session(parse({"data": data, "model": {"family": "dense", "layers": layers}, "training": {"loss": loss, "batch_size": 6, **(training or {})}}))
    for _ in range(4):
        made.advance()
    return made


def stepped(made: Session, phases: int = 5) -> trace.Moment:
    for _ in range(phases):
        made.advance_phase()
    return trace.within(made._context)


def numpy_loss(task: str, loss: str, out: Array, y: Array) -> float:
    if loss == "cross_entropy":
        return float((np.log(np.exp(out).sum(1)) - out[np.arange(len(out)), y.astype(int)]).mean())
    if loss == "binary_cross_entropy":
        return float((np.log1p(np.exp(out)) - y * out).mean())
    if loss == "hinge":
        return float(np.maximum(0, 1 - y * out).mean())
    far = np.abs(out - y)
    return float({"mse": far**2, "mae": far, "huber": np.where(far < 1, far**2 / 2, far - 0.5)}[loss].mean())


def twin(made: Session, moment: trace.Moment, parameters: dict[str, Array], nudge: tuple[str, int, int, float] | None = None) -> float:
    """The step's loss, computed anew in numpy with the same dropout masks. nudge: (layer, row, unit, by) moves one sum z."""
    flow = moment.x.double().numpy()
    for layer in trace.layers(made._context):
        name = layer.name
        z = flow @ parameters[f"{name}.weight"].T + parameters.get(f"{name}.bias", 0)
        if nudge and nudge[0] == name:
            z[nudge[1], nudge[2]] += nudge[3]
        if layer.norm is not None:
            mean, variance = (z.mean(0), z.var(0)) if moment.within else (layer.norm.running_mean.double().numpy(), layer.norm.running_var.double().numpy())
            z = parameters[f"{name}_norm.weight"] * (z - mean) / np.sqrt(variance + layer.norm.eps) + parameters[f"{name}_norm.bias"]
        flow = BENT[layer.activation](z)
        if layer.dropout is not None and moment.within:
            was, now = moment.answers[f"{name}_activation"].double().numpy(), moment.answers[f"{name}_dropout"].double().numpy()
            flow = flow * np.where(was == 0, 0, now / np.where(was == 0, 1, was))
    return numpy_loss(made._context.parts.data.task, made.experiment.training.loss, flow, moment.y.double().numpy())


def parameters_of(moment: trace.Moment) -> dict[str, Array]:
    return {name: tensor.double().numpy().copy() for name, tensor in moment.before.items()}


@pytest.mark.parametrize("inside", [True, False], ids=["in its step", "alone"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[2]}")
def test_gradients_and_deltas_are_differences_of_the_loss(case: tuple[Any, ...], inside: bool) -> None:
    made = session(*case)
    if inside:
        moment = stepped(made)
    else:
        with looking(made._context.model):
            moment = trace.alone(made._context, "test", 7)
    numbers = parameters_of(moment)
    assert moment.loss == pytest.approx(twin(made, moment, numbers), rel=1e-5)
    rng = np.random.default_rng(0)
    for name, gradient in moment.gradients.items():
        for flat in rng.choice(gradient.numel(), min(4, gradient.numel()), replace=False):
            place = np.unravel_index(flat, gradient.shape)
            kept = numbers[name][place]
            around = []
            for by in (1e-6, -1e-6):
                numbers[name][place] = kept + by
                around.append(twin(made, moment, numbers))
            numbers[name][place] = kept
            assert float(gradient[place]) == pytest.approx((around[0] - around[1]) / 2e-6, rel=2e-3, abs=2e-6), (name, place)
    for layer in trace.layers(made._context):
        for row in range(0, len(moment.x), 2):
            sides = [twin(made, moment, numbers, (layer.name, row, 1 % layer.linear.out_features, by)) for by in (1e-6, -1e-6)]
            assert float(moment.deltas[layer.name][row, 1 % layer.linear.out_features]) == pytest.approx((sides[0] - sides[1]) / 2e-6, rel=2e-3, abs=2e-6)


@pytest.mark.parametrize("name", BENT)
def test_slopes_are_those_of_the_activations(name: str) -> None:
    z = torch.tensor([-2.3, -0.4, 0.2, 1.7], dtype=torch.float64, requires_grad=True)
    a = ACTIVATIONS[name]()(z)
    (slopes,) = torch.autograd.grad(a.sum(), z)
    assert [formulas.BENDS[name].slope(float(at), float(answer)) for at, answer in zip(z.detach(), a.detach(), strict=True)] == pytest.approx(
        slopes.tolist(), rel=1e-6
    )


@pytest.mark.parametrize(("task", "loss"), [key for key in OBJECTIVES if key[0] != "generate"])
def test_derivatives_of_the_losses(task: str, loss: str) -> None:
    out = torch.tensor([[-1.7, 0.3, 0.9], [0.4, -0.2, 2.5]], dtype=torch.float64)[:, : 3 if task == "classes" else 1].requires_grad_()
    y = torch.tensor([2, 0]) if task == "classes" else torch.tensor([[1.0], [0.0 if loss == "binary_cross_entropy" else -1.0]], dtype=torch.float64)
    goal = OBJECTIVES[task, loss]
    (found,) = torch.autograd.grad(goal.loss(out, y), out)
    for row in range(2):
        for at in range(out.shape[1]):
            a = float(goal.answer(out.detach())[row, at]) if task == "classes" else float(out.detach()[row, at])
            true = float(y[row] == at) if task == "classes" else float(y[row, 0])
            assert formulas.LOSSES[loss].slope(a, true) / 2 == pytest.approx(float(found[row, at]), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("extra", [{}, {"l1": 0.02, "l2": 0.05, "clip": 0.05, "schedule": {"name": "cosine"}}], ids=["plain", "penalties"])
def test_the_updates_that_are_told_are_the_real_ones(name: str, extra: dict[str, Any]) -> None:
    made = session("tanh", training={"optimizer": {"name": name}, "epochs": 5, **extra})
    for _ in range(3):
        moment = stepped(made)
        for parameter, before in moment.before.items():
            for place in np.ndindex(tuple(before.shape)):
                update = trace.updated(made._context, moment, parameter, place)
                assert update is not None
                lines, after = updates.explained(update)
                assert after == pytest.approx(float(moment.after[parameter][place]), rel=2e-5, abs=2e-7)
                assert lines[-1][-1] == formulas.pair(update.weight, after)[1]
                for line in lines:
                    assert_true(line)


# -- formulas, read as a person would

SUPERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def plain(pieces: list[Any]) -> str:
    """A formula as Python; a word ends it."""
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
        elif "$t" not in piece:
            text += piece["i"] + (f"_{piece['sub']}" if "sub" in piece else "") + (f"**({piece['sup']})" if "sup" in piece else "")
    return text


def python(text: str) -> str:
    text = re.sub(r"10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda found: f"10**({found[1].translate(SUPERS)})", text.replace("·", "*"))
    text = re.sub(r"√([\d.]+(?:\*10\*\*\(-?\d+\))?)", r"sqrt(\1)", text).replace("√", "sqrt")
    return re.sub(r"\)\s+(Φ)", r") * \1", re.sub(r"(\d)\s+(Φ)", r"\1 * \2", text)).replace("×", "*").replace("−", "-")


def assert_true(pieces: list[Any]) -> None:
    """The last two sides of a formula, where both are numbers, are equal but for the rounding of what is written."""
    *_, left, right = plain(pieces).split(" = ")
    if " ← " in left or re.search(r"[a-eg-zA-Zηδβ∂ẑ′]", re.sub(r"sqrt|tanh|max|min|log|sign|e\*\*|φ|σ|Φ", "", python(left))):
        return
    names = {
        "sqrt": math.sqrt,
        "tanh": math.tanh,
        "max": max,
        "min": min,
        "log": math.log,
        "e": math.e,
        "sign": np.sign,
        "Φ": lambda z: (1 + math.erf(z / 2**0.5)) / 2,
        "σ": lambda z: 1 / (1 + math.exp(-z)),
    }
    said, result = eval(python(left), {"__builtins__": {}}, names), eval(python(right), {"__builtins__": {}}, names)
    assert said == pytest.approx(result, rel=0.06, abs=0.004), plain(pieces)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[2]}")
def test_every_formula_comes_out_as_it_says(case: tuple[Any, ...]) -> None:
    made = session(*case)
    stepped(made)
    for part in ("batch", "train", "test"):
        for layer, units in enumerate((5, 3, 1), 1):
            for unit in range(units):
                answer = made.ask("trace", {"part": part, "index": 2, "layer": layer, "unit": unit})
                lines = answer["open"]["lines"]
                assert len(lines) >= 4
                for line in [*lines, *answer["open"]["gradient"]]:
                    assert_true(line["formula"])
                column = answer["columns"][layer]
                assert (
                    lines[0]["formula"][-1]
                    == formulas.fixed(float(made._context.phases["forward"].tensors[trace.layers(made._context)[layer - 1].name][2, unit]))
                    or part != "batch"
                )
                assert len(column["values"]) == len(column["shown"]) == len(column["labels"])


def test_the_example_is_the_one_of_the_mini_batch() -> None:
    made = session("relu", layer={"dropout": 0.5})
    moment = stepped(made)
    numbers = made._context.phases["sample"].tensors["numbers"].tolist()
    assert torch.equal(moment.x, made._context.examples["train"].x[numbers])
    answer = made.ask("trace", {"part": "batch", "index": 4, "layer": 2, "unit": 0})
    assert answer["mode"]["values"] == {"number": numbers[4] + 1, "count": 6}
    kept = moment.answers["hidden1_dropout"][4].tolist()
    assert [cells[2] for cells in answer["columns"][1]["values"]] == [formulas.fixed(value, 2) for value in kept]
    assert answer["columns"][0]["values"] == [[formulas.fixed(float(value))] for value in moment.x[4]]


def test_numbers_come_as_the_step_goes_on() -> None:
    made = session("gelu", layer={"batch_norm": True, "dropout": 0.2})
    told = []
    for phase in ("sample", "forward", "loss", "backward", "update"):
        made.advance_phase()
        strip = made.draw(["phase"])["phase"]
        answer = made.ask("trace", {"part": "batch", "index": 0, "layer": 1, "unit": 0})
        for layer in (2, 3):
            assert made.ask("trace", {"part": "batch", "layer": layer})["open"]["table"]["rows"]
        assert strip["phase"] == phase and [one["name"] for one in strip["phases"]] == list(trace_figures.PHASES)
        told.append((len(answer["open"]["lines"]), answer["open"]["gradient"] is not None, answer["open"]["update"] is not None))
    assert told == [(0, False, False), (4, False, False), (4, False, False), (7, True, False), (7, True, True)]
    made.advance()
    assert made.draw(["phase"])["phase"] == {"phase": None}
    with pytest.raises(Refusal):
        made.ask("trace", {"part": "batch"})


def test_the_sentences_hold_the_real_numbers() -> None:
    made = session("tanh", training={"optimizer": {"name": "sgd", "learning_rate": 0.5}})
    said = {}
    for phase in trace_figures.PHASES:
        made.advance_phase()
        said[phase] = made.draw(["phase"])["phase"]
    tensors = {name: phase.tensors for name, phase in made._context.phases.items()}
    assert said["sample"]["sentence"]["values"]["numbers"] == ", ".join(str(number + 1) for number in tensors["sample"]["numbers"].tolist())
    answer = said["forward"]["sentence"]["values"]["answer"]["values"]
    assert answer["said"] == formulas.shown(float(tensors["forward"]["output_activation"][0, 0])) and answer["true"] in ("1", "−1")
    assert said["loss"]["sentence"]["values"]["loss"] == formulas.shown(float(tensors["loss"]["loss"]), 4)
    gradients = {name: tensor for name, tensor in tensors["backward"].items() if not name.startswith("delta.")}
    largest = max((float(value) for tensor in gradients.values() for value in tensor.flatten()), key=abs)
    assert said["backward"]["sentence"]["values"]["gradient"] == formulas.shown(largest)
    values = said["update"]["sentence"]["values"]
    before, after = (float(values[key].replace("−", "-")) for key in ("before", "after"))
    assert after - before == pytest.approx(-0.5 * largest, rel=0.05)
    assert values["place"] == said["backward"]["sentence"]["values"]["place"]


def test_asking_leaves_no_gradient_and_no_trace() -> None:
    made = session("gelu", layer={"batch_norm": True, "dropout": 0.3})
    gradients = {name: parameter.grad.clone() for name, parameter in made._context.model.named_parameters() if parameter.grad is not None}
    before = made.checkpoint()
    for part, index in (("train", 0), ("test", 49)):
        made.ask("trace", {"part": part, "index": index, "layer": 3, "unit": 0, "weight": -1})
    assert made.checkpoint() == before
    assert all(torch.equal(parameter.grad, gradients[name]) for name, parameter in made._context.model.named_parameters() if parameter.grad is not None)


@pytest.mark.parametrize("params", [{"index": 50}, {"layer": 4}, {"layer": 1, "unit": 5}, {"weight": 2}, {"part": "all"}, {"index": -1}, {"layers": 1}])
def test_what_is_not_there_is_refused_in_words(params: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        session().ask("trace", {"part": "train", **params})
    assert str(refused.value)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("wild", [math.nan, math.inf, -math.inf, 1e30])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[2]}")
def test_numbers_that_are_lost_are_shown_as_such(case: tuple[Any, ...], wild: float) -> None:
    made = session(*case)
    with torch.no_grad():
        made._context.model.hidden1.weight[1, 0] = wild
    for _ in range(5):
        made.advance_phase()
        made.draw(["phase", "trace"])
        for layer in (1, 2, 3):
            for part in ("batch", "test"):
                assert made.ask("trace", {"part": part, "layer": layer})["columns"]


def test_wide_layers_show_some_and_say_so() -> None:
    layers = [{"units": 40, "activation": "relu"}, {"units": 30, "activation": "relu"}]
    made = Session(parse({"data": {"name": "circle"}, "model": {"family": "dense", "layers": layers}}))
    answer = made.ask("trace", {"part": "train", "layer": 2, "unit": 7})
    first, second = answer["columns"][1:3]
    assert len(first["shown"]) == 12 and first["of"] == 40
    assert 7 in second["shown"] and 12 <= len(second["shown"]) <= 13
    assert len([row for row in answer["open"]["table"]["rows"] if row["weight"] >= 0]) == opened.ROWS and answer["open"]["table"]["of"] == 40


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (-0.0831, "−0.0831"), (1234.5, "1234"), (-8.3e-6, "−8.30·10⁻⁶"), (2e7, "2.00·10⁷"), (math.nan, "NaN"), (-math.inf, "−∞")]
)
def test_numbers_are_written_as_a_book_does(value: float, text: str) -> None:
    assert formulas.shown(value) == text


def test_two_numbers_show_how_they_differ() -> None:
    assert formulas.pair(0.41213, 0.41463) == ("0.4121", "0.4146")
    assert formulas.pair(-1.0, -1.0000012) == ("−1.0000000", "−1.0000012")
    assert formulas.pair(0.5, 0.5) == ("0.5000", "0.5000")
