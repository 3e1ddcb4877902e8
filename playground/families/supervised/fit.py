"""How a network of one feature answers over that feature, beside its data. Arrays only; lines.py draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.charts.tokens import picked
from playground.families.supervised.weights import layers_of, numbers
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Doubles = NDArray[np.float64]

PLACES = 121  # places along x where the answer is drawn
POINTS = 400  # examples drawn of each part
MARGIN = 0.06  # of the data's extent, beside them
REACH, SUMS = 8.0, 80  # weighted sums whose answers are told, and how many of them each way


def fit(context: Context, params: Params) -> Arrays:
    """The answer over x and the data: everything in the network's own units.

    x, answer (121,): values, or the probability of class 1. closed (121,): the least-squares answer, None for two classes. train, test: x, y (n,) and said (n,),
    what it answers there. domain: ((low, high), (low, high)) of x and y, the same as long as the run lasts. weights: of a network of one neuron, in the order of
    the powers of x, the bias last where there is one; None otherwise. bend: for two classes, how weighted sums from -reach to reach are answered. loss: on the
    training part.
    """
    if "fit" not in context.kept:
        context.kept["fit"] = _still(context)
    still: Arrays = context.kept["fit"]
    answer = _answers(context, still["grid"])
    parts = {name: _part(context, name) for name in ("train", "test")}
    layers = layers_of(context)
    loss, _ = context.objective.metrics(context.learner.evaluate(context.examples["train"]))
    data = context.parts.data
    return {
        "x": still["x"],
        "answer": answer,
        "closed": still["closed"],
        "domain": still["domain"],
        "bend": still["bend"],
        **parts,
        "weights": numbers(layers[0]) if len(layers) == 1 else None,
        "bias": layers[0].bias is not None,
        "loss": loss,
        "feature": data.feature_names[0],
        "classes": data.classes,
        "units": None if context.parts.units is None else [float(context.parts.units[0][0]), float(context.parts.units[1][0]), *context.parts.scale],
    }


def _still(context: Context) -> Arrays:
    """What stays as it is as long as the run lasts."""
    both = [part for part in (context.parts.train, context.parts.test) if len(part)]
    low, high = min(float(part.x.min()) for part in both), max(float(part.x.max()) for part in both)
    edge = MARGIN * (high - low or 1.0)
    x = np.linspace(low - edge, high + edge, PLACES, dtype=np.float32)
    grid = torch.from_numpy(x)[:, None].to(context.examples["train"].x.device)
    found: Arrays = {"x": x, "grid": grid, "closed": None, "bend": None}
    if context.parts.data.task == "regression":
        found["closed"] = (design(context, grid) @ least_squares(context)).astype(np.float32)
        bottom, top = min(float(part.y.min()) for part in both), max(float(part.y.max()) for part in both)
    else:
        found["bend"] = _bend(context)
        bottom, top = 0.0, 1.0
    edge = 2 * MARGIN * (top - bottom or 1.0)
    return found | {"domain": ((float(x[0]), float(x[-1])), (bottom - edge, top + edge))}


def _part(context: Context, name: str) -> Arrays:
    part = getattr(context.parts, name)
    some = picked(len(part), POINTS)
    said = _answers(context, context.examples[name].x[torch.from_numpy(some)])
    return {"x": part.x[some, 0], "y": part.y[some].ravel().astype(np.float32), "said": said, "of": len(part)}


def _answers(context: Context, x: Tensor) -> NDArray[np.float32]:
    said: NDArray[np.float32] = context.objective.answer(context.model(x))[:, 0].cpu().numpy()
    return said


def _bend(context: Context) -> Arrays:
    """How the output's activation and the loss turn a weighted sum into a probability: reach, and answers (161,) from -reach to reach."""
    last = list(context.model.children())[-1]
    sums = torch.linspace(-REACH, REACH, 2 * SUMS + 1)[:, None]
    return {"reach": REACH, "answers": context.objective.answer(last(sums))[:, 0].numpy()}


def design(context: Context, x: Tensor) -> Doubles:
    """What the first layer with weights is given for x (n, features), with a column of ones where it has a bias: (n, inputs or inputs + 1) float64."""
    for layer in context.model.children():
        if isinstance(layer, nn.Linear):
            ones = [torch.ones(len(x), 1, device=x.device)] if layer.bias is not None else []
            return torch.cat([x, *ones], 1).cpu().double().numpy()
        x = layer(x)
    raise ValueError("a network without weights")


def least_squares(context: Context) -> Doubles:
    """The weights, bias last, with the smallest mean squared error on the training part of all one neuron can have: X w = y solved in float64 (numpy's lstsq, by
    singular values). (inputs or inputs + 1,)"""
    train = context.examples["train"]
    found: Doubles = np.linalg.lstsq(design(context, train.x), train.y[:, 0].cpu().double().numpy(), rcond=None)[0]
    return found
