"""An independent dense network in plain numpy, float64: forward, backward by hand, and each optimizer's update."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FORWARD = {"linear": lambda z: z, "tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "relu": lambda z: np.maximum(z, 0)}
SLOPE = {"linear": lambda a: np.ones_like(a), "tanh": lambda a: 1 - a * a, "sigmoid": lambda a: a * (1 - a), "relu": lambda a: (a > 0) * 1.0}


def loss_of(kind: str, out: Array, y: NDArray[np.generic]) -> tuple[float, Array]:
    """The loss and its gradient with respect to the output. y: class numbers (n,) or values (n, 1)."""
    n = len(out)
    if kind == "cross_entropy":
        shifted = out - out.max(1, keepdims=True)
        p = np.exp(shifted) / np.exp(shifted).sum(1, keepdims=True)
        wanted = np.eye(out.shape[1])[y]
        return float(-np.log((p * wanted).sum(1)).mean()), (p - wanted) / n
    if kind == "binary_cross_entropy":
        bits = y[:, None].astype(float)
        p = 1 / (1 + np.exp(-out))
        return float(-(bits * np.log(p) + (1 - bits) * np.log(1 - p)).mean()), (p - bits) / n
    target = 2.0 * y[:, None] - 1 if kind == "signs" else y.astype(float)
    return float(((out - target) ** 2).mean()), 2 * (out - target) / n


class Net:
    """weights: [(W (out, in), b (out,)), ...]; activations: one a layer; kind: the loss, "signs" for mse on -1 and 1."""

    def __init__(self, weights: list[Array], activations: list[str], kind: str) -> None:
        self.weights, self.activations, self.kind = [w.copy() for w in weights], activations, kind

    def loss(self, x: Array, y: NDArray[np.generic]) -> float:
        return loss_of(self.kind, self.forward(x)[-1], y)[0]

    def forward(self, x: Array) -> list[Array]:
        found = [x]
        for i, name in enumerate(self.activations):
            found.append(FORWARD[name](found[-1] @ self.weights[2 * i].T + self.weights[2 * i + 1]))
        return found

    def gradients(self, x: Array, y: NDArray[np.generic]) -> list[Array]:
        found = self.forward(x)
        _, flow = loss_of(self.kind, found[-1], y)
        gradients: list[Array] = []
        for i in reversed(range(len(self.activations))):
            flow = flow * SLOPE[self.activations[i]](found[i + 1])
            gradients = [flow.T @ found[i], flow.sum(0), *gradients]
            flow = flow @ self.weights[2 * i]
        return gradients


class Updates:
    """w <- w - step, by the optimizer's name and settings."""

    def __init__(self, name: str, rate: float, momentum: float = 0.9, beta1: float = 0.9, beta2: float = 0.999) -> None:
        self.name, self.rate, self.momentum, self.beta1, self.beta2 = name, rate, momentum, beta1, beta2
        self.first: list[Array] = []
        self.second: list[Array] = []
        self.count = 0

    def apply(self, weights: list[Array], gradients: list[Array]) -> None:
        self.count += 1
        self.first = self.first or [np.zeros_like(w) for w in weights]
        self.second = self.second or [np.zeros_like(w) for w in weights]
        for i, gradient in enumerate(gradients):
            if self.name == "momentum":
                self.first[i] = self.momentum * self.first[i] + gradient
                step = self.first[i]
            elif self.name == "adam":
                self.first[i] = self.beta1 * self.first[i] + (1 - self.beta1) * gradient
                self.second[i] = self.beta2 * self.second[i] + (1 - self.beta2) * gradient**2
                step = self.first[i] / (1 - self.beta1**self.count) / (np.sqrt(self.second[i] / (1 - self.beta2**self.count)) + 1e-8)
            else:
                step = gradient
            weights[i] -= self.rate * step
