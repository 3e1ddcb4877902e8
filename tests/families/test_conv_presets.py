"""Each convolutional preset keeps what its sentence says, in fewer epochs and mostly on fewer pictures than a person gives it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import torch

from playground.engine.session import Session
from playground.experiment import parse
from playground.registry import families
from playground.training import devices

devices.one_thread()


def trained(name: str, epochs: int, seed: int = 0, layers: list[dict[str, Any]] | None = None, **data: Any) -> Session:
    """A preset trained for so many epochs. data: of its data; layers: others in place of its own."""
    plain = json.loads(json.dumps(dict(families()["conv"].presets[name].experiment)))
    plain["seed"], plain["training"]["epochs"] = seed, epochs
    plain["data"] |= data
    if layers is not None:
        plain["model"]["layers"] = layers
    session = Session(parse(plain))
    while session.ended is None:
        session.advance()
    return session


def last(session: Session, metric: str = "test_accuracy") -> float:
    return float(session.status()["metrics"][metric])


def accuracy_moved(session: Session, by: int) -> float:
    """On the test part, every picture moved by so many pixels to the left or right, and up or down."""
    context = session._context
    channels, height, width = context.experiment.dataset.shape  # type: ignore[misc]
    rng, hits = np.random.default_rng(0), 0
    context.model.eval()
    for x, y in zip(context.parts.test.x.reshape(-1, channels, height, width), context.parts.test.y, strict=True):
        down, right = by * rng.choice([-1, 1], 2)
        moved = np.zeros_like(x)
        for row in range(height):
            for column in range(width):
                if 0 <= row - down < height and 0 <= column - right < width:
                    moved[:, row, column] = x[:, row - down, column - right]
        with torch.no_grad():
            hits += int(context.model(torch.from_numpy(moved.reshape(1, -1))).argmax()) == y
    context.model.train()
    return hits / len(context.parts.test)


def test_the_textbooks_networks_are_as_written() -> None:
    presets = families()["conv"].presets
    kinds = {
        "cnn-small": "conv 32 3 relu, max_pool 2, flatten",
        "cnn-textbook": "conv 32 3 relu, max_pool 2, conv 64 3 relu, max_pool 2, flatten, dense 128 relu",
        "lenet-5": "conv 6 5 tanh, average_pool 2, conv 16 5 tanh, average_pool 2, flatten, dense 120 tanh, dense 84 tanh",
    }
    for name, wanted in kinds.items():
        experiment = parse(presets[name].experiment)
        told = [
            " ".join(str(layer.model_dump()[key]) for key in ("name", "filters", "kernel", "units", "window", "activation") if key in layer.model_dump())
            for layer in experiment.model.layers  # type: ignore[attr-defined]
        ]
        assert ", ".join(told) == wanted
    textbook, lenet = (parse(presets[name].experiment) for name in ("cnn-textbook", "lenet-5"))
    assert textbook.family.estimate(textbook).parameters == 225_034  # 320 + 18,496 + 204,928 + 1,290
    assert lenet.family.estimate(lenet).parameters == 61_706  # 156 + 2,416 + 48,120 + 10,164 + 850


def test_digits_passes_97_percent() -> None:
    for seed in (0, 1):
        assert last(trained("digits", 20, seed)) > 0.97


def test_one_convolution_reads_nine_of_ten_after_an_epoch_and_lenet_learns() -> None:
    assert last(trained("cnn-small", 1)) > 0.88
    assert last(trained("lenet-5", 3, samples=2000)) > 0.85


def test_a_single_filter_reads_most_digits_and_eight_read_more() -> None:
    eight = [{"name": "conv", "filters": 8, "kernel": 5}, {"name": "max_pool"}, {"name": "flatten"}]
    alone = last(trained("one-filter", 5))
    assert 0.8 < alone < last(trained("one-filter", 5, layers=eight)) - 0.02


def test_shuffled_pixels_cost_a_convolution_and_no_dense_network() -> None:
    dealt, straight = (last(trained("shuffled-pixels", 5, samples=2000, shuffled_pixels=shuffled)) for shuffled in (True, False))
    assert straight - dealt > 0.02
    dense = [{"name": "flatten"}, {"name": "dense", "units": 64}]
    dealt, straight = (last(trained("shuffled-pixels", 5, samples=2000, shuffled_pixels=shuffled, layers=dense)) for shuffled in (True, False))
    assert abs(straight - dealt) < 0.03


def test_shuffled_answers_are_learned_by_heart() -> None:
    session = trained("shuffled-labels", 40)
    assert last(session, "train_accuracy") > 0.98 and last(session) < 0.25


def test_moved_digits_are_read_by_the_network_that_saw_them_moved() -> None:
    moved, still = trained("moved", 8, samples=2000), trained("moved", 8, samples=2000, shift=0)
    assert accuracy_moved(moved, 3) > 0.8 and accuracy_moved(still, 3) < 0.6
    assert last(moved) > 0.9 and last(still) > 0.9


def test_shapes_are_told_apart() -> None:
    assert last(trained("shapes", 8, samples=900)) > 0.85
