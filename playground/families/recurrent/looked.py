"""The gates and states of one layer, and one number of them with its formula. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]


def gates(context: Context, params: Params) -> Arrays:
    return {}


def cell(context: Context, params: Params) -> Arrays:
    return {}
