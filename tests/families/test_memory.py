"""What a run is told to take, against what it takes: the resident size that this process grows by, measured by Linux."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from playground.engine.limits import WORKER
from playground.engine.session import Session
from playground.experiment import Experiment, parse
from playground.families.dense.family import FAMILY

WIDE = {"units": 256, "activation": "gelu", "batch_norm": True, "dropout": 0.5}
DENSE = {"family": "dense", "layers": [WIDE] * 3}


def resident(key: str) -> int:
    """VmRSS, bytes resident now, or VmHWM, the most since the mark was set."""
    return next(int(line.split()[1]) * 1024 for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(key))


@pytest.mark.skipif(sys.platform != "linux", reason="measured as Linux tells it")
@pytest.mark.parametrize(("model", "training"), [
    (DENSE, {"batch_size": 5000, "optimizer": {"name": "adam"}}),
    ({"family": "dense", "layers": [{"units": 256, "activation": "tanh"}] * 3}, {"optimizer": {"name": "gradient_descent"}}),
    (DENSE, {"batch_size": 10}),
    ({"family": "linear"}, {"loss": "binary_cross_entropy", "batch_size": 5000}),
])  # fmt: skip
def test_a_run_takes_no_more_memory_than_it_was_estimated_at(model: dict[str, Any], training: dict[str, Any]) -> None:
    measured(parse({"data": {"name": "gauss", "samples": 5000, "train_fraction": 0.9}, "model": model, "training": training}))


@pytest.mark.skipif(sys.platform != "linux", reason="measured as Linux tells it")
@pytest.mark.parametrize("training", [{}, {"optimizer": {"name": "adam"}, "batch_size": 5000}])
def test_so_does_a_run_on_pictures(training: dict[str, Any]) -> None:
    plain = json.loads(json.dumps(dict(FAMILY.presets["mlp-784"].experiment)))
    plain["training"] |= training
    measured(parse(plain))


def measured(experiment: Experiment) -> None:
    """A few steps with every picture and a question, and what this process grew by meanwhile."""
    views = [view.name for view in experiment.family.views_of(experiment)]
    try:
        Path("/proc/self/clear_refs").write_text("5")  # the mark is set to now
    except OSError:
        pytest.skip("the mark cannot be set here")
    before = resident("VmRSS")
    session = Session(experiment)
    session.advance()
    for _ in range(6):
        session.advance_phase()
        session.draw(views)
    session.ask("trace", {"part": "train"})
    assert resident("VmHWM") - before <= WORKER + experiment.family.estimate(experiment).memory
