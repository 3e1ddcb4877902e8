"""Ready-made dense experiments, each making one point; tests/families/test_presets.py holds them to it. No torch."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from playground.families.contract import Preset
from playground.text import N_

POINTS = {"samples": 500, "noise": 0.0, "train_fraction": 0.5}
LOG_LOSS = "binary_cross_entropy"
WAVES = ["x1", "x2", "sin_x1", "sin_x2", "cos_x1", "cos_x2"]  # more ways to tell points apart


def _rule(name: str, rate: float, **more: float) -> dict[str, Any]:
    return {"name": name, "learning_rate": rate, **more}


def _experiment(
    data: dict[str, Any], layers: tuple[int, ...], activation: str = "tanh", model: dict[str, Any] | None = None, **training: Any
) -> dict[str, Any]:
    """An experiment with hidden layers of so many units. What is not given of the training: MSE, SGD 0.03, batches of 10."""
    hidden = [{"units": units, "activation": activation} for units in layers]
    return {
        "version": 1,
        "seed": 0,
        "data": data,
        "model": {"family": "dense", "layers": hidden, **(model or {})},
        "training": {"loss": "mse", "optimizer": _rule("sgd", 0.03), "batch_size": 10, **training},
    }


def _points(
    name: str, layers: tuple[int, ...], activation: str = "tanh", model: dict[str, Any] | None = None, data: dict[str, Any] | None = None, **training: Any
) -> dict[str, Any]:
    return _experiment({"name": name, **POINTS, **(data or {})}, layers, activation, model, **training)


def _memorised(l2: float) -> dict[str, Any]:
    """Fifty noisy points, and far more weights than they need."""
    few = {"samples": 200, "noise": 0.5, "train_fraction": 0.25}
    return _points("moons", (32, 32), "relu", {"initialization": "he"}, few, loss=LOG_LOSS, optimizer=_rule("adam", 0.01), l2=l2, epochs=300)


PRESETS = MappingProxyType({
    "spiral": Preset(
        N_("Two spirals"),
        N_("Three layers of eight untangle what no straight line can part. For a while the loss hardly moves; then the arms come apart."),
        _points("spiral", (8, 8, 8), optimizer=_rule("sgd", 0.015), epochs=2000),
    ),
    "xor-line": Preset(
        N_("XOR, no hidden layer"),
        N_("Train it: many points stay wrong. Without a hidden layer the border is one straight line, and no line gets more than three of the four corners right. Then press Add a layer."),
        _points("xor", (), epochs=200),
    ),
    "xor": Preset(
        N_("XOR, four neurons"),
        N_("Four neurons draw a straight edge each, and the output joins them: the four corners part within seconds. That is what a hidden layer is for."),
        _points("xor", (4,), epochs=500),
    ),
    "xor-product": Preset(
        N_("XOR with x₁x₂"),
        N_("Still no hidden layer, but the product x₁x₂ is among the inputs, and its sign is the answer. A good input can do the work of a layer."),
        _points("xor", (), model={"inputs": ["x1", "x2", "x1_x2"]}, epochs=200),
    ),
    "circle": Preset(
        N_("Circle"),
        N_("A few straight edges, bent together, close into a ring. Point at the first layer's neurons: each one draws a single edge of it."),
        _points("circle", (4, 2), epochs=500),
    ),
    "equal-weights": Preset(
        N_("Equal weights"),
        N_("All weights start equal, so all neurons of a layer get the same gradient and stay the same picture for ever. Choose Xavier under More, and they part."),
        _points("circle", (4,), model={"initialization": "constant"}, epochs=300),
    ),
    "too-fast": Preset(
        N_("Too large a rate"),
        N_("Each step overshoots the valley by more than it gained, so the loss grows until it is no number any more. Lower the learning rate to 0.03, and it is solved at once."),
        _points("plane", (), optimizer=_rule("gradient_descent", 0.1), epochs=500),
    ),
    "dying-relu": Preset(
        N_("Dying ReLU"),
        N_("The first steps are so large that the neurons of the second layer fall below 0 for all points: blank maps, no gradient, no way back. A rate of 0.3 saves them, and Leaky ReLU leaves them a way back."),
        _points("circle", (8, 8), "relu", loss=LOG_LOSS, optimizer=_rule("sgd", 3.0), epochs=100),
    ),
    "vanishing": Preset(
        N_("Vanishing gradient"),
        N_("Six layers of sigmoids learn nothing. Open Gradients: each layer passes less back than the one after it, the first gets almost none. Leave one layer, or take tanh, and it learns."),
        _points("circle", (8,) * 6, "sigmoid", {"initialization": "xavier"}, loss=LOG_LOSS, optimizer=_rule("sgd", 0.1), epochs=300),
    ),
    "momentum": Preset(
        N_("Momentum"),
        N_("It rolls through a flat stretch in seconds. Press Reset, choose SGD as optimizer with the same rate of 0.003, and compare with the pale line of the run before."),
        _points("circle", (4, 2), optimizer=_rule("momentum", 0.003, momentum=0.9), epochs=100),
    ),
    "overfit": Preset(
        N_("Overfitting"),
        N_("Fifty noisy points, a thousand weights: the train loss goes to 0 while the test loss turns and climbs. It learns the points by heart, not the shape."),
        _memorised(0.0),
    ),
    "overfit-l2": Preset(
        N_("Overfitting, with L2"),
        N_("The same points and first weights, but L2 pulls every weight towards 0: the border stays smooth, and the test loss ends far lower. Move L2 while it trains."),
        _memorised(0.03),
    ),
    "shuffled": Preset(
        N_("Shuffled answers"),
        N_("The answers were dealt out again by chance, so there is nothing to learn. Train gets right all the same, by heart; test stays at chance. A low train loss proves nothing."),
        _points("xor", (64, 64), "relu", {"inputs": WAVES, "initialization": "he"}, {"samples": 100, "shuffled_labels": True}, loss=LOG_LOSS, optimizer=_rule("adam", 0.005), epochs=300),
    ),
    "numpy-100-50-10": Preset(
        N_("100-50-10"),
        N_("The first network many people write in numpy: random inputs, random answers. It reaches 100 % on what it has seen and 10 %, pure chance, on what it has not."),
        _experiment({"name": "pure_chance", "samples": 1000, "inputs": 100, "classes": 10, "train_fraction": 0.5}, (50,), "relu", {"initialization": "he"}, loss="cross_entropy", optimizer=_rule("adam", 0.003), epochs=60),
    ),
    "mlp-784": Preset(
        N_("784-128-64-10"),
        N_("Every pixel of a written digit is an input; after a few passes it reads 93 of 100 digits it never saw. Move L2 to 0.01 meanwhile: the noise of the first weights fades, and strokes remain."),
        _experiment({"name": "mnist", "train_fraction": 0.8}, (128, 64), "relu", {"initialization": "he"}, loss="cross_entropy", optimizer=_rule("momentum", 0.01, momentum=0.9), batch_size=32, epochs=20),
    ),
    "even-odd": Preset(
        N_("Even or odd"),
        N_("Numbers in zeros and ones: only the last bit decides, and the network finds that out. Watch the weights of bit 0 grow while the others fade."),
        _experiment({"name": "even_odd"}, (8,), loss=LOG_LOSS, optimizer=_rule("adam", 0.01), epochs=100),
    ),
    "curve": Preset(
        N_("A curve out of bends"),
        N_("One input, so the answer is a curve. Each of eight tanh neurons is one soft step; together they follow all the turns. The dotted line is the best that a single neuron could do."),
        _experiment({"name": "polynomial", "degree": 4, "noise": 0.1}, (8,), optimizer=_rule("adam", 0.03), epochs=600),
    ),
    "iris": Preset(
        N_("Iris flowers"),
        N_("150 real flowers, four measurements, three species. One species stands apart at once; the other two overlap, and the confusion matrix shows where."),
        _experiment({"name": "iris"}, (8,), loss="cross_entropy", optimizer=_rule("adam", 0.01), epochs=300),
    ),
    "diabetes": Preset(
        N_("Diabetes progression"),
        N_("Ten measurements of 442 patients against how far the disease went a year later. About half of it can be told; soon train gets better and test gets worse."),
        _experiment({"name": "diabetes"}, (8,), optimizer=_rule("adam", 0.003), epochs=300),
    ),
})  # fmt: skip
