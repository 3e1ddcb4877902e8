"""What can be seen of a GAN, asked of it, and done to it. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from playground.families.gan import cloud, curves, pictures, steps
from playground.families.supervised import inside
from playground.training.context import Context

Probe = Callable[[Context, Mapping[str, Any]], dict[str, Any]]

PROBES: Mapping[str, Probe] = MappingProxyType({
    "layered": cloud.layered,
    "verdicts": cloud.histograms,
    "coverage": cloud.coverage,
    "samples": pictures.samples,
    "classes": pictures.classes,
    "losses": curves.losses,
    "distances": curves.distances,
    "frechet": curves.frechet,
    **inside.PROBES,
    "phase": steps.phase,
})  # fmt: skip
ASKS: Mapping[str, Probe] = MappingProxyType({"page": pictures.page, "walk": pictures.walk, "nearest": pictures.nearest})
ACTIONS: Mapping[str, Probe] = MappingProxyType({})
