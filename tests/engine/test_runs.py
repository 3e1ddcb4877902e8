"""Runs of a real engine with real workers: states, transport, frames, viewers, limits."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pytest

from playground.engine.client import ROOT, Engine
from playground.engine.session import Session
from playground.experiment import Experiment, parse
from playground.text import Refusal
from tests.engine.conftest import small
from tests.watcher import PATIENCE, Watcher

Watch = Callable[..., Watcher]


def alone(experiment: Experiment, rows: int) -> list[dict[str, object]]:
    """The first history rows of an experiment that nobody watches, trained here."""
    session = Session(experiment)
    found = session.take_rows()
    while len(found) < rows and session.ended is None:
        session.advance()
        found += session.take_rows()
    return found[:rows]


def test_a_run_is_ready_and_drawn_before_it_is_trained(engine: Engine, watch: Watch) -> None:
    run = engine.create(small())
    watcher = watch(run, "network", "boundary", "loss")
    watcher.until(lambda: watcher.frames == 1)
    assert watcher.status["state"] == "ready" and watcher.status["step"] == 0
    assert set(watcher.frame["views"]) == {"network", "boundary", "loss"}
    assert np.isfinite(watcher.status["metrics"]["test_loss"])
    assert engine.find(run)["step"] == 0  # type: ignore[index]


def test_the_transport(engine: Engine, watch: Watch) -> None:
    watcher = watch(engine.create(small()), "loss")
    watcher.command("step")
    watcher.until_state("paused")
    assert watcher.status["step"] == 1 and watcher.status["batch_loss"] is not None
    watcher.command("step")
    watcher.until(lambda: watcher.status["step"] == 2)
    watcher.command("train")
    watcher.until(lambda: watcher.status["state"] == "running" and watcher.status["step"] > 50)
    watcher.command("pause")
    watcher.until_state("paused")
    paused = watcher.status["step"]
    watcher.command("train")
    watcher.until(lambda: watcher.status["step"] > paused)
    watcher.command("stop")
    watcher.until_state("stopped")
    assert watcher.answers == {} and watcher.refusals == []


def test_a_button_pressed_before_the_worker_is_there_is_not_lost(engine: Engine, watch: Watch) -> None:
    watcher = watch(engine.create(small()))
    watcher.command("train")
    watcher.until_state("running")


def test_pause_at_once_after_train_is_obeyed(engine: Engine, watch: Watch) -> None:
    watcher = watch(engine.create(small()))
    watcher.until_state("ready")
    watcher.say({"type": "command", "id": 90, "name": "train"})
    watcher.say({"type": "command", "id": 91, "name": "pause"})
    watcher.until(lambda: 91 in watcher.answers)
    watcher.until_state("paused")


def test_a_run_that_finishes_says_so_and_cannot_be_trained_on(engine: Engine, watch: Watch) -> None:
    watcher = watch(engine.create(small(epochs=5)), "loss")
    watcher.command("speed", name="full")
    watcher.command("train")
    watcher.until_state("finished")
    assert watcher.status["epoch"] == 5 and watcher.status["reason"]["values"] == {"epochs": 5}
    watcher.until(lambda: watcher.frame["status"]["state"] == "finished")
    answer = watcher.command("train")
    assert answer["type"] == "refusal" and answer["messages"][0]["values"] == {"epochs": 5}


def test_reset_gives_a_fresh_run_of_the_experiment_as_it_now_stands(engine: Engine, watch: Watch) -> None:
    run = engine.create(small())
    watcher = watch(run)
    watcher.command("train")
    watcher.until(lambda: watcher.status.get("step", 0) > 20)
    watcher.act("set", path="training.optimizer.learning_rate", value=0.2)
    fresh = watcher.command("reset")["run"]
    assert fresh != run and watcher.command("reset")["run"] == fresh
    found, old = engine.find(fresh), engine.find(run)
    assert found is not None and found["experiment"]["training"]["optimizer"]["learning_rate"] == 0.2
    watcher.until_state("paused")  # the old one is kept, and rests
    assert old is not None and old["step"] > 0


def test_a_replaced_run_that_took_no_step_is_forgotten(engine: Engine, watch: Watch) -> None:
    first = engine.create(small())
    watcher = watch(first)
    watcher.until_state("ready")
    second = engine.create(small(batch_size=20), replaces=first)
    assert engine.find(first) is not None  # still looked at
    watcher.hello(second)
    watcher.until(lambda: watcher.status["run"] == second)
    assert engine.find(first) is None


def test_the_learning_rate_of_a_running_training_is_changed_and_logged(engine: Engine, watch: Watch) -> None:
    run = engine.create(small())
    watcher = watch(run, "loss")
    watcher.command("train")
    watcher.until(lambda: watcher.status.get("step", 0) > 20)
    assert watcher.act("set", path="training.optimizer.learning_rate", value=0.5)["type"] == "answer"
    watcher.until(lambda: watcher.status["learning_rate"] == 0.5)
    assert engine.act(run, "set", {"path": "training.optimizer.learning_rate", "value": 0.25})["type"] == "answer"
    watcher.until(lambda: len(watcher.status["events"]) == 2)
    assert [event["params"]["value"] for event in watcher.status["events"]] == [0.5, 0.25]
    for wrong in (-1, 1e9, "fast", None):
        refusal = watcher.act("set", path="training.optimizer.learning_rate", value=wrong)
        assert refusal["type"] == "refusal" and refusal["messages"], wrong
    with pytest.raises(Refusal):
        engine.act(run, "gravity", {"value": 1})


@pytest.mark.parametrize("views", [(), ("network", "boundary", "loss", "weights")])
def test_same_experiment_same_history_watched_or_not_paused_or_not(engine: Engine, watch: Watch, views: tuple[str, ...]) -> None:
    experiment = small(epochs=60)
    run = engine.create(experiment)
    watcher = watch(run, *views)
    watcher.command("speed", name="full")
    watcher.command("step")
    watcher.until_state("paused")
    watcher.command("train")
    watcher.until(lambda: watcher.status["step"] > 60)
    watcher.command("pause")
    watcher.ask("neuron", layer=1, unit=0)
    watcher.command("train")
    watcher.until_state("finished")
    assert engine.history(run) == alone(experiment, 61)


def test_a_viewer_that_never_reads_costs_one_frame_and_holds_nobody_up(engine: Engine, watch: Watch) -> None:
    run = engine.create(small())
    deaf = watch(run, "network", ack=False)
    other = watch(run, "network")
    other.command("speed", name="full")
    other.command("train")
    other.until(lambda: other.frames > 20)
    deaf.until(lambda: deaf.frames == 1)
    while deaf.read(0.1) and deaf.frames == 1 and other.frames < 30:
        other.read(0.1)
    assert deaf.frames == 1


def test_nobody_draws_when_no_viewer_has_asked(engine: Engine, watch: Watch) -> None:
    run = engine.create(small())
    deaf = watch(run, "network", ack=False)
    deaf.command("speed", name="full")
    deaf.command("train")
    deaf.until(lambda: deaf.frames == 1)
    step = deaf.frame["status"]["step"]
    deaf.until(lambda: engine.find(run)["step"] > step + 500)  # type: ignore[index]
    assert deaf.frames == 1


def test_two_viewers_of_one_run_get_what_each_has_open(engine: Engine, watch: Watch) -> None:
    run = engine.create(small())
    one, two = watch(run, "network"), watch(run, "loss")
    one.until(lambda: one.frames > 0)
    two.until(lambda: "loss" in two.frame.get("views", {}))
    one.command("train")
    for watcher in (one, two):
        watcher.until_state("running")
        watcher.until(lambda watcher=watcher: {"network", "loss"} <= set(watcher.frame["views"]))
    two.say({"type": "open", "views": ["boundary"]})
    two.until(lambda: "boundary" in two.frame["views"] and "loss" not in two.frame["views"])
    two.close()
    one.until(lambda: set(one.frame["views"]) == {"network"})


def test_a_view_opened_while_paused_is_drawn(engine: Engine, watch: Watch) -> None:
    watcher = watch(engine.create(small()), "network")
    watcher.until(lambda: watcher.frames == 1)
    watcher.say({"type": "open", "views": ["network", "boundary"]})
    watcher.until(lambda: "boundary" in watcher.frame["views"])


def test_a_learning_rate_that_diverges_ends_the_run_with_a_reason(engine: Engine, watch: Watch) -> None:
    experiment = parse({
        "data": {"name": "diabetes"}, "model": {"family": "dense", "layers": [{"units": 8, "activation": "relu"}]},
        "training": {"loss": "mse", "optimizer": {"name": "sgd", "learning_rate": 100.0}, "batch_size": 10, "epochs": 100},
    })  # fmt: skip
    run = engine.create(experiment)
    watcher = watch(run, "loss", "network", "predictions", "weights", "gradients")
    watcher.command("train")
    watcher.until_state("diverged")
    assert watcher.status["reason"]["values"]["learning_rate"] == 100.0
    assert engine.history(run)[-1]["metrics"]["train_loss"] is None
    watcher.until(lambda: watcher.frame["status"]["state"] == "diverged")
    assert watcher.command("train")["type"] == "refusal"


def test_slow_speed_is_kept(engine: Engine, watch: Watch) -> None:
    watcher = watch(engine.create(small()), "loss")
    watcher.command("speed", name="steps")
    watcher.command("train")
    watcher.until(lambda: watcher.status["step"] >= 3 and watcher.status["steps_per_second"] > 0)
    assert watcher.status["steps_per_second"] < 10  # 5 are asked for; full speed is thousands


def test_the_queue_is_visible_and_served_in_order(monkeypatch: pytest.MonkeyPatch, start: Callable[[], Engine]) -> None:
    monkeypatch.setenv("PLAYGROUND_MAX_RUNS", "2")
    engine = start()
    first, second, third, fourth = (Watcher(engine, engine.create(small())) for _ in range(4))
    first.until_state("ready")
    second.until_state("ready")
    third.until(lambda: third.status.get("queue") == 1)
    fourth.until(lambda: fourth.status.get("queue") == 2)
    fourth.command("train")  # remembered
    assert engine.health()["runs"]["queued"] == 2
    first.close()  # its run rests unwatched: parked for the one who waits
    third.until_state("ready")
    fourth.until(lambda: fourth.status.get("queue") == 1)
    second.close()
    fourth.until_state("running")
    for watcher in (third, fourth):
        watcher.close()


def test_a_run_nobody_looks_at_is_parked_and_comes_back_as_it_was(monkeypatch: pytest.MonkeyPatch, start: Callable[[], Engine]) -> None:
    monkeypatch.setenv("PLAYGROUND_PARK_AFTER", "0.5")
    engine = start()
    run = engine.create(small(epochs=20))
    watcher = Watcher(engine, run)
    watcher.command("speed", name="full")
    watcher.command("train")
    watcher.until_state("finished")
    watcher.close()
    other = Watcher(engine, engine.create(small()))
    other.until(lambda: engine.health()["engine"]["workers"] == 1)
    again = Watcher(engine, run, ("network",))
    again.until(lambda: again.frame.get("status", {}).get("state") == "finished" and "network" in again.frame["views"])
    assert again.frame["status"]["epoch"] == 20
    again.close()
    other.close()


def test_a_network_too_large_is_refused_before_anything_is_allocated(monkeypatch: pytest.MonkeyPatch, start: Callable[[], Engine]) -> None:
    monkeypatch.setenv("PLAYGROUND_MAX_PARAMETERS", "1000")
    large = parse({"data": {"name": "xor"}, "model": {"family": "dense", "layers": [{"units": 256}, {"units": 256}]}})
    with pytest.raises(Refusal, match=r"at most 1000 parameters.*66817"):
        start().create(large)


LIMITED = """
import socket, torch
from playground.engine.job import Job
from playground.engine.process import harden
from playground.engine.worker import Worker
job = Job(token="x", experiment=b"", device="cpu", memory=64 * 2**20, checkpoint_every=1)
harden(job, "cpu")
torch.zeros(2**20)
ours, theirs = socket.socketpair()
try:
    torch.zeros(2**27)
except Exception as error:
    Worker(theirs, job).fail(error)
print(ours.recv(4096)[5:].decode())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_a_run_that_takes_more_memory_than_allowed_fails_with_a_sentence() -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True, cwd=ROOT, timeout=120)
    told = json.loads(done.stdout)
    assert told["type"] == "failed" and told["reason"]["values"] == {"limit": 64}, done.stderr


def test_the_device_is_chosen_beside_the_transport_and_is_no_part_of_the_experiment(engine: Engine, watch: Watch) -> None:
    experiment = small(epochs=300)
    run = engine.create(experiment)
    watcher = watch(run)
    watcher.command("speed", name="full")
    watcher.command("train")
    watcher.until(lambda: watcher.status.get("step", 0) > 20)
    assert watcher.command("device", name="cpu")["device"] == "cpu"  # the run moves: saved, taken up by another process
    watcher.until_state("finished")
    assert engine.history(run) == alone(experiment, 301)
    assert watcher.command("device", name="abacus")["type"] == "refusal"


def test_wrong_messages_are_answered_and_change_nothing(engine: Engine, watch: Watch) -> None:
    watcher = watch(engine.create(small()))
    watcher.until_state("ready")
    for wrong in ({"type": "shout"}, {"type": "ack", "more": 1}, {"type": "hello", "run": "nobody"}, {"type": "command", "name": "explode"}):
        before = len(watcher.refusals)
        watcher.say(wrong)
        watcher.until(lambda before=before: len(watcher.refusals) > before)
    assert watcher.refusals[2]["gone"] is True
    for name, params in (("neuron", {"layer": 99, "unit": 0}), ("neuron", {}), ("nothing", {})):
        assert watcher.ask(name, **params)["type"] == "refusal"
    assert watcher.command("speed", name="warp")["type"] == "refusal"
    watcher.command("train")
    watcher.until_state("running")


def test_history_and_weights_of_the_run_can_be_downloaded(engine: Engine, watch: Watch) -> None:
    from safetensors.numpy import load

    run = engine.create(small(epochs=3))
    watcher = watch(run)
    watcher.command("train")
    watcher.until_state("finished")
    table = watcher.ask("history")["file"]
    lines = table["data"].tobytes().decode().splitlines()
    assert table["name"] == "history.csv" and lines[0].startswith("step,epoch,train_loss") and len(lines) == 1 + len(engine.history(run))
    weights = load(watcher.ask("weights")["file"]["data"].tobytes())
    assert sum(array.size for array in weights.values()) == 17


def test_polling_gives_the_same_frames(engine: Engine) -> None:
    from playground.engine import protocol

    run = engine.create(small())
    unpacker = protocol.Unpacker()
    frames, statuses = [], []

    def poll(*outbox: dict[str, object]) -> None:
        for kind, payload in unpacker.feed(engine.poll("viewer", [json.dumps(one) for one in outbox], run)):
            message = json.loads(payload) if kind == protocol.TEXT else protocol.unpack(payload)
            (frames if message["type"] == "frame" else statuses).append(message)

    def until(holds: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, statuses
            poll()

    poll({"type": "hello", "run": run, "views": ["boundary"]})
    until(lambda: bool(frames))
    assert frames[0]["status"]["state"] == "ready" and frames[0]["views"]["boundary"]["map"].shape == (50, 50)
    poll({"type": "command", "id": 1, "name": "train"})
    until(lambda: frames[-1]["status"]["step"] > 50)
    assert frames[-1]["status"]["state"] == "running"


def test_a_number_that_no_worker_can_be_told_is_refused_and_harms_nobody(engine: Engine, watch: Watch) -> None:
    watcher = watch(engine.create(small()))
    watcher.command("device", name="auto")
    assert watcher.ask("neuron", layer=10**30, unit=0)["type"] == "refusal"
    assert watcher.act("set", path="training.optimizer.learning_rate", value=0.1, more="x" * 1000)["type"] == "refusal"
    watcher.command("train")
    watcher.until_state("running")


def test_too_many_questions_at_once_are_refused(engine: Engine, watch: Watch) -> None:
    watcher = watch(engine.create(small()))
    for number in range(1000, 1100):
        watcher.say({"type": "ask", "id": number, "name": "neuron", "params": {"layer": 1, "unit": 0}})
    watcher.until(lambda: len(watcher.answers) == 100)
    assert any(answer["type"] == "refusal" for answer in watcher.answers.values())
    assert any(answer["type"] == "answer" for answer in watcher.answers.values())


def test_a_step_from_a_running_training_leaves_it_paused_also_for_who_finds_it_later(start: Callable[[], Engine]) -> None:
    engine = start()
    run = engine.create(small())
    watcher = Watcher(engine, run)
    watcher.command("train")
    watcher.until(lambda: watcher.status.get("step", 0) > 20)
    watcher.command("step")
    watcher.until_state("paused")
    engine.history(run)  # all of it is on disk
    watcher.close()
    engine.close()
    again = start()
    found = again.find(run)
    assert found is not None and found["state"] == "parked"
    watcher = Watcher(again, run)
    watcher.until_state("paused")
    watcher.close()


def test_a_polling_viewer_of_a_new_engine_sees_what_it_had_open(start: Callable[[], Engine]) -> None:
    import os
    import signal

    from playground.engine import protocol
    from playground.engine.client import Unreachable

    engine = start()
    run = engine.create(small())
    engine.poll("viewer", [json.dumps({"type": "hello", "run": run, "views": ["boundary"]})], run)
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    unpacker, views = protocol.Unpacker(), set[str]()
    end = time.monotonic() + 60
    while "boundary" not in views and time.monotonic() < end:
        try:
            packets = engine.poll("viewer", [], run)
        except Unreachable:
            unpacker = protocol.Unpacker()
            continue
        for kind, payload in unpacker.feed(packets):
            if kind != protocol.TEXT:
                views |= set(protocol.unpack(payload)["views"])
    assert "boundary" in views
