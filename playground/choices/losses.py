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


LOSSES: Mapping[str, LossChoice] = MappingProxyType({
    "mse": LossChoice(N_("Mean squared error"), r"\frac{1}{n} \sum (\hat y - y)^2", N_("The mean of the squared distances to the target: large mistakes count most."), ("binary", "regression")),
    "mae": LossChoice(N_("Mean absolute error"), r"\frac{1}{n} \sum |\hat y - y|", N_("The mean distance to the target: one wild point cannot pull much."), ("regression",)),
    "huber": LossChoice(N_("Huber"), r"\frac{1}{n} \sum \begin{cases} d^2 / 2 & |d| \le 1 \\ |d| - 1/2 & \text{else} \end{cases}", N_("Squared for distances d up to 1, straight beyond: smooth near the target, calm about wild points."), ("regression",)),
    "binary_cross_entropy": LossChoice(N_("Binary cross-entropy"), r"-\frac{1}{n} \sum y \log p + (1 - y) \log (1 - p)", N_("How surprised the network is by the true class of two (log loss): being sure and wrong costs most."), ("binary",)),
    "hinge": LossChoice(N_("Hinge"), r"\frac{1}{n} \sum \max(0, 1 - y f(x))", N_("Counts only points that are wrong or too near the border; those well on their side pull no more."), ("binary",)),
    "perceptron": LossChoice(N_("Perceptron"), r"\frac{1}{n} \sum \max(0, -y f(x))", N_("Rosenblatt's rule of 1958: only wrong points pull, each by its own coordinates. It stops at the first line that parts them."), ("binary",)),
    "cross_entropy": LossChoice(N_("Cross-entropy"), r"-\frac{1}{n} \sum \log p_y", N_("How surprised the network is by the true class of several: being sure and wrong costs most."), ("classes",)),
})  # fmt: skip

if TYPE_CHECKING:
    Loss = str
else:
    Loss = one_of(LOSSES)
