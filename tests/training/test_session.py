"""A run as a whole: same experiment, same history, whatever else happens to it."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

from playground.engine.protocol import pack, unpack
from playground.engine.session import Session
from playground.experiment import Experiment, parse
from playground.registry import families
from playground.text import Refusal
from playground.training import devices

devices.one_thread()


def experiment(optimizer: str = "adam", epochs: int = 40, **changed: Any) -> Experiment:
    """25 training examples in batches of 10, 10 and 5: three steps an epoch."""
    return parse(
        {
            "data": {"name": "circle", "samples": 50, "noise": 0.1, "train_fraction": 0.5, "validation_fraction": 0.2},
            "model": {"family": "dense", "layers": [{"units": 4, "activation": "tanh"}, {"units": 3, "activation": "relu"}]},
            "training": {"optimizer": {"name": optimizer}, "batch_size": 10, "epochs": epochs},
            **changed,
        }
    )


def finish(session: Session) -> list[dict[str, Any]]:
    rows = session.take_rows()
    while session.ended is None:
        session.advance()
        rows += session.take_rows()
    return rows


RATE_AT = 31


def straight(optimizer: str) -> tuple[list[dict[str, Any]], bytes]:
    """Rows and last checkpoint of a run with one live change, never interrupted."""
    session = Session(experiment(optimizer), replay=[{"step": RATE_AT, "name": "set", "params": {"path": "training.optimizer.learning_rate", "value": 0.05}}])
    return finish(session), session.checkpoint()


@pytest.mark.parametrize("optimizer", ["gradient_descent", "sgd", "momentum", "adam"])
def test_watched_or_not(optimizer: str) -> None:
    rows, end = straight(optimizer)
    watched = Session(experiment(optimizer), replay=[{"step": RATE_AT, "name": "set", "params": {"path": "training.optimizer.learning_rate", "value": 0.05}}])
    views = [view.name for view in watched.experiment.family.views]
    seen = watched.take_rows()
    while watched.ended is None:
        watched.advance()
        if watched.step % 7 < 2:
            watched.draw(views)
            watched.ask("neuron", {"layer": 1, "unit": 2})
            watched.status()
            watched.checkpoint()
        seen += watched.take_rows()
    assert seen == rows
    assert watched.checkpoint() == end


@pytest.mark.parametrize("optimizer", ["gradient_descent", "sgd", "momentum", "adam"])
def test_going_on_from_any_step(optimizer: str) -> None:
    """Bit for bit: rows, weights, optimizer, order, records. Just before and after a row, a record, a live change, in mid epoch."""
    rows, end = straight(optimizer)
    total = rows[-1]["step"]
    marks = Session(experiment(optimizer))
    near = [
        at + around
        for at in (marks._course.row_every, 2 * marks._course.row_every, marks._context.records.every, RATE_AT, 60, total)
        for around in (-2, -1, 0, 1)
    ]
    places = sorted({at for at in (0, 1, 2, *near) if at <= total})
    session, seen = Session(experiment(optimizer)), []
    for place in places:
        while session.step < place:
            if session.step == RATE_AT:
                session.act("set", {"path": "training.optimizer.learning_rate", "value": 0.05})
            session.advance()
        seen += session.take_rows()
        saved = session.checkpoint()
        session = Session(experiment(optimizer))
        session.take_rows()
        session.restore(saved)
        assert session.take_rows() == []
        assert session.checkpoint() == saved
    assert seen == rows
    assert session.checkpoint() == end
    assert session.ended is not None and session.ended[0] == "finished"


def test_replay_and_restore_together() -> None:
    """A revived run repeats what happened after its checkpoint, and only that."""
    events = [
        {"step": at, "name": "set", "params": {"path": "training.optimizer.learning_rate", "value": value}} for at, value in ((5, 0.1), (20, 0.02), (40, 0.07))
    ]
    whole = Session(experiment(), replay=events)
    finish(whole)
    half = Session(experiment(), replay=events)
    while half.step < 20:
        half.advance()
    revived = Session(experiment(), replay=events)
    revived.restore(half.checkpoint())
    finish(revived)
    assert revived.checkpoint() == whole.checkpoint()
    assert [(event["step"], event["params"]["value"]) for event in revived.status()["events"]] == [(5, 0.1), (20, 0.02), (40, 0.07)]


def test_another_experiments_checkpoint_is_refused() -> None:
    saved = Session(experiment("sgd")).checkpoint()
    for raw in (saved, saved[:50], b""):
        with pytest.raises(Refusal):
            Session(experiment("adam")).restore(raw)


def test_rows_and_finish() -> None:
    session = Session(experiment())
    rows = finish(session)
    assert [row["step"] for row in rows][:2] == [0, 3] and rows[-1]["step"] == 120 and rows[-1]["epoch"] == 40
    assert list(rows[0]["metrics"]) == [metric.name for metric in session.experiment.family.metrics(session.experiment)]
    assert all(isinstance(value, float) for row in rows for value in row["metrics"].values())
    session.advance()
    assert session.step == 120 and session.ended is not None and session.ended[0] == "finished"


def test_the_training_row_is_the_mean_over_its_steps() -> None:
    session = Session(experiment("sgd", epochs=60))
    session.take_rows()
    total = count = 0.0
    for at in range(3):
        session.advance()
        size = (10, 10, 5)[at % 3]
        total += session.status()["batch_loss"] * size
        count += size
    assert session.take_rows()[0]["metrics"]["train_loss"] == pytest.approx(total / count, rel=1e-6)


def test_other_seed_other_run() -> None:
    assert finish(Session(experiment(seed=1))) != finish(Session(experiment(seed=2)))


def diverging() -> Session:
    session = Session(
        parse(
            {
                "data": {"name": "diabetes"},
                "model": {"family": "dense", "layers": [{"units": 8, "activation": "linear"}]},
                "training": {"optimizer": {"name": "sgd", "learning_rate": 50.0}, "epochs": 500},
            }
        )
    )
    return session


def test_divergence_is_told_and_drawn_as_a_gap() -> None:
    session = diverging()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = finish(session)
        assert session.ended is not None
        state, reason = session.ended
        assert state == "diverged" and "50.0" in str(reason) and "5.0" in str(reason)
        assert rows[-1]["metrics"]["train_loss"] is None and rows[0]["metrics"]["train_loss"] is not None
        figures = unpack(pack(session.draw([view.name for view in session.experiment.family.views])))
        session.draw(["network"])
    train = figures["loss"]["data"][0]
    assert math.isnan(train["y"][-1]) and np.isfinite(train["y"][0]) and train["connectgaps"] is False
    assert b"NaN" not in pack(session.status())
    again = diverging()
    again.restore(session.checkpoint())
    assert again.ended == session.ended


def test_learning_rate_has_the_experiments_limits() -> None:
    session = Session(experiment())
    for value in (0, -1, 101, math.nan, math.inf, "1", None, [1], True):
        with pytest.raises(Refusal, match="Learning rate"):
            session.act("set", {"path": "training.optimizer.learning_rate", "value": value})
    assert session.status()["events"] == []
    session.act("set", {"path": "training.optimizer.learning_rate", "value": 1})
    assert session.status()["learning_rate"] == 1
    (event,) = session.status()["events"]
    assert (event["step"], event["epoch"], event["params"]) == (0, 0.0, {"path": "training.optimizer.learning_rate", "value": 1})
    assert event["label"] == {"$t": "{field} {value}", "values": {"field": "Learning rate", "value": 1}}
    figure = session.draw(["loss"])["loss"]
    assert len(figure["layout"]["shapes"]) == 1


def test_unknown_names_are_refused() -> None:
    session = Session(experiment())
    for call in (session.ask, session.act):
        with pytest.raises(Refusal, match="format_disk"):
            call("format_disk", {})
    for params in (
        {},
        {"layer": 9, "unit": 0},
        {"layer": 0, "unit": 2},
        {"layer": -1, "unit": 0},
        {"layer": "1", "unit": 0},
        {"layer": 1, "unit": 0, "more": 1},
    ):
        with pytest.raises(Refusal):
            session.ask("neuron", params)
    with pytest.raises(Refusal, match="quantum"):
        Session(experiment(), "quantum")


def test_auto_keeps_small_networks_on_the_cpu() -> None:
    assert Session(experiment(), "auto").status()["device"] == "cpu"


@pytest.mark.parametrize(("preset", "epochs", "score"), [("xor", 150, 0.95), ("iris", 60, 0.9)])
def test_it_learns(preset: str, epochs: int, score: float) -> None:
    plain = families()["dense"].presets[preset].experiment
    session = Session(parse({**plain, "training": {**plain["training"], "epochs": epochs}}))
    rows = finish(session)
    assert rows[-1]["metrics"]["test_accuracy"] >= score > rows[0]["metrics"]["test_accuracy"]
    assert rows[-1]["metrics"]["test_loss"] < session._context.chance["loss"] / 2
