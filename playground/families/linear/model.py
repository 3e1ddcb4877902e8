"""The linear network itself: one neuron, on the inputs or on powers of the one there is."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from playground.families.linear.family import Model, inputs
from playground.families.supervised import declared
from playground.training.layers import ACTIVATIONS, Chance, initialize

if TYPE_CHECKING:
    from playground.experiment import Experiment

AWAY = -2.0


class Powers(nn.Module):
    """(n, 1) -> (n, degree): x, x^2, ... up to the degree."""

    def __init__(self, degree: int) -> None:
        super().__init__()
        self.degree = degree

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x**power for power in range(1, self.degree + 1)], 1)


def build(experiment: Experiment, output: str, chance: Chance) -> nn.Sequential:
    """The experiment's network (n, features) -> (n, 1): `inputs` where powers are made of a single feature, `output`, and `output_activation`, named by `output`.

    Only the start "uniform" draws from `chance.weights`.
    """
    spec = experiment.model
    assert isinstance(spec, Model)
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    if declared.single(experiment) and spec.degree > 1:
        layers["inputs"] = Powers(spec.degree)
    linear = nn.Linear(inputs(experiment), 1, bias=spec.bias)
    if spec.start == "uniform":
        initialize(linear, "uniform", chance.weights)
    else:
        nn.init.constant_(linear.weight, AWAY if spec.start == "away" else 0.0)
        if spec.bias:
            nn.init.zeros_(linear.bias)
    layers["output"] = linear
    layers["output_activation"] = ACTIVATIONS[output]()
    return nn.Sequential(layers)
