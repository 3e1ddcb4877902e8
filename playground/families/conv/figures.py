"""Arrays of the probes -> what the browser draws. Pure; no torch, no colours but tokens, no words but texts to be translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from playground.families.supervised import inside_figures
from playground.families.supervised.figures import accuracy, confusion, loss

Arrays = Mapping[str, Any]
Figure = dict[str, Any]

FIGURES: Mapping[str, Callable[[Arrays], Figure]] = MappingProxyType({"confusion": confusion, "loss": loss, "accuracy": accuracy, **inside_figures.FIGURES})
