"""The recurrent network: shapes, what truncation cuts, chance, checkpoints, sizes told beforehand, and refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from playground.engine.session import Session
from playground.families.contract import Misfit
from playground.families.recurrent import layers as kinds
from playground.families.recurrent.family import STOPS, walk
from playground.families.recurrent.gates import unroll
from playground.families.recurrent.model import Cells, build
from playground.text import Refusal
from playground.training import devices
from playground.training.due import MOST_SEEN, SEEN
from playground.training.layers import Chance
from playground.training.learner import generator
from tests.families.made_recurrent import COPY, SIGNALS, SINE, experiment, gone, layer, module, session

devices.one_thread()
DATA: list[dict[str, Any]] = [
    SIGNALS, SINE, {**SINE, "answers": "every"}, COPY, {**COPY, "remember": 1},
    {"name": "parity", "samples": 100, "length": 5}, {"name": "parity", "samples": 100, "length": 5, "answers": "last"},
    {"name": "adding", "samples": 200, "length": 6}, {"name": "brackets", "samples": 100, "length": 6}, {"name": "text", "samples": 2000, "length": 10},
]  # fmt: skip
OWN = {"name": "own_series", "sha256": "0" * 64, "column": "value", "count": 30}
EVERY_KIND = [layer("lstm", 5, bidirectional=True, dropout=0.3), layer("gru", 4, dropout=0.2), layer("rnn", 3)]


@st.composite
def layers(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for _ in range(draw(st.integers(0, 2))):
        kind = draw(st.sampled_from(["rnn", "lstm", "gru"]))
        more: dict[str, Any] = {"bidirectional": draw(st.booleans()), "dropout": draw(st.sampled_from([0.0, 0.5]))}
        more |= {"activation": draw(st.sampled_from(["tanh", "relu"]))} if kind == "rnn" else {"keep": draw(st.sampled_from([-5.0, 0.0, 2.5]))}
        found.append(layer(kind, draw(st.integers(1, 6)), **more))
    for _ in range(draw(st.integers(0, 2))):
        found.append(layer("dense", draw(st.integers(1, 5)), activation=draw(st.sampled_from(["tanh", "relu", "linear"]))))
    return found


@settings(max_examples=50, deadline=None)
@given(layers(), st.sampled_from(DATA), st.sampled_from([0, 3]), st.sampled_from([0, 1, 4]))
def test_answers_have_the_shape_that_data_and_layers_ask_for_and_sizes_are_told_beforehand(
    chosen: list[dict[str, Any]], data: dict[str, Any], embedding: int, truncation: int
) -> None:
    both = any(one.get("bidirectional") for one in chosen)
    try:
        made = Session(experiment(chosen, data, embedding=embedding, truncation=truncation))
    except Refusal as refused:
        ahead = data["name"] in ("sine", "text") and (data.get("answers") == "every" or data["name"] == "text")
        dense = any(one["name"] == "dense" for one in chosen)
        assert (both and truncation) or (ahead and (both or dense)), refused
        return
    context, sequence = made._context, made.experiment.dataset.sequence
    assert sequence is not None
    some = context.examples["train"]
    outputs = context.model(some.x[:7])
    steps = (sequence.answered,) if sequence.answered > 1 else ()
    if made.experiment.dataset.classes:
        assert outputs.shape == (7, len(made.experiment.dataset.classes), *steps)
    else:
        assert outputs.shape == (7, *(steps or (1,)))
    loss = context.objective.loss(outputs, some.y[:7])
    loss.backward()
    assert loss.isfinite() and all(parameter.grad is not None and parameter.grad.isfinite().all() for parameter in context.model.parameters())
    estimate = made.experiment.family.estimate(made.experiment)
    assert estimate.parameters == sum(parameter.numel() for parameter in context.model.parameters())
    heard = {"input": (sequence.length, 0)}
    flow = some.x[:2]
    for name, child in context.model.eval().named_children():
        flow = child(flow)
        heard[name] = tuple(flow.shape[1:])
    for size in walk(made.experiment):
        name = "answers" if size.name == "output" else size.name
        shape = size.shape if name != "answers" else size.shape[-1:] if sequence.answered == 1 else (size.shape[1], size.shape[0])
        wanted = tuple(side for side in shape if side != 1) if name == "answers" else shape
        assert tuple(side for side in heard[name] if side != 1 or name != "answers") == wanted, size.name


@pytest.mark.parametrize("data", DATA)
def test_each_answer_is_of_its_own_step(data: dict[str, Any]) -> None:
    """With nothing but an output layer, the answer at a step is that of the number read there."""
    made = session([], data)
    context, sequence = made._context, made.experiment.dataset.sequence
    assert sequence is not None
    model, x = context.model, context.examples["test"].x[:3]
    weight, bias = model.output.weight, model.output.bias
    found = model(x)
    for at in range(3):
        for place in range(sequence.answered):
            step = sequence.length - sequence.answered + place
            read = x[at].reshape(sequence.length, -1)[step]
            read = nn.functional.one_hot(read.long()[0], len(sequence.symbols)).float() if sequence.symbols else read
            wanted = weight @ read + bias
            got = found[at] if sequence.answered == 1 else found[at, ..., place].reshape(-1)
            assert torch.allclose(got, wanted, atol=1e-6)


def test_a_dense_layer_answers_several_steps_in_their_order() -> None:
    made = session([layer("dense", 6, activation="tanh")], COPY)
    model, x = made._context.model, made._context.examples["test"].x[:4]
    flat = nn.functional.one_hot(x.long(), 6).float().flatten(1)
    hidden = torch.tanh(flat @ model.layer1.weight.T + model.layer1.bias)
    wanted = (hidden @ model.output.weight.T + model.output.bias).reshape(4, 2, 4)
    assert torch.allclose(model(x), wanted.transpose(1, 2), atol=1e-6)


def test_an_embedding_is_a_row_of_its_table() -> None:
    made = session([layer("gru", 3)], COPY, embedding=5)
    x = made._context.examples["test"].x[:4]
    table = made._context.model.input.weight
    assert table.shape == (6, 5) and torch.equal(made._context.model.input(x), table[x.long()])


# -- first weights


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_first_weights(kind: str) -> None:
    made = session([layer(kind, 8, bidirectional=True, **({} if kind == "rnn" else {"keep": 2.5}))], initialization="xavier")
    cells = made._context.model.layer1
    blocks = {"rnn": 1, "lstm": 4, "gru": 3}[kind]
    for parameter in cells.parameters():
        parameter.requires_grad_(False)
    for end in ("", "_reverse"):
        for block in getattr(cells, f"weight_hh_l0{end}").reshape(blocks, 8, 8):
            assert torch.allclose(block @ block.T, torch.eye(8), atol=1e-5)
        assert getattr(cells, f"weight_ih_l0{end}").abs().max() <= np.sqrt(6 / (3 + 8)) + 1e-6
        assert getattr(cells, f"weight_ih_l0{end}").std() == pytest.approx(np.sqrt(2 / 11), rel=0.3)
        bias = getattr(cells, f"bias_ih_l0{end}").reshape(blocks, 8)
        assert (getattr(cells, f"bias_hh_l0{end}") == 0).all()
        assert bias.tolist() == [[2.5 if kind != "rnn" and place == 1 else 0.0] * 8 for place in range(blocks)]
    assert not torch.equal(cells.weight_ih_l0, cells.weight_ih_l0_reverse)


# -- truncation


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("truncation", [1, 2, 3, 4])
def test_gradients_stop_where_they_are_cut_and_answers_do_not_change(kind: str, truncation: int) -> None:
    cells, whole = module(kind, truncation=truncation), module(kind)
    x = torch.randn(4, 7, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(cells(x), whole(x), atol=1e-12)
    for step in range(7):
        inputs = x.clone().requires_grad_()
        cells(inputs)[:, step].sum().backward()
        reached = (inputs.grad != 0).any(2).any(0).tolist()
        assert reached == [step // truncation * truncation <= t <= step for t in range(7)]


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_truncated_gradients_are_those_of_the_cell_written_out(kind: str) -> None:
    """Also of the weights; the written-out cell cuts by detaching, the fused one by pieces."""
    x = torch.randn(4, 7, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    found = []
    for written in (False, True):
        cells = module(kind, truncation=3)
        answer = unroll(cells, x).h if written else cells(x)
        found.append(torch.autograd.grad(answer.square().sum(), list(cells.parameters())))
    whole = module(kind)
    uncut = torch.autograd.grad(whole(x).square().sum(), list(whole.parameters()))
    for fused, ours in zip(*found, strict=True):
        assert torch.allclose(fused, ours, atol=1e-11)
    assert not torch.allclose(found[0][1], uncut[1])


def test_truncation_of_the_whole_length_is_none() -> None:
    ends = [gone(session(EVERY_KIND[1:], truncation=truncation), 8) for truncation in (0, 10, 200)]
    for other in ends[1:]:
        for one, two in zip(ends[0]._context.model.parameters(), other._context.model.parameters(), strict=True):
            assert torch.equal(one, two)
    shorter = gone(session(EVERY_KIND[1:], truncation=9), 8)
    assert not torch.equal(shorter._context.model.layer1.weight_hh_l0, ends[0]._context.model.layer1.weight_hh_l0)


def test_whoever_asks_is_answered_without_a_cut() -> None:
    cut, whole = session([layer("lstm", 4)], truncation=2), session([layer("lstm", 4)])
    x = cut._context.examples["test"].x
    assert torch.equal(cut._context.model.eval()(x), whole._context.model.eval()(x))


# -- chance


def test_dropout_is_drawn_from_its_own_stream_and_spares_whoever_asks() -> None:
    plain = experiment([layer("lstm", 6, dropout=0.5)])
    networks = [build(plain, "linear", Chance(generator(1), generator(seed))) for seed in (5, 5, 6)]
    x = session([layer("lstm", 6)])._context.examples["train"].x[:5]
    torch.manual_seed(0)
    first = [network(x) for network in networks]
    torch.manual_seed(1)
    again = networks[0](x)
    assert torch.equal(first[0], first[1]) and not torch.equal(first[0], first[2]) and not torch.equal(again, first[0])
    given = networks[0].layer1(x.reshape(5, 10, 3))
    dropped = networks[0].layer1_dropout(given)
    kept = dropped != 0
    assert torch.allclose(dropped[kept], 2 * given[kept]) and 0.3 < kept.float().mean() < 0.7
    for network in networks:
        network.eval()
    assert torch.equal(networks[0](x), networks[2](x))


@pytest.mark.parametrize("data", [SIGNALS, COPY])
def test_the_same_seed_gives_the_same_curve_and_another_another(data: dict[str, Any]) -> None:
    ends = [gone(session(EVERY_KIND, data, seed=seed), 10) for seed in (3, 3, 4)]
    for one in ends:
        one.rest()
    curves = [[row["metrics"] for row in one.take_rows()] for one in ends]
    assert curves[0] == curves[1] != curves[2]
    assert ends[0].checkpoint() == ends[1].checkpoint()


@pytest.mark.parametrize("phases", [False, True])
@pytest.mark.parametrize(("layers", "data", "truncation"), [
    (EVERY_KIND, SIGNALS, 0), (EVERY_KIND[1:], {**SINE, "answers": "every"}, 4), ([layer("rnn", 4), layer("dense", 5)], COPY, 2),
])  # fmt: skip
def test_a_watched_run_is_the_unwatched_one_bit_for_bit(layers: list[dict[str, Any]], data: dict[str, Any], truncation: int, phases: bool) -> None:
    alone, watched = (session(layers, data, truncation=truncation) for _ in range(2))
    views = [view.name for view in watched.experiment.family.views_of(watched.experiment)]
    for step in range(6):
        if step == 3:
            for one in (alone, watched):
                one.act("unit", {"layer": 1, "unit": 0, "on": False})
        alone.advance()
        while watched.step < alone.step:
            watched.advance_phase() if phases else watched.advance()
            watched.draw(views)
    assert watched.checkpoint() == alone.checkpoint()
    assert watched.take_rows() == alone.take_rows()


@pytest.mark.parametrize(
    ("layers", "data", "truncation"), [(EVERY_KIND, SIGNALS, 0), (EVERY_KIND[1:], COPY, 2), ([layer("rnn", 5), layer("dense", 4)], SINE, 0)]
)
def test_a_run_goes_on_from_a_checkpoint_in_mid_epoch_bit_for_bit(layers: list[dict[str, Any]], data: dict[str, Any], truncation: int) -> None:
    made = gone(session(layers, data, truncation=truncation), 8)
    revived = session(layers, data, truncation=truncation)
    revived.restore(made.checkpoint())
    assert made.epoch != round(made.epoch)
    assert gone(revived, 9).checkpoint() == gone(made, 9).checkpoint()


# -- phases


@pytest.mark.parametrize("data", [SIGNALS, {"name": "copy", "samples": 100, "delay": 40}])
def test_a_step_by_phases_stops_at_some_steps_forward_and_the_same_ones_back(data: dict[str, Any]) -> None:
    made, straight = (session([layer("lstm", 4)], data) for _ in range(2))
    length = made.experiment.dataset.sequence.length  # type: ignore[union-attr]
    stops = made._context.model.stops
    assert len(stops) == min(STOPS, length) and stops[0] == 0 and stops[-1] == length - 1 and list(stops) == sorted(set(stops))
    seen, places = [], []
    while made.step == 0:
        made.advance_phase()
        phase = made._context.phase
        assert phase is not None
        seen.append((phase.name, phase.index))
        places.append(made.place)
    many = range(len(stops))
    assert seen == [("sample", 0), *(("forward", at) for at in many), ("loss", 0), *(("backward", at) for at in many), ("update", 0)]
    assert len(set(places)) == len(places)
    straight.advance()
    assert gone(made, 2).checkpoint() == gone(straight, 2).checkpoint()


# -- what does not fit


@pytest.mark.parametrize(("layers", "data", "model", "words"), [
    ([layer("lstm", 4, bidirectional=True)], {**SINE, "answers": "every"}, {}, "would see the next step"),
    ([layer("lstm"), layer("dense", 4)], {**SINE, "answers": "every"}, {}, "would see the next step"),
    ([layer("gru", 4, bidirectional=True)], {"name": "text"}, {}, "would see the next step"),
    ([layer("gru", 4, bidirectional=True)], SIGNALS, {"truncation": 3}, "forward only"),
    ([layer("dense", 4), layer("lstm", 4)], SIGNALS, {}, "Put it before the dense layer"),
    ([layer("lstm", 4)], {"name": "airline", "answers": "every", "length": 100}, {}, "Choose a shorter one"),
    ([layer("lstm", 4)], {"name": "airline", "answers": "every", "length": 60, "train_fraction": 0.9}, {}, "Choose a shorter one"),
    ([layer("lstm", 4)], {"name": "co2", "answers": "every", "length": 100, "validation_fraction": 0.2}, {}, "Choose a shorter one"),
    ([layer("lstm", 4)], {**OWN, "length": 100}, {}, "only 0 of this length"),
    ([layer("lstm", 4)], {**OWN, "length": 29, "prepared": "changes"}, {}, "only 0 of this length"),
    ([layer("lstm", 4)], {**OWN, "length": 29}, {}, "only 1 of this length"),
    ([layer("lstm", 4)], {"name": "circle"}, {}, "is not for"),
    ([layer("lstm", 4)] * 5, SIGNALS, {}, "at most 4"),
    ([layer("lstm", 0)], SIGNALS, {}, "at least 1"),
    ([layer("rnn", 4, activation="gelu")], SIGNALS, {}, "gelu"),
])  # fmt: skip
def test_what_does_not_fit_is_refused_in_a_sentence(layers: list[dict[str, Any]], data: dict[str, Any], model: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal) as refused:
        experiment(layers, data, **model)
    message = refused.value.messages[0]
    assert words in message.text.format(**message.values)


def test_looking_ahead_is_allowed_where_only_the_last_step_is_answered() -> None:
    for layers in ([layer("lstm", 4, bidirectional=True)], [layer("dense", 4)]):
        assert gone(session(layers, SINE), 2).status()["metrics"]["train_loss"] > 0


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_a_recurrent_layer_behind_a_dense_one_is_told_by_its_number(kind: str) -> None:
    plain = experiment([layer("lstm", 4), layer("dense", 3)])
    spec = kinds.GRU() if kind == "gru" else kinds.LSTM() if kind == "lstm" else kinds.Simple()
    with pytest.raises(Misfit) as refused:
        kinds.sizes((*plain.model.layers, spec), (10, 3), (1, 3))  # type: ignore[attr-defined]
    assert refused.value.messages[0].values["layer_number"] == 3
    assert [(size.name, size.shape) for size in refused.value.before] == [("input", (10, 3)), ("layer1", (10, 4)), ("layer2", (3,))]


# -- size


def test_a_layer_that_is_free_is_torchs_own() -> None:
    made = session(EVERY_KIND)
    for name, base in (("layer1", nn.LSTM), ("layer2", nn.GRU), ("layer3", nn.RNN)):
        cells = getattr(made._context.model, name)
        assert isinstance(cells, base) and isinstance(cells, Cells) and cells.free
    assert made.experiment.family.estimate(made.experiment).parameters == 2 * 4 * 5 * (3 + 5 + 2) + 3 * 4 * (10 + 4 + 2) + 3 * (4 + 3 + 2) + 3 * (3 + 1)


@pytest.mark.parametrize(("data", "steps"), [(SIGNALS, 1), ({"name": "parity", "samples": 2000, "length": 50}, 50)])
def test_of_the_way_into_the_last_layer_no_more_is_kept_than_is_told(data: dict[str, Any], steps: int) -> None:
    made = session([layer("lstm", 256, bidirectional=True)], data)
    found = made._context.answered["test"]
    assert found.hidden is not None and found.seen is not None
    assert found.hidden.shape == (len(found.seen), *((steps,) if steps > 1 else ()), 512) and found.hidden.numel() <= MOST_SEEN
    assert len(found.seen) == min(SEEN, len(made._context.parts.test), MOST_SEEN // (512 * steps))
