"""What can be seen of a dense network, asked of it, and done to it. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Annotated

import numpy as np
import torch
from annotated_types import Ge, Le
from numpy.typing import NDArray

from playground.charts.tokens import shades
from playground.choices import ACTIVATIONS, INPUTS, Spec
from playground.families.dense import pictured
from playground.families.dense.family import inputs
from playground.families.dense.seen import LARGE, Arrays, Params, activations, columns, in_order, plane, reach, seen, side
from playground.families.dense.surface import boundary, columns_to_choose, sliced
from playground.families.supervised import inside, trace
from playground.families.supervised.fit import fit
from playground.families.supervised.probes import confusion, curves, predictions
from playground.families.supervised.weights import layers_of, weight
from playground.text import N_, Message, Refusal
from playground.training.context import Context

FEW = 48  # units drawn in all up to which thumbnails keep every second cell of the plane; beyond, they are small on the screen
ANSWERS = 240  # test examples that one neuron of a table is shown on


def network(context: Context, params: Params) -> Arrays:
    """Maps (units drawn, rows, cols) uint8, what 255 stands for in each, (units drawn,), weights and biases of the units drawn, and what the columns are.

    biases: an array for each column after the input, None where its layer has none. pictures: of a network that is given pictures, as `pictured.network` has them;
    its pixels are one unit, and have no single weights that could be drawn: None. Otherwise None.
    """
    found = seen(context)
    onto = bool(context.parts.data.domain)
    shown = pictured.columns(context, [column.shape[1] for column in found])
    ranges = np.concatenate([reach(context, i, column)[which] for i, (column, which) in enumerate(zip(found, shown, strict=True))])
    cells, every = side(context), 2 if len(ranges) <= FEW else 3
    tiles = [(column.reshape(cells, cells, -1)[::every, ::every] if onto else column[None]) for column in found]  # (rows, cols, units)
    drawn = [tile if len(which) == tile.shape[2] else tile[..., which] for tile, which in zip(tiles, shown, strict=True)]
    maps = shades(np.concatenate(drawn, 2), ranges)
    layers = layers_of(context)
    matrices = [layer.weight.detach().cpu().numpy() for layer in layers]
    weights = [matrix[np.ix_(after, before)] for matrix, before, after in zip(matrices, shown, shown[1:], strict=False)]
    pictures = pictured.network(context, shown[1])
    return {
        "units": [column.shape[1] for column in found],
        "shown": shown,
        "activations": [ACTIVATIONS[name].title for name in activations(context)],
        "features": [INPUTS[name].title for name in inputs(context.experiment)] if onto else context.parts.data.feature_names,
        "classes": context.parts.data.classes if context.parts.data.task == "classes" else (),
        "maps": np.ascontiguousarray(maps.transpose(2, 0, 1)),
        "ranges": ranges,
        "stripes": not onto,
        "weights": [None, *weights[1:]] if pictures else weights,
        "biases": [None if layer.bias is None else layer.bias.detach().cpu().numpy()[which] for layer, which in zip(layers, shown[1:], strict=True)],
        "largest": max(float(np.abs(matrix).max()) for matrix in matrices[1 if pictures and len(matrices) > 1 else 0 :]),
        "pictures": pictures,
    }


class Neuron(Spec):
    """Which neuron: its column (0 is the input) and its place in it."""

    layer: Annotated[int, Ge(0), Le(16)]
    unit: Annotated[int, Ge(0), Le(4096)]


def neuron(context: Context, params: Params) -> Arrays:
    """One neuron seen large, with its bias, None where it has none. On a plane: map (100, 100) uint8 (fewer for a large network) and range, what 255 stands for.

    On a table: answers (n,) float32 to at most 240 test examples in the order of their class or target; true (n,): their class numbers, or targets
    in their own unit; classes: names; range: the largest size an answer is drawn at. Of pictures, with what `pictured.neuron` says.
    """
    asked = Neuron.model_validate(dict(params))
    onto = bool(context.parts.data.domain)
    cells, some = side(context, LARGE), in_order(context, ANSWERS) if not onto else np.empty(0, np.intp)
    found = columns(context, plane(context, cells) if onto else context.examples["test"].x[torch.from_numpy(some)])
    if asked.layer >= len(found) or asked.unit >= found[asked.layer].shape[1]:
        raise Refusal(Message(N_("There is no neuron {unit} in layer {layer}."), {"unit": asked.unit, "layer": asked.layer}))
    column = found[asked.layer]
    reached = float(reach(context, asked.layer, column)[asked.unit])
    biases = layers_of(context)[asked.layer - 1].bias if asked.layer else None
    answers = column[:, asked.unit]
    about: Arrays = {"range": reached, "bias": None if biases is None else float(biases.detach()[asked.unit])}
    if onto:
        return about | {"map": shades(answers, reached).reshape(cells, cells)}
    return about | {
        "answers": answers,
        "true": _true(context, some),
        "classes": context.parts.data.classes,
        **pictured.neuron(context, asked.layer, asked.unit),
    }


def _true(context: Context, some: NDArray[np.intp]) -> NDArray[np.float32]:
    """Class numbers, or targets in their own unit, of some test examples, (n,) float32."""
    mean, deviation = context.parts.scale
    return (context.parts.test.y[some].ravel() * deviation + mean).astype(np.float32)


Probe = Callable[[Context, Params], Arrays]

PROBES: Mapping[str, Probe] = MappingProxyType(
    {
        "network": network,
        "boundary": boundary,
        "fit": fit,
        "slice": columns_to_choose,
        "confusion": confusion,
        "predictions": predictions,
        "loss": partial(curves, "loss"),
        "accuracy": partial(curves, "accuracy"),
        "r2": partial(curves, "r2"),
        **inside.PROBES,
        "trace": trace.trace,
        "phase": trace.phase,
    }
)
ASKS: Mapping[str, Probe] = MappingProxyType({"neuron": neuron, "trace": trace.ask, "slice": sliced})
ACTIONS: Mapping[str, Probe] = MappingProxyType({"weight": weight})
