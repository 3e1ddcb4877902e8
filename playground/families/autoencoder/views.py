"""What can be seen of an autoencoder. No torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.families.contract import View
from playground.families.supervised import declared, looked_into
from playground.text import N_

if TYPE_CHECKING:
    from playground.experiment import Experiment


def pictured(experiment: Experiment) -> bool:
    """Are the examples pictures?"""
    return experiment.dataset.shape is not None


def flat(experiment: Experiment) -> bool:
    """Are they points of a plane?"""
    return not pictured(experiment)


def variational(experiment: Experiment) -> bool:
    return bool(experiment.model.kind.name == "variational")  # type: ignore[attr-defined]


VIEWS: tuple[View, ...] = (
    View(
        "map", N_("Map"), N_("Where does each example lie?"), "latent", "main",
        N_("Left what is given, right what the decoder makes of the place in hand; between them the space of latent numbers: test examples in the colours of their classes, and behind them what the decoder makes of each place. Drag across it, and the decoder answers."),
        N_("Cause: two kinds of example look alike. Effect: their regions touch, and between them the decoder draws something of both."),
    ),
    View(
        "tryout", N_("Try it"), N_("Does it clean yours?"), "cleaned", "side",
        N_("Draw, or take one of the data, and spoil it with noise: on the right is what comes back. Below it stands how far each of them is from the clean one."),
        N_("Cause: it has only seen digits. Effect: noise is left out, as nothing in it looks like one, and so is whatever else of yours is no digit."),
        applies=pictured,
    ),
    View(
        "plane", N_("Back in the plane"), N_("Where does each point come back?"), "plotly", "side",
        N_("Filled: the test points. Ringed: where each comes back, and a thin line between the two. The grey lines are the latent space itself, as the decoder lays it into the plane: a thread for one number, a net for two."),
        N_("Cause: one number is too few for a plane. Effect: every point is moved to the nearest place of the thread."),
        applies=flat,
    ),
    declared.LOSS,
    View(
        "error", N_("Reconstruction"), N_("How well does it give back?"), "plotly", "side_below",
        N_("The error of what is given back, for an example and summed over its numbers: cross-entropy in nats, or squared distance. Dotted: giving back the mean of all examples each time."),
        N_("Cause: more latent numbers, or less pull on them. Effect: a lower line."),
    ),
    View(
        "divergence", "KL", N_("How much does the code tell?"), "plotly", "side_below",
        N_("The other part of the loss: how far the clouds are from the one at the middle (KL divergence, in nats). It is also how much an example's code can tell about it; 0 is nothing at all."),
        N_("Cause: beta is raised. Effect: this line falls, and the reconstruction gets worse."),
        applies=variational,
    ),
    View(
        "rebuilt", N_("Rebuilt"), N_("What is lost on the way?"), "rows", "tab",
        N_("A test picture of each class as it was given, and as it came back from its latent numbers; with noise in between where noise is what it has to remove."),
        N_("Cause: a few numbers cannot hold every stroke. Effect: what is common to many comes back, what is one's own gets lost."),
        applies=pictured,
    ),
    View(
        "walk", N_("Between"), N_("What lies between two?"), "walk", "tab",
        N_("Upper row: on the straight line from one picture's code to the other's, decoded. Lower row: the same two pictures laid over each other, without any network."),
        N_("Cause: the map has no holes between the two. Effect: each step is a picture of its own; where there is one, it fades from the one to the other or turns to nothing."),
        applies=pictured,
    ),
    View(
        "sums", N_("Sums"), N_("Can one calculate with it?"), "sums", "tab",
        N_("The code of the first picture, less that of the second, plus that of the third, decoded. If A and B differ in one thing alone, C should get it."),
        N_("Cause: the encoder gives a trait (slant, thickness) a direction of its own. Effect: a difference of two codes carries it over to a third."),
        applies=pictured,
    ),
    View(
        "units", N_("In use"), N_("Which of them are in use?"), "plotly", "tab",
        N_("How much each latent number tells of an example. Of the variational kind: its KL divergence, the mean over test examples; below 0.01 nats it sleeps. Of a sparse one: in how many examples it is not 0. Of all others: how far it spreads over them."),
        N_("Cause: the pull costs more than a number earns. Effect: it falls asleep: it says the same of every example, and the decoder stops listening."),
    ),
    View(
        "samples", N_("Made up"), N_("Can it make up new ones?"), "rows", "tab",
        N_("Random places, drawn from the bell curve that the clouds are pulled to, and decoded: nobody drew these. They are the same places all the time."),
        N_("Cause: all clouds together fill the middle. Effect: nearly every place there is an example; with little pull many are nothing."),
        applies=lambda experiment: pictured(experiment) and variational(experiment),
    ),
    declared.WEIGHTS,
    declared.GRADIENTS,
    declared.ACTIVATIONS,
    declared.MEMORY,
    looked_into.PHASE,
)  # fmt: skip
