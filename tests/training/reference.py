"""An independent dense network in plain numpy, float64: forward, backward by hand, every loss, and each optimizer's update as it was published."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def normal_share(z: Array) -> Array:
    """The normal distribution's share below z."""
    return 0.5 * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))


# each: value and slope, both of the weighted sum z
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "linear": (lambda z: z, np.ones_like),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.where(z > 0, z, 0), lambda z: np.where(z > 0, 1.0, 0)),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1, 0.01)),
    "elu": (lambda z: np.where(z > 0, z, np.exp(z) - 1), lambda z: np.where(z > 0, 1, np.exp(z))),
    "gelu": (lambda z: z * normal_share(z), lambda z: normal_share(z) + z * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)),
    "silu": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z)))),
    "softplus": (lambda z: np.log(1 + np.exp(z)), sigmoid),
}


def _cross_entropy(out: Array, y: NDArray[np.generic]) -> tuple[float, Array]:
    p = np.exp(out - out.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    wanted = np.eye(out.shape[1])[y]
    return float(-np.log((p * wanted).sum(1)).mean()), (p - wanted) / len(out)


def _binary_cross_entropy(out: Array, y: NDArray[np.generic]) -> tuple[float, Array]:
    bits, p = y[:, None].astype(float), sigmoid(out)
    return float(-(bits * np.log(p) + (1 - bits) * np.log(1 - p)).mean()), (p - bits) / len(out)


def _hinge(out: Array, y: NDArray[np.generic]) -> tuple[float, Array]:
    signs = 2.0 * y[:, None] - 1
    return float(np.maximum(0, 1 - signs * out).mean()), np.where(signs * out < 1, -signs, 0) / len(out)


def _perceptron(out: Array, y: NDArray[np.generic]) -> tuple[float, Array]:
    """Rosenblatt's rule: a point on the wrong side, or on the border, pulls."""
    signs = 2.0 * y[:, None] - 1
    return float(np.maximum(0, -signs * out).mean()), np.where(signs * out <= 0, -signs, 0) / len(out)


def _squared(out: Array, y: NDArray[np.generic]) -> tuple[float, Array]:
    return float(((out - y) ** 2).mean()), 2 * (out - y) / len(out)


def _signs_squared(out: Array, y: NDArray[np.generic]) -> tuple[float, Array]:
    return _squared(out, 2.0 * y[:, None] - 1)


def _absolute(out: Array, y: NDArray[np.generic]) -> tuple[float, Array]:
    return float(np.abs(out - y).mean()), np.sign(out - y) / len(out)


def _huber(out: Array, y: NDArray[np.generic]) -> tuple[float, Array]:
    d = out - y
    return float(np.where(np.abs(d) <= 1, d * d / 2, np.abs(d) - 0.5).mean()), np.clip(d, -1, 1) / len(out)


# (task, loss) -> (the loss, its gradient with respect to the outputs), of outputs (n, k) and class numbers (n,) or values (n, 1)
LOSSES: dict[tuple[str, str], Callable[[Array, NDArray[np.generic]], tuple[float, Array]]] = {
    ("binary", "mse"): _signs_squared,
    ("binary", "binary_cross_entropy"): _binary_cross_entropy,
    ("binary", "hinge"): _hinge,
    ("binary", "perceptron"): _perceptron,
    ("classes", "cross_entropy"): _cross_entropy,
    ("regression", "mse"): _squared,
    ("regression", "mae"): _absolute,
    ("regression", "huber"): _huber,
}


class Net:
    """weights: [W (out, in), b (out,), ...]; activations: one a layer; kind: (task, loss)."""

    def __init__(self, weights: list[Array], activations: list[str], kind: tuple[str, str]) -> None:
        self.weights, self.activations, self.kind = [w.copy() for w in weights], activations, kind

    def loss(self, x: Array, y: NDArray[np.generic]) -> float:
        return LOSSES[self.kind](self.forward(x)[1][-1], y)[0]

    def forward(self, x: Array) -> tuple[list[Array], list[Array]]:
        """The weighted sums of each layer, and the answers, the input first."""
        sums, answers = [], [x]
        for i, name in enumerate(self.activations):
            sums.append(answers[-1] @ self.weights[2 * i].T + self.weights[2 * i + 1])
            answers.append(ACTIVATIONS[name][0](sums[-1]))
        return sums, answers

    def gradients(self, x: Array, y: NDArray[np.generic]) -> list[Array]:
        sums, answers = self.forward(x)
        _, flow = LOSSES[self.kind](answers[-1], y)
        gradients: list[Array] = []
        for i in reversed(range(len(self.activations))):
            flow = flow * ACTIVATIONS[self.activations[i]][1](sums[i])
            gradients = [flow.T @ answers[i], flow.sum(0), *gradients]
            flow = flow @ self.weights[2 * i]
        return gradients


class Update:
    """One weight's way under an optimizer, by its name and settings (`model_dump` of its spec): the published formula, time step by time step."""

    def __init__(self, settings: dict[str, float], start: Array) -> None:
        self.settings, self.w = settings, start.copy()
        self.m, self.v, self.t = np.zeros_like(start), np.zeros_like(start), 0

    def apply(self, g: Array) -> Array:
        s, eta = self.settings, self.settings["learning_rate"]
        name = s["name"]
        self.t += 1
        if name in ("gradient_descent", "sgd"):
            self.w = self.w - eta * g
        elif name == "momentum":
            self.v = s["momentum"] * self.v + g
            self.w = self.w - eta * self.v
        elif name == "nesterov":
            self.v = s["momentum"] * self.v + g
            self.w = self.w - eta * (g + s["momentum"] * self.v)
        elif name == "adagrad":
            self.v = self.v + g**2
            self.w = self.w - eta * g / (np.sqrt(self.v) + s["epsilon"])
        elif name == "rmsprop":
            self.v = s["decay"] * self.v + (1 - s["decay"]) * g**2
            self.w = self.w - eta * g / (np.sqrt(self.v) + s["epsilon"])
        else:
            assert name in ("adam", "adamw")
            if name == "adamw":
                self.w = self.w - eta * s["weight_decay"] * self.w
            self.m = s["beta1"] * self.m + (1 - s["beta1"]) * g
            self.v = s["beta2"] * self.v + (1 - s["beta2"]) * g**2
            mean, square = self.m / (1 - s["beta1"] ** self.t), self.v / (1 - s["beta2"] ** self.t)
            self.w = self.w - eta * mean / (np.sqrt(square) + s["epsilon"])
        return self.w
