"""Pictures of what a recurrent network answers. Pure; no torch, no colours but tokens, no words but texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Arrays = Mapping[str, Any]
Figure = dict[str, Any]


def forecast(found: Arrays) -> Figure:
    return {}


def positions(found: Arrays) -> Figure:
    return {}


def writing(found: Arrays) -> Figure:
    return {}


def typed(found: Arrays) -> Figure:
    return {}
