"""Conditions to stop: by the history alone, each with its reason; and what going on after one means."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.choices import Training
from playground.engine.session import Session
from playground.training.stopping import stop
from tests.training.test_changes import experiment, put, rows_of

EPOCHS = np.arange(8.0)
NONE = np.full(8, math.nan)


def why(training: Training, train: list[float], validation: list[float] | None = None) -> str | None:
    reason = stop(training, EPOCHS[: len(train)], np.array(train), None if validation is None else np.array(validation))
    return None if reason is None else str(reason)


def test_nothing_stops_by_itself() -> None:
    assert why(Training(), [1, 0, 0, 0, 5, 5, 5, 5], [1, 2, 3, 4, 5, 6, 7, 8]) is None


def test_target_loss() -> None:
    training = Training(target_loss=0.25)
    assert why(training, [1, 0.26]) is None
    assert why(training, [1, 0.25]) == "The train loss is down to 0.25, the value to stop at."
    assert why(training, [0.2, 0.19]) is None, "it went on from below it"
    assert why(Training(early_stopping=5), [1, 0]) is None, "0 is off, also for a loss that gets down to 0"


def test_early_stopping_looks_at_validation_only() -> None:
    training = Training(early_stopping=3)
    assert why(training, [1, 1, 1, 1], [5, 4, 4.5, 4.6]) is None
    assert (
        why(training, [5, 4, 3, 2, 1], [5, 4, 4.5, 4.6, 4])
        == "Stopped early: the validation loss was best at epoch 1 with 4.0, and has not got better for 3 epochs."
    )
    assert why(training, [1, 2, 3, 4, 5], [5, 4, 3, 2, 1]) is None
    assert why(training, [1, 1, 1, 1, 1], [math.nan] * 5) is None and why(training, [1, 1, 1, 1, 1]) is None


@pytest.mark.parametrize(("train", "stops"), [
    ([4, 3, 2, 2, 2, 2], True), ([4, 3, 2, 2, 2], False), ([4, 3, 2, 1.9985, 1.9985, 1.9985], True), ([4, 3, 2, 2, 2, 1.99], False), ([0, 0, 0, 0], True), ([5, 6, 7], False), ([5, 6, 7, 8], True),
])  # fmt: skip
def test_plateau(train: list[float], stops: bool) -> None:
    assert (why(Training(plateau=3), train) is not None) == stops


def test_early_stopping_of_a_run_and_going_on() -> None:
    """Patience counts from the best epoch, and anew from where it went on."""
    session = Session(experiment(epochs=400, early_stopping=8, optimizer={"name": "adam", "learning_rate": 0.1}))
    rows = rows_of(session)
    assert session.ended is not None and session.ended[0] == "stopped" and "validation loss was best" in str(session.ended[1])
    losses = [row["metrics"]["validation_loss"] for row in rows]
    best = int(np.argmin(losses))
    assert rows[-1]["epoch"] - rows[best]["epoch"] >= 8 > rows[-2]["epoch"] - rows[best]["epoch"]
    here = session.epoch
    session.resume()
    assert session.ended is None
    more = rows_of(session)
    assert session.ended is not None and more[-1]["epoch"] >= here + 8
    assert rows + more == rows_of(Session(experiment(epochs=round(more[-1]["epoch"]), optimizer={"name": "adam", "learning_rate": 0.1})))


def test_going_on_from_a_target_loss_goes_on() -> None:
    session = Session(experiment(epochs=60, target_loss=0.9, layers=[{"units": 8}], optimizer={"name": "adam", "learning_rate": 0.02}))
    rows_of(session)
    assert session.ended is not None and session.ended[0] == "stopped"
    session.resume()
    rows_of(session)
    assert session.ended is not None and session.ended[0] == "finished"


def test_a_stopped_run_without_epochs_left_finishes_when_told_to_go_on() -> None:
    session = Session(experiment(epochs=40, plateau=1, optimizer={"name": "sgd", "learning_rate": 1e-9}))
    rows_of(session)
    assert session.ended is not None and session.ended[0] == "stopped" and "plateau" in str(session.ended[1])
    put(session, "plateau", 0)
    assert session.ended[0] == "stopped"
    session.resume()
    rows_of(session)
    assert session.ended is not None and session.ended[0] == "finished" and session.epoch == 40
