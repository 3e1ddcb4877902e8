"""Ready-made GANs, each making one point; tests/families/test_gan_presets.py holds them to it. No torch."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from playground.families.contract import Preset
from playground.text import N_


def dense(units: int, activation: str = "relu") -> dict[str, Any]:
    return {"units": units, "activation": activation}


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


PRESETS = MappingProxyType({
    "eight-gaussians": Preset(N_("Eight clumps"), N_("The generator bends a square of noise over eight clumps, until the discriminator can hardly tell its points from the real ones."), _cloud({"name": "gaussians"})),
    "collapse": Preset(N_("Mode collapse"), N_("The generator finds one clump that fools, and puts everything there; the discriminator learns, and it flees to the next."), _cloud({"name": "gaussians"}, rate=0.003, rival=0.0003, beta=0.9, initialization="xavier")),
    "ring": Preset(N_("A ring"), N_("A square of noise becomes a ring: it has to be torn or folded, as it has no hole."), _cloud({"name": "ring"})),
})  # fmt: skip
