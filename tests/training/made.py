"""Learners over a handful of examples, in float64, so that differences are those of the mathematics and not of rounding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from playground import choices
from playground.experiment import parse
from playground.families.dense.model import build
from playground.training.layers import Chance
from playground.training.learner import Examples, Learner, generator
from playground.training.losses import objective

DATA = {"binary": "circle", "classes": "iris", "regression": "plane"}
FITS = {"binary": "mse", "classes": "cross_entropy", "regression": "mse"}


def chance(seed: int = 1) -> Chance:
    return Chance(generator(seed), generator(seed + 1))


def network(
    hidden: Sequence[dict[str, Any]], task: str = "binary", output: str = "linear", initialization: str = "uniform", seed: int = 1
) -> torch.nn.Sequential:
    """A network of the dense family."""
    model = {"family": "dense", "layers": list(hidden), "initialization": initialization}
    experiment = parse({"data": {"name": DATA[task]}, "model": model, "training": {"loss": FITS[task]}})
    return build(experiment, output, chance(seed))


def examples(task: str, count: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """x (count, 2), or (count, 4) for several classes; y as the data have it."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(count, 4 if task == "classes" else 2))
    return x, rng.normal(size=(count, 1)) if task == "regression" else rng.permutation(np.arange(count) % (3 if task == "classes" else 2))


def learner(
    task: str, loss: str, activations: Sequence[str], training: choices.Training, units: int = 3, count: int = 5
) -> tuple[Learner, np.ndarray, np.ndarray]:
    """A learner whose order is drawn from generator(2), and its examples."""
    goal = objective(task, loss)
    model = network([{"units": units, "activation": name} for name in activations], task, goal.output).double()
    x, y = examples(task, count)
    target = goal.target(torch.from_numpy(y))
    train = Examples(torch.from_numpy(x), target if target.dtype == torch.int64 else target.double())
    return Learner(model, goal, training, train, generator(2)), x, y
