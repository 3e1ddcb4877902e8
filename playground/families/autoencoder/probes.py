"""What can be seen of an autoencoder, asked of it, and done to it. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from playground.training.context import Context

Probe = Callable[[Context, Mapping[str, Any]], dict[str, Any]]

PROBES: Mapping[str, Probe] = MappingProxyType({})
ASKS: Mapping[str, Probe] = MappingProxyType({})
ACTIONS: Mapping[str, Probe] = MappingProxyType({})
