"""One example on its way through the network in time. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.charts.tokens import picked
from playground.choices import Spec
from playground.data import series
from playground.families.recurrent import layers as kinds
from playground.families.recurrent.examples import Shown, chosen, first_of_step, flow, given
from playground.families.recurrent.family import Model, sequence_of
from playground.families.recurrent.looked import poked, pulls
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Doubles = NDArray[np.float64]

NUMBERS, UNITS, TOP = 4000, 24, 5  # of all layers together, of one layer, classes named at a step


class Asked(Spec):
    """Which example: as examples.py has it."""

    example: dict[str, Any] | None = None


def network(context: Context, params: Params) -> Arrays:
    """The way of the first test example, the same as long as the run lasts; within a step that of the mini-batch's first."""
    return _way(context, chosen(context, {}))


def way(context: Context, params: Params) -> Arrays:
    """Question: the way of one example."""
    return _way(context, chosen(context, Asked.model_validate(dict(params)).model_dump()))


def _way(context: Context, shown: Shown) -> Arrays:
    """example: which; length: steps, the real ones from `first`. input: as `given`. layers: of each `_layer`. answers: of `_answers`. phase: of `_phase`."""
    found = flow(context, shown)
    return {
        "example": shown.told(),
        "length": sequence_of(context.experiment).length,
        "first": shown.first,
        "input": given(context, shown),
        "layers": _layers(context, found),
        "answers": _answers(context, shown, found["answers"]),
        "phase": _phase(context, shown),
    }


def _layers(context: Context, found: Mapping[str, Tensor]) -> list[Arrays]:
    """Each layer of the spec: number, kind, units (of one direction, where it reads both ways: then the backward ones are numbered behind the forward ones), shown (k,) which are drawn,
    states (k, length), or (k, 1) of a dense layer; range: what is drawn at full strength; silent and held: as it was poked."""
    model = context.experiment.model
    assert isinstance(model, Model)
    told = []
    most = max(1, min(UNITS, NUMBERS // (max(1, len(model.layers)) * sequence_of(context.experiment).length)))
    for number, spec in enumerate(model.layers, 1):
        about: Arrays = {"number": number, "kind": spec.name, "both": isinstance(spec, kinds.Cell) and spec.bidirectional}
        if isinstance(spec, kinds.Cell):
            states = found[f"layer{number}"][0].T
            by_hand = poked(context, number)
            about |= {**by_hand, "silent": [unit + way for way in (0, spec.units)[: 1 + spec.bidirectional] for unit in by_hand["silent"]]}
        else:
            states = found[f"layer{number}_activation"][0][:, None]
            about |= {"silent": [], "held": []}
        some = picked(len(states), most)
        values = states[torch.from_numpy(some)].cpu().numpy()
        told.append({**about, "units": spec.units, "shown": some.astype(np.int32), "states": values, "range": reach(spec, states)})  # type: ignore[attr-defined]
    return told


def reach(spec: kinds.Layer, values: Tensor) -> float:
    """The value that is drawn at full strength: 1 for what is kept within 1, the largest size otherwise."""
    if spec.name in ("lstm", "gru") or getattr(spec, "activation", "") in ("tanh", "sigmoid"):
        return 1.0
    largest = float(values.abs().max())
    return largest if 0 < largest < np.inf else 1.0


def _answers(context: Context, shown: Shown, outputs: Tensor) -> Arrays:
    """What is answered at which steps (answered,). Classes: the one said, -1 where the network gives no numbers, the right one, the at most 5 likeliest and their shares (answered, m), the
    share of the right one. Numbers: said, true and, of a series, naive (the value before), in their own unit."""
    sequence = sequence_of(context.experiment)
    about: Arrays = {
        "steps": np.arange(sequence.length - sequence.answered, sequence.length, dtype=np.int32),
        "classes": context.parts.data.classes or None,
        **dict.fromkeys(("true", "top", "shares", "share_true", "naive")),
        "unit": "",
    }
    if context.parts.data.task == "regression":
        return {**about, **_valued(context, shown, outputs[0].cpu().double().numpy())}
    shares = context.objective.answer(outputs)[0].reshape(len(context.parts.data.classes), -1).T.cpu().numpy()
    top = np.argsort(-shares, axis=1, kind="stable")[:, :TOP]
    said = np.where(np.isfinite(shares).all(1), top[:, 0], -1)
    about |= {"said": said.astype(np.int32), "top": top.astype(np.int32), "shares": np.take_along_axis(shares, top, 1)}
    if shown.true is not None:
        about |= {"true": shown.true.astype(np.int32), "share_true": shares[np.arange(len(shares)), shown.true]}
    return about


def _valued(context: Context, shown: Shown, outputs: Doubles) -> Arrays:
    """outputs: (answered,) as the network says them."""
    mean, deviation = context.parts.scale
    of = context.parts.data.series
    said = outputs * deviation + mean
    true = None if shown.true is None else shown.true.astype(np.float64) * deviation + mean
    if of is None or shown.index is None:
        return {"said": said.astype(np.float32), "true": None if true is None else true.astype(np.float32)}
    before = of.values[answered_at(context, shown) - 1]
    said, true = series.restored(said, before, of.prepared), series.restored(np.asarray(true), before, of.prepared)
    return {"said": said.astype(np.float32), "true": true.astype(np.float32), "naive": before.astype(np.float32), "unit": of.unit}


def answered_at(context: Context, shown: Shown) -> NDArray[np.intp]:
    """Which values of the series a window answers, (answered,). Parts lie one after another in time; window i answers the prepared values up to i * answered + length."""
    sequence, of = sequence_of(context.experiment), context.parts.data.series
    assert of is not None and shown.index is not None
    before = {"train": 0, "validation": len(context.parts.train), "test": len(context.parts.train) + len(context.parts.validation)}
    last = (before[str(shown.part)] + shown.index) * sequence.answered + sequence.length + (of.prepared != "values")
    return np.arange(last - sequence.answered + 1, last + 1)


def standing(context: Context) -> int | None:
    """The step in time at which a step that is taken by phases stands: forward the last that was read, -1 before the first, backward the one that the gradient has come to; None elsewhere."""
    phase, stops = context.phase, getattr(context.model, "stops", (0,))
    if phase is None or phase.name not in ("sample", "forward", "backward"):
        return None
    return -1 if phase.name == "sample" else int(stops[phase.index] if phase.name == "forward" else stops[-1 - phase.index])


def _phase(context: Context, shown: Shown) -> Arrays | None:
    """name, step: as `standing`; pulls: on its way back, for each layer how large the gradient with respect to its states is at each step (length,), None for a dense one. Of the step's own
    example; None between steps, and for all other examples."""
    if context.phase is None or not first_of_step(context, shown):
        return None
    name = context.phase.name
    return {"name": name, "step": standing(context), "pulls": pulls(context, shown) if name == "backward" else None}
