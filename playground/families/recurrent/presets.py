"""Ready-made recurrent experiments, each making one point; tests/families/test_recurrent_presets.py holds them to it. No torch."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from playground.families.contract import Preset
from playground.text import N_


def cell(name: str, units: int, **more: Any) -> dict[str, Any]:
    return {"name": name, "units": units, **more}


def _experiment(
    data: dict[str, Any], layers: list[dict[str, Any]], loss: str, rate: float = 0.003, batch: int = 32, epochs: int = 100, **model: Any
) -> dict[str, Any]:
    return {
        "version": 1,
        "seed": 0,
        "data": data,
        "model": {"family": "recurrent", "layers": layers, **model},
        "training": {"loss": loss, "optimizer": {"name": "adam", "learning_rate": rate}, "batch_size": batch, "epochs": epochs},
    }


PRESETS = MappingProxyType({
    "lstm-50": Preset(
        N_("The textbook's LSTM"),
        N_("50 units read ten steps of three sensors and say which one leads. Watch what the gates keep from step to step."),
        _experiment({"name": "three_signals"}, [cell("lstm", 50)], "cross_entropy"),
    ),
    "sine": Preset(
        N_("Foretell a wave"),
        N_("Sixteen units learn what comes next in a sum of two waves, and then go on by themselves."),
        _experiment({"name": "sine"}, [cell("lstm", 16)], "mse", 0.005, 16),
    ),
    "copy-lstm": Preset(
        N_("Remember over a pause: LSTM"),
        N_("A letter, twenty steps of nothing, then it has to be said. The forget gate learns to keep it."),
        _experiment({"name": "copy", "delay": 20}, [cell("lstm", 16)], "cross_entropy", 0.01),
    ),
})  # fmt: skip
