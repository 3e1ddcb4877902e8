"""How well each answered step is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data.series import restored
from playground.families.recurrent import family
from playground.families.recurrent.family import sequence_of
from playground.families.recurrent.forecast import PARTS, answered_at
from playground.families.supervised import answers
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]


def positions(context: Context, params: Params) -> Arrays:
    """Over the test part: steps (answered,) int32, from 1. right (answered,) float32: the share that is right, of classes; off (answered,): the mean absolute error in its own unit, of numbers; None of the others, and where it
    says no numbers. chance: what is reached without looking, over all these steps: the commonest class of the training part; naive: of a series, the value before; otherwise the mean of the training part. unit. epoch: when
    it was answered so, None for now."""
    sequence, parts = sequence_of(context.experiment), context.parts
    answered = answers.now(context, "test")
    outputs = answered.outputs.cpu().double().numpy()
    about: Arrays = {
        "steps": np.arange(sequence.length - sequence.answered + 1, sequence.length + 1, dtype=np.int32),
        "right": None,
        "off": None,
        "unit": "",
        "naive": False,
        "epoch": None if answered.step == context.learner.steps else answered.epoch,
    }
    if parts.data.task == "classes":
        right = (outputs.argmax(1) == parts.test.y).mean(0).astype(np.float32) if np.isfinite(outputs).all() else None
        return {**about, "right": right, "chance": context.chance["accuracy"]}
    mean, deviation = parts.scale
    said, true = outputs * deviation + mean, parts.test.y.astype(np.float64) * deviation + mean
    blind = np.broadcast_to(parts.train.y.mean(0, dtype=np.float64) * deviation + mean, true.shape)
    if family.ahead(context.experiment):
        assert parts.data.series is not None
        blind = parts.data.series.values[_test_at(context) - 1].reshape(true.shape)
        with np.errstate(over="ignore", invalid="ignore"):
            said, true = (restored(told, blind, parts.data.series.prepared) for told in (said, true))
        about |= {"naive": True, "unit": parts.data.series.unit}
    errors = np.abs(said - true).mean(0)
    off = errors.astype(np.float32) if np.isfinite(errors).all() else None
    return {**about, "off": off, "chance": float(np.abs(blind - true).mean())}


def _test_at(context: Context) -> NDArray[np.intp]:
    """Which values of the series the test part answers."""
    at = answered_at(context)
    before = sum(len(context.examples[part].x) for part in PARTS[:2]) * sequence_of(context.experiment).answered
    return at[before:]
