"""The picture of the gradient through time. Pure; no torch, no colours but tokens, no words but texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Arrays = Mapping[str, Any]
Figure = dict[str, Any]


def through_time(found: Arrays) -> Figure:
    return {}
