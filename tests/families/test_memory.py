"""What a run is told to take, against what it takes: the resident size that this process grows by, measured by Linux."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from playground.engine.limits import WORKER, admit
from playground.engine.session import Session
from playground.experiment import Experiment, parse
from playground.families.dense.family import FAMILY
from playground.text import Refusal

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


CONV = {"name": "conv", "filters": 64, "kernel": 3, "padding": 1}
LAYERS = {
    "textbook": [{**CONV, "filters": 32}, {"name": "max_pool"}, CONV, {"name": "max_pool"}, {"name": "flatten"}, {"name": "dense", "units": 128}],
    "large maps": [{**CONV, "kernel": 1, "padding": 0}, {"name": "batch_norm"}, {"name": "dropout"}, {"name": "flatten"}],
    "many weights": [{**CONV, "filters": 8}, {"name": "flatten"}, {"name": "dense", "units": 512}],
}


@pytest.mark.skipif(sys.platform != "linux", reason="measured as Linux tells it")
@pytest.mark.parametrize(("layers", "samples", "batch"), [("textbook", 800, 32), ("textbook", 400, 300), ("large maps", 300, 20), ("many weights", 200, 32)])
def test_so_does_a_convolutional_network(layers: str, samples: int, batch: int) -> None:
    training = {"loss": "cross_entropy", "optimizer": {"name": "adam"}, "batch_size": batch}
    measured(parse({"data": {"name": "mnist", "samples": samples}, "model": {"family": "conv", "layers": LAYERS[layers]}, "training": training}))


SEQUENCES: dict[str, tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]] = {
    "the novel": ([{"name": "lstm", "units": 256}], {"name": "text", "samples": 30_000, "length": 100}, {}),
    "both ways": ([{"name": "gru", "units": 128, "bidirectional": True, "dropout": 0.5}] * 2, {"name": "copy", "samples": 1000, "delay": 80}, {}),
    "all at once": ([{"name": "lstm", "units": 64}, {"name": "rnn", "units": 64}], {"name": "adding", "samples": 1000, "length": 100}, {"batch_size": 800}),
    "cut": ([{"name": "lstm", "units": 128}] * 2, {"name": "sunspots", "length": 100}, {"truncation": 10}),
}


@pytest.mark.skipif(sys.platform != "linux", reason="measured as Linux tells it")
@pytest.mark.parametrize(("name", "held"), [*((name, False) for name in SEQUENCES), ("the novel", True), ("cut", True)])
def test_so_does_a_recurrent_network(name: str, held: bool) -> None:
    """Also while a gate is held: the layer is written out then, which takes more."""
    layers, data, more = SEQUENCES[name]
    model = {"family": "recurrent", "layers": layers, **({"truncation": more["truncation"]} if "truncation" in more else {})}
    loss = "cross_entropy" if data["name"] in ("text", "copy") else "mse"
    plain = {"data": data, "model": model, "training": {"loss": loss, "optimizer": {"name": "adam"}, "batch_size": more.get("batch_size", 32)}}
    measured(parse(plain), {"layer": 1, "gate": "forget", "to": 1} if held else None)


def test_one_that_is_too_large_is_refused_in_a_sentence() -> None:
    layers = [CONV] * 4 + [{"name": "flatten"}]
    experiment = parse({"data": {"name": "mnist"}, "model": {"family": "conv", "layers": layers}, "training": {"loss": "cross_entropy", "batch_size": 1000}})
    with pytest.raises(Refusal, match="MB here; this one needs"):
        admit(experiment.family.estimate(experiment))


QUESTIONS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "conv": [("why", {"image": {"part": "test", "index": 0}, "method": method}) for method in ("gradcam", "occlusion", "integrated")],
    "dense": [("trace", {"part": "train"})],
    "linear": [("trace", {"part": "train"})],
    "recurrent": [("gates", {"layer": 1}), ("cell", {"layer": 1, "unit": 0, "step": 1})],
}


def measured(experiment: Experiment, gate: dict[str, Any] | None = None) -> None:
    """A few steps with every picture, questions and a checkpoint, and what this process grew by meanwhile. gate: of a recurrent network, one that is held."""
    views = [view.name for view in experiment.family.views_of(experiment)]
    try:
        Path("/proc/self/clear_refs").write_text("5")  # the mark is set to now
    except OSError:
        pytest.skip("the mark cannot be set here")
    before = resident("VmRSS")
    session = Session(experiment)
    if gate:
        session.act("gate", gate)
    session.advance()
    for _ in range(6):
        session.advance_phase()
        session.draw(views)
    for name, params in QUESTIONS[experiment.family.name]:
        session.ask(name, params)
    session.checkpoint()
    assert resident("VmHWM") - before <= WORKER + experiment.family.estimate(experiment).memory
