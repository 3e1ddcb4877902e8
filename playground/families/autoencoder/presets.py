"""Ready-made autoencoders, each making one point; tests/families/test_autoencoder_presets.py holds them to it. No torch."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from playground.families.contract import Preset
from playground.text import N_


def dense(units: int, activation: str = "relu") -> dict[str, Any]:
    return {"name": "dense", "units": units, "activation": activation}


def conv(channels: int) -> dict[str, Any]:
    return {"name": "conv", "channels": channels}


def _experiment(
    data: str,
    layers: list[dict[str, Any]],
    latent: int,
    kind: str = "plain",
    loss: str = "binary_cross_entropy",
    rate: float = 0.001,
    epochs: int = 60,
    **model: Any,
) -> dict[str, Any]:
    return {
        "version": 1,
        "seed": 0,
        "data": {"name": data},
        "model": {"family": "autoencoder", "kind": kind, "latent": latent, "layers": layers, **model},
        "training": {"loss": loss, "optimizer": {"name": "adam", "learning_rate": rate}, "batch_size": 64, "epochs": epochs},
    }


PRESETS = MappingProxyType({
    "vae-2": Preset(N_("A map of digits"), N_("A variational autoencoder with two latent numbers: watch ten kinds of digit find their places on a map, with everything in between."), _experiment("mnist", [dense(256), dense(64)], 2, "variational")),
    "plain-2": Preset(N_("Two numbers for a digit"), N_("No pull towards the middle: digits are given back more sharply, and the map has holes."), _experiment("mnist", [dense(256), dense(64)], 2)),
    "denoising": Preset(N_("Clean what is spoiled"), N_("Given noisy digits, it gives clean ones back: what is no digit is left out."), _experiment("mnist", [conv(16), conv(32), dense(64)], 16, spoil=0.5)),
    "sparse": Preset(N_("Few numbers at a time"), N_("Many latent numbers, but each digit may use few: they become strokes."), _experiment("mnist", [dense(128)], 32, sparsity=0.1)),
})  # fmt: skip
