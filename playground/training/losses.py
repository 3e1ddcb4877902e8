"""Output and target of a network, by task and loss; the loss itself, the score beside it, and what chance would reach."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

Sums = NDArray[np.float64]
PAIRS = 5  # numbers in a `Sums`: answers (several of an example that is answered at several steps), loss summed over them, and three that the score is made of


def _signs(y: Tensor) -> Tensor:
    return y.to(torch.float32).mul(2).sub(1)[:, None]  # (n, 1) of -1 and 1


def _bits(y: Tensor) -> Tensor:
    return y.to(torch.float32)[:, None]  # (n, 1) of 0 and 1


def _as_is(y: Tensor) -> Tensor:
    return y


def _side_hits(outputs: Tensor, targets: Tensor) -> Tensor:
    return (outputs > 0) == (targets > 0)


def _class_hits(outputs: Tensor, targets: Tensor) -> Tensor:
    return outputs.argmax(1) == targets


@dataclass(frozen=True)
class Objective:
    """What one task and one loss ask of a network.

    output: the activation of its last layer. target: class numbers (n,) or values (n, 1) -> what `loss` compares with. Where examples are answered at several steps, targets are
    (n, steps) and outputs (n, steps), or (n, classes, steps).
    loss: (outputs, targets) -> the mean over the examples, a scalar. answer: outputs as they are shown: probability of class 1
    (n, 1) for two classes, probabilities (n, classes) for several, the value itself for regression. hits: which examples
    are right; None for regression, whose score is R2.
    """

    output: str
    target: Callable[[Tensor], Tensor]
    loss: Callable[[Tensor, Tensor], Tensor]
    answer: Callable[[Tensor], Tensor]
    hits: Callable[[Tensor, Tensor], Tensor] | None

    @property
    def score(self) -> str:
        """The name of the score in the history: accuracy or r2."""
        return "r2" if self.hits is None else "accuracy"

    def sums(self, outputs: Tensor, targets: Tensor) -> Sums:
        """What `metrics` needs of some examples; sums of parts add up to the sums of the whole. (5,) float64."""
        n = targets.numel()
        if n == 0:
            return np.zeros(PAIRS)
        loss = float(self.loss(outputs, targets)) * n
        if self.hits is not None:
            return np.array([n, loss, float(self.hits(outputs, targets).sum()), 0.0, 0.0])
        said, true = outputs.detach().cpu().double(), targets.cpu().double()
        return np.array([n, loss, float((said - true).square().sum()), float(true.sum()), float(true.square().sum())])

    def metrics(self, sums: Sums) -> tuple[float | None, float | None]:
        """(loss, score): means over the examples; None where there is no finite number."""
        n, loss, first, total, squares = map(float, sums)
        if n == 0 or math.isnan(loss):
            return None, None  # a network that answers NaN is neither right nor wrong
        if self.hits is not None:
            return finite(loss / n), first / n
        spread = squares - total * total / n
        return finite(loss / n), finite(1 - first / spread) if spread > 0 else None

    def chance(self, targets: Tensor) -> tuple[float, float]:
        """(loss, score) of the best answer that does not look, one for all: measured with the loss itself on the targets.

        In closed form where there is one; otherwise the best constant output is found by thirds of intervals, as every loss here is convex in it.
        """
        targets = targets.cpu()  # some accelerators have no float64
        if targets.dtype == torch.int64:
            shares = torch.bincount(targets.flatten()).double() / targets.numel()
            return float(-torch.xlogy(shares, shares).sum()), float(shares.max())
        targets = targets.double()
        share = float((targets > 0).double().mean())
        score = 0.0 if self.hits is None else max(share, 1 - share)
        if self.loss is F.mse_loss:
            return float(targets.var(correction=0)), score
        if self.loss is F.binary_cross_entropy_with_logits:
            return -sum(p * math.log(p) for p in (share, 1 - share) if p > 0), score
        return self._best_constant(targets), score

    def _best_constant(self, targets: Tensor) -> float:
        low, high = float(targets.min()), float(targets.max())

        def at(value: float) -> float:
            return float(self.loss(torch.full_like(targets, value), targets))

        for _ in range(60):
            first, second = low + (high - low) / 3, high - (high - low) / 3
            if at(first) <= at(second):
                high = second
            else:
                low = first
        return at((low + high) / 2)


def finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _halved(outputs: Tensor) -> Tensor:
    return outputs.add(1).div(2)


def _softmax(outputs: Tensor) -> Tensor:
    return outputs.softmax(1)


def _hinge(outputs: Tensor, targets: Tensor) -> Tensor:
    """Mean of max(0, 1 - y f(x)), targets -1 and 1 (Cortes and Vapnik, 1995)."""
    return F.relu(1 - targets * outputs).mean()


def _perceptron(outputs: Tensor, targets: Tensor) -> Tensor:
    """Mean of max(0, -y f(x)): its gradient is Rosenblatt's rule, wrong points pull by their coordinates. On the border a point counts as wrong; NaN stays NaN."""
    margins = targets * outputs
    return torch.where(margins > 0, torch.zeros_like(margins), -margins).mean()


def _sided(outputs: Tensor) -> Tensor:
    """Outputs that are distances to a border, as shares between 0 and 1: the border is at a half, the margin's edges at 0 and 1."""
    return outputs.clamp(-1, 1).add(1).div(2)


@dataclass(frozen=True)
class Rivalry(Objective):
    """What a generator and a discriminator make small. Both are given the discriminator's numbers before any sigmoid, (n, 1): of real examples and of made-up ones.

    critic: (real, made up) -> the discriminator's loss. forger: made up -> the generator's. even: (discriminator's, generator's) loss where real and made up cannot be told apart and the
    discriminator has learned all there is to learn. sided: is it a probability that it tells, or a number without bounds?
    """

    critic: Callable[[Tensor, Tensor], Tensor]
    forger: Callable[[Tensor], Tensor]
    even: tuple[float, float]
    sided: bool = True

    def chance(self, targets: Tensor) -> tuple[float, float]:
        """(the generator's loss, the mean answer to made-up examples) where the game is even."""
        return self.even[1], 0.5


def _no_answer(outputs: Tensor, targets: Tensor) -> Tensor:
    raise TypeError("a generator has no right answers")


def _rivalry(
    critic: Callable[[Tensor, Tensor], Tensor], forger: Callable[[Tensor], Tensor], even: tuple[float, float], answer: Callable[[Tensor], Tensor]
) -> Rivalry:
    return Rivalry("linear", _as_is, _no_answer, answer, None, critic, forger, even, answer is torch.sigmoid)


def _told_apart(real: Tensor, made: Tensor) -> Tensor:
    """-log D(x) - log(1 - D(G(z))), means (Goodfellow and others, 2014)."""
    return F.softplus(-real).mean() + F.softplus(made).mean()


def _earth(real: Tensor, made: Tensor) -> Tensor:
    """Mean of D(G(z)) less mean of D(x) (Arjovsky and others, 2017)."""
    return made.mean() - real.mean()


def _lifted(made: Tensor) -> Tensor:
    return -made.mean()


@dataclass(frozen=True)
class Rebuilding(Objective):
    """What is to be given back as it was. error: (outputs, targets) -> for each example the error summed over its numbers, (n,): the squared distance, or the cross-entropy of each number taken as a
    probability, in nats."""

    error: Callable[[Tensor, Tensor], Tensor]

    def chance(self, targets: Tensor) -> tuple[float, float]:
        """(error of giving the mean of all examples back, 0)."""
        middle = targets.mean(0, keepdim=True)
        if self.output == "linear" and self.answer is torch.sigmoid:
            middle = torch.logit(middle, eps=1e-6)
        return float(self.error(middle.expand_as(targets), targets).mean()), 0.0


def _summed_squares(outputs: Tensor, targets: Tensor) -> Tensor:
    return (outputs - targets).square().sum(1)


def _summed_surprise(outputs: Tensor, targets: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(outputs, targets, reduction="none").sum(1)


def _rebuilding(error: Callable[[Tensor, Tensor], Tensor], answer: Callable[[Tensor], Tensor]) -> Rebuilding:
    return Rebuilding("linear", _as_is, lambda outputs, targets: error(outputs, targets).mean(), answer, None, error)


RIVALRIES: Mapping[str, Rivalry] = MappingProxyType({
    "non_saturating": _rivalry(_told_apart, lambda made: F.softplus(-made).mean(), (2 * math.log(2), math.log(2)), torch.sigmoid),
    "minimax": _rivalry(_told_apart, lambda made: -F.softplus(made).mean(), (2 * math.log(2), -math.log(2)), torch.sigmoid),
    "least_squares": _rivalry(lambda real, made: ((real - 1).square().mean() + made.square().mean()) / 2, lambda made: (made - 1).square().mean() / 2, (0.25, 0.125), _as_is),
    "gan_hinge": _rivalry(lambda real, made: F.relu(1 - real).mean() + F.relu(1 + made).mean(), _lifted, (2.0, 0.0), _as_is),
    "wasserstein": _rivalry(_earth, _lifted, (0.0, 0.0), _as_is),
    "wasserstein_penalty": _rivalry(_earth, _lifted, (0.0, 0.0), _as_is),
})  # fmt: skip

OBJECTIVES: Mapping[tuple[str, str], Objective] = MappingProxyType(
    {
        ("binary", "mse"): Objective("tanh", _signs, F.mse_loss, _halved, _side_hits),
        ("binary", "binary_cross_entropy"): Objective("linear", _bits, F.binary_cross_entropy_with_logits, torch.sigmoid, _side_hits),
        ("binary", "hinge"): Objective("linear", _signs, _hinge, _sided, _side_hits),
        ("binary", "perceptron"): Objective("linear", _signs, _perceptron, _sided, _side_hits),
        ("classes", "cross_entropy"): Objective("linear", _as_is, F.cross_entropy, _softmax, _class_hits),
        ("regression", "mse"): Objective("linear", _as_is, F.mse_loss, _as_is, None),
        ("regression", "mae"): Objective("linear", _as_is, F.l1_loss, _as_is, None),
        ("rebuild", "mse"): _rebuilding(_summed_squares, _as_is),
        ("rebuild_points", "mse"): _rebuilding(_summed_squares, _as_is),
        ("rebuild", "binary_cross_entropy"): _rebuilding(_summed_surprise, torch.sigmoid),
        **{("generate", name): rivalry for name, rivalry in RIVALRIES.items()},
        ("regression", "huber"): Objective("linear", _as_is, F.huber_loss, _as_is, None),
    }
)


def objective(task: str, loss: str) -> Objective:
    """The objective of a task and a loss; KeyError where the experiment's own check would have refused them."""
    return OBJECTIVES[task, loss]
