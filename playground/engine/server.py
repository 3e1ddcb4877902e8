"""Engine: owns the runs. Takes calls from the UI server, passes pictures and commands between viewers and workers."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import itertools
import os
import secrets
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from playground import __version__
from playground.engine import protocol, reports, transport
from playground.engine.downloads import Downloads
from playground.engine.launchers.local import LocalLauncher
from playground.engine.limits import Limits, admit
from playground.engine.link import Link
from playground.engine.places import Places
from playground.engine.run import Run, Viewer
from playground.engine.shares import busy, share_out
from playground.engine.store import Store
from playground.engine.uploads import Uploads
from playground.experiment import Experiment, parse
from playground.export.table import history_csv
from playground.text import N_, Message, Refusal

MOST_ASKING = 8  # questions of one viewer that may wait for an answer
ANSWER_WITHIN = 15.0  # seconds a call waits for a worker's answer


def gone() -> Refusal:
    return Refusal(Message(N_("This run is no longer here. Open its experiment again to start afresh.")))


class Engine:
    """All runs of a server."""

    def __init__(self, store: Store, limits: Limits, secret: str) -> None:
        self.store, self.limits, self.secret = store, limits, secret
        self.runs: dict[str, Run] = {}
        self.viewers: dict[int, Viewer] = {}
        self.waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.numbers = itertools.count(1)
        self.devices = ["auto", "cpu"]
        self.started = time.time()
        launcher = LocalLauncher()
        self.places = Places(self, launcher)
        self.uploads = Uploads(store, launcher, limits)
        self.downloads = Downloads(store.home / "datasets")
        self._calls: dict[str, Callable[..., Awaitable[dict[str, Any]]]] = {
            "create": self.create, "find": self.find, "act": self.act, "health": self.health, "history": self.history,
            "upload": self.upload, "uploaded": self.uploads.described, "download": self.download, "downloads": self.told_downloads,
        }  # fmt: skip

    # -- connections

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection: first the secret, then calls, or a viewer's messages."""
        link = Link(reader, writer)
        viewer: Viewer | None = None
        try:
            trusted = False
            async for kind, payload in link.packets(limit=4 * protocol.MAX_INBOUND + max(self.limits.upload_bytes, self.limits.picture_bytes)):
                if viewer is not None:
                    await self.hear(viewer, payload)
                    continue
                message = protocol.unpack(payload) if trusted and kind == protocol.BINARY else orjson.loads(payload)
                if not trusted:
                    trusted = hmac.compare_digest(str(message.get("secret", "")), self.secret)
                    if not trusted:
                        return
                elif message["type"] == "watch":
                    viewer = Viewer(next(self.numbers), link)
                    self.viewers[viewer.number] = viewer
                else:
                    link.send(await self.call(message))
        finally:
            if viewer is not None:
                del self.viewers[viewer.number]
                self.unwatch(viewer)
            link.close()

    async def call(self, message: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return {"answer": await self._calls[message["method"]](**message["params"])}
        except Refusal as refusal:
            return {"refusal": [one.plain() for one in refusal.messages]}

    # -- calls of the UI server

    async def create(self, experiment: Mapping[str, Any], replaces: str | None = None) -> dict[str, Any]:
        """A new ready run; `replaces`: the one it takes the place of, which is paused, or forgotten if it took no step."""
        old = self.runs.get(replaces or "")
        run = self.make(parse(experiment), old)
        await asyncio.to_thread(self.store.flush)  # a token that was given out is found again, whatever happens next
        return {"run": run.token}

    def make(self, experiment: Experiment, old: Run | None = None) -> Run:
        """A new run in the place of `old`, with its device and speed. Refusal where it is too large for this server."""
        run = Run(secrets.token_urlsafe(16), experiment, gap=self.gap, devices=self.devices)
        admit(experiment.family.estimate(experiment))
        self.uploads.check(experiment)
        self.downloads.check(experiment)
        if old is not None:
            run.device = old.device
            run.speed = old.speed if old.speed in run.experiment.family.speeds else run.speed
            old.replaced = True
            if old.state == "running" or any(message["type"] == "train" for message in old.pending):
                transport.command(self, old, "pause", {})
        self.runs[run.token] = run
        self.store.create(run.token, experiment.text(), self.event(run, "created", {"device": run.device}))
        self.places.want(run, instead=old if old is not None and old.untouched else None)
        if old is not None:
            self.forget_if_idle(old)
        return run

    async def find(self, run: str) -> dict[str, Any]:
        found = self.lookup(run)
        return {"run": run, "state": found.state, "step": found.step, "begun": not found.untouched, "experiment": orjson.loads(found.current.text())}

    async def act(self, run: str, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        number = next(self.numbers)
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.waiting[number] = future
        try:
            message = {"type": "action", "viewer": number, "id": 0, "name": name, "params": params}
            self.to_worker(self.lookup(run), message)
            answer = await asyncio.wait_for(future, ANSWER_WITHIN)
        except TimeoutError:
            with contextlib.suppress(ValueError, Refusal):
                self.lookup(run).pending.remove(message)  # it was said to have failed: it must not happen later
            raise reports.unanswered() from None
        finally:
            del self.waiting[number]
        if answer["type"] == "refusal":
            raise Refusal(*map(Message.of, answer["messages"]))
        return answer

    async def health(self) -> dict[str, Any]:
        states = Counter[str](run.state for run in self.runs.values())
        engine = {
            "pid": os.getpid(),
            "version": __version__,
            "uptime_s": round(time.time() - self.started),
            "workers": self.places.taken,
            "places": self.limits.workers,
        }
        return {
            "ok": True,
            "engine": {**engine, "devices": self.devices, "viewers": len(self.viewers)},
            "runs": {state: states.get(state, 0) for state in protocol.STATES},
        }

    async def upload(self, data: NDArray[np.uint8], kind: str = "table") -> dict[str, Any]:
        """Read and keep a table or pictures that somebody gives."""
        return await self.uploads.take(data.tobytes(), kind)

    async def download(self, name: str) -> dict[str, Any]:
        """Begin to fetch a data set, if it is not here or under way."""
        self.downloads.start(name)
        return self.downloads.told()

    async def told_downloads(self) -> dict[str, Any]:
        """Where each data set that can be downloaded stands."""
        return self.downloads.told()

    async def history(self, run: str) -> dict[str, Any]:
        self.lookup(run)
        await asyncio.to_thread(self.store.flush)
        return {"rows": await asyncio.to_thread(self.store.history, run)}

    # -- viewers

    async def hear(self, viewer: Viewer, payload: bytes) -> None:
        """A viewer's message. What is wrong with it is answered, and changes nothing."""
        try:
            message = protocol.inbound(payload)
            if isinstance(message, protocol.Hello):
                self.watch(viewer, message)
                return
            run = viewer.run
            if run is None:
                raise Refusal(Message(N_("Say first which run you watch.")))
            run.heard = time.monotonic()
            if isinstance(message, protocol.Ack):
                viewer.credit = True
                run.pump()
            elif isinstance(message, protocol.Open):
                if set(message.views) - set(viewer.views) and set(message.views) <= set(run.shown):
                    viewer.seen = 0  # what it opened is in the picture at hand
                viewer.views = message.views
                run.pump()
            elif isinstance(message, protocol.Command):
                answer = transport.command(self, run, message.name, message.params)
                viewer.link.send({"type": "answer", "id": message.id, **answer})
            elif message.type == "ask" and message.name == "history":
                viewer.link.pass_on(protocol.BINARY, await asyncio.to_thread(self.table, run, message.id))
            elif len(viewer.asking) >= MOST_ASKING:
                raise Refusal(Message(N_("This run is busy. Try again in a moment.")))
            else:
                self.to_worker(run, {"type": message.type, "viewer": viewer.number, "id": message.id, "name": message.name, "params": message.params})
                viewer.asking.append(message.id)  # not before: it may be refused
        except Refusal as refusal:
            viewer.link.send({"type": "refusal", "id": protocol.id_of(payload), "messages": [one.plain() for one in refusal.messages]})

    def watch(self, viewer: Viewer, hello: protocol.Hello) -> None:
        try:
            run = self.lookup(hello.run)
        except Refusal as refusal:
            viewer.link.send({"type": "refusal", "id": None, "gone": True, "messages": [one.plain() for one in refusal.messages]})
            return
        self.unwatch(viewer)
        viewer.run, viewer.views, viewer.rate = run, hello.views, hello.rate
        viewer.credit, viewer.seen, viewer.due, viewer.asking = True, 0, 0.0, []
        run.viewers.add(viewer)
        run.heard = time.monotonic()
        viewer.link.send(run.told())
        if run.link is None and not (run.state in ("lost", "failed") and run.frame):
            self.places.want(run)
        run.pump()

    def unwatch(self, viewer: Viewer) -> None:
        if viewer.run is not None:
            run, viewer.run = viewer.run, None
            run.viewers.discard(viewer)
            run.heard = time.monotonic()
            self.forget_if_idle(run)
            self.places.next()  # its place may be what someone waits for

    def table(self, run: Run, number: int) -> bytes:
        """The run's history as a CSV file, answered to a viewer."""
        self.store.flush()
        data = np.frombuffer(history_csv(self.store.history(run.token)), np.uint8)
        return protocol.pack({"type": "answer", "id": number, "file": {"name": "history.csv", "media": "text/csv", "data": data}})

    def to_worker(self, run: Run, message: dict[str, Any]) -> None:
        """Hand over an ask or action; a run without a worker gets one first."""
        if run.state == "failed":
            raise Refusal(Message(N_("This run has failed and cannot answer. Press Reset for a fresh one.")))
        run.tell_worker(message)
        self.places.want(run)

    # -- what runs need

    def gap(self) -> float:
        """Seconds between two pictures of a run, so that all runs together stay within what the machine can draw."""
        watched = sum(1 for run in self.runs.values() if run.viewers and run.state == "running")
        return watched / self.limits.frames

    def event(self, run: Run, name: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"step": run.step, "epoch": run.status.get("epoch", 0), "name": name, "params": dict(params or {}), "time": time.time()}

    def log(self, run: Run, name: str, params: Mapping[str, Any] | None = None) -> None:
        self.store.event(run.token, self.event(run, name, params))

    def lookup(self, token: str) -> Run:
        """The run of a token, from memory or from its folder. Refusal if there is none."""
        if run := self.runs.get(token):
            return run
        try:
            stored = self.store.load(token)
            if stored is None:
                raise gone()
            run = Run(token, parse(stored.experiment), gap=self.gap, devices=self.devices)
        except ValueError as error:  # not a token, or a folder that does not hold an experiment
            raise error if isinstance(error, Refusal) else gone() from None
        for event in stored.events:
            if event["name"] in ("created", "device"):
                run.device = event["params"].get("device", event["params"].get("name", run.device))
            elif event.get("action"):
                reports.note_change(run, event)
        run.last_step = stored.last_step
        run.status = {"run": token, **(stored.last_row or {})}
        if stored.end is not None:
            run.resume, run.reason = stored.end["state"], stored.end["reason"]
        elif next((event["name"] for event in reversed(stored.events) if event["name"] in ("train", "pause")), "") == "train":
            run.resume = "lost"
            run.reason = reports.lost_reason()
        else:
            run.resume = "paused" if stored.checkpoint else "ready"
        run.state = run.resume if run.resume in ("lost", "failed") else "parked"
        self.runs[token] = run
        return run

    def forget_if_idle(self, run: Run) -> None:
        """A run that was replaced and took no step leaves no trace once nobody looks at it."""
        if run.replaced and run.untouched and not run.viewers:
            self.places.drop(run)
            self.runs.pop(run.token, None)
            self.store.remove(run.token)

    # -- life

    async def watchdog(self) -> None:
        """Once a second: end hung workers, park or forget runs that nobody looks at, keep the folders within their cap."""
        for tick in itertools.count():
            await asyncio.sleep(1)
            now = time.monotonic()
            for run in list(self.runs.values()):
                if run.link is not None:
                    self.places.check(run, now)
                idle = not run.viewers and now - run.heard > self.limits.park_after
                if idle and run.untouched and run.state in ("ready", "queued", "parked"):
                    run.replaced = True
                    self.forget_if_idle(run)
                elif idle and run.link is not None and run.state != "running":
                    self.places.park(run)
                elif idle and run.link is None and not run.starting and run.queue is None:
                    del self.runs[run.token]  # its folder stays: it is found again by its token
            self.places.next()
            if tick % 2 == 0:
                share_out(self.runs.values(), busy())
            if tick % 60 == 0:
                self.store.tidy(set(self.runs), self.limits.stored_runs, self.limits.stored_bytes)

    def close(self) -> None:
        """End all workers at once, then write what is waiting."""
        for run in self.runs.values():
            if run.process is not None and run.process.pid is not None:
                with contextlib.suppress(OSError):
                    os.kill(run.process.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        self.store.close()
