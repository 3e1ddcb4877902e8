"""The written-out cells against the published equations in plain numpy, against torch's fused modules, and their gradients against differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from playground.families.recurrent.gates import GATES, both, through, unroll
from playground.families.recurrent.model import Cells
from tests.families.made_recurrent import COPY, layer, module, published, session

CELLS: list[tuple[str, dict[str, Any]]] = [("rnn", {"nonlinearity": "tanh"}), ("rnn", {"nonlinearity": "relu"}), ("lstm", {}), ("gru", {})]
LENGTH = 6


def given(width: int = 3, examples: int = 5, seed: int = 1) -> Tensor:
    return torch.randn(examples, LENGTH, width, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def held(cells: Cells) -> Cells:
    """Something held and somebody silenced, for all units and for one."""
    for place in range(len(cells.held)):
        cells.hold(place, None if place == 0 else place, place % 2)
    cells.silence(2, False)
    return cells


@pytest.mark.parametrize("touched", [False, True])
@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize(("kind", "more"), CELLS)
def test_each_cell_is_the_published_one(kind: str, more: dict[str, Any], backward: bool, touched: bool) -> None:
    cells, x = module(kind, bidirectional=True, **more), given()
    if touched:
        held(cells)
    seen = unroll(cells, x, backward)
    assert tuple(seen.gates) == GATES[kind] and torch.equal(seen.given, x) and (seen.c is None) == (kind != "lstm")
    for at, example in enumerate(x.numpy()):
        wanted = published(cells, example, backward)
        assert seen.h[at].detach().numpy() == pytest.approx(wanted["h"], abs=1e-12)
        for name, gate in seen.gates.items():
            assert gate[at].detach().numpy() == pytest.approx(wanted[name], abs=1e-12)
        if seen.c is not None:
            assert seen.c[at].detach().numpy() == pytest.approx(wanted["c"], abs=1e-12)


@pytest.mark.parametrize("two", [False, True])
@pytest.mark.parametrize(("kind", "more"), CELLS)
def test_answers_and_every_gradient_are_the_fused_modules(kind: str, more: dict[str, Any], two: bool) -> None:
    cells, x = module(kind, bidirectional=two, **more), given()
    weighting = torch.randn(5, LENGTH, 4 * (1 + two), dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    found = []
    for written in (False, True):
        inputs = x.clone().requires_grad_()
        answer = torch.cat([seen.h for seen in both(cells, inputs)], 2) if written else cells(inputs)
        found.append((answer, *torch.autograd.grad((answer * weighting).sum(), [inputs, *cells.parameters()])))
    assert len(found[0]) == 2 + 4 * (1 + two)
    for fused, ours in zip(*found, strict=True):
        assert torch.allclose(fused, ours, atol=1e-11)


@pytest.mark.parametrize(("kind", "more"), CELLS)
def test_a_layer_that_is_not_free_answers_as_written_out(kind: str, more: dict[str, Any]) -> None:
    cells, x = held(module(kind, bidirectional=True, **more)), given()
    answer = cells(x).detach().numpy()
    for at, example in enumerate(x.numpy()):
        wanted = np.concatenate([published(cells, example, backward)["h"] for backward in (False, True)], 1)
        assert answer[at] == pytest.approx(wanted, abs=1e-12)
    assert (answer[:, :, [2, 6]] == 0).all()


@pytest.mark.parametrize(("kind", "more"), CELLS)
def test_stacked_layers_and_both_directions_of_a_whole_network(kind: str, more: dict[str, Any]) -> None:
    bend = {"activation": more["nonlinearity"]} if more else {}
    made = session([layer(kind, 4, bidirectional=True, dropout=0.5, **bend), layer("gru", 3), layer(kind, 5, **bend)], COPY, 4, embedding=3)
    context = made._context
    model, x = context.model.eval(), context.examples["test"].x[:6]
    with torch.no_grad():
        seen = through(model, x)
        heard = {}
        flow = x
        for name, child in model.named_children():
            flow = heard[name] = child(flow)
    model.train()
    assert {name: len(ways) for name, ways in seen.items()} == {"layer1": 2, "layer2": 1, "layer3": 1}
    for name, ways in seen.items():
        cells = getattr(model, name)
        assert torch.allclose(torch.cat([way.h for way in ways], 2), heard[name], atol=1e-5)
        for backward, way in enumerate(ways):
            for at in range(3):
                wanted = published(cells, way.given[at].numpy().astype(np.float64), bool(backward))
                assert way.h[at].numpy() == pytest.approx(wanted["h"], abs=1e-5)
                for gate, values in way.gates.items():
                    assert values[at].numpy() == pytest.approx(wanted[gate], abs=1e-5)


def fed(cells: Cells, x: Tensor, state: tuple[Tensor, Tensor] | None = None) -> tuple[list[Tensor], list[Tensor]]:
    """torch's own single cell fed step by step with the layer's weights: hidden states and cells."""
    kind = type(cells).__name__.lower()
    one = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}[kind](
        cells.input_size, cells.hidden_size, **({"nonlinearity": cells.nonlinearity} if kind == "rnn" else {})
    ).double()
    one.load_state_dict({name.removesuffix("_l0"): value for name, value in cells.state_dict().items() if name.endswith("_l0")})
    zeros = torch.zeros(len(x), cells.hidden_size, dtype=x.dtype)
    h, c = state or (zeros, zeros)
    hs, cs = [], []
    for t in range(x.shape[1]):
        if kind == "lstm":
            h, c = one(x[:, t], (h, c))
        else:
            h = one(x[:, t], h)
        if h.requires_grad:
            h.retain_grad()
        hs.append(h)
        cs.append(c)
    return hs, cs


@pytest.mark.parametrize(("kind", "more"), CELLS)
def test_going_on_from_a_state_is_going_on(kind: str, more: dict[str, Any]) -> None:
    cells, x = module(kind, **more), given()
    whole = unroll(cells, x)
    cell = whole.h if whole.c is None else whole.c
    rest = unroll(cells, x[:, 3:], state=(whole.h[:, 2], cell[:, 2]))
    assert torch.allclose(rest.h, whole.h[:, 3:], atol=1e-12)
    hs, cs = fed(cells, x[:, 3:], (whole.h[:, 2].detach(), cell[:, 2].detach()))
    assert torch.allclose(rest.h, torch.stack(hs, 1), atol=1e-12)
    if rest.c is not None:
        assert torch.allclose(rest.c, torch.stack(cs, 1), atol=1e-12)


def slopes(cells: Cells, x: Tensor, weighting: Tensor, backward: bool = False) -> Tensor:
    """dL/dh_t by nudging, for L = sum of weighting * sin h."""
    nudge = torch.zeros(*x.shape[:2], cells.hidden_size, dtype=x.dtype, requires_grad=True)
    loss = (weighting * unroll(cells, x, backward, nudge=nudge).h.sin()).sum()
    return torch.autograd.grad(loss, nudge)[0]


@pytest.mark.parametrize(("kind", "more"), CELLS)
def test_nudges_give_the_gradient_of_a_torch_cell_fed_step_by_step(kind: str, more: dict[str, Any]) -> None:
    cells, x = module(kind, **more), given()
    weighting = torch.randn(5, LENGTH, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    hs, _ = fed(cells, x)
    (weighting * torch.stack(hs, 1).sin()).sum().backward()
    assert torch.allclose(slopes(cells, x, weighting), torch.stack([h.grad for h in hs], 1), atol=1e-11)


@pytest.mark.parametrize("touched", [False, True])
@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize(("kind", "more"), CELLS)
def test_nudges_give_what_differences_give(kind: str, more: dict[str, Any], backward: bool, touched: bool) -> None:
    cells, x = module(kind, bidirectional=True, **more), given(examples=1)
    if touched:
        held(cells)
    weighting = torch.randn(1, LENGTH, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(4))
    found = slopes(cells, x, weighting, backward)
    for t in range(LENGTH):
        for unit in range(4):
            sides = []
            for sign in (1, -1):
                nudge = torch.zeros(1, LENGTH, 4, dtype=torch.float64)
                nudge[0, t, unit] = sign * 1e-6
                with torch.no_grad():
                    sides.append(float((weighting * unroll(cells, x, backward, nudge=nudge).h.sin()).sum()))
            assert float(found[0, t, unit]) == pytest.approx((sides[0] - sides[1]) / 2e-6, abs=1e-7)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(("kind", "more"), CELLS)
def test_nudged_gradients_stop_where_training_cuts_them(kind: str, more: dict[str, Any], training: bool) -> None:
    cells, x = module(kind, truncation=2, **more), given()
    cells.train(training)
    last = torch.zeros(5, LENGTH, 4, dtype=torch.float64)
    last[:, -1] = 1
    found = slopes(cells, x, last).abs().sum((0, 2))
    assert (found[:4] == 0).all() and (found[4:] > 0).all()
    cells.truncation = 0
    assert torch.allclose(slopes(cells, x, last)[:, 4:], slopes(module(kind, truncation=2, **more), x, last)[:, 4:], atol=1e-12)
