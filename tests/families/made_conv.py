"""Convolutional runs for tests, and the network written out in plain loops."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.engine.session import Session
from playground.experiment import parse

EVERY: list[dict[str, Any]] = [  # each kind of layer, strides, paddings, and windows that do not come out even
    {"name": "conv", "filters": 4, "kernel": 5, "stride": 2, "padding": 2, "activation": "tanh"},
    {"name": "batch_norm"},
    {"name": "max_pool", "window": 3},
    {"name": "conv", "filters": 3, "kernel": 2, "padding": 1, "activation": "relu"},
    {"name": "average_pool", "window": 2},
    {"name": "dropout", "share": 0.5},
    {"name": "flatten"},
    {"name": "batch_norm"},
    {"name": "dense", "units": 7, "activation": "sigmoid"},
]
PLAIN: list[dict[str, Any]] = [
    {"name": "conv", "filters": 4, "kernel": 3, "activation": "relu"},
    {"name": "max_pool"},
    {"name": "conv", "filters": 6, "kernel": 2, "activation": "tanh"},
    {"name": "flatten"},
    {"name": "dense", "units": 9, "activation": "relu"},
]


def session(layers: Sequence[dict[str, Any]] = PLAIN, steps: int = 0, data: str = "digits", training: dict[str, Any] | None = None, **more: Any) -> Session:
    rule = {"loss": "cross_entropy", "optimizer": {"name": "adam", "learning_rate": 0.01}, "batch_size": 20, "epochs": 2, **(training or {})}
    held = {"samples": 200} if data == "mnist" else {}
    made = Session(parse({"seed": 3, "data": {"name": data, **held, **more}, "model": {"family": "conv", "layers": list(layers)}, "training": rule}))
    for _ in range(steps):
        made.advance()
    return made


def convolved(x: np.ndarray, weight: np.ndarray, bias: np.ndarray, stride: int, padding: int) -> np.ndarray:
    """z[f, i, j] = b[f] + sum over c, u, v of w[f, c, u, v] x[c, s i + u - p, s j + v - p], with zeros beside the picture."""
    channels, height, width = x.shape
    filters, _, side, _ = weight.shape
    rows, columns = ((extent + 2 * padding - side) // stride + 1 for extent in (height, width))
    found = np.zeros((filters, rows, columns))
    for f in range(filters):
        for i in range(rows):
            for j in range(columns):
                total = float(bias[f])
                for c in range(channels):
                    for u in range(side):
                        for v in range(side):
                            row, column = stride * i + u - padding, stride * j + v - padding
                            if 0 <= row < height and 0 <= column < width:
                                total += float(weight[f, c, u, v]) * float(x[c, row, column])
                found[f, i, j] = total
    return found


def pooled(x: np.ndarray, window: int, largest: bool) -> np.ndarray:
    """Windows side by side; what is left over at the right and below is left out."""
    channels, rows, columns = x.shape[0], x.shape[1] // window, x.shape[2] // window
    found = np.zeros((channels, rows, columns))
    for c in range(channels):
        for i in range(rows):
            for j in range(columns):
                numbers = [float(x[c, window * i + u, window * j + v]) for u in range(window) for v in range(window)]
                found[c, i, j] = max(numbers) if largest else sum(numbers) / len(numbers)
    return found


BENDS = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "linear": lambda z: z}


def written_out(made: Session, x: np.ndarray) -> list[np.ndarray]:
    """What each layer of `made` hands on for a picture (channels, height, width), the picture first, in float64, as it is used (dropout off)."""
    state = {name: tensor.numpy().astype(np.float64) for name, tensor in made._context.model.state_dict().items()}
    found = [x.astype(np.float64)]
    layers = [layer.model_dump() for layer in made.experiment.model.layers]  # type: ignore[attr-defined]
    for number, layer in enumerate([*layers, {"name": "output", "activation": "linear"}], 1):
        name = "output" if layer["name"] == "output" else f"layer{number}"
        given = found[-1]
        if layer["name"] == "conv":
            z = convolved(given, state[f"{name}.weight"], state[f"{name}.bias"], layer["stride"], layer["padding"])
            found.append(BENDS[layer["activation"]](z) * state[f"{name}_switches.on"][:, None, None])
        elif layer["name"] in ("dense", "output"):
            a = BENDS[layer["activation"]](state[f"{name}.weight"] @ given + state[f"{name}.bias"])
            found.append(a * state.get(f"{name}_switches.on", np.ones(len(a))))
        elif layer["name"] in ("max_pool", "average_pool"):
            found.append(pooled(given, layer["window"], layer["name"] == "max_pool"))
        elif layer["name"] == "batch_norm":
            mean, variance, gamma, beta = (
                state[f"{name}.{part}"].reshape(-1, *[1] * (given.ndim - 1)) for part in ("running_mean", "running_var", "weight", "bias")
            )
            found.append(gamma * (given - mean) / np.sqrt(variance + 1e-5) + beta)
        else:
            found.append(given.ravel() if layer["name"] == "flatten" else given)
    return found


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum())


def sent(grey: np.ndarray, drawn: bool = False) -> dict[str, Any]:
    """Pixels (rows, cols) or (rows, cols, 3) of bytes as a question's image."""
    colours = grey.reshape(*grey.shape[:2], -1)
    return {
        "pixels": base64.b64encode(colours.astype(np.uint8).tobytes()).decode(),
        "rows": grey.shape[0],
        "cols": grey.shape[1],
        "channels": colours.shape[2],
        "drawn": drawn,
    }
