"""A person's own series and texts through a real engine: read in a process that may be ended, trained on, found again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from playground.data import own_series, own_text
from playground.engine.client import Engine
from playground.experiment import Experiment, parse
from playground.text import Refusal
from tests.data import hostile_sequences
from tests.data.hostile_sequences import WALK, lines
from tests.watcher import Watcher

Watch = Callable[..., Watcher]
PROSE = ("the cat sat on the mat and the dog sat on the log. " * 60).encode()


def experiment(data: dict[str, Any], loss: str) -> Experiment:
    return parse({
        "data": data,
        "model": {"family": "recurrent", "layers": [{"name": "lstm", "units": 16}]},
        "training": {"loss": loss, "optimizer": {"name": "adam", "learning_rate": 0.02}, "batch_size": 8, "epochs": 100_000},
    })  # fmt: skip


def test_a_series_is_described_learned_and_found_again(engine: Engine, watch: Watch) -> None:
    told = engine.upload_series(lines(WALK))
    assert engine.uploaded(told["sha256"], "series") == told
    watcher = watch(engine.create(experiment(own_series.spec_for(told, told["column"]), "mse")), "forecast")
    watcher.command("train")
    watcher.until(lambda: watcher.status.get("metrics", {}).get("train_r2") and watcher.status["metrics"]["train_r2"] > 0.8)


def test_a_text_is_described_learned_and_found_again(engine: Engine, watch: Watch) -> None:
    told = engine.upload_text(PROSE)
    assert engine.uploaded(told["sha256"], "text") == told
    assert (engine.home / "uploads" / f"{told['sha256']}.txt").read_bytes() == PROSE.strip()
    watcher = watch(engine.create(experiment(own_text.spec_for(told), "cross_entropy")), "writing")
    watcher.command("train")
    watcher.until(lambda: watcher.status.get("metrics", {}).get("test_accuracy", 0) > 0.9)


def test_a_run_of_what_is_not_here_is_refused(engine: Engine) -> None:
    for data, loss in (
        ({"name": "own_series", "sha256": "0" * 64, "column": "value", "count": 90}, "mse"),
        ({"name": "own_text", "sha256": "0" * 64, "alphabet": "abcde", "count": 900}, "cross_entropy"),
    ):
        with pytest.raises(Refusal, match="not on this server"):
            engine.create(experiment(data, loss))


@pytest.mark.parametrize("kind", ["series", "text"])
def test_bad_ones_are_answered_by_the_engine_with_a_sentence(engine: Engine, kind: str) -> None:
    """Some of the hostile files, through the process that reads them; a good one is read as ever afterwards."""
    cases = list(hostile_sequences.series() if kind == "series" else hostile_sequences.texts())
    give = engine.upload_series if kind == "series" else engine.upload_text
    for name, raw, outcome, _ in cases[::4] + [case for case in cases if case[0] in ("10 MB", "random bytes", "10,000 columns", "one long line")]:
        if outcome == "refused":
            with pytest.raises(Refusal) as refused:
                give(raw)
            assert all(len(str(message)) > 10 for message in refused.value.messages), name
        else:
            assert len(give(raw)["sha256"]) == 64, name
    assert give(lines(WALK) if kind == "series" else PROSE)["repairs"] == []
