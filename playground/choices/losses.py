"""What a training can make small. As data, no torch; `training/losses.py` computes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from playground.choices.base import Choice, one_of
from playground.text import N_


@dataclass(frozen=True)
class LossChoice(Choice):
    """A loss, and the tasks it can be used for."""

    tasks: tuple[str, ...] = ()


GENERATE = ("generate",)

LOSSES: Mapping[str, LossChoice] = MappingProxyType({
    "mse": LossChoice(N_("Mean squared error"), r"\frac{1}{n} \sum (\hat y - y)^2", N_("The mean of the squared distances to the target: large mistakes count most."), ("binary", "regression", "rebuild", "rebuild_points")),
    "mae": LossChoice(N_("Mean absolute error"), r"\frac{1}{n} \sum |\hat y - y|", N_("The mean distance to the target: one wild point cannot pull much."), ("regression",)),
    "huber": LossChoice(N_("Huber"), r"\frac{1}{n} \sum \begin{cases} d^2 / 2 & |d| \le 1 \\ |d| - 1/2 & \text{else} \end{cases}", N_("Squared for distances d up to 1, straight beyond: smooth near the target, calm about wild points."), ("regression",)),
    "binary_cross_entropy": LossChoice(N_("Binary cross-entropy"), r"-\frac{1}{n} \sum y \log p + (1 - y) \log (1 - p)", N_("How surprised the network is by the true class of two (log loss): being sure and wrong costs most."), ("binary", "rebuild")),
    "hinge": LossChoice(N_("Hinge"), r"\frac{1}{n} \sum \max(0, 1 - y f(x))", N_("Counts only points that are wrong or too near the border; those well on their side pull no more."), ("binary",)),
    "perceptron": LossChoice(N_("Perceptron"), r"\frac{1}{n} \sum \max(0, -y f(x))", N_("Rosenblatt's rule of 1958: only wrong points pull, each by its own coordinates. It stops at the first line that parts them."), ("binary",)),
    "cross_entropy": LossChoice(N_("Cross-entropy"), r"-\frac{1}{n} \sum \log p_y", N_("How surprised the network is by the true class of several: being sure and wrong costs most."), ("classes",)),
    "non_saturating": LossChoice(N_("Non-saturating"), r"L_D = -\log D(x) - \log(1 - D(G(z))),\ L_G = -\log D(G(z))", N_("The usual one: the generator makes the discriminator say real. It pulls hardest where it fails (Goodfellow and others, 2014)."), GENERATE),
    "minimax": LossChoice(N_("Original (minimax)"), r"L_G = \log(1 - D(G(z)))", N_("One game, two sides: what one wins the other loses. A generator that is seen through gets almost no gradient (Goodfellow and others, 2014)."), GENERATE),
    "least_squares": LossChoice(N_("Least squares"), r"L_D = \tfrac12 (D(x) - 1)^2 + \tfrac12 D(G(z))^2,\ L_G = \tfrac12 (D(G(z)) - 1)^2", N_("Squared distances to 1 for real and 0 for made up: also what fools it is pulled closer (Mao and others, 2017)."), GENERATE),
    "gan_hinge": LossChoice(N_("Hinge (GAN)"), r"L_D = \max(0, 1 - D(x)) + \max(0, 1 + D(G(z))),\ L_G = -D(G(z))", N_("The discriminator learns only from what is within its margin (Lim and Ye, 2017)."), GENERATE),
    "wasserstein": LossChoice(N_("Wasserstein, clipped"), r"L_D = D(G(z)) - D(x),\ L_G = -D(G(z))", N_("How far made up must be carried to become real; the discriminator's weights are kept small so that it cannot be too steep (Arjovsky and others, 2017)."), GENERATE),
    "wasserstein_penalty": LossChoice(N_("Wasserstein, gradient penalty"), r"L_D = D(G(z)) - D(x) + \lambda (\lVert \nabla D(\hat x) \rVert - 1)^2", N_("As before, but steepness itself is punished, on the way from real to made up (Gulrajani and others, 2017)."), GENERATE),
})  # fmt: skip

if TYPE_CHECKING:
    Loss = str
else:
    Loss = one_of(LOSSES)
