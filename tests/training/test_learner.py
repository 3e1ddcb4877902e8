"""The learner against plain numpy: gradients of every activation and loss, first updates of every optimizer, penalties, phases."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground import choices
from playground.training.learner import PHASES, Examples, Learner, generator
from tests.training.made import learner
from tests.training.reference import ACTIVATIONS, LOSSES, Net, Update

SPECS: dict[str, choices.Optimizer] = {
    "gradient_descent": choices.GradientDescent(learning_rate=0.2),
    "sgd": choices.SGD(learning_rate=0.1),
    "momentum": choices.Momentum(learning_rate=0.05, momentum=0.8),
    "nesterov": choices.Nesterov(learning_rate=0.05, momentum=0.8),
    "adagrad": choices.Adagrad(learning_rate=0.05, epsilon=1e-3),
    "rmsprop": choices.RMSprop(learning_rate=0.01, decay=0.9, epsilon=1e-3),
    "adam": choices.Adam(learning_rate=0.02, beta1=0.8, beta2=0.99, epsilon=1e-3),
    "adamw": choices.AdamW(learning_rate=0.02, beta1=0.8, beta2=0.99, epsilon=1e-3, weight_decay=0.5),
}
EXAMPLES, BATCH = 5, 2  # batches of 2, 2 and 1, then another order: the first five updates see a short batch and a new epoch


def batches(whole: bool) -> list[np.ndarray]:
    """The first five mini-batches, as the seed of the order has them."""
    if whole:
        return [np.arange(EXAMPLES)] * 5
    chance = generator(2)
    orders = [torch.randperm(EXAMPLES, generator=chance).numpy() for _ in range(2)]
    return [order[at : at + BATCH] for order in orders for at in range(0, EXAMPLES, BATCH)][:5]


def twin(ours: Learner, activations: tuple[str, ...], kind: tuple[str, str]) -> Net:
    return Net([parameter.detach().numpy() for parameter in ours.model.parameters()], [*activations, ours.objective.output], kind)


def check_gradients(ours: Learner, gradients: list[np.ndarray]) -> None:
    for parameter, gradient in zip(ours.model.parameters(), gradients, strict=True):
        assert parameter.grad is not None
        np.testing.assert_allclose(parameter.grad.numpy(), gradient, rtol=1e-9, atol=1e-12)


def test_every_optimizer_is_here() -> None:
    assert set(SPECS) == set(choices.OPTIMIZERS)


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("kind", [("binary", "mse"), ("classes", "cross_entropy")], ids=str)
def test_first_five_updates_against_numpy(kind: tuple[str, str], name: str) -> None:
    hidden = ("tanh", "relu")
    ours, x, y = learner(*kind, hidden, choices.Training(optimizer=SPECS[name], batch_size=BATCH))
    theirs = twin(ours, hidden, kind)
    updates = [Update(SPECS[name].model_dump(), weight) for weight in theirs.weights]
    for batch in batches(name == "gradient_descent"):
        expected, gradients = theirs.loss(x[batch], y[batch]), theirs.gradients(x[batch], y[batch])
        ours.step()
        assert ours.batch_loss is not None
        assert float(ours.batch_loss.detach()) == pytest.approx(expected, rel=1e-10)
        check_gradients(ours, gradients)
        theirs.weights = [update.apply(gradient) for update, gradient in zip(updates, gradients, strict=True)]
        for parameter, weight in zip(ours.model.parameters(), theirs.weights, strict=True):
            np.testing.assert_allclose(parameter.detach().numpy(), weight, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("activation", choices.ACTIVATIONS)
def test_every_activation(activation: str) -> None:
    """Value and slope: two layers of it, by the rule of chains, and by finite differences."""
    assert set(ACTIVATIONS) == set(choices.ACTIVATIONS)
    kind, hidden = ("regression", "mse"), (activation, activation)
    ours, x, y = learner(*kind, hidden, choices.Training(batch_size=EXAMPLES))
    net = twin(ours, hidden, kind)
    ours.step()
    assert ours.batch_loss is not None
    assert float(ours.batch_loss.detach()) == pytest.approx(net.loss(x, y), rel=1e-9)
    check_gradients(ours, net.gradients(x, y))
    check_differences(ours, net, x, y)


@pytest.mark.parametrize("kind", LOSSES, ids=lambda kind: "-".join(kind))
def test_every_loss(kind: tuple[str, str]) -> None:
    ours, x, y = learner(*kind, ("tanh",), choices.Training(batch_size=EXAMPLES))
    net = twin(ours, ("tanh",), kind)
    ours.step()
    assert ours.batch_loss is not None
    assert float(ours.batch_loss.detach()) == pytest.approx(net.loss(x, y), rel=1e-10)
    check_gradients(ours, net.gradients(x, y))
    check_differences(ours, net, x, y)


def check_differences(ours: Learner, net: Net, x: np.ndarray, y: np.ndarray) -> None:
    for weight, parameter in zip(net.weights, ours.model.parameters(), strict=True):
        assert parameter.grad is not None
        for place in np.ndindex(weight.shape):
            kept, losses = weight[place], []
            for moved in (1e-6, -1e-6):
                weight[place] = kept + moved
                losses.append(net.loss(x, y))
            weight[place] = kept
            assert float(parameter.grad[place]) == pytest.approx((losses[0] - losses[1]) / 2e-6, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize(("l1", "l2", "clip"), [(0.3, 0, 0), (0, 0.2, 0), (0.1, 0.2, 0.5), (0, 0, 0.01), (0, 0, 1000)])
def test_penalties_then_clipping(l1: float, l2: float, clip: float) -> None:
    """On weights, not on biases; the norm that is clipped is of everything, penalties included. The loss that is shown has no penalty in it."""
    kind, hidden = ("binary", "mse"), ("tanh",)
    ours, x, y = learner(*kind, hidden, choices.Training(optimizer=SPECS["sgd"], batch_size=EXAMPLES, l1=l1, l2=l2, clip=clip))
    net = twin(ours, hidden, kind)
    for _ in range(3):
        gradients = [
            gradient + (l1 * np.sign(weight) + l2 * weight if weight.ndim == 2 else 0)
            for gradient, weight in zip(net.gradients(x, y), net.weights, strict=True)
        ]
        norm = np.sqrt(sum((gradient**2).sum() for gradient in gradients))
        share = min(1.0, clip / norm) if clip else 1.0
        expected = net.loss(x, y)
        ours.step()
        assert ours.batch_loss is not None
        assert float(ours.batch_loss.detach()) == pytest.approx(expected, rel=1e-10)
        net.weights = [weight - 0.1 * share * gradient for weight, gradient in zip(net.weights, gradients, strict=True)]
        for parameter, weight in zip(ours.model.parameters(), net.weights, strict=True):
            np.testing.assert_allclose(parameter.detach().numpy(), weight, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", SPECS)
def test_phases_are_the_same_step(name: str) -> None:
    training = choices.Training(optimizer=SPECS[name], batch_size=BATCH, l1=0.01, clip=0.5, schedule=choices.Cosine(), epochs=4)
    whole, _, _ = learner("binary", "mse", ("tanh",), training)
    slow, _, _ = learner("binary", "mse", ("tanh",), training)
    for _ in range(7):
        whole.step()
        seen = list(slow.phases())
        assert tuple(phase.name for phase in seen) == PHASES
        assert all(phase.tensors for phase in seen)
        assert slow.epoch == whole.epoch and slow.optimizer.learning_rate == whole.optimizer.learning_rate
    ours, numbers = whole.state()
    theirs, also = slow.state()
    assert numbers == also
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_phases_tell_the_numbers_of_the_step() -> None:
    """Forward, deltas and gradients against numpy and autograd; the update is what the rule makes of them."""
    kind, hidden = ("binary", "binary_cross_entropy"), ("tanh", "relu")
    ours, x, y = learner(*kind, hidden, choices.Training(optimizer=SPECS["sgd"], batch_size=BATCH))
    net = twin(ours, hidden, kind)
    (batch, *_) = batches(False)
    found = {}
    for phase in ours.phases():
        found[phase.name] = phase.tensors
        assert ours.steps == (phase.name == "update") and ours.epoch == (2 / 5 if phase.name == "update" else 0)
    np.testing.assert_array_equal(found["sample"]["x"].numpy(), x[batch])
    sums, answers = net.forward(x[batch])
    for at, layer in enumerate(("hidden1", "hidden2", "output")):
        np.testing.assert_allclose(found["forward"][layer].numpy(), sums[at], rtol=1e-10)
        np.testing.assert_allclose(found["forward"][f"{layer}_activation"].numpy(), answers[at + 1], rtol=1e-10)
    assert float(found["loss"]["loss"]) == pytest.approx(net.loss(x[batch], y[batch]))
    flow = LOSSES[kind](answers[-1], y[batch])[1]
    for at, layer in reversed(list(enumerate(("hidden1", "hidden2", "output")))):
        flow = flow * ACTIVATIONS[net.activations[at]][1](sums[at])
        np.testing.assert_allclose(found["backward"][f"delta.{layer}"].numpy(), flow, rtol=1e-9, atol=1e-15)
        flow = flow @ net.weights[2 * at]
    names = [name for name, _ in ours.model.named_parameters()]
    for name, weight, gradient in zip(names, net.weights, net.gradients(x[batch], y[batch]), strict=True):
        np.testing.assert_allclose(found["backward"][name].numpy(), gradient, rtol=1e-9, atol=1e-15)
        np.testing.assert_array_equal(found["update"][name].numpy(), weight)
        np.testing.assert_allclose(found["update"][f"after.{name}"].numpy(), weight - 0.1 * gradient, rtol=1e-10)
    after = {name: tensor.clone() for name, tensor in found["update"].items()}
    ours.step()
    assert all(torch.equal(after[name], found["update"][name]) for name in after), "what was told stays as it was told"


def test_sums_of_steps_weigh_by_batch() -> None:
    """The short batch counts by its examples: the mean over an epoch is over examples, not over batches."""
    ours, _, _ = learner("regression", "mse", ("tanh",), choices.Training(optimizer=choices.SGD(learning_rate=1e-300), batch_size=BATCH))
    for _ in range(3):
        ours.step()
    loss, score = ours.objective.metrics(ours.take_sums())
    now_loss, now_score = ours.objective.metrics(ours.evaluate(Examples(ours._train.x, ours._train.y)))
    assert loss == pytest.approx(now_loss) and score == pytest.approx(now_score)
    assert ours.objective.metrics(ours.take_sums()) == (None, None)


def test_a_part_is_answered_in_pieces_as_at_once() -> None:
    """In pieces of two, as in one: the outputs, and what the last layer was given."""
    ours, x, y = learner("classes", "cross_entropy", ("tanh", "relu"), choices.Training(batch_size=BATCH))
    part = Examples(torch.from_numpy(x), torch.from_numpy(y))
    ours.step()
    whole = ours.answer(part)
    ours.chunk = 2
    pieces = ours.answer(part)
    net = twin(ours, ("tanh", "relu"), ("classes", "cross_entropy"))
    _, answers = net.forward(x)
    np.testing.assert_allclose(whole.outputs.numpy(), answers[-1], rtol=1e-12)
    assert whole.hidden is not None and pieces.hidden is not None and whole.step == 1
    np.testing.assert_allclose(whole.hidden.numpy(), answers[-2], rtol=1e-12)
    np.testing.assert_allclose(pieces.outputs.numpy(), whole.outputs.numpy(), rtol=1e-12)
    np.testing.assert_allclose(pieces.hidden.numpy(), whole.hidden.numpy(), rtol=1e-12)
    assert not whole.outputs.requires_grad and not pieces.hidden.requires_grad


def test_of_a_large_part_some_examples_ways_into_the_last_layer_are_kept() -> None:
    ours, _, _ = learner("classes", "cross_entropy", ("tanh",), choices.Training(batch_size=BATCH))
    x = torch.randn(1003, 4, generator=generator(3), dtype=torch.float64)
    ours.chunk = 300
    found = ours.answer(Examples(x, torch.zeros(1003, dtype=torch.int64)))
    assert found.seen is not None and found.hidden is not None and found.outputs.shape == (1003, 3)
    assert found.seen.tolist() == np.linspace(0, 1002, 400).round().astype(int).tolist()
    with torch.no_grad():
        np.testing.assert_allclose(found.hidden.numpy(), torch.tanh(ours.model.hidden1(x[found.seen])).numpy(), rtol=1e-9)  # type: ignore[operator]
        np.testing.assert_allclose(found.outputs.numpy(), ours.model(x).numpy(), rtol=1e-9)
