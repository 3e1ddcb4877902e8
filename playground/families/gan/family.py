"""The GAN family: what can be chosen, its views and size. No torch."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Gt, Le
from pydantic import Field

from playground.choices import Activation, Adam, AnyOptimizer, Choice, Initialization, Spec, Ui, one_of
from playground.data.catalogue import rows
from playground.data.contract import Dataset, sizes
from playground.families.contract import Estimate, Family, LayerSize, Metric, ModelSpec, View
from playground.families.dense.family import OPTIMIZER_MEMORY
from playground.families.gan.presets import PRESETS
from playground.families.supervised import declared, looked_into
from playground.text import N_, Message, Refusal

if TYPE_CHECKING:
    from playground.experiment import Experiment

NOISES = MappingProxyType({
    "uniform": Choice(N_("Uniform"), r"z \sim U(-1, 1)", N_("Every number between -1 and 1 is as likely as any other.")),
    "gaussian": Choice(N_("Gaussian"), r"z \sim N(0, 1)", N_("A bell curve round 0.")),
})  # fmt: skip

if TYPE_CHECKING:
    Noise = str
else:
    Noise = one_of(NOISES)


GROUND = 1600  # places at which the discriminator is asked for each picture


class Layer(Spec):
    """One hidden layer of either network: each unit sees every unit before it."""

    units: Annotated[int, Ge(1), Le(256), Ui(N_("Units"), N_("How many neurons this layer has."))] = 64
    activation: Annotated[Activation, Ui(N_("Activation"), N_("The bend after the weighted sum."))] = "relu"
    batch_norm: Annotated[bool, Ui(N_("Batch norm"), N_("Brings the numbers of each mini-batch to mean 0 and width 1 before they are bent."), more=True)] = (
        False
    )


class Model(ModelSpec):
    """A generator that makes examples out of noise, and a discriminator that tells them from real ones."""

    family: Literal["gan"]
    noise: Annotated[
        int,
        Ge(1),
        Le(128),
        Ui(
            N_("Noise"),
            N_("How many random numbers the generator starts from. With one or two they can be drawn as a line or a square that it bends."),
            scale="log",
            more=True,
        ),
    ] = 2
    noise_kind: Annotated[Noise, Ui(N_("Kind of noise"), N_("How the random numbers are drawn."), more=True)] = "uniform"
    generator: Annotated[
        tuple[Layer, ...], Field(max_length=6), Ui(N_("Generator"), N_("From noise to something made up. Its output layer follows from the data."))
    ] = (Layer(), Layer())
    discriminator: Annotated[
        tuple[Layer, ...], Field(max_length=6), Ui(N_("Discriminator"), N_("From an example to a verdict: real or made up. Its output is one number."))
    ] = (Layer(), Layer())
    initialization: Annotated[Initialization, Ui(N_("Initial weights"), N_("Where the weights of both networks start."), more=True)] = "he"
    discriminator_optimizer: Annotated[AnyOptimizer, Ui(N_("Discriminator's optimizer"), N_("The rule that changes the discriminator's weights; the one above is the generator's."), live=True, group="training")] = Adam(learning_rate=0.001)  # fmt: skip
    discriminator_steps: Annotated[int, Ge(1), Le(10), Ui(N_("Discriminator updates"), N_("How often the discriminator learns in each step. More make it a better judge, and the generator's task clearer or hopeless."), live=True, group="training", step=1, more=True)] = 1  # fmt: skip
    generator_steps: Annotated[int, Ge(1), Le(10), Ui(N_("Generator updates"), N_("How often the generator learns in each step."), live=True, group="training", step=1, more=True)] = 1  # fmt: skip
    weight_limit: Annotated[float, Gt(0), Le(1), Ui(N_("Weight limit"), N_("For the clipped Wasserstein loss: the discriminator's weights are kept within this size."), live=True, group="training", scale="log", step=0.001, more=True)] = 0.1  # fmt: skip
    gradient_penalty: Annotated[float, Ge(0), Le(100), Ui(N_("Gradient penalty"), N_("For the Wasserstein loss with penalty: how much a slope other than 1 costs."), live=True, group="training", scale="log", more=True)] = 1.0  # fmt: skip


POINT = 2  # numbers in an example
CLUMPED = ("gaussians", "lattice")  # data drawn around clumps, of which some can be left out


def walk(experiment: Experiment) -> tuple[tuple[LayerSize, ...], tuple[LayerSize, ...]]:
    """The layers of the generator, from the noise to a made-up point, and of the discriminator, from a point to its verdict; each with its input first."""
    spec = experiment.model
    assert isinstance(spec, Model)
    generator = _sizes("generator", LayerSize("noise", "noise", (spec.noise,), 0, 0), (*spec.generator, Layer(units=POINT)), "made")
    return generator, _sizes("discriminator", LayerSize("example", "input", (POINT,), 0, 0), (*spec.discriminator, Layer(units=1)), "verdict")


def _sizes(name: str, given: LayerSize, layers: tuple[Layer, ...], last: str) -> tuple[LayerSize, ...]:
    found = [given]
    for number, layer in enumerate(layers, 1):
        width = found[-1].shape[0]
        called = last if number == len(layers) else f"{name}{number}"
        found.append(LayerSize(called, "dense", (layer.units,), (width + 1 + 2 * layer.batch_norm) * layer.units, width * layer.units))
    return tuple(found)


def estimate(experiment: Experiment) -> Estimate:
    """Both networks' layers, generator first, and the bytes a run takes: weights, gradients and optimizers' memory, every module's answers to a mini-batch or a record's sample and their gradients, examples."""
    spec = experiment.model
    assert isinstance(spec, Model)
    generator, discriminator = walk(experiment)
    found = (*generator, *discriminator)
    parts = sizes(rows(experiment.data), experiment.data)
    batch = min(experiment.training.batch_size, parts[0])
    kept = max(OPTIMIZER_MEMORY.get(name, 0) for name in (experiment.training.optimizer.name, spec.discriminator_optimizer.name))
    weights = sum(layer.parameters for layer in found) * (6 + 3 * kept)
    answers = sum(layer.shape[0] for layer in found)
    return Estimate(found, 4 * (weights + 12 * answers * max(batch, GROUND) + 3 * sum(parts) * POINT), batch)


def check(experiment: Experiment) -> None:
    """Everything that a GAN takes fits with everything else, but gradient descent, which takes all examples at once: a game is played in mini-batches."""
    spec = experiment.model
    assert isinstance(spec, Model)
    for which, name in ((N_("Optimizer"), experiment.training.optimizer.name), (N_("Discriminator's optimizer"), spec.discriminator_optimizer.name)):
        if name == "gradient_descent":
            raise Refusal(
                Message(
                    N_("{field}: gradient descent takes all examples at once, and a GAN learns from mini-batches. Choose SGD, Adam or another."),
                    {"field": which},
                )
            )


def clumped(experiment: Experiment) -> bool:
    """Are the points drawn around clumps?"""
    return experiment.data.name in CLUMPED


def metrics(experiment: Experiment) -> tuple[Metric, ...]:
    """The losses of both, which are no scores; how far the made-up points are from the real ones; what is found of clumps; the mean answers to real and made-up examples."""
    found = [
        Metric("generator_loss", N_("Generator's loss"), "train"),
        Metric("discriminator_loss", N_("Discriminator's loss"), "train"),
        Metric("jensen_shannon", N_("Jensen-Shannon"), "train"),
        Metric("kullback_leibler", N_("Kullback-Leibler"), "train", header=False),
        Metric("real_answer", N_("Answer to real"), "train", header=False),
        Metric("made_answer", N_("Answer to made up"), "train", header=False),
    ]
    if clumped(experiment):
        found += [Metric("covered", N_("Clumps found"), "train", percent=True), Metric("largest", N_("Largest clump"), "train", percent=True, header=False)]
    return tuple(found)


def _task(dataset: Dataset) -> str:
    return "generate"


VIEWS: tuple[View, ...] = (
    View(
        "layered", N_("Real and made up"), N_("Can you still tell them apart?"), "layered", "main",
        N_("Real points and made-up ones; the ground is orange where the discriminator thinks it sees real points, and blue where made-up ones; the grid is the square of noise as the generator bends it; an arrow tells where a made-up point has to move to fool it. The words above switch each on and off."),
        N_("Cause: the discriminator finds a place where only made-up points are. Effect: the arrows there grow, and the generator leaves it at the next update."),
    ),
    View(
        "verdicts", N_("Verdicts"), N_("Who is winning?"), "plotly", "side",
        N_("What the discriminator answers to real and to made-up examples, as histograms. Apart: it tells them easily. Alike: it can only guess, which is what the generator wants."),
        N_("Cause: all made-up examples are seen through. Effect: with the original loss the generator's gradient vanishes, and it learns no more."),
    ),
    View(
        "coverage", N_("Coverage"), N_("Does it make up all there is?"), "coverage", "side",
        N_("How many of the clumps are found, how much goes to each, and how far real and made up lie apart on a grid of 30 by 30: the Jensen-Shannon divergence is 0 where they are alike and 0.69 where they share nothing."),
        N_("Cause: one clump fools the discriminator for the moment. Effect: everything moves there (mode collapse), until it is seen through, and then to the next."),
    ),
    View(
        "losses", N_("Losses"), N_("Is the game even?"), "plotly", "side_below",
        N_("The losses of both, by epoch. They are no scores: each depends on how good the other is just now. Dotted: where the game is even."),
        N_("Cause: the discriminator gets better. Effect: the generator's loss rises, though what it makes up may be better than before."),
    ),
    View(
        "distances", N_("Distance"), N_("Does it get closer?"), "plotly", "side_below",
        N_("How far made-up points are from real ones, by epoch, measured over a grid and blind to the discriminator: unlike the losses, this tells how good the generator is."),
        N_("Cause: a clump is found. Effect: the line drops by a step."),
    ),
    declared.WEIGHTS,
    declared.GRADIENTS,
    declared.ACTIVATIONS,
    declared.MEMORY,
    looked_into.PHASE,
)  # fmt: skip

FAMILY = Family(
    name="gan",
    title=N_("GAN"),
    about=N_("Two networks against each other: one makes things up, the other tells them from real ones. Watch the made-up ones become real."),
    order=50,
    model=Model,
    kinds=("cloud",),
    tasks=("generate",),
    losses=("non_saturating", "minimax", "least_squares", "gan_hinge", "wasserstein", "wasserstein_penalty"),
    views=VIEWS,
    presets=PRESETS,
    default="eight-gaussians",
    metrics=metrics,
    estimate=estimate,
    check=check,
    speeds=declared.SPEEDS,
    hidden=lambda dataset: ("data.shuffled_labels",),
    task=_task,
    live=("training.loss",),
)
