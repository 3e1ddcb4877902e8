"""The convolutional family: what can be chosen, its views and size. No torch."""

from __future__ import annotations

from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from playground.choices import Initialization, Ui
from playground.data.catalogue import rows
from playground.data.contract import sizes
from playground.families.contract import Estimate, Family, LayerSize, ModelSpec, View
from playground.families.conv import layers
from playground.families.conv.layers import AnyLayer, Conv, Flatten, MaxPool
from playground.families.conv.presets import PRESETS
from playground.families.dense.family import OPTIMIZER_MEMORY
from playground.families.supervised import declared, looked_into
from playground.text import N_
from playground.training.due import MOST_SEEN, SEEN, sampled

if TYPE_CHECKING:
    from playground.experiment import Experiment


MODULES = {"conv": 3, "dense": 3, "dropout": 2}  # numbers that a layer makes of each of its answers: before its bend, after it, and with some switched off
STEP_COPIES, LOOK_COPIES = 3, 3  # of all answers in a step taken by phases, and of one layer's where a part is asked about
QUESTION = 32  # pictures that a question's gradients go through at once
COUNTED = 8  # copies of a layer's weights while a record counts them for its histogram
PICTURES, EMBEDDED = 4, 9  # copies of all pictures, and of what the output is given for some of them


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
    """Layers with shapes, parameters and multiply-adds, and the bytes a run takes at most: as if a step were taken by phases, a record taken, a filter switched off, a
    question answered and a checkpoint written on top of it."""
    found = walk(experiment)
    parts = sizes(rows(experiment.data), experiment.data)
    batch = parts[0] if experiment.training.optimizer.name == "gradient_descent" else min(experiment.training.batch_size, parts[0])
    sized = Estimate(found, 0, batch)
    kept = OPTIMIZER_MEMORY.get(experiment.training.optimizer.name, 0)
    weights = sized.parameters * (
        5 + 2 * kept + max(2 * (1 + kept), COUNTED)
    )  # in use; before and after a step; in a checkpoint and on its way out, or counted
    answers = prod(found[0].shape) + sum(MODULES.get(layer.kind, 1) * prod(layer.shape) for layer in found[1:])
    stepped = answers * STEP_COPIES * max(batch, QUESTION)
    largest = max(prod(layer.shape) for layer in found)
    looked = max(LOOK_COPIES * largest * min(sized.chunk, max(*parts, 256)), answers * sampled(sized.forward, sized.chunk))
    laid_out = min(batch, 16) * max((layer.work // prod(layer.shape) * prod(layer.shape[1:]) for layer in found if layer.kind == "conv"), default=0)
    held = PICTURES * sum(parts) * prod(found[0].shape) + EMBEDDED * min(SEEN * found[-2].shape[0], MOST_SEEN)
    return Estimate(found, 4 * (weights + stepped + looked + laid_out + held), batch)


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
    View(
        "filters", N_("Filters"), N_("What does it look for?"), "filters", "tab",
        N_("The weights of the first two convolutions, each filter as a small picture: green where light makes it answer more, purple where less. A filter of the second sees all maps of the first: a row shows its weights for each of eight."),
        N_("Cause: strokes of one direction come again and again. Effect: some filters become edges of that direction. Switch one off, and see what the network loses; undo brings it back."),
    ),
    View(
        "mistakes", N_("Mistakes"), N_("Where is it sure, and wrong?"), "mistakes", "tab",
        N_("The test pictures on which it is wrong and surest of it, with the probability it gave to what it said, and to what is true. As last measured."),
        N_("Cause: a 4 is closed at the top. Effect: it is read as a 9, and surely so: a probability tells how sure the network is, not how right. Click a picture to see why."),
    ),
    View(
        "embedding", N_("Embedding"), N_("How does it sort the pictures?"), "embedding", "tab",
        N_("Each test picture by what the last hidden layer makes of it: many numbers, seen from where they spread most (the first two principal components), each picture in the colour of its class. The axes are held as it learns. As last measured."),
        N_("Cause: the output can only draw straight borders. Effect: the layers before it learn to pull the classes apart. What overlaps here may still lie apart in directions that are not drawn."),
    ),
    View(
        "pictures", N_("Pictures"), N_("What does it learn from?"), "sheet", "tab",
        N_("The first training picture of each class; below them, if pictures are varied (shift, turn, mirror, grain) or their pixels shuffled, how training is shown them."),
        N_("Cause: a digit is shown at many places. Effect: the network no longer minds where it is, and reads moved ones as well; it takes longer to learn."),
    ),
    declared.WEIGHTS,
    declared.GRADIENTS,
    declared.ACTIVATIONS,
    declared.MEMORY,
    looked_into.PHASE,
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
