"""Arrays out of any network that learns from answers: how it answers, its curves, what was recorded of its layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from playground.charts.tokens import picked
from playground.training.context import Context
from playground.training.records import GRADIENT, QUANTILES, RATIO

Params = Mapping[str, Any]
Arrays = dict[str, Any]

POINTS = 500  # examples drawn of each part
CURVE = 200  # points of a curve that travel
BANDS = 32  # records that travel


def confusion(context: Context, params: Params) -> Arrays:
    """counts (true, answered) int32 over the test part."""
    classes, test = context.parts.data.classes, context.examples["test"]
    outputs = context.model(test.x)
    said = (outputs.argmax(1) if context.parts.data.task == "classes" else (outputs[:, 0] > 0).long()).cpu().numpy()
    counts = np.zeros((len(classes), len(classes)), np.int32)
    if bool(torch.isfinite(outputs).all()):  # a network that answers NaN answers no class
        np.add.at(counts, (context.parts.test.y.astype(np.intp), said), 1)
    return {"counts": counts, "classes": classes}


def predictions(context: Context, params: Params) -> Arrays:
    """true and answered (n,) float32 of at most 500 test examples, in the table's own unit."""
    mean, deviation = context.parts.scale
    some = picked(len(context.parts.test), POINTS)
    said = context.model(context.examples["test"].x).cpu().numpy()[some, 0]
    true = context.parts.test.y[some, 0]
    return {"true": (true * deviation + mean).astype(np.float32), "answered": (said * deviation + mean).astype(np.float32)}


def curves(metric: str, context: Context, params: Params) -> Arrays:
    """One metric of every part that has it: {part: (epochs, values)}, with chance and the live changes."""
    history = context.history
    found = {part: history.curve(f"{part}_{metric}", CURVE) for part in ("train", "validation", "test") if f"{part}_{metric}" in history.metrics}
    return {"curves": found, "chance": context.chance[metric], "events": context.events}


def records(context: Context, params: Params) -> Arrays:
    """values (layers, 9, records) float32: seven weight quantiles, gradient, update / weight; epochs (records,); at most 32 of them."""
    values = context.records.values
    some = picked(len(values), BANDS)
    epochs = np.array(context.records.steps, np.float64)[some] / context.learner.epoch_steps
    return {
        "values": np.ascontiguousarray(values[some].transpose(1, 2, 0)),
        "epochs": epochs.astype(np.float32),
        "quantiles": len(QUANTILES),
        "gradient": GRADIENT,
        "ratio": RATIO,
    }
