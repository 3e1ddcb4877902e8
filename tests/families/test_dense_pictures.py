"""A dense network on pictures: what stands for its pixels, against its own weights and answers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch

from playground.engine.protocol import pack
from playground.engine.session import Session
from playground.experiment import parse
from playground.families.supervised import laid_out, trace_figures
from playground.registry import families

SMALL = {"name": "digits"}  # 8 x 8 pixels


def session(*units: int, data: dict[str, Any] = SMALL) -> Session:
    layers = [{"units": count, "activation": "relu"} for count in units]
    return Session(parse({"data": data, "model": {"family": "dense", "layers": layers}, "training": {"loss": "cross_entropy"}}))


def weights(made: Session, layer: str = "hidden1") -> np.ndarray:
    return np.asarray(dict(made._context.model.named_parameters())[f"{layer}.weight"].detach())


def pixel_by_pixel(row: np.ndarray, largest: float) -> np.ndarray:
    """A neuron's 64 weights as shades, by hand."""
    found = np.zeros((8, 8))
    for at, value in enumerate(row):
        found[at // 8, at % 8] = 128 + 127 * value / largest
    return found


def test_the_pixels_are_one_picture_and_the_first_layer_shows_its_weights() -> None:
    made = session(20, 14)
    figure = made.draw(["network"])["network"]
    assert [len(column["shown"]) for column in figure["columns"]] == [1, 8, 12, 10]
    assert figure["maps"].shape == (1 + 8 + 12 + 10, 1, 50) and figure["weights"][0] is None
    assert [matrix.shape for matrix in figure["weights"][1:]] == [(12, 8), (10, 12)]
    test, pictures = made._context.parts.test, figure["pictures"]
    assert pictures["input"].shape == (1, 8, 8) and np.abs(pictures["input"].ravel() - 255 * test.x[0]).max() <= 0.51
    first = weights(made)
    assert pictures["range"] == pytest.approx(np.abs(first).max())
    for shade, unit in zip(pictures["weights"], figure["columns"][1]["shown"], strict=True):
        assert np.abs(shade - pixel_by_pixel(first[unit], np.abs(first).max())).max() <= 0.51
    later = [weights(made, name) for name in ("hidden2", "output")]
    assert figure["largest"] == pytest.approx(max(np.abs(matrix).max() for matrix in later)), "lines are as thick as the weights that are drawn as lines"


def test_strips_are_answers_to_fifty_test_pictures_in_the_order_of_their_class() -> None:
    made = session(6)
    figure = made.draw(["network"])["network"]
    test = made._context.parts.test
    order = np.argsort(test.y, kind="stable")[np.linspace(0, len(test.y) - 1, 50).round().astype(int)]
    with torch.no_grad():
        shares = torch.softmax(made._context.model(torch.from_numpy(test.x[order])), 1).numpy()
    drawn = (figure["maps"][-10:, 0].astype(float) - 128) / 127
    assert np.abs(drawn - shares.T).max() <= 0.51 / 127


def test_without_hidden_layers_the_outputs_are_what_looks_at_the_pixels() -> None:
    made = session()
    figure = made.draw(["network"])["network"]
    assert figure["pictures"]["weights"].shape == (10, 8, 8) and figure["weights"] == [None]
    assert [label["$t"] for label in figure["columns"][1]["labels"]] == list("0123456789")


def test_a_neuron_in_hand_shows_its_weights_and_the_input_its_picture() -> None:
    made = session(20, 14)
    test, first = made._context.parts.test, weights(made)
    whole = made.ask("neuron", {"layer": 0, "unit": 0})
    assert np.abs(whole["picture"].ravel() - 255 * test.x[0]).max() <= 0.51 and whole["is"] == str(test.y[0])
    asked = made.ask("neuron", {"layer": 1, "unit": 3})
    assert np.abs(asked["weights"] - pixel_by_pixel(first[3], asked["reach"])).max() <= 0.51 and len(asked["answers"]) == 240
    assert not {"weights", "picture"} & set(made.ask("neuron", {"layer": 2, "unit": 3}))


def test_three_colours_are_added_up() -> None:
    values = np.random.default_rng(0).normal(size=(2, 3 * 4 * 5)).astype(np.float32)
    values[1, 7] = np.nan
    found, reach = laid_out.signed(values, (3, 4, 5))
    for k in range(2):
        for row in range(4):
            for column in range(5):
                total = sum(float(values[k, channel * 20 + row * 5 + column]) for channel in range(3))
                shade = 128.0 if np.isnan(total) else 128 + 127 * total / reach
                assert abs(found[k, row, column] - shade) <= 0.51
    assert laid_out.pixel(47, (3, 4, 5))["values"]["colour"]["$t"] == "blue"
    assert laid_out.pixel(47, (3, 4, 5))["values"]["place"]["values"] == {"row": 1, "column": 2}


def test_a_traced_picture_is_taken_apart_into_what_its_sum_adds_up() -> None:
    made = session(20, 14)
    answer = made.ask("trace", {"part": "test", "index": 4, "layer": 1, "unit": 2})
    x, w = made._context.parts.test.x[4], weights(made)[2]
    assert np.abs(answer["columns"][0]["picture"].ravel() - 255 * x).max() <= 0.51 and answer["columns"][0]["of"] == 64
    seen, weighed, products = answer["open"]["pictures"]
    assert np.array_equal(seen["grey"], answer["columns"][0]["picture"])
    for drawn, values in ((weighed, w), (products, w * x)):
        assert np.abs(drawn["shades"] - pixel_by_pixel(values, drawn["range"])).max() <= 0.51
    read = (products["shades"].astype(float) - 128) / 127 * products["range"]
    bias = float(made._context.model.hidden1.bias.detach()[2])
    assert abs(read.sum() + bias - float(w @ x + bias)) <= 64 * 0.51 * products["range"] / 127
    rows = answer["open"]["table"]["rows"]
    assert len(rows) == 13, "the twelve largest products and the bias"
    assert rows[0]["label"][0] == laid_out.pixel(rows[0]["weight"], (1, 8, 8))
    assert made.ask("trace", {"part": "test", "index": 4, "layer": 2, "unit": 2})["open"]["pictures"] == []


def test_a_step_taken_apart_names_pixels_by_their_place() -> None:
    made = session()
    while made._context.phase is None or made._context.phase.name != "update":
        made.advance_phase()
    assert "update" in str(made.draw(["phase"])["phase"]["sentence"]["$t"]).lower()
    found = {"kind": "weight", "layer": 1, "unit": 2, "input": 11, "inputs": [], "classes": list("0123456789"), "depth": 1, "shape": (1, 8, 8)}
    source = trace_figures.place(found)["values"]["source"]
    assert source["$t"] == "pixel {place}" and source["values"]["place"]["values"] == {"row": 1, "column": 3}


# -- mlp-784


def mlp(**training: Any) -> Session:
    plain = json.loads(json.dumps(dict(families()["dense"].presets["mlp-784"].experiment)))
    plain["training"] |= training
    return Session(parse(plain))


def test_mlp_784_is_what_its_name_says_and_reads_more_than_92_of_100_digits() -> None:
    made = mlp(epochs=10)
    shapes = [tuple(parameter.shape) for name, parameter in made._context.model.named_parameters() if name.endswith("weight")]
    assert shapes == [(128, 784), (64, 128), (10, 64)]
    rule = made.current.training.optimizer
    assert (rule.name, rule.learning_rate, rule.momentum) == ("momentum", 0.01, 0.9)
    assert len(made._context.parts.test) == 1000
    while made.ended is None:
        made.advance()
    assert made.status()["metrics"]["test_accuracy"] > 0.92


def test_its_frames_are_small_whatever_is_open() -> None:
    made = mlp()
    views = [view.name for view in made.current.family.views_of(made.current)]
    assert "slice" not in views and "boundary" not in views
    for _ in range(40):
        made.advance()
    for opened in ("weights", "gradients", "activations", "memory"):
        frame = pack({"type": "frame", "views": made.draw(["network", "confusion", "loss", opened, "trace", "phase"])})
        assert len(frame) <= 40_000
    answer = pack({"type": "answer", **made.ask("trace", {"part": "train", "index": 0, "layer": 1, "unit": 0})})
    assert len(answer) <= 16_000
