"""The linear family: one neuron without an activation between. What can be chosen, its metrics, views, presets and size. No torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Le

from playground.choices import Choice, Ui, one_of
from playground.data.catalogue import rows
from playground.data.contract import Dataset, sizes
from playground.families.contract import Estimate, Family, LayerSize, ModelSpec, Place, View
from playground.families.dense import family as dense
from playground.families.linear.presets import PRESETS
from playground.families.supervised import declared, looked_into
from playground.text import N_

if TYPE_CHECKING:
    from playground.experiment import Experiment

STARTS: Mapping[str, Choice] = MappingProxyType({
    "away": Choice(N_("Far away"), r"W = -2,\ b = 0", N_("All weights -2, bias 0: falling where most data rise, so that there is a long way down to watch.")),
    "zeros": Choice(N_("Zero"), r"W = 0,\ b = 0", N_("All zero: it answers the same everywhere. One neuron alone may start so; the way to the lowest place is found from anywhere.")),
    "uniform": Choice(N_("Uniform"), r"W \sim U(-0.5, 0.5),\ b = 0.1", N_("Weights drawn evenly between -0.5 and 0.5, bias 0.1, by the seed.")),
})  # fmt: skip

if TYPE_CHECKING:
    Start = str
else:
    Start = one_of(STARTS)


AT_ONCE = 100_000  # answers of the map of the loss that are in memory at once
MAP = 2100  # its places


class Model(ModelSpec):
    """One neuron: weights times inputs, plus a bias. degree: of the polynomial that is made of a single feature; it means nothing for more features.

    The default start is one wrong place for all: from -2 the way to most answers is long enough to be watched, and always the same.
    """

    family: Literal["linear"]
    degree: Annotated[int, Ge(1), Le(6), Ui(N_("Degree of the fit"), N_("The highest power of x that it is given: 1 is a line, 2 a parabola. It stays linear in its weights, so this is linear regression still (polynomial regression)."))] = 1  # fmt: skip
    bias: Annotated[bool, Ui(N_("Bias"), N_("The intercept: a number that is added whatever x is. Without it every line goes through 0."))] = True
    start: Annotated[
        Start, Ui(N_("Start"), N_("Where the weights start from. The surface of most losses here is one bowl: every start ends in the same place."))
    ] = "away"


def inputs(experiment: Experiment) -> int:
    """How many numbers the neuron is given: the powers of a single feature, or all features."""
    assert isinstance(experiment.model, Model)
    return experiment.model.degree if declared.single(experiment) else len(experiment.dataset.features)


def estimate(experiment: Experiment) -> Estimate:
    """Its two layers, and the bytes a run takes: examples, and the map of the loss with the answers at each of its places."""
    assert isinstance(experiment.model, Model)
    width = inputs(experiment)
    parameters = width + experiment.model.bias
    found = (LayerSize("input", "input", (width,), 0, 0), LayerSize("output", "linear", (1,), parameters, width))
    train, validation, test = sizes(rows(experiment.data), experiment.data)
    batch = train if experiment.training.optimizer.name == "gradient_descent" else min(experiment.training.batch_size, train)
    landscape = 16 * min(AT_ONCE, MAP * train)
    memory = 4 * (4 * parameters + 4 * (train + validation + test) * (width + 1) + 64 * train + landscape)
    return Estimate(found, memory, batch)


def check(experiment: Experiment) -> None:
    """Everything that a linear network takes fits with everything else."""


def hidden(dataset: Dataset) -> tuple[str, ...]:
    return () if len(dataset.features) == 1 else ("model.degree",)


def _plane(experiment: Experiment) -> bool:
    return declared.plane(experiment)


def _table(experiment: Experiment) -> bool:
    return not declared.single(experiment) and not declared.plane(experiment)


def _taken(name: str, applies: Callable[[Experiment], bool], place: Place = "side") -> tuple[View, ...]:
    """Views of the dense family of this name, for these experiments of ours."""
    return tuple(replace(view, place=place, applies=partial(_both, applies, view.applies)) for view in dense.VIEWS if view.name == name)


def _both(one: Callable[[Experiment], bool], other: Callable[[Experiment], bool], experiment: Experiment) -> bool:
    return one(experiment) and other(experiment)


VIEWS = (
    replace(declared.FIT, place="main"),
    *_taken("boundary", _plane, "main"),
    View(
        "coefficients", N_("Weights by input"), N_("What counts, and which way?"), "plotly", "main",
        N_("One bar for each weight: green adds to the answer when its input is large, purple takes away from it. Crosses: where least squares would have them."),
        N_("Cause: two inputs say nearly the same. Effect: their weights trade places for a long time while the loss hardly moves."),
        applies=_table,
    ),
    *_taken("confusion", _table),
    *_taken("predictions", _table),
    View(
        "surface", N_("Loss surface"), N_("Which way is down?"), "surface", "side",
        N_("Every place is a pair of weights; the darker, the larger the loss on the training part there. Thin lines join places of equal loss. The path is the way walked so far, the arrow points where the loss falls fastest. Click to put the weights somewhere else."),
        N_("Cause: the valley is narrow and long. Effect: a large learning rate throws the path from wall to wall, a small one creeps along the floor."),
    ),
    *_taken("slice", _table),
    declared.LOSS,
    declared.ACCURACY,
    declared.R2,
    declared.WEIGHTS,
    declared.GRADIENTS,
    declared.MEMORY,
    looked_into.TRACE,
    looked_into.PHASE,
)  # fmt: skip

FAMILY = Family(
    name="linear",
    title=N_("Linear"),
    about=N_("One neuron: a line through points, or between them. See the loss as a landscape, and gradient descent walk down it."),
    order=10,
    model=Model,
    kinds=("curve", "points", "table"),
    tasks=("regression", "binary"),
    losses=("mse", "mae", "huber", "binary_cross_entropy", "hinge", "perceptron"),
    views=VIEWS,
    presets=PRESETS,
    default="line",
    metrics=declared.metrics,
    estimate=estimate,
    check=check,
    speeds=declared.SPEEDS,
    hidden=hidden,
)
