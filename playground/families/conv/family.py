"""The convolutional family: what can be chosen, its views and size. No torch."""

from __future__ import annotations

from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from playground.choices import Initialization, Ui
from playground.data.catalogue import rows
from playground.data.contract import sizes as parts
from playground.families.contract import Estimate, Family, LayerSize, ModelSpec, View
from playground.families.conv import layers
from playground.families.conv.layers import AnyLayer, Conv, Flatten, MaxPool
from playground.families.conv.presets import PRESETS
from playground.families.dense.family import LOOK_COPIES, OPTIMIZER_MEMORY, STEP_COPIES
from playground.families.supervised import declared
from playground.text import N_

if TYPE_CHECKING:
    from playground.experiment import Experiment


class Model(ModelSpec):
    """Up to 12 layers from the picture on; the output layer follows from the data."""

    family: Literal["conv"]
    layers: Annotated[
        tuple[AnyLayer, ...],
        Field(max_length=12),
        Ui(
            N_("Layers"),
            N_("From the picture to the output. Convolutions look for patterns, pooling makes maps smaller, Flatten lays them in a row for dense layers."),
        ),
    ] = (Conv(filters=32), MaxPool(), Flatten())
    initialization: Annotated[
        Initialization, Ui(N_("Initial weights"), N_("Where the weights start from. All equal would never part; too large saturates."), more=True)
    ] = "he"


def walk(experiment: Experiment) -> tuple[LayerSize, ...]:
    """Every layer with its shape and size. Refusal at the one that does not fit."""
    assert isinstance(experiment.model, Model)
    shape = experiment.dataset.shape
    assert shape is not None
    return layers.sizes(experiment.model.layers, shape, declared.outputs(experiment))


def estimate(experiment: Experiment) -> Estimate:
    """Layers with shapes, parameters and multiply-adds, and the bytes a run takes: weights, gradients, optimizer, pictures, and the answers of every module to a mini-batch."""
    found = walk(experiment)
    train, validation, test = parts(rows(experiment.data), experiment.data)
    batch = train if experiment.training.optimizer.name == "gradient_descent" else min(experiment.training.batch_size, train)
    sized = Estimate(found, 0, batch)
    copies = 2 + OPTIMIZER_MEMORY.get(experiment.training.optimizer.name, 0)
    pictures = (train + validation + test) * prod(found[0].shape)
    answers = prod(found[0].shape) + sum((3 if layer.kind in ("conv", "dense") else 1) * prod(layer.shape) for layer in found[1:])
    windows = max(
        (layer.work // prod(layer.shape) * prod(layer.shape[1:]) for layer in found if layer.kind == "conv"), default=0
    )  # laid out for one picture at a time
    looked_at = max(min(sized.chunk, max(validation, test)), 256)
    memory = 4 * (copies * sized.parameters + 3 * pictures + answers * max(STEP_COPIES * batch, LOOK_COPIES * looked_at) + windows * batch)
    return Estimate(found, memory, batch)


def check(experiment: Experiment) -> None:
    """Refusal at the layer whose input does not fit it."""
    walk(experiment)


VIEWS: tuple[View, ...] = (
    View(
        "network", N_("Network"), N_("What does each layer see?"), "stack", "main",
        N_("One picture on its way through the network: every small map is where a filter answers, green above 0, purple below. Click a layer to see it at close range, and a pixel to see its sum."),
        N_("Cause: a filter learns a stroke or an edge. Effect: its map lights up wherever the picture has one, and the layers behind it answer to what those make together."),
    ),
    View(
        "tryout", N_("Try it"), N_("Does it read yours?"), "tryout", "side",
        N_("Draw, drop a picture or choose one of the data: the bars are how sure the network is of each class. Shift it, make it noisy, or push it against the network by a little, and see the answer change."),
        N_("Cause: it has only seen pictures in the middle. Effect: a shift by four pixels can turn its answer, though you would not mind it."),
    ),
    declared.CONFUSION,
    declared.LOSS,
    declared.ACCURACY,
    declared.WEIGHTS,
    declared.GRADIENTS,
    declared.ACTIVATIONS,
    declared.MEMORY,
)  # fmt: skip

FAMILY = Family(
    name="conv",
    title=N_("Convolution"),
    about=N_("Small filters slide over a picture and look for patterns. Watch them form, and see which of them a digit wakes."),
    order=30,
    model=Model,
    kinds=("images",),
    tasks=("classes", "binary"),
    losses=("cross_entropy", "binary_cross_entropy"),
    views=VIEWS,
    presets=PRESETS,
    default="cnn-small",
    metrics=declared.metrics,
    estimate=estimate,
    check=check,
    speeds=MappingProxyType({"full": declared.SPEEDS["full"], **{name: speed for name, speed in declared.SPEEDS.items() if speed[1].unit != "epoch"}}),
)
