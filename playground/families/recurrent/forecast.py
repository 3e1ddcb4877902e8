"""What the network foretells of a series, one value at a time, and how it goes on by itself beyond the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.data.contract import Series
from playground.data.series import prepared, restored
from playground.families.recurrent import family
from playground.families.recurrent.family import sequence_of
from playground.families.recurrent.seldom import lasts, seldom
from playground.families.supervised import answers, probes
from playground.text import N_
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Doubles = NDArray[np.float64]

MOST, FREE = 700, 60  # values that travel; steps that it goes on by itself
PARTS = ("train", "validation", "test")  # in order of time


def forecast(context: Context, params: Params) -> Arrays:
    """Of the last 700 values at most: times, true, said (foretold from the true values before it, NaN where there are too few), naive (the value before), (T,) float32. test and validation: where these
    parts begin, validation None without one. free: times and values (K,) of what it says where each of its answers is its next input. scores: of train and test, in the series' own
    unit: root mean squared and mean absolute error (rmse, mae), of the network and of the naive forecast (naive_rmse, naive_mae); None where it says no numbers. repeats: how far what it says of the test part is from the naive
    forecast, as a share of how far the truth is from it."""
    series = _series(context)
    true = series.values
    at = answered_at(context)
    naive = np.full(len(true), np.nan)
    naive[1:] = true[:-1]
    said = np.full(len(true), np.nan)
    outputs = torch.cat([answers.now(context, part).outputs for part in PARTS if len(context.examples[part].x)])
    said[at] = _told(context, outputs.cpu().double().numpy().ravel(), true[at - 1])
    places = dict(zip(PARTS, np.split(at, _cuts(context)), strict=True))
    first = max(0, len(true) - MOST)
    return {
        "times": _single(series.times[first:]),
        "true": _single(true[first:]),
        "said": _single(said[first:]),
        "naive": _single(naive[first:]),
        **{part: max(0, int(places[part][0]) - first) if len(places[part]) else None for part in ("test", "validation")},
        "free": _free(context),
        "unit": series.unit,
        "scores": {part: _scores(true[places[part]], said[places[part]], naive[places[part]]) for part in ("train", "test")},
        "repeats": _repeats(true[places["test"]], said[places["test"]], naive[places["test"]]),
    }


def answered_at(context: Context) -> NDArray[np.intp]:
    """Which values of the series are answered, part after part, (rows * answered,): each once, from the first that has a whole window before it."""
    sequence, rows = sequence_of(context.experiment), sum(len(context.examples[part].x) for part in PARTS)
    first = sequence.length - sequence.answered + 1 + (_series(context).prepared != "values")
    return np.arange(first, first + rows * sequence.answered)


def goes_on(context: Context, steps: int) -> Doubles:
    """The values (steps,) that it foretells beyond the data. The window that begins with the last values is read anew for each: its answer to the last step is the next value, and the last input of the next window."""
    sequence, series = sequence_of(context.experiment), _series(context)
    mean, deviation = context.parts.scale
    window = (prepared(series.values, series.prepared)[-sequence.length :] - mean) / deviation
    x = torch.from_numpy(window.astype(np.float32))[None].to(context.examples["train"].x.device)
    said: list[Tensor] = []
    for _ in range(steps):
        said.append(context.model(x)[:, -1:])
        x = torch.cat([x[:, 1:], said[-1]], 1)
    before, found = series.values[-1], []
    for one in torch.cat(said, 1)[0].cpu().double().numpy():
        before = restored(np.asarray(one * deviation + mean), before, series.prepared)
        found.append(float(before))
    return np.array(found)


def loss(context: Context, params: Params) -> Arrays:
    """The loss of every part. Beside chance: of a series, what the naive forecast loses on the test part; of a text, chance goes by the shares of single signs."""
    found = probes.curves("loss", context, params)
    if family.text(context.experiment):
        return {**found, "chance_name": N_("single signs")}
    if not family.ahead(context.experiment):
        return found
    if "naive_loss" not in context.kept:
        context.kept["naive_loss"] = naive_loss(context)
    return {**found, "references": [(N_("naive: last value"), context.kept["naive_loss"])]}


def naive_loss(context: Context) -> float:
    """The loss on the test part of saying that each value is as the one before: the last input of values, no change of changes and growth."""
    sequence, test = sequence_of(context.experiment), context.examples["test"]
    mean, deviation = context.parts.scale
    said = test.x[:, -sequence.answered :] if _series(context).prepared == "values" else torch.full_like(test.y, -mean / deviation)
    return float(context.objective.loss(said, test.y))


def _series(context: Context) -> Series:
    found = context.parts.data.series
    assert found is not None
    return found


def _cuts(context: Context) -> tuple[int, int]:
    """Where validation and test begin among the answered values."""
    train, validation = (len(context.examples[part].x) * sequence_of(context.experiment).answered for part in PARTS[:2])
    return train, train + validation


def _told(context: Context, outputs: Doubles, before: Doubles) -> Doubles:
    """Outputs (n,) in the series' own unit. before: the true values before each. NaN for what is no finite number."""
    mean, deviation = context.parts.scale
    with np.errstate(over="ignore", invalid="ignore"):
        found = restored(outputs * deviation + mean, before, _series(context).prepared)
    return np.where(np.isfinite(found), found, np.nan)


def _single(values: Doubles) -> NDArray[np.float32]:
    """In single precision; NaN for what it cannot hold."""
    with np.errstate(over="ignore"):
        found = values.astype(np.float32)
    return np.where(np.isfinite(found), found, np.float32(np.nan))


def _free(context: Context) -> Arrays:
    """times, values (K,), and epoch: at which it went on so. Renewed now and then."""
    series, sequence = _series(context), sequence_of(context.experiment)
    steps = max(1, min(FREE, len(series.values) // 5))
    sizes = context.experiment.family.estimate(context.experiment)
    cost = lasts(steps, sequence.length * sum(layer.kind in ("rnn", "gru", "lstm") for layer in sizes.layers), sizes.forward)

    def make() -> Arrays:
        apart = (series.times[-1] - series.times[0]) / max(1, len(series.times) - 1)
        with np.errstate(over="ignore", invalid="ignore"):
            values = _single(goes_on(context, steps))
        return {"times": _single(series.times[-1] + apart * np.arange(1, steps + 1)), "values": values, "epoch": context.learner.epoch}

    return seldom(context, "free", cost, make)


def _scores(true: Doubles, said: Doubles, naive: Doubles) -> dict[str, float | None]:
    """Errors (n,) of what was said and of the naive forecast; None where there is no number."""
    found: dict[str, float | None] = {}
    for name, residuals in (("", said - true), ("naive_", naive - true)):
        there = len(residuals) > 0 and bool(np.isfinite(residuals).all())
        found |= {
            f"{name}rmse": float(np.sqrt(np.square(residuals).mean())) if there else None,
            f"{name}mae": float(np.abs(residuals).mean()) if there else None,
        }
    return found


def _repeats(true: Doubles, said: Doubles, naive: Doubles) -> float | None:
    """RMS of said - naive over RMS of true - naive: near 0 where it repeats the last value."""
    apart, moved = float(np.square(said - naive).mean()), float(np.square(true - naive).mean())
    return float(np.sqrt(apart / moved)) if np.isfinite(apart) and moved > 0 else None
