"""Autoencoders: loss and gradients against numpy and closed forms, noise and pull that change while they train, a step by phases, what goes on from a checkpoint."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from playground.engine.session import Session
from playground.experiment import parse
from playground.families.autoencoder.kinds import Variational
from playground.families.autoencoder.learner import SEED, Codes, Rebuilder, divergence
from playground.families.autoencoder.model import Autoencoder
from playground.families.autoencoder.presets import PRESETS, conv, dense
from playground.registry import families
from playground.text import Refusal
from playground.training import devices
from playground.training.losses import objective

devices.one_thread()
FAMILY = families()["autoencoder"]
KINDS: dict[str, dict[str, Any]] = {
    "plain": {"name": "plain"},
    "denoising": {"name": "denoising", "noise": 0.4},
    "sparse": {"name": "sparse", "sparsity": 0.7},
    "variational": {"name": "variational", "beta": 0.6},
}


def plain(name: str = "vae-2", model: dict[str, Any] | None = None, data: dict[str, Any] | None = None, **training: Any) -> dict[str, Any]:
    """A preset, changed."""
    found: dict[str, Any] = copy.deepcopy(dict(PRESETS[name].experiment))
    found["model"] |= model or {}
    found["data"] |= data or {}
    found["training"] |= training
    return found


def small(kind: str = "variational", layers: list[dict[str, Any]] | None = None, latent: int = 2, data: str = "digits", **training: Any) -> Session:
    model = {"kind": KINDS[kind], "latent": latent, "layers": [dense(12, "tanh")] if layers is None else layers}
    return Session(parse(plain(model=model, data={"name": data}, **{"batch_size": 50, **training})))


def learner(made: Session) -> Rebuilder:
    found = made._learner
    assert isinstance(found, Rebuilder)
    return found


def advanced(made: Session, steps: int) -> Session:
    for _ in range(steps):
        made.advance()
    return made


def weights(network: nn.Module) -> list[torch.Tensor]:
    return [parameter.detach().clone() for parameter in network.parameters()]


def same(one: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


# -- a reference in numpy, from nothing but weights

Arrays = dict[str, Any]
BENDS = {"relu": lambda z: np.maximum(0, z), "tanh": np.tanh}


def reference(made: Session, x: Any, noise: Any) -> dict[str, float]:
    """loss, error and divergence of examples x (n, columns) of a dense network, as the papers have them, in double precision."""
    spec, w = made.current.model, {name: tensor.double().numpy() for name, tensor in made._context.model.state_dict().items()}
    depth, kind = len(spec.layers), spec.kind  # type: ignore[attr-defined]

    def layer(name: str, a: Any, bend: str | None) -> Any:
        z = a @ w[f"{name}.weight"].T + w[f"{name}.bias"]
        return BENDS[bend](z) if bend else z

    a = x.astype(np.float64)
    for number in range(1, depth + 1):
        a = layer(f"encoder.encoder{number}", a, spec.layers[number - 1].activation)  # type: ignore[attr-defined]
    told = layer("encoder.code", a, "relu" if kind.name == "sparse" else None)
    mean, spread = (told[:, : spec.latent], told[:, spec.latent :]) if kind.name == "variational" else (told, None)  # type: ignore[attr-defined]
    a = mean if spread is None else mean + np.sqrt(np.exp(spread)) * noise
    for number in range(1, depth + 2):
        a = layer(f"decoder.decoder{number}", a, spec.layers[depth - number].activation if number <= depth else None)  # type: ignore[attr-defined]
    if made.current.training.loss == "mse":
        error = np.square(a - x).sum(1)
    else:
        p = 1 / (1 + np.exp(-a))
        error = -(x * np.log(p) + (1 - x) * np.log(1 - p)).sum(1)
    apart = np.zeros(len(x)) if spread is None else 0.5 * (mean**2 + np.exp(spread) - spread - 1).sum(1)
    pull = kind.beta * apart if spread is not None else getattr(kind, "sparsity", 0.0) * np.abs(mean).sum(1)
    return {"loss": float((error + pull).mean()), "error": float(error.mean()), "divergence": float(apart.mean())}


def test_a_vae_on_mnist_with_two_latent_numbers_agrees_with_numpy() -> None:
    made = advanced(Session(parse(plain("vae-2"))), 130)
    x = made._context.parts.test.x
    noise = torch.empty(len(x), 2).normal_(generator=torch.Generator().manual_seed(SEED)).double().numpy()
    told = learner(made).measure({"test": made._context.examples["test"]}, {}, in_steps=False)
    wanted = reference(made, x, noise)
    for name, value in wanted.items():
        assert told[f"test_{name}"] == pytest.approx(value, rel=1e-5), name
    assert wanted["divergence"] > 1 and wanted["error"] < 200


@pytest.mark.parametrize("kind", ["plain", "sparse", "variational"])
@pytest.mark.parametrize("loss", ["mse", "binary_cross_entropy"])
def test_what_is_measured_agrees_with_numpy(kind: str, loss: str) -> None:
    made = advanced(small(kind, [dense(9), dense(7, "tanh")], latent=3, loss=loss), 30)
    x = made._context.parts.test.x
    noise = torch.empty(len(x), 3).normal_(generator=torch.Generator().manual_seed(SEED)).double().numpy()
    told = learner(made).measure({"test": made._context.examples["test"]}, {}, in_steps=False)
    for name, value in reference(made, x, noise).items():
        assert told[f"test_{name}"] == pytest.approx(value, rel=1e-5, abs=1e-9), name


def test_noise_is_added_to_what_is_given_and_not_to_what_is_wanted() -> None:
    made = small("denoising", loss="mse")
    x = made._context.examples["test"].x
    spoiled = (x + 0.4 * torch.empty(x.shape).normal_(generator=torch.Generator().manual_seed(SEED))).clamp(0, 1)
    with torch.no_grad():
        back = made._context.model(spoiled)
    wanted = float((back - x).square().sum(1).mean())
    assert learner(made).measure({"test": made._context.examples["test"]}, {}, in_steps=False)["test_error"] == pytest.approx(wanted, rel=1e-5)


# -- divergence, draws, gradients


@settings(deadline=None, max_examples=40)
@given(mean=st.floats(-4, 4), spread=st.floats(-6, 4))
def test_the_divergence_is_the_integral_that_it_stands_for(mean: float, spread: float) -> None:
    """KL = integral of q log(q / p), q = N(mean, exp(spread)), p = N(0, 1); summed over a fine grid."""
    width = np.exp(spread / 2)
    z = np.linspace(mean - 12 * width, mean + 12 * width, 20_001)
    log_q = -((z - mean) ** 2) / (2 * width**2) - np.log(width) - np.log(2 * np.pi) / 2
    log_p = -(z**2) / 2 - np.log(2 * np.pi) / 2
    integral = float((np.exp(log_q) * (log_q - log_p)).sum() * (z[1] - z[0]))
    found = float(divergence(torch.tensor([[mean]], dtype=torch.float64), torch.tensor([[spread]], dtype=torch.float64)))
    assert found == pytest.approx(integral, rel=1e-6, abs=1e-9) and found > -1e-12


def test_a_code_is_drawn_from_its_cloud() -> None:
    made = small()
    x = made._context.parts.train.x[:1]
    with torch.no_grad():
        codes = learner(made).encoded(torch.from_numpy(np.repeat(x, 40_000, 0)), torch.Generator().manual_seed(0))
    assert codes.spread is not None
    deviation = torch.exp(codes.spread[0] / 2)
    assert torch.allclose(codes.drawn.mean(0), codes.mean[0], atol=4 * float(deviation.max()) / 200)
    assert torch.allclose(codes.drawn.std(0), deviation, rtol=0.02)


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_is_the_slope_of_the_loss(kind: str) -> None:
    """By finite differences in double precision, along random directions, with the same noise each time."""
    made = small(kind, loss="mse")
    found = learner(made)
    model = found.model.double()
    x = made._context.examples["train"].x[:20].double()
    noise = torch.randn(20, 2, generator=torch.Generator().manual_seed(3)).double()

    def loss() -> torch.Tensor:
        mean, spread = model.code(x)
        drawn = mean if spread is None else mean + torch.exp(spread / 2) * noise
        return found.lost(model.decoder(drawn), x, Codes(mean, spread, drawn))[0]

    parameters = list(model.parameters())
    gradients = torch.autograd.grad(loss(), parameters)
    chance = torch.Generator().manual_seed(4)
    for _ in range(3):
        ways = [torch.randn(p.shape, generator=chance).double() for p in parameters]
        slope = sum(float((g * way).sum()) for g, way in zip(gradients, ways, strict=True))
        values = []
        for by in (1e-6, -2e-6):
            with torch.no_grad():
                for parameter, way in zip(parameters, ways, strict=True):
                    parameter += by * way
            values.append(float(loss().detach()))
        with torch.no_grad():
            for parameter, way in zip(parameters, ways, strict=True):
                parameter += 1e-6 * way
        assert (values[0] - values[1]) / 2e-6 == pytest.approx(slope, rel=1e-5)


def test_one_step_is_what_plain_torch_makes_of_the_same_numbers() -> None:
    made = small()
    twin: Autoencoder = copy.deepcopy(learner(made).model)
    made.advance_phase()
    while made.mid_step:
        made.advance_phase()
    tensors = {name: phase.tensors for name, phase in made._context.phases.items()}
    optimizer = torch.optim.Adam(twin.parameters(), 0.003)
    mean, spread = twin.encoder(tensors["sample"]["clean"]).chunk(2, 1)
    noise = (tensors["encoder forward"]["code"] - tensors["encoder forward"]["mean"]) / torch.exp(tensors["encoder forward"]["spread"] / 2)
    out = twin.decoder(mean + torch.exp(0.5 * spread) * noise)
    error = nn.functional.binary_cross_entropy_with_logits(out, tensors["sample"]["clean"], reduction="sum") / len(out)
    apart = torch.distributions.kl_divergence(torch.distributions.Normal(mean, torch.exp(spread / 2)), torch.distributions.Normal(0.0, 1.0)).sum(1).mean()
    loss = error + 0.6 * apart
    assert float(loss.detach()) == pytest.approx(float(tensors["loss"]["loss"]), rel=1e-5)
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    for one, other in zip(twin.parameters(), learner(made).model.parameters(), strict=True):
        assert torch.allclose(one, other, atol=2e-6)


def test_the_pull_grows_over_the_warm_up() -> None:
    kind = Variational(beta=4.0, warm_up=8)
    assert [kind.beta_at(epoch) for epoch in (0, 2, 4.0, 8, 100)] == [0, 1, 2, 4, 4]
    assert Variational(beta=4.0).beta_at(0) == 4
    made = small()
    slow = Session(parse(plain(model=made.experiment.model.model_dump(mode="json") | {"kind": {"name": "variational", "beta": 0.6, "warm_up": 4}}, data={"name": "digits"}, batch_size=50)))  # fmt: skip
    for one in (made, slow):
        advanced(one, 2 * one.epoch_steps)
    parts = {"test": slow._context.examples["test"]}
    told = learner(slow).measure(parts, {}, in_steps=False)
    assert told["test_loss"] == pytest.approx(told["test_error"] + 0.3 * told["test_divergence"], rel=1e-5)  # type: ignore[operator]
    freer = learner(made).measure({"test": made._context.examples["test"]}, {}, in_steps=False)
    assert told["test_divergence"] > freer["test_divergence"]  # type: ignore[operator]


def test_rows_of_the_training_part_are_means_over_the_steps_by_examples() -> None:
    made = small("plain")
    made.take_rows()
    sums, count = 0.0, 0
    while not count or len(learner(made)._xs) != learner(made)._place:
        made.advance()
        size = len(learner(made)._xs[learner(made)._place - 1])
        sums, count = sums + float(learner(made).batch_loss.detach()) * size, count + size  # type: ignore[union-attr]
    (row,) = made.take_rows()
    assert row["metrics"]["train_loss"] == pytest.approx(sums / count, rel=1e-5)
    assert count == len(made._context.parts.train)


@pytest.mark.parametrize(("kind", "loss", "chance"), [("variational", "binary_cross_entropy", None), ("plain", "mse", "variance")])
def test_the_chance_line_is_the_loss_of_giving_back_the_mean(kind: str, loss: str, chance: str | None) -> None:
    made = small(kind, loss=loss)
    x = made._context.parts.train.x.astype(np.float64)
    p = np.clip(x.mean(0), 1e-6, 1 - 1e-6)
    wanted = x.var(0).sum() if chance else -(x * np.log(p) + (1 - x) * np.log(1 - p)).sum(1).mean()
    assert made._context.chance["loss"] == pytest.approx(wanted, rel=1e-4) == made._context.chance["error"]


# -- a run


@pytest.mark.parametrize("kind", KINDS)
def test_looking_changes_nothing(kind: str) -> None:
    watched, alone = small(kind, latent=3), small(kind, latent=3)
    for _ in range(60):
        watched.advance()
        alone.advance()
        if watched.step % 7 == 0:
            watched.draw([view.name for view in FAMILY.views_of(watched.experiment)])
    assert same(weights(watched._context.model), weights(alone._context.model)) and watched.take_rows() == alone.take_rows()


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_by_phases_is_the_same_step(kind: str) -> None:
    whole, phased = small(kind), small(kind)
    for _ in range(40):
        whole.advance()
        phased.advance_phase()
        while phased.mid_step:
            phased.advance_phase()
            phased.draw(["phase", "map"])
    assert same(weights(whole._context.model), weights(phased._context.model)) and whole.take_rows() == phased.take_rows()


def test_a_step_goes_through_the_encoder_then_the_decoder_and_back() -> None:
    made, seen = small(), []
    for _ in range(7):
        made.advance_phase()
        assert made._context.phase is not None
        seen.append((made._context.phase.name, made._context.phase.part))
    assert seen == [
        ("sample", ""),
        ("forward", "encoder"),
        ("forward", "decoder"),
        ("loss", ""),
        ("backward", "decoder"),
        ("backward", "encoder"),
        ("update", ""),
    ]
    assert made.step == 1 and not made.mid_step


@pytest.mark.parametrize("kind", KINDS)
def test_a_checkpoint_goes_on_bit_for_bit(kind: str) -> None:
    made = advanced(small(kind), 33)
    other = Session(made.experiment)
    other.restore(made.checkpoint())
    for one in (made, other):
        one.take_rows()
        advanced(one, 40)
    assert same(weights(made._context.model), weights(other._context.model)) and made.take_rows() == other.take_rows()


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("variational", "model.kind.beta", 9.0), ("variational", "model.kind.warm_up", 50), ("denoising", "model.kind.noise", 0.9), ("sparse", "model.kind.sparsity", 8.0),
        ("plain", "training.optimizer.learning_rate", 0.02), ("plain", "training.batch_size", 20), ("variational", "data.shift", 2),
    ],
)  # fmt: skip
def test_settings_change_a_running_one_and_are_repeated_bit_for_bit(kind: str, path: str, value: Any) -> None:
    first, still = small(kind), small(kind)
    for made in (first, still):
        advanced(made, 15)
    first.act("set", {"path": path, "value": value})
    for made in (first, still):
        advanced(made, 40)
    assert not same(weights(first._context.model), weights(still._context.model))
    again = Session(first.experiment, replay=first._context.events)
    while again.step < first.step:
        again.advance()
    assert same(weights(first._context.model), weights(again._context.model)) and again.current == first.current and again.take_rows() == first.take_rows()


def test_points_that_are_moved_by_hand_are_learned_from() -> None:
    made = advanced(Session(parse(plain("clumps"))), 10)
    made.act("point", {"at": None, "x": [5.0, 5.0], "y": 0})
    assert len(learner(advanced(made, 10))._train.x) == len(made._made.train) + 1


def test_varied_pictures_are_given_back_as_they_were_given() -> None:
    made = small("plain", data="digits")
    moved = Session(parse(plain(model=made.experiment.model.model_dump(mode="json"), data={"name": "digits", "shift": 2}, batch_size=50)))
    moved.advance_phase()
    sampled = moved._context.phases["sample"].tensors
    assert torch.equal(sampled["clean"], sampled["given"])
    still = moved._context.examples["train"].x[sampled["numbers"]]
    assert not torch.equal(still, sampled["clean"])


# -- sizes and refusals


@pytest.mark.parametrize("layers", [[], [dense(5)], [conv(3)], [conv(3), conv(4)], [conv(3), dense(6)], [dense(7), dense(4)]], ids=len)
@pytest.mark.parametrize("latent", [1, 5])
@pytest.mark.parametrize("kind", ["plain", "variational"])
def test_sizes_are_those_of_the_network(layers: list[dict[str, Any]], latent: int, kind: str) -> None:
    made = small(kind, layers, latent)
    estimate, model = FAMILY.estimate(made.experiment), made._context.model
    assert isinstance(model, Autoencoder)
    assert estimate.parameters == sum(parameter.numel() for parameter in model.parameters())
    x = made._context.examples["test"].x[:3]
    assert model(x).shape == x.shape and model.code(x)[0].shape == (3, latent)
    named = dict(model.named_modules())
    heard: dict[str, Any] = {}
    hooks = [
        module.register_forward_hook(lambda module, given, said, name=name: heard.__setitem__(name.split(".")[-1], said.shape[1:])) for name, module in named.items()
    ]  # fmt: skip
    model(x)
    for hook in hooks:
        hook.remove()
    for size in estimate.layers[1:]:
        told = heard[size.name] if size.name != "code" else (heard["code"][0] // (2 if kind == "variational" else 1),)
        assert int(np.prod(told)) == int(np.prod(size.shape)), size


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"model": {"latent": 33}}, "Latent size must be at most 32; 33 was given"),
        ({"model": {"latent": 0}}, "Latent size must be at least 1; 0 was given"),
        ({"model": {"kind": {"name": "variational", "beta": -1}}}, "Beta must be at least 0.0; -1 was given"),
        ({"model": {"kind": {"name": "denoising", "noise": 2}}}, "Noise must be at most 1.0; 2 was given"),
        ({"model": {"kind": {"name": "plain", "beta": 1}}}, "beta"),
        ({"model": {"layers": [dense(5), conv(3)]}}, "Encoder, layer 2: a convolution"),
        ({"model": {"layers": [conv(3), conv(3), conv(3)]}}, "Encoder, layer 3: a convolution"),
        ({"data": {"name": "spiral"}}, "does not fit the data Spiral"),
    ],
)
def test_bad_input_gets_a_sentence(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(plain(**changed))
    assert sentence in " ".join(str(message) for message in refused.value.messages)


def test_every_loss_of_the_family_fits_its_task() -> None:
    assert objective("rebuild_points", "mse").answer(torch.ones(1)) == 1
    for name in ("mse", "binary_cross_entropy"):
        goal = objective("rebuild", name)
        exact = torch.tensor([[0.0, 1.0]])
        outputs = exact if name == "mse" else (exact * 2 - 1) * 40
        assert float(goal.loss(outputs, exact)) == pytest.approx(0, abs=1e-6) and torch.allclose(goal.answer(outputs), exact)
