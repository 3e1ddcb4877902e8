"""What the network foretells of a series, and how it goes on by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]


def forecast(context: Context, params: Params) -> Arrays:
    return {}
