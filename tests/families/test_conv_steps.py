"""A convolutional network's step by phases, against autograd and torch's own rule; its records and the optimizer's memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from playground.engine.session import Session
from playground.families.conv import stack
from playground.families.supervised import trace
from playground.families.supervised.formulas import shown
from tests.families.made_conv import session, softmax, written_out

LAYERS: list[dict[str, Any]] = [
    {"name": "conv", "filters": 3, "kernel": 3, "activation": "tanh"},
    {"name": "max_pool"},
    {"name": "batch_norm"},
    {"name": "flatten"},
]


def read(text: Any) -> str:
    """A text on its way to the browser, as it is read."""
    if not isinstance(text, dict):
        return str(text)
    return str(text["$t"]).format(**{key: read(value) for key, value in text["values"].items()})


def twin(made: Session) -> dict[str, torch.Tensor]:
    return {name: p.detach().clone().requires_grad_() for name, p in made._context.model.named_parameters()}


def test_phases_against_autograd() -> None:
    made = session(LAYERS, training={"optimizer": {"name": "sgd", "learning_rate": 0.1}})
    own = twin(made)
    made.advance_phase()
    sample = made.draw(["phase"])["phase"]
    tensors = made._context.phases["sample"].tensors
    numbers, x, y = tensors["numbers"], tensors["x"], tensors["y"]
    train = made._context.parts.train
    assert np.abs(sample["pictures"].reshape(6, -1) - 255 * train.x[numbers[:6]]).max() <= 0.51
    assert ", ".join(str(int(number) + 1) for number in numbers[:6]) in read(sample["sentence"])

    made.advance_phase()
    flow = F.max_pool2d(torch.tanh(F.conv2d(x.reshape(-1, 1, 8, 8), own["layer1.weight"], own["layer1.bias"])), 2)
    outputs = F.batch_norm(flow, None, None, own["layer3.weight"], own["layer3.bias"], training=True).flatten(1) @ own["output.weight"].T + own["output.bias"]
    share = 100 * softmax(outputs[0].detach().numpy().astype(float))[int(y[0])]
    assert f"{share:.1f} %" in read(made.draw(["phase"])["phase"]["sentence"])

    made.advance_phase()
    loss = F.cross_entropy(outputs, y)
    assert shown(float(loss.detach()), 4) in read(made.draw(["phase"])["phase"]["sentence"])

    made.advance_phase()
    loss.backward()  # type: ignore[no-untyped-call]
    name = max(own, key=lambda one: float(own[one].grad.abs().max()))  # type: ignore[union-attr]
    gradient = own[name].grad
    assert gradient is not None
    place = tuple(int(at) for at in np.unravel_index(int(gradient.abs().argmax()), gradient.shape))
    backward = read(made.draw(["phase"])["phase"]["sentence"])
    assert shown(float(gradient[place])) in backward

    made.advance_phase()
    update = made.draw(["phase"])["phase"]
    after = float(own[name].detach()[place] - 0.1 * gradient[place])
    assert float(made._context.model.get_parameter(name).detach()[place]) == pytest.approx(after, rel=1e-4, abs=1e-6)
    assert shown(after, 4)[:5] in read(update["sentence"]) and update["formulas"]
    for other, parameter in made._context.model.named_parameters():
        assert parameter.detach().numpy() == pytest.approx((own[other] - 0.1 * own[other].grad).detach().numpy(), abs=1e-5)
    made.advance()
    assert made.draw(["phase"])["phase"] == {"phase": None}


@pytest.mark.parametrize(("name", "at", "words"), [
    ("layer1.weight", (2, 0, 1, 2), "the weight at row 2, column 3 of filter 3 in layer 1, for map 1 before it"),
    ("layer1.bias", (2,), "the bias of filter 3 in layer 1"),
    ("layer3.weight", (1,), "the batch norm scale γ of map 2 in layer 3"),
    ("layer3.bias", (0,), "the batch norm shift β of map 1 in layer 3"),
    ("output.weight", (7, 11), "the weight from number 12 before it to output 7"),
    ("output.bias", (7,), "the bias of output 7"),
])  # fmt: skip
def test_every_number_has_its_words(name: str, at: tuple[int, ...], words: str) -> None:
    from playground.families.conv.figures import place

    assert read(place(stack.place(session(LAYERS)._context, name, at))) == words


def test_the_formula_of_a_kernels_update_is_the_update() -> None:
    """Adam on one filter's weight, as the strip would tell it, against what became of it."""
    made = session(LAYERS, 3)
    for _ in range(5):
        made.advance_phase()
    at = (1, 0, 2, 1)
    update = trace.updated(made._context, trace.within(made._context), "layer1.weight", at)
    assert update is not None and update.time == 4
    phases = made._context.phases
    g = float(phases["backward"].tensors["layer1.weight"][at])
    mean, square = (beta * update.memory[kind] + (1 - beta) * power for kind, beta, power in (("mean", 0.9, g), ("square", 0.999, g * g)))
    after = update.weight - 0.01 * (mean / (1 - 0.9**4)) / ((square / (1 - 0.999**4)) ** 0.5 + 1e-8)
    assert float(phases["update"].tensors["after.layer1.weight"][at]) == pytest.approx(after, rel=1e-4)


def test_the_optimizers_memory_of_kernels_is_laid_out_a_filter_a_row() -> None:
    made = session(LAYERS, 4)
    figure = made.draw(["memory"])["memory"]
    assert [layer["title"]["values"].get("number") for layer in figure["layers"]] == [1, None]
    units, inputs = figure["layers"][0]["units"], figure["layers"][0]["inputs"]
    mean = next(part for part in figure["parts"] if part["title"]["$t"] == "mean")["values"][0]
    rule = made._context.learner.optimizer
    kept = rule.memory["mean"][0].numpy().reshape(3, 9)
    assert mean.tolist() == kept[np.ix_(units, inputs)].tolist()


def test_layers_are_called_by_their_places_in_the_list() -> None:
    made = session([{"name": "batch_norm"}, *LAYERS, {"name": "dense", "units": 5}], 3)
    for view in ("weights", "activations"):
        titles = [read(layer["title"]) for layer in made.draw([view])[view]["layers"]]
        assert titles == ["hidden layer 2", "hidden layer 6", "output layer"]


def test_a_costly_networks_pictures_show_its_last_record() -> None:
    made = session(LAYERS, 1)
    made._context.records.fresh = False
    made.advance()
    kept = made._context.records
    while kept.steps[-1] == made.step:
        made.advance()
    figure = made.draw(["weights"])["weights"]
    assert figure["layers"][0]["epochs"].tolist() == pytest.approx(kept.epochs)
    assert figure["layers"][0]["bands"][:, -1].tolist() == kept.chosen([-1]).values[0, 0, :7].tolist()


def test_written_out_agrees_with_what_is_trained() -> None:
    made = session(LAYERS, 2)
    made._context.model.eval()
    with torch.no_grad():
        answered = made._context.model(made._context.examples["test"].x[:3]).numpy()
    made._context.model.train()
    for at in range(3):
        assert written_out(made, made._context.parts.test.x[at].reshape(1, 8, 8))[-1] == pytest.approx(answered[at], abs=1e-4)
