"""An example's way through a recurrent network, its gates, and one cell's formulas: against the equations written out in numpy."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from playground.data.contract import Sequence
from playground.engine.session import Session
from playground.experiment import parse
from playground.families.recurrent import examples
from playground.text import Refusal

MIXED: list[dict[str, Any]] = [
    {"name": "gru", "units": 4, "bidirectional": True},
    {"name": "rnn", "units": 3, "dropout": 0.5},
    {"name": "lstm", "units": 5},
]
BOTH: list[dict[str, Any]] = [{"name": "lstm", "units": 3, "bidirectional": True}, {"name": "gru", "units": 4, "bidirectional": True}]
RELU: list[dict[str, Any]] = [{"name": "rnn", "units": 4, "activation": "relu"}, {"name": "dense", "units": 6, "activation": "tanh"}]
THREE, COPY = {"name": "three_signals", "samples": 200}, {"name": "copy", "samples": 200, "remember": 3, "delay": 4}
SINE: dict[str, Any] = {"name": "sine", "samples": 300, "length": 9}


def session(layers: list[dict[str, Any]], data: dict[str, Any] = THREE, steps: int = 0, training: dict[str, Any] | None = None, **model: Any) -> Session:
    loss = "mse" if data["name"] == "sine" else "cross_entropy"
    rule = {"loss": loss, "optimizer": {"name": "adam", "learning_rate": 0.02}, "batch_size": 16, "epochs": 5, **(training or {})}
    made = Session(parse({"seed": 4, "data": data, "model": {"family": "recurrent", "layers": layers, **model}, "training": rule}))
    for _ in range(steps):
        made.advance()
    return made


def sigma(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


Nudge = Callable[[str, int, bool, int, np.ndarray], np.ndarray]


def stay(what: str, layer: int, backward: bool, step: int, values: np.ndarray) -> np.ndarray:
    return values


class Written:
    """The network written out in float64, one example: `passed` is what each layer hands on, `seen` all gates and states by (layer, backward). nudge: changes a state or cell when it comes about."""

    def __init__(self, made: Session, x: np.ndarray, nudge: Nudge = stay, state: dict[str, np.ndarray] | None = None) -> None:
        self.state = state or {name: tensor.numpy().astype(np.float64) for name, tensor in made._context.model.state_dict().items()}
        self.nudge = nudge
        sequence = made.experiment.dataset.sequence
        assert sequence is not None
        layers = [layer.model_dump() for layer in made.experiment.model.layers]  # type: ignore[attr-defined]
        if sequence.symbols:
            flow = np.eye(len(sequence.symbols))[x.astype(int)]
            if "input.weight" in self.state:
                flow = self.state["input.weight"][x.astype(int)]
        else:
            flow = x.reshape(sequence.length, sequence.channels).astype(np.float64)
        self.passed, self.seen = [flow], {}
        flat = False
        for number, layer in enumerate(layers, 1):
            if layer["name"] == "dense":
                z = self.state[f"layer{number}.weight"] @ self.passed[-1].ravel() + self.state[f"layer{number}.bias"]
                self.passed.append(np.tanh(z))
                flat = True
                continue
            ways = [self._gone(number, layer, self.passed[-1], backward) for backward in (False, True)[: 1 + layer["bidirectional"]]]
            self.passed.append(np.concatenate(ways, 1))
        last = self.passed[-1].ravel() if flat else self.passed[-1][-sequence.answered :]
        outputs = last @ self.state["output.weight"].T + self.state["output.bias"]
        self.outputs = outputs.reshape(sequence.answered, -1)

    def _gone(self, number: int, layer: dict[str, Any], given: np.ndarray, backward: bool) -> np.ndarray:
        end, units = "_reverse" if backward else "", layer["units"]
        w, u, b, d = (self.state[f"layer{number}.{part}_l0{end}"] for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        held, heard = self.state[f"layer{number}.held"], self.state[f"layer{number}.heard"]
        h = c = np.zeros(units)
        seen: dict[str, np.ndarray] = {name: np.zeros((len(given), units)) for name in ("i", "f", "g", "o", "r", "z", "n", "c", "h")}
        for t in reversed(range(len(given))) if backward else range(len(given)):
            told, own = (w @ given[t] + b).reshape(-1, units), (u @ h + d).reshape(-1, units)

            def hold(place: int, value: np.ndarray) -> np.ndarray:
                return np.where(held[place] < 0, value, held[place])

            if layer["name"] == "lstm":
                s = told + own
                i, f, g, o = hold(0, sigma(s[0])), hold(1, sigma(s[1])), hold(2, np.tanh(s[2])), hold(3, sigma(s[3]))
                c = self.nudge("c", number, backward, t, f * c + i * g)
                h = o * np.tanh(c)
                for name, value in (("i", i), ("f", f), ("g", g), ("o", o), ("c", c)):
                    seen[name][t] = value
            elif layer["name"] == "gru":
                r, z = hold(0, sigma(told[0] + own[0])), hold(1, sigma(told[1] + own[1]))
                n = hold(2, np.tanh(told[2] + r * own[2]))
                h = (1 - z) * n + z * h
                for name, value in (("r", r), ("z", z), ("n", n)):
                    seen[name][t] = value
            else:
                s = (told + own)[0]
                h = np.tanh(s) if layer["activation"] == "tanh" else np.maximum(s, 0)
            h = self.nudge("h", number, backward, t, h * heard)
            seen["h"][t] = h
        self.seen[number, backward] = seen
        return seen["h"]

    def shares(self) -> np.ndarray:
        powers = np.exp(self.outputs - self.outputs.max(1, keepdims=True))
        return np.asarray(powers / powers.sum(1, keepdims=True))


def read(text: Any) -> str:
    """A text or a piece of a formula as it is read."""
    if isinstance(text, str):
        return text
    if "$t" in text:
        return str(text["$t"]).format(**{key: read(value) if isinstance(value, dict) else value for key, value in text["values"].items()})
    return str(text["i"]) + (f"_{text['sub']}" if "sub" in text else "") + (f"^{text['sup']}" if "sup" in text else "")


def plain(line: dict[str, Any]) -> str:
    return "".join(map(read, line["formula"]))


def worth(arithmetic: str) -> float:
    """A piece of a formula with numbers in it, computed."""
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    text = re.sub(r"·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda found: f"*10.0**({found[1].translate(raised)})", arithmetic)
    text = re.sub(r"\(\d+ more\)", "", text).replace("−", "-").replace("×", "*").replace("σ(", "sigma(").replace("tanh(", "np.tanh(")
    return float(eval(text, {"sigma": sigma, "np": np, "max": max}))


@pytest.mark.parametrize(("layers", "data", "more"), [
    (MIXED, THREE, {}), (BOTH, COPY, {}), (RELU, THREE, {}), ([], THREE, {}), ([], COPY, {}), (MIXED, COPY, {"embedding": 3}), ([{"name": "dense", "units": 5, "activation": "tanh"}], COPY, {}),
])  # fmt: skip
def test_states_and_answers_are_those_of_the_equations(layers: list[dict[str, Any]], data: dict[str, Any], more: dict[str, Any]) -> None:
    made = session(layers, data, 4, **more)
    for figure, part, index in ((made.draw(["network"])["network"], "test", 0), (made.ask("way", {"example": {"part": "train", "index": 5}}), "train", 5)):
        split = getattr(made._context.parts, part)
        wanted = Written(made, split.x[index])
        assert figure["example"] == {"part": part, "index": index, "typed": None, "of": len(split)}
        for layer, passed in zip(figure["layers"], wanted.passed[1:], strict=True):
            assert layer["states"] == pytest.approx(np.atleast_2d(passed.T if passed.ndim == 2 else passed[:, None])[layer["shown"]], abs=1e-5)
            assert layer["states"].dtype == np.float32 and layer["range"] >= np.abs(layer["states"]).max() - 1e-6
        told, shares = figure["answers"], wanted.shares()
        assert told["steps"].tolist() == list(range(figure["length"] - len(shares), figure["length"]))
        assert told["true"].tolist() == np.reshape(split.y[index], -1).tolist()
        assert told["said"].tolist() == shares.argmax(1).tolist()
        assert told["shares"] == pytest.approx(-np.sort(-shares, axis=1)[:, :5], abs=1e-5)
        assert told["shares"] == pytest.approx(np.take_along_axis(shares, told["top"], 1), abs=1e-5)
        assert told["share_true"] == pytest.approx(shares[np.arange(len(shares)), told["true"]], abs=1e-5)
        assert figure["phase"] is None


def test_inputs_are_told_as_they_are_read() -> None:
    made = session(MIXED)
    given, test = made.draw(["network"])["network"]["input"], made._context.parts.test
    assert [read(name) for name in given["channels"]] == ["sensor 1", "sensor 2", "sensor 3"]
    assert given["values"].tolist() == test.x[0].reshape(10, 3).T.tolist()
    assert given["range"] == [made._context.parts.train.x.min(), made._context.parts.train.x.max()]
    made = session(BOTH, COPY)
    figure = made.draw(["network"])["network"]
    letters = [made.experiment.dataset.sequence.symbols[int(sign)] for sign in made._context.parts.test.x[0]]  # type: ignore[union-attr]
    assert figure["input"]["symbols"] == letters and letters[3:] == ["·"] * 4 + ["?"] * 3
    assert [read(name) for name in figure["answers"]["classes"]] == ["A", "B", "C", "D"]


@pytest.mark.parametrize("prepared", ["values", "changes"])
@pytest.mark.parametrize("answers", ["last", "every"])
def test_a_series_is_told_in_its_own_unit(prepared: str, answers: str) -> None:
    made = session([{"name": "gru", "units": 4}], SINE | {"prepared": prepared, "answers": answers, "validation_fraction": 0.1}, 5)
    parts, values = made._context.parts, made._context.parts.data.series.values  # type: ignore[union-attr]
    seen = values if prepared == "values" else np.diff(values)
    mean, deviation = parts.scale
    for part, index in (("test", 2), ("train", 0), ("validation", 1)):
        figure = made.ask("way", {"example": {"part": part, "index": index}})
        told, x = figure["answers"], getattr(parts, part).x[index]
        window = x * deviation + mean
        begins = [at for at in range(len(seen) - 9) if np.abs(seen[at : at + 9] - window).max() < 1e-4]
        assert len(begins) == 1, "windows are told apart by their values"
        ahead = begins[0] + 9 + (prepared == "changes")  # the value that follows the window
        rows = slice(ahead - len(told["steps"]) + 1, ahead + 1)
        assert told["true"] == pytest.approx(values[rows], abs=1e-4)
        before = values[rows.start - 1 : rows.stop - 1]
        assert told["naive"] == pytest.approx(before, abs=1e-5)
        said = Written(made, x).outputs[:, 0] * deviation + mean
        assert told["said"] == pytest.approx(said if prepared == "values" else before + said, abs=1e-4)
        assert figure["input"]["values"] == pytest.approx((window if prepared == "values" else x)[None], abs=1e-5)
        assert told["classes"] is None and told["shares"] is None


def test_pictures_of_large_networks_stay_small() -> None:
    layers = [{"name": "lstm", "units": 200}] * 4
    made = session(layers, {"name": "copy", "samples": 100, "delay": 80})
    figure = made.draw(["network"])["network"]
    assert sum(layer["states"].size for layer in figure["layers"]) <= 4000
    assert all(layer["shown"][0] == 0 and layer["shown"][-1] == 199 for layer in figure["layers"])
    assert sum(row["values"].size for row in made.draw(["gates"])["gates"]["rows"]) <= 4000
    assert all(len(layer["shown"]) == 24 for layer in session([{"name": "gru", "units": 40}]).draw(["network"])["network"]["layers"])


def test_a_network_that_gives_no_numbers_is_told_so() -> None:
    made = session(MIXED, COPY)
    with torch.no_grad():
        made._context.model.get_parameter("layer1.weight_hh_l0").fill_(float("nan"))
    figures = made.draw(["network", "gates", "path", "phase"])
    assert np.isnan(figures["network"]["layers"][0]["states"]).any() and figures["network"]["answers"]["said"].tolist() == [-1] * 3
    assert np.isnan(figures["path"]["points"]).all() and figures["path"]["spread"] == [0.0, 0.0]
    told = made.ask("cell", {"layer": 1, "unit": 0, "step": 3})
    assert plain(told["lines"][-1]).endswith("NaN")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("layers", [RELU, [{"name": "rnn", "units": 3, "activation": "relu"}, {"name": "lstm", "units": 3}], MIXED])
def test_a_network_that_blew_up_is_still_drawn(layers: list[dict[str, Any]]) -> None:
    made = session(layers, THREE)
    with torch.no_grad():
        for name, parameter in made._context.model.named_parameters():
            parameter.fill_(1e30 if name.startswith("layer1.weight") else 0.5)
    for _ in range(24):
        made.advance_phase()
        made.draw(["network", "gates", "path", "phase"])
        for unit in (0, 2):
            made.ask("cell", {"layer": 1, "unit": unit, "step": 5})
            made.ask("cell", {"layer": 1, "unit": unit, "step": 5, "example": {"part": "test", "index": 1}})


ROWS = {"input": "i", "forget": "f", "candidate": "g", "output": "o", "reset": "r", "update": "z", "cell": "c", "hidden": "h"}


@pytest.mark.parametrize(("layers", "data"), [(MIXED, THREE), (BOTH, COPY), (RELU, THREE)])
def test_gates_are_those_of_the_equations(layers: list[dict[str, Any]], data: dict[str, Any]) -> None:
    made = session(layers, data, 4)
    wanted = Written(made, made._context.parts.test.x[7])
    for (number, backward), seen in wanted.seen.items():
        figure = made.ask("gates", {"layer": number, "backward": backward, "example": {"part": "test", "index": 7}})
        names = {"rnn": ["hidden"], "gru": ["reset", "update", "candidate", "hidden"], "lstm": ["input", "forget", "candidate", "output", "cell", "hidden"]}
        assert [row["name"] for row in figure["rows"]] == names[figure["kind"]]
        for row in figure["rows"]:
            letter = "n" if figure["kind"] == "gru" and row["name"] == "candidate" else ROWS[row["name"]]
            assert row["letter"] == letter
            assert row["values"] == pytest.approx(seen[letter].T[figure["shown"]], abs=1e-5)
            assert row["low"] <= row["values"].min() and row["values"].max() <= row["high"] and row["held"] is None
    view = made.draw(["gates"])["gates"]
    assert view["layer"] == 1 and view["example"]["index"] == 0 and not view["backward"]
    assert [layer["number"] for layer in view["layers"]] == [number for number, backward in wanted.seen if not backward]


def test_the_forget_gate_is_called_keep_too() -> None:
    rows = {row["name"]: row for row in session([{"name": "lstm", "units": 2}]).draw(["gates"])["gates"]["rows"]}
    assert read(rows["forget"]["also"]) == "keep" and rows["input"]["also"] is None


@pytest.mark.parametrize(("layers", "data"), [(MIXED, THREE), (BOTH, COPY), (RELU, THREE)])
def test_formulas_hold(layers: list[dict[str, Any]], data: dict[str, Any]) -> None:
    """Every line's numbers, computed as they are written, give what the line ends in; and that is what the equations give."""
    made = session(layers, data, 4)
    wanted = Written(made, made._context.parts.test.x[2])
    length = len(wanted.passed[0])
    for (number, backward), seen in wanted.seen.items():
        for step in (0, 3, length - 1):
            for unit in (0, 2):
                told = made.ask("cell", {"layer": number, "unit": unit, "step": step, "example": {"part": "test", "index": 2}, "backward": backward})
                for line in told["lines"]:
                    _, *filled, last = plain(line).split(" = ")
                    numbers = [part for part in filled if not re.search(r"_t|[WU] ", part)]
                    assert numbers or "·" in last
                    for part in numbers:
                        assert worth(part) == pytest.approx(worth(last), abs=6e-3), plain(line)
                    letter = re.match(r"([a-z])_t = ", plain(line))
                    assert letter is not None
                    if letter[1] in seen and seen[letter[1]].any():
                        assert worth(last) == pytest.approx(seen[letter[1]][step, unit], abs=6e-4)
                assert re.match(r"Unit \d of layer \d at step \d+", read(told["title"]))
                assert ("backward" in read(told["title"])) == backward


def test_a_sum_names_its_largest_terms_and_what_is_left() -> None:
    made = session([{"name": "lstm", "units": 9}], THREE, 3)
    told = plain(made.ask("cell", {"layer": 1, "unit": 4, "step": 6})["lines"][0])
    assert "(8 more)" in told, "3 inputs and 9 states, of which 4 are written out"
    first = plain(made.ask("cell", {"layer": 1, "unit": 4, "step": 0})["lines"][0])
    assert "more" not in first and first.count("×") == 3, "before the first step all states are 0"


def poked() -> Session:
    made = session([{"name": "lstm", "units": 3, "bidirectional": True}, {"name": "gru", "units": 4}], THREE, 3)
    made.act("gate", {"layer": 1, "gate": "forget", "to": 1, "unit": None})
    made.act("gate", {"layer": 1, "gate": "output", "to": 0, "unit": 2})
    made.act("gate", {"layer": 2, "gate": "candidate", "to": 0, "unit": 1})
    made.act("unit", {"layer": 2, "unit": 3, "on": False})
    made.act("unit", {"layer": 1, "unit": 0, "on": False})
    return made


def test_held_gates_and_silenced_units_are_told() -> None:
    made = poked()
    wanted = Written(made, made._context.parts.test.x[0])
    figure = made.draw(["network"])["network"]
    for layer, passed in zip(figure["layers"], wanted.passed[1:], strict=True):
        assert layer["states"] == pytest.approx(passed.T, abs=1e-5)
    first, second = figure["layers"]
    assert first["held"] == [{"gate": "forget", "to": 1, "unit": None}, {"gate": "output", "to": 0, "unit": 2}]
    assert first["silent"] == [0, 3], "of both directions, as the rows are numbered"
    assert second["held"] == [{"gate": "candidate", "to": 0, "unit": 1}] and second["silent"] == [3]
    gates = made.draw(["gates"])["gates"]
    assert {row["name"]: row["held"] for row in gates["rows"]} == {
        "input": None,
        "forget": 1,
        "candidate": None,
        "output": None,
        "cell": None,
        "hidden": None,
    }
    assert gates["silent"] == [0]
    lines = {plain(line)[:1]: line for line in made.ask("cell", {"layer": 1, "unit": 0, "step": 2})["lines"]}
    assert "held" in read(lines["f"]["label"]) and plain(lines["f"]) == "f_t = 1.000"
    assert "silenced" in read(lines["h"]["label"]) and plain(lines["h"]) == "h_t = 0"
    lines = {plain(line)[:1]: line for line in made.ask("cell", {"layer": 2, "unit": 1, "step": 2})["lines"]}
    assert plain(lines["n"]) == "n_t = 0" and "m" not in lines


def loss(made: Session, written: Written, y: Any) -> float:
    if made._context.parts.data.task == "regression":
        return float(np.square(written.outputs.ravel() - np.reshape(y, -1)).mean())
    return float(-np.log(written.shares()[np.arange(len(written.outputs)), np.reshape(y, -1)]).mean())


def moved(made: Session, index: int, at: tuple[str, int, bool, int], unit: int, by: float) -> float:
    """The loss of a test example where one number is moved when it comes about, and everything later follows. at: h or c, layer, backward, step."""

    def nudge(what: str, layer: int, backward: bool, step: int, values: np.ndarray) -> np.ndarray:
        return values + by * (np.arange(len(values)) == unit) if (what, layer, backward, step) == at else values

    test = made._context.parts.test
    return loss(made, Written(made, test.x[index], nudge), test.y[index])


@pytest.mark.parametrize(("layers", "data", "by_hand"), [
    (MIXED, THREE, False), (BOTH, COPY, False), (RELU, THREE, False), ([{"name": "lstm", "units": 3}, {"name": "gru", "units": 3}], SINE, False), ([{"name": "gru", "units": 3}], COPY, False),
    ([], THREE, True),
])  # fmt: skip
def test_the_pull_on_a_state_is_how_the_loss_follows_it(layers: list[dict[str, Any]], data: dict[str, Any], by_hand: bool) -> None:
    """dL/dh_t and dL/dc_t by central differences."""
    made = poked() if by_hand else session(layers, data, 4)
    test, reach = made._context.parts.test, 1e-5
    for number, backward in Written(made, test.x[3]).seen:
        for step, unit in ((0, 0), (4, 1), (7, 2), (8, 0)):
            told = made.ask("cell", {"layer": number, "unit": unit, "step": step, "example": {"part": "test", "index": 3}, "backward": backward})
            for what in ("h", "c") if told["pull"]["c"] is not None else ("h",):
                at = (what, number, backward, step)
                slope = (moved(made, 3, at, unit, reach) - moved(made, 3, at, unit, -reach)) / (2 * reach)
                assert told["pull"][what] == pytest.approx(slope, rel=2e-3, abs=2e-6), at


def test_without_a_right_answer_there_is_no_pull() -> None:
    made = session(BOTH, COPY)
    figure = made.ask("way", {"example": {"typed": "abc····???"}})
    assert figure["example"] == {"part": None, "index": None, "typed": "abc····???", "of": 0}
    assert figure["input"]["symbols"] == list("ABC····???") and figure["answers"]["true"] is None and figure["answers"]["share_true"] is None
    assert made.ask("cell", {"layer": 1, "unit": 0, "step": 2, "example": {"typed": "ABC····???"}})["pull"] is None


@pytest.mark.parametrize(("name", "params", "words"), [
    ("way", {"example": {"part": "test", "index": 40}}, "There is no example 41: this part has 40."),
    ("way", {"example": {"part": "validation", "index": 0}}, "There is no example 1: this part has 0."),
    ("way", {"example": {"part": "all", "index": 0}}, "part"),
    ("way", {"example": 3}, ""),
    ("way", {"example": {"typed": "ABCX····?!"}}, "The network knows no X !."),
    ("way", {"example": {"typed": "ABC\t···???"}}, "The network knows no U+0009."),
    ("way", {"example": {"typed": ""}}, "Type at least one sign."),
    ("way", {"example": {"typed": "ABC"}}, "Each sequence has 10 signs; 3 were given."),
    ("way", {"example": {"typed": "A" * 11}}, "Type at most 10 signs; 11 were given."),
    ("way", {"place": 1}, ""),
    ("gates", {"layer": 3}, "Layer: 3 is no recurrent layer"),
    ("cell", {"layer": 1, "unit": 3, "step": 0}, "Unit: layer 1 has units 0 to 2; 3 was given."),
    ("cell", {"layer": 1, "unit": 0, "step": 10}, "Step: a sequence has steps 0 to 9; 10 was given."),
    ("cell", {"layer": 1}, "unit"),
])  # fmt: skip
def test_what_is_not_there_is_refused_with_a_sentence(name: str, params: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal) as refused:
        session(BOTH, COPY).ask(name, params)
    assert words in str(refused.value)


def test_other_refusals() -> None:
    made = session(RELU)
    for params, words in (({"layer": 2}, "no recurrent layer"), ({"layer": 1, "backward": True}, "reads forward only")):
        with pytest.raises(Refusal, match=words):
            made.ask("gates", params)
    with pytest.raises(Refusal, match="of numbers"):
        made.ask("way", {"example": {"typed": "1 2 3"}})


def test_what_is_typed_is_padded_in_front() -> None:
    context: Any = SimpleNamespace(
        experiment=SimpleNamespace(dataset=SimpleNamespace(sequence=Sequence(6, symbols=("·", "a", "b", "ö", "␣"), padded=True))),
        examples={"train": SimpleNamespace(x=torch.zeros(1, 6))},
    )
    assert examples.typed(context, " aBÖ ").tolist() == [[0, 0, 0, 1, 2, 3]]
    assert examples.typed(context, "o\u0308").tolist() == [[0, 0, 0, 0, 0, 3]], "a letter and its dots are one sign"
    assert examples.typed(context, "a bâ").tolist() == [[0, 0, 1, 4, 2, 1]], "as symbols are named, and accents that nobody has learned are left away"
    assert examples.chosen(context, {"example": {"typed": "ab"}}).first == 4
    assert examples.first_real(context, torch.tensor([[0.0, 0, 2, 0, 1, 1], [0, 0, 0, 0, 0, 0]])).tolist() == [2, 5]
    for text, words in (("   ", "at least one"), ("aaaaaaa", "at most 6"), ("axa", "knows no x"), ("a·a", "knows no ·")):
        with pytest.raises(Refusal, match=words):
            examples.typed(context, text)
