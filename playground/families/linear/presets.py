"""Ready-made linear experiments, each making one point. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from playground.families.contract import Preset
from playground.text import N_

DESCENT = {"name": "gradient_descent", "learning_rate": 0.1}


def _linear(data: Mapping[str, Any], model: Mapping[str, Any] | None = None, **training: Any) -> dict[str, Any]:
    return {
        "version": 1, "seed": 0, "data": dict(data), "model": {"family": "linear", **(model or {})},
        "training": {"loss": "mse", "optimizer": DESCENT, "batch_size": 10, "epochs": 300, **training},
    }  # fmt: skip


def _rule(name: str, rate: float) -> dict[str, Any]:
    return {"name": name, "learning_rate": rate}


PRESETS = MappingProxyType({
    "line": Preset(
        N_("Line: y = 3x + 2"),
        N_("Press Train: the line turns until slope and intercept are about 3 and 2. The path on the surface ends at the cross, the closed-form solution."),
        _linear({"name": "line"}),
    ),
    "too_fast": Preset(
        N_("Too large a learning rate"),
        N_("The learning rate is 1.01, the largest stable one 0.985. Watch the path jump across the valley, a little further each time. Then lower it to 0.9 while it trains: it settles."),
        _linear({"name": "line"}, optimizer=_rule("gradient_descent", 1.01), epochs=2000),
    ),
    "stochastic": Preset(
        N_("One example at a time"),
        N_("Stochastic gradient descent: each step follows a single point. The path staggers down, and never quite rests: every point pulls its own way. A smaller learning rate staggers less."),
        _linear({"name": "line"}, optimizer=_rule("sgd", 0.1), batch_size=1, epochs=40),
    ),
    "no_bias": Preset(
        N_("Without a bias"),
        N_("The line must go through 0, so it cannot reach the points. One weight is left: the loss surface is a parabola over the slope. Switch Bias on and compare the loss."),
        _linear({"name": "line"}, {"bias": False}),
    ),
    "outliers": Preset(
        N_("Absolute error and outliers"),
        N_("Some points are far too low. The mean absolute error hardly minds them; the dotted least-squares line is pulled down. Choose the squared error as loss and see the line follow it."),
        _linear({"name": "line", "outliers": 8}, loss="mae", optimizer=_rule("gradient_descent", 0.2)),
    ),
    "polynomial": Preset(
        N_("Polynomial regression"),
        N_("The neuron is given x, x² and x³: a curve, though nothing but a weighted sum is learned. Press Train, then choose degree 1 or 2: what is too simple for the points leaves long residuals."),
        _linear({"name": "polynomial", "degree": 3}, {"degree": 3}, optimizer=_rule("gradient_descent", 0.5), epochs=600),
    ),
    "overfitting": Preset(
        N_("Overfitting"),
        N_("Degree 6 for eight points of a parabola. The train loss falls while the test loss rises: it learns the noise. Choose degree 2, or some L2, and the test loss stays low."),
        _linear(
            {"name": "polynomial", "degree": 2, "samples": 20, "noise": 0.3, "train_fraction": 0.4}, {"degree": 6, "start": "zeros"},
            optimizer=_rule("adam", 0.3), batch_size=100, epochs=400,
        ),
    ),
    "threshold": Preset(
        N_("Perceptron"),
        N_("Rosenblatt's rule on a line, one example at a time: only wrong points move the threshold, and the first place without any is good enough. It stops there for good."),
        _linear({"name": "threshold"}, loss="perceptron", optimizer=_rule("sgd", 0.1), batch_size=1, epochs=20),
    ),
    "logistic": Preset(
        N_("Logistic regression"),
        N_("Both classes overlap, so the answer is a probability that bends from 0 to 1. It stops getting steeper once being sure costs more on the wrong points than it gains on the right ones."),
        _linear({"name": "threshold", "noise": 0.2}, loss="binary_cross_entropy", optimizer=_rule("gradient_descent", 1.0), epochs=500),
    ),
    "gauss": Preset(
        N_("A line between two clouds"),
        N_("Two features: the border is where the weighted sum is 0, a straight line. Watch it turn between the clouds. The surface is a slice now: the bias is held."),
        _linear({"name": "gauss", "noise": 0.25}, loss="binary_cross_entropy"),
    ),
    "circle": Preset(
        N_("What no line can part"),
        N_("One class lies around the other: wherever the line is, it is wrong about half of the points. A hidden layer, on the Dense page, bends it into a ring."),
        _linear({"name": "circle"}, loss="binary_cross_entropy"),
    ),
    "body_mass": Preset(
        N_("Diabetes by body mass"),
        N_("442 real patients. The line explains about a third of how the disease went; the rest of each residual is what body mass does not tell. Choose another column and compare R²."),
        _linear({"name": "diabetes", "column": "body_mass_index"}, epochs=100),
    ),
    "diabetes": Preset(
        N_("Diabetes by everything"),
        N_("All ten measurements at once: one weight each, in comparable units, so their sizes tell what counts. Two cholesterols say nearly the same: their weights crawl apart, the crosses are far."),
        _linear({"name": "diabetes"}, {"start": "zeros"}, epochs=400),
    ),
    "breast_cancer": Preset(
        N_("Benign or malignant"),
        N_("30 measurements of cells, 569 patients: one neuron is right about 97 times out of 100. Look at the weights: which measurements speak for which side?"),
        _linear({"name": "breast_cancer"}, {"start": "zeros"}, loss="binary_cross_entropy"),
    ),
})  # fmt: skip
