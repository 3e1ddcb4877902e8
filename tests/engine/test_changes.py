"""Live changes, steps and stop conditions through a real engine with real workers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from playground.engine.client import Engine
from playground.engine.session import Session
from playground.experiment import Experiment
from tests.engine.conftest import small
from tests.engine.test_death import workers_of
from tests.training.test_changes import WRONG
from tests.watcher import Watcher

Watch = Callable[..., Watcher]


def put(watcher: Watcher, path: str, value: Any) -> dict[str, Any]:
    answer = watcher.act("set", path=f"training.{path}", value=value)
    assert answer["type"] == "answer", answer
    return answer


def point(watcher: Watcher, at: int | None, x: list[float] | None, y: float = 0) -> int:
    answer = watcher.act("point", at=at, x=x, y=y)
    assert answer["type"] == "answer", answer
    return int(answer["at"])


def repeated(experiment: Experiment, events: list[dict[str, Any]], step: int) -> tuple[list[dict[str, Any]], Session]:
    """The rows of a run with these changes that nobody watches, trained here."""
    session = Session(experiment, replay=events)
    while session.step < step and session.ended is None:
        session.advance()
    return session.take_rows(), session


def test_a_step_in_each_unit(engine: Engine, watch: Watch) -> None:
    watcher = watch(engine.create(small()), "network")
    for phase in ("sample", "forward", "loss", "backward"):
        watcher.command("step", unit="phase")
        watcher.until(lambda phase=phase: watcher.status.get("phase") == phase)
        assert watcher.status["step"] == 0 and watcher.status["state"] == "paused"
    watcher.command("step", unit="phase")
    watcher.until(lambda: watcher.status["step"] == 1)
    watcher.command("step", unit="phase")
    watcher.until(lambda: watcher.status["phase"] == "sample")
    watcher.command("step", unit="batch")  # the rest of the one under way
    watcher.until(lambda: watcher.status["step"] == 2)
    watcher.command("step", unit="epoch")  # the rest of the epoch: five mini-batches of ten
    watcher.until(lambda: watcher.status["step"] == 5 and watcher.status["state"] == "paused")
    watcher.command("step", unit="epoch")
    watcher.until(lambda: watcher.status["step"] == 10 and watcher.status["state"] == "paused")
    assert watcher.command("step", unit="year")["type"] == "refusal"


def test_changes_within_a_step_between_steps_and_while_it_trains_make_one_true_history(engine: Engine, watch: Watch) -> None:
    experiment = small(epochs=80)
    run = engine.create(experiment)
    watcher = watch(run, "network", "boundary")
    put(watcher, "batch_size", 7)
    watcher.command("step", unit="phase")
    added = point(watcher, None, [2.0, -3.0], 1)
    assert added == 50
    watcher.until(lambda: watcher.status["step"] == 1)
    watcher.command("step", unit="epoch")
    watcher.until(lambda: watcher.status["epoch"] == 1 and watcher.status["state"] == "paused")
    watcher.command("speed", name="full")
    watcher.command("train")
    put(watcher, "optimizer", {"name": "adam", "learning_rate": 0.01})
    point(watcher, 3, None)
    put(watcher, "schedule", {"name": "cosine"})
    assert watcher.act("weight", layer=1, unit=0, input=1, value=1.5)["type"] == "answer"
    point(watcher, added, [-2.0, -3.0], 0)
    assert watcher.act("undo")["type"] == "answer"
    watcher.until_state("finished")
    events = watcher.status["events"]
    rows, session = repeated(experiment, events, watcher.status["step"])
    assert engine.history(run) == rows
    assert watcher.status["metrics"] == session.status()["metrics"] and watcher.status["undo"] == 3
    found = engine.find(run)
    assert found is not None and found["experiment"] == session.current.model_dump(mode="json")


def test_more_epochs_after_the_end_and_fewer_in_mid_run(engine: Engine, watch: Watch) -> None:
    run = engine.create(small(epochs=3))
    watcher = watch(run)
    watcher.command("train")
    watcher.until_state("finished")
    assert watcher.command("train")["type"] == "refusal" and watcher.command("step")["type"] == "refusal"
    put(watcher, "epochs", 100_000)
    watcher.until_state("paused")
    watcher.command("speed", name="full")
    watcher.command("train")
    watcher.until(lambda: watcher.status["epoch"] > 10)
    put(watcher, "epochs", 5)
    watcher.until_state("finished")
    assert watcher.status["reason"]["values"] == {"epochs": 5}
    rows = engine.history(run)
    assert rows[-1]["step"] == watcher.status["step"] and [row["step"] for row in rows] == sorted({row["step"] for row in rows})


def test_stop_conditions_say_why_and_train_goes_on(engine: Engine, watch: Watch) -> None:
    watcher = watch(engine.create(small(target_loss=0.3, optimizer={"name": "adam", "learning_rate": 0.05})))
    watcher.command("speed", name="full")
    watcher.command("train")
    watcher.until_state("stopped")
    assert "train loss is down" in watcher.status["reason"]["text"]
    stopped = watcher.status["step"]
    watcher.command("train")
    watcher.until(lambda: watcher.status["step"] > stopped and watcher.status["state"] == "running")
    put(watcher, "minutes", 0.0001)
    watcher.until_state("stopped")
    assert watcher.status["reason"]["values"] == {"minutes": 0.0001}


def test_changes_survive_a_killed_worker_and_a_new_engine(monkeypatch: pytest.MonkeyPatch, start: Callable[[], Engine]) -> None:
    engine = start()
    experiment = small()
    run = engine.create(experiment)
    watcher = Watcher(engine, run)
    put(watcher, "l2", 0.01)
    watcher.command("step")
    watcher.until(lambda: watcher.status["step"] == 1)
    watcher.command("step", unit="phase")
    point(watcher, 0, [1.0, 1.0], 1)
    assert watcher.act("weight", layer=2, unit=0, input=None, value=-0.5)["type"] == "answer"
    watcher.until(lambda: len(watcher.status["events"]) == 3 and watcher.status["step"] == 2)
    metrics = watcher.status["metrics"]
    states: list[str] = []
    take = watcher.take
    monkeypatch.setattr(watcher, "take", lambda kind, payload: (take(kind, payload), states.append(watcher.status["state"])))
    for worker in workers_of(engine):
        worker.kill()
    watcher.until(lambda: "parked" in states and states[-1] == "paused")  # noticed, and brought back
    watcher.command("step")
    watcher.until(lambda: watcher.status["step"] == 3)
    assert watcher.status["undo"] == 2
    events = watcher.status["events"]
    _, there = repeated(experiment, events, 2)
    assert there.status()["metrics"] == metrics
    watcher.close()
    engine.close()
    again = start()
    watcher = Watcher(again, run)
    watcher.until(lambda: watcher.status.get("state") == "paused" and watcher.status["step"] == 3)
    assert watcher.status["undo"] == 2 and watcher.act("undo")["type"] == "answer"
    _, there = repeated(experiment, events, 3)
    there.act("undo", {})
    watcher.until(lambda: watcher.status["undo"] == 1)
    assert watcher.status["metrics"] == there.status()["metrics"]
    watcher.close()


def test_a_class_of_wrong_changes_is_answered_and_the_run_goes_on_unharmed(engine: Engine, watch: Watch) -> None:
    experiment = small(epochs=40)
    run = engine.create(experiment)
    watcher = watch(run)
    watcher.command("step")
    watcher.until(lambda: watcher.status.get("step") == 1)
    sent = 0
    for name, params in WRONG:
        if params.get("at") == 25:  # is there, among fifty
            continue
        if len(json.dumps(params)) > 60_000:  # cut short by the front door, which is asked elsewhere
            continue
        refusal = watcher.act(name, **params)
        assert refusal["type"] == "refusal" and refusal["messages"][0]["text"], (name, params)
        sent += 1
    assert sent > 50 and watcher.status["events"] == []
    watcher.command("speed", name="full")
    watcher.command("train")
    watcher.until_state("finished")
    assert engine.history(run) == repeated(experiment, [], 10_000)[0]


@pytest.mark.parametrize("within", [False, True])
def test_a_parked_run_comes_back_with_its_changes(monkeypatch: pytest.MonkeyPatch, start: Callable[[], Engine], within: bool) -> None:
    monkeypatch.setenv("PLAYGROUND_PARK_AFTER", "0.5")
    engine = start()
    run = engine.create(small())
    watcher = Watcher(engine, run)
    watcher.command("step")
    watcher.until(lambda: watcher.status.get("step") == 1)
    put(watcher, "batch_size", 20)
    point(watcher, None, [1.0, 2.0], 0)
    if within:
        watcher.command("step", unit="phase")
        watcher.until(lambda: watcher.status.get("phase") == "sample")
    watcher.close()
    other = Watcher(engine, engine.create(small()))
    other.until(lambda: engine.find(run)["state"] == "parked")  # type: ignore[index]
    again = Watcher(engine, run)
    again.until(lambda: again.status.get("state") == "paused" and (again.status["step"], again.status["undo"]) == (1 + within, 1))  # after an old picture
    assert len(again.status["events"]) == 2
    assert again.act("undo")["type"] == "answer"
    for one in (again, other):
        one.close()
