"""What the recurrent presets promise, held to fixed seeds: memory over a pause, forecasts better than the naive one, names, and text."""

from __future__ import annotations

import copy
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from playground.data.series import PREPARED
from playground.data.text import novel
from playground.engine.session import Session
from playground.experiment import parse
from playground.families.recurrent.presets import PRESETS
from playground.training import devices

devices.one_thread()


def begun(name: str, seed: int = 0, **training: Any) -> Session:
    plain: dict[str, Any] = copy.deepcopy(dict(PRESETS[name].experiment))
    plain["seed"] = seed
    plain["training"] |= training
    return Session(parse(plain))


def trained(name: str, seed: int = 0, **training: Any) -> Session:
    session = begun(name, seed, **training)
    while session.ended is None:
        session.advance()
    return session


def best(session: Session, metric: str) -> float:
    """The largest value that a metric had."""
    history = session._context.history
    return float(np.nanmax(history.rows[:, 2 + history.metrics.index(metric)]))


@pytest.mark.parametrize("seed", [0, 1])
def test_over_a_long_pause_gates_remember_what_a_simple_network_forgets(seed: int) -> None:
    """One letter of four, sixty steps of pause: the same data, learning rate and epochs for all three."""
    found = {kind: best(trained(f"copy-{kind}", seed, epochs=20), "test_accuracy") for kind in ("rnn", "lstm", "gru")}
    assert found["lstm"] > 0.98 and found["gru"] > 0.98, found
    assert found["rnn"] < 0.6, found


@pytest.mark.parametrize("name", ["airline", "sunspots", "co2", "sine"])
def test_forecasts_of_what_was_never_seen_are_better_than_the_naive_one(name: str) -> None:
    """One step ahead, in the series' own unit, from the windows of the test part alone; what was learned is brought back by hand."""
    session = trained(name)
    context = session._context
    series, parts = context.parts.data.series, context.parts
    assert series is not None and series.prepared in PREPARED
    window, count = context.experiment.data.length, len(parts.test)  # type: ignore[attr-defined]
    with torch.no_grad():
        said = context.model.eval()(torch.from_numpy(parts.test.x)).numpy()[:, 0].astype(np.float64) * parts.scale[1] + parts.scale[0]
    true, before = series.values[-count:], series.values[-count - 1 : -1]
    forecast = {"values": said, "changes": before + said, "growth": before * np.exp(said)}[series.prepared]
    error, naive = (float(np.sqrt(np.mean(np.square(one - true)))) for one in (forecast, before))
    assert error < 0.9 * naive, (error, naive)
    if name == "airline":
        assert error < 0.5 * naive, (error, naive)
    assert len(parts.train) + count + window + (series.prepared != "values") == len(series.values)  # the last values, and none of them learned from


def test_names_of_seven_languages() -> None:
    session = trained("names")
    assert len(session.experiment.dataset.classes) == 7
    assert session._course.metrics["test_accuracy"] > 0.7  # type: ignore[operator]
    parts = session._context.parts
    learned = {tuple(row) for row in parts.train.x.tolist()}
    assert not any(tuple(row) in learned for row in parts.test.x.tolist())


@cache
def entropy(text: str) -> float:
    """Of its single signs, in nats."""
    shares = np.array(list(Counter(text).values())) / len(text)
    return float(-(shares * np.log(shares)).sum())


def test_text_gets_far_below_the_entropy_of_its_single_signs() -> None:
    session = trained("text", epochs=8)
    used = novel()[: session.experiment.data.samples]  # type: ignore[attr-defined]
    assert session._course.metrics["test_loss"] < 0.75 * entropy(used)  # type: ignore[operator]
    assert session._context.chance["loss"] == pytest.approx(entropy(used), rel=0.02)  # the dotted line on the page


def test_random_targets_are_learned_by_heart_only() -> None:
    session = trained("lstm-50-random", epochs=60)
    assert session._course.metrics["train_accuracy"] > 0.99  # type: ignore[operator]
    assert session._course.metrics["test_accuracy"] < 0.45  # type: ignore[operator]


@pytest.mark.parametrize(("name", "least"), [("lstm-50", 0.95), ("parity", 0.97), ("brackets", 0.97)])
def test_tasks_that_are_learned(name: str, least: float) -> None:
    session = begun(name)
    while session.ended is None and best(session, "test_accuracy") < least:
        session.advance()
    assert best(session, "test_accuracy") >= least


def test_adding_is_learned_far_better_than_always_saying_one() -> None:
    """Always saying 1, the mean, has a mean squared error of 1/6."""
    session = trained("adding", epochs=20)
    assert session._context.chance["loss"] == pytest.approx(1 / 6, rel=0.1)
    assert session._course.metrics["test_loss"] < 0.01  # type: ignore[operator]
