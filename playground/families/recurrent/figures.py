"""Arrays of the probes -> what the browser draws. Pure; no torch, no colours but tokens, no words but texts to be translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from playground.families.recurrent import state_figures, time_figures, told_figures
from playground.families.supervised import inside_figures
from playground.families.supervised.figures import accuracy, confusion, loss, predictions, r2

Arrays = Mapping[str, Any]
Figure = dict[str, Any]

FIGURES: Mapping[str, Callable[[Arrays], Figure]] = MappingProxyType({
    "network": state_figures.network,
    "forecast": told_figures.forecast,
    "writing": told_figures.writing,
    "typed": told_figures.typed,
    "positions": told_figures.positions,
    "confusion": confusion,
    "predictions": predictions,
    "loss": loss,
    "accuracy": accuracy,
    "r2": r2,
    "gates": state_figures.gates,
    "through_time": time_figures.through_time,
    "path": state_figures.path,
    **inside_figures.FIGURES,
    "phase": state_figures.phase,
})  # fmt: skip
