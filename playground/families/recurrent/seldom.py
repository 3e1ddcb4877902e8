"""What takes long to make, and is renewed only now and then while a run goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from playground.training.context import Context

T = TypeVar("T")

EACH = 3.0  # milliseconds that it may take a picture, on average
CALL, STEP, WORK = 0.15, 0.006, 2e6  # milliseconds of asking the network, of one layer's step in time; multiply-adds in a millisecond: measured on one core


@dataclass
class _Kept:
    stands: tuple[int, int]  # steps taken and changes made when it was made
    asked: int  # pictures since
    made: Any


def lasts(calls: int, stepped: int, work: float) -> float:
    """About how many milliseconds it takes to ask the network so often, with so many steps in time (over all layers) and multiply-adds each."""
    return calls * (CALL + STEP * stepped + work / WORK)


def seldom(context: Context, name: str, cost: float, make: Callable[[], T]) -> T:
    """What `make` gives in about `cost` milliseconds: as it was made for one of the last pictures, so that it takes each no more than `EACH` on average. Made anew at once where the network was changed by hand, and where
    the run has come to rest, so that what is looked at for long is true. By sizes and steps alone, never by the clock."""
    stands = (context.learner.steps, len(context.events))
    kept: _Kept | None = context.kept.get(name)
    if kept is not None:
        if kept.stands == stands:
            return kept.made  # type: ignore[no-any-return]
        kept.asked += 1
        measured = context.answered.get("test")
        resting = measured is not None and measured.step == stands[0]
        if kept.asked * EACH < cost and kept.stands[1] == stands[1] and kept.stands[0] < stands[0] and not resting:
            return kept.made  # type: ignore[no-any-return]
    made = make()
    context.kept[name] = _Kept(stands, 0, made)
    return made
