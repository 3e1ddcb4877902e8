"""What is killed leaves nothing behind and loses nothing: workers, the engine, the server, hung steps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from playground.engine.client import ROOT, Engine
from playground.experiment import Experiment
from tests.engine.conftest import small
from tests.engine.test_runs import alone
from tests.watcher import Watcher

WITHIN = 2.0  # seconds in which all that belonged to a dead process must be gone: the design's promise


def family_of(pid: int) -> list[psutil.Process]:
    """A process and all below it."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def workers_of(engine: Engine) -> list[psutil.Process]:
    """The busy or waiting workers: grandchildren, forked by the forkserver."""
    assert engine.pid is not None
    children = psutil.Process(engine.pid).children()
    return [worker for child in children for worker in child.children()]


def gone(processes: list[psutil.Process], within: float) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=within)
    return not [process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


def train(engine: Engine, experiment: Experiment, beyond: int = 200) -> tuple[str, Watcher]:
    """A run under way, seen to have passed a step."""
    run = engine.create(experiment)
    watcher = Watcher(engine, run, ("loss",))
    watcher.command("speed", name="full")
    watcher.command("train")
    watcher.until(lambda: watcher.status.get("step", 0) > beyond)
    return run, watcher


@pytest.mark.parametrize("checkpoints", ["0.2", "1000"])
def test_a_killed_worker_leaves_its_run_lost_and_it_goes_on_as_if_nothing_had_been(
    monkeypatch: pytest.MonkeyPatch, start: Callable[[], Engine], checkpoints: str
) -> None:
    monkeypatch.setenv("PLAYGROUND_CHECKPOINT_EVERY", checkpoints)
    engine = start()
    experiment = small(epochs=400)
    run, watcher = train(engine, experiment, 800)
    (worker,) = workers_of(engine)
    worker.kill()
    watcher.until_state("lost")
    assert watcher.status["reason"]["text"].startswith("The process that trained this run has ended")
    watcher.command("train")
    watcher.until_state("finished")
    assert engine.history(run) == alone(experiment, 401)
    watcher.close()


def test_a_change_made_before_the_worker_was_lost_is_made_again(monkeypatch: pytest.MonkeyPatch, start: Callable[[], Engine]) -> None:
    monkeypatch.setenv("PLAYGROUND_CHECKPOINT_EVERY", "1000")
    engine = start()
    run, watcher = train(engine, small(epochs=300))
    watcher.act("set", path="training.optimizer.learning_rate", value=0.1)
    at = watcher.status["step"]
    watcher.until(lambda: watcher.status["step"] > at + 100)
    before = engine.history(run)
    (worker,) = workers_of(engine)
    worker.kill()
    watcher.until_state("lost")
    watcher.command("train")
    watcher.until_state("finished")
    assert watcher.status["learning_rate"] == 0.1
    after = engine.history(run)
    assert after[: len(before)] == before and after[-1]["epoch"] == 300
    assert len({row["step"] for row in after}) == len(after)
    watcher.close()


def test_a_resting_run_whose_worker_is_killed_comes_back_by_itself(start: Callable[[], Engine]) -> None:
    engine = start()
    _, watcher = train(engine, small())
    watcher.command("pause")
    watcher.until_state("paused")
    step = watcher.status["step"]
    assert watcher.ask("neuron", layer=1, unit=0)["type"] == "answer"  # given after the checkpoint that pausing makes
    (worker,) = workers_of(engine)
    worker.kill()
    watcher.until_state("parked")
    watcher.until_state("paused")
    assert watcher.status["step"] == step
    watcher.close()


def test_a_killed_engine_takes_its_workers_along_and_a_new_one_finds_the_runs(monkeypatch: pytest.MonkeyPatch, start: Callable[[], Engine]) -> None:
    monkeypatch.setenv("PLAYGROUND_CHECKPOINT_EVERY", "0.2")
    engine = start()
    experiment = small(epochs=400)
    run, watcher = train(engine, experiment, 800)
    idle = engine.create(small(seed=3))
    assert engine.pid is not None
    old, processes = engine.pid, family_of(engine.pid)
    os.kill(old, signal.SIGKILL)
    assert gone(processes, WITHIN), "a worker outlived its engine"
    watcher.close()
    end = time.monotonic() + 30
    while engine.start().pid == old and time.monotonic() < end:  # the handle starts a new one by itself
        pass
    found = engine.find(run)
    assert found is not None and found["state"] == "lost" and found["step"] > 0
    again = Watcher(engine, run, ("loss",))
    again.until(lambda: again.frames > 0)  # its pictures, from the last checkpoint
    again.command("train")
    again.until_state("finished")
    assert engine.history(run) == alone(experiment, 401)
    untouched = Watcher(engine, idle)
    untouched.until_state("ready")
    again.close()
    untouched.close()


SERVER = """
import sys, time
from pathlib import Path
from playground.engine.client import Engine
from tests.engine.conftest import small
from tests.engine.test_death import train
if __name__ == "__main__":
    engine = Engine(Path(sys.argv[1])).start()
    runs = [train(engine, small(seed=seed)) for seed in range(3)]
    print(engine.pid, *(run for run, _ in runs), flush=True)
    time.sleep(600)
"""


def test_a_killed_server_leaves_nothing_running_and_the_next_one_finds_its_runs(tmp_path: Path) -> None:
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(tmp_path / "home")], stdout=subprocess.PIPE, cwd=ROOT, text=True)
    try:
        assert server.stdout is not None
        pid, *runs = server.stdout.readline().split()
        processes = family_of(int(pid))
        assert len(processes) >= 5  # engine, forkserver, three workers
        server.kill()
        assert gone(processes, WITHIN), "something outlived the server"
    finally:
        server.kill()
        server.wait()
    engine = Engine(tmp_path / "home").start()
    try:
        for run in runs:
            found = engine.find(run)
            assert found is not None and found["state"] == "lost"
    finally:
        engine.close()


def test_an_orderly_end_leaves_nothing_running(start: Callable[[], Engine]) -> None:
    engine = start()
    _, watcher = train(engine, small())
    assert engine.pid is not None
    processes = family_of(engine.pid)
    watcher.close()
    engine.close()
    assert gone(processes, WITHIN)


def test_a_hung_worker_is_ended_and_its_run_can_go_on(monkeypatch: pytest.MonkeyPatch, start: Callable[[], Engine]) -> None:
    monkeypatch.setenv("PLAYGROUND_HANG_AFTER", "4")
    engine = start()
    _, watcher = train(engine, small())
    (worker,) = workers_of(engine)
    worker.suspend()
    watcher.until_state("lost")
    assert watcher.status["reason"]["values"] == {"seconds": 4}
    watcher.command("train")
    watcher.until_state("running")
    watcher.close()


def test_a_change_made_on_the_way_back_to_where_it_was_makes_one_true_history(monkeypatch: pytest.MonkeyPatch, start: Callable[[], Engine]) -> None:
    """Lost, gone on with from an early step, changed before it was back: the rows of the first way are gone."""
    monkeypatch.setenv("PLAYGROUND_CHECKPOINT_EVERY", "1000")
    engine = start()
    run, watcher = train(engine, small(epochs=2000), 5000)
    (worker,) = workers_of(engine)
    worker.kill()
    watcher.until_state("lost")
    watcher.command("speed", name="steps")
    watcher.command("train")
    watcher.until(lambda: watcher.status["state"] == "running" and watcher.status["step"] < 100)
    watcher.act("set", path="training.optimizer.learning_rate", value=0.2)
    at = watcher.status["events"][-1]["step"] if watcher.status["events"] else 0
    watcher.command("pause")
    watcher.until_state("paused")
    rows = engine.history(run)
    assert rows[-1]["step"] <= watcher.status["step"] < 5000 and at < 100
    watcher.leave()


def test_questions_to_a_worker_that_dies_are_given_up_and_new_ones_are_answered(start: Callable[[], Engine]) -> None:
    engine = start()
    _, watcher = train(engine, small())
    (worker,) = workers_of(engine)
    worker.suspend()
    for number in range(1000, 1008):
        watcher.say({"type": "ask", "id": number, "name": "neuron", "params": {"layer": 1, "unit": 0}})
    watcher.say({"type": "ask", "id": 1008, "name": "neuron", "params": {"layer": 1, "unit": 0}})
    watcher.until(lambda: 1008 in watcher.answers, "a refusal: eight wait already")
    worker.kill()
    watcher.until(lambda: len(watcher.answers) == 9, "an end of the questions")
    assert all("did not answer" in watcher.answers[number]["messages"][0]["text"] for number in range(1000, 1008))
    watcher.until_state("lost")
    assert watcher.ask("neuron", layer=1, unit=0)["type"] == "answer"
    watcher.close()
