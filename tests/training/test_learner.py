"""The learner against plain numpy: gradients, three updates with the last short batch, every loss, every optimizer."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground import choices
from playground.families.dense.family import DenseLayer, Model
from playground.families.dense.model import build
from playground.training import optimizers
from playground.training.learner import PHASES, Examples, Learner, generator
from playground.training.losses import objective
from tests.training.reference import Net, Updates

CASES = [
    ("binary", "mse", ("tanh", "relu"), "tanh", "signs", 1),
    ("binary", "binary_cross_entropy", ("sigmoid",), "linear", "binary_cross_entropy", 1),
    ("classes", "cross_entropy", ("relu", "linear"), "linear", "cross_entropy", 3),
    ("regression", "mse", ("tanh",), "linear", "mse", 1),
]
SPECS: dict[str, choices.Optimizer] = {
    "gradient_descent": choices.GradientDescent(learning_rate=0.2),
    "sgd": choices.SGD(learning_rate=0.1),
    "momentum": choices.Momentum(learning_rate=0.05, momentum=0.8),
    "adam": choices.Adam(learning_rate=0.02, beta1=0.8, beta2=0.99),
}
EXAMPLES, BATCH = 5, 2  # batches of 2, 2 and 1: three updates, the last from a short batch


def data(task: str) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(EXAMPLES, 2))
    y = rng.normal(size=(EXAMPLES, 1)) if task == "regression" else np.array([0, 1, 1, 0, 1]) if task == "binary" else np.array([0, 1, 2, 1, 0])
    return x, y


def learner(case: tuple, spec: choices.Optimizer, batch: int = BATCH) -> tuple[Learner, np.ndarray, np.ndarray]:
    """In float64, so that differences are those of the mathematics and not of rounding."""
    task, loss, hidden, _, _, outputs = case
    goal = objective(task, loss)
    model = build(Model(family="dense", layers=tuple(DenseLayer(units=3, activation=name) for name in hidden)), 2, outputs, goal.output, generator(1)).double()
    x, y = data(task)
    target = goal.target(torch.from_numpy(y))
    examples = Examples(torch.from_numpy(x), target if target.dtype == torch.int64 else target.double())
    return Learner(model, goal, optimizers.build(model.parameters(), spec), examples, batch, generator(2)), x, y


def twin(learner: Learner, case: tuple) -> Net:
    weights = [parameter.detach().numpy() for parameter in learner.model.parameters()]
    return Net(weights, [*case[2], case[3]], case[4])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
@pytest.mark.parametrize("name", SPECS)
def test_three_updates_against_numpy(case: tuple, name: str) -> None:
    spec = SPECS[name]
    whole = name == "gradient_descent"
    ours, x, y = learner(case, spec, EXAMPLES if whole else BATCH)
    theirs = twin(ours, case)
    settings = spec.model_dump()
    updates = Updates(settings["name"], settings["learning_rate"], settings.get("momentum", 0), settings.get("beta1", 0), settings.get("beta2", 0))
    order = torch.randperm(EXAMPLES, generator=generator(2)).numpy()
    batches = [np.arange(EXAMPLES)] * 3 if whole else [order[0:2], order[2:4], order[4:5]]
    for batch in batches:
        expected = theirs.loss(x[batch], y[batch])
        gradients = theirs.gradients(x[batch], y[batch])
        ours.step()
        assert ours.batch_loss is not None
        assert float(ours.batch_loss.detach()) == pytest.approx(expected, rel=1e-10)
        for parameter, gradient in zip(ours.model.parameters(), gradients, strict=True):
            assert parameter.grad is not None
            np.testing.assert_allclose(parameter.grad.numpy(), gradient, rtol=1e-9, atol=1e-12)
        updates.apply(theirs.weights, gradients)
        for parameter, weight in zip(ours.model.parameters(), theirs.weights, strict=True):
            np.testing.assert_allclose(parameter.detach().numpy(), weight, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_gradients_against_finite_differences(case: tuple) -> None:
    ours, x, y = learner(case, SPECS["sgd"], EXAMPLES)
    net = twin(ours, case)
    ours.step()
    for weight, parameter in zip(net.weights, ours.model.parameters(), strict=True):
        assert parameter.grad is not None
        for place in np.ndindex(weight.shape):
            kept = weight[place]
            weight[place] = kept + 1e-6
            above = net.loss(x, y)
            weight[place] = kept - 1e-6
            below = net.loss(x, y)
            weight[place] = kept
            assert float(parameter.grad[place]) == pytest.approx((above - below) / 2e-6, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("name", SPECS)
def test_optimizers_are_torchs_bit_for_bit(name: str) -> None:
    spec = SPECS[name]
    kept = spec.model_dump()
    ours, theirs = ([torch.nn.Parameter(torch.randn(4, 3, generator=generator(i))) for i in range(2)] for _ in range(2))
    rule = optimizers.build(ours, spec)
    if name == "adam":
        known: torch.optim.Optimizer = torch.optim.Adam(theirs, lr=kept["learning_rate"], betas=(kept["beta1"], kept["beta2"]))
    else:
        known = torch.optim.SGD(theirs, lr=kept["learning_rate"], momentum=kept.get("momentum", 0))
    chance = generator(9)
    for _ in range(20):
        for a, b in zip(ours, theirs, strict=True):
            a.grad = torch.randn(4, 3, generator=chance)
            b.grad = a.grad.clone()
        rule.step()
        known.step()
    for a, b in zip(ours, theirs, strict=True):
        assert torch.allclose(a, b, rtol=1e-6, atol=0) if name == "adam" else torch.equal(a, b)


def test_phases_are_the_same_step() -> None:
    whole, _, _ = learner(CASES[0], SPECS["adam"])
    slow, _, _ = learner(CASES[0], SPECS["adam"])
    for _ in range(7):
        whole.step()
        seen = list(slow.phases())
        assert tuple(phase.name for phase in seen) == PHASES
        assert all(phase.tensors for phase in seen)
    ours, numbers = whole.state()
    theirs, also = slow.state()
    assert numbers == also
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_sums_of_steps_weigh_by_batch() -> None:
    """The short batch counts by its examples: the mean over an epoch is over examples, not over batches."""
    ours, _, _ = learner(CASES[3], choices.SGD(learning_rate=1e-300))
    for _ in range(3):
        ours.step()
    loss, score = ours.objective.metrics(ours.take_sums())
    now_loss, now_score = ours.objective.metrics(ours.evaluate(Examples(ours._train.x, ours._train.y)))
    assert loss == pytest.approx(now_loss) and score == pytest.approx(now_score)
    assert ours.objective.metrics(ours.take_sums()) == (None, None)
