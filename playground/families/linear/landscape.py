"""The loss of one neuron as a landscape over its weights: heights, slope, curvature. Everything is of the loss on the whole training part, without penalties."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.families.linear.family import AT_ONCE
from playground.families.supervised.fit import design
from playground.training.context import Context

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


def heights(context: Context, places: Doubles) -> Floats:
    """The training loss at each of some places, (places, parameters) -> (places,): the objective itself, in single precision."""
    x, y = examples(context)
    x, y = x.float(), y.float()
    loss = torch.func.vmap(context.objective.loss, in_dims=(1, None))
    some = torch.split(torch.from_numpy(places).float(), max(1, AT_ONCE // len(x)))
    return torch.cat([loss(_bend(context)(x @ one.T)[:, :, None], y) for one in some]).numpy()


def examples(context: Context) -> tuple[Tensor, Tensor]:
    """What the neuron is given, (n, parameters) with a column of ones for a bias, and the targets (n, 1); float64, on the CPU."""
    train = context.examples["train"]
    if "landscape" not in context.kept or context.kept["landscape"][0] is not train:  # other examples after a change by hand
        context.kept["landscape"] = train, torch.from_numpy(design(context, train.x)), train.y.cpu().double()
    _, x, y = context.kept["landscape"]
    return x, y


def _bend(context: Context) -> Callable[[Tensor], Tensor]:
    """The activation of the output."""
    layer: Callable[[Tensor], Tensor] = list(context.model.children())[-1]
    return layer


def _height(context: Context, place: Tensor) -> Tensor:
    x, y = examples(context)
    return context.objective.loss(_bend(context)((x @ place)[:, None]), y)


def gradient(context: Context, place: Doubles) -> Doubles:
    """Of the loss with respect to weights and bias, (parameters,), in float64 by PyTorch."""
    with torch.enable_grad():
        at = torch.from_numpy(place).clone().requires_grad_()
        (found,) = torch.autograd.grad(_height(context, at), at)
    slope: Doubles = found.numpy()
    return slope


def quadratic(context: Context) -> bool:
    """Is the loss a parabola in the weights, its curvature the same everywhere?"""
    return context.objective.loss is torch.nn.functional.mse_loss and context.objective.output == "linear"


def curvature(context: Context, place: Doubles) -> float:
    """The largest eigenvalue of the Hessian of the loss at a place, with what L2 adds to the weights' diagonal.

    For the mean squared error of a linear output it is that of 2/n X^T X, the same everywhere. Gradient descent on such a loss converges for learning rates below
    2 / curvature and diverges above (LeCun, Bottou, Orr and Mueller, Efficient BackProp, 1998, section 4).
    """
    x, _ = examples(context)
    if quadratic(context):
        hessian = (2 / len(x) * (x.T @ x)).numpy()
    else:
        with torch.enable_grad():
            hessian = torch.autograd.functional.hessian(lambda at: _height(context, at), torch.from_numpy(place)).numpy()  # type: ignore[no-untyped-call]
    penalty = np.full(len(place), context.experiment.training.l2)
    if list(context.model.parameters())[-1].dim() == 1:  # a bias, which L2 leaves alone
        penalty[-1] = 0.0
    return float(np.linalg.eigvalsh(hessian + np.diag(penalty))[-1])
