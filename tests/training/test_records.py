"""Histograms against numpy's, records against networks made by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from playground.engine.session import Session
from playground.experiment import parse
from playground.training import histograms
from playground.training.due import sampled
from playground.training.histograms import BINS, HALF, signed, sizes, widened
from playground.training.layers import Image
from playground.training.records import ANSWERS, GRADIENT, GRADIENTS, KEPT, QUANTILES, RATIO, WEIGHTS, Records, layers


def coded(counts: np.ndarray, of: int) -> list[int]:
    return np.round(255 * np.sqrt(counts / of)).astype(int).tolist()


def counted(values: np.ndarray, edge: float) -> np.ndarray:
    """Forty bins over -edge .. edge by numpy, each closed on the side away from 0."""
    edges = np.linspace(0, edge, HALF + 1)
    above, _ = np.histogram(-values[values >= 0], -edges[::-1])
    below, _ = np.histogram(values[values < 0], -edges[::-1])
    return np.concatenate([below, above[::-1]])


@pytest.mark.parametrize(("spread", "exponent"), [(0.1, -1), (1.0, 2), (300.0, 11)])
def test_signed_histograms_against_numpy(spread: float, exponent: int) -> None:
    values = np.random.default_rng(1).normal(0, spread, 3000).astype(np.float32)
    bins, scale = signed(values)
    assert 2.0 ** (scale - 1) < np.abs(values).max() <= 2.0**scale and abs(scale - exponent) <= 1
    assert bins.tolist() == coded(counted(values, 2.0**scale), 3000)


def test_a_histogram_of_edges_zeros_and_no_numbers() -> None:
    bins, scale = signed(np.array([1.0, -1.0, 0.0, 0.0, np.nan, np.inf, 0.5, -0.5], np.float32))
    assert scale == 0 and bins[BINS - 1] == bins[0] == bins[HALF + 9] == bins[HALF - 10] == round(255 * (1 / 8) ** 0.5)
    assert bins[HALF] == round(255 * (2 / 8) ** 0.5) and (bins > 0).sum() == 5
    assert signed(np.full(3, np.nan, np.float32))[0].sum() == 0
    assert signed(np.zeros(4, np.float32))[0][HALF] == 255


def test_a_wider_scale_is_the_histogram_on_that_scale() -> None:
    values = np.random.default_rng(2).normal(0, 0.2, 2000).astype(np.float32)
    bins, scale = signed(values)
    for doublings in (0, 1, 2, 5):
        found = widened(bins[None], np.array([scale], np.int16), scale + doublings)[0]
        assert np.abs(found.astype(int) - coded(counted(values, 2.0 ** (scale + doublings)), 2000)).max() <= 1  # bytes were rounded before


def test_sizes_against_numpy() -> None:
    rng = np.random.default_rng(3)
    values = (rng.normal(size=4000) * 10.0 ** rng.uniform(-12, 4, 4000)).astype(np.float32)
    values[:50] = 0
    edges = np.concatenate([[0], 2.0 ** np.arange(histograms.LOWEST + 1, histograms.LOWEST + BINS), [np.inf]])
    assert sizes(values).tolist() == coded(np.histogram(np.abs(values), edges)[0], 4000)
    assert sizes(np.array([np.nan, np.inf, 1.0], np.float32)).sum() == round(255 * (1 / 3) ** 0.5)


def by_hand(bend: nn.Module, weight: list[list[float]], bias: list[float]) -> nn.Sequential:
    """Two inputs, one hidden layer with these weights and this activation, one output."""
    model = nn.Sequential()
    for name, module in (
        ("hidden1", nn.Linear(2, len(weight))),
        ("hidden1_activation", bend),
        ("output", nn.Linear(len(weight), 1)),
        ("output_activation", nn.Tanh()),
    ):
        model.add_module(name, module)
    with torch.no_grad():
        model.hidden1.weight.copy_(torch.tensor(weight))
        model.hidden1.bias.copy_(torch.tensor(bias))
    return model


X = torch.rand(400, 2, generator=torch.Generator().manual_seed(0))  # 0 .. 1 each


@pytest.mark.parametrize(
    ("bend", "dead", "saturated"),
    [(nn.ReLU(), 2, 0), (nn.LeakyReLU(), 0, 0), (nn.Tanh(), 0, 2), (nn.Sigmoid(), 0, 2), (nn.GELU(), 0, 0), (nn.Identity(), 0, 0)],
)
def test_dead_and_saturated_units(bend: nn.Module, dead: int, saturated: int) -> None:
    """Unit 0 is always far below 0, unit 1 never above it, unit 2 far above, unit 3 in the middle."""
    model = by_hand(bend, [[0, 0], [-1, -1], [0, 0], [0.5, -0.5]], [-9.0, -0.001, 9.0, 0.0])
    records = Records(model, 5, X)
    assert records.sample == 256
    (hidden, output) = records.now().counts.tolist()
    assert hidden == [dead, saturated] and output == [0, 0]


def test_saturated_needs_nearly_all_of_the_sample() -> None:
    model = by_hand(nn.Tanh(), [[1.0, 0.0]], [0.0])
    far = torch.zeros(100, 2)
    for beyond, count in ((95, 0), (96, 1)):
        far[:, 0] = 0
        far[:beyond, 0] = 5.0  # tanh 5 = 0.9999
        assert Records(model, 1, far).now().counts[0, 1] == count


def test_answers_weights_and_gradients_are_the_layers_own() -> None:
    model = by_hand(nn.Tanh(), [[0.3, -0.4], [1.5, 0.2]], [0.1, 0.0])
    model(X).sum().backward()
    found = Records(model, 5, X[:200]).now()
    hidden = torch.tanh(X[:200] @ model.hidden1.weight.T + model.hidden1.bias).detach().numpy()
    assert found.bins[0, ANSWERS].tolist() == signed(hidden)[0].tolist() and found.scales[0, ANSWERS] == signed(hidden)[1]
    assert found.bins[0, WEIGHTS].tolist() == signed(model.hidden1.weight.detach().numpy())[0].tolist() and found.scales[0, WEIGHTS] == 1
    assert found.bins[0, GRADIENTS].tolist() == sizes(model.hidden1.weight.grad.numpy()).tolist()


def test_only_layers_with_weights_count() -> None:
    model = nn.Sequential()
    for name, module in (
        ("a", nn.Linear(2, 3)),
        ("a_norm", nn.BatchNorm1d(3)),
        ("a_activation", nn.ReLU()),
        ("a_dropout", nn.Dropout(0.5)),
        ("b", nn.Linear(3, 1)),
    ):
        model.add_module(name, module)
    assert [(layer.name, layer.answers, layer.last) for layer in layers(model)] == [("a", "a_activation", False), ("b", "b", True)]


def test_records_measure_one_update() -> None:
    model = nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 1))
    records = Records(model, 4, torch.ones(3, 5))
    records.take(0, 0.0)
    assert np.isnan(records.chosen().values[0, :, GRADIENT:]).all(), "nothing moved yet, and there is no gradient"
    records.prepare()
    old = model[0].weight.detach().clone()
    model(torch.ones(3, 5)).sum().backward()
    with torch.no_grad():
        model[0].weight += 0.25
    records.take(4, 1.5)
    first, last = records.chosen().values[1]
    assert first[: len(QUANTILES)] == pytest.approx(np.quantile(model[0].weight.detach().numpy(), QUANTILES), rel=1e-5)
    assert first[GRADIENT] == pytest.approx(float(model[0].weight.grad.square().mean().sqrt()), rel=1e-5)
    assert first[RATIO] == pytest.approx(0.25 / float(old.square().mean().sqrt()), rel=1e-4)
    assert last[RATIO] == 0
    assert records.next_after(4) == 8 and records.next_after(7) == 8 and records.epochs == [0.0, 1.5]


def test_records_thin_out_and_come_back() -> None:
    model = nn.Sequential(nn.Linear(2, 1))
    records, step = Records(model, 3, X), 0
    while step < 3000:
        records.take(step, step / 10)
        step = records.next_after(step)
    assert len(records) <= KEPT and records.every == 24
    assert records.steps == [0, 1, 2, 3, 6, 12, *range(24, records.steps[-1] + 1, 24)] and records.epochs == [at / 10 for at in records.steps]
    again = Records(model, 1, X)
    again.restore({name: torch.from_numpy(array) for name, array in records.state().items()})
    assert again.steps == records.steps and all(np.array_equal(a, b, equal_nan=True) for a, b in zip(again.chosen(), records.chosen(), strict=True))
    with pytest.raises(ValueError, match="another shape"):
        Records(nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1)), 1, X).restore({name: torch.from_numpy(array) for name, array in records.state().items()})


def test_update_by_weight_is_that_of_the_real_step() -> None:
    spec = {
        "data": {"name": "circle"},
        "model": {"family": "dense", "layers": [{"units": 4}]},
        "training": {"optimizer": {"name": "sgd", "learning_rate": 0.3}},
    }
    run = Session(parse(spec))
    records = run._context.records
    before = after = torch.empty(0)
    while len(records) < 2:
        before = records.layers[0].weight.detach().clone()
        run.advance()
        after = records.layers[0].weight.detach()
    gradient = records.layers[0].weight.grad
    assert gradient is not None
    wanted = float(gradient.square().mean().sqrt() * 0.3 / before.square().mean().sqrt())
    assert records.chosen().values[1, 0, RATIO] == pytest.approx(wanted, rel=1e-3)
    assert float((after - before).square().mean().sqrt() / before.square().mean().sqrt()) == pytest.approx(wanted, rel=1e-3)


def test_a_path_goes_on_from_a_checkpoint_as_if_nothing_had_been() -> None:
    """Also after it was thinned, which may drop the places that reached farthest."""
    line = {
        "data": {"name": "line"},
        "model": {"family": "linear"},
        "training": {"optimizer": {"name": "sgd", "learning_rate": 0.9}, "batch_size": 1, "epochs": 60},
    }
    session = Session(parse(line))
    for _ in range(1500):
        session.advance()
    revived = Session(parse(line))
    revived.restore(session.checkpoint())
    for _ in range(700):
        session.advance()
        revived.advance()
    assert np.array_equal(session._context.records.path.points, revived._context.records.path.points)
    assert session.checkpoint() == revived.checkpoint()


@pytest.mark.parametrize(("forward", "chunk", "sample", "fresh"), [(0, 256, 256, True), (50_000, 4000, 256, True), (300_000, 4000, 256, False), (3_000_000, 4000, 33, False), (10**9, 50, 16, False), (1000, 100, 100, True)])  # fmt: skip
def test_a_costly_network_is_asked_about_fewer_and_its_last_record_stands_for_now(forward: int, chunk: int, sample: int, fresh: bool) -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    records = Records(model, 4, X, forward, chunk)
    assert (records.sample, records.fresh) == (sample, fresh) and sample == sampled(forward, chunk)
    first = records.now()  # nothing is recorded yet: measured
    records.take(0, 0.0)
    with torch.no_grad():
        model[0].weight += 1
    assert np.array_equal(records.now().values, first.values, equal_nan=True) != fresh
    records.take(4, 1.0)
    assert records.now().values[0, 0] == pytest.approx(float(model[0].weight.detach().min()))


def test_kernels_are_recorded_as_all_weights_are() -> None:
    """Four dimensions: quantiles, histograms and dead filters against numpy."""
    chance = torch.Generator().manual_seed(1)
    model = nn.Sequential()
    for name, module in (
        ("image", Image((2, 6, 6))),
        ("layer1", nn.Conv2d(2, 3, 3)),
        ("layer1_activation", nn.ReLU()),
        ("flat", nn.Flatten()),
        ("output", nn.Linear(48, 4)),
    ):
        model.add_module(name, module)
    with torch.no_grad():
        model.layer1.bias[1] = -1000
    x = torch.rand(40, 72, generator=chance)
    model(x).sum().backward()
    records = Records(model, 5, x)
    found = records.now()
    weight, gradient = model.layer1.weight.detach().numpy(), model.layer1.weight.grad.numpy()
    assert [layer.number for layer in records.layers] == [1, 0]
    assert found.values[0, : len(QUANTILES)] == pytest.approx(np.quantile(weight.ravel(), QUANTILES), rel=1e-5)
    assert found.values[0, GRADIENT] == pytest.approx(np.sqrt(np.mean(gradient.astype(float) ** 2)), rel=1e-5)
    assert found.bins[0, WEIGHTS].tolist() == signed(weight)[0].tolist() and found.bins[0, GRADIENTS].tolist() == sizes(gradient).tolist()
    with torch.no_grad():
        said = model.layer1_activation(model.layer1(model.image(x))).numpy()
    dead = (said == 0).all(axis=(0, 2, 3))
    assert found.counts[0].tolist() == [dead.sum(), 0] and dead[1] and not dead.all()
    assert found.bins[0, ANSWERS].tolist() == signed(said)[0].tolist()


# -- layers with several matrices


def recurrent(layers_: list[dict[str, object]], **model: object) -> Session:
    return Session(parse({
        "data": {"name": "copy", "samples": 200, "delay": 3},
        "model": {"family": "recurrent", "layers": layers_, **model},
        "training": {"loss": "cross_entropy", "optimizer": {"name": "adam"}, "batch_size": 16, "epochs": 3},
    }))  # fmt: skip


def test_each_matrix_of_a_recurrent_layer_is_recorded_and_its_answers_are_the_states() -> None:
    session = recurrent([{"name": "lstm", "units": 4, "bidirectional": True}, {"name": "rnn", "units": 3}, {"name": "dense", "units": 2}], embedding=5)
    model, records = session._context.model, session._context.records
    ends = ("weight_ih_l0", "weight_hh_l0")
    wanted = [("input", "weight", 0, 6), *(("layer1", name, 1, 8) for name in (*ends, *(f"{end}_reverse" for end in ends))), *(("layer2", name, 2, 3) for name in ends), ("layer3", "weight", 3, 2), ("output", "weight", 0, 4)]  # fmt: skip
    assert [(layer.name, layer.part, layer.number, layer.units) for layer in records.layers] == wanted
    for _ in range(3):
        before = {layer[:2]: layer.weight.detach().clone() for layer in records.layers}
        records.prepare()
        session._context.learner.step()
    found = records.measure()
    model.eval()
    with torch.no_grad():
        flow = records._sample
        heard = {}
        for name, child in model.named_children():
            flow = heard[name] = child(flow)
    model.train()
    for row, layer in enumerate(records.layers):
        weight = dict(getattr(model, layer.name).named_parameters())[layer.part]
        values = weight.detach().numpy()
        assert found.values[row, : len(QUANTILES)] == pytest.approx(np.quantile(values, QUANTILES), abs=1e-6)
        assert found.values[row, GRADIENT] == pytest.approx(np.sqrt((weight.grad.numpy() ** 2).mean()), rel=1e-4)
        old = before[layer[:2]].numpy()
        assert found.values[row, RATIO] == pytest.approx(np.sqrt(((values - old) ** 2).mean() / (old**2).mean()), rel=1e-4)
        answered = heard[layer.answers].numpy()
        assert found.bins[row, ANSWERS].tolist() == signed(answered)[0].tolist()


@pytest.mark.parametrize(("bend", "dead", "saturated"), [("relu", 1, 0), ("tanh", 0, 1)])
def test_dead_and_saturated_units_of_a_simple_recurrent_layer_are_counted_over_all_steps(bend: str, dead: int, saturated: int) -> None:
    """Unit 0 is far below 0 at every step; unit 1 above 0 at the last one alone, where the call to answer is read."""
    session = recurrent([{"name": "rnn", "units": 3, "activation": bend}])
    cells = session._context.model.layer1
    with torch.no_grad():
        for parameter in cells.parameters():
            parameter.zero_()
        cells.bias_ih_l0[0] = -9
        cells.weight_ih_l0[1, 5] = 0.5
        cells.bias_ih_l0[2] = 0.1
    counts = session._context.records.now().counts.tolist()
    assert counts == [[dead, saturated], [dead, saturated], [0, 0]]


def test_answers_are_shown_once_a_layer_and_weights_once_a_matrix() -> None:
    session = recurrent([{"name": "gru", "units": 4}, {"name": "lstm", "units": 3}])
    for _ in range(20):
        session.advance()
    figures = session.draw(["weights", "gradients", "activations", "memory"])
    titles = [(layer["title"]["$t"], layer["title"]["values"].get("number")) for layer in figures["weights"]["layers"]]
    told = [("layer {number}, from its input", 1), ("layer {number}, from its last state", 1), ("layer {number}, from its input", 2), ("layer {number}, from its last state", 2), ("output layer", None)]  # fmt: skip
    assert titles == told
    assert len(figures["activations"]["layers"]) == 3 and len(figures["memory"]["layers"]) == 5
    raw = session.checkpoint()
    revived = recurrent([{"name": "gru", "units": 4}, {"name": "lstm", "units": 3}])
    revived.restore(raw)
    assert revived.checkpoint() == raw
