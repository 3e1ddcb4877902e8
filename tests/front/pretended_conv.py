"""A convolutional network that never was trained: random but smooth weights, and a plain numpy way through it, so that what its figures and answers say of one picture agrees."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tests.front.pretended import as_bytes, words
from tests.front.pretended_pictures import DIGITS

Floats = NDArray[np.float32]
Layer = dict[str, Any]

ACTIVATIONS = {
    "relu": ("ReLU", lambda z: np.maximum(z, 0)),
    "tanh": ("tanh", np.tanh),
    "linear": ("linear", lambda z: z),
    "sigmoid": ("Sigmoid", lambda z: 1 / (1 + np.exp(-z))),
}
TITLES = {"conv": "Convolution", "max_pool": "Max pooling", "average_pool": "Average pooling", "batch_norm": "Batch norm", "dropout": "Dropout", "flatten": "Flatten", "dense": "Dense", "output": "Output"}  # fmt: skip


def conv(filters: int, kernel: int = 3, stride: int = 1, padding: int = 0, activation: str = "relu") -> Layer:
    return {"kind": "conv", "filters": filters, "kernel": kernel, "stride": stride, "padding": padding, "activation": activation}


def dense(units: int, activation: str = "relu") -> Layer:
    return {"kind": "dense", "units": units, "activation": activation}


MAX, MEAN, NORM, DROP, FLAT = {"kind": "max_pool", "window": 2}, {"kind": "average_pool", "window": 2}, {"kind": "batch_norm"}, {"kind": "dropout"}, {"kind": "flatten"}  # fmt: skip
SMALL = (conv(32), MAX, FLAT)
TEXTBOOK = (conv(32), MAX, conv(64), MAX, FLAT, dense(128))
LENET = (conv(6, 5, padding=2, activation="tanh"), MEAN, conv(16, 5, activation="tanh"), MEAN, FLAT, dense(120, "tanh"), dense(84, "tanh"))
TWELVE = (conv(8, padding=1), NORM, MAX, conv(16, padding=1), NORM, MAX, conv(32), NORM, DROP, FLAT, dense(64), dense(32))


def seven(side: int = 28, channels: int = 1) -> Floats:
    """(channels, side, side), 0 to 1: the strokes of a 7, soft at their edges."""
    y, x = np.mgrid[:side, :side] / side
    bar = np.exp(-(((y - 0.26) / 0.06) ** 2)) * ((x > 0.22) & (x < 0.76))
    down = np.exp(-(((x - 0.98 + 0.85 * y) / 0.06) ** 2)) * ((y > 0.24) & (y < 0.84))
    return np.repeat(np.clip(bar + down, 0, 1)[None], channels, 0).astype(np.float32)


class Conv:
    """A network of these layers. off: {(layer, unit)} that are switched off; grown: what its weights are multiplied by."""

    def __init__(self, layers: Sequence[Layer] = TEXTBOOK, channels: int = 1, side: int = 28, classes: Sequence[str] = DIGITS, seed: int = 3) -> None:
        self.layers, self.classes = [*layers, {**dense(len(classes), "linear"), "kind": "output"}], list(classes)
        self.pixels = seven(side, channels)
        self.off: set[tuple[int, int]] = set()
        self.grown, self.true = 1.0, 7
        rng = np.random.default_rng(seed)
        self.weights: list[tuple[Floats, Floats]] = []
        shape: tuple[int, ...] = self.pixels.shape
        for layer in self.layers:
            units = layer.get("filters") or layer.get("units") or 0
            window = (units, shape[0], layer["kernel"], layer["kernel"]) if layer["kind"] == "conv" else (units, prod(shape))
            spread = (2 / max(1, prod(window[1:]))) ** 0.5
            self.weights.append((rng.normal(0, spread, window).astype(np.float32), rng.normal(0, 0.05, units).astype(np.float32)))
            shape = self._sized(layer, shape)
        self.bent = rng.normal(1, 0.2, (2, 512)).astype(np.float32)  # of batch norms: gamma, and a mean

    @staticmethod
    def _sized(layer: Layer, shape: tuple[int, ...]) -> tuple[int, ...]:
        kind = layer["kind"]
        if kind == "conv":
            return (layer["filters"], *((side + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for side in shape[1:]))
        if kind in ("max_pool", "average_pool"):
            return (shape[0], *(side // layer["window"] for side in shape[1:]))
        if kind == "flatten":
            return (prod(shape),)
        return (layer["units"],) if kind in ("dense", "output") else shape

    def way(self) -> list[tuple[Floats, Floats]]:
        """Of each layer: its sums before the activation, and what it hands on; the picture first."""
        found = [(self.pixels, self.pixels)]
        for number, (layer, (weights, bias)) in enumerate(zip(self.layers, self.weights, strict=True), 1):
            x, kind = found[-1][1], layer["kind"]
            if kind == "conv":
                wide = np.pad(x, ((0, 0), *((layer["padding"],) * 2,) * 2))
                windows = sliding_window_view(wide, (layer["kernel"],) * 2, (1, 2))[:, :: layer["stride"], :: layer["stride"]]
                z = self.grown * np.einsum("chwij,fcij->fhw", windows, weights) + bias[:, None, None]
            elif kind in ("max_pool", "average_pool"):
                rows, cols = (side // 2 * 2 for side in x.shape[1:])
                blocks = x[:, :rows, :cols].reshape(len(x), rows // 2, 2, cols // 2, 2)
                z = blocks.max((2, 4)) if kind == "max_pool" else blocks.mean((2, 4))
            elif kind == "batch_norm":
                gamma, mean = (one[: len(x)].reshape(-1, *[1] * (x.ndim - 1)) for one in self.bent)
                z = gamma * (x - 0.1 * mean) / np.sqrt(0.04 + 1e-5) + 0.1
            elif kind in ("dense", "output"):
                z = self.grown * weights @ x + bias
            else:
                z = x.reshape(-1) if kind == "flatten" else x
            handed = ACTIVATIONS[layer.get("activation", "linear")][1](z)
            for off in (unit for at, unit in self.off if at == number):
                handed[off] = 0
            found.append((z.astype(np.float32), handed.astype(np.float32)))
        return found

    @property
    def probabilities(self) -> Floats:
        z = self.way()[-1][1].astype(np.float64)
        shares = np.exp(z - z.max())
        return (shares / shares.sum()).astype(np.float32)

    def figure(self) -> dict[str, Any]:
        """The `network` view."""
        way = self.way()
        layers = [self._layer(number, way[number - 1][1].shape, way[number][1]) for number in range(1, len(way))]
        chances = self.probabilities
        return {
            "picture": {"pixels": np.round(255 * self.pixels).astype(np.uint8), "part": "test", "index": 0, "true": self.true},
            "layers": layers,
            "answer": {"classes": self.classes, "probabilities": chances, "said": int(chances.argmax()), "true": self.true},
        }

    def _layer(self, number: int, given: tuple[int, ...], handed: Floats) -> dict[str, Any]:
        layer, (weights, bias) = self.layers[number - 1], self.weights[number - 1]
        kind, units = layer["kind"], len(handed)
        side = layer.get("kernel") or layer.get("window")
        weighed = kind in ("conv", "dense", "output")
        found: dict[str, Any] = {
            "name": "output" if kind == "output" else f"layer{number}", "number": number, "kind": kind,
            "title": words("{name} {side}×{side}", name=words(TITLES[kind]), side=side) if side else words(TITLES[kind]),
            "activation": words(ACTIVATIONS[layer["activation"]][0]) if kind in ("conv", "dense") else None,
            "shape": list(handed.shape), "parameters": weights.size + bias.size if weighed else 2 * units if kind == "batch_norm" else 0,
            "work": weights[0].size * handed.size if weighed else 0, "units": units,
            "on": np.array([(number, unit) not in self.off for unit in range(units)], np.uint8) if kind in ("conv", "dense") else None,
        }  # fmt: skip
        if kind in ("dropout", "flatten"):
            return {**found, "shown": np.empty(0, np.int32), "maps": None, "range": 1.0}
        most = 16 if handed.ndim == 3 else 48
        some = np.arange(units) if units <= most else np.linspace(0, units - 1, most).astype(int)
        reach = float(np.abs(handed).max()) or 1.0
        return {**found, "shown": some.astype(np.int32), "maps": as_bytes(handed[some] / reach), "range": reach}

    def maps(self, picture: Floats | None = None, part: str | None = "test", index: int | None = 0, true: int | None = None) -> dict[str, Any]:
        """The answer to the ask `maps`, for the picture that is looked at or another one."""
        before, self.pixels = self.pixels, self.pixels if picture is None else picture
        found = self.figure()
        self.pixels = before
        about = {**found["picture"], "part": part, "index": index, "true": true}
        return {**found, "picture": about, "answer": {**found["answer"], "true": true}, "before": None}

    def layer(self, number: int, unit: int) -> dict[str, Any]:
        """The answer to the ask `layer`."""
        layer, (weights, bias), way = self.layers[number - 1], self.weights[number - 1], self.way()
        given, (sums, handed) = way[number - 1][1], way[number]
        kind = layer["kind"]
        found: dict[str, Any] = {"kind": kind, "unit": unit, "output": handed[unit]}
        on, activation = (number, unit) not in self.off, layer.get("activation")
        if kind == "conv":
            kernel = np.float32(self.grown) * weights[unit]
            return found | {"input": given, "kernel": kernel, "bias": float(bias[unit]), "sums": sums[unit], "activation": activation, "on": on, "stride": layer["stride"], "padding": layer["padding"]}  # fmt: skip
        if kind in ("max_pool", "average_pool"):
            return found | {"input": given[unit : unit + 1], "window": 2}
        if kind == "batch_norm":
            gamma, mean = (float(one[unit]) for one in self.bent)
            return found | {"input": given[unit : unit + 1], "mean": 0.1 * mean, "variance": 0.04, "epsilon": 1e-5, "gamma": gamma, "beta": 0.1}
        found |= {"input": given, "weights": np.float32(self.grown) * weights[unit], "bias": float(bias[unit]), "sum": float(sums[unit]), "output": float(handed[unit]), "activation": activation, "on": on}  # fmt: skip
        return found | {"logits": handed, "probabilities": self.probabilities} if kind == "output" else found
