"""A recurrent network's step by phases and through time: against whole steps, and against a backward written out by autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from playground.engine.session import Session
from playground.families.recurrent import state_figures, steps
from playground.families.supervised.formulas import shown
from tests.families.test_recurrent_way import BOTH, COPY, MIXED, SINE, THREE, Written, plain, read, session

LONG: dict[str, Any] = {"name": "copy", "samples": 100, "delay": 80}
PLAIN: list[dict[str, Any]] = [{"name": "lstm", "units": 4}, {"name": "gru", "units": 3}]


def walked(made: Session) -> list[tuple[str, int, dict[str, Any]]]:
    """One step by phases: name, index and the figures at each."""
    found = []
    while not found or made.mid_step:
        made.advance_phase()
        phase = made._context.phase
        assert phase is not None
        found.append((phase.name, phase.index, made.draw(["network", "phase", "gates"])))
    return found


@pytest.mark.parametrize(
    ("data", "stops", "length"), [(LONG, 12, 82), (THREE, 10, 10), (COPY, 10, 10), ({"name": "copy", "samples": 100, "delay": 11}, 12, 13)]
)
def test_time_is_gone_through_forward_and_back(data: dict[str, Any], stops: int, length: int) -> None:
    made = session(PLAIN, data)
    seen = walked(made)
    assert [name for name, _, _ in seen] == ["sample", *["forward"] * stops, "loss", *["backward"] * stops, "update"]
    places = [figures["network"]["phase"]["step"] for _, _, figures in seen]
    forward, backward = places[1 : stops + 1], places[stops + 2 : -1]
    assert places[0] == -1 and places[stops + 1] is None and places[-1] is None
    assert forward[0] == 0 and forward[-1] == length - 1 and forward == sorted(set(forward)) and backward == forward[::-1]
    gaps = np.diff(forward)
    assert gaps.max() - gaps.min() <= 1
    for (name, _, figures), step in zip(seen, places, strict=True):
        time = figures["phase"]["time"]
        assert (time is None) == (name not in ("forward", "backward"))
        if time is not None:
            assert (time["step"], time["of"], time["cell"]["step"]) == (step, length, step)
            assert (time["cell"]["pull"] is None) == (name == "forward")
        assert figures["network"]["example"]["part"] == "train"
        assert (figures["network"]["phase"]["pulls"] is None) == (name != "backward")
    made.advance()
    after = made.draw(["phase", "network"])
    assert after["phase"] == {"phase": None, "time": None} and after["network"]["phase"] is None


@pytest.mark.parametrize(("layers", "data", "more"), [(MIXED, COPY, {}), (PLAIN, SINE, {"truncation": 4}), (BOTH, THREE, {})])
def test_steps_by_phases_that_are_looked_at_give_the_same_history(layers: list[dict[str, Any]], data: dict[str, Any], more: dict[str, Any]) -> None:
    whole, phased = (session(layers, data, 0, None, **more) for _ in range(2))
    for _ in range(3):
        whole.advance()
        walked(phased)
    while whole.step < 2 * whole.epoch_steps:
        whole.advance()
        phased.advance()
    ours, theirs = whole._context.model.state_dict(), phased._context.model.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert whole.take_rows() == phased.take_rows()


@pytest.mark.parametrize(("layers", "data"), [(MIXED, THREE), (BOTH, COPY), (PLAIN, SINE)])
def test_numbers_are_those_of_the_step(layers: list[dict[str, Any]], data: dict[str, Any]) -> None:
    """At every phase the weights are those before the update, and what is dropped is what was dropped."""
    made = session(layers, data, 2)
    before = {name: tensor.numpy().astype(np.float64) for name, tensor in made._context.model.state_dict().items()}
    before = {name: tensor.copy() for name, tensor in before.items()}
    seen = walked(made)
    index = int(made._context.phases["sample"].tensors["numbers"][0])
    wanted = Written(made, made._context.parts.train.x[index], state=before)
    dropped = made._context.phases["forward"].tensors.get("layer2_dropout")
    first = wanted.seen[1, False]
    letters = {"lstm": {"i": "i", "f": "f", "o": "o", "c": "c", "h": "h"}, "gru": {"r": "r", "z": "z", "n": "n", "h": "h"}}[layers[0]["name"]]
    for name, _, figures in seen:
        assert figures["network"]["example"]["index"] == index
        if name != "sample":
            drawn = figures["network"]["layers"][0]
            assert drawn["states"] == pytest.approx(wanted.passed[1].T[drawn["shown"]], abs=1e-5)
            rows = {row["letter"]: row["values"] for row in figures["gates"]["rows"]}
            assert all(rows[letter] == pytest.approx(first[letter].T, abs=1e-5) for letter in letters)
        time = figures["phase"]["time"]
        for line in time["cell"]["lines"] if time else ():
            letter, last = plain(line)[0], plain(line).split(" = ")[-1]
            if letter in letters:
                assert last == _fixed(first[letter][time["step"], 0])
    told = made.ask("cell", {"layer": 2, "unit": 1, "step": 4})
    assert told["pull"] is not None, "the update is still looked at"
    if dropped is not None:
        given = made._context.phases["forward"].tensors["layer2_dropout"][0]
        assert (given == 0).any()
        rows = made.ask("gates", {"layer": 3})["rows"]
        w, u, b, d = (before[f"layer3.{part}_l0"] for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        gate = 1 / (1 + np.exp(-((w @ given[0].double().numpy() + b + u @ np.zeros(5) + d)[:5])))
        assert rows[0]["values"][:, 0] == pytest.approx(gate, abs=1e-5)


def _fixed(value: float) -> str:
    from playground.families.supervised.formulas import fixed

    return fixed(float(np.float32(value)))


def unrolled(made: Session, x: Tensor, y: Tensor, cut: int) -> tuple[Tensor, list[list[Tensor]]]:
    """PLAIN written out in torch in float64 over a mini-batch of the waves: the loss, and each layer's states, step by step, which keep their gradients."""
    state = {name: tensor.detach().double() for name, tensor in made._context.model.state_dict().items()}
    flow = [x.double().reshape(len(x), -1, 1)[:, t] for t in range(x.shape[1])]
    kept: list[list[Tensor]] = []
    for number, units in ((1, 4), (2, 3)):
        w, u, b, d = (state[f"layer{number}.{part}_l0"].clone().requires_grad_() for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        h = c = torch.zeros(len(x), units, dtype=torch.float64)
        states = []
        for t, given in enumerate(flow):
            if cut and t % cut == 0:
                h, c = h.detach(), c.detach()
            told, own = given @ w.T + b, h @ u.T + d
            if number == 1:
                i, f, g, o = (told + own).chunk(4, 1)
                c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
                h = torch.sigmoid(o) * torch.tanh(c)
            else:
                (r, z, n), (own_r, own_z, own_n) = told.chunk(3, 1), own.chunk(3, 1)
                n = torch.tanh(n + torch.sigmoid(r + own_r) * own_n)
                z = torch.sigmoid(z + own_z)
                h = (1 - z) * n + z * h
            h.retain_grad()
            states.append(h)
        kept.append(states)
        flow = states
    return F.mse_loss(flow[-1] @ state["output.weight"].T + state["output.bias"], y.double()), kept


@pytest.mark.parametrize("cut", [0, 4])
def test_pulls_are_those_of_the_step(cut: int) -> None:
    """How large dL/dh_t is for the first example of the real mini-batch, cut where training cuts it."""
    made = session(PLAIN, SINE, 3, None, truncation=cut)
    made.advance_phase()
    sample = made._context.phases["sample"].tensors
    error, kept = unrolled(made, sample["x"], sample["y"], cut)
    error.backward()  # type: ignore[no-untyped-call]
    wanted = [[float(state.grad[0].norm()) if state.grad is not None else 0.0 for state in states] for states in kept]
    if cut:
        assert wanted[1][:8] == [0.0] * 8 and wanted[1][8] > 0, "nine steps in stretches of four: the last alone is told of the answer"
    while made._context.phase is None or made._context.phase.name != "backward":
        made.advance_phase()
    figure = made.draw(["network", "phase"])
    for layer, sizes in zip(figure["network"]["phase"]["pulls"], wanted, strict=True):
        assert layer == pytest.approx(sizes, rel=1e-3, abs=1e-7)
    while made._context.phase.index < 4:
        made.advance_phase()
    figure = made.draw(["network", "phase"])
    step = figure["network"]["phase"]["step"]
    assert step == 4 and shown(wanted[1][4]) in read(figure["phase"]["sentence"])
    told = made.ask("cell", {"layer": 1, "unit": 2, "step": step})["pull"]
    assert told["h"] == pytest.approx(float(kept[0][step].grad[0, 2]) if kept[0][step].grad is not None else 0.0, rel=1e-3, abs=1e-8)


@pytest.mark.parametrize(("layers", "data"), [(PLAIN, COPY), (PLAIN, SINE | {"answers": "every"}), (BOTH, THREE)])
def test_the_strip_tells_the_step(layers: list[dict[str, Any]], data: dict[str, Any]) -> None:
    made = session(layers, data, 1)
    told = {(name, index): figures["phase"] for name, index, figures in walked(made)}
    tensors = made._context.phases
    last = max(index for name, index in told if name == "forward")
    assert "step 3 of" in read(told["forward", 2]["sentence"])
    output, true = tensors["loss"].tensors["output"][0].double().numpy(), tensors["sample"].tensors["y"][0].reshape(-1)[-1]
    final = read(told["forward", last]["sentence"])
    if data["name"] == "sine":
        assert shown(float(output.reshape(-1)[-1])) in final
    else:
        powers = np.exp(output.reshape(len(output), -1)[:, -1])
        assert f"{100 * powers[int(true)] / powers.sum():.1f} %" in final
    assert shown(float(tensors["loss"].tensors["loss"]), 4) in read(told["loss", 0]["sentence"])
    gradients = {name: tensor for name, tensor in tensors["backward"].tensors.items() if not name.startswith("delta.")}
    largest = max(float(gradient.abs().max()) for gradient in gradients.values())
    back = read(told["backward", last]["sentence"])
    assert shown(largest) in back or shown(-largest) in back
    assert told["update", 0]["formulas"] and "Update by Adam" in read(told["update", 0]["sentence"])
    assert [phase["name"] for phase in told["loss", 0]["phases"]] == ["sample", "forward", "loss", "backward", "update"]


@pytest.mark.parametrize(("layers", "data", "more", "name", "at", "words"), [
    (PLAIN, THREE, {}, "layer1.weight_ih_l0", (4 + 2, 1), "the weight from sensor 2 to the forget gate of unit 3 of layer 1"),
    (PLAIN, THREE, {}, "layer1.weight_hh_l0", (8, 3), "the weight from the last state of unit 4 to the candidate of unit 1 of layer 1"),
    (PLAIN, THREE, {}, "layer2.weight_ih_l0", (3, 1), "the weight from number 2 before it to the update gate of unit 1 of layer 2"),
    (PLAIN, THREE, {}, "layer2.bias_hh_l0", (8,), "the bias of the candidate of unit 3 of layer 2"),
    (PLAIN, COPY, {}, "layer1.weight_ih_l0", (15, 2), "the weight from B to the output gate of unit 4 of layer 1"),
    (PLAIN, SINE, {}, "layer1.weight_ih_l0", (0, 0), "the weight from the input to the input gate of unit 1 of layer 1"),
    (PLAIN, COPY, {"embedding": 3}, "layer1.weight_ih_l0", (0, 2), "the weight from number 3 before it to the input gate of unit 1 of layer 1"),
    (PLAIN, COPY, {"embedding": 3}, "input.weight", (4, 1), "number 2 of the embedding of D"),
    (BOTH, THREE, {}, "layer1.weight_hh_l0_reverse", (0, 2), "the weight from the last state of unit 3 to the input gate of unit 1 of layer 1, reading backward"),
    (MIXED, THREE, {}, "layer2.bias_ih_l0", (2,), "the bias of unit 3 of layer 2"),
    (PLAIN, THREE, {}, "output.weight", (1, 2), "the weight from number 3 before it to output sensor 2"),
    (PLAIN, SINE, {}, "output.bias", (0,), "the bias of the output"),
    ([{"name": "dense", "units": 4}], THREE, {}, "layer1.weight", (2, 6), "the weight from number 7 before it to neuron 3 of layer 1"),
    ([{"name": "dense", "units": 4}], COPY, {}, "output.weight", (11, 1), "the weight from number 2 before it to output D, for answer 3"),
])  # fmt: skip
def test_every_number_has_its_words(
    layers: list[dict[str, Any]], data: dict[str, Any], more: dict[str, Any], name: str, at: tuple[int, ...], words: str
) -> None:
    made = session(layers, data, **more)
    assert made._context.model.get_parameter(name).dim() == len(at)
    assert read(state_figures.place(steps.place(made._context, name, at))) == words
