"""What can be seen of a convolutional network, asked of it, and done to it. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from playground.families.supervised import inside
from playground.families.supervised.probes import confusion, curves
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Probe = Callable[[Context, Params], Arrays]

PROBES: Mapping[str, Probe] = MappingProxyType(
    {"confusion": confusion, "loss": partial(curves, "loss"), "accuracy": partial(curves, "accuracy"), **inside.PROBES}
)
ASKS: Mapping[str, Probe] = MappingProxyType({})
ACTIONS: Mapping[str, Probe] = MappingProxyType({})
