"""What workers say, and what becomes of a run whose worker is gone."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from playground import changes
from playground.engine import protocol
from playground.engine.run import RESTING, Run
from playground.text import N_, Message, Refusal

if TYPE_CHECKING:
    from playground.engine.server import Engine

ENDED = ("finished", "stopped", "diverged", "failed")


def note_change(run: Run, event: Mapping[str, Any]) -> None:
    """Keep a live change, in place of those that were made after its step on a way the run did not take in the end."""
    kept = [one for one in run.events if one["step"] <= event["step"]]
    if len(kept) < len(run.events):
        run.current = run.experiment
        for one in kept:
            run.current = changes.applied(run.current, one["name"], one["params"])
    run.current = changes.applied(run.current, event["name"], event["params"])
    run.events = [*kept, {key: event[key] for key in ("step", "epoch", "name", "params", "label", "undo") if key in event}]


def lost_reason() -> dict[str, Any]:
    return Message(N_("The process that trained this run has ended. Press Train to go on from the last saved step.")).plain()


def unanswered() -> Refusal:
    return Refusal(Message(N_("The run did not answer in time. Try again in a moment.")))


def heard(engine: Engine, run: Run, kind: int, payload: bytes) -> None:
    """A worker's packet."""
    if kind == protocol.FRAME:
        run.drew(payload)
        return
    if kind == protocol.BINARY:
        message = protocol.unpack(payload)
        if message["type"] == "checkpoint":
            engine.store.checkpoint(run.token, message["step"], message["data"].tobytes())
        else:
            answer(engine, message, kind, payload)
        return
    message = orjson.loads(payload)
    what = message["type"]
    if what == "beat":
        run.processor = message["processor"]
    if what in ("built", "state", "beat"):
        take_status(engine, run, message["status"], tell=what != "beat")
    elif what == "rows":
        new = [row for row in message["rows"] if row["step"] > run.last_step]
        if new:  # after going on from a checkpoint, rows come that are on disk already: the same ones
            run.last_step = new[-1]["step"]
            engine.store.rows(run.token, new)
    elif what == "acted":
        if run.last_step > message["step"]:  # gone on from a checkpoint and changed before it was back where it had been: another way from here
            run.last_step = message["step"]
            engine.store.cut(run.token, message["step"])
        note_change(run, message)
        engine.store.event(run.token, {**run.events[-1], "action": True, "time": time.time()})
        run.announce()
    elif what == "failed" and run.starting and run.last_step > 0:
        run.killed = message["reason"]  # its way so far is saved, and what is in the way now, a table that is missing say, need not stay so: it is lost
    elif what == "failed":
        run.state, run.reason = "failed", message["reason"]
        end(engine, run)
    elif what == "parked":
        run.leaving = True
    else:
        answer(engine, message, kind, payload)


def take_status(engine: Engine, run: Run, status: dict[str, Any], tell: bool) -> None:
    run.beat = time.monotonic()
    before, run.status = run.state, status
    run.state, run.reason, run.starting = status["state"], status["reason"], False
    engine.devices[:] = status["devices"]
    if run.state != before and run.state in ENDED:
        end(engine, run)
    elif run.state != before and before in ENDED:
        engine.store.end(run.token, None)  # it goes on: given more epochs, or told to
    if tell:
        run.announce()
        run.pump()


def end(engine: Engine, run: Run) -> None:
    end = {"state": run.state, "reason": run.reason, "step": run.step, "epoch": run.status.get("epoch", 0), "metrics": run.status.get("metrics", {})}
    engine.store.end(run.token, end)


def answer(engine: Engine, message: Mapping[str, Any], kind: int, payload: bytes) -> None:
    """Bring a worker's answer to the viewer or the call that asked."""
    number = message["viewer"]
    if (viewer := engine.viewers.get(number)) is not None:
        if message["id"] in viewer.asking:
            viewer.asking.remove(message["id"])
        viewer.link.pass_on(kind, payload)
    elif (future := engine.waiting.get(number)) is not None and not future.done():
        future.set_result({key: value for key, value in message.items() if key not in ("viewer", "id")})


def lost(engine: Engine, run: Run, said_why: Mapping[str, Any] | None = None) -> None:
    """The worker is gone. One that was told to go left its run parked; any other left it lost, or where it rested."""
    was_leaving, was_starting = run.leaving, run.starting
    run.detach()
    give_up_questions(run)
    if run.state == "failed" or run.token not in engine.runs:
        pass
    elif was_leaving or (run.state in RESTING and run.state != "lost" and not was_starting and said_why is None and not dies_often(run)):
        if run.state != "parked":
            run.resume = "paused" if run.state == "running" else run.state
        run.state = "parked"
    else:
        run.state, run.reason = "lost", said_why or lost_reason()
        engine.log(run, "lost")
    run.announce()
    if run.state == "parked" and (run.pending or run.viewers):
        engine.places.want(run)
    engine.places.next()


def give_up_questions(run: Run) -> None:
    """Answer what the worker that is gone was asked; what waits for the next one is answered by that."""
    waiting = {(message.get("viewer"), message.get("id")) for message in run.pending}
    for viewer in run.viewers:
        given_up = [number for number in viewer.asking if (viewer.number, number) not in waiting]
        viewer.asking = [number for number in viewer.asking if (viewer.number, number) in waiting]
        for number in given_up:
            viewer.link.send({"type": "refusal", "id": number, "messages": [one.plain() for one in unanswered().messages]})


def dies_often(run: Run) -> bool:
    """Did its workers end unasked three times within a minute? Then it is not brought back by itself."""
    run.deaths.append(time.monotonic())
    return len(run.deaths) == run.deaths.maxlen and run.deaths[-1] - run.deaths[0] < 60
