"""Ready-made convolutional experiments; tests hold them to what they promise. No torch."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from playground.families.contract import Preset
from playground.text import N_


def conv(filters: int, kernel: int = 3, **more: Any) -> dict[str, Any]:
    return {"name": "conv", "filters": filters, "kernel": kernel, "activation": "relu", **more}


def dense(units: int, activation: str = "relu") -> dict[str, Any]:
    return {"name": "dense", "units": units, "activation": activation}


POOL = {"name": "max_pool", "window": 2}
FLATTEN = {"name": "flatten"}


def _experiment(data: str, layers: list[dict[str, Any]], rate: float = 0.001, batch: int = 32, epochs: int = 20, **more: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "seed": 0,
        "data": {"name": data, "train_fraction": 0.8, **more},
        "model": {"family": "conv", "layers": layers},
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
})  # fmt: skip
