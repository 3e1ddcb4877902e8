"""What the neurons of a dense network answer, on the plane of its data or on examples of a table: what its pictures are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.charts.tokens import picked
from playground.families.dense.family import Model
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Floats = NDArray[np.float32]

SIDE = 50  # cells of the plane each way, for the boundary
LARGE = 100  # the same for one neuron seen large
LEAST = 26
WORK = 10**8  # multiply-adds that a picture of the plane may take: coarser for large networks, so that they are drawn often enough
STRIPES, PICTURES = 25, 50  # test examples that neurons are shown on: of a table, and of pictures, which have ten classes
UNITS = 12  # units drawn in a column


def side(context: Context, wanted: int = SIDE) -> int:
    """Cells of the plane each way: as wanted, or fewer for a large network; at least 26, always even."""
    if "parameters" not in context.kept:
        context.kept["parameters"] = sum(one.numel() for one in context.model.parameters())
    affordable = int((WORK / max(1, context.kept["parameters"])) ** 0.5)
    return min(wanted, max(LEAST, affordable // 2 * 2))


def plane(context: Context, cells: int) -> Tensor:
    """The middles of cells x cells cells of the data's plane, (cells * cells, 2); the first row is the top, x2 highest."""
    key = f"plane{cells}"
    if key not in context.kept:
        domain = context.parts.data.domain
        assert domain is not None
        context.kept[key] = torch.from_numpy(grid(domain, cells)).to(context.examples["train"].x.device)
    kept: Tensor = context.kept[key]
    return kept


def grid(domain: tuple[tuple[float, float], tuple[float, float]], cells: int) -> Floats:
    """The middles of cells x cells cells of a rectangle ((left, right), (bottom, top)), (cells * cells, 2) float32, top row first."""
    middles = (np.arange(cells) + 0.5) / cells
    across, up = (low + (high - low) * middles for low, high in domain)
    return np.stack(np.meshgrid(across, up[::-1]), -1).reshape(-1, 2).astype(np.float32)


def stripes(context: Context) -> Tensor:
    """Some test examples, evenly picked in the order of their class or target: (at most 25, or 50 of pictures, features)."""
    if "stripes" not in context.kept:
        most = PICTURES if context.experiment.dataset.shape else STRIPES
        context.kept["stripes"] = context.examples["test"].x[torch.from_numpy(in_order(context, most))]
    kept: Tensor = context.kept["stripes"]
    return kept


def in_order(context: Context, most: int) -> NDArray[np.intp]:
    """At most `most` numbers of test examples, evenly picked in the order of their class or target."""
    order = np.argsort(context.parts.test.y.ravel(), kind="stable")
    return order[picked(len(order), most)]


def columns(context: Context, x: Tensor) -> list[Floats]:
    """What every unit answers to x (n, features): (n, units) of input, each hidden layer, and the output (probabilities for several classes).

    The inputs are what the first layer with weights is told: functions of a point's coordinates where these were chosen. Hidden layers as they
    are handed on: after batch norm and activation; dropout, which is for training alone, lets all through.
    """
    found = [x]
    assert isinstance(context.model, nn.Sequential)
    for name, layer in context.model.named_children():
        x = layer(x)
        if name == "inputs":
            found = [x]
        elif name.endswith("_activation"):
            found.append(x)
    if context.parts.data.task == "classes":
        found[-1] = context.objective.answer(found[-1])
    return [column.cpu().numpy() for column in found]


def seen(context: Context) -> list[Floats]:
    """The columns on the plane, or on the stripes of a table; computed once a frame for all views."""
    if "seen" not in context.frame:
        context.frame["seen"] = columns(context, plane(context, side(context)) if context.parts.data.domain else stripes(context))
    found: list[Floats] = context.frame["seen"]
    return found


def activations(context: Context) -> list[str]:
    """The activation of each column after the input, by its name in `choices`."""
    assert isinstance(context.experiment.model, Model)
    last = "sigmoid" if context.parts.data.task == "classes" else context.objective.output  # probabilities lie in 0 .. 1, as a sigmoid's answers do
    return [*(layer.activation for layer in context.experiment.model.layers), last]


def reach(context: Context, column: int, values: Floats) -> Floats:
    """The value that is drawn at full strength for each unit of a column, (units,): inputs by the plane they are functions of, answers by their activation."""
    units = values.shape[1]
    if column == 0 and context.parts.data.domain:
        return _inputs_reach(context)
    if column and activations(context)[column - 1] in ("tanh", "sigmoid"):
        return np.ones(units, np.float32)
    largest = np.float32(np.abs(values).max())
    return np.full(units, largest if 0 < largest < np.inf else 1, np.float32)


def _inputs_reach(context: Context) -> Floats:
    """The largest size of each input on the plane, its edges included, (inputs,)."""
    if "inputs_reach" not in context.kept:
        assert context.parts.data.domain is not None
        x = torch.from_numpy(np.stack(np.meshgrid(*(np.linspace(*axis, LARGE) for axis in context.parts.data.domain)), -1).reshape(-1, 2).astype(np.float32))
        told = dict(context.model.named_children()).get("inputs")
        context.kept["inputs_reach"] = (told(x) if told else x).abs().amax(0).numpy()
    kept: Floats = context.kept["inputs_reach"]
    return kept
