"""The autoencoder family: what can be chosen, its views and size. No torch."""

from __future__ import annotations

from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field

from playground.choices import Choice, Initialization, Ui, one_of
from playground.data.catalogue import rows
from playground.data.contract import Dataset, sizes
from playground.families.autoencoder import layers
from playground.families.autoencoder.layers import AnyLayer, Dense
from playground.families.autoencoder.presets import PRESETS
from playground.families.contract import Estimate, Family, LayerSize, Metric, ModelSpec, View
from playground.families.dense.family import OPTIMIZER_MEMORY
from playground.families.supervised import declared
from playground.text import N_

if TYPE_CHECKING:
    from playground.experiment import Experiment

KINDS = MappingProxyType({
    "plain": Choice(N_("Plain"), r"x \to z \to \hat x", N_("Give back what was given, through a narrow waist.")),
    "variational": Choice(N_("Variational (VAE)"), r"z \sim N(\mu(x), \sigma(x)^2)", N_("Each example becomes a small cloud instead of a point, and all clouds together are pulled round 0: what lies between is filled, and can be drawn from (Kingma and Welling, 2014).")),
})  # fmt: skip

if TYPE_CHECKING:
    Kind = str
else:
    Kind = one_of(KINDS)


class Model(ModelSpec):
    """An encoder down to some latent numbers, and a decoder that mirrors it."""

    family: Literal["autoencoder"]
    kind: Annotated[Kind, Ui(N_("Kind"), N_("Whether an example becomes one point of the latent space, or a cloud."))] = "plain"
    latent: Annotated[
        int,
        Ge(1),
        Le(32),
        Ui(N_("Latent units"), N_("How many numbers have to hold all that is known of an example. With two they can be drawn as a map."), step=1),
    ] = 2
    layers: Annotated[
        tuple[AnyLayer, ...],
        Field(max_length=6),
        Ui(N_("Encoder"), N_("From the example to the latent numbers. The decoder has the same layers the other way round.")),
    ] = (Dense(units=128), Dense(units=32))
    beta: Annotated[
        float,
        Ge(0),
        Le(100),
        Ui(
            N_("Beta"),
            N_("For the variational kind: how much the clouds are pulled round 0 (KL divergence). More: a tidier map, and blurred examples."),
            live=True,
            scale="log",
            off=0,
        ),
    ] = 1.0
    warm_up: Annotated[int, Ge(0), Le(1000), Ui(N_("Warm-up"), N_("For the variational kind: beta grows from 0 over so many epochs, so that units are not put to sleep before they have learned anything."), live=True, unit=N_("epochs"), scale="log", more=True, off=0)] = 0  # fmt: skip
    spoil: Annotated[float, Ge(0), Le(1), Ui(N_("Noise on what is given"), N_("Denoising: what is given is spoiled by so much noise (a standard deviation), and the clean one has to be given back (Vincent and others, 2008)."), live=True, step=0.05, off=0, more=True)] = 0.0  # fmt: skip
    sparsity: Annotated[float, Ge(0), Le(1), Ui(N_("Sparsity"), N_("Pulls latent numbers towards 0, all equally strongly: each example is to be told by few of them."), live=True, scale="log", off=0, more=True)] = 0.0  # fmt: skip
    initialization: Annotated[Initialization, Ui(N_("Initial weights"), N_("Where the weights start from."), more=True)] = "xavier"


def target(experiment: Experiment) -> tuple[int, ...]:
    """The shape of an example: (2,), or (channels, height, width)."""
    dataset = experiment.dataset
    return dataset.shape or (len(dataset.features),)


def walk(experiment: Experiment) -> tuple[LayerSize, ...]:
    """Input, encoder ("encoder1" is the first), code, decoder ("decoder1" is the first) and what is given back. Refusal at the layer that does not fit."""
    spec = experiment.model
    assert isinstance(spec, Model)
    return layers.sizes(spec.layers, target(experiment), spec.latent, 2 if spec.kind == "variational" else 1)


def estimate(experiment: Experiment) -> Estimate:
    """All layers, and the bytes a run takes: weights, gradients and the optimizer's memory, every module's answers to a mini-batch or to a part that is asked about, examples."""
    found = walk(experiment)
    parts = sizes(rows(experiment.data), experiment.data)
    batch = parts[0] if experiment.training.optimizer.name == "gradient_descent" else min(experiment.training.batch_size, parts[0])
    sized = Estimate(found, 0, batch)
    kept = OPTIMIZER_MEMORY.get(experiment.training.optimizer.name, 0)
    answers = sum(prod(layer.shape) for layer in found)
    numbers = (
        sized.parameters * (5 + 2 * kept + 2 * (1 + kept))
        + 6 * answers * max(batch, 32)
        + 2 * answers * min(sized.chunk, max(*parts, 256))
        + 4 * sum(parts) * prod(target(experiment))
    )
    return Estimate(found, 4 * numbers, batch)


def check(experiment: Experiment) -> None:
    """Refusal at the layer whose input does not fit it."""
    walk(experiment)


def variational(experiment: Experiment) -> bool:
    assert isinstance(experiment.model, Model)
    return experiment.model.kind == "variational"


def metrics(experiment: Experiment) -> tuple[Metric, ...]:
    """What is trained on, and the error of what is given back, for an example, on each part; of the variational kind the divergence too."""
    found = [Metric("train_loss", N_("Train loss"), "train"), Metric("test_loss", N_("Test loss"), "test")]
    found += [Metric("train_error", N_("Train reconstruction"), "train"), Metric("test_error", N_("Test reconstruction"), "test")]
    if variational(experiment):
        found += [Metric("train_divergence", "KL", "train"), Metric("test_divergence", "KL", "test")]
    if experiment.data.validation_fraction > 0:
        found += [Metric("validation_loss", N_("Validation loss"), "validation"), Metric("validation_error", N_("Validation reconstruction"), "validation")]
        found += [Metric("validation_divergence", "KL", "validation")] if variational(experiment) else []
    return tuple(found)


def _task(dataset: Dataset) -> str:
    return "rebuild"


def _losses(dataset: Dataset) -> tuple[str, ...]:
    return () if dataset.shape else ("model.spoil",)


VIEWS: tuple[View, ...] = ()

FAMILY = Family(
    name="autoencoder",
    title=N_("Autoencoder"),
    about=N_("Squeeze an example into a few numbers and give it back. Walk through the space of those numbers while it forms."),
    order=60,
    model=Model,
    kinds=("images", "points"),
    tasks=("rebuild",),
    losses=("mse", "binary_cross_entropy"),
    views=VIEWS,
    presets=PRESETS,
    default="vae-2",
    metrics=metrics,
    estimate=estimate,
    check=check,
    speeds=declared.SPEEDS,
    task=_task,
)
