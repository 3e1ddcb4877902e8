"""What the network makes of a person's own sequence, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]


def typed(context: Context, params: Params) -> Arrays:
    return {}


def believe(context: Context, params: Params) -> Arrays:
    return {}
