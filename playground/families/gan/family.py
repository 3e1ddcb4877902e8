"""The GAN family: what can be chosen, its views and size. No torch."""

from __future__ import annotations

from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Gt, Le
from pydantic import Field

from playground.choices import Adam, AnyOptimizer, Choice, Initialization, Ui, one_of
from playground.data.catalogue import rows
from playground.data.contract import Dataset, sizes
from playground.families.contract import Estimate, Family, LayerSize, Metric, Misfit, ModelSpec, View
from playground.families.dense.family import OPTIMIZER_MEMORY
from playground.families.gan import layers
from playground.families.gan.layers import AnyLayer, Dense
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
JUDGED = 1000  # pictures that a row makes up
SAMPLE = 256  # examples that a record asks about


TRAINED = MappingProxyType({
    "both": Choice(N_("Both"), r"D, G", N_("The discriminator learns, then the generator, in each step.")),
    "discriminator": Choice(N_("Discriminator alone"), r"D", N_("The generator stays as it is, and is seen through better and better.")),
    "generator": Choice(N_("Generator alone"), r"G", N_("The discriminator stays as it is, and what fools it now is found.")),
})  # fmt: skip

if TYPE_CHECKING:
    Trained = str
else:
    Trained = one_of(TRAINED)


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
        tuple[AnyLayer, ...],
        Field(max_length=6),
        Ui(N_("Generator"), N_("From noise to something made up. Its output layer follows from the data."), whose=N_("generator")),
    ] = (Dense(), Dense())
    discriminator: Annotated[
        tuple[AnyLayer, ...],
        Field(max_length=6),
        Ui(N_("Discriminator"), N_("From an example to a verdict: real or made up. Its output is one number."), whose=N_("discriminator")),
    ] = (Dense(), Dense())
    initialization: Annotated[Initialization, Ui(N_("Initial weights"), N_("Where the weights of both networks start."), more=True)] = "he"
    discriminator_optimizer: Annotated[AnyOptimizer, Ui(N_("Optimizer, discriminator"), N_("The rule that changes the discriminator's weights; the one above is the generator's."), live=True, group="training", whose=N_("discriminator"))] = Adam(learning_rate=0.001)  # fmt: skip
    trained: Annotated[Trained, Ui(N_("Learning"), N_("Which network learns: both, or one alone, while the other is held as it is."), live=True, group="training")] = "both"  # fmt: skip
    discriminator_steps: Annotated[int, Ge(1), Le(10), Ui(N_("Discriminator updates"), N_("How often the discriminator learns in each step. More make it a better judge, and the generator's task clearer or hopeless."), live=True, group="training", step=1, more=True)] = 1  # fmt: skip
    generator_steps: Annotated[int, Ge(1), Le(10), Ui(N_("Generator updates"), N_("How often the generator learns in each step."), live=True, group="training", step=1, more=True)] = 1  # fmt: skip
    weight_limit: Annotated[float, Gt(0), Le(1), Ui(N_("Weight limit"), N_("For the clipped Wasserstein loss: the discriminator's weights are kept within this size."), live=True, group="training", scale="log", step=0.001, more=True)] = 0.1  # fmt: skip
    gradient_penalty: Annotated[float, Ge(0), Le(100), Ui(N_("Gradient penalty"), N_("For the Wasserstein loss with penalty: how much a slope other than 1 costs."), live=True, group="training", scale="log", more=True)] = 1.0  # fmt: skip


CLUMPED = ("gaussians", "lattice")  # data drawn around clumps, of which some can be left out


def target(experiment: Experiment) -> tuple[int, ...]:
    """The shape of an example: (2,) of points, (channels, height, width) of pictures."""
    dataset = experiment.dataset
    return dataset.shape or (len(dataset.features),)


def walk(experiment: Experiment) -> tuple[tuple[LayerSize, ...], tuple[LayerSize, ...]]:
    """The layers of the generator, from the noise to a made-up example, and of the discriminator, from an example to its verdict; each with its input first. Misfit at a layer that does not fit."""
    spec, shape = experiment.model, target(experiment)
    assert isinstance(spec, Model)
    generator = layers.up(spec.generator, spec.noise, shape)
    try:
        return generator, layers.down(spec.discriminator, shape)
    except Misfit as misfit:
        raise Misfit(misfit.messages[0], (*generator, *misfit.before)) from None


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
    answers, columns = sum(prod(layer.shape) for layer in found), prod(target(experiment))
    sized = Estimate(found, 0, batch)
    asked = min(sized.chunk, JUDGED) if pictured(experiment) else GROUND
    return Estimate(found, 4 * (weights + 12 * answers * batch + 3 * answers * max(asked, SAMPLE) + 4 * sum(parts) * columns), batch)


def check(experiment: Experiment) -> None:
    """Refusal at a layer that does not fit, and for gradient descent, which takes all examples at once: a game is played in mini-batches."""
    walk(experiment)
    spec = experiment.model
    assert isinstance(spec, Model)
    for which, name in ((N_("Optimizer"), experiment.training.optimizer.name), (N_("Optimizer, discriminator"), spec.discriminator_optimizer.name)):
        if name == "gradient_descent":
            raise Refusal(
                Message(
                    N_("{field}: gradient descent takes all examples at once, and a GAN learns from mini-batches. Choose SGD, Adam or another."),
                    {"field": which},
                )
            )


def pictured(experiment: Experiment) -> bool:
    """Are pictures made up?"""
    return len(target(experiment)) == 3


def flat(experiment: Experiment) -> bool:
    """Are points of a plane made up?"""
    return not pictured(experiment)


def clumped(experiment: Experiment) -> bool:
    """Are the points drawn around clumps?"""
    return experiment.data.name in CLUMPED


def metrics(experiment: Experiment) -> tuple[Metric, ...]:
    """The losses of both, which are no scores; how far what is made up is from what is real; what is found of clumps, or of classes; the mean answers to real and made-up examples."""
    found = [Metric("generator_loss", N_("Generator's loss"), "train"), Metric("discriminator_loss", N_("Discriminator's loss"), "train")]
    if pictured(experiment):
        found += [
            Metric("frechet", N_("Fréchet distance"), "test"),
            Metric("rarest", N_("Rarest class"), "train", percent=True, header=False),
            Metric("largest", N_("Commonest class"), "train", percent=True, header=False),
        ]
    else:
        found += [
            Metric("jensen_shannon", N_("Jensen-Shannon"), "train", header=not clumped(experiment)),
            Metric("kullback_leibler", N_("Kullback-Leibler"), "train", header=False),
        ]
    if clumped(experiment):
        found += [Metric("covered", N_("Clumps found"), "train", percent=True), Metric("largest", N_("Largest clump"), "train", percent=True, header=False)]
    found += [Metric("real_answer", N_("Answer to real"), "train", header=False), Metric("made_answer", N_("Answer to made up"), "train", header=False)]
    return tuple(found)


def _task(dataset: Dataset) -> str:
    return "generate"


def _hidden(dataset: Dataset) -> tuple[str, ...]:
    """Nobody answers anything here; points are compared with those that are learned from, pictures with held-out ones."""
    shuffled = ("data.shuffled_labels", "data.shuffled_pixels")
    return shuffled if dataset.shape else (*shuffled, "data.train_fraction", "data.validation_fraction")


VIEWS: tuple[View, ...] = (
    View(
        "layered", N_("Real and made up"), N_("Can you still tell them apart?"), "layered", "main",
        N_("Real points and made-up ones; the ground is orange where the discriminator thinks it sees real points, and blue where made-up ones; the grid is the square of noise as the generator bends it; an arrow tells where a made-up point has to move to fool it. The words above switch each on and off."),
        N_("Cause: the discriminator finds a place where only made-up points are. Effect: the arrows there grow, and the generator leaves it at the next update."), flat,
    ),
    View(
        "samples", N_("Made up"), N_("Could this be real?"), "samples", "main",
        N_("What the generator makes of noises that stay the same: a sheet that gets better while it learns. Drag the slider to see how it was. Click a picture to see the real ones nearest to it; click a second one to walk from one to the other."),
        N_("Cause: the discriminator learns what gives them away. Effect: strokes come first, then digits, and at last the small mistakes go."), pictured,
    ),
    View(
        "coverage", N_("Coverage"), N_("Does it make up all there is?"), "coverage", "side",
        N_("How many of the clumps are found, how much goes to each, and how far real and made up lie apart on a grid of 30 by 30: the Jensen-Shannon divergence is 0 where they are alike and 0.69 where they share nothing."),
        N_("Cause: one clump fools the discriminator for the moment. Effect: everything moves there (mode collapse), until it is seen through, and then to the next."), flat,
    ),
    View(
        "classes", N_("Coverage"), N_("Does it make up all there is?"), "coverage", "side",
        N_("A small classifier of the real pictures looks at 1,000 made-up ones: how much goes to each class, and how far its features are spread from those of real pictures (the Fréchet distance; with the features of another network it is known as FID). It is measured at each row of the history."),
        N_("Cause: one kind fools the discriminator for the moment. Effect: its share grows and others are left out (mode collapse)."), pictured,
    ),
    View(
        "verdicts", N_("Verdicts"), N_("Who is winning?"), "plotly", "side",
        N_("What the discriminator answers to real and to made-up examples, as histograms. Apart: it tells them easily. Alike: it can only guess, which is what the generator wants."),
        N_("Cause: all made-up examples are seen through. Effect: with the original loss the generator's gradient vanishes, and it learns no more."),
    ),
    View(
        "losses", N_("Losses"), N_("Is the game even?"), "plotly", "side_below",
        N_("The losses of both, by epoch. They are no scores: each depends on how good the other is just now. Dotted: where the game is even."),
        N_("Cause: the discriminator gets better. Effect: the generator's loss rises, though what it makes up may be better than before."),
    ),
    View(
        "distances", N_("Distance"), N_("Does it get closer?"), "plotly", "side_below",
        N_("How far made-up points are from real ones, by epoch, measured over a grid and blind to the discriminator: unlike the losses, this tells how good the generator is."),
        N_("Cause: a clump is found. Effect: the line drops by a step."), flat,
    ),
    View(
        "frechet", N_("Distance"), N_("Does it get closer?"), "plotly", "side_below",
        N_("The Fréchet distance between made-up and held-out real pictures, by epoch, in the features of a small classifier, blind to the discriminator: unlike the losses, this tells how good the generator is. 0 would be perfect; real pictures reach the dotted line."),
        N_("Cause: what is made up gets sharper and more varied. Effect: the line falls, steeply at first."), pictured,
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
    kinds=("cloud", "images"),
    tasks=("generate",),
    losses=("non_saturating", "minimax", "least_squares", "gan_hinge", "wasserstein", "wasserstein_penalty"),
    views=VIEWS,
    presets=PRESETS,
    default="eight-gaussians",
    metrics=metrics,
    estimate=estimate,
    check=check,
    speeds=declared.SPEEDS,
    hidden=_hidden,
    task=_task,
    live=("training.loss",),
)
