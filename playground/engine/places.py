"""Who may have a worker: places for runs, a queue when they are taken, parking those that nobody looks at."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
import traceback
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson
import psutil

from playground.engine import reports
from playground.engine.job import Job
from playground.engine.launchers.local import LocalLauncher, Started
from playground.engine.limits import WORKER
from playground.engine.link import Link
from playground.engine.run import RESTING, Run
from playground.text import N_, Message

if TYPE_CHECKING:
    from playground.engine.server import Engine


def size(run: Run) -> int:
    """Bytes a run's worker takes, estimated."""
    return WORKER + run.experiment.family.estimate(run.experiment).memory


async def hear_devices(engine: Engine) -> None:
    """Learn which devices this machine has from a first process, which also warms the forkserver for all others."""
    started = await engine.places.launcher.probe()
    link = Link(*await asyncio.open_connection(sock=started.sock))
    async for _, payload in link.packets():
        engine.devices[:] = orjson.loads(payload)["devices"]
    link.close()
    await asyncio.to_thread(started.process.join, 5)


class Places:
    """Starts and ends workers, within the limits."""

    def __init__(self, engine: Engine, launcher: LocalLauncher) -> None:
        self._engine, self.launcher = engine, launcher
        self._queue: list[Run] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def taken(self) -> int:
        return len(self._holders())

    def _holders(self) -> list[Run]:
        return [run for run in self._engine.runs.values() if run.link is not None or run.starting]

    def want(self, run: Run, instead: Run | None = None) -> None:
        """See that the run gets a worker: now, or in its turn. `instead`: one whose turn it takes over, if that waits too."""
        if run.link is None and not run.starting and run not in self._queue and run.state != "failed":
            if instead in self._queue:
                self._queue[self._queue.index(instead)] = run
                instead.queue = None
            else:
                self._queue.append(run)
            self.next()

    def next(self) -> None:
        """Give free places to those who wait, first come first served, and tell the others where they stand."""
        while self._queue and self._room_for(self._queue[0]):
            run = self._queue.pop(0)
            run.starting, run.queue, run.beat = True, None, time.monotonic()
            run.heard = run.beat  # it has just been waited for: not the next one to make room
            self._do(self._start(run))
        for position, run in enumerate(self._queue, 1):
            if run.queue != position:
                run.queue = position
                run.announce()

    def _room_for(self, run: Run) -> bool:
        holders, limits = self._holders(), self._engine.limits
        if len(holders) < limits.workers and sum(map(size, holders)) + size(run) <= max(limits.total_memory, size(run)):
            return True
        self._make_room(holders)
        return False

    def _make_room(self, holders: list[Run]) -> None:
        """Park the run that was left longest: resting and unwatched, or untouched for as long as parking takes; last, one that trains unwatched so long."""
        now, patience = time.monotonic(), self._engine.limits.park_after
        resting = [run for run in holders if run.state in RESTING and not run.leaving and (not run.viewers or now - run.heard > patience)]
        alone = [run for run in holders if run.state == "running" and not run.leaving and not run.viewers and now - run.heard > patience]
        for some in (resting, alone):
            if some:
                run = min(some, key=lambda run: (bool(run.viewers), run.heard))
                if run.state == "running":
                    self._engine.log(run, "pause")
                self.park(run)
                return

    def _do(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _start(self, run: Run) -> None:
        try:
            job = await asyncio.to_thread(self._job, run)
            started = await self.launcher.launch(job)
        except Exception as error:  # no more processes, the forkserver is gone, a folder that cannot be read: this run's trouble alone
            traceback.print_exc(file=sys.stderr)
            run.detach()
            run.state = "lost" if run.last_step > 0 else "failed"  # what was saved can be gone on from later
            run.reason = Message(N_("No process could be started for this run: {detail}."), {"detail": str(error)[:120]}).plain()
            run.announce()
            self.next()
            return
        await self._follow(run, started, job.device)

    def _job(self, run: Run) -> Job:
        """What the worker starts from. Read in a thread: checkpoints are files."""
        self._engine.store.flush()
        stored = self._engine.store.load(run.token)
        checkpoint = stored.checkpoint[1].read_bytes() if stored and stored.checkpoint else None
        return Job(
            token=run.token,
            experiment=run.experiment.text(),
            device=run.device,
            memory=self._engine.limits.run_memory,
            checkpoint_every=self._engine.limits.checkpoint_every,
            checkpoint=checkpoint,
            replay=tuple(run.events),
            state=run.resume if run.state in ("parked", "queued") else run.state,
            reason=run.reason,
            speed=run.speed,
        )

    async def _follow(self, run: Run, started: Started, device: str) -> None:
        """Connect to the worker and hear it until it ends."""
        link = Link(*await asyncio.open_connection(sock=started.sock))
        if run.token not in self._engine.runs:  # forgotten while it was being started
            started.process.kill()
            link.close()
            self.next()
            return
        run.link, run.process, run.beat = link, started.process, time.monotonic()
        try:
            pending, run.pending = run.pending, []
            for message in pending:
                link.send(message)
            if run.device != device:  # chosen while it was being started
                self.park(run)
            run.pump()
            async for kind, payload in link.packets():
                reports.heard(self._engine, run, kind, payload)
        except Exception:  # a worker that cannot be understood must not keep its place
            traceback.print_exc(file=sys.stderr)
            started.process.kill()
        if run.link is link:
            said = run.killed
            run.killed = None
            reports.lost(self._engine, run, said)
        await asyncio.to_thread(started.process.join, 5)

    def park(self, run: Run) -> None:
        """Tell the worker to save and leave; one that is not built yet has nothing to save."""
        if run.link is not None and not run.leaving:
            run.link.send({"type": "park"})
            run.leaving = True

    def drop(self, run: Run) -> None:
        """End a run's worker without saving."""
        if run in self._queue:
            self._queue.remove(run)
        if run.process is not None:
            with contextlib.suppress(OSError):
                run.process.kill()
        run.detach()
        self.next()

    def kill(self, run: Run, why: Mapping[str, Any]) -> None:
        """End a worker that has to go, and keep the reason for its viewers."""
        run.killed = why
        if run.process is not None:
            with contextlib.suppress(OSError):
                run.process.kill()

    def check(self, run: Run, now: float) -> None:
        """End a worker that has not been heard for too long, or is larger than allowed where no limit binds it."""
        limits = self._engine.limits
        patience = limits.build_after if run.starting else limits.hang_after
        if now - run.beat > patience and run.killed is None:
            self.kill(
                run,
                Message(
                    N_("This run did not answer for {seconds} seconds and was ended. Press Train to go on from the last saved step."),
                    {"seconds": round(patience)},
                ).plain(),
            )
        elif run.status.get("device", "cpu") != "cpu" and run.process is not None and run.process.pid is not None:
            with contextlib.suppress(psutil.Error):
                if psutil.Process(run.process.pid).memory_info().rss > limits.run_memory + limits.shared_memory:
                    self.kill(
                        run,
                        Message(
                            N_("The run needed more than the {limit} MB of memory that one may take here, and was ended. Take units, layers or examples away."),
                            {"limit": limits.run_memory // 2**20},
                        ).plain(),
                    )
