"""What every family keeps to: each preset builds, learns, draws every view, and its frames travel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from playground.engine.protocol import pack, unpack
from playground.engine.session import Session
from playground.experiment import parse
from playground.registry import families
from playground.training import devices

devices.one_thread()
MOST_WORK = 200_000_000_000  # multiply-adds: half a minute
PRESETS = [(family, name) for family, known in families().items() for name in known.presets]
TOKENS = {
    f"--{name}" for name in ("train", "test", "chance", "soft", "line", "text", "neg", "zero", "pos", "bg", "panel", "alert", *(f"c{i}" for i in range(8)))
}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from leaves(item, path)
    else:
        yield path, value


def same(sent: Any, came: Any) -> bool:
    if isinstance(sent, np.ndarray):
        return sent.dtype == came.dtype and np.array_equal(sent, came, equal_nan=sent.dtype.kind == "f")
    if isinstance(sent, dict):
        return set(sent) == set(came) and all(same(item, came[key]) for key, item in sent.items())
    if isinstance(sent, (list, tuple)):
        return len(sent) == len(came) and all(map(same, sent, came))
    return bool(sent == came)


@pytest.mark.parametrize(("family", "name"), PRESETS)
def test_preset(family: str, name: str) -> None:
    known = families()[family]
    experiment = parse(known.presets[name].experiment)
    session = Session(experiment)
    views = [view.name for view in known.views_of(experiment)]
    untrained = session.draw(views)
    assert list(untrained) == views
    most = max(8, MOST_WORK // known.estimate(experiment).work)
    while session.step < min(most, 2 * session._context.records.every) and session.ended is None:
        session.advance()
    figures = session.draw(views)
    assert same(figures, unpack(pack(figures)))
    assert set(session.take_rows()[-1]["metrics"]) == {metric.name for metric in known.metrics(experiment)}
    for path, value in leaves(figures):
        if isinstance(value, str) and value.startswith("--"):
            assert value in TOKENS, path
        if isinstance(value, str):
            assert not value.startswith(("#", "rgb")), f"a colour of its own at {path}"
        if path.endswith(".$t"):
            assert isinstance(value, str) and value
    estimate = known.estimate(experiment)
    assert session.status()["parameters"] == sum(parameter.numel() for parameter in session._context.model.parameters()) == estimate.parameters


@pytest.mark.parametrize("family", families())
def test_every_view_is_drawn_by_some_preset(family: str) -> None:
    known = families()[family]
    drawn = {view.name for preset in known.presets.values() for view in known.views_of(parse(preset.experiment))}
    assert drawn == {view.name for view in known.views}


def test_default_frame_is_small() -> None:
    known = families()["dense"]
    session = Session(parse(known.presets[known.default].experiment))
    for step in range(20_000):  # rows and records as after 2,000 epochs, without the training between
        if step % 25 == 0:
            session._context.history.append(step, step / 25, {"train_loss": 0.5, "test_loss": 0.5})
        if step % session._context.records.every == 0:
            session._context.records.take(step, step / 25)
    frame = pack({"type": "frame", "views": session.draw(["network", "boundary", "loss", "weights", "phase"])})
    assert len(frame) <= 39_000  # the status beside them takes 1 kB of the promised 40


# -- each dense preset keeps what its sentence says, in fewer epochs than a person gives it


def trained(name: str, epochs: int, seed: int = 0, **changed: Any) -> Session:
    """A preset trained for so many epochs. changed: of its training, or its model."""
    plain = json.loads(json.dumps(dict(families()["dense"].presets[name].experiment)))
    plain["seed"], plain["training"]["epochs"] = seed, epochs
    for key, value in changed.items():
        plain["model" if key in plain["model"] else "training"][key] = value
    session = Session(parse(plain))
    while session.ended is None:
        session.advance()
    return session


def rows(session: Session, metric: str) -> list[float]:
    return [row["metrics"][metric] for row in session.take_rows()]


def last(session: Session, metric: str = "test_accuracy") -> float:
    return float(session.status()["metrics"][metric])


def layers(units: int, count: int, activation: str) -> list[dict[str, Any]]:
    return [{"units": units, "activation": activation}] * count


def dead(session: Session) -> list[int]:
    """How many units of each hidden layer answer 0 to every training example."""
    found, values = [], session._context.examples["train"].x
    with torch.no_grad():
        for name, module in session._context.model.named_children():
            values = module(values)
            if name.startswith("hidden") and name.endswith("_activation"):
                found.append(int((values == 0).all(0).sum()))
    return found


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_xor_needs_a_hidden_layer_or_the_product(seed: int) -> None:
    assert last(trained("xor-line", 40, seed)) < 0.8
    assert last(trained("xor-product", 40, seed)) > 0.97


@pytest.mark.parametrize("name", ["xor", "circle"])
def test_a_few_neurons_solve_it(name: str) -> None:
    assert last(trained(name, 120)) > 0.95


def test_equal_weights_never_part_and_others_do() -> None:
    session = trained("equal-weights", 60)
    weights = session._context.model.hidden1.weight.detach()
    assert torch.equal(weights, weights[:1].expand_as(weights)) and last(session) < 0.8
    assert last(trained("equal-weights", 60, initialization="xavier")) > 0.95


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_too_large_a_rate_diverges_and_a_lower_one_solves_it(seed: int) -> None:
    wild = trained("too-fast", 500, seed)
    assert wild.ended is not None and wild.ended[0] == "diverged"
    assert last(trained("too-fast", 100, seed, optimizer={"name": "gradient_descent", "learning_rate": 0.03}), "test_r2") > 0.99


@pytest.mark.parametrize("seed", [0, 1])
def test_relu_dies_at_a_wild_rate_and_not_otherwise(seed: int) -> None:
    """At least seven of eight: the first steps are so wild that another processor's rounding decides on the last one."""
    session = trained("dying-relu", 20, seed)
    assert dead(session)[1] >= 7 and last(session) < 0.65
    for saved in ({"layers": layers(8, 2, "leaky_relu")}, {"optimizer": {"name": "sgd", "learning_rate": 0.3}}):
        assert last(trained("dying-relu", 20, seed, **saved)) > 0.95


def test_six_sigmoid_layers_pass_no_gradient_back_and_one_or_tanh_learns() -> None:
    session = trained("vanishing", 40)
    sizes = [float(parameter.grad.norm()) for name, parameter in session._context.model.named_parameters() if name.endswith("weight")]
    assert sizes == sorted(sizes) and sizes[0] < sizes[-1] / 1000 and last(session) < 0.65
    assert last(trained("vanishing", 60, layers=layers(8, 1, "sigmoid"))) > 0.9
    assert last(trained("vanishing", 20, layers=layers(8, 6, "tanh"))) > 0.95


def test_momentum_is_far_ahead_of_none() -> None:
    ahead = last(trained("momentum", 60), "train_loss")
    behind = last(trained("momentum", 60, optimizer={"name": "sgd", "learning_rate": 0.003}), "train_loss")
    assert ahead < 0.1 and behind > 5 * ahead


def test_fifty_noisy_points_are_memorised_and_l2_prevents_it() -> None:
    loose, held = trained("overfit", 200), trained("overfit-l2", 200)
    tested = rows(loose, "test_loss")
    assert last(loose, "train_accuracy") == 1 and tested[-1] > 1.5 * min(tested)
    assert last(held, "test_loss") < 0.7 * tested[-1] and last(held, "train_accuracy") < 1


@pytest.mark.parametrize(("name", "epochs", "chance"), [("shuffled", 300, 0.5), ("numpy-100-50-10", 40, 0.1)])
def test_where_there_is_nothing_to_learn_it_learns_by_heart(name: str, epochs: int, chance: float) -> None:
    session = trained(name, epochs)
    assert last(session, "train_accuracy") > 0.98 and abs(last(session) - chance) < 0.2


def test_even_or_odd_is_found_out_and_told_by_the_last_bit() -> None:
    session = trained("even-odd", 60)
    weights = session._context.model.hidden1.weight.detach().abs().mean(0)
    assert last(session) == 1 and weights.argmax() == len(weights) - 1 and weights[-1] > 3 * weights[:-1].mean()


def test_real_tables_are_learned_as_far_as_they_can_be() -> None:
    assert last(trained("iris", 60)) > 0.9
    session = trained("diabetes", 100)
    tested = rows(session, "test_loss")
    assert 0.2 < last(session, "test_r2") < 0.6 and last(session, "train_r2") > last(session, "test_r2") and tested[-1] > min(tested)
