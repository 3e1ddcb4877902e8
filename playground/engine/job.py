"""What a worker is told when it is started. No torch: the engine makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.engine import protocol


@dataclass(frozen=True)
class Job:
    """What a worker is started with. checkpoint and replay: to go on from; state: what it was before its worker left."""

    token: str
    experiment: bytes
    device: str
    memory: int
    checkpoint_every: float
    checkpoint: bytes | None = None
    replay: tuple[Mapping[str, Any], ...] = ()
    state: protocol.State = "ready"
    reason: Mapping[str, Any] | None = None
    speed: str = "full"
