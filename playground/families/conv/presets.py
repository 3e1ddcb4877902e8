"""Ready-made convolutional experiments, each making one point; tests/families/test_conv_presets.py holds them to it. No torch."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from playground.families.contract import Preset
from playground.text import N_

Layers = list[dict[str, Any]]


def conv(filters: int, kernel: int = 3, activation: str = "relu", **more: int) -> dict[str, Any]:
    return {"name": "conv", "filters": filters, "kernel": kernel, "activation": activation, **more}


def dense(units: int, activation: str = "relu") -> dict[str, Any]:
    return {"name": "dense", "units": units, "activation": activation}


POOL = {"name": "max_pool", "window": 2}
MEAN = {"name": "average_pool", "window": 2}
FLATTEN = {"name": "flatten"}
TWICE = [conv(16, padding=1), POOL, conv(32, padding=1), POOL, FLATTEN]


def _experiment(data: str, layers: Layers, rate: float = 0.001, batch: int = 32, epochs: int = 20, start: str = "he", **more: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "seed": 0,
        "data": {"name": data, "train_fraction": 0.8, **more},
        "model": {"family": "conv", "layers": layers, "initialization": start},
        "training": {"loss": "cross_entropy", "optimizer": {"name": "adam", "learning_rate": rate}, "batch_size": batch, "epochs": epochs},
    }


PRESETS = MappingProxyType({
    "cnn-small": Preset(
        N_("One convolution"),
        N_("32 filters, one pooling, and the output. After a single epoch it reads nine digits of ten: watch the filters become edges and strokes."),
        _experiment("mnist", [conv(32), POOL, FLATTEN]),
    ),
    "cnn-textbook": Preset(
        N_("The textbook's network"),
        N_("Two convolutions with pooling, then a dense layer: the network of every course. The second layer's maps answer to corners and loops, not to pixels."),
        _experiment("mnist", [conv(32), POOL, conv(64), POOL, FLATTEN, dense(128)]),
    ),
    "lenet-5": Preset(
        N_("LeNet-5"),
        N_("The network that read cheques (LeCun and others, 1998): tanh, mean pooling, filters of 5×5. A quarter of the textbook network's weights, and it reads 95 of 100."),
        _experiment("mnist", [conv(6, 5, "tanh", padding=2), MEAN, conv(16, 5, "tanh"), MEAN, FLATTEN, dense(120, "tanh"), dense(84, "tanh")], 0.002, start="xavier"),
    ),
    "digits": Preset(
        N_("Digits of 8×8"),
        N_("64 pixels are enough: in ten seconds it reads 98 of 100. Small enough to follow every number: click a layer, then a pixel of its map."),
        _experiment("digits", TWICE, 0.003, epochs=30),
    ),
    "shapes": Preset(
        N_("Shapes"),
        N_("Circles, squares, triangles and stars, of any size and a little turned. The filters turn into edges and corners: look at Filters, and at what the second layer makes of them."),
        _experiment("shapes", TWICE, 0.002, epochs=15),
    ),
    "one-filter": Preset(
        N_("A single filter"),
        N_("One filter looks for one pattern, and the rest goes by where it is found. It reads most digits all the same: where the ink is tells a lot. Give it 8 filters, and compare."),
        _experiment("mnist", [conv(1, 5), POOL, FLATTEN], 0.003),
    ),
    "shuffled-pixels": Preset(
        N_("Shuffled pixels"),
        N_("The pixels of all pictures are dealt out again, always the same way. Nothing is lost, but neighbours are no neighbours any more, and that is what filters look for: it reads worse than before, a dense network as well as before."),
        _experiment("mnist", TWICE, 0.002, shuffled_pixels=True),
    ),
    "shuffled-labels": Preset(
        N_("Shuffled answers"),
        N_("The answers were dealt out by chance, so there is nothing to learn. It gets the training part right all the same, by heart, and the test part stays at one in ten."),
        _experiment("mnist", [conv(16), POOL, FLATTEN, dense(128)], 0.002, epochs=60, samples=500, shuffled_labels=True),
    ),
    "moved": Preset(
        N_("Moved digits"),
        N_("Each training picture is moved by up to 4 pixels, anew each time. It learns more slowly, but then a moved digit is still read: shift one under Try it, and compare with the same network without Shift."),
        _experiment("mnist", [conv(16), POOL, conv(32), POOL, FLATTEN, dense(64)], 0.002, shift=4, epochs=30),
    ),
})  # fmt: skip
