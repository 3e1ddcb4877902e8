"""How far back the gradient gets, step by step in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]


def through_time(context: Context, params: Params) -> Arrays:
    return {}
