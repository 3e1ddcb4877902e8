"""What can be seen of a GAN, asked of it, and done to it. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from playground.families.gan import cloud, curves, steps
from playground.families.supervised import inside
from playground.training.context import Context

Probe = Callable[[Context, Mapping[str, Any]], dict[str, Any]]

PROBES: Mapping[str, Probe] = MappingProxyType({
    "layered": cloud.layered,
    "verdicts": cloud.histograms,
    "coverage": cloud.coverage,
    "losses": curves.losses,
    "distances": curves.distances,
    **inside.PROBES,
    "phase": steps.phase,
})  # fmt: skip
ASKS: Mapping[str, Probe] = MappingProxyType({})
ACTIONS: Mapping[str, Probe] = MappingProxyType({})
