"""The dense family: what can be chosen, its metrics, views, presets and size. No torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field

from playground.choices import Activation, Initialization, Input, Spec, Ui
from playground.data.catalogue import rows
from playground.data.contract import sizes
from playground.families.contract import Estimate, Family, LayerSize, ModelSpec, View
from playground.families.dense.presets import PRESETS
from playground.families.supervised import declared, looked_into
from playground.text import N_

if TYPE_CHECKING:
    from playground.experiment import Experiment


OPTIMIZER_MEMORY = {"momentum": 1, "nesterov": 1, "adagrad": 1, "rmsprop": 1, "adam": 2, "adamw": 2}  # tensors kept for each parameter
STEP_COPIES, LOOK_COPIES = (
    4,
    2,
)  # of every module's answers that are in memory at once: in a step taken by phases, which keeps them and their gradients; in an answer


class DenseLayer(Spec):
    """One hidden layer: each unit sees every unit before it. Weighted sum, batch norm, activation, dropout, in this order."""

    units: Annotated[int, Ge(1), Le(256), Ui(N_("Units"), N_("How many neurons this layer has. More can draw finer shapes, and memorise more."))] = 8
    activation: Annotated[
        Activation, Ui(N_("Activation"), N_("The bend after the weighted sum. Without one, layers of it together are still one straight line."))
    ] = "tanh"
    bias: Annotated[
        bool, Ui(N_("Bias"), N_("A number of its own for each neuron, added to its sum: without it every line goes through the middle."), more=True)
    ] = True
    batch_norm: Annotated[bool, Ui(N_("Batch norm"), N_("Brings the sums of each mini-batch to mean 0 and width 1 before they are bent: deep networks learn faster (Ioffe and Szegedy, 2015)."), more=True)] = False  # fmt: skip
    dropout: Annotated[float, Ge(0), Le(0.9), Ui(N_("Dropout"), N_("The share of neurons that are silent at each step, drawn anew each time: none can rely on one other alone (Srivastava and others, 2014)."), unit="%", step=0.05, more=True)] = 0.0  # fmt: skip


class Model(ModelSpec):
    """0 to 8 hidden layers; the output layer follows from the data and the loss. inputs: what is made of a point's two coordinates; tables give their columns."""

    family: Literal["dense"]
    inputs: Annotated[tuple[Input, ...], Field(min_length=1, max_length=9), Ui(N_("Inputs"), N_("What the network is told of each point. With squares, products or waves given to it, it needs fewer neurons."))] = ("x1", "x2")  # fmt: skip
    layers: Annotated[tuple[DenseLayer, ...], Field(max_length=8), Ui(N_("Layers"), N_("The hidden layers, from input to output. Each draws with the shapes of the one before."))] = (
        DenseLayer(), DenseLayer(), DenseLayer(),
    )  # fmt: skip
    initialization: Annotated[
        Initialization, Ui(N_("Initial weights"), N_("Where the weights start from. All equal would never part; too large saturates."), more=True)
    ] = "uniform"


def inputs(experiment: Experiment) -> tuple[str, ...]:
    """What the network is told of an example: the chosen functions of a point's coordinates, or the columns of a table."""
    assert isinstance(experiment.model, Model)
    return experiment.model.inputs if declared.plane(experiment) else experiment.dataset.features


def estimate(experiment: Experiment) -> Estimate:
    """Layers with shapes and parameters, and the bytes a run takes: weights, gradients, optimizer, examples, and every module's answers to a mini-batch or a part."""
    assert isinstance(experiment.model, Model)
    width = len(inputs(experiment))
    found = [LayerSize("input", "input", (width,), 0, 0)]
    for number, layer in enumerate(experiment.model.layers, 1):
        found.append(LayerSize(f"hidden{number}", "linear", (layer.units,), (width + layer.bias + 2 * layer.batch_norm) * layer.units, width * layer.units))
        width = layer.units
    last = declared.outputs(experiment)
    found.append(LayerSize("output", "linear", (last,), (width + 1) * last, width * last))
    parameters = sum(layer.parameters for layer in found)
    train, validation, test = sizes(rows(experiment.data), experiment.data)
    batch = train if experiment.training.optimizer.name == "gradient_descent" else min(experiment.training.batch_size, train)
    answers = found[0].shape[0] + sum(layer.units * (2 + layer.batch_norm + (layer.dropout > 0)) for layer in experiment.model.layers) + 2 * last
    copies = 2 + OPTIMIZER_MEMORY.get(experiment.training.optimizer.name, 0)
    examples = (train + validation + test) * (found[0].shape[0] + 1)
    activations = answers * max(STEP_COPIES * batch, LOOK_COPIES * max(validation, test, 2500))
    memory = 4 * (copies * parameters + 3 * examples + activations)
    return Estimate(tuple(found), memory, batch)


def check(experiment: Experiment) -> None:
    """Everything that a dense network takes fits with everything else."""


def _table(experiment: Experiment) -> bool:
    return not declared.plane(experiment)


def _pictured(experiment: Experiment) -> bool:
    return experiment.dataset.shape is not None


def _striped(experiment: Experiment) -> bool:
    return _table(experiment) and not _pictured(experiment)


def _sliced(experiment: Experiment) -> bool:
    return _striped(experiment) and not declared.single(experiment)


def _bordered(experiment: Experiment) -> bool:
    return declared.plane(experiment) and declared.classified(experiment)


def _hilly(experiment: Experiment) -> bool:
    return declared.plane(experiment) and declared.regression(experiment)


VIEWS = (
    View(
        "network", N_("Network"), N_("What does each neuron see?"), "network", "main",
        N_("Every neuron as a small map: green where it answers positive, purple where negative. Lines are weights, thicker when larger; the small dots are biases."),
        N_("Cause: training turns the first layer's straight edges. Effect: later layers combine them into shapes. Click a line or a dot to set its number yourself."),
        applies=declared.plane,
    ),
    View(
        "network", N_("Network"), N_("What does each neuron tell apart?"), "network", "main",
        N_("Every neuron as a strip: its answers to 25 test examples, in the order of their class or value; green positive, purple negative. Lines are weights, thicker when larger; the small dots are biases."),
        N_("Cause: training makes a neuron answer alike to examples that belong together. Effect: its strip parts into blocks. Click a line or a dot to set its number yourself."),
        applies=_striped,
    ),
    View(
        "network", N_("Network"), N_("What does each neuron look for?"), "network", "main",
        N_("Left: the first test picture. Neurons of the first layer show their weights, one a pixel: green where ink makes them answer more, purple where less. Later ones are strips: their answers to 50 test pictures, in the order of their class."),
        N_("Cause: pixels that tell classes apart get larger weights. Effect: strokes appear in the first layer, and blocks in the strips of the output. Where all pictures are black, weights stay as they were drawn."),
        applies=_pictured,
    ),
    View(
        "boundary", N_("Decision boundary"), N_("What has it learned?"), "boundary", "side",
        N_("The colour at each place is the network's answer there: a strong colour is a sure answer. Filled points train it, ringed points test it."),
        N_("Cause: each update moves the border a little. Effect: points change sides until the classes are apart. \"Edit points\" lets you change the points meanwhile."),
        applies=_bordered,
    ),
    View(
        "boundary", N_("Answers"), N_("What has it learned?"), "boundary", "side",
        N_("The colour at each place is the value the network gives there: green above 0, purple below. Filled points train it, ringed ones test it, each in the colour of its true value."),
        N_("Cause: each update moves the colours a little. Effect: the points sink into a ground of their own colour. \"Edit points\" lets you change the points meanwhile."),
        applies=_hilly,
    ),
    declared.FIT,
    declared.CONFUSION,
    declared.PREDICTIONS,
    View(
        "slice", N_("Slice"), N_("How do two columns decide?"), "slice", "side",
        N_("The network's answer for two columns of the table, all others held at their mean over the training part. It fades where no training examples are near."),
        N_("Cause: a slice cuts through many dimensions. Effect: an example can look wrong here and be right, as its other columns are not at their mean."),
        applies=_sliced,
    ),
    declared.LOSS,
    declared.ACCURACY,
    declared.R2,
    declared.WEIGHTS,
    declared.GRADIENTS,
    declared.ACTIVATIONS,
    declared.MEMORY,
    looked_into.TRACE,
    looked_into.PHASE,
)  # fmt: skip


FAMILY = Family(
    name="dense",
    title=N_("Dense"),
    about=N_("Layers of neurons, each seeing all neurons before it. Watch them bend straight lines into any shape."),
    order=20,
    model=Model,
    kinds=("points", "table", "curve", "images"),
    tasks=("binary", "classes", "regression"),
    losses=("mse", "mae", "huber", "binary_cross_entropy", "hinge", "cross_entropy"),
    views=VIEWS,
    presets=PRESETS,
    default="spiral",
    metrics=declared.metrics,
    estimate=estimate,
    check=check,
    speeds=declared.SPEEDS,
    hidden=lambda dataset: () if declared.flat(dataset) else ("model.inputs",),
)
