"""The dense family: what can be chosen, its metrics, views, presets and size. No torch."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field

from playground.choices import LOSSES, Activation, Initialization, Spec, Ui
from playground.data.catalogue import datasets, rows
from playground.data.contract import Dataset, sizes
from playground.families.contract import Estimate, Family, LayerSize, Metric, ModelSpec, Preset, Speed, View
from playground.text import N_, Message, Refusal

if TYPE_CHECKING:
    from playground.experiment import Experiment


class DenseLayer(Spec):
    """One hidden layer: each unit sees every unit before it."""

    units: Annotated[int, Ge(1), Le(256), Ui(N_("Units"), N_("How many neurons this layer has. More can draw finer shapes, and memorise more."))] = 8
    activation: Annotated[
        Activation, Ui(N_("Activation"), N_("The bend after the weighted sum. Without one, layers of it together are still one straight line."))
    ] = "tanh"


class Model(ModelSpec):
    """0 to 8 hidden layers; the output layer follows from the data and the loss."""

    family: Literal["dense"]
    layers: Annotated[tuple[DenseLayer, ...], Field(max_length=8), Ui(N_("Layers"), N_("The hidden layers, from input to output. Each draws with the shapes of the one before."))] = (
        DenseLayer(), DenseLayer(), DenseLayer(),
    )  # fmt: skip
    initialization: Annotated[
        Initialization, Ui(N_("Initial weights"), N_("Where the weights start from. All equal would never part; too large saturates."), more=True)
    ] = "uniform"


def _dataset(experiment: Experiment) -> Dataset:
    return datasets()[experiment.data.name]


def outputs(experiment: Experiment) -> int:
    """Numbers the network gives for one example: one, or one for each class."""
    dataset = _dataset(experiment)
    return len(dataset.classes) if dataset.task == "classes" else 1


def metrics(experiment: Experiment) -> tuple[Metric, ...]:
    """Loss and score on each part; the score is accuracy, or R2 for regression."""
    score, title = ("r2", "R²") if _dataset(experiment).task == "regression" else ("accuracy", N_("accuracy"))
    found = [Metric("train_loss", N_("Train loss"), "train"), Metric("test_loss", N_("Test loss"), "test")]
    found += [
        Metric(f"train_{score}", "R²" if score == "r2" else N_("Train accuracy"), "train", percent=score == "accuracy"),
        Metric(f"test_{score}", "R²" if score == "r2" else N_("Test accuracy"), "test", percent=score == "accuracy"),
    ]
    if experiment.data.validation_fraction > 0:
        found += [
            Metric("validation_loss", N_("Validation loss"), "validation"),
            Metric(f"validation_{score}", title, "validation", percent=score == "accuracy"),
        ]
    return tuple(found)


def estimate(experiment: Experiment) -> Estimate:
    """Layers with shapes and parameters, and the bytes a run takes: weights, gradients, optimizer, examples, activations."""
    assert isinstance(experiment.model, Model)
    dataset = _dataset(experiment)
    width = len(dataset.features)
    found = [LayerSize("input", "input", (width,), 0)]
    for number, layer in enumerate(experiment.model.layers, 1):
        found.append(LayerSize(f"hidden{number}", "linear", (layer.units,), (width + 1) * layer.units))
        width = layer.units
    last = outputs(experiment)
    found.append(LayerSize("output", "linear", (last,), (width + 1) * last))
    parameters = sum(layer.parameters for layer in found)
    train, validation, test = sizes(rows(experiment.data), experiment.data)
    batch = train if experiment.training.optimizer.name == "gradient_descent" else min(experiment.training.batch_size, train)
    units = sum(layer.shape[0] for layer in found)
    copies = {"adam": 4, "momentum": 3}.get(experiment.training.optimizer.name, 2)
    examples = (train + validation + test) * (found[0].shape[0] + 1)
    activations = 2 * units * max(batch, validation, test, 2500)
    memory = 4 * (copies * parameters + 2 * examples + activations)
    return Estimate(tuple(found), parameters, memory, 3 * parameters * batch)


def check(experiment: Experiment) -> None:
    """Refuse a loss that does not fit the task, and a batch larger than the training part needs."""
    dataset, loss = _dataset(experiment), experiment.training.loss
    if dataset.task not in LOSSES[loss].tasks:
        fitting = [choice.title for choice in LOSSES.values() if dataset.task in choice.tasks]
        raise Refusal(
            Message(
                N_("Loss: {loss} does not fit the data {data}. Choose {fitting}."),
                {"loss": LOSSES[loss].title, "data": dataset.title, "fitting": fitting[-1]},
            )
        )


def _plane(experiment: Experiment) -> bool:
    dataset = _dataset(experiment)
    return len(dataset.features) == 2 and dataset.task == "binary"


def _classes(experiment: Experiment) -> bool:
    return not _plane(experiment) and _dataset(experiment).task in ("binary", "classes")


def _regression(experiment: Experiment) -> bool:
    return _dataset(experiment).task == "regression"


VIEWS = (
    View(
        "network", N_("Network"), N_("What does each neuron see?"), "network", "main",
        N_("Every neuron as a small map: green where it answers positive, purple where negative. Lines are weights: green positive, purple negative, thicker when larger."),
        N_("Cause: training turns the first layer's straight edges. Effect: later layers combine them into shapes."),
    ),
    View(
        "boundary", N_("Decision boundary"), N_("What has it learned?"), "boundary", "side",
        N_("The colour at each place is the network's answer there: a strong colour is a sure answer. Filled points train it, ringed points test it."),
        N_("Cause: each update moves the border a little. Effect: points change sides until both classes are apart."),
        applies=_plane,
    ),
    View(
        "confusion", N_("Confusion matrix"), N_("What has it learned?"), "plotly", "side",
        N_("Rows are the true classes of the test part, columns the network's answers. The diagonal is right."),
        N_("Cause: two classes look alike. Effect: a bright cell beside the diagonal."),
        applies=_classes,
    ),
    View(
        "predictions", N_("Predicted against true"), N_("What has it learned?"), "plotly", "side",
        N_("Each test example: what is true across, what the network says upward, in the table's own unit. Perfect lies on the line."),
        N_("Cause: the inputs do not tell everything. Effect: a cloud around the line, narrower as it learns."),
        applies=_regression,
    ),
    View(
        "loss", N_("Loss"), N_("Is it still learning?"), "plotly", "side_below",
        N_("How wrong the network is, by epoch: on the examples it trains with, and on those it never saw. Dotted: answering without looking (chance)."),
        N_("Cause: it learns the points, not the shape. Effect: the test line stays up while the train line falls."),
    ),
    View(
        "accuracy", N_("Accuracy"), N_("How often is it right?"), "plotly", "side_below",
        N_("The share of right answers, by epoch, on the training and on the test part. Dotted: always answering the commonest class."),
        N_("Cause: a border passes over a point. Effect: the line jumps by one example."),
        applies=lambda experiment: not _regression(experiment),
    ),
    View(
        "r2", "R²", N_("How much does it explain?"), "plotly", "side_below",
        N_("The share of the target's spread that the network explains, by epoch: 1 is all, 0 is no better than the mean (dotted)."),
        N_("Cause: it follows noise in the training part. Effect: train rises, test falls."),
        applies=_regression,
    ),
    View(
        "weights", N_("Weights"), N_("Where do the weights go?"), "bands", "tab",
        N_("All weights of each layer over time: the dark band holds the middle half, the pale band all of them."),
        N_("Cause: a layer receives a gradient. Effect: its band widens; a band that stays flat may still learn, see update / weight."),
    ),
    View(
        "gradients", N_("Gradients"), N_("Does every layer still learn?"), "plotly", "tab",
        N_("Left: how large the gradient of each layer is. Right: how much one update changes its weights, as a share of them. About 0.001 is healthy."),
        N_("Cause: many saturated layers. Effect: the first layers' lines sink far below the last: the gradient vanishes."),
    ),
)  # fmt: skip


def _points(name: str, layers: tuple[int, ...], activation: str = "tanh", **changed: object) -> dict[str, object]:
    training = {"loss": "mse", "optimizer": {"name": "sgd", "learning_rate": 0.015}, "batch_size": 10, "epochs": 2000, **changed}
    data: dict[str, object] = {"name": name}
    if name not in {"iris", "wine", "breast_cancer", "diabetes"}:
        data |= {"samples": 500, "noise": 0.0, "train_fraction": 0.5}
    hidden = [{"units": units, "activation": activation} for units in layers]
    return {"version": 1, "seed": 0, "data": data, "model": {"family": "dense", "layers": hidden}, "training": training}


PRESETS = MappingProxyType({
    "spiral": Preset(N_("Two spirals"), N_("Three layers of eight untangle what no straight line can part."), _points("spiral", (8, 8, 8))),
    "xor": Preset(N_("XOR"), N_("No single line solves it; four neurons in one layer do."), _points("xor", (4,), epochs=500)),
    "circle": Preset(N_("Circle"), N_("A few straight edges, bent together, close into a ring."), _points("circle", (4, 2), epochs=500)),
    "iris": Preset(N_("Iris flowers"), N_("150 real flowers, four measurements, three species."), _points("iris", (8,), loss="cross_entropy", optimizer={"name": "adam", "learning_rate": 0.01}, epochs=300)),
    "diabetes": Preset(N_("Diabetes progression"), N_("Ten measurements of 442 patients; how far the disease went a year later."), _points("diabetes", (8,), optimizer={"name": "adam", "learning_rate": 0.003}, epochs=300)),
})  # fmt: skip

SPEEDS = MappingProxyType(
    {
        "watch": (N_("to watch · 40 epochs/s"), Speed("epoch", 40)),
        "full": (N_("full"), Speed("full")),
        "slow": (N_("slow · 5 epochs/s"), Speed("epoch", 5)),
        "steps": (N_("very slow · 5 mini-batches/s"), Speed("step", 5)),
    }
)

FAMILY = Family(
    name="dense",
    title=N_("Dense"),
    about=N_("Layers of neurons, each seeing all neurons before it. Watch them bend straight lines into any shape."),
    order=20,
    model=Model,
    kinds=("points", "table"),
    tasks=("binary", "classes", "regression"),
    views=VIEWS,
    presets=PRESETS,
    default="spiral",
    metrics=metrics,
    estimate=estimate,
    check=check,
    speeds=SPEEDS,
)
