"""An engine with real processes, its runs in a folder of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.engine.client import Engine
from playground.experiment import Experiment, parse
from tests.watcher import Watcher


def small(seed: int = 0, **training: Any) -> Experiment:
    """A run of a moment: XOR with four units."""
    return parse({
        "seed": seed,
        "data": {"name": "xor", "samples": 100},
        "model": {"family": "dense", "layers": [{"units": 4, "activation": "tanh"}]},
        "training": {"loss": "mse", "optimizer": {"name": "sgd", "learning_rate": 0.03}, "batch_size": 10, "epochs": 100_000, **training},
    })  # fmt: skip


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """Start an engine on the test's home; the last one and its workers end with the test."""
    started: list[Engine] = []

    def begin() -> Engine:
        started.append(Engine(tmp_path / "home").start())
        return started[-1]

    yield begin
    for engine in started:
        engine.close()


@pytest.fixture(scope="package")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine for all tests that do it no harm: its first worker takes seconds, the next ones 40 ms. It ends with them: a run that one of them left
    training would slow down all that come after."""
    shared = Engine(tmp_path_factory.mktemp("engine") / "home").start()
    yield shared
    shared.close()


@pytest.fixture
def watch(engine: Engine) -> Iterator[Callable[..., Watcher]]:
    """Watch a run of `engine`; all watchers close with the test."""
    open_: list[Watcher] = []

    def begin(run: str, *views: str, **options: Any) -> Watcher:
        open_.append(Watcher(engine, run, views, **options))
        return open_[-1]

    yield begin
    for watcher in open_:
        watcher.leave()
