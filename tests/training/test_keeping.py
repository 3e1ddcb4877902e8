"""History, records, checkpoints, and when each is due."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from playground.experiment import parse
from playground.registry import families
from playground.text import Refusal
from playground.training import checkpoints
from playground.training.due import CALL, due
from playground.training.history import History, extremes


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, st.integers(1, 900), elements=st.floats(-1e6, 1e6) | st.just(np.nan)), st.sampled_from([16, 100, 400]))
def test_thinning_loses_no_spike(values: np.ndarray, most: int) -> None:
    kept = extremes(values, most)
    assert len(kept) <= most + 1 and (np.diff(kept) > 0).all()
    assert kept[0] >= 0 and kept[-1] == len(values) - 1
    if not np.isnan(values).all():
        assert np.nanmax(values[kept]) == np.nanmax(values) and np.nanmin(values[kept]) == np.nanmin(values)


def test_a_thinned_curve_keeps_its_past() -> None:
    """What is drawn of the past stays while the curve grows, until the stretches double."""
    values = np.random.default_rng(0).normal(size=1000)
    before, after = extremes(values[:960], 100), extremes(values[:990], 100)
    assert np.array_equal(before[before < 900], after[after < 900])


def test_history_rows_and_gaps() -> None:
    history = History(["train_loss", "test_loss"])
    for step in range(200):
        history.append(step, step / 2, {"train_loss": 9.0 if step == 77 else 1.0, "test_loss": None if step > 150 else 2.0})
    assert history.row() == {"step": 199, "epoch": 99.5, "metrics": {"train_loss": 1.0, "test_loss": None}}
    epochs, values = history.curve("train_loss", 50)
    assert len(values) <= 50 and values.max() == 9 and epochs[values.argmax()] == 38.5
    assert np.isnan(history.curve("test_loss", 50)[1][-1])


def test_checkpoint_files() -> None:
    raw = checkpoints.dump({"a": torch.arange(3), "b": np.ones((2, 2))}, {"numbers": {"rate": 0.1}})
    tensors, about = checkpoints.read(raw)
    assert tensors["a"].tolist() == [0, 1, 2] and tensors["b"].dtype == torch.float64
    assert about["numbers"] == {"rate": 0.1}
    for broken in (b"", b"x" * 100, raw[:-5], raw[:20], checkpoints.save({"a": torch.ones(1)})):
        with pytest.raises(Refusal):
            checkpoints.read(broken)


def test_rows_come_by_size() -> None:
    assert due(25, 5310, 177, 4, 177, 27, (0, 250)).row == 25, "normally once an epoch"
    full = due(1, 133_000, 177, 4, 177, 27, (0, 250))
    assert 1 < full.row <= 10, "full batch: an epoch is one step, and evaluation must stay a tenth"
    huge = due(6000, 3 * 100_000 * 10, 100_000, 3, 100_000, 500, (0, 10_000))
    assert huge.row < 6000, "a very long epoch has several rows"
    for sizes in ((25, 5310, 177, 4, 177, 27, (0, 250)), (1, 133_000, 177, 4, 177, 27, (0, 250)), (6000, 3_000_000, 100_000, 3, 100_000, 500, (0, 10_000))):
        found = due(*sizes)
        assert found.record % found.row == 0
        step = sizes[1] + (10 * sizes[3] + 10) * CALL
        assert sizes[2] * sizes[6][1] <= 0.1 * step * found.row


@pytest.mark.parametrize("name", families()["dense"].presets)
def test_presets_have_a_row_in_good_time(name: str) -> None:
    """Something to see: no preset of the dense family waits more than ten epochs for a row."""
    experiment = parse(families()["dense"].presets[name].experiment)
    size = experiment.family.estimate(experiment)
    assert due(25, size.work, size.forward, len(size.layers) - 1, size.parameters, 100, (0, 250)).row <= 250
