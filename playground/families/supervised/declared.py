"""What families that learn from answers declare alike: metrics, outputs, views of what they have learned, speeds. No torch."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from playground.data.contract import Dataset
from playground.families.contract import Metric, Speed, View
from playground.text import N_

if TYPE_CHECKING:
    from playground.experiment import Experiment


def outputs(experiment: Experiment) -> int:
    """Numbers the network gives for one example: one, or one for each class."""
    dataset = experiment.dataset
    return len(dataset.classes) if dataset.task == "classes" else 1


def metrics(experiment: Experiment) -> tuple[Metric, ...]:
    """Loss and score on each part; the score is accuracy, or R2 for regression."""
    score, title = ("r2", "R²") if experiment.dataset.task == "regression" else ("accuracy", N_("accuracy"))
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


def plane(experiment: Experiment) -> bool:
    """Are the data points of a plane, so that answers can be drawn as a map?"""
    return flat(experiment.dataset)


def flat(dataset: Dataset) -> bool:
    return dataset.kind == "points" and len(dataset.features) == 2


def regression(experiment: Experiment) -> bool:
    return experiment.dataset.task == "regression"


def classified(experiment: Experiment) -> bool:
    return experiment.dataset.task != "regression"


def single(experiment: Experiment) -> bool:
    """Is there one feature, so that the answer is a curve over it?"""
    return len(experiment.dataset.features) == 1


FIT = View(
    "fit", N_("Fit"), N_("How well does it fit?"), "fit", "side",
    N_("The data and the network's answer to every x. Filled points train it, ringed points test it. Thin lines are the residuals: what is left between a training point and the answer. Dotted: the least-squares solution of a single neuron. A line can be dragged by its round grips, or moved with the arrow keys on them."),
    N_("Cause: a residual is large. Effect: its point pulls, and each update moves the answer a little towards it."),
    applies=single,
)  # fmt: skip
CONFUSION = View(
    "confusion", N_("Scores"), N_("What does it mix up?"), "confusion", "side",
    N_("Rows are the true classes, columns the network's answers; the diagonal is right. Recall: how many of a class it found. Precision: how many of those it named so are of the class. F1 joins both; macro F1 is their mean over the classes."),
    N_("Cause: two classes look alike. Effect: a number beside the diagonal, less recall for the one, less precision for the other."),
    applies=classified,
)  # fmt: skip
PREDICTIONS = View(
    "predictions", N_("Predicted against true"), N_("How far off is it?"), "predictions", "side",
    N_("Each test example: what is true across, what the network says upward, in the target's own unit. Perfect lies on the line. Below: R², the mean error (MAE), the root mean squared error (RMSE) and the middle half of the residuals."),
    N_("Cause: the inputs do not tell everything. Effect: a cloud around the line, narrower as it learns."),
    applies=regression,
)  # fmt: skip
LOSS = View(
    "loss", N_("Loss"), N_("Is it still learning?"), "plotly", "side_below",
    N_("How wrong the network is, by epoch: on the examples it trains with, and on those it never saw. Dotted: answering without looking (chance). Upright lines are changes made meanwhile; a ring is where the validation part was best, a cross where the numbers end."),
    N_("Cause: it learns the points, not the shape. Effect: the test line stays up while the train line falls."),
)  # fmt: skip
ACCURACY = View(
    "accuracy", N_("Accuracy"), N_("How often is it right?"), "plotly", "side_below",
    N_("The share of right answers, by epoch, on the training and on the test part. Dotted: always answering the commonest class."),
    N_("Cause: a border passes over a point. Effect: the line jumps by one example."),
    applies=classified,
)  # fmt: skip
R2 = View(
    "r2", "R²", N_("How much does it explain?"), "plotly", "side_below",
    N_("The share of the target's spread that the network explains, by epoch: 1 is all, 0 is no better than the mean (dotted)."),
    N_("Cause: it follows noise in the training part. Effect: train rises, test falls."),
    applies=regression,
)  # fmt: skip
WEIGHTS = View(
    "weights", N_("Weights"), N_("Where do the weights go?"), "weights", "tab",
    N_("All weights of each layer over time: the dark band holds the middle half, the pale band all of them. \"Histogram\" shows how many have which value: the stronger, the more."),
    N_("Cause: a layer receives a gradient. Effect: its band widens; a band that stays flat may still learn, see update / weight."),
)  # fmt: skip
GRADIENTS = View(
    "gradients", N_("Gradients"), N_("Does every layer still learn?"), "gradients", "tab",
    N_("Left: how large the gradient of each layer is. Right: how much one update changes its weights, as a share of them; shaded, about a thousandth, is healthy. \"Histogram\": how many of a layer's gradients have which size."),
    N_("Cause: many saturated layers. Effect: the first layers' lines sink far below the last: the gradient vanishes. Weights that are too large make it explode instead."),
)  # fmt: skip
ACTIVATIONS = View(
    "activations", N_("Activations"), N_("Do all neurons take part?"), "histograms", "tab",
    N_("What each layer answers to a fixed sample of at most 256 training examples, over time: the stronger, the more answers had that value. Dead: a ReLU that answers 0 to all of them. Saturated: a tanh or sigmoid within 1.5 % of the ends of its range for more than 95 % of them."),
    N_("Cause: too large a step throws a neuron's sum far off. Effect: it dies or saturates, no gradient gets through it, and it hardly learns any more."),
)  # fmt: skip
MEMORY = View(
    "memory", N_("Optimizer"), N_("What does it remember?"), "memory", "tab",
    N_("What the optimizer keeps of every weight between two updates, one map a layer: rows are neurons, columns their inputs. Momentum keeps a velocity; Adagrad and RMSprop the size of its gradients (√s); Adam their mean m and size √v, corrected for starting at 0: it steps by learning rate × m / √v."),
    N_("Cause: gradients point the same way for long. Effect: velocity or mean grow, and the steps with them; where they quarrel, the steps shrink."),
)  # fmt: skip

SPEEDS = MappingProxyType(
    {
        "watch": (N_("to watch · 40 epochs/s"), Speed("epoch", 40)),
        "full": (N_("full"), Speed("full")),
        "slow": (N_("slow · 5 epochs/s"), Speed("epoch", 5)),
        "steps": (N_("very slow · 5 mini-batches/s"), Speed("step", 5)),
        "phases": (N_("slow motion · a phase a second"), Speed("phase", 1)),
    }
)
