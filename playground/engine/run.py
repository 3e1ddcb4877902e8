"""One run as the engine sees it: its state, its worker's link, its viewers, and which picture goes to whom."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from typing import Any

from playground.engine import protocol
from playground.engine.link import Link
from playground.experiment import Experiment
from playground.text import N_, Message, Refusal

MOST_LEAD = 0.5  # seconds
MOST_PENDING = 64  # messages kept for a worker to come
RESTING = ("ready", "paused", "finished", "stopped", "diverged", "lost")


@dataclass(eq=False)
class Viewer:
    """A connection that watches. credit: it has painted what it got; due: not before this time; seen: last picture's number; asking: the ids
    of its questions that are not answered yet."""

    number: int
    link: Link
    run: Run | None = None
    views: tuple[str, ...] = ()
    rate: float = 15.0
    credit: bool = False
    due: float = 0.0
    seen: int = 0
    asking: list[int] = field(default_factory=list)


@dataclass(eq=False)
class Run:
    """State and connections of one run.

    experiment: as it was started; current: with live changes. resume: the state a parked run comes back in. begun: it was told to
    train or step.
    last_step: of the last history row on disk. gap: seconds between pictures under the present load. devices: what can be chosen here.
    processor: share of a core its worker used lately; share: what it may use at most;
    ahead: seconds of it that it had more than the others.
    lead: seconds a picture takes from being asked for to being here, lately; it is asked for so much before it is due. shown: the views in
    `frame`. killed: why its worker was ended, if it was. deaths: when its workers ended unasked, the last three.
    """

    token: str
    experiment: Experiment
    gap: Callable[[], float]
    devices: list[str]
    state: protocol.State = "queued"
    resume: protocol.State = "ready"
    reason: Mapping[str, Any] | None = None
    device: str = "auto"
    speed: str = ""
    parent: Mapping[str, Any] | None = None
    status: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    last_step: int = -1
    viewers: set[Viewer] = field(default_factory=set)
    link: Link | None = None
    process: BaseProcess | None = None
    starting: bool = False
    leaving: bool = False
    replaced: bool = False
    begun: bool = False
    successor: str | None = None
    pending: list[dict[str, Any]] = field(default_factory=list)
    queue: int | None = None
    frame: bytes = b""
    shown: tuple[str, ...] = ()
    number: int = 0
    asked: tuple[str, ...] | None = None
    asked_at: float = 0.0
    processor: float | None = None
    share: float | None = None
    ahead: float = 0.0
    lead: float = 0.0
    heard: float = field(default_factory=time.monotonic)
    beat: float = field(default_factory=time.monotonic)
    killed: Mapping[str, Any] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=3))
    _timer: asyncio.TimerHandle | None = None

    def __post_init__(self) -> None:
        self.current = self.experiment
        self.speed = self.speed or next(iter(self.experiment.family.speeds))

    @property
    def step(self) -> int:
        return int(self.status.get("step", 0))

    @property
    def untouched(self) -> bool:
        """Took no step and was not told to: an equal run can be made at any time."""
        return not self.begun and self.step == 0 and self.last_step <= 0 and not self.pending

    def told(self) -> dict[str, Any]:
        """The status as viewers get it."""
        blank = {"run": self.token, "step": 0, "epoch": 0, "metrics": {}, "batch_loss": None, "steps_per_second": 0.0, "epochs_per_second": 0.0}
        blank |= {"device": self.device, "learning_rate": None, "parameters": None}
        mine = {
            "devices": self.devices,
            "state": self.state,
            "reason": self.reason,
            "queue": self.queue,
            "speed": self.speed,
            "events": self.events[-protocol.EVENTS_TOLD :],
        }
        return {"type": "status", "status": {**blank, **self.status, **mine}}

    def announce(self) -> None:
        """Tell all viewers how it stands."""
        for viewer in self.viewers:
            viewer.link.send(self.told())

    def tell_worker(self, message: dict[str, Any]) -> None:
        """Hand a message to the worker, or keep it for the one to come."""
        if self.link is not None and not self.leaving:
            self.link.send(message)
        elif len(self.pending) < MOST_PENDING:
            self.pending.append(message)
        else:
            raise Refusal(Message(N_("This run is busy. Try again in a moment.")))

    # -- pictures

    def drew(self, frame: bytes) -> None:
        """A picture came."""
        if self.state == "running":  # one of a resting run waited for something new to show
            self.lead += 0.2 * (min(time.monotonic() - self.asked_at, MOST_LEAD) - self.lead)
        self.frame, self.shown, self.asked = frame, self.asked or (), None
        self.number += 1
        self.pump()

    def pump(self) -> None:
        """Give the latest picture to those who are due, and ask for a new one when someone is hungry for it.

        At most one request is out; the worker answers it when there is something new. So a picture is drawn only when
        a viewer has painted the last one, and a viewer who never reads costs nothing.
        """
        now, gap = time.monotonic(), self.gap()
        for viewer in self.viewers:
            if viewer.credit and viewer.seen < self.number and now >= viewer.due:
                viewer.credit, viewer.seen = False, self.number
                every = max(1 / viewer.rate, gap)
                viewer.due = max(viewer.due + every, now + every / 2)  # from when it was due: a late frame does not delay the next
                viewer.link.pass_on(protocol.FRAME, self.frame)
        served = [viewer.due for viewer in self.viewers if viewer.credit and viewer.seen < self.number]  # theirs is here, they are not due
        hungry = [viewer.due - self.lead for viewer in self.viewers if viewer.credit and viewer.seen == self.number]
        if hungry and min(hungry) <= now + 0.002:
            self._ask(now)
            hungry = []
        if self._timer is not None:
            self._timer.cancel()
        next_ = min(served + hungry, default=None)
        self._timer = None if next_ is None else asyncio.get_running_loop().call_later(max(next_ - now, 0.001), self.pump)

    def _ask(self, now: float) -> None:
        views = tuple(sorted({name for viewer in self.viewers for name in viewer.views}))
        if self.link is not None and not self.leaving and self.asked != views:
            self.asked, self.asked_at = views, now
            self.link.send({"type": "frame", "views": views})

    def detach(self) -> None:
        """The worker is gone."""
        if self.link is not None:
            self.link.close()
        self.link, self.process, self.asked, self.processor, self.share = None, None, None, None, None
        self.leaving = self.starting = False
