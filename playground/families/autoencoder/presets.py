"""Ready-made autoencoders, each making one point; tests/families/test_autoencoder.py holds them to it. No torch."""

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
    data: str | dict[str, Any],
    layers: list[dict[str, Any]],
    latent: int,
    kind: str = "plain",
    loss: str = "binary_cross_entropy",
    rate: float = 0.003,
    epochs: int = 60,
    **more: Any,
) -> dict[str, Any]:
    """more: settings of the kind."""
    return {
        "version": 1,
        "seed": 0,
        "data": {"name": data} if isinstance(data, str) else data,
        "model": {"family": "autoencoder", "kind": {"name": kind, **more}, "latent": latent, "layers": layers},
        "training": {"loss": loss, "optimizer": {"name": "adam", "learning_rate": rate}, "batch_size": 64, "epochs": epochs},
    }


WAIST = [dense(256), dense(64)]

PRESETS = MappingProxyType({
    "vae-2": Preset(N_("A map of digits"), N_("A variational autoencoder with two latent numbers: ten kinds of digit find their places on a map, with everything in between. Drag a point through it."), _experiment("mnist", WAIST, 2, "variational")),
    "plain-2": Preset(N_("A map with holes"), N_("The same network without the pull to the middle: digits come back more sharply, but what lies between them is nothing much."), _experiment("mnist", WAIST, 2)),
    "denoising": Preset(N_("Clean what is spoiled"), N_("It is given noisy digits and has to give back clean ones. Draw one on the right, spoil it, and see it cleaned."), _experiment("mnist", [dense(256)], 32, "denoising", noise=0.5)),
    "sparse": Preset(N_("Few numbers at a time"), N_("It has 32 latent numbers, and each of them costs: each digit uses a few and leaves the rest at 0. See under In use which."), _experiment("mnist", [dense(256)], 32, "sparse", rate=0.001, sparsity=0.5)),
    "beta": Preset(N_("Numbers that fall asleep"), N_("16 latent numbers under a strong pull: some hold nothing any more. Lower beta while it trains, and see them wake up."), _experiment("mnist", WAIST, 16, "variational", beta=4.0)),
    "conv": Preset(N_("Shapes by convolution"), N_("Convolutions that halve the picture on the way in and double it on the way out: they know what is near to what."), _experiment({"name": "shapes", "noise": 0.0}, [conv(8), conv(16), dense(64)], 8, "variational", beta=0.3)),
    "thread": Preset(N_("A thread through points"), N_("Points of a plane through a single number: the decoder lays a thread through the data, and every point comes back to its nearest place on it."), _experiment("moons", [dense(32, "tanh"), dense(32, "tanh")], 1, loss="mse", epochs=500)),
    "clumps": Preset(N_("Clumps pulled together"), N_("Points of a plane through two numbers under a pull to the middle: the clouds crowd round 0, and the grid shows how the decoder spreads them again."), _experiment("blobs", [dense(32, "tanh"), dense(32, "tanh")], 2, "variational", loss="mse", epochs=500, beta=0.3)),
})  # fmt: skip
