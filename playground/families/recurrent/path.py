"""The states of the last recurrent layer as paths in a plane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]


def path(context: Context, params: Params) -> Arrays:
    return {}
