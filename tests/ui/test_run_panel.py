"""What the component tells of itself, and polling."""

import numpy as np
import pytest

from playground.engine import client
from playground.live.component import assets
from playground.registry import families
from playground.ui import before, controls, fields, run_panel
from playground.ui.run_panel import PageState

DENSE = families()["dense"]


@pytest.fixture
def state(engine, monkeypatch):
    """A page that watches run1, outside of any script: the session is a plain dictionary."""
    session = {}
    monkeypatch.setattr(run_panel.st, "session_state", session)
    monkeypatch.setattr(controls.st, "session_state", session)
    experiment = fields.preset(DENSE, "xor")
    return PageState(experiment, engine.create(experiment))


def test_a_run_made_by_reset_is_taken_up_without_making_another(state, engine):
    engine.create(state.experiment)
    assert run_panel._listen(state, {"run": "run2"})
    assert state.run == "run2" and len(engine.made) == 2


def test_the_component_repeating_its_run_does_not_undo_a_change_of_the_form(state, engine):
    engine.create(state.experiment)
    run_panel._listen(state, {"run": "run2"})
    state.run = engine.create(fields.preset(DENSE, "circle"))
    assert not run_panel._listen(state, {"run": "run2"}) and state.run == "run3"


@pytest.mark.parametrize("told", ["", "x" * 65, 7, None, {"a": 1}, "unknown"])
def test_a_run_that_is_none_is_not_taken_up(state, told):
    assert not run_panel._listen(state, {"run": told}) and state.run == "run1"


def test_the_transport_is_taken_up(state):
    assert run_panel._listen(state, {"transport": "poll"}) and state.transport == "poll"
    assert not run_panel._listen(state, {"transport": "poll"})
    assert not run_panel._listen(state, {"transport": "pigeon"}) and state.transport == "poll"


def test_polling_hands_messages_in_and_counts_deliveries(state, engine):
    run_panel._poll(state, ["one", 2, "three"])
    run_panel._poll(state, None)
    (viewer, first, run), (again, second, _) = engine.polled
    assert first == ["one", "three"] and second == [] and run == "run1" and viewer == again
    assert state.sequence == 2 and state.packets == b"packets"


def test_an_empty_poll_leaves_the_last_delivery(state, engine, monkeypatch):
    run_panel._poll(state, [])
    monkeypatch.setattr(engine, "poll", lambda *_: b"")
    run_panel._poll(state, [])
    assert state.sequence == 1 and state.packets == b"packets"


def test_an_engine_that_is_away_is_asked_again_at_the_next_tick(state, engine, monkeypatch):
    def away(*_):
        raise client.Unreachable

    monkeypatch.setattr(engine, "poll", away)
    run_panel._poll(state, [])
    assert state.sequence == 0


def test_the_fronts_files_are_given_as_texts():
    texts = run_panel._texts()
    assert texts.keys() == assets().keys() and all(isinstance(text, str) for text in texts.values())


def test_messages_that_come_with_the_change_to_polling_are_not_lost_by_the_rerun(state, engine, monkeypatch):
    class Rerun(Exception):
        pass

    def rerun():
        raise Rerun

    monkeypatch.setattr(run_panel.st, "rerun", rerun)
    monkeypatch.setattr(run_panel, "use_language", lambda: "en")
    run_panel.st.session_state["live"] = {"transport": "poll", "outbox": ["hello"]}
    with pytest.raises(Rerun):
        run_panel._panel(DENSE, state)
    assert engine.polled[0][1] == ["hello"] and state.transport == "poll"


def test_packets_travel_only_while_polling_and_the_files_once_for_each_question(state, monkeypatch):
    given = []
    monkeypatch.setattr(run_panel, "live_view", lambda key, data: given.append(data))
    monkeypatch.setattr(run_panel, "use_language", lambda: "en")
    monkeypatch.setattr(run_panel, "_texts", lambda: {"main.js": "text"})
    session = run_panel.st.session_state
    for said in ({}, {"assets": True}, {"assets": True}, {"assets": False}, {"assets": True}):
        session["live"] = said
        run_panel._panel(DENSE, state)
    assert [data["assets"] is not None for data in given] == [False, True, False, False, True]
    assert given[0]["packets"] == b""


def test_the_component_naming_the_pages_own_run_does_not_bring_it_back_later(state, engine):
    run_panel._listen(state, {"run": "run1"})
    state.run = engine.create(fields.preset(DENSE, "circle"))
    assert not run_panel._listen(state, {"run": "run1"}) and state.run == "run2"


def test_reset_leaves_the_old_run_as_the_one_before_and_a_click_goes_back_to_it(state, engine):
    engine.trained("run1")
    engine.create(state.experiment)
    run_panel._listen(state, {"run": "run2"})
    assert state.before.run == "run1" and state.before.shown(state.experiment)["title"] == "fresh start"
    engine.trained("run2")
    run_panel._listen(state, {"run": "run2", "go": "run1"})
    assert state.run == "run1" and state.before.run == "run2"
    assert not run_panel._listen(state, {"run": "run2", "go": "run1"})  # told once
    engine.histories["run1"] = []
    run_panel._listen(state, {"run": "run2", "go": "run2"})
    assert state.run == "run2" and state.before is None  # one that took no step leaves no line


@pytest.mark.parametrize("length", [1, 199, 200, 201, 5000])
def test_a_pale_line_is_thin_and_keeps_its_spikes_and_gaps(length):
    values = [float(at % 7) for at in range(length)]
    values[length // 2] = 1e6
    values[length // 3 : length // 3 + length // 10] = [None] * (length // 10)
    epochs, kept = before._curve(np.arange(length, dtype=float), values)
    assert len(kept) == len(epochs) <= before.POINTS and epochs == sorted(set(epochs))
    assert 1e6 in kept and epochs[-1] == length - 1
    assert (None in kept) == (None in values)
