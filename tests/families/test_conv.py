"""A convolutional network's pictures and numbers against the network written out in plain loops."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from playground.charts.tokens import picked
from playground.engine.protocol import pack, unpack
from playground.engine.session import Session
from playground.experiment import parse
from playground.families.conv.explain import Question
from playground.families.conv.images import probabilities
from playground.registry import families
from playground.text import Refusal
from playground.training.losses import objective
from tests.families.made_conv import BENDS, EVERY, convolved, session, softmax, written_out

IMAGE = {"part": "test", "index": 4}


@pytest.fixture(scope="module")
def trained() -> Session:
    """Some steps on, so that batch norm has measured something; one filter and one neuron are off."""
    made = session(EVERY, 6, "mnist")
    made.act("filter", {"layer": 4, "unit": 1, "on": False})
    made.act("filter", {"layer": 9, "unit": 3, "on": False})
    return made


@pytest.fixture(scope="module")
def reference(trained: Session) -> list[np.ndarray]:
    return written_out(trained, trained._context.parts.test.x[4].reshape(1, 28, 28))


def test_a_convolution_is_a_loop_over_pixels_channels_and_kernel(trained: Session, reference: list[np.ndarray]) -> None:
    state = trained._context.model.state_dict()
    for number, units in ((1, 4), (4, 3)):
        spec = EVERY[number - 1]
        stride, padding = spec.get("stride", 1), spec.get("padding", 0)
        for unit in range(units):
            found = trained.ask("layer", {"image": IMAGE, "layer": number, "unit": unit})
            assert (found["kind"], found["activation"], found["stride"], found["padding"]) == ("conv", spec["activation"], stride, padding)
            assert found["kernel"].tolist() == state[f"layer{number}.weight"][unit].tolist() and found["bias"] == float(state[f"layer{number}.bias"][unit])
            assert found["input"] == pytest.approx(reference[number - 1], abs=1e-4)
            sums = convolved(found["input"], found["kernel"][None], np.array([found["bias"]]), stride, padding)[0]
            assert found["sums"] == pytest.approx(sums, abs=1e-4)
            assert found["on"] == (unit != 1 or number != 4)
            assert found["output"] == pytest.approx(BENDS[spec["activation"]](sums) * found["on"], abs=1e-4)
            assert found["output"] == pytest.approx(reference[number][unit], abs=1e-4)


@pytest.mark.parametrize(("number", "units"), [(2, 4), (3, 4), (5, 3), (8, 12), (9, 7), (10, 10)])
def test_every_other_layer_against_loops(trained: Session, reference: list[np.ndarray], number: int, units: int) -> None:
    for unit in range(units):
        found = trained.ask("layer", {"image": IMAGE, "layer": number, "unit": unit})
        assert found["output"] == pytest.approx(reference[number][unit], abs=1e-4)
        given = reference[number - 1]
        if found["kind"] in ("dense", "output"):
            assert found["input"] == pytest.approx(given, abs=1e-4) and found["on"] == ((number, unit) != (9, 3))
            assert found["sum"] == pytest.approx(float(np.dot(found["weights"], found["input"])) + found["bias"], abs=1e-4)
            assert found["output"] == pytest.approx(float(BENDS[found["activation"]](found["sum"])) * found["on"], abs=1e-5)
        else:
            assert found["input"] == pytest.approx(given[unit : unit + 1], abs=1e-4)
        if found["kind"] == "batch_norm":
            normed = found["gamma"] * (found["input"][0] - found["mean"]) / np.sqrt(found["variance"] + found["epsilon"]) + found["beta"]
            assert found["output"] == pytest.approx(normed, abs=1e-5)
    if number == 10:
        assert found["logits"] == pytest.approx(reference[-1], abs=1e-4)
        assert found["probabilities"] == pytest.approx(softmax(reference[-1]), abs=1e-5)


def test_every_map_is_what_its_layer_hands_on(trained: Session, reference: list[np.ndarray]) -> None:
    figure = trained.ask("maps", {"image": IMAGE})
    assert figure["before"] is None
    picture = figure["picture"]
    assert (picture["part"], picture["index"], picture["true"]) == ("test", 4, int(trained._context.parts.test.y[4]))
    assert np.abs(picture["pixels"] - 255 * reference[0]).max() <= 0.51
    assert [layer["kind"] for layer in figure["layers"]] == [*(layer["name"] for layer in EVERY), "output"]
    for layer, wanted in zip(figure["layers"], reference[1:], strict=True):
        assert tuple(layer["shape"]) == wanted.shape and layer["units"] == wanted.shape[0]
        if layer["kind"] in ("dropout", "flatten"):
            assert layer["maps"] is None
            continue
        read = (layer["maps"].astype(float) - 128) / 127 * layer["range"]
        assert np.abs(read - wanted[layer["shown"]]).max() <= 0.52 * layer["range"] / 127 + 1e-4
    assert figure["layers"][3]["on"].tolist() == [1, 0, 1] and figure["layers"][2]["on"] is None
    assert figure["answer"]["probabilities"] == pytest.approx(softmax(reference[-1]), abs=1e-5)
    assert figure["answer"]["said"] == reference[-1].argmax()
    assert sum(layer["parameters"] for layer in figure["layers"]) == trained.status()["parameters"]


def test_the_frame_has_the_first_test_picture_and_the_question_the_same_for_it() -> None:
    made = session(steps=3)
    frame = made.draw(["network", "tryout"])
    asked = made.ask("maps", {"image": {"part": "test", "index": 0}})
    assert asked.pop("before") is None
    assert pack(frame["network"]) == pack(asked)
    tryout = frame["tryout"]
    assert pack(tryout["answer"]) == pack(asked["answer"]) and tryout["shape"] == [1, 8, 8] and tryout["drawing"] == "digits"
    assert tryout["parts"] == {"test": len(made._context.parts.test), "train": len(made._context.parts.train)}


def test_wide_layers_are_sampled() -> None:
    made = session([{"name": "conv", "filters": 40}, {"name": "flatten"}, {"name": "dense", "units": 100}])
    conv, _, dense, output = made.draw(["network"])["network"]["layers"]
    assert conv["shown"].tolist() == picked(40, 16).tolist() and conv["maps"].shape == (16, 6, 6) and len(conv["on"]) == 40
    assert dense["maps"].shape == (48,) and output["maps"].shape == (10,)


def test_titles_say_what_a_layer_is() -> None:
    def read(text: Any) -> str:
        return str(text["$t"]).format(**{key: read(value) if isinstance(value, dict) else value for key, value in text["values"].items()})

    layers = session(EVERY, data="mnist").draw(["network"])["network"]["layers"]
    assert [read(layer["title"]) for layer in layers] == [
        "Convolution 5×5", "Batch norm", "Max pooling 3×3", "Convolution 2×2", "Average pooling 2×2", "Dropout 50 %", "Flatten", "Batch norm", "Dense", "Output",
    ]  # fmt: skip
    assert [layer["activation"] and layer["activation"]["$t"] for layer in layers][:4] == ["Tanh", None, None, "ReLU"]


def test_shuffled_pixels_are_seen_shuffled_and_shown_in_place() -> None:
    made, straight = session(steps=2, shuffled_pixels=True), session()
    parts = made._context.parts.test
    asked = made.ask("maps", {"image": {"part": "test", "index": 1}})
    assert np.abs(asked["picture"]["pixels"].ravel() - 255 * straight._context.parts.test.x[1]).max() <= 0.51, "the same picture, unshuffled"
    assert asked["answer"]["probabilities"] == pytest.approx(softmax(written_out(made, parts.x[1].reshape(1, 8, 8))[-1]), abs=1e-5)
    assert made.ask("layer", {"image": {"part": "test", "index": 1}, "layer": 1, "unit": 0})["input"].ravel() == pytest.approx(parts.x[1])


@pytest.mark.parametrize(("name", "params", "words"), [
    ("layer", {"layer": 7, "unit": 0}, "1 to 6"),
    ("layer", {"layer": 1, "unit": 4}, "0 to 3"),
    ("layer", {"layer": 4, "unit": 0}, "nothing to compute"),
    ("layer", {"layer": 0, "unit": 0}, "{limit}"),
    ("maps", {"image": {"part": "test", "index": 100_000}}, "There is no example"),
    ("maps", {"image": {"part": "all", "index": 0}}, "{field}"),
    ("maps", {"image": 3}, "{field}"),
    ("maps", {"image": {"part": "test", "index": 0, "shift": [9, 0]}}, "{limit}"),
    ("maps", {"image": {"part": "test", "index": 0, "fgsm": 0.5}}, "{limit}"),
    ("maps", {"image": {"pixels": "AAAA", "rows": 2, "cols": 2}}, "bytes make"),
    ("maps", {"image": {"pixels": "?", "rows": 1, "cols": 1}}, "base64"),
    ("maps", {"image": {"pixels": "", "rows": 4000, "cols": 1}}, "{limit}"),
    ("why", {"method": "magic"}, "{limit}"),
    ("why", {"method": "saliency", "class": 10}, "0 to 9"),
    ("behind", {"part": "test", "true": 10, "said": 0}, "0 to 9"),
])  # fmt: skip
def test_questions_that_cannot_be_answered_are_told_why(name: str, params: dict[str, Any], words: str) -> None:
    given = params if name == "behind" or "image" in params else {"image": IMAGE, **params}
    with pytest.raises(Refusal) as refused:
        session().ask(name, given)
    message = refused.value.messages[0]
    assert words in (message.text if words.startswith("{") else message.text.format(**message.values)), message.text


# -- what it has learned


def test_filters_are_the_first_two_convolutions_weights() -> None:
    made = session(EVERY, 2, "mnist")
    made.act("filter", {"layer": 1, "unit": 2, "on": False})
    first, second = made.draw(["filters"])["filters"]["layers"]
    assert (first["number"], second["number"]) == (1, 4) and first["on"].tolist() == [1, 1, 0, 1]
    for layer in (first, second):
        weight = made._context.model.state_dict()[f"{layer['name']}.weight"].numpy()
        assert layer["range"] == pytest.approx(np.abs(weight).max())
        assert np.abs((layer["kernels"].astype(float) - 128) / 127 * layer["range"] - weight).max() <= 0.51 * layer["range"] / 127


def outputs(made: Session, part: str = "test") -> np.ndarray:
    context = made._context
    context.model.eval()
    with torch.no_grad():
        found = context.model(context.examples[part].x).numpy()
    context.model.train()
    return np.asarray(found)


def test_mistakes_are_the_surest_wrong_answers_of_the_last_row() -> None:
    made = session(steps=30)
    figure = made.draw(["mistakes"])["mistakes"]
    while figure["epoch"] != made.epoch:  # the next row
        made.advance()
        figure = made.draw(["mistakes"])["mistakes"]
    test, shares = made._context.parts.test, np.array([softmax(row) for row in outputs(made)])
    said = shares.argmax(1)
    wrong = [at for at in range(len(test)) if said[at] != test.y[at]]
    worst = sorted(wrong, key=lambda at: -shares[at, said[at]])[:12]
    assert figure["index"].tolist() == worst and (figure["wrong"], figure["of"]) == (len(wrong), len(test))
    assert figure["sure"] == pytest.approx([shares[at, said[at]] for at in worst], abs=1e-5)
    assert figure["right"] == pytest.approx([shares[at, test.y[at]] for at in worst], abs=1e-5)
    assert figure["true"].tolist() == test.y[worst].tolist() and figure["said"].tolist() == said[worst].tolist()
    assert np.abs(figure["pictures"].reshape(len(worst), -1) - 255 * test.x[worst]).max() <= 0.51
    assert 1 - len(wrong) / len(test) == pytest.approx(made.status()["metrics"]["test_accuracy"])


def test_behind_a_cell_are_the_pictures_it_counts() -> None:
    made = session(steps=20)
    shown = made.draw(["confusion"])["confusion"]
    assert shown["pictures"] and shown["note"] is None, "a small network is asked anew"
    for part, figure in zip(("test", "train"), shown["parts"], strict=True):
        true, said = divmod(int((figure["counts"] * (1 - np.eye(10, dtype=int))).argmax()), 10)
        found = made.ask("behind", {"part": part, "true": true, "said": said})
        held, answered = getattr(made._context.parts, part), outputs(made, part)
        assert found["count"] == figure["counts"][true, said] and len(found["index"]) == min(24, found["count"])
        assert (held.y[found["index"]] == true).all() and (answered[found["index"]].argmax(1) == said).all()
        assert (np.diff(found["sure"]) <= 0).all()
        assert np.abs(found["pictures"].reshape(len(found["index"]), -1) - 255 * held.x[found["index"]]).max() <= 0.51


def test_a_large_network_is_not_asked_about_whole_parts_for_a_frame() -> None:
    made = session([{"name": "conv", "filters": 64, "kernel": 7, "padding": 3}, {"name": "flatten"}], data="mnist")  # 2.4 million multiply-adds
    made._context.kept["forward"] = 10**7
    made.advance()
    asked = made._context.answered["test"].outputs.numpy()
    with torch.no_grad():
        made._context.model.output.bias[3] += 1e6  # not measured since
    figure = made.draw(["confusion"])["confusion"]
    assert [part["name"] for part in figure["parts"]] == ["test"] and figure["note"]["values"] == {"epoch": 0}
    assert figure["parts"][0]["counts"].sum(0).tolist() == np.bincount(asked.argmax(1), minlength=10).tolist()
    with pytest.raises(Refusal, match="test part"):
        made.ask("behind", {"part": "train", "true": 1, "said": 1})
    made._context.answered.clear()  # as in a run that was taken up again
    assert made.draw(["confusion"])["confusion"]["parts"][0]["counts"][:, 3].sum() == 40


def test_what_it_learns_from_is_one_picture_a_class_as_training_shows_it() -> None:
    figure = session().draw(["pictures"])["pictures"]
    assert figure["true"].tolist() == list(range(10)) and figure["varied"].shape == (0, 10, 1, 8, 8)
    made = session(shift=2, pixel_noise=0.1)
    before = made._context.learner.vary.generator.get_state()  # type: ignore[union-attr]
    figure = made.draw(["pictures"])["pictures"]
    train = made._context.parts.train
    for picture, true in zip(figure["pictures"], figure["true"], strict=True):
        assert np.abs(picture.ravel() - 255 * train.x[np.flatnonzero(train.y == true)[0]]).max() <= 0.51
    assert figure["varied"].shape == (3, 10, 1, 8, 8) and (figure["varied"][0] != figure["varied"][1]).any()
    assert torch.equal(before, made._context.learner.vary.generator.get_state())  # type: ignore[union-attr]
    dealt = session(shuffled_pixels=True)
    figure, x = dealt.draw(["pictures"])["pictures"], dealt._context.parts.train
    first = int(np.flatnonzero(x.y == 0)[0])
    assert np.abs(figure["varied"][0, 0].ravel() - 255 * x.x[first]).max() <= 0.51, "as the network sees it"
    assert sorted(figure["varied"][0, 0].ravel()) == sorted(figure["pictures"][0].ravel()) and (figure["varied"][0] != figure["pictures"]).any()


@pytest.mark.parametrize("view", ["network", "tryout", "confusion", "mistakes", "embedding", "filters", "pictures"])
def test_a_network_that_answers_no_number_is_drawn(view: str) -> None:
    made = session(steps=1)
    with torch.no_grad():
        made._context.model.output.weight.fill_(float("nan"))
        made._context.model.layer1.weight.fill_(float("inf"))
    made._context.answered.clear()
    figure = unpack(pack(made.draw([view])))[view]
    assert figure is not None
    if view == "network":
        assert figure["answer"]["said"] is None


def test_frames_of_the_textbook_network_are_small() -> None:
    plain = json.loads(json.dumps(dict(families()["conv"].presets["cnn-textbook"].experiment)))
    plain["data"]["samples"] = 100
    made = Session(parse(plain))
    for side in ("tryout", "confusion"):
        assert len(pack(made.draw(["network", side, "loss", "filters"]))) <= 58_000, "the status and long curves come on top of it"


def test_two_classes_share_one_number() -> None:
    context: Any = SimpleNamespace(objective=objective("binary", "binary_cross_entropy"))
    logits = torch.tensor([[2.0], [-1.0]])
    chances = probabilities(context, logits)
    share = 1 / (1 + np.exp(-logits.numpy()[:, 0]))
    assert chances == pytest.approx(np.stack([1 - share, share], 1), abs=1e-6)
    assert Question(context, logits, 1).of(logits).tolist() == [2, -1] and Question(context, logits, 0).of(logits).tolist() == [-2, 1]
