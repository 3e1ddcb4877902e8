"""Fair shares of a full machine: no run may take much more processor time than the others get on average.

The kernel shares out fairly on one core, but not between cores that carry other work too: of 80 equal runs on 2 cores the
fastest got half as much again as the slowest (measured with `benchmarks classroom`: slowest/fastest 0.55 to 0.73 without this).
"""

from __future__ import annotations

from collections.abc import Iterable

import psutil

from playground.engine.limits import cores
from playground.engine.run import Run

SLACK = 1.0  # what a run may take over the mean, on a machine with nothing to spare
LOOSER = 1.0  # how much more for each idle share of it beyond that: with room, nobody is held back
FULL = 0.95  # used share from which a machine has nothing to spare
EVEN_OUT = 6.0  # seconds in which a run that is ahead of the others waits for them
EVERY = 2.0  # seconds between two rounds; workers tell what they used as often
MOST_AHEAD = 0.9  # seconds, of the mean share: with EVEN_OUT, a run may be slowed by 15 % at most
MOST_BEHIND = 0.3  # the same for one that may catch up: 5 %
FORGET = 0.85  # how much of a lead still counts a round (2 s) later


def busy() -> float:
    """Share of the machine's processor time that was used since last asked, 0 to 1."""
    return float(psutil.cpu_percent(None)) / 100


def share_out(runs: Iterable[Run], used: float) -> None:
    """Tell each run that trains at full speed how much processor time it may take, as a share of one core."""
    full = [run for run in runs if run.state == "running" and run.link is not None and run.speed == "full" and run.processor is not None]
    mean = sum(run.processor or 0.0 for run in full) / max(len(full), 1)
    for run in full:
        lead = FORGET * run.ahead + ((run.processor or 0.0) - mean) * EVERY
        run.ahead = max(-MOST_BEHIND * mean, min(lead, MOST_AHEAD * mean))  # who came before the others is not held back for it for long
        most = mean * (SLACK + LOOSER * max(0.0, FULL - used)) - run.ahead / EVEN_OUT if len(full) > cores() else None
        if run.link is not None and most != run.share:
            run.share = most
            run.link.send({"type": "share", "most": most})
