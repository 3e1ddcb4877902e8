"""The autoencoder family: what can be chosen, and its size; its views are in views.py. No torch."""

from __future__ import annotations

from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field

from playground.choices import Initialization, Ui
from playground.data.catalogue import rows
from playground.data.contract import Dataset, sizes
from playground.families.autoencoder import layers
from playground.families.autoencoder.kinds import AnyKind, Plain, Variational
from playground.families.autoencoder.layers import AnyLayer, Dense
from playground.families.autoencoder.presets import PRESETS
from playground.families.autoencoder.views import VIEWS
from playground.families.contract import Estimate, Family, LayerSize, Metric, ModelSpec
from playground.families.dense.family import OPTIMIZER_MEMORY
from playground.families.supervised import declared
from playground.text import N_

if TYPE_CHECKING:
    from playground.experiment import Experiment

PARTS = {"train": (N_("Train loss"), N_("Train reconstruction")), "test": (N_("Test loss"), N_("Reconstruction")), "validation": (N_("Validation loss"), N_("Validation reconstruction"))}  # fmt: skip
DRAWN = 300  # examples that a picture asks about at most, with all that is decoded for it
COPIES = 6  # of every layer's answers in a step: before and after the bend, their gradients, and what a step taken by phases keeps


class Model(ModelSpec):
    """An encoder down to some latent numbers, and a decoder that mirrors it."""

    family: Literal["autoencoder"]
    kind: Annotated[AnyKind, Ui(N_("Kind"), N_("What is asked of it besides giving back what it was given."))] = Plain()
    latent: Annotated[
        int,
        Ge(1),
        Le(32),
        Ui(N_("Latent size"), N_("How many numbers have to hold all that is known of an example. Two can be drawn as a map."), step=1),
    ] = 2
    layers: Annotated[
        tuple[AnyLayer, ...],
        Field(max_length=6),
        Ui(N_("Encoder"), N_("From the example to the latent numbers. The decoder has the same layers the other way round.")),
    ] = (Dense(units=128), Dense(units=32))
    initialization: Annotated[Initialization, Ui(N_("Initial weights"), N_("Where the weights of encoder and decoder start."), more=True)] = "xavier"


def target(experiment: Experiment) -> tuple[int, ...]:
    """The shape of an example: (2,), or (channels, height, width)."""
    dataset = experiment.dataset
    return dataset.shape or (len(dataset.features),)


def walk(experiment: Experiment) -> tuple[LayerSize, ...]:
    """Input, encoder ("encoder1" is the first), code, decoder ("decoder1" is the first) and what is given back. Refusal at the layer that does not fit."""
    spec = experiment.model
    assert isinstance(spec, Model)
    return layers.sizes(spec.layers, target(experiment), spec.latent, spec.kind.told)


def estimate(experiment: Experiment) -> Estimate:
    """All layers, and the bytes a run takes: weights, gradients and the optimizer's memory, every module's answers to a mini-batch or to what a picture asks about, examples."""
    found = walk(experiment)
    parts = sizes(rows(experiment.data), experiment.data)
    batch = parts[0] if experiment.training.optimizer.name == "gradient_descent" else min(experiment.training.batch_size, parts[0])
    sized = Estimate(found, 0, batch)
    kept = OPTIMIZER_MEMORY.get(experiment.training.optimizer.name, 0)
    answers = sum(prod(layer.shape) for layer in found)
    numbers = (
        sized.parameters * (5 + 2 * kept + 2 * (1 + kept))
        + COPIES * answers * max(batch, 32)
        + 2 * answers * min(sized.chunk, max(*parts, DRAWN))
        + 3 * sum(parts) * prod(target(experiment))
    )
    return Estimate(found, 4 * numbers, batch)


def check(experiment: Experiment) -> None:
    """Refusal at the layer whose input does not fit it."""
    walk(experiment)


def metrics(experiment: Experiment) -> tuple[Metric, ...]:
    """What is made small, and the error of what is given back, for an example, on each part; of the variational kind the divergence too."""
    spec = experiment.model
    assert isinstance(spec, Model)
    found: list[Metric] = []
    for part in ("train", "test", *(["validation"] if experiment.data.validation_fraction > 0 else [])):
        loss, error = PARTS[part]
        found += [Metric(f"{part}_loss", loss, part), Metric(f"{part}_error", error, part, header=part == "test")]  # type: ignore[arg-type]
        found += [Metric(f"{part}_divergence", "KL", part, header=part == "test")] if isinstance(spec.kind, Variational) else []  # type: ignore[arg-type]
    return tuple(sorted(found, key=lambda metric: not metric.name.endswith("_loss")))  # losses first: the stop conditions look at them


def task(dataset: Dataset) -> str:
    """Pictures are given back pixel by pixel, each from 0 to 1; points are not within such bounds."""
    return "rebuild" if dataset.shape else "rebuild_points"


def hidden(dataset: Dataset) -> tuple[str, ...]:
    """Answers are not looked at; what is spoiled is the kind's own matter."""
    return ("data.shuffled_labels", "data.pixel_noise")


FAMILY = Family(
    name="autoencoder",
    title=N_("Autoencoder"),
    about=N_("Squeeze an example into a few numbers and give it back. Walk through the space of those numbers while it forms."),
    order=60,
    model=Model,
    kinds=("images", "points"),
    tasks=("rebuild", "rebuild_points"),
    losses=("binary_cross_entropy", "mse"),
    views=VIEWS,
    presets=PRESETS,
    default="vae-2",
    metrics=metrics,
    estimate=estimate,
    check=check,
    speeds=MappingProxyType({"full": declared.SPEEDS["full"], **{name: speed for name, speed in declared.SPEEDS.items() if speed[1].unit != "epoch"}}),
    hidden=hidden,
    task=task,
)
