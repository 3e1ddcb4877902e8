"""What the network writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]


def writing(context: Context, params: Params) -> Arrays:
    return {}


def write(context: Context, params: Params) -> Arrays:
    return {}
