"""Losses against scikit-learn, scores, gaps and chance."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import special
from sklearn import metrics

from playground.choices import LOSSES
from playground.training.losses import OBJECTIVES, objective

ANSWERED = [
    (task, loss) for task, loss in OBJECTIVES if task != "generate" and not task.startswith("rebuild")
]  # those with right answers; tests/families/test_gan.py and test_autoencoder.py have the others


def test_every_choice_has_an_objective() -> None:
    assert set(OBJECTIVES) == {(task, name) for name, loss in LOSSES.items() for task in loss.tasks}


@pytest.mark.parametrize(("task", "loss"), ANSWERED)
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


@pytest.mark.parametrize(("task", "loss"), ANSWERED)
def test_a_network_that_answers_nan_is_neither_right_nor_wrong(task: str, loss: str) -> None:
    outputs, y = pairs(task)
    goal = objective(task, loss)
    outputs[0] = math.nan
    assert goal.metrics(goal.sums(outputs.float(), goal.target(y.float() if task == "regression" else y))) == (None, None)


def pairs(task: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Outputs and what the data say, float64."""
    chance = torch.Generator().manual_seed(3)
    outputs = 2 * torch.randn(50, 3 if task == "classes" else 1, generator=chance, dtype=torch.float64)
    if task == "regression":
        return outputs, torch.randn(50, 1, generator=chance, dtype=torch.float64)
    return outputs, torch.randint(0, 3 if task == "classes" else 2, (50,), generator=chance)


@pytest.mark.parametrize(("task", "loss"), ANSWERED)
def test_losses_and_scores_are_scikit_learns(task: str, loss: str) -> None:
    goal = objective(task, loss)
    outputs, y = pairs(task)
    target = goal.target(y)
    ours, score = goal.metrics(goal.sums(outputs, target if target.dtype == torch.int64 else target.double()))
    said, true, signs = outputs.numpy(), y.numpy(), 2 * y.numpy() - 1
    known = {
        "mse": lambda: metrics.mean_squared_error(true if task == "regression" else signs, said[:, 0]),
        "mae": lambda: metrics.mean_absolute_error(true, said),
        "huber": lambda: special.huber(1, said - true).mean(),
        "binary_cross_entropy": lambda: metrics.log_loss(true, special.expit(said[:, 0])),
        "hinge": lambda: metrics.hinge_loss(signs, said[:, 0]),
        "perceptron": lambda: np.maximum(0, -signs * said[:, 0]).mean(),
        "cross_entropy": lambda: metrics.log_loss(true, special.softmax(said, 1)),
    }
    assert ours == pytest.approx(known[loss](), rel=1e-6)
    if task == "regression":
        assert score == pytest.approx(metrics.r2_score(true, said), rel=1e-9)
    else:
        assert score == metrics.accuracy_score(true, said.argmax(1) if task == "classes" else said[:, 0] > 0)


@pytest.mark.parametrize(("task", "loss"), ANSWERED)
@pytest.mark.parametrize("seed", range(4))
def test_chance_by_brute_force(task: str, loss: str, seed: int) -> None:
    """No constant answer among many is better, and one comes as near as their spacing allows."""
    rng = np.random.default_rng(seed)
    goal = objective(task, loss)
    if task == "classes":
        y = torch.from_numpy(rng.choice(3, 40, p=[0.6, 0.3, 0.1]))
        first, second = (grid.ravel() for grid in np.meshgrid(np.linspace(-4, 4, 161), np.linspace(-4, 4, 161)))
        constants = torch.from_numpy(np.stack([np.zeros_like(first), first, second], 1))
    else:
        y = torch.from_numpy(rng.normal(2, 3, (41, 1)) if task == "regression" else rng.choice(2, 41, p=[0.7, 0.3]))
        constants = torch.linspace(-10, 10, 4001, dtype=torch.float64)[:, None]
    target = goal.target(y) if task == "classes" else goal.target(y).double()
    found = min(float(goal.loss(constant.expand(len(y), -1), target)) for constant in constants)
    loss_, score = goal.chance(target)
    assert loss_ <= found + 1e-9 and found == pytest.approx(loss_, abs=2e-3)
    if task != "regression":
        assert score == pytest.approx(np.bincount(y.numpy()).max() / len(y))
    else:
        assert score == 0


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


# -- several answers of an example


def steps_of(task: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Outputs and targets of 20 examples that are answered at 6 steps, float64."""
    chance = torch.Generator().manual_seed(4)
    if task == "regression":
        return torch.randn(20, 6, generator=chance, dtype=torch.float64), torch.randn(20, 6, generator=chance, dtype=torch.float64)
    return torch.randn(20, 3, 6, generator=chance, dtype=torch.float64), torch.randint(0, 3, (20, 6), generator=chance)


SEVERAL = [(task, loss) for task, loss in ANSWERED if task != "binary"]


@pytest.mark.parametrize(("task", "loss"), SEVERAL)
def test_several_answers_count_one_by_one(task: str, loss: str) -> None:
    """Loss and score are those of all answers in one long row, as scikit-learn has them; parts add up."""
    goal = objective(task, loss)
    outputs, targets = steps_of(task)
    ours, score = goal.metrics(goal.sums(outputs, targets))
    said, true = outputs.numpy(), targets.numpy()
    if task == "classes":
        row = np.moveaxis(said, 1, 2).reshape(-1, 3)
        assert ours == pytest.approx(metrics.log_loss(true.ravel(), special.softmax(row, 1)), rel=1e-9)
        assert score == metrics.accuracy_score(true.ravel(), row.argmax(1))
    else:
        known = {"mse": ((said - true) ** 2).mean(), "mae": np.abs(said - true).mean(), "huber": special.huber(1, said - true).mean()}
        assert ours == pytest.approx(known[loss], rel=1e-9) and score == pytest.approx(metrics.r2_score(true.ravel(), said.ravel()), rel=1e-9)
    parts = goal.sums(outputs[:7], targets[:7]) + goal.sums(outputs[7:], targets[7:])
    np.testing.assert_allclose(parts, goal.sums(outputs, targets), rtol=1e-9)
    assert parts[0] == 120


@pytest.mark.parametrize(("task", "loss"), SEVERAL)
def test_a_gradient_of_several_answers_is_the_mean_of_theirs(task: str, loss: str) -> None:
    goal = objective(task, loss)
    outputs, targets = steps_of(task)
    outputs.requires_grad_()
    (together,) = torch.autograd.grad(goal.loss(outputs, targets), outputs)
    apart = sum(goal.loss(outputs[..., step] if task == "classes" else outputs[:, step : step + 1], targets[:, step] if task == "classes" else targets[:, step : step + 1]) for step in range(6))  # fmt: skip
    (one_by_one,) = torch.autograd.grad(apart / 6, outputs)
    assert torch.allclose(together, one_by_one, atol=1e-12)


@pytest.mark.parametrize(("task", "loss"), SEVERAL)
def test_chance_of_several_answers_is_that_of_one_long_row(task: str, loss: str) -> None:
    goal = objective(task, loss)
    _, targets = steps_of(task)
    row = targets.reshape(-1) if task == "classes" else targets.reshape(-1, 1)
    assert goal.chance(targets) == pytest.approx(goal.chance(row), rel=1e-6)


@pytest.mark.parametrize(("task", "loss"), SEVERAL)
def test_one_answer_of_many_that_is_no_number_spoils_the_row(task: str, loss: str) -> None:
    goal = objective(task, loss)
    outputs, targets = steps_of(task)
    outputs[3, ..., 2] = math.nan
    assert goal.metrics(goal.sums(outputs, targets)) == (None, None)
