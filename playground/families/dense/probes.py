"""What can be seen of a dense network, asked of it, and done to it. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any

import numpy as np
import torch
from annotated_types import Ge, Le
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.charts.tokens import picked, shades
from playground.choices import ACTIVATIONS, Spec
from playground.families.supervised.probes import POINTS, confusion, curves, predictions, records
from playground.text import N_, Message, Refusal
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Floats = NDArray[np.float32]

SIDE = 50  # cells of the plane each way, for the boundary; thumbnails take every second
LARGE = 100  # the same for one neuron seen large
UNITS = 12  # units drawn in a column
STRIPES = 25  # test examples that a table's neurons are shown on


def plane(context: Context, side: int) -> Tensor:
    """The middles of side x side cells of the data's plane, (side * side, 2); the first row is the top, x2 highest."""
    key = f"plane{side}"
    if key not in context.kept:
        domain = context.parts.data.domain
        assert domain is not None
        middles = (np.arange(side) + 0.5) / side
        across, up = (low + (high - low) * middles for low, high in domain)
        grid = np.stack(np.meshgrid(across, up[::-1]), -1).reshape(-1, 2).astype(np.float32)
        context.kept[key] = torch.from_numpy(grid).to(context.examples["train"].x.device)
    kept: Tensor = context.kept[key]
    return kept


def stripes(context: Context) -> Tensor:
    """Some test examples, evenly picked in the order of their class or target: (at most 25, features)."""
    if "stripes" not in context.kept:
        test = context.parts.test
        order = np.argsort(test.y.ravel(), kind="stable")
        some = order[picked(len(order), STRIPES)]
        context.kept["stripes"] = context.examples["test"].x[torch.from_numpy(some)]
    kept: Tensor = context.kept["stripes"]
    return kept


def columns(context: Context, x: Tensor) -> list[Floats]:
    """What every unit answers to x (n, features): (n, units) of input, each hidden layer, and the output (probabilities for several classes)."""
    found = [x]
    assert isinstance(context.model, nn.Sequential)
    for name, layer in context.model.named_children():
        x = layer(x)
        if name.endswith("_activation"):
            found.append(x)
    if context.parts.data.task == "classes":
        found[-1] = context.objective.answer(found[-1])
    return [column.cpu().numpy() for column in found]


def seen(context: Context) -> list[Floats]:
    """The columns on the plane, or on the stripes of a table; computed once a frame for all views."""
    if "seen" not in context.frame:
        context.frame["seen"] = columns(context, plane(context, SIDE) if context.parts.data.domain else stripes(context))
    found: list[Floats] = context.frame["seen"]
    return found


def activations(context: Context) -> list[str]:
    """The activation of each column after the input, by its name in `choices`."""
    last = "sigmoid" if context.parts.data.task == "classes" else context.objective.output  # probabilities lie in 0 .. 1, as a sigmoid's answers do
    return [*(layer.activation for layer in context.experiment.model.layers), last]  # type: ignore[attr-defined]


def reach(context: Context, column: int, values: Floats) -> float:
    """The value that is drawn at full strength in a column."""
    if column == 0 and context.parts.data.domain:
        return max(abs(edge) for axis in context.parts.data.domain for edge in axis)
    if column and activations(context)[column - 1] in ("tanh", "sigmoid"):
        return 1.0
    largest = float(np.abs(values).max())
    return largest if 0 < largest < np.inf else 1.0


def linears(context: Context) -> list[nn.Linear]:
    """The layers with weights, in order."""
    if "linears" not in context.kept:
        context.kept["linears"] = [layer for layer in context.model.children() if isinstance(layer, nn.Linear)]
    found: list[nn.Linear] = context.kept["linears"]
    return found


def network(context: Context, params: Params) -> Arrays:
    """Maps (units drawn, rows, cols) uint8, ranges (columns,), weights and biases of the units drawn, and what the columns are."""
    found = seen(context)
    onto = bool(context.parts.data.domain)
    shown = [picked(column.shape[1], UNITS).astype(np.int32) for column in found]
    ranges = np.array([reach(context, i, column) for i, column in enumerate(found)], np.float32)
    tiles = [(column.reshape(SIDE, SIDE, -1)[::2, ::2] if onto else column[None]) for column in found]  # (rows, cols, units)
    drawn = [tile if len(which) == tile.shape[2] else tile[..., which] for tile, which in zip(tiles, shown, strict=True)]
    maps = shades(np.concatenate(drawn, 2), np.repeat(ranges, [len(which) for which in shown]))
    matrices = [layer.weight.detach().cpu().numpy() for layer in linears(context)]
    return {
        "units": [column.shape[1] for column in found],
        "shown": shown,
        "activations": [ACTIVATIONS[name].title for name in activations(context)],
        "features": context.parts.data.feature_names,
        "classes": context.parts.data.classes if context.parts.data.task == "classes" else (),
        "maps": np.ascontiguousarray(maps.transpose(2, 0, 1)),
        "ranges": ranges,
        "stripes": not onto,
        "weights": [matrix[np.ix_(after, before)] for matrix, before, after in zip(matrices, shown, shown[1:], strict=False)],
        "biases": [layer.bias.detach().cpu().numpy()[which] for layer, which in zip(linears(context), shown[1:], strict=True)],
        "largest": max(float(np.abs(matrix).max()) for matrix in matrices),
    }


def boundary(context: Context, params: Params) -> Arrays:
    """map (50, 50) uint8: the probability of class 1, 255 is sure; and the points of both parts."""
    if "points" not in context.kept:
        context.kept["points"] = {name: _points(context, name) for name in ("train", "test")}
    answers = context.objective.answer(torch.from_numpy(seen(context)[-1])).numpy()
    scaled = np.nan_to_num(answers, nan=0.5) * 255 + 0.5
    data = context.parts.data
    return {"map": np.clip(scaled, 0, 255).astype(np.uint8).reshape(SIDE, SIDE), "domain": data.domain, "classes": data.classes, **context.kept["points"]}


def _points(context: Context, name: str) -> Arrays:
    part = getattr(context.parts, name)
    some = picked(len(part), POINTS)
    return {"x": part.x[some], "y": part.y[some].astype(np.uint8), "of": len(part)}


class Neuron(Spec):
    """Which neuron: its column (0 is the input) and its place in it."""

    layer: Annotated[int, Ge(0), Le(16)]
    unit: Annotated[int, Ge(0), Le(4096)]


def neuron(context: Context, params: Params) -> Arrays:
    """One neuron seen large: map (100, 100) uint8, or (1, examples) for a table; range, the value 255 stands for; bias, None for an input."""
    asked = Neuron.model_validate(dict(params))
    onto = bool(context.parts.data.domain)
    found = columns(context, plane(context, LARGE) if onto else stripes(context))
    if asked.layer >= len(found) or asked.unit >= found[asked.layer].shape[1]:
        raise Refusal(Message(N_("There is no neuron {unit} in layer {layer}."), {"unit": asked.unit, "layer": asked.layer}))
    column = found[asked.layer]
    reached = reach(context, asked.layer, column)
    shape = (LARGE, LARGE) if onto else (1, len(column))
    bias = float(linears(context)[asked.layer - 1].bias.detach()[asked.unit]) if asked.layer else None
    return {"map": shades(column[:, asked.unit], reached).reshape(shape), "range": reached, "bias": bias}


Probe = Callable[[Context, Params], Arrays]

PROBES: Mapping[str, Probe] = MappingProxyType(
    {
        "network": network,
        "boundary": boundary,
        "confusion": confusion,
        "predictions": predictions,
        "loss": partial(curves, "loss"),
        "accuracy": partial(curves, "accuracy"),
        "r2": partial(curves, "r2"),
        "weights": records,
        "gradients": records,
    }
)
ASKS: Mapping[str, Probe] = MappingProxyType({"neuron": neuron})
ACTIONS: Mapping[str, Probe] = MappingProxyType({})
