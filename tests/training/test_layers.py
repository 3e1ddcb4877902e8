"""First weights, dropout and batch norm."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from playground.choices import INITIALIZATIONS, Training
from playground.training.layers import BatchNorm, Dropout, initialize
from playground.training.learner import generator, looking
from tests.training.made import learner, network


def drawn(how: str, out: int, into: int, seed: int = 3) -> nn.Linear:
    layer = nn.Linear(into, out)
    initialize(layer, how, generator(seed))
    return layer


@pytest.mark.parametrize("how", INITIALIZATIONS)
def test_first_weights_are_as_said(how: str) -> None:
    """Mean, deviation and range of 60,000 of them; biases; the same seed draws the same."""
    layer = drawn(how, 300, 200)
    weight = layer.weight.detach().numpy().astype(float)
    edge = {"uniform": 0.5, "xavier": np.sqrt(6 / 500)}.get(how)
    deviation = {
        "uniform": 1 / np.sqrt(12),
        "normal": 1,
        "small": 0.02,
        "xavier": np.sqrt(2 / 500),
        "he": np.sqrt(2 / 200),
        "orthogonal": np.sqrt(1 / 300),
        "constant": 0,
    }[how]
    assert weight.std() == pytest.approx(deviation, rel=0.02, abs=1e-9)
    assert weight.mean() == pytest.approx(0.1 if how == "constant" else 0, abs=0.02 * deviation + 1e-8)
    if edge:
        assert 0.999 * edge < np.abs(weight).max() <= edge
        shares = np.histogram(weight, 10, (-edge, edge))[0] / weight.size
        assert shares == pytest.approx(np.full(10, 0.1), abs=0.01), "evenly"
    elif deviation and how != "orthogonal":
        assert (np.abs(weight) < deviation).mean() == pytest.approx(0.6827, abs=0.01), "a bell"
    assert (layer.bias.detach().numpy() == np.float32(0.1 if how == "uniform" else 0)).all()
    assert torch.equal(drawn(how, 300, 200).weight, layer.weight)
    assert torch.equal(drawn(how, 300, 200, seed=4).weight, layer.weight) == (how == "constant")


@pytest.mark.parametrize(("out", "into"), [(8, 8), (5, 20), (20, 5)])
def test_orthogonal_weights_turn_without_stretching(out: int, into: int) -> None:
    weight = drawn("orthogonal", out, into).weight.detach().numpy()
    product = weight @ weight.T if out <= into else weight.T @ weight
    np.testing.assert_allclose(product, np.eye(min(out, into)), atol=1e-6)


def test_equal_weights_never_part() -> None:
    ours, _, _ = learner("binary", "mse", ("tanh",), Training())
    model = network([{"units": 4}], initialization="constant")
    ours, _, _ = learner("binary", "mse", ("tanh",), Training(batch_size=5), units=4)
    ours.model.load_state_dict(model.double().state_dict())
    for _ in range(20):
        ours.step()
    weight = ours.model.hidden1.weight.detach()  # type: ignore[union-attr]
    assert torch.equal(weight, weight[:1].expand_as(weight)) and not torch.allclose(weight, torch.full_like(weight, 0.1))


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_dropout_silences_its_share_and_keeps_the_mean(p: float) -> None:
    layer = Dropout(p, generator(0))
    before = torch.random.get_rng_state()
    answered = layer(torch.full((200, 500), 2.0))
    silent = answered == 0
    assert float(silent.float().mean()) == pytest.approx(p, abs=0.005)
    assert torch.allclose(answered[~silent], torch.tensor(2 / (1 - p)))
    assert float(answered.mean()) == pytest.approx(2, rel=0.02)
    assert not torch.equal(layer(torch.ones(200, 500)) == 0, silent), "drawn anew"
    assert torch.equal(Dropout(p, generator(0))(torch.ones(200, 500)) == 0, silent), "from its own stream"
    assert torch.equal(torch.random.get_rng_state(), before)
    layer.eval()
    state = layer.generator.get_state()
    assert torch.equal(layer(torch.ones(3, 4)), torch.ones(3, 4)) and torch.equal(layer.generator.get_state(), state)


def test_looking_draws_no_dropout_and_measures_no_batch() -> None:
    model = network([{"units": 6, "dropout": 0.5, "batch_norm": True}])
    kept = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    state = model.hidden1_dropout.generator.get_state()  # type: ignore[union-attr]
    with looking(model):
        first, second = model(torch.ones(5, 2)), model(torch.ones(5, 2))
    assert torch.equal(first, second) and not first.requires_grad
    assert all(torch.equal(kept[name], tensor) for name, tensor in model.state_dict().items())
    assert torch.equal(state, model.hidden1_dropout.generator.get_state())  # type: ignore[union-attr]
    assert all(module.training for module in model.modules())


def test_batch_norm_is_torchs() -> None:
    ours, theirs = BatchNorm(3).double(), nn.BatchNorm1d(3).double()
    chance = generator(1)
    for _ in range(5):
        x = (3 * torch.randn(7, 3, generator=chance, dtype=torch.float64) + 1).requires_grad_()
        y = x.detach().clone().requires_grad_()
        a, b = ours(x), theirs(y)
        (a**3).sum().backward()
        (b**3).sum().backward()
        assert torch.equal(a, b) and torch.equal(x.grad, y.grad)
        np.testing.assert_allclose(a.detach().mean(0), 0, atol=1e-12)
        np.testing.assert_allclose(a.detach().std(0, correction=0), 1, rtol=1e-4)
    assert all(torch.equal(kept, theirs.state_dict()[name]) for name, kept in ours.state_dict().items())
    ours.eval(), theirs.eval()
    assert torch.equal(ours(x), theirs(x))


def test_batch_norm_of_one_example_uses_the_running_numbers() -> None:
    layer = BatchNorm(2).double()
    layer(torch.tensor([[1.0, 5.0], [3.0, 9.0]], dtype=torch.float64))
    kept = {name: tensor.clone() for name, tensor in layer.state_dict().items()}
    one = torch.tensor([[2.0, 2.0]], dtype=torch.float64, requires_grad=True)
    answer = layer(one)
    expected = (one.detach() - layer.running_mean) / torch.sqrt(layer.running_var + layer.eps)
    np.testing.assert_allclose(answer.detach(), expected)
    answer.sum().backward()
    assert bool((one.grad != 0).all())
    assert all(torch.equal(kept[name], tensor) for name, tensor in layer.state_dict().items())
