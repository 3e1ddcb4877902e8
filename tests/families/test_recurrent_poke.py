"""Gates held and units silenced by hand: in answers, in training, in checkpoints, repeated and taken back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from playground.engine.session import Session
from playground.families.recurrent.model import Cells
from playground.text import Refusal
from tests.families.made_recurrent import COPY, events, gone, layer, published, session

LAYERS = [layer("lstm", 5, dropout=0.3), layer("rnn", 4), layer("gru", 3)]
HOLDS: list[tuple[str, dict[str, Any]]] = [
    ("gate", {"layer": 1, "gate": "forget", "to": 1, "unit": None}),
    ("gate", {"layer": 1, "gate": "output", "to": 0, "unit": 3}),
    ("gate", {"layer": 3, "gate": "update", "to": 0, "unit": 1}),
    ("unit", {"layer": 1, "unit": 1, "on": False}),
    ("unit", {"layer": 2, "unit": 0, "on": False}),
]


def cells(made: Session, number: int) -> Cells:
    found = getattr(made._context.model, f"layer{number}")
    assert isinstance(found, Cells)
    return found


def held(made: Session, number: int = 1) -> list[list[float]]:
    return [*cells(made, number).held.tolist(), cells(made, number).heard.tolist()]


def outputs(made: Session) -> torch.Tensor:
    model = made._context.model.eval()
    with torch.no_grad():
        found = model(made._context.examples["test"].x)
    model.train()
    return found


def written(made: Session, at: int) -> np.ndarray:
    """The network's outputs (answered, K) for one test example, in numpy."""
    context, state = made._context, made._context.model.state_dict()
    sequence = made.experiment.dataset.sequence
    assert sequence is not None
    x = context.parts.test.x[at]
    flow = np.eye(len(sequence.symbols))[x.astype(int)] if sequence.symbols else x.reshape(sequence.length, -1).astype(np.float64)
    for number in range(1, 4):
        flow = published(cells(made, number), flow)["h"]
    return np.asarray(flow[-sequence.answered :] @ state["output.weight"].numpy().T + state["output.bias"].numpy())


@pytest.mark.parametrize("data", [{"name": "three_signals", "samples": 120}, COPY])
def test_what_is_held_and_silenced_counts_in_every_answer(data: dict[str, Any]) -> None:
    made = session(LAYERS, data, 6)
    before = outputs(made)
    for name, params in HOLDS:
        made.act(name, params)
        after = outputs(made)
        assert not torch.equal(after, before)
        before = after
        for at in (0, 7):
            found = after[at].numpy()
            assert (found.T if found.ndim == 2 else found[None]) == pytest.approx(written(made, at), abs=1e-5)


def test_training_meets_them_and_what_nobody_hears_does_not_learn() -> None:
    """A silenced unit passes no gradient to its weights; a gate held for all units has none in its rows."""
    made = session([layer("lstm", 5)], steps=2, training={"optimizer": {"name": "sgd", "learning_rate": 0.1}})
    made.act("gate", {"layer": 1, "gate": "forget", "to": 1})
    made.act("unit", {"layer": 1, "unit": 1, "on": False})
    before = cells(made, 1).weight_ih_l0.detach().clone().reshape(4, 5, 3)
    gone(made, 3)
    moved = (cells(made, 1).weight_ih_l0.detach().reshape(4, 5, 3) != before).flatten(2).any(2)
    wanted = torch.ones(4, 5, dtype=torch.bool)
    wanted[1] = wanted[:, 1] = False
    assert torch.equal(moved, wanted)


def test_held_open_then_let_go_is_as_if_nothing_had_been() -> None:
    made, other = (session(LAYERS, steps=3) for _ in range(2))
    for name, params in HOLDS:
        made.act(name, params)
    for name, params in HOLDS:
        made.act(name, {**params, "to": None} if name == "gate" else {**params, "on": True})
    for number in (1, 2, 3):
        assert cells(made, number).free
    for one, two in zip(gone(made, 5)._context.model.parameters(), gone(other, 5)._context.model.parameters(), strict=True):
        assert torch.equal(one, two)


@pytest.mark.parametrize("truncation", [0, 3])
def test_they_survive_a_checkpoint_and_are_repeated_bit_for_bit(truncation: int) -> None:
    made = session(LAYERS, steps=4, truncation=truncation)
    for name, params in HOLDS:
        made.act(name, params)
        made.advance()
    raw = made.checkpoint()
    revived = session(LAYERS, truncation=truncation)
    revived.restore(raw)
    repeated = Session(made.experiment, replay=events(made))
    gone(repeated, 4 + len(HOLDS))
    for number in (1, 2, 3):
        assert held(revived, number) == held(made, number) == held(repeated, number) and not cells(revived, number).free
    ends = [gone(one, 7).checkpoint() for one in (made, revived, repeated)]
    assert ends[0] == ends[1] == ends[2]


def test_undo_takes_each_back_in_turn() -> None:
    made = session(LAYERS, steps=2)
    states = [[held(made, number) for number in (1, 2, 3)]]
    answers = [outputs(made)]
    for name, params in HOLDS:
        made.act(name, params)
        states.append([held(made, number) for number in (1, 2, 3)])
        answers.append(outputs(made))
    assert made.status()["undo"] == len(HOLDS)
    for state, answer in zip(reversed(states[:-1]), reversed(answers[:-1]), strict=True):
        made.act("undo", {})
        assert [held(made, number) for number in (1, 2, 3)] == state and torch.equal(outputs(made), answer)
    assert made.status()["undo"] == 0
    repeated = gone(Session(made.experiment, replay=events(made)), 2)
    assert gone(repeated, 3).checkpoint() == gone(made, 3).checkpoint()


@pytest.mark.parametrize("to", [0, 1, None])
def test_undo_after_single_units_were_held_brings_these_back(to: int | None) -> None:
    made = session(LAYERS)
    made.act("gate", {"layer": 1, "gate": "input", "to": 1, "unit": 2})
    made.act("gate", {"layer": 1, "gate": "input", "to": 0, "unit": 4})
    before = held(made)
    assert made.act("gate", {"layer": 1, "gate": "input", "to": to})["to"] == to
    assert held(made)[0] == [-1.0 if to is None else float(to)] * 5
    raw = made.checkpoint()
    made.act("undo", {})
    assert held(made) == before
    revived = session(LAYERS)
    revived.restore(raw)
    revived.act("undo", {})
    assert held(revived) == before
    made.act("undo", {})
    made.act("undo", {})
    assert cells(made, 1).free and made.status()["undo"] == 0


def test_undo_of_one_unit_brings_back_where_it_was_held() -> None:
    made = session(LAYERS)
    for to in (0, 1, None):
        made.act("gate", {"layer": 3, "gate": "update", "to": to, "unit": 1})
    for wanted in (1.0, 0.0, -1.0):
        made.act("undo", {})
        assert held(made, 3)[1] == [-1.0, wanted, -1.0]


def test_what_changes_nothing_is_not_to_be_undone() -> None:
    made = session(LAYERS)
    for name, params in (("gate", {"layer": 1, "gate": "input", "to": None}), ("gate", {"layer": 3, "gate": "reset", "to": None, "unit": 0}), ("unit", {"layer": 2, "unit": 3, "on": True})):  # fmt: skip
        made.act(name, params)
        assert made.status()["undo"] == 0
    made.act("gate", {"layer": 1, "gate": "input", "to": 0})
    made.act("gate", {"layer": 1, "gate": "input", "to": 0})
    assert made.status()["undo"] == 1


@pytest.mark.parametrize(("name", "params", "words"), [
    ("gate", {"layer": 2, "gate": "forget", "to": 0}, "has no gates to hold"),
    ("gate", {"layer": 1, "gate": "reset", "to": 0}, "input, forget, candidate, output"),
    ("gate", {"layer": 3, "gate": "forget", "to": 0}, "reset, update, candidate"),
    ("gate", {"layer": 4, "gate": "forget", "to": 0}, "no recurrent layer"),
    ("gate", {"layer": 5, "gate": "forget", "to": 0}, "1, 2, 3"),
    ("gate", {"layer": 1, "gate": "forget", "to": 0, "unit": 5}, "units 0 to 4; 5"),
    ("gate", {"layer": 1, "gate": "forget", "to": 2}, ""),
    ("gate", {"layer": 1, "gate": "forget"}, ""),
    ("gate", {"layer": 1, "gate": "forget", "to": 1, "each": [0]}, ""),
    ("gate", {"layer": 1, "gate": "forget", "to": 1, "each": [5] * 5}, ""),
    ("unit", {"layer": 1, "unit": 5, "on": False}, "units 0 to 4; 5"),
    ("unit", {"layer": 1, "unit": -1, "on": False}, ""),
    ("unit", {"layer": 0, "unit": 0, "on": False}, ""),
    ("unit", {"layer": 1, "unit": 0}, ""),
])  # fmt: skip
def test_what_cannot_be_done_is_refused_in_a_sentence_and_changes_nothing(name: str, params: dict[str, Any], words: str) -> None:
    made = session([*LAYERS, layer("dense", 3)])
    with pytest.raises(Refusal) as refused:
        made.act(name, params)
    message = refused.value.messages[0]
    assert words in message.text.format(**message.values)
    assert all(cells(made, number).free for number in (1, 2, 3)) and made.status()["undo"] == 0


def test_a_network_of_dense_layers_alone_has_nothing_to_hold() -> None:
    with pytest.raises(Refusal, match="no recurrent layer"):
        session([layer("dense", 3)]).act("unit", {"layer": 1, "unit": 0, "on": False})
