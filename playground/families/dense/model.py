"""The dense network itself."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from playground.families.dense.family import DenseLayer, Model, inputs
from playground.families.supervised import declared
from playground.training.layers import ACTIVATIONS, BatchNorm, Chance, Dropout, initialize

if TYPE_CHECKING:
    from playground.experiment import Experiment

INPUTS: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = MappingProxyType({
    "x1": lambda a, b: a,
    "x2": lambda a, b: b,
    "x1_squared": lambda a, b: a * a,
    "x2_squared": lambda a, b: b * b,
    "x1_x2": lambda a, b: a * b,
    "sin_x1": lambda a, b: a.sin(),
    "sin_x2": lambda a, b: b.sin(),
    "cos_x1": lambda a, b: a.cos(),
    "cos_x2": lambda a, b: b.cos(),
})  # fmt: skip


class Inputs(nn.Module):
    """(n, 2) coordinates -> (n, len(names)): the functions of them, by their names in `choices.INPUTS`."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.functions = [INPUTS[name] for name in names]

    def forward(self, x: Tensor) -> Tensor:
        first, second = x.unbind(1)
        return torch.stack([function(first, second) for function in self.functions], 1)


def build(experiment: Experiment, output: str, chance: Chance) -> nn.Sequential:
    """The experiment's network (n, features) -> (n, outputs).

    Children, in order: `inputs` where coordinates of a plane become something else than themselves; for each layer of the spec `hiddenN`, `hiddenN_norm`,
    `hiddenN_activation`, `hiddenN_dropout`, those that it has; then `output` and `output_activation`, named by `output`. Every layer has an activation module of
    its own, so that whoever looks at it knows which layer it is. Weights are drawn from `chance.weights`, first layer first.
    """
    spec = experiment.model
    assert isinstance(spec, Model)
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    if declared.plane(experiment) and spec.inputs != ("x1", "x2"):
        layers["inputs"] = Inputs(spec.inputs)
    width = len(inputs(experiment))
    last = DenseLayer(units=declared.outputs(experiment), activation=output)
    for name, layer in [*((f"hidden{number}", layer) for number, layer in enumerate(spec.layers, 1)), ("output", last)]:
        linear = nn.Linear(width, layer.units, bias=layer.bias)
        initialize(linear, spec.initialization, chance.weights)
        layers[name] = linear
        if layer.batch_norm:
            layers[f"{name}_norm"] = BatchNorm(layer.units)
        layers[f"{name}_activation"] = ACTIVATIONS[layer.activation]()
        if layer.dropout:
            layers[f"{name}_dropout"] = Dropout(layer.dropout, chance.dropout)
        width = layer.units
    return nn.Sequential(layers)
