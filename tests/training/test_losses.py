"""Scores, gaps and chance."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from playground.choices import LOSSES
from playground.training.losses import OBJECTIVES, objective


def test_every_choice_has_an_objective() -> None:
    assert set(OBJECTIVES) == {(task, name) for name, loss in LOSSES.items() for task in loss.tasks}


@pytest.mark.parametrize(("task", "loss"), OBJECTIVES)
def test_sums_add_up(task: str, loss: str) -> None:
    goal = objective(task, loss)
    chance = torch.Generator().manual_seed(0)
    outputs = torch.randn(30, 3 if task == "classes" else 1, generator=chance)
    y = torch.randn(30, 1, generator=chance) if task == "regression" else torch.randint(0, 3 if task == "classes" else 2, (30,), generator=chance)
    targets = goal.target(y)
    whole = goal.sums(outputs, targets)
    parts = goal.sums(outputs[:7], targets[:7]) + goal.sums(outputs[7:], targets[7:])
    np.testing.assert_allclose(whole, parts, rtol=1e-5)
    assert goal.metrics(whole)[0] == pytest.approx(float(goal.loss(outputs, targets)), rel=1e-6)


def test_scores() -> None:
    binary = objective("binary", "mse")
    assert binary.target(torch.tensor([0, 1])).tolist() == [[-1], [1]]
    sums = binary.sums(torch.tensor([[0.5], [-0.1], [0.2]]), binary.target(torch.tensor([1, 0, 0])))
    assert binary.metrics(sums) == (pytest.approx((0.25 + 0.81 + 1.44) / 3), pytest.approx(2 / 3))
    entropy = objective("binary", "binary_cross_entropy")
    assert entropy.metrics(entropy.sums(torch.tensor([[0.3], [0.3]]), entropy.target(torch.tensor([1, 0]))))[1] == 0.5
    line = objective("regression", "mse")
    targets = torch.tensor([[1.0], [2.0], [3.0]])
    assert line.metrics(line.sums(targets, targets)) == (0, 1)
    assert line.metrics(line.sums(torch.full((3, 1), 2.0), targets))[1] == pytest.approx(0)
    assert line.metrics(line.sums(targets[:1], targets[:1])) == (0, None), "one example has no spread to explain"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_none(value: float) -> None:
    goal = objective("regression", "mse")
    assert goal.metrics(goal.sums(torch.tensor([[value], [0.0]]), torch.tensor([[0.0], [1.0]]))) == (None, None)
    goal = objective("binary", "mse")
    assert goal.metrics(goal.sums(torch.tensor([[math.nan], [1.0]]), torch.tensor([[1.0], [1.0]]))) == (None, None)


def test_chance_is_the_best_constant() -> None:
    y = torch.tensor([0, 0, 0, 1])
    mse = objective("binary", "mse")
    constants = torch.linspace(-1, 1, 2001)
    best = min(float(F.mse_loss(torch.full((4, 1), float(c)), mse.target(y))) for c in constants)
    assert mse.chance(mse.target(y)) == (pytest.approx(best, abs=1e-6), 0.75)
    entropy = objective("binary", "binary_cross_entropy")
    assert entropy.chance(entropy.target(y)) == (pytest.approx(-(0.75 * math.log(0.75) + 0.25 * math.log(0.25))), 0.75)
    classes = objective("classes", "cross_entropy")
    assert classes.chance(torch.tensor([0, 1, 2])) == (pytest.approx(math.log(3)), pytest.approx(1 / 3))
    assert objective("regression", "mse").chance(torch.tensor([[1.0], [3.0]])) == (1, 0)
