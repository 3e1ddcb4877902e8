"""What a recurrent network foretells of a series, and how well each step is answered: against plain loops and closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import mean_absolute_error, mean_squared_error
from torch import Tensor, nn

from playground.charts.curves import by_part
from playground.charts.tokens import say
from playground.engine.session import Session
from playground.experiment import parse
from playground.families.recurrent import told_figures
from playground.families.recurrent.forecast import forecast, goes_on, loss
from playground.families.recurrent.positions import positions
from playground.families.recurrent.seldom import EACH, seldom
from playground.training.learner import looking

WAYS = [(prepared, answers) for prepared in ("values", "changes", "growth") for answers in ("last", "every")]


def session(data: dict[str, Any], *layers: dict[str, Any], loss: str = "mse", steps: int = 0, **model: Any) -> Session:
    rule = {"loss": loss, "optimizer": {"name": "adam", "learning_rate": 0.01}, "batch_size": 16, "epochs": 50}
    made = Session(parse({"seed": 2, "data": data, "model": {"family": "recurrent", "layers": list(layers), **model}, "training": rule}))
    for _ in range(steps):
        made.advance()
    return made


def airline(prepared: str, answers: str, **more: Any) -> dict[str, Any]:
    return {"name": "airline", "prepared": prepared, "answers": answers, "length": 6, "validation_fraction": 0.15, **more}


class Line(nn.Module):
    """Says of each step a x_t + b x_(t-1) + c, of the last one or all."""

    def __init__(self, a: float, b: float, c: float, every: bool) -> None:
        super().__init__()
        self.a, self.b, self.c, self.every = a, b, c, every

    def forward(self, x: Tensor) -> Tensor:
        said = self.a * x + self.b * torch.cat([torch.zeros_like(x[:, :1]), x[:, :-1]], 1) + self.c
        return said if self.every else said[:, -1:]


def spoilt(made: Session) -> Session:
    with torch.no_grad():
        made._context.model.output.bias.fill_(torch.nan)
    return made


# -- forecast


@pytest.mark.parametrize(("prepared", "answers"), WAYS)
def test_it_goes_on_by_itself_as_a_plain_loop_does(prepared: str, answers: str) -> None:
    made = session(airline(prepared, answers))
    context = made._context
    context.model = Line(0.7, -0.3, 0.05, answers == "every")
    said = goes_on(context, 15)
    values = [float(value) for value in context.parts.data.series.values]
    told = {"values": np.array(values), "changes": np.diff(values), "growth": np.diff(np.log(values))}[prepared]
    mean, deviation = context.parts.scale
    z = [float(one) for one in (told - mean) / deviation]
    for _ in range(15):
        z.append(0.7 * z[-1] - 0.3 * z[-2] + 0.05)
        step = z[-1] * deviation + mean
        values.append({"values": step, "changes": values[-1] + step, "growth": values[-1] * np.exp(step)}[prepared])
    assert said == pytest.approx(values[-15:], rel=2e-5)


@pytest.mark.parametrize("answers", ["last", "every"])
def test_it_goes_on_in_closed_form(answers: str) -> None:
    """Changes d_k = m + s a^k z: their sum is a line and a geometric series."""
    context = session(airline("changes", answers))._context
    context.model = Line(0.8, 0.0, 0.0, answers == "every")
    values, (mean, deviation) = context.parts.data.series.values, context.parts.scale
    z = (values[-1] - values[-2] - mean) / deviation
    k = np.arange(1, 41)
    expected = values[-1] + mean * k + deviation * z * 0.8 * (1 - 0.8**k) / (1 - 0.8)
    assert goes_on(context, 40) == pytest.approx(expected, rel=2e-5)


@pytest.mark.parametrize(("prepared", "answers"), WAYS)
def test_every_value_is_foretold_once_from_those_before_it(prepared: str, answers: str) -> None:
    made = session(airline(prepared, answers), {"name": "gru", "units": 5}, steps=30)
    context, found = made._context, made._probes.PROBES["forecast"]
    with looking(context.model):
        found = found(context, {})
    values, (mean, deviation) = context.parts.data.series.values, context.parts.scale
    shift = int(prepared != "values")
    told = {"values": values, "changes": np.diff(values), "growth": np.diff(np.log(values))}[prepared]
    said = np.full(len(values), np.nan)
    stride = 6 if answers == "every" else 1
    where: dict[str, list[int]] = {"train": [], "validation": [], "test": []}
    sizes = [len(getattr(context.parts, part)) for part in where]
    for row in range(sum(sizes)):
        start = row * stride
        window = (told[start : start + 6] - mean) / deviation
        with looking(context.model):
            outputs = context.model(torch.tensor(window[None], dtype=torch.float32))[0].tolist()
        for back, one in enumerate(reversed(outputs)):
            at = start + 6 + shift - back
            step = one * deviation + mean
            said[at] = {"values": step, "changes": values[at - 1] + step, "growth": values[at - 1] * np.exp(step)}[prepared]
            where["train" if row < sizes[0] else "validation" if row < sizes[0] + sizes[1] else "test"].append(at)
    assert found["said"] == pytest.approx(said, rel=1e-4, nan_ok=True)
    assert found["naive"][1:] == pytest.approx(values[:-1]) and np.isnan(found["naive"][0])
    assert (found["test"], found["validation"]) == (min(where["test"]), min(where["validation"]))
    assert found["unit"] == context.parts.data.series.unit and found["times"] == pytest.approx(context.parts.data.series.times, rel=1e-6)
    for part in ("train", "test"):
        at = np.array(where[part])
        for name, line in (("", said), ("naive_", np.concatenate([[np.nan], values[:-1]]))):
            assert found["scores"][part][f"{name}rmse"] == pytest.approx(np.sqrt(mean_squared_error(values[at], line[at])), rel=1e-4)
            assert found["scores"][part][f"{name}mae"] == pytest.approx(mean_absolute_error(values[at], line[at]), rel=1e-4)


def test_times_go_on_as_far_apart_as_before() -> None:
    made = session({"name": "sine"}, {"name": "rnn", "units": 3})
    free = made.draw(["forecast"])["forecast"]["free"]
    assert free["times"].tolist() == list(range(501, 561)) and free["values"].shape == (60,)


def test_at_most_700_values_travel_and_parts_begin_within_them() -> None:
    made = session({"name": "sine", "samples": 2000, "train_fraction": 0.9}, {"name": "rnn", "units": 3})
    found = made.draw(["forecast"])["forecast"]
    assert len(found["true"]) == len(found["times"]) == len(found["said"]) == len(found["naive"]) == 700
    assert found["times"][found["test"]] == 20 + round(0.9 * 1980) + 1 and found["validation"] is None


def test_answers_that_are_no_numbers_are_gaps() -> None:
    made = spoilt(session(airline("growth", "last"), {"name": "lstm", "units": 3}))
    found = made.draw(["forecast"])["forecast"]
    assert np.isnan(found["said"]).all() and np.isnan(found["free"]["values"]).all()
    assert found["scores"]["test"]["rmse"] is None and found["scores"]["test"]["naive_rmse"] > 0 and "no numbers" in found["say"]["$t"]


def test_what_grows_beyond_all_numbers_is_a_gap() -> None:
    made = session(airline("growth", "last"), {"name": "rnn", "units": 3})
    with torch.no_grad():
        made._context.model.output.bias.fill_(1e4)
    found = made.draw(["forecast"])["forecast"]
    assert np.isnan(found["free"]["values"]).all() and not np.isinf(found["said"]).any()


def test_its_sentence_compares_it_with_the_naive_forecast() -> None:
    def told(rmse: float, naive: float, repeats: float | None) -> dict[str, Any]:
        return told_figures.compared({"rmse": rmse, "naive_rmse": naive}, repeats)

    assert told(0.5, 1, 0.9)["values"] == {"share": 50} and "smaller" in told(0.5, 1, 0.9)["$t"]
    assert "repeat the last value" in told(1.0, 1, 0.1)["$t"]
    assert told(2.0, 1, 1.5)["values"] == {"share": 100} and "larger" in told(2.0, 1, 1.5)["$t"]
    assert "does not change" in told(0.1, 0, None)["$t"]


def test_one_that_repeats_the_last_value_is_told_so() -> None:
    made = session(airline("values", "last"))
    made._context.model = made._context.learner.model = Line(1.0, 0.0, 0.0, False)
    with looking(made._context.model):
        found = forecast(made._context, {})
    assert found["repeats"] == pytest.approx(0, abs=1e-5)
    assert "repeat the last value" in told_figures.forecast(found)["say"]["$t"]


# -- the naive forecast's loss


@pytest.mark.parametrize("rule", ["mse", "mae", "huber"])
@pytest.mark.parametrize(("prepared", "answers"), WAYS)
def test_the_naive_forecast_has_the_loss_of_its_line(prepared: str, answers: str, rule: str) -> None:
    made = session(airline(prepared, answers), loss=rule)
    found = loss(made._context, {})
    parts = made._context.parts
    values = parts.data.series.values
    told = {"values": values, "changes": np.diff(values), "growth": np.diff(np.log(values))}[prepared]
    naive = values[:-1] if prepared == "values" else np.zeros(len(told) - 1)
    stride = 6 if answers == "every" else 1
    first = (len(parts.train) + len(parts.validation)) * stride + (0 if stride == 6 else 5)  # of the residuals, which begin with the second prepared value
    residuals = ((naive - told[1:]) / parts.scale[1])[first : first + len(parts.test) * stride]
    small = np.abs(residuals) < 1
    expected = {
        "mse": np.square(residuals).mean(),
        "mae": np.abs(residuals).mean(),
        "huber": np.where(small, residuals**2 / 2, np.abs(residuals) - 0.5).mean(),
    }[rule]
    ((name, value),) = found["references"]
    assert value == pytest.approx(expected, rel=1e-4) and "naive" in name
    line = made.draw(["loss"])["loss"]["data"]
    drawn = next(one for one in line if one["name"]["$t"] == name)
    assert drawn["y"] == pytest.approx([expected] * 2, rel=1e-4) and drawn["line"]["dash"] == "dot"


def test_other_losses_have_no_such_line_and_a_text_names_its_chance() -> None:
    copied = session({"name": "copy"}, {"name": "rnn", "units": 3}, loss="cross_entropy")
    assert "references" not in loss(copied._context, {})
    text = session({"name": "text", "samples": 3000}, {"name": "rnn", "units": 3}, loss="cross_entropy")
    names = {one["name"]["$t"]: one for one in text.draw(["loss"])["loss"]["data"]}
    shares = np.unique(text._context.parts.train.y, return_counts=True)[1] / text._context.parts.train.y.size
    assert names["single signs"]["y"] == pytest.approx([-(shares * np.log(shares)).sum()] * 2, rel=1e-5) and "chance" not in names


def test_references_are_dotted_lines_of_their_own() -> None:
    found: dict[str, Any] = {"curves": {}, "chance": 0.7, "events": [], "metric": "loss", "references": [("a", 0.2), ("b", 0.1)]}
    data = by_part(found, say("loss"), {})["data"]
    assert [(one["name"]["$t"], float(one["y"][0])) for one in data] == [("chance", pytest.approx(0.7)), ("a", pytest.approx(0.2)), ("b", pytest.approx(0.1))]


# -- by step


def test_how_often_each_step_is_right() -> None:
    made = session({"name": "copy", "remember": 3, "delay": 2, "samples": 300}, {"name": "gru", "units": 8}, loss="cross_entropy", steps=40)
    context = made._context
    with looking(context.model):
        found = positions(context, {})
        outputs = context.model(context.examples["test"].x).numpy()
    right = [sum(int(row[:, at].argmax() == y[at]) for row, y in zip(outputs, context.parts.test.y, strict=True)) / len(outputs) for at in range(3)]
    assert found["right"] == pytest.approx(right) and found["steps"].tolist() == [6, 7, 8] and found["off"] is None
    assert found["chance"] == context.chance["accuracy"]
    figure = told_figures.positions(found)
    assert figure["data"][0]["y"] == pytest.approx(right) and figure["data"][1]["line"]["dash"] == "dot"


@pytest.mark.parametrize("prepared", ["values", "changes", "growth"])
def test_how_far_off_each_step_is(prepared: str) -> None:
    made = session(airline(prepared, "every"), {"name": "lstm", "units": 4}, steps=20)
    with looking(made._context.model):
        found, whole = positions(made._context, {}), forecast(made._context, {})
    off = np.abs(whole["said"] - whole["true"])[whole["test"] :]
    naive = np.abs(whole["naive"] - whole["true"])[whole["test"] :]
    answered = len(made._context.parts.test) * 6
    assert found["off"] == pytest.approx(off[:answered].reshape(-1, 6).mean(0), rel=1e-4)
    assert found["chance"] == pytest.approx(naive[:answered].mean(), rel=1e-4) and found["naive"] and found["right"] is None


def test_steps_without_numbers_are_said_to_have_none() -> None:
    for data, rule in (({"name": "copy", "remember": 2, "samples": 200}, "cross_entropy"), (airline("values", "every"), "mse")):
        figure = spoilt(session(data, {"name": "rnn", "units": 3}, loss=rule)).draw(["positions"])["positions"]
        assert "no numbers" in figure["say"]["$t"]


# -- now and then


def test_what_is_costly_is_renewed_now_and_then_and_at_rest() -> None:
    made = session({"name": "sine"}, {"name": "rnn", "units": 2})
    context, calls = made._context, []

    def asked(cost: float) -> int:
        return seldom(context, "it", cost, lambda: calls.append(0) or len(calls))  # type: ignore[func-returns-value]

    assert asked(4 * EACH) == 1 and asked(4 * EACH) == 1  # nothing has changed
    found = []
    for _ in range(8):
        made.advance()
        context.answered.clear()  # as between two rows
        found.append(asked(4 * EACH))
    assert found == [1, 1, 1, 2, 2, 2, 2, 3]
    made.advance()
    made.rest()
    assert asked(4 * EACH) == 4
    made.advance()
    context.answered.clear()
    assert asked(EACH) == 5  # cheap
    context.events.append({"step": made.step})
    assert asked(100 * EACH) == 6  # changed by hand
