"""The linear network against algebra, numpy and scikit-learn."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from playground.engine.session import Session
from playground.experiment import parse
from playground.families.linear import landscape
from playground.families.linear.presets import PRESETS
from playground.families.supervised.fit import least_squares
from playground.families.supervised.weights import layers_of, numbers
from playground.registry import families
from playground.text import Refusal
from playground.training.learner import looking
from playground.training.path import KEPT, shape


def started(name: str = "line", data: dict[str, Any] | None = None, model: dict[str, Any] | None = None, **training: Any) -> Session:
    plain = copy.deepcopy(dict(PRESETS[name].experiment))
    plain["data"] |= data or {}
    plain["model"] |= model or {}
    plain["training"] = {**plain["training"], **training}
    return Session(parse(plain))


def run(session: Session, steps: int | None = None) -> Session:
    while session.ended is None and (steps is None or session.step < steps):
        session.advance()
    return session


def descent(rate: float) -> dict[str, Any]:
    return {"name": "gradient_descent", "learning_rate": rate}


def weights(session: Session) -> np.ndarray:
    return np.array(numbers(layers_of(session._context)[0]))


def train(session: Session) -> tuple[np.ndarray, np.ndarray]:
    part = session._context.parts.train
    return part.x.astype(np.float64), part.y.astype(np.float64).ravel()


def limit(session: Session) -> float:
    return 2 / landscape.curvature(session._context, weights(session))


# -- where it ends


def test_the_line_preset_ends_at_the_closed_form() -> None:
    session = run(started())
    x, y = train(session)
    slope = np.cov(x[:, 0], y, bias=True)[0, 1] / x.var()  # the textbook's formulas, not the code's
    assert session.ended is not None and session.ended[0] == "finished"
    assert weights(session) == pytest.approx([slope, y.mean() - slope * x.mean()], abs=1e-3)
    assert weights(session) == pytest.approx([3, 2], abs=0.1)


@pytest.mark.parametrize("name", ["line", "no_bias", "body_mass", "polynomial"])
def test_gradient_descent_ends_at_least_squares(name: str) -> None:
    from sklearn.linear_model import LinearRegression

    session = run(started(name))
    x, y = train(session)
    model = session.experiment.model
    powers = x ** np.arange(1, model.degree + 1)  # type: ignore[attr-defined]
    fitted = LinearRegression(fit_intercept=model.bias).fit(powers, y)  # type: ignore[attr-defined]
    found = [*fitted.coef_, *([fitted.intercept_] if model.bias else [])]  # type: ignore[attr-defined]
    assert weights(session) == pytest.approx(found, abs=2e-3)
    assert least_squares(session._context) == pytest.approx(found, abs=1e-5)


def test_logistic_regression_ends_where_scikit_learns_does() -> None:
    from sklearn.linear_model import LogisticRegression

    session = run(started("logistic", optimizer=descent(20.0), epochs=1500))
    x, y = train(session)
    fitted = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(x, y)
    assert weights(session) == pytest.approx([fitted.coef_[0, 0], fitted.intercept_[0]], rel=1e-3)


def test_the_perceptron_is_rosenblatts_rule() -> None:
    session = started("threshold", optimizer={"name": "sgd", "learning_rate": 0.25})
    slope, bias = -2.0, 0.0
    learner = session._learner
    for _ in range(150):
        before = learner.state()[0].get("rest")
        place = learner._place
        session.advance()
        order, at = (learner._rest, learner._place - 1) if before is None or learner._place <= place else (before, place)
        x, y = session._context.examples["train"]
        one, sign = float(x[order[at], 0]), float(y[order[at], 0])
        if sign * (slope * one + bias) <= 0:
            slope, bias = slope + 0.25 * sign * one, bias + 0.25 * sign
        assert weights(session) == pytest.approx([slope, bias], abs=1e-5)
    done = run(session)
    x, y = train(done)
    slope, bias = weights(done)
    assert ((slope * x[:, 0] + bias > 0) == (y > 0)).all(), "separable: it ends with none wrong"


def test_absolute_error_minds_outliers_less() -> None:
    robust, squared = run(started("outliers")), run(started("outliers", loss="mse"))
    assert abs(weights(robust)[0] - 3) < 0.2 < 1 < abs(weights(squared)[0] - 3)
    assert weights(squared) == pytest.approx(least_squares(squared._context), abs=2e-3)


def test_degree_6_learns_the_noise_and_degree_2_does_not() -> None:
    high, low = run(started("overfitting")), run(started("overfitting", model={"degree": 2}))
    high_metrics, low_metrics = high.status()["metrics"], low.status()["metrics"]
    assert high_metrics["train_loss"] < low_metrics["train_loss"] and high_metrics["test_loss"] > 4 * low_metrics["test_loss"]
    eased = run(started("overfitting", l2=0.02)).status()["metrics"]
    assert eased["test_loss"] < high_metrics["test_loss"] / 3


def test_what_the_presets_claim() -> None:
    assert run(started("body_mass")).status()["metrics"]["train_r2"] == pytest.approx(1 / 3, abs=0.02)
    assert run(started("circle")).status()["metrics"]["test_accuracy"] < 0.65
    assert run(started("breast_cancer")).status()["metrics"]["test_accuracy"] > 0.96
    assert run(started("gauss")).status()["metrics"]["test_accuracy"] > 0.95
    cholesterol = run(started("diabetes"))
    apart = np.abs(weights(cholesterol) - least_squares(cholesterol._context))
    assert set(np.argsort(apart[:10])[-3:]) & {4, 5}, "total and LDL cholesterol are late"


# -- how fast it may go


@pytest.mark.parametrize(("data", "model"), [({}, {}), ({}, {"bias": False}), ({"name": "polynomial", "degree": 3}, {"degree": 3})])
@pytest.mark.parametrize(("share", "settles"), [(0.98, True), (1.02, False)])
def test_the_stable_learning_rate_is_the_border(data: dict[str, Any], model: dict[str, Any], share: float, settles: bool) -> None:
    first = started(data=data, model=model)
    session = started(data=data, model=model, optimizer=descent(share * limit(first)), epochs=3000)
    begun = session.status()["metrics"]["train_loss"]
    run(session, 600)
    measured = session._learner.evaluate(session._context.examples["train"])
    loss, _ = session._context.objective.metrics(measured)
    _, y = train(session)
    floor = np.linalg.lstsq(landscape.examples(session._context)[0].numpy(), y, rcond=None)[1].sum() / len(y)
    assert loss is not None and (loss < floor + 0.02 if settles else loss > 100 * begun)


def test_the_curvature_is_numpys_with_and_without_l2() -> None:
    session = started()
    x, _ = train(session)
    design = np.column_stack([x, np.ones(len(x))])
    hessian = 2 / len(x) * design.T @ design
    assert 1 / limit(session) * 2 == pytest.approx(np.linalg.eigvalsh(hessian)[-1], rel=1e-9)
    penalized = started(l2=0.5)
    assert 2 / limit(penalized) == pytest.approx(np.linalg.eigvalsh(hessian + np.diag([0.5, 0]))[-1], rel=1e-9)


def test_the_preset_that_is_too_fast_diverges_and_says_so() -> None:
    session = started("too_fast")
    rule = session.draw(["surface"])["surface"]["rule"]
    assert 1 < 1.01 / limit(session) < 1.03
    assert rule["values"]["limit"] == "0.985" and "overshoots" in rule["$t"]
    assert "settles" in started().draw(["surface"])["surface"]["rule"]["$t"]
    run(session)
    assert session.ended is not None and session.ended[0] == "diverged"
    gone = session.draw(["surface", "fit"])
    assert gone["surface"]["widened"] if "widened" in gone["surface"] else gone["surface"]["notes"]
    assert np.isfinite(gone["surface"]["path"]).all()


@pytest.mark.parametrize(
    ("name", "training", "word"),
    [
        ("outliers", {}, "straight pieces"), ("threshold", {}, "straight pieces"), ("logistic", {}, "elsewhere"), ("stochastic", {}, "hint"),
        ("line", {"optimizer": {"name": "adam", "learning_rate": 0.1}}, "hint"), ("line", {"clip": 1.0}, "hint"),
        ("line", {"optimizer": {"name": "sgd", "learning_rate": 0.1}, "batch_size": 70}, "settles"),
    ],
)  # fmt: skip
def test_the_sentence_on_the_learning_rate_is_true_of_the_rule(name: str, training: dict[str, Any], word: str) -> None:
    assert word in started(name, **training).draw(["surface"])["surface"]["rule"]["$t"]


# -- the surface


LOSSES = {
    "mse": lambda z, y: (z - y) ** 2,
    "mae": lambda z, y: np.abs(z - y),
    "huber": lambda z, y: np.where(np.abs(z - y) <= 1, (z - y) ** 2 / 2, np.abs(z - y) - 0.5),
    "binary_cross_entropy": lambda z, y: np.logaddexp(0, z) - y * z,
    "hinge": lambda z, y: np.maximum(0, 1 - (2 * y - 1) * z),
    "perceptron": lambda z, y: np.maximum(0, -(2 * y - 1) * z),
    "squares of two classes": lambda z, y: (np.tanh(z) - (2 * y - 1)) ** 2,
}


def situation(name: str) -> Session:
    preset = "line" if name in ("mse", "mae", "huber") else "logistic"
    return started(preset, loss="mse" if name.startswith("squares") else name)


@pytest.mark.parametrize("name", LOSSES)
def test_heights_and_the_arrow_are_of_the_loss_itself(name: str) -> None:
    session = situation(name)
    run(session, 5)
    x, y = train(session)

    def height(place: np.ndarray) -> float:
        return float(LOSSES[name](place[0] * x[:, 0] + place[1], y).mean())

    figure = session.draw(["surface"])["surface"]
    (left, right), (bottom, top) = figure["window"]
    rows, cols = figure["map"].shape
    for row, col in [(0, 0), (0, cols - 1), (rows - 1, 0), (rows // 2, cols // 3)]:
        place = np.array([np.linspace(left, right, cols)[col], np.linspace(top, bottom, rows)[row]])
        assert figure["map"][row, col] == pytest.approx(height(place), rel=1e-4)
    here = np.array(figure["here"])
    assert figure["loss"] == pytest.approx(height(here), rel=1e-4)
    step = 1e-6 * np.eye(2)
    numeric = [(height(here + one) - height(here - one)) / 2e-6 for one in step]
    assert figure["gradient"] == pytest.approx(numeric, abs=1e-5, rel=1e-4)
    assert figure["path"][0].tolist() == [0, -2, 0] and len(figure["path"]) == 5


def test_the_colours_and_the_window_stay_while_the_run_lasts() -> None:
    session = started()
    first = session.draw(["surface"])["surface"]
    run(session)
    last = session.draw(["surface"])["surface"]
    assert first["scale"] == last["scale"] and first["window"] == last["window"] and np.array_equal(first["map"], last["map"])
    assert last["goal"] == pytest.approx(last["here"], abs=1e-3)
    fast = run(started("too_fast"), 60)
    moved = fast.draw(["surface"])["surface"]
    assert "Doubled" in moved["notes"][0]["$t"] and moved["scale"] == first["scale"]
    (left, right), (_, top) = moved["window"]
    assert (moved["path"][:, 1] >= left).all() and (moved["path"][:, 1] <= right).all() and (moved["path"][:, 2] <= top).all()


def test_one_weight_is_a_curve_and_many_are_a_slice() -> None:
    one = run(started("no_bias"), 3).draw(["surface"])["surface"]
    assert one["map"].ndim == 1 and len(one["window"]) == len(one["axes"]) == 1
    many = run(started("diabetes"), 3).draw(["surface"])["surface"]
    assert many["map"].ndim == 2 and len(many["here"]) == 11 and many["notes"][0]["values"] == {"count": 9}
    assert many["axes"][0]["values"]["input"]["$t"] == "age"


# -- the path


def test_the_path_is_what_gradient_descent_walks() -> None:
    session = run(started(), 40)
    x, y = train(session)
    design = np.column_stack([x, np.ones(len(x))])
    at, walked = np.array([-2.0, 0.0]), []
    for _ in range(40):
        walked.append(at)
        at = at - 0.1 * 2 / len(x) * design.T @ (design @ at - y)
    assert session._context.records.path.points[:, 1:] == pytest.approx(np.array(walked), abs=1e-5)


def test_the_path_survives_checkpoints_and_is_the_same_watched_or_not() -> None:
    whole, watched, first = run(started("stochastic"), 900), started("stochastic"), run(started("stochastic"), 500)
    while watched.step < 900:
        watched.advance()
        if watched.step % 50 == 0:
            watched.draw(["fit", "surface"])
    again = started("stochastic")
    again.restore(first.checkpoint())
    run(again, 900)
    for other in (watched, again):
        assert np.array_equal(whole._context.records.path.points, other._context.records.path.points)
    assert len(whole._context.records.path.points) <= KEPT


def test_thinning_keeps_the_shape() -> None:
    angle = np.linspace(0, 20, 3000)
    spiral = np.column_stack([angle * np.cos(angle), 100 * angle * np.sin(angle)]).astype(np.float32)
    kept = shape(spiral, 200)
    assert len(kept) == 200 and kept[0] == 0 and kept[-1] == 2999 and (np.diff(kept) > 0).all()
    again = np.column_stack([np.interp(np.arange(3000), kept, spiral[kept, axis]) for axis in (0, 1)])
    assert (np.abs(again - spiral) / np.ptp(spiral, axis=0)).max() < 0.02
    assert shape(np.zeros((300, 2), np.float32), 50).tolist()[0] == 0


# -- by hand


def test_weights_by_hand_answer_at_once_and_are_taken_back() -> None:
    session = run(started(), 10)
    before, loss = weights(session), session.status()["metrics"]["train_loss"]
    assert session.act("weights", {"values": [1.5, -1]}) == {"values": [1.5, -1.0]}
    assert session.status()["undo"] == 1 and session.status()["metrics"]["train_loss"] != loss
    asked = session.ask("loss_at", {"values": before.tolist()})
    x, y = train(session)
    assert asked["loss"] == pytest.approx(((before[0] * x[:, 0] + before[1] - y) ** 2).mean(), rel=1e-4)
    assert weights(session).tolist() == [1.5, -1], "an ask changes nothing"
    assert session.draw(["surface"])["surface"]["path"][-1].tolist() == [1, 1.5, -1], "the path knows that a hand moved it"
    session.act("undo", {})
    assert weights(session).tolist() == before.tolist() and session.status()["undo"] == 0
    session.act("weight", {"layer": 1, "unit": 0, "input": None, "value": 4.0})
    assert weights(session)[1] == 4
    run(session)
    assert weights(session) == pytest.approx(least_squares(session._context), abs=1e-3)


@pytest.mark.parametrize(
    ("name", "params", "words"),
    [
        ("weights", {"values": [1]}, "2 of them"), ("weights", {"values": [1, 2, 3]}, "2 of them"), ("weights", {}, "missing"), ("weights", {"values": ["a", 1]}, "number"),
        ("weights", {"values": [1e7, 0]}, "at most"), ("weights", {"values": [float("nan"), 0]}, ""), ("weight", {"layer": 2, "unit": 0, "input": 0, "value": 1.0}, "layers 1 to 1"),
        ("weight", {"layer": 1, "unit": 1, "input": 0, "value": 1.0}, "neurons 0 to 0"), ("weight", {"layer": 1, "unit": 0, "input": 1, "value": 1.0}, "inputs 0 to 0"),
        ("weight", {"layer": 1, "unit": 0, "input": 0, "value": float("inf")}, ""), ("loss_at", {"values": [1]}, "2 of them"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_refused_in_a_sentence(name: str, params: dict[str, Any], words: str) -> None:
    session = started()
    with pytest.raises(Refusal) as refused:
        (session.ask if name == "loss_at" else session.act)(name, params)
    assert words in str(refused.value)
    assert weights(session).tolist() == [-2, 0]


def test_there_is_no_bias_to_set_without_one() -> None:
    session = started("no_bias")
    with pytest.raises(Refusal, match="no biases"):
        session.act("weight", {"layer": 1, "unit": 0, "input": None, "value": 1.0})


# -- the fit


def test_the_fit_shows_the_line_and_its_residuals() -> None:
    session = run(started(), 30)
    figure = session.draw(["fit"])["fit"]
    slope, intercept = weights(session)
    assert figure["weights"] == [slope, intercept]
    assert figure["answer"] == pytest.approx(slope * figure["x"] + intercept, abs=1e-5)
    assert figure["train"]["said"] == pytest.approx(slope * figure["train"]["x"] + intercept, abs=1e-5)
    assert figure["loss"] == pytest.approx(np.square(figure["train"]["said"] - figure["train"]["y"]).mean(), rel=1e-5)
    closed = least_squares(session._context)
    assert figure["closed"] == pytest.approx(closed[0] * figure["x"] + closed[1], abs=1e-5)


@pytest.mark.parametrize(("loss", "three_to_one"), [("binary_cross_entropy", np.log(3)), ("mse", np.arctanh(0.5)), ("hinge", 0.5)])
def test_two_classes_are_answered_as_the_loss_has_it(loss: str, three_to_one: float) -> None:
    figure = run(started("logistic", loss=loss), 5).draw(["fit"])["fit"]
    bend = figure["bend"]
    sums = np.linspace(-bend["reach"], bend["reach"], len(bend["answers"]))
    assert np.interp(three_to_one, sums, bend["answers"]) == pytest.approx(0.75, abs=2e-3)
    assert figure["closed"] is None and len(figure["classes"]) == 2


def test_a_dense_network_of_one_feature_has_a_fit_that_no_single_neuron_reaches() -> None:
    session = run(Session(parse(families()["dense"].presets["curve"].experiment)))
    figure = session.draw(["fit"])["fit"]
    x, y = train(session)
    single = np.polyval(np.polyfit(x[:, 0], y, 1), figure["x"])
    assert figure["closed"] == pytest.approx(single, abs=1e-4) and figure["weights"] is None
    assert figure["loss"] < 0.1 * np.square(np.polyval(np.polyfit(x[:, 0], y, 1), x[:, 0]) - y).mean()


@pytest.mark.parametrize("start", ["away", "zeros", "uniform"])
def test_where_it_starts(start: str) -> None:
    first, second = weights(started(model={"start": start})), weights(started(model={"start": start}))
    assert first.tolist() == second.tolist()
    assert {"away": [-2, 0], "zeros": [0, 0]}.get(start, [first[0], pytest.approx(0.1)]) == first.tolist() and abs(first[0]) <= 2


def test_degree_belongs_to_a_single_feature() -> None:
    from playground.families.linear.family import FAMILY
    from playground.registry import describe

    line, gauss = started().experiment, started("gauss").experiment
    assert FAMILY.hidden(describe(line.data)) == () and FAMILY.hidden(describe(gauss.data)) == ("model.degree",)
    assert weights(started("gauss", model={"degree": 4})).shape == (3,)


def test_nothing_is_slow_or_heavy() -> None:
    from playground.engine.protocol import pack

    for name in PRESETS:
        session = run(started(name), 20)
        with looking(session._context.model):
            frame = pack({"views": session.draw([view.name for view in session.experiment.family.views_of(session.experiment)])})
        assert len(frame) <= 40_000
