"""Arrays of the probes -> what the browser draws. Pure; no torch, no colours but tokens, no words but texts to be translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

FIGURES: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = MappingProxyType({})
