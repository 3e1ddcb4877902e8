"""The states of the last recurrent layer as paths in a plane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from playground.charts.tokens import picked
from playground.families.conv.embedding import beyond, turn
from playground.families.recurrent.examples import first_real
from playground.families.recurrent.family import Model, sequence_of
from playground.families.recurrent.layers import Cell
from playground.families.supervised import answers
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Doubles = NDArray[np.float64]

PATHS, POINTS = 24, 1200  # examples at most; steps of all of them together


class Plane(NamedTuple):
    """Where the states are seen from: their mean (units,), two axes (units, 2), the epoch at which they were taken, and the last measured step then."""

    mean: Doubles
    axes: Doubles
    epoch: float
    step: int


def path(context: Context, params: Params) -> Arrays:
    """Evenly picked test examples, the first one first, index (m,): points (m, length, 2) float32, NaN before the first real step (m,) and where the network gives no numbers; colours (m,): the class
    that is right at the last step, or the value that is right (of a series that learns changes or growth, that); range: of these in the training part. spread: the share of the whole spread
    that each axis holds. reach: half the side of the square that holds all of them, which never shrinks as long as the axes are held. symbols: what is read, (m, length), or None.

    The axes are the first two principal components of these states, taken anew each time the test part was measured, and then turned within their plane to where they pointed before, as
    near as can be (Procrustes, as conv/embedding.py does). epoch: when.
    """
    sequence, number = sequence_of(context.experiment), last(context)
    examples = context.examples["test"]
    some = picked(len(examples.x), max(1, min(PATHS, POINTS // sequence.length)))
    x = examples.x[torch.from_numpy(some).to(examples.x.device)]
    first = first_real(context, x)
    states = _states(context, x, number)
    points, about = _placed(context, states, first)
    true = context.parts.test.y.reshape(len(examples.x), -1)[some, -1]
    mean, deviation = context.parts.scale
    classes = context.parts.data.classes
    return {
        **about,
        "layer": number,
        "points": points.astype(np.float32),
        "first": first.astype(np.int32),
        "colours": true.astype(np.int32) if classes else (true * deviation + mean).astype(np.float32),
        "classes": classes or None,
        "range": None if classes else _range(context),
        "symbols": [[sequence.symbols[sign] for sign in row] for row in x.long().tolist()] if sequence.symbols else None,
        "index": some.astype(np.int32),
        "example": {"part": "test", "index": int(some[0]), "typed": None, "of": len(examples.x)},
    }


def last(context: Context) -> int:
    """The number of the last layer that goes through time, from 1."""
    model = context.experiment.model
    assert isinstance(model, Model)
    return max(number for number, layer in enumerate(model.layers, 1) if isinstance(layer, Cell))


def _states(context: Context, x: torch.Tensor, number: int) -> Doubles:
    """What the layer hands on at each step, (m, length, units)."""
    for name, module in context.model.named_children():
        x = module(x)
        if name == f"layer{number}":
            break
    return x.cpu().double().numpy()


def _range(context: Context) -> list[float]:
    if "answer range" not in context.kept:
        mean, deviation = context.parts.scale
        y = context.parts.train.y
        context.kept["answer range"] = [float(y.min()) * deviation + mean, float(y.max()) * deviation + mean]
    found: list[float] = context.kept["answer range"]
    return found


def _placed(context: Context, states: Doubles, first: NDArray[np.intp]) -> tuple[Doubles, Arrays]:
    """Places (m, length, 2), and spread, reach and epoch."""
    real = np.arange(states.shape[1]) >= first[:, None]
    seen = states[real]
    points = np.full((*states.shape[:2], 2), np.nan)
    kept: tuple[Plane, float] | None = context.kept.get("path")
    if not np.isfinite(seen).all():
        epoch, reach = (context.learner.epoch, 1.0) if kept is None else (kept[0].epoch, kept[1])
        return points, {"spread": [0.0, 0.0], "reach": reach, "epoch": epoch}
    measured = answers.last(context, "test").step
    plane, reach = (None, 0.0) if kept is None else kept
    if plane is None or plane.step != measured:
        plane, reach = taken(seen, plane, context.learner.epoch, measured), 0.0
    centred = seen - plane.mean
    places = points[real] = centred @ plane.axes
    reach = max(reach, beyond(float(np.abs(places).max(initial=0.0))))
    context.kept["path"] = plane, reach
    whole = float(np.square(centred).sum())
    return points, {"spread": [float(share) for share in np.square(places).sum(0) / whole] if whole > 0 else [0.0, 0.0], "reach": reach, "epoch": plane.epoch}


def taken(seen: Doubles, before: Plane | None, epoch: float, step: int) -> Plane:
    """The plane in which states (n, units) spread most, turned to where it pointed before; at first an axis points to where its farthest place is."""
    mean = seen.mean(0)
    centred = seen - mean
    axes = np.linalg.eigh(centred.T @ centred)[1][:, :-3:-1]
    if axes.shape[1] < 2:
        axes = np.concatenate([axes, np.zeros((len(axes), 1))], 1)
    places = centred @ axes
    if before is not None:
        return Plane(mean, axes @ turn(places, centred @ before.axes), epoch, step)
    farthest = places[np.abs(places).argmax(0), [0, 1]]
    return Plane(mean, axes * np.where(farthest < 0, -1, 1), epoch, step)
