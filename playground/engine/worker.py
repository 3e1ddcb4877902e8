"""Worker: builds and trains one run in a process of its own. It never waits for a viewer, and draws only when one has asked."""

from __future__ import annotations

import contextlib
import math
import os
import select
import socket
import sys
import time
import traceback
from collections import deque
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
import torch

from playground.engine import protocol
from playground.engine.job import Job
from playground.engine.process import harden
from playground.engine.session import Session
from playground.experiment import parse
from playground.text import N_, Message, Refusal
from playground.training import devices

SLICE = 0.004  # seconds of training between two looks at the socket
ROWS_EVERY = 0.25  # seconds between two deliveries of history rows
BEAT_EVERY = 2.0
ENDS: Mapping[str, protocol.State] = {"finished": "finished", "stopped": "stopped", "diverged": "diverged"}
DRAWING = 0.09  # share of the time that pictures may take from the training: wide networks are drawn less often
LARGE, SELDOM = 0.008, 0.045  # pictures that take longer than so many seconds get a smaller share: few a second are enough, and ten would not come anyway


def probe(sock: socket.socket) -> None:
    """Process of the engine's first start: tells which devices there are, having warmed the forkserver."""
    sock.sendall(protocol.text({"type": "devices", "devices": devices.available()}))


def main(sock: socket.socket, job: Job) -> None:
    """Process entry: build, then train and answer until told to go."""
    worker = Worker(sock, job)
    try:
        worker.build()
        worker.loop()
    except (BrokenPipeError, ConnectionResetError):
        os._exit(1)  # the engine is gone
    except Exception as error:
        if not isinstance(error, Refusal):  # which is no mistake of ours
            traceback.print_exc(file=sys.stderr)
        worker.fail(error)
    os._exit(0)  # no tear-down of torch: nothing here needs it


class Worker:
    """The loop of one run: take messages, train a slice, hand over what is due."""

    def __init__(self, sock: socket.socket, job: Job) -> None:
        self.sock, self.job = sock, job
        self.state: protocol.State = job.state
        self.reason: Mapping[str, Any] | None = job.reason
        self.speed = job.speed
        self.incoming = protocol.Unpacker()
        self.outbox: deque[memoryview] = deque()
        self.wanted: tuple[str, ...] | None = None
        self.drawn: object = None
        self.changes = 0  # what a picture depends on besides the step
        now = time.monotonic()
        self.next_step = self.next_rows = self.next_beat = self.begun = now
        self.next_checkpoint = now + job.checkpoint_every
        self.saved = (-1, 0)  # step of the last checkpoint, and changes made by then
        self.goal: float | None = None  # epochs at which it rests, where one was asked for
        self.trained = 0.0  # seconds that it trained since it was started, or went on after its time was up
        self.next_draw = now
        self.share: float | None = None  # of a core, that training and drawing may take together
        self.balance, self.balanced, self.spent = 0.0, now, time.thread_time()
        self.beaten, self.beaten_spent = now, self.spent
        self.marks: deque[tuple[float, int, float]] = deque(maxlen=6)
        sock.setblocking(False)

    # -- starting and ending

    def build(self) -> None:
        experiment = parse(self.job.experiment)
        device = devices.choose(self.job.device, experiment.family.estimate(experiment).work)
        harden(self.job, device)
        torch.set_num_threads(1)
        self.devices = devices.available()
        self.session = Session(experiment, device, replay=self.job.replay)
        if self.job.checkpoint is not None:
            self.session.restore(self.job.checkpoint)
            self.saved = (self.session.step, self.changes)
        self.set_speed(self.speed)
        self.rows()
        self.send({"type": "built", "status": self.status()})

    def fail(self, error: Exception) -> None:
        """Tell why, as a sentence, and wait until it is told."""
        message = Message(N_("The training failed: {detail}."), {"detail": f"{type(error).__name__}: {error}"[:200]})
        if isinstance(error, Refusal):
            message = error.messages[0]
        elif isinstance(error, MemoryError) or "alloc" in str(error):
            message = Message(
                N_("The run needed more than the {limit} MB of memory that one may take here, and was ended. Take units, layers or examples away."),
                {"limit": self.job.memory // 2**20},
            )
        with contextlib.suppress(OSError):
            self.send({"type": "failed", "reason": message.plain()})
            self.drain(10)

    def leave(self) -> None:
        """Save, say so, and end: the run is parked."""
        if self.session.mid_step:  # a checkpoint is of whole steps
            self.session.end_step()
            self.send({"type": "state", "status": self.status()})
        self.checkpoint()
        self.rows()
        self.send({"type": "parked"})
        self.drain(30)
        os._exit(0)

    # -- talking

    def send(self, message: Mapping[str, Any]) -> None:
        self.outbox.append(memoryview(protocol.text(message)))

    def push(self) -> None:
        """Hand the system as much as it takes now."""
        with contextlib.suppress(BlockingIOError):
            while self.outbox:
                sent = self.sock.send(self.outbox[0])
                if sent < len(self.outbox[0]):
                    self.outbox[0] = self.outbox[0][sent:]
                else:
                    self.outbox.popleft()

    def drain(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self.outbox and time.monotonic() < until:
            select.select([], [self.sock], [], 0.1)
            self.push()

    def exchange(self, seconds: float) -> None:
        """Take and give messages; wait up to `seconds` for one."""
        readable, _, _ = select.select([self.sock], [self.sock] if self.outbox and seconds else [], [], seconds)
        self.push()
        if readable:
            data = self.sock.recv(1 << 18)
            if not data:
                raise ConnectionResetError
            for _, payload in self.incoming.feed(data):
                self.take(orjson.loads(payload))

    def take(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "frame":
            self.wanted = tuple(message["views"])
        elif kind == "train":
            self.go_on()
            self.switch("running")
        elif kind == "pause":
            if self.state == "running":
                self.switch("paused")
        elif kind == "stop":
            if self.state in ("running", "paused"):
                self.switch("stopped")
        elif kind == "step":
            self.step(message["unit"])
        elif kind == "speed":
            self.set_speed(message["name"])
        elif kind == "share":
            self.share = message["most"]
        elif kind == "park":
            self.leave()
        elif kind in ("ask", "action"):
            self.answer(message)

    def go_on(self) -> None:
        """Leave behind why it stopped, and what it was on its way to."""
        self.session.resume()
        self.goal = None
        if self.state == "stopped":
            self.trained = 0.0

    def step(self, unit: str) -> None:
        """One phase, the rest of a mini-batch, or the rest of an epoch; then it rests."""
        self.go_on()
        if unit == "epoch":
            self.goal = math.floor(self.session.epoch) + 1.0
            self.switch("running")
            return
        if unit == "phase":
            self.session.advance_phase()
        else:
            self.session.advance()
        self.switch("paused")
        self.look_for_end()

    def answer(self, message: dict[str, Any]) -> None:
        """An ask or an action, both between two steps."""
        head = {"type": "answer", "viewer": message["viewer"], "id": message["id"]}
        try:
            packed = self.told(head, message) if message["type"] == "ask" else protocol.pack({**head, **self.act(message["name"], message["params"])})
            self.outbox.append(memoryview(protocol.packet(protocol.BINARY, packed)))
        except Refusal as refusal:
            self.send({**head, "type": "refusal", "messages": [one.plain() for one in refusal.messages]})

    def told(self, head: Mapping[str, Any], message: Mapping[str, Any]) -> bytes:
        """A question's answer, packed. Refusal, whatever goes wrong: a question changes nothing, so it must not end the training either."""
        try:
            said = {"file": self.weights()} if message["name"] == "weights" else self.session.ask(message["name"], message["params"])
            return protocol.pack({**head, **said})
        except Refusal:
            raise
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            raise Refusal(Message(N_("This could not be answered: {detail}. The training goes on."), {"detail": type(error).__name__})) from None

    def act(self, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """A live change; one that ends the run, or lets a finished one go on, changes its state."""
        within = self.session.mid_step
        try:
            said = self.session.act(name, params)
        except Refusal:
            if within and not self.session.mid_step and self.state != "running":  # the step was ended for it all the same
                self.switch(self.state)
                self.look_for_end()
            raise
        self.changes += 1
        self.send({"type": "acted", **self.session.status()["events"][-1]})
        if self.session.epoch_steps != self.epoch_steps:
            self.set_speed(self.speed)
        if self.state == "finished" and self.session.ended is None:
            self.switch("paused")
        self.look_for_end()
        if within and self.state != "running":
            self.checkpoint()  # the step was ended for it
        return said

    def weights(self) -> dict[str, Any]:
        """The model as it is now, as a safetensors file."""
        return {"name": "model.safetensors", "media": "application/octet-stream", "data": np.frombuffer(self.session.weights(), np.uint8)}

    # -- training

    def loop(self) -> None:
        while True:
            now = time.monotonic()
            self.exchange(self.patience(now))
            if self.state == "running":
                self.train()
            self.report(time.monotonic())

    def patience(self, now: float) -> float:
        """How long to wait for a message: not at all while there is something to train or to draw."""
        if self.state != "running":
            return 0.0 if self.fresh() else max(0.0, min(self.next_beat - now, 1.0))
        return max(0.0, min(self.next_step - now, 0.25))

    def keep_share(self, now: float) -> None:
        """After a slice at full speed: rest as long as it takes until what was used is our share again."""
        spent = time.thread_time()
        if self.share:
            self.balance = min(self.share, self.balance + self.share * (now - self.balanced) - (spent - self.spent))  # a second's worth can be saved up
            self.next_step = now - min(self.balance, 0.0) / self.share
        self.balanced, self.spent = now, spent

    def train(self) -> None:
        """A slice of steps: as many as fit in it, or as many as are due at the chosen speed."""
        session, clock = self.session, time.monotonic
        advance = session.advance_phase if self.by_phase else session.advance
        goal, until = self.goal, clock() + SLICE
        if not self.interval:
            if clock() < self.next_step:
                return
            while clock() < until and session.ended is None and (goal is None or session.epoch < goal):
                advance()
            self.keep_share(clock())
        else:
            self.next_step = max(self.next_step, until - SLICE - 0.25)  # never catch up by more than a quarter second
            while self.next_step <= clock() < until and session.ended is None and (goal is None or session.epoch < goal):
                advance()
                self.next_step += self.interval
        if goal is not None and session.epoch >= goal and session.ended is None:
            self.switch("paused")
        self.look_for_end()

    def look_for_end(self) -> None:
        if self.session.ended is not None:
            state, reason = self.session.ended
            if self.state != state:
                self.switch(ENDS[state], reason.plain())
        minutes = self.session.current.training.minutes
        if self.state == "running" and minutes and self.trained + time.monotonic() - self.begun >= 60 * minutes:
            self.switch("stopped", Message(N_("Stopped after {minutes} minutes of training, as set."), {"minutes": minutes}).plain())

    def switch(self, state: protocol.State, reason: Mapping[str, Any] | None = None) -> None:
        """Change the state and tell it. Rows first, and what has come to rest is saved first: who reads that it rests can rely on what is kept of it."""
        now = time.monotonic()
        if self.state == "running":
            self.trained += now - self.begun
        if state == "running":
            self.next_step = self.begun = now
            self.marks.clear()
        self.state, self.reason = state, reason
        self.changes += 1
        if state != "running":
            self.session.rest()
        self.rows()
        if state != "running" and not self.session.mid_step:  # a checkpoint is of whole steps
            self.checkpoint()
        self.send({"type": "state", "status": self.status()})

    def set_speed(self, name: str) -> None:
        speed = self.session.experiment.family.speeds[name][1]
        self.epoch_steps = self.session.epoch_steps
        steps = {"full": 0.0, "step": speed.per_second, "phase": speed.per_second, "epoch": speed.per_second * self.epoch_steps}[speed.unit]
        self.by_phase = speed.unit == "phase"
        self.interval = 1 / steps if steps else 0.0
        self.speed = name
        self.next_step = time.monotonic()
        self.marks.clear()
        self.changes += 1

    # -- handing over

    def report(self, now: float) -> None:
        if now >= self.next_rows:
            self.next_rows = now + ROWS_EVERY
            self.rows()
            if self.state == "running":
                self.marks.append((now, self.session.step, self.session.epoch))
        if now >= self.next_beat:
            self.next_beat = now + BEAT_EVERY
            spent = time.thread_time()
            used = (spent - self.beaten_spent) / max(now - self.beaten, 1e-3)
            self.beaten, self.beaten_spent = now, spent
            self.send({"type": "beat", "status": self.status(), "processor": used})
        if now >= self.next_checkpoint:
            self.next_checkpoint = now + self.job.checkpoint_every
            if self.state == "running" and not self.session.mid_step:
                self.checkpoint()
        if self.fresh() and not self.outbox and (now >= self.next_draw or self.state != "running"):
            begun = time.thread_time()  # not the wall clock: among many runs, a picture waits more than it works
            self.draw()
            took = time.thread_time() - begun
            self.next_draw = now + took / (SELDOM if took > LARGE else DRAWING)
        self.push()

    def fresh(self) -> bool:
        """Has someone asked for a picture, and is there one that was not drawn yet?"""
        return self.wanted is not None and self.drawn != (*self.session.place, self.changes, self.wanted)

    def draw(self) -> None:
        views, self.wanted = self.wanted or (), None
        self.drawn = (*self.session.place, self.changes, views)
        frame = {"type": "frame", "run": self.job.token, "status": self.status()}
        try:
            packed = protocol.pack({**frame, "views": self.session.draw(views)})
        except Exception:  # a picture that cannot be drawn, for memory or a mistake of ours, must not end the training
            traceback.print_exc(file=sys.stderr)
            packed = protocol.pack({**frame, "views": {}})
        self.outbox.append(memoryview(protocol.packet(protocol.FRAME, packed)))

    def rows(self) -> None:
        if rows := self.session.take_rows():
            self.send({"type": "rows", "rows": rows})

    def checkpoint(self) -> None:
        if self.session.step > 0 and (self.session.step, self.changes) != self.saved:
            self.rows()  # first: who goes on from a checkpoint does not give out the rows before it again
            self.saved = (self.session.step, self.changes)
            data = np.frombuffer(self.session.checkpoint(), np.uint8)
            head = {"type": "checkpoint", "step": self.session.step, "data": data}
            self.outbox.append(memoryview(protocol.packet(protocol.BINARY, protocol.pack(head))))

    def status(self) -> dict[str, Any]:
        """The run's status; speeds are measured over the last second and more."""
        steps = epochs = 0.0
        if self.state == "running" and len(self.marks) > 1:
            (t0, s0, e0), (t1, s1, e1) = self.marks[0], self.marks[-1]
            steps, epochs = (s1 - s0) / (t1 - t0), (e1 - e0) / (t1 - t0)
        return {
            "run": self.job.token,
            "state": self.state,
            **self.session.status(),
            "devices": self.devices,
            "speed": self.speed,
            "steps_per_second": steps,
            "epochs_per_second": epochs,
            "reason": self.reason,
            "queue": None,
        }
