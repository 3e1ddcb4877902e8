"""What the optimizer remembers of every weight, as it stands now."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.charts.tokens import picked
from playground.training.context import Context
from playground.training.optimizers import Rule

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Floats = NDArray[np.float32]

SIDES = (12, 8, 6, 4, 3)  # rows and columns of a weight matrix that are drawn: as many as fit
NUMBERS = 1200  # that travel, at most


def parts(rule: Rule, place: int) -> dict[str, Tensor]:
    """What a rule keeps of its parameter number `place`, and what it makes of it; formulas as in training/optimizers.py. Empty where it keeps nothing.

    velocity: v, with gradient: the last one, penalties and clipping in it. size: the root of the (mean) square s, with step: rate g / (sqrt(s) + epsilon).
    Adam: mean m, size sqrt(v), step: rate m / (sqrt(v) + epsilon), both means corrected for their start at zero. step: what one update takes off each weight.
    """
    kept = {name: tensors[place] for name, tensors in rule.memory.items()}
    if not kept:
        return {}
    last = rule.parameters[place].grad
    gradient = torch.zeros_like(rule.parameters[place]) if last is None else last
    if "velocity" in kept:
        return {"gradient": gradient, **kept}
    size = kept["square"].sqrt()
    if "mean" not in kept:
        return {"size": size, "step": rule.learning_rate * gradient / (size + rule.spec.epsilon)}
    spec, time = rule.spec, max(rule.steps, 1)
    step = rule.learning_rate / (1 - spec.beta1**time) * kept["mean"] / (size / math.sqrt(1 - spec.beta2**time) + spec.epsilon)
    return {"mean": kept["mean"], "size": size, "step": step}


def rates(rule: Rule, sizes: list[Floats]) -> tuple[float, float] | None:
    """The learning rates rate / (sqrt(s) + epsilon) of the weights that ever had a gradient: between these lie the middle four fifths."""
    known = np.concatenate([size.ravel() for size in sizes])
    known = known[known > 0]
    if not len(known):
        return None
    low, high = np.quantile(rule.learning_rate / (known + rule.spec.epsilon), [0.1, 0.9])
    return float(low), float(high)


def memory(context: Context, params: Params) -> Arrays:
    """parts: name -> for each layer (units drawn, inputs drawn) float32; shown: for each layer (units, inputs) drawn; numbers: its place in the network's list, matrices: which of its matrices; optimizer, its settings, updates so far;
    rates: as there, for Adagrad and RMSprop. Where networks have rules of different kinds, those layers are told that have the first one's."""
    rule = context.learner.optimizer
    place = {id(parameter): (one, at) for one in context.learner.rules.values() if type(one) is type(rule) for at, parameter in enumerate(one.parameters)}
    layers = [layer for layer in context.records.layers if id(layer.weight) in place]
    found = [{name: part.detach().cpu().flatten(1).numpy() for name, part in parts(*place[id(layer.weight)]).items()} for layer in layers]
    shapes = [tuple(layer.weight.flatten(1).shape) for layer in layers]
    side = next((side for side in SIDES if len(found[0]) * sum(min(a, side) * min(b, side) for a, b in shapes) <= NUMBERS), SIDES[-1])
    shown = [tuple(picked(n, side).astype(np.int32) for n in shape) for shape in shapes]
    own = rates(rule, [layer["size"] for layer in found]) if set(found[0]) == {"size", "step"} else None
    return {
        "parts": {name: [np.ascontiguousarray(layer[name][np.ix_(*some)]) for layer, some in zip(found, shown, strict=True)] for name in found[0]},
        "shown": shown,
        "numbers": [layer.number for layer in layers],
        "names": [layer.name for layer in layers],
        "matrices": [layer.part for layer in layers],
        "optimizer": rule.spec.name,
        "settings": rule.spec.model_dump(),
        "steps": rule.steps,
        "rates": own,
    }
