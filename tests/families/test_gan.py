"""Two networks that learn against each other: losses by their formulas, updates of one network alone, settings that change while they train, and what is measured."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from playground.choices import LOSSES
from playground.data.contract import Modes
from playground.engine.session import Session
from playground.experiment import parse
from playground.families.gan import measures
from playground.families.gan.figures import how_it_goes
from playground.families.gan.learner import Adversary
from playground.families.gan.model import Rivals
from playground.families.gan.presets import PRESETS
from playground.registry import families
from playground.text import Refusal
from playground.training import devices
from playground.training.losses import RIVALRIES

devices.one_thread()
GAN = families()["gan"]


def plain(**training: Any) -> dict[str, Any]:
    found: dict[str, Any] = copy.deepcopy(dict(PRESETS["eight-gaussians"].experiment))
    found["data"] |= {"samples": 300}
    for network in ("generator", "discriminator"):
        found["model"][network] = [{"name": "dense", "units": 8, "activation": "tanh"}]
    found["training"] |= {"batch_size": 32, **training}
    return found


def session(model: dict[str, Any] | None = None, **training: Any) -> Session:
    found = plain(**training)
    found["model"] |= model or {}
    return Session(parse(found))


def learner(made: Session) -> Adversary:
    found = made._learner
    assert isinstance(found, Adversary)
    return found


def weights(network: nn.Module) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in network.parameters()]


def same(one: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


# -- losses

RNG = np.random.default_rng(1)
REAL, MADE = (RNG.normal(0, 3, (40, 1)) for _ in range(2))


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


FORMULAS = {
    "non_saturating": (lambda r, m: -np.log(sigmoid(r)).mean() - np.log(1 - sigmoid(m)).mean(), lambda m: -np.log(sigmoid(m)).mean()),
    "minimax": (lambda r, m: -np.log(sigmoid(r)).mean() - np.log(1 - sigmoid(m)).mean(), lambda m: np.log(1 - sigmoid(m)).mean()),
    "least_squares": (lambda r, m: ((r - 1) ** 2).mean() / 2 + (m**2).mean() / 2, lambda m: ((m - 1) ** 2).mean() / 2),
    "gan_hinge": (lambda r, m: np.maximum(0, 1 - r).mean() + np.maximum(0, 1 + m).mean(), lambda m: -m.mean()),
    "wasserstein": (lambda r, m: m.mean() - r.mean(), lambda m: -m.mean()),
    "wasserstein_penalty": (lambda r, m: m.mean() - r.mean(), lambda m: -m.mean()),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_both_losses_are_those_of_the_papers(name: str) -> None:
    critic, forger = FORMULAS[name]
    real, made = (torch.from_numpy(values) for values in (REAL, MADE))
    assert float(RIVALRIES[name].critic(real, made)) == pytest.approx(critic(REAL, MADE), rel=1e-9)
    assert float(RIVALRIES[name].forger(made)) == pytest.approx(forger(MADE), rel=1e-9)


def test_every_loss_of_the_family_has_a_formula_here() -> None:
    assert set(GAN.losses) == set(FORMULAS) == set(RIVALRIES) == {name for name, choice in LOSSES.items() if "generate" in choice.tasks}


@pytest.mark.parametrize("name", FORMULAS)
def test_losses_and_slopes_stay_numbers_where_a_discriminator_is_very_sure(name: str) -> None:
    sure = torch.tensor([[-200.0], [200.0]], requires_grad=True)
    for loss in (RIVALRIES[name].critic(sure, sure), RIVALRIES[name].forger(sure)):
        (slope,) = torch.autograd.grad(loss, sure)
        assert bool(loss.isfinite()) and bool(slope.isfinite().all())


@pytest.mark.parametrize("name", ["non_saturating", "minimax", "least_squares"])
def test_the_even_game_is_where_the_best_discriminator_cannot_tell_them_apart(name: str) -> None:
    """For the same real and made-up examples, the constant answer that makes the discriminator's loss smallest, found on a grid, has these losses."""
    answers = torch.linspace(-3, 3, 6001, dtype=torch.float64)
    losses = torch.stack([RIVALRIES[name].critic(answer.view(1, 1), answer.view(1, 1)) for answer in answers])
    best = answers[losses.argmin()].view(1, 1)
    critic, forger = RIVALRIES[name].even
    assert float(losses.min()) == pytest.approx(critic, abs=1e-5)
    assert float(RIVALRIES[name].forger(best)) == pytest.approx(forger, abs=1e-3)


# -- the gradient penalty


class Sloped(nn.Module):
    """D(x) = w . x"""

    def __init__(self, w: list[float]) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.tensor(w))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.w[:, None]


def test_the_penalty_of_a_slope_is_what_one_gets_by_hand() -> None:
    """The gradient of w . x is w everywhere, so the penalty is lambda (|w| - 1)^2 and its gradient 2 lambda (|w| - 1) w / |w|."""
    made = session({"gradient_penalty": 7.0}, loss="wasserstein_penalty")
    model = learner(made).model
    model.discriminator = nn.Sequential(Sloped([3.0, 4.0]))
    real = torch.randn(16, 2)
    penalty = learner(made)._penalty(real, torch.randn(16, 2))
    assert float(penalty.detach()) == pytest.approx(7 * (5 - 1) ** 2, rel=1e-6)
    (slope,) = torch.autograd.grad(penalty, list(model.discriminator.parameters()))
    assert torch.allclose(slope, 2 * 7 * (5 - 1) * torch.tensor([3.0, 4.0]) / 5)


def test_other_losses_have_no_penalty() -> None:
    made = session(loss="wasserstein")
    assert float(learner(made)._penalty(torch.randn(4, 2), torch.randn(4, 2))) == 0


def test_the_clipped_loss_keeps_the_discriminators_weights_within_the_limit_and_no_other() -> None:
    made = session({"weight_limit": 0.05}, loss="wasserstein")
    before = weights(learner(made).model.generator)
    made.advance()
    model = learner(made).model
    assert max(float(parameter.detach().abs().max()) for parameter in model.discriminator.parameters()) <= 0.05 + 1e-8
    assert max(float(weight.abs().max()) for weight in before) > 0.05 < max(float(parameter.detach().abs().max()) for parameter in model.generator.parameters())


# -- updates


def test_each_update_moves_its_own_network_alone() -> None:
    made = session({"discriminator_steps": 2, "generator_steps": 3})
    model = learner(made).model
    seen = []
    while True:
        before = weights(model.generator), weights(model.discriminator)
        made.advance_phase()
        phase = made._context.phase
        assert phase is not None
        moved = not same(before[0], weights(model.generator)), not same(before[1], weights(model.discriminator))
        assert moved == ((phase.name, phase.part) == ("update", "generator"), (phase.name, phase.part) == ("update", "discriminator"))
        seen.append((phase.part, phase.name, phase.index))
        if not made.mid_step:
            break
    order = [("discriminator", index) for index in range(2)] + [("generator", index) for index in range(3)]
    assert seen == [(part, name, index) for part, index in order for name in ("sample", "forward", "loss", "backward", "update")]
    assert made.step == 1


def test_a_step_by_phases_is_the_same_step() -> None:
    whole, phased = session({"discriminator_steps": 2}), session({"discriminator_steps": 2})
    for _ in range(20):
        whole.advance()
        phased.advance_phase()
        while phased.mid_step:
            phased.advance_phase()
            phased.draw(["layered", "phase", "coverage"])
    assert same(weights(whole._context.model), weights(phased._context.model))
    assert whole.take_rows() == phased.take_rows()


def test_one_step_is_what_plain_torch_makes_of_the_same_numbers() -> None:
    """One update of each network with torch's own Adam and losses, fed what the step was fed."""
    made = session()
    model = learner(made).model
    twin: Rivals = copy.deepcopy(model)
    tensors: dict[str, Any] = {}
    made.advance_phase()
    while made.mid_step:
        made.advance_phase()
    tensors = {name: phase.tensors for name, phase in made._context.phases.items()}
    rate, beta = made.experiment.training.optimizer.learning_rate, 0.5
    critic = torch.optim.Adam(twin.discriminator.parameters(), rate, (beta, 0.999))
    real = twin.discriminator(tensors["discriminator sample"]["real"])
    fake = twin.discriminator(twin.generator(tensors["discriminator sample"]["noise"]).detach())
    ones, zeros = torch.ones_like(real), torch.zeros_like(fake)
    loss = nn.functional.binary_cross_entropy_with_logits(real, ones) + nn.functional.binary_cross_entropy_with_logits(fake, zeros)
    assert float(loss.detach()) == pytest.approx(float(tensors["discriminator loss"]["loss"]), rel=1e-5)
    critic.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    critic.step()
    forger = torch.optim.Adam(twin.generator.parameters(), rate, (beta, 0.999))
    forger.zero_grad()
    nn.functional.binary_cross_entropy_with_logits(twin.discriminator(twin.generator(tensors["generator sample"]["noise"])), ones).backward()  # type: ignore[no-untyped-call]
    forger.step()
    for one, other in zip(twin.parameters(), model.parameters(), strict=True):
        assert torch.allclose(one, other, atol=2e-6)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("training.loss", "least_squares"), ("training.optimizer.learning_rate", 0.02), ("training.optimizer", {"name": "sgd", "learning_rate": 0.01}), ("training.batch_size", 50),
        ("model.discriminator_optimizer.learning_rate", 0.02), ("model.discriminator_optimizer", {"name": "rmsprop", "learning_rate": 0.01}), ("model.discriminator_steps", 4), ("model.generator_steps", 2),
    ],
)  # fmt: skip
def test_every_setting_of_the_game_changes_a_running_one_and_is_repeated_bit_for_bit(path: str, value: Any) -> None:
    first, still = session(), session()
    for made in (first, still):
        for _ in range(15):
            made.advance()
    first.act("set", {"path": path, "value": value})
    for made in (first, still):
        for _ in range(15):
            made.advance()
    assert not same(weights(first._context.model), weights(still._context.model))
    again = Session(first.experiment, replay=first._context.events)
    while again.step < first.step:
        again.advance()
    assert same(weights(first._context.model), weights(again._context.model)) and again.current == first.current


@pytest.mark.parametrize("loss", ["wasserstein", "wasserstein_penalty"])
def test_a_checkpoint_goes_on_bit_for_bit(loss: str) -> None:
    made = session({"discriminator_steps": 2}, loss=loss)
    for _ in range(23):
        made.advance()
    other = Session(made.experiment)
    other.restore(made.checkpoint())
    for one in (made, other):
        one.take_rows()
        for _ in range(40):
            one.advance()
    assert same(weights(made._context.model), weights(other._context.model)) and made.take_rows() == other.take_rows()


def test_looking_changes_nothing() -> None:
    watched, alone = session(), session()
    for _ in range(40):
        watched.advance()
        alone.advance()
        watched.draw([view.name for view in GAN.views_of(watched.experiment)])
    assert same(weights(watched._context.model), weights(alone._context.model)) and watched.take_rows() == alone.take_rows()


def test_sizes_are_those_of_the_networks() -> None:
    for norm in (False, True):
        found = plain()
        found["model"]["generator"] = [
            {"name": "dense", "units": 5, "activation": "relu", "batch_norm": norm},
            {"name": "dense", "units": 7, "activation": "relu"},
        ]
        made = Session(parse(found))
        assert GAN.estimate(made.experiment).parameters == sum(parameter.numel() for parameter in made._context.model.parameters())


@pytest.mark.parametrize("where", ["training", "model"])
def test_gradient_descent_on_all_examples_is_refused(where: str) -> None:
    found = plain()
    found[where]["optimizer" if where == "training" else "discriminator_optimizer"] = {"name": "gradient_descent", "learning_rate": 0.1}
    with pytest.raises(Refusal, match="mini-batches"):
        parse(found)


# -- pictures


def test_arrows_point_where_the_generators_loss_falls() -> None:
    """By finite differences: a made-up point that goes a little along its arrow has a smaller loss, by the arrow's length."""
    made = session()
    for _ in range(50):
        made.advance()
    context, model = made._context, learner(made).model
    goal = RIVALRIES["non_saturating"]
    drawn = made.draw(["layered"])["layered"]
    arrows = drawn["arrows"]
    sizes = np.linalg.norm(arrows[:, 2:], axis=1)
    assert sizes.max() == pytest.approx(1) and sizes.argmax() == drawn["strongest"]
    points = torch.from_numpy(arrows[:, :2]).double()
    twin = copy.deepcopy(model).double().eval()
    step = 1e-6 * torch.from_numpy(arrows[:, 2:]).double() / torch.from_numpy(sizes)[:, None]
    with torch.no_grad():
        fall = [
            float(
                goal.forger(twin.discriminator(points[at : at + 1] - step[at : at + 1]))
                - goal.forger(twin.discriminator(points[at : at + 1] + step[at : at + 1]))
            )
            for at in range(len(points))
        ]
    slopes = np.array(fall) / 2e-6
    assert np.allclose(slopes / slopes.max(), sizes, atol=1e-3)
    assert context.phase is None


def test_an_even_grid_of_noise_is_bent_as_the_generator_says() -> None:
    made = session({"noise_kind": "uniform"})
    grid = made.draw(["layered"])["layered"]["grid"]
    model = learner(made).model
    with torch.no_grad():
        corner = model.generator(torch.tensor([[-1.0, 1.0]]))[0]
    assert grid.shape == (21, 21, 2) and np.allclose(grid[0, -1], corner, atol=1e-6)
    assert session({"noise": 3}).draw(["layered"])["layered"]["grid"] is None
    assert session({"noise": 1}).draw(["layered"])["layered"]["grid"].shape == (1, 200, 2)


# -- measures


def test_divergences_agree_with_plain_sums_and_their_ends() -> None:
    rng = np.random.default_rng(2)
    one, other = (measures.cells(rng.normal(0, 2, (500, 2)).astype(np.float32)) for _ in range(2))
    js, kl = measures.apart(one, other)

    def relative(p: Any, q: Any) -> float:
        return sum(a * math.log(a / b) for a, b in zip(p.ravel(), q.ravel(), strict=True) if a > 0)

    assert js == pytest.approx((relative(one, (one + other) / 2) + relative(other, (one + other) / 2)) / 2)
    smooth = [(part + 1e-4 / 900) / (1 + 1e-4) for part in (one, other)]
    assert kl == pytest.approx(relative(*smooth))
    assert measures.apart(one, one) == (pytest.approx(0, abs=1e-12), pytest.approx(0, abs=1e-12))
    left, right = (measures.cells(np.full((10, 2), place, np.float32)) for place in (-5, 5))
    assert measures.apart(left, right)[0] == pytest.approx(math.log(2))


def test_cells_hold_every_point_also_those_beyond_the_plane() -> None:
    places = np.array([[-6, -6], [5.99, 5.99], [100, -100], [0.1, 0.1]], np.float32)
    found = measures.cells(places)
    assert found.sum() == pytest.approx(1)
    assert found[0, 0] == found[29, 29] == found[29, 0] == found[15, 15] == 0.25


def test_a_clump_is_found_with_a_quarter_of_its_fair_share() -> None:
    modes = Modes(np.array([[0, 0], [4, 0]], np.float32), 0.1)
    near = np.tile(np.array([[0.1, 0.1]], np.float32), (88, 1))
    far = np.tile(np.array([[4.1, 0]], np.float32), (12, 1))  # less than a quarter of 50
    assert measures.found(np.concatenate([near, far]), modes) == (0.5, pytest.approx(0.88))
    assert measures.found(np.concatenate([near[:87], far, far[:1]]), modes) == (1.0, pytest.approx(0.87))
    assert measures.found(np.full((10, 2), 2, np.float32), modes) == (0.0, 0.0)


# -- what the presets promise


def trained(name: str, seed: int, steps: int, enough: Callable[[dict[str, Any]], bool] = lambda told: False) -> tuple[Session, list[dict[str, Any]]]:
    """What `coverage` tells every 250 steps, until it is enough."""
    found: dict[str, Any] = copy.deepcopy(dict(PRESETS[name].experiment))
    found["seed"] = seed
    made, told = Session(parse(found)), []
    while made.step < steps and not (told and enough(told[-1])):
        made.advance()
        if made.step % 250 == 0:
            told.append(made.draw(["coverage"])["coverage"])
    return made, told


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_eight_clumps_are_all_found_within_5000_steps(seed: int) -> None:
    _, told = trained("eight-gaussians", seed, 5000, lambda one: int(one["found"].sum()) == 8)
    assert int(told[-1]["found"].sum()) == 8


def test_eight_clumps_stay_found() -> None:
    _, told = trained("eight-gaussians", 0, 3000)
    assert any(int(one["found"].sum()) == 8 for one in told)
    last = told[-1]
    assert last["found"].sum() >= 7 and last["js"] < 0.4 and float(last["shares"].max()) < 0.3


@pytest.mark.parametrize("name", ["ring", "sketch"])
def test_other_shapes_are_come_close_to(name: str) -> None:
    made, told = trained(name, 0, 5000, lambda one: one["js"] < 0.2)
    assert told[-1]["js"] < 0.2 < 0.4 < made._context.history.rows[0, 2 + made._context.history.metrics.index("jensen_shannon")]


@pytest.mark.parametrize("seed", [0, 1])
def test_a_collapse_happens_and_is_said(seed: int) -> None:
    _, told = trained("collapse", seed, 2500)
    sentences = [how_it_goes(one)["$t"] for one in told]
    assert sum(sentence.startswith("Mode collapse") for sentence in sentences) > len(sentences) / 2, sentences
    assert all(int(one["found"].sum()) <= 4 for one in told[2:])
