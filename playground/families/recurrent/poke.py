"""What can be done to a recurrent network by hand: gates held, units silenced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]


def gate(context: Context, params: Params) -> Arrays:
    return {}


def unit(context: Context, params: Params) -> Arrays:
    return {}
