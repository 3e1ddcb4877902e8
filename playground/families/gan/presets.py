"""Ready-made GANs, each making one point; tests/families/test_gan.py and test_gan_pictures.py hold them to it. No torch."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from playground.families.contract import Preset
from playground.text import N_


def dense(units: int, activation: str = "relu") -> dict[str, Any]:
    return {"name": "dense", "units": units, "activation": activation}


def _cloud(
    data: dict[str, Any],
    loss: str = "non_saturating",
    rate: float = 0.001,
    rival: float = 0.001,
    beta: float = 0.5,
    units: int = 64,
    batch: int = 128,
    epochs: int = 1000,
    noise: int = 2,
    **model: Any,
) -> dict[str, Any]:
    return {
        "version": 1,
        "seed": 0,
        "data": {"samples": 2000, **data},
        "model": {
            "family": "gan", "noise": noise, "noise_kind": "gaussian", "generator": [dense(units), dense(units)], "discriminator": [dense(units, "leaky_relu"), dense(units, "leaky_relu")],
            "discriminator_optimizer": {"name": "adam", "learning_rate": rival, "beta1": beta}, **model,
        },
        "training": {"loss": loss, "optimizer": {"name": "adam", "learning_rate": rate, "beta1": beta}, "batch_size": batch, "epochs": epochs},
    }  # fmt: skip


def conv(maps: int, activation: str = "relu", batch_norm: bool = False) -> dict[str, Any]:
    return {"name": "conv", "maps": maps, "activation": activation, "batch_norm": batch_norm}


def _pictures(
    data: dict[str, Any], maps: list[int], noise: int, rate: float, batch: int, epochs: int, batch_norm: tuple[bool, bool] = (True, False), **model: Any
) -> dict[str, Any]:
    """A DCGAN (Radford and others, 2016): maps of the generator from its first convolution on, the discriminator's the other way round."""
    adam = {"name": "adam", "learning_rate": rate, "beta1": 0.5}
    return {
        "version": 1,
        "seed": 0,
        "data": data,
        "model": {
            "family": "gan", "noise": noise, "noise_kind": "gaussian", "initialization": "small", "generator": [conv(one, "relu", batch_norm[0]) for one in maps],
            "discriminator": [conv(one, "leaky_relu", batch_norm[1] and at > 0) for at, one in enumerate(reversed(maps))], "discriminator_optimizer": adam, **model,
        },
        "training": {"loss": "non_saturating", "optimizer": adam, "batch_size": batch, "epochs": epochs},
    }  # fmt: skip


PRESETS = MappingProxyType({
    "eight-gaussians": Preset(N_("Eight clumps"), N_("The generator bends a square of noise over eight clumps, until the discriminator can hardly tell its points from the real ones."), _cloud({"name": "gaussians"}, rate=0.003, rival=0.003)),
    "collapse": Preset(N_("Mode collapse"), N_("The generator finds one clump that fools, and puts everything there; the discriminator learns, and it flees to the next."), _cloud({"name": "gaussians"}, rate=0.003, rival=0.0003, beta=0.9, initialization="xavier")),
    "ring": Preset(N_("A ring"), N_("A square of noise becomes a ring: it has to be torn or folded, as it has no hole."), _cloud({"name": "ring"})),
    "sketch": Preset(N_("Draw your own"), N_("Draw on the picture: real points lie along your strokes, and the generator follows them while it trains."), _cloud({"name": "sketch"})),
    "dcgan-fast": Preset(N_("Digits out of noise"), N_("A small DCGAN: within a minute its noise turns into strokes, then into digits."), _pictures({"name": "mnist"}, [64, 32], 64, 0.001, 64, 200)),
    "dcgan-textbook": Preset(N_("The textbook's DCGAN"), N_("256, 128 and 64 maps with batch norm, as Radford and others built it: slower, and sharper."), _pictures({"name": "mnist"}, [256, 128, 64], 100, 0.0002, 128, 100, (True, True))),
    "dcgan-8": Preset(N_("Digits of 8×8"), N_("So few pixels that a generator learns them while one watches."), _pictures({"name": "digits"}, [64, 32], 32, 0.001, 64, 300)),
})  # fmt: skip
