"""How far back the gradient gets, step by step in time. Arrays only; time_figures.py draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.charts.tokens import picked
from playground.families.recurrent.gates import unroll
from playground.families.recurrent.model import Cells
from playground.families.recurrent.seldom import seldom
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]

EXAMPLES = 32
CALL, WORK = 0.18, 1e6  # milliseconds of one written-out step, forward and back; multiply-adds in a millisecond: measured on one core


def through_time(context: Context, params: Params) -> Arrays:
    """layers: of every recurrent layer its number, whether it reads backward, and sizes (length,): the norm of the gradient of an example's loss with respect to the layer's state at each step, through all that
    follows, as the mean over `examples` training examples. answered: how many steps are answered; truncation: after how many steps the gradient is cut, 0 for never."""
    x = context.examples["train"].x
    length = context.experiment.dataset.sequence.length  # type: ignore[union-attr]
    directions = sum(1 + module.bidirectional for module in context.model.children() if isinstance(module, Cells))
    size = context.experiment.family.estimate(context.experiment).forward if "forward" not in context.kept else context.kept["forward"]
    cost = directions * length * CALL + 3 * EXAMPLES * size / WORK
    found = seldom(context, "through_time", cost, lambda: _sizes(context, picked(len(x), EXAMPLES)))
    return {
        "layers": found,
        "examples": min(EXAMPLES, len(x)),
        "length": length,
        "truncation": max((module.truncation for module in context.model.children() if isinstance(module, Cells)), default=0),
        "steps": context.learner.steps,
    }


def _sizes(context: Context, rows: NDArray[np.intp]) -> list[Arrays]:
    train = context.examples["train"]
    some = torch.from_numpy(rows).to(train.x.device)
    with torch.enable_grad():
        nudges = nudged(context, train.x[some], train.y[some])
    return [{"number": number, "backward": backward, "sizes": slope.flatten(2).norm(dim=2).mean(0).cpu().numpy()} for number, backward, slope in nudges]


def nudged(context: Context, x: Tensor, y: Tensor) -> list[tuple[int, bool, Tensor]]:
    """For every recurrent layer and direction: (number, backward, gradient of each example's own loss with respect to its states (n, length, units), through all later steps)."""
    flow, zeros = x, []
    for name, module in context.model.named_children():
        if not isinstance(module, Cells):
            flow = module(flow)
            continue
        states = []
        for backward in (False, True)[: 1 + module.bidirectional]:
            nudge = torch.zeros(len(flow), flow.shape[1], module.hidden_size, device=x.device, requires_grad=True)
            zeros.append((int(name.removeprefix("layer")), backward, nudge))
            states.append(unroll(module, flow, backward, nudge=nudge).h)
        flow = torch.cat(states, 2)
    loss = context.objective.loss(flow, y) * len(x)  # the loss is a mean over the examples
    slopes = torch.autograd.grad(loss, [nudge for _, _, nudge in zeros])
    return [(number, backward, slope) for (number, backward, _), slope in zip(zeros, slopes, strict=True)]
