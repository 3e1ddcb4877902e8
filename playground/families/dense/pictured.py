"""What a network that is given pictures shows in place of maps: a test picture for its inputs, and the weights of each neuron of the first layer, laid out as a picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.charts.tokens import picked
from playground.families.dense.seen import UNITS, Arrays
from playground.families.supervised import laid_out
from playground.families.supervised.weights import layers_of
from playground.training.context import Context

SEEN = 8  # neurons of the first layer that are drawn, large enough for their weights to be seen
FIRST = 0  # the test picture that stands for the inputs


def columns(context: Context, units: list[int]) -> list[NDArray[np.int32]]:
    """Which units of each column are drawn, by how many it has. Pixels are one picture, and fewer neurons see them, drawn larger."""
    most = [UNITS] * len(units)
    if context.experiment.dataset.shape is not None:
        most = [1, *([SEEN] if len(units) > 2 else []), *most][: len(units)]
    return [picked(count, limit).astype(np.int32) for count, limit in zip(units, most, strict=True)]


def network(context: Context, shown: NDArray[np.int32]) -> Arrays | None:
    """input: the first test picture, (channels, height, width) uint8; weights: shades (neurons drawn, height, width) of the first layer's neurons `shown`; range:
    what the strongest stand for. None where the data are no pictures."""
    shape = context.experiment.dataset.shape
    if shape is None:
        return None
    shades, reach = _weights(context, shape)
    return {"input": laid_out.grey(context.parts.test.x[FIRST], shape), "weights": shades[shown], "range": reach}


def neuron(context: Context, layer: int, unit: int) -> Arrays:
    """What the ask `neuron` says besides. Of the inputs: picture, as in `network`, and is: its class. Of the first layer: weights, shades (height, width), and reach,
    what the strongest stand for. Nothing else, and nothing where the data are no pictures."""
    shape = context.experiment.dataset.shape
    if shape is None or layer > 1:
        return {}
    if layer == 0:
        test, classes = context.parts.test, context.parts.data.classes
        return {"picture": laid_out.grey(test.x[FIRST], shape), "is": classes[int(test.y[FIRST])]}
    shades, reach = _weights(context, shape)
    return {"weights": shades[unit], "reach": reach}


def _weights(context: Context, shape: laid_out.Shape) -> tuple[laid_out.Bytes, float]:
    """The first layer's weights, all neurons on one scale: (units, height, width), and what the strongest stand for."""
    return laid_out.signed(layers_of(context)[0].weight.detach().cpu().numpy(), shape)
