"""The dense network itself."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from playground.families.dense.family import Model

ACTIVATIONS: dict[str, type[nn.Module]] = {"linear": nn.Identity, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}


def build(spec: Model, features: int, outputs: int, output: str, generator: torch.Generator) -> nn.Sequential:
    """A network (n, features) -> (n, outputs): for each layer of the spec `hiddenN` and `hiddenN_activation`, then `output` and `output_activation`.

    Every layer has an activation module of its own, so that whoever looks at it knows which layer it is. `output` names
    the last one. Weights are drawn from `generator`, first layer first.
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    width = features
    named = [(f"hidden{number}", layer.units, layer.activation) for number, layer in enumerate(spec.layers, 1)]
    for name, units, activation in [*named, ("output", outputs, output)]:
        linear = nn.Linear(width, units)
        initialize(linear, spec.initialization, generator)
        layers[name] = linear
        layers[f"{name}_activation"] = ACTIVATIONS[activation]()
        width = units
    return nn.Sequential(layers)


def initialize(layer: nn.Linear, how: str, generator: torch.Generator) -> None:
    """Draw a layer's first weights, by the name of an initialisation in `choices`."""
    if how == "uniform":
        nn.init.uniform_(layer.weight, -0.5, 0.5, generator=generator)
        nn.init.constant_(layer.bias, 0.1)
    else:
        nn.init.xavier_uniform_(layer.weight, generator=generator)
        nn.init.zeros_(layer.bias)
