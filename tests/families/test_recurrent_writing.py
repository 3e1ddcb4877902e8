"""What a recurrent network writes, and what it makes of a typed sequence: against plain loops, the cells written out, and the formula of temperature."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from playground.data.symbols import NAMED
from playground.engine.session import Session
from playground.experiment import parse
from playground.families.recurrent import gates
from playground.families.recurrent.writing import APART, SIGNS, drawn, reader, written
from playground.text import Refusal
from playground.training.learner import looking

STACK: list[dict[str, Any]] = [{"name": "lstm", "units": 5}, {"name": "gru", "units": 4, "dropout": 0.3}, {"name": "rnn", "units": 6}]
TEXT: dict[str, Any] = {"name": "text", "samples": 4000, "length": 10}


def session(data: dict[str, Any], *layers: dict[str, Any], steps: int = 0, **model: Any) -> Session:
    rule = {"loss": "cross_entropy", "optimizer": {"name": "adam", "learning_rate": 0.02}, "batch_size": 32, "epochs": 50}
    made = Session(parse({"seed": 2, "data": data, "model": {"family": "recurrent", "layers": list(layers), **model}, "training": rule}))
    for _ in range(steps):
        made.advance()
    return made


def alphabet(made: Session) -> list[str]:
    """The signs themselves, as they are written."""
    back = {name: sign for sign, name in NAMED.items()}
    return [back.get(name, name) for name in made.experiment.dataset.sequence.symbols]  # type: ignore[union-attr]


def softmax(z: np.ndarray) -> np.ndarray:
    powers = np.exp(z - z.max())
    return np.asarray(powers / powers.sum())


# -- temperature


@pytest.mark.parametrize("temperature", [0.1, 0.5, 1.0, 2.0])
def test_signs_are_drawn_as_often_as_their_share_to_the_power_of_one_over_t(temperature: float) -> None:
    logits = np.random.default_rng(0).normal(0, 1, 7)
    shares = softmax(logits) ** (1 / temperature)
    at = (np.arange(20000) + 0.5) / 20000  # evenly spread, as a uniform draw is on average
    counts = np.bincount([drawn(logits, temperature, one) for one in at], minlength=7)
    assert counts / len(at) == pytest.approx(shares / shares.sum(), abs=1e-4)


def test_cold_takes_the_surest_and_no_number_draws_what_cannot_be() -> None:
    logits = np.array([0.3, 1000.0, 1.2, -1000.0])
    assert {drawn(logits[[0, 2]], 1e-3, at) for at in (0.0, 0.5, 1 - 1e-16)} == {1}
    assert {drawn(logits, 0.5, at) for at in (0.0, 0.5, 1 - 1e-16)} == {1}
    assert drawn(np.array([0.0, 0.0]), 1.0, 0.0) == 0 and drawn(np.array([0.0, 0.0]), 1.0, 1.0) == 1


# -- reading on


def poked(made: Session) -> Session:
    made.act("gate", {"layer": 1, "gate": "forget", "to": 1, "unit": None})
    made.act("gate", {"layer": 2, "gate": "update", "to": 0, "unit": 2})
    made.act("unit", {"layer": 3, "unit": 1, "on": False})
    return made


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("embedding", [0, 3])
def test_a_state_that_runs_on_says_what_a_whole_window_would(by_hand: bool, embedding: int) -> None:
    made = session(TEXT, *STACK, steps=5, embedding=embedding)
    if by_hand:
        poked(made)
    context = made._context
    x = context.examples["test"].x[:1]
    with looking(context.model):
        whole = context.model(x)[0].numpy()  # (signs, steps)
        logits = reader(context)
        found = [logits([int(sign)]) for sign in x[0]]
        at_once = reader(context)([int(sign) for sign in x[0]])
        longer = reader(context)
        longer([int(sign) for sign in x[0]])
        after = longer([3])
        seen = gates.through(context.model, torch.cat([x, torch.tensor([[3.0]])], 1))["layer3"][0].h[0, -1]
        expected = context.model.output(seen).numpy()
    said = np.array(found).T
    assert said == pytest.approx(whole, abs=1e-5) and at_once == pytest.approx(whole[:, -1], abs=1e-5)
    assert after == pytest.approx(expected, abs=1e-5)  # beyond a window it goes on


@pytest.mark.parametrize("layers", [[{"name": "gru", "units": 4, "bidirectional": True}], [{"name": "rnn", "units": 4}, {"name": "dense", "units": 5}]])
def test_where_only_the_last_step_is_answered_the_last_window_is_read_anew(layers: list[dict[str, Any]]) -> None:
    made = session({**TEXT, "answers": "last"}, *layers, steps=5)
    context = made._context
    text = [int(sign) for sign in context.parts.test.x[0]]
    chances = torch.rand(6, generator=torch.Generator().manual_seed(4), dtype=torch.float64).tolist()
    with looking(context.model):
        found = written(context, text, 6, 0.7, 4)
        for at in chances:
            shares = softmax(context.model(torch.tensor([text[-10:]], dtype=torch.float32))[0].double().numpy() / 0.7)
            text.append(int(np.searchsorted(shares.cumsum(), at)))
    assert found == text[-6:]


# -- the view and the question


def test_the_view_keeps_what_it_wrote_first_and_between() -> None:
    made = session({**TEXT, "samples": 2000}, {"name": "gru", "units": 6})
    epochs, found = [], {}
    for steps in (0, 1, 1, APART * 1, 20, 100):
        for _ in range(steps):
            made.advance()
        made.rest()
        epochs.append(made.epoch)
        found = made.draw(["writing"])["writing"]
        assert found["samples"][-1]["epoch"] == made.epoch and len(found["samples"]) <= 4
        assert found["samples"][0]["epoch"] == 0.0
    told = [one["epoch"] for one in found["samples"]]
    assert told == sorted(set(told)) and set(told) <= set(epochs)
    assert all(len(one["text"]) == SIGNS and set(one["text"]) <= set(alphabet(made)) for one in found["samples"])
    assert found["loss"] == pytest.approx(made._context.history.row()["metrics"]["test_loss"])
    shares = np.unique(made._context.parts.train.y, return_counts=True)[1] / made._context.parts.train.y.size
    assert found["chance"] == pytest.approx(-(shares * np.log(shares)).sum())
    assert found["start"] == "".join(alphabet(made)[int(sign)] for sign in made._context.parts.test.x[0])


def test_writing_is_repeatable_and_changes_nothing() -> None:
    made, other = (session(TEXT, {"name": "lstm", "units": 5}, steps=3) for _ in range(2))
    state = torch.random.get_rng_state()
    asked = {"start": "it was ", "length": 60, "temperature": 1.0, "seed": 5}
    first = made.ask("write", asked)
    made.draw(["writing"])
    assert made.ask("write", asked) == first and made.ask("write", {**asked, "seed": 6})["text"] != first["text"]
    assert torch.equal(torch.random.get_rng_state(), state)
    for one in (made, other):
        for _ in range(20):
            one.advance()
    assert all(torch.equal(a, b) for a, b in zip(made._context.model.parameters(), other._context.model.parameters(), strict=True))


def test_a_start_is_folded_as_the_text_is() -> None:
    made = session(TEXT, {"name": "gru", "units": 5}, steps=3)
    found = made.ask("write", {"start": "It  WAS “a\nfact” ", "length": 40})
    assert found["start"] == 'it was "a\nfact" ' and len(found["text"]) == 40 and found["epoch"] == made.epoch
    assert made.ask("write", {"start": 'it was "a\nfact" ', "length": 40}) == found
    assert made.ask("write", {"start": " ", "length": 3})["start"] == " " and len(made.ask("write", {})["text"]) == 200


@pytest.mark.parametrize(
    ("asked", "words"),
    [({"start": "it € was ж"}, "€ ж"), ({"start": ""}, "at least one"), ({"temperature": 0.0}, ""), ({"length": 401}, ""), ({"temperature": 2.1}, ""), ({"seed": -1}, "")],
)  # fmt: skip
def test_what_cannot_be_written_is_refused(asked: dict[str, Any], words: str) -> None:
    made = session(TEXT, {"name": "gru", "units": 3})
    with pytest.raises(Refusal) as refused:
        made.ask("write", asked)
    assert words in str(refused.value)


def test_a_network_that_sees_whole_windows_needs_one_and_one_without_numbers_writes_nothing() -> None:
    made = session({**TEXT, "answers": "last"}, {"name": "dense", "units": 3})
    with pytest.raises(Refusal, match="10"):
        made.ask("write", {"start": "it was"})
    assert len(made.ask("write", {"start": "it was a fact", "length": 5})["text"]) == 5
    with torch.no_grad():
        made._context.model.output.bias.fill_(torch.nan)
    with pytest.raises(Refusal, match="no numbers"):
        made.ask("write", {"length": 5})
    assert made.draw(["writing"])["writing"]["samples"][-1]["text"] == ""


# -- typed


def test_each_beginning_of_a_name_is_padded_anew() -> None:
    made = session({"name": "names"}, {"name": "gru", "units": 6, "bidirectional": True}, steps=10)
    found = made.ask("believe", {"typed": "Rossi"})
    letters = "abcdefghijklmnopqrstuvwxyz"
    with looking(made._context.model):
        for at in range(5):
            row = [0] * (14 - at - 1) + [letters.index(letter) + 1 for letter in "rossi"[: at + 1]]
            expected = softmax(made._context.model(torch.tensor([row], dtype=torch.float32))[0].double().numpy())
            assert found["shares"][at] == pytest.approx(expected, abs=1e-6)
    assert found["shares"].shape == (5, 8) and found["symbols"] == list("rossi") and found["first"] == 9 and found["true"] is None
    assert (found["shortest"], found["longest"]) == (1, 14) and found["alphabet"] == list(letters)
    assert [one["$t"] for one in found["classes"]] == list(made.experiment.dataset.classes)


@pytest.mark.parametrize("both", [False, True])
def test_where_all_are_of_one_length_each_beginning_is_read_as_it_is(both: bool) -> None:
    made = session({"name": "copy", "delay": 4, "samples": 200}, {"name": "lstm", "units": 4, "bidirectional": both}, {"name": "gru", "units": 3}, steps=10)
    context = made._context
    found = made.draw(["typed"])["typed"]
    x = context.examples["test"].x[:1]
    with looking(context.model):
        for at in range(6):
            states = gates.through(context.model, x[:, : at + 1])["layer2"][0].h[0, -1]
            assert found["shares"][at] == pytest.approx(softmax(context.model.output(states).double().numpy()), abs=1e-6)
        assert found["shares"][-1] == pytest.approx(softmax(context.model(x)[0].double().numpy()), abs=1e-6)
    assert found["example"] == {"part": "test", "index": 0, "typed": None, "of": len(context.parts.test)}
    assert found["true"] == int(context.parts.test.y[0]) and len(found["typed"]) == 6 and found["shortest"] == found["longest"] == 6
    again = made.ask("believe", {"typed": found["typed"]})
    assert again["shares"] == pytest.approx(found["shares"]) and again["true"] is None and again["typed"] == found["typed"]


def test_a_network_with_a_dense_layer_says_of_the_whole_what_it_answers() -> None:
    made = session({"name": "copy", "delay": 4, "samples": 200}, {"name": "rnn", "units": 4}, {"name": "dense", "units": 5}, steps=10)
    with looking(made._context.model):
        expected = softmax(made._context.model(made._context.examples["test"].x[:1])[0].double().numpy())
    assert made.draw(["typed"])["typed"]["shares"][-1] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("data", "given", "words"),
    [("names", "ro77i", "7"), ("names", "", "at least one"), ("names", "a" * 15, "14"), ("copy", "A··", "12"), ("copy", "A··········Z", "Z")],
)
def test_what_cannot_be_believed_is_refused_with_a_reason(data: str, given: str, words: str) -> None:
    made = session({"name": data}, {"name": "rnn", "units": 3})
    with pytest.raises(Refusal) as refused:
        made.ask("believe", {"typed": given})
    assert words in str(refused.value)


def test_shares_that_are_no_numbers_are_gaps() -> None:
    made = session({"name": "names"}, {"name": "rnn", "units": 3})
    with torch.no_grad():
        made._context.model.output.bias.fill_(torch.nan)
    assert np.isnan(made.draw(["typed"])["typed"]["shares"]).all()
