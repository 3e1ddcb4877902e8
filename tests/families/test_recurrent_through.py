"""How far back the gradient gets: against differences, in networks whose answer is known, and what the sentence reads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from playground.charts.tokens import picked
from playground.engine.session import Session
from playground.families.recurrent.through import EXAMPLES, nudged
from playground.families.recurrent.through import through_time as arrays
from playground.families.recurrent.time_figures import FAR, said, through_time
from playground.training.learner import looking
from tests.families.made_recurrent import COPY, SIGNALS, SINE, layer, session
from tests.families.test_recurrent_way import Written

STACKS: list[tuple[list[dict[str, Any]], dict[str, Any]]] = [
    ([layer("lstm", 3, bidirectional=True), layer("gru", 4)], COPY),
    ([layer("gru", 3), layer("rnn", 4, activation="tanh")], {**SINE, "answers": "every"}),
    ([layer("rnn", 3), layer("dense", 4, activation="tanh")], SIGNALS),
]


def found(made: Session) -> dict[str, Any]:
    with looking(made._context.model):
        return arrays(made._context, {})


@pytest.mark.parametrize(("stack", "data"), STACKS)
def test_each_examples_own_gradient_is_what_differences_give(stack: list[dict[str, Any]], data: dict[str, Any]) -> None:
    """A state is changed a little when it comes about, in the network written out in numpy in float64, and the loss of that example measured anew."""
    made = session(stack, data, 5)
    made.act("unit", {"layer": 1, "unit": 1, "on": False})
    context = made._context
    sequence, x, y = made.experiment.dataset.sequence, context.parts.train.x[:2], context.parts.train.y[:2]
    assert sequence is not None
    context.model.eval()
    ours = nudged(context, torch.from_numpy(x), torch.from_numpy(y))
    context.model.train()
    directions = [(number, backward) for number, one in enumerate(stack, 1) if one["name"] != "dense" for backward in (False, True)[: 1 + one.get("bidirectional", False)]]  # fmt: skip
    assert [(number, backward) for number, backward, _ in ours] == directions

    def loss(example: int, place: tuple[int, bool, int, int] | None, by: float) -> float:
        def nudge(what: str, number: int, backward: bool, step: int, values: np.ndarray) -> np.ndarray:
            if what == "h" and place is not None and (number, backward, step) == place[:3]:
                values = values.copy()
                values[place[3]] += by
            return values

        outputs = Written(made, x[example], nudge).outputs
        true = np.atleast_1d(y[example])
        if made.experiment.dataset.task == "regression":
            return float(((outputs[:, 0] - true) ** 2).mean())
        logs = outputs - np.log(np.exp(outputs).sum(1, keepdims=True))
        return float(-logs[np.arange(len(true)), true].mean())

    for number, backward, slopes in ours:
        assert slopes.shape == (2, sequence.length, stack[number - 1]["units"])
        for example in range(2):
            for step in range(sequence.length):
                for unit in range(slopes.shape[2]):
                    sides = [loss(example, (number, backward, step, unit), by) for by in (1e-5, -1e-5)]
                    assert float(slopes[example, step, unit]) == pytest.approx((sides[0] - sides[1]) / 2e-5, abs=2e-6), (number, backward, step, unit)


@pytest.mark.parametrize(("stack", "data"), STACKS)
def test_sizes_are_the_mean_of_the_examples_norms(stack: list[dict[str, Any]], data: dict[str, Any]) -> None:
    made = session(stack, data, 3)
    told, train = found(made), made._context.examples["train"]
    rows = picked(len(train.x), EXAMPLES)
    made._context.model.eval()
    for place, at in enumerate(nudged(made._context, train.x[rows], train.y[rows])):
        norms = np.sqrt((at[2].numpy() ** 2).sum(2))
        assert told["layers"][place]["sizes"] == pytest.approx(norms.mean(0), rel=1e-5)
    made._context.model.train()
    assert told["examples"] == len(rows) and told["length"] == made.experiment.dataset.sequence.length  # type: ignore[union-attr]


def scaled(weight: float, steps: int = 0, kind: str = "rnn", length: int = 20, **more: Any) -> Session:
    """A linear memory: relu units far above 0 whose state goes on times `weight`, or a GRU or LSTM as it comes."""
    made = session([layer(kind, 4, **({"activation": "relu"} if kind == "rnn" else {}))], {"name": "adding", "samples": 200, "length": length}, steps, **more)
    cells = made._context.model.layer1
    if kind == "rnn":
        with torch.no_grad():
            cells.weight_hh_l0.copy_(weight * torch.eye(4))
            cells.weight_ih_l0.fill_(0.1)
            cells.bias_ih_l0.fill_(1.0)
    return made


@pytest.mark.parametrize("weight", [0.5, 1.0, 1.6])
def test_a_linear_memory_shrinks_or_grows_by_its_weight_at_each_step(weight: float) -> None:
    sizes = found(scaled(weight))["layers"][0]["sizes"].astype(float)
    assert sizes[:-1] / sizes[1:] == pytest.approx(weight, rel=1e-4)


def sentence(told: dict[str, Any]) -> str:
    text = said(told)
    return str(text["$t"]).format(**text["values"])


@pytest.mark.parametrize(("weight", "words"), [
    (0.5, "520000 times smaller than at step 20: it vanishes"), (0.0, "Nothing of the gradient arrives at the first step"),
    (1.0, "at step 1 it is about as large as anywhere"), (1.6, "7600 times larger than at the last step: it explodes"), (float("nan"), "no longer a number"),
])  # fmt: skip
def test_the_sentence_reads_what_a_linear_memory_does(weight: float, words: str) -> None:
    assert words in sentence(found(scaled(weight)))


def test_a_cut_is_told_with_the_step_it_is_at() -> None:
    told = found(scaled(1.0, truncation=6))
    assert told["truncation"] == 6 and (told["layers"][0]["sizes"][:18] == 0).all() and (told["layers"][0]["sizes"][18:] > 0).all()
    assert sentence(told) == "Cut by truncated backpropagation: nothing gets back before step 19."
    assert "Cut" not in sentence(found(scaled(1.0, truncation=20)))


def test_a_network_that_hears_nothing_has_no_gradient() -> None:
    made = scaled(1.0)
    with torch.no_grad():
        made._context.model.output.weight.zero_()
    assert "0 everywhere" in sentence(found(made))


def curve(*sizes: float, truncation: int = 0) -> dict[str, Any]:
    layers = [{"number": 1, "backward": False, "sizes": np.array(sizes, np.float32)}]
    return {"layers": layers, "examples": 3, "length": len(sizes), "truncation": truncation, "steps": 0}


@pytest.mark.parametrize(("sizes", "words"), [
    ((1.0, 2.0, 101.0, 50.0), "100 times smaller than at step 3: it vanishes"),
    ((1.0, 2.0, FAR - 1, 50.0), "all the way back: at step 1 it is 99 times"),
    ((100.0, 3.0, 1.0), "100 times larger than at the last step: it explodes"),
    ((99.0, 3.0, 1.0), "all the way back"),
    ((5.0, 1.0, 0.0), "all the way back"),
    ((0.0, 1e-30, 1.0), "Nothing of the gradient arrives"),
    ((float("inf"), 1.0), "no longer a number"),
    ((0.0, 0.0), "0 everywhere"),
])  # fmt: skip
def test_the_sentence_at_its_borders(sizes: tuple[float, ...], words: str) -> None:
    assert words in sentence(curve(*sizes))


def test_the_picture_has_a_line_for_each_direction_and_gaps_where_there_is_nothing() -> None:
    told = found(session([layer("lstm", 3, bidirectional=True), layer("gru", 2)], COPY, 2))
    figure = through_time(told)
    names = [(trace["name"]["$t"], trace["name"]["values"]["number"]) for trace in figure["data"]]
    assert names == [("layer {number}", 1), ("layer {number}, backward", 1), ("layer {number}", 2)]
    for trace, one in zip(figure["data"], told["layers"], strict=True):
        assert np.asarray(trace["x"]).tolist() == list(range(1, told["length"] + 1)) and np.asarray(trace["y"]) == pytest.approx(one["sizes"])
    assert np.isnan(np.asarray(through_time(curve(0.0, 1e-13, 1.0))["data"][0]["y"])).tolist() == [True, True, False]


def test_it_is_asked_without_a_trace() -> None:
    made, other = (session([layer("lstm", 3, dropout=0.4), layer("gru", 3)], COPY, 3) for _ in range(2))
    made.draw(["through_time"])
    for one, two in zip(made._context.model.parameters(), other._context.model.parameters(), strict=True):
        assert torch.equal(one.grad, two.grad)
    assert made.checkpoint() == other.checkpoint()
