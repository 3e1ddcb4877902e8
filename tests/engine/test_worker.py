"""The worker's loop without its process: what goes wrong in a picture or a question is told, and harms no training."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from playground.engine import protocol
from playground.engine.job import Job
from playground.engine.session import Session
from playground.engine.worker import Worker
from tests.engine.conftest import small


@pytest.fixture
def worker() -> Iterator[Worker]:
    ours, theirs = socket.socketpair()
    job = Job(token="x", experiment=b"", device="cpu", memory=2**30, checkpoint_every=1e9, state="ready", speed="full")
    made = Worker(theirs, job)
    made.session, made.devices = Session(small()), ("auto", "cpu")
    made.set_speed("full")
    yield made
    ours.close()
    theirs.close()


def told(worker: Worker) -> dict[str, Any]:
    """The last packet that waits to be handed over."""
    raw = bytes(worker.outbox[-1])
    kind, payload = raw[4], raw[5:]
    found: dict[str, Any] = json.loads(payload) if kind == protocol.TEXT else protocol.unpack(payload)
    return found


@pytest.mark.parametrize("error", [ValueError("an empty array"), MemoryError(), RuntimeError("no"), KeyError("gone")])
def test_a_picture_that_cannot_be_drawn_ends_no_training(worker: Worker, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(worker.session, "draw", broken)
    worker.take({"type": "frame", "views": ["loss"]})
    worker.draw()
    assert told(worker)["views"] == {} and told(worker)["status"]["state"] == "ready"
    monkeypatch.setattr(worker.session, "draw", lambda views: {"loss": {"data": object()}})
    worker.draw()
    assert told(worker)["views"] == {}, "nor one that cannot be sent"


def test_a_question_that_breaks_is_refused_and_ends_no_training(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker.session, "ask", lambda name, params: 1 // 0)
    worker.take({"type": "ask", "viewer": 1, "id": 7, "name": "neuron", "params": {}})
    said = told(worker)
    assert said["type"] == "refusal" and said["id"] == 7 and said["messages"][0]["values"] == {"detail": "ZeroDivisionError"}
    worker.step("batch")
    assert worker.session.step == 1


def test_a_refused_change_that_ended_the_last_step_leaves_a_true_state(worker: Worker) -> None:
    worker.session = Session(small(epochs=1, batch_size=5000))
    for _ in range(3):
        worker.step("phase")
    assert worker.state == "paused" and worker.session.mid_step
    worker.take({"type": "action", "viewer": 1, "id": 7, "name": "weight", "params": {"layer": 9, "unit": 0, "input": 0, "value": 1.0}})
    assert told(worker)["type"] == "refusal" and worker.state == "finished"
