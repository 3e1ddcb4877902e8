"""Pictures of states and gates. Pure; no torch, no colours but tokens, no words but texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Arrays = Mapping[str, Any]
Figure = dict[str, Any]


def network(found: Arrays) -> Figure:
    return {}


def gates(found: Arrays) -> Figure:
    return {}


def cell(found: Arrays) -> Figure:
    return {}


def path(found: Arrays) -> Figure:
    return {}


def phase(found: Arrays) -> Figure:
    return {}
