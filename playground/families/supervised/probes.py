"""Arrays out of any network that learns from answers: how it answers, and its curves. What goes on inside is in inside.py and memory.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.charts.tokens import picked
from playground.families.supervised import answers
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Floats = NDArray[np.float64]

POINTS = 500  # examples drawn of each part
CURVE = 200  # points of a curve that travel


def confusion(context: Context, params: Params) -> Arrays:
    """counts: part (test, train) -> (true, answered) int32, over the whole part; None where the network answers what is no number. classes: their names. epoch: when the
    test part was answered so, None for now. A training part that takes long to answer is left out."""
    found: dict[str, NDArray[np.int32] | None] = {}
    classes = context.parts.data.classes
    for part in ("test", "train"):
        if part == "train" and not answers.cheap(context, part):
            continue
        outputs = answers.now(context, part).outputs
        counts = np.zeros((len(classes), len(classes)), np.int32)
        np.add.at(counts, (getattr(context.parts, part).y.astype(np.intp), said(context, outputs)), 1)
        found[part] = counts if bool(torch.isfinite(outputs).all()) else None
    tested = answers.now(context, "test")
    return {"counts": found, "classes": classes, "epoch": None if tested.step == context.learner.steps else tested.epoch}


def said(context: Context, outputs: Tensor) -> NDArray[np.intp]:
    """The class that each of some outputs (n, outputs) names, (n,)."""
    named = outputs.argmax(1) if context.parts.data.task == "classes" else (outputs[:, 0] > 0).long()
    return named.cpu().numpy().astype(np.intp)


def predictions(context: Context, params: Params) -> Arrays:
    """true and answered (n,) float32 of at most 500 test examples, in the table's own unit; scores: of all of them, in that unit too, None where there is none.

    r2, mae (mean absolute error), rmse (root of the mean squared error), low and high: the quarter and three quarters of the residuals, answered - true.
    """
    mean, deviation = context.parts.scale
    true = context.parts.test.y[:, 0].astype(np.float64) * deviation + mean
    said = context.model(context.examples["test"].x).cpu().numpy()[:, 0].astype(np.float64) * deviation + mean
    some = picked(len(true), POINTS)
    return {"true": true[some].astype(np.float32), "answered": said[some].astype(np.float32), "scores": errors(true, said)}


def errors(true: Floats, said: Floats) -> dict[str, float | None] | None:
    """R2 = 1 - sum (t - s)^2 / sum (t - mean t)^2, mean absolute error, root mean squared error, and the quartiles of s - t. Both (n,) float64."""
    if not len(true) or not np.isfinite(said).all():
        return None
    residuals = said - true
    spread = float(np.square(true - true.mean()).sum())
    low, high = np.quantile(residuals, [0.25, 0.75])
    return {
        "r2": 1 - float(np.square(residuals).sum()) / spread if spread > 0 else None,
        "mae": float(np.abs(residuals).mean()),
        "rmse": float(np.sqrt(np.square(residuals).mean())),
        "low": float(low),
        "high": float(high),
    }


def curves(metric: str, context: Context, params: Params) -> Arrays:
    """One metric of every part that has it: {part: (epochs, values)}, with chance and the live changes."""
    history = context.history
    found = {part: history.curve(f"{part}_{metric}", CURVE) for part in ("train", "validation", "test") if f"{part}_{metric}" in history.metrics}
    return {"curves": found, "chance": context.chance[metric], "events": context.events, "metric": metric}
