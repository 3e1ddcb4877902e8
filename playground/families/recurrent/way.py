"""One example on its way through the network in time. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]


def network(context: Context, params: Params) -> Arrays:
    return {}


def way(context: Context, params: Params) -> Arrays:
    return {}
