"""Where a training step stands, in its phases and within them in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]


def phase(context: Context, params: Params) -> Arrays:
    return {}
