"""The convolutional network itself."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from torch import nn

from playground.families.conv import layers as kinds
from playground.families.conv.family import Model, walk
from playground.training.layers import ACTIVATIONS, BatchNorm, BatchNorm2d, Chance, Dropout, Image, Switches, initialize

if TYPE_CHECKING:
    from playground.experiment import Experiment


def build(experiment: Experiment, output: str, chance: Chance) -> nn.Sequential:
    """The experiment's network (n, channels * height * width) -> (n, outputs).

    Children, in order: `image`, which gives the pixels their places; for the N-th layer of the spec, from 1, `layerN`, and behind a convolution or a dense layer
    `layerN_activation` and `layerN_switches`, with which its filters or neurons can be switched off; then `output` and `output_activation`, named by `output`.
    Weights are drawn from `chance.weights`, first layer first.
    """
    spec, shape = experiment.model, experiment.dataset.shape
    assert isinstance(spec, Model) and shape is not None
    sizes = walk(experiment)
    found: OrderedDict[str, nn.Module] = OrderedDict(image=Image(shape))
    for layer, before, size in zip(spec.layers, sizes, sizes[1:], strict=False):
        module = _module(layer, before.shape, chance)
        found[size.name] = module
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            initialize(module, spec.initialization, chance.weights)
            assert isinstance(layer, (kinds.Conv, kinds.Dense))
            found[f"{size.name}_activation"] = ACTIVATIONS[layer.activation]()
            found[f"{size.name}_switches"] = Switches(size.shape[0])
    last = nn.Linear(sizes[-2].shape[0], sizes[-1].shape[0])
    initialize(last, spec.initialization, chance.weights)
    return nn.Sequential(found | {"output": last, "output_activation": ACTIVATIONS[output]()})


def _module(layer: kinds.Layer, given: kinds.Shape, chance: Chance) -> nn.Module:
    match layer:
        case kinds.Conv():
            return nn.Conv2d(given[0], layer.filters, layer.kernel, layer.stride, layer.padding)
        case kinds.MaxPool():
            return nn.MaxPool2d(layer.window)
        case kinds.AveragePool():
            return nn.AvgPool2d(layer.window)
        case kinds.BatchNorm():
            return BatchNorm2d(given[0]) if len(given) == 3 else BatchNorm(given[0])
        case kinds.Dropout():
            return Dropout(layer.share, chance.dropout)
        case kinds.Flatten():
            return nn.Flatten()
        case kinds.Dense():
            return nn.Linear(given[0], layer.units)
    raise TypeError(layer)
