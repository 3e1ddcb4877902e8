"""A viewer without a browser: talks to the engine as the live channel does, and waits for states instead of sleeping."""

from __future__ import annotations

import contextlib
import json
import select
import time
from collections.abc import Callable
from typing import Any

from playground.engine import protocol
from playground.engine.client import Engine

PATIENCE = 60.0  # seconds; only against hanging


class Watcher:
    """Watches one run over a connection of its own. `frames` counts the frames taken; each is acknowledged when `ack` is set."""

    def __init__(self, engine: Engine, run: str, views: tuple[str, ...] = (), rate: float = 30.0, ack: bool = True) -> None:
        self.sock = engine.connect()
        self.unpacker = protocol.Unpacker()
        self.status: dict[str, Any] = {}
        self.frame: dict[str, Any] = {}
        self.frames = 0
        self.bytes = 0
        self.answers: dict[int, dict[str, Any]] = {}
        self.refusals: list[dict[str, Any]] = []
        self.ack = ack
        self._number = 0
        self.say({"type": "watch"})
        self.hello(run, views, rate)

    def hello(self, run: str, views: tuple[str, ...] = (), rate: float = 30.0) -> None:
        self.run = run
        self.say({"type": "hello", "run": run, "views": list(views), "rate": rate})

    def say(self, message: dict[str, Any]) -> None:
        self.sock.sendall(protocol.packet(protocol.TEXT, json.dumps(message).encode()))

    def command(self, which: str, /, **params: Any) -> dict[str, Any]:
        return self.ask_for({"type": "command", "name": which, "params": params})

    def ask(self, which: str, /, **params: Any) -> dict[str, Any]:
        return self.ask_for({"type": "ask", "name": which, "params": params})

    def act(self, which: str, /, **params: Any) -> dict[str, Any]:
        return self.ask_for({"type": "action", "name": which, "params": params})

    def ask_for(self, message: dict[str, Any]) -> dict[str, Any]:
        """Send under a new id and wait for what comes back."""
        self._number += 1
        number = self._number
        self.say({**message, "id": number})
        self.until(lambda: number in self.answers, f"an answer to {message}")
        return self.answers.pop(number)

    def read(self, seconds: float = 0.0) -> bool:
        """Take what is there, waiting up to `seconds` for something. False once the engine closed the connection."""
        if not select.select([self.sock], [], [], seconds)[0]:
            return True
        try:
            data = self.sock.recv(1 << 18)
        except ConnectionError:
            return False
        for kind, payload in self.unpacker.feed(data):
            self.take(kind, payload)
        return bool(data)

    def take(self, kind: int, payload: bytes) -> None:
        message = json.loads(payload) if kind == protocol.TEXT else protocol.unpack(payload)
        if message["type"] == "frame":
            self.frame, self.status = message, message["status"]
            self.frames += 1
            self.bytes += len(payload)
            if self.ack:
                self.say({"type": "ack"})
        elif message["type"] == "status":
            self.status = message["status"]
        elif message.get("id") is not None:
            self.answers[message["id"]] = message
        else:
            self.refusals.append(message)

    def until(self, holds: Callable[[], bool], what: str = "a state", patience: float = PATIENCE) -> None:
        """Read until it holds; AssertionError if it does not in time."""
        end = time.monotonic() + patience
        while not holds():
            assert time.monotonic() < end, f"waited {patience} s for {what}; status {self.status}"
            assert self.read(0.2), f"the engine closed while waiting for {what}"

    def until_state(self, *states: str, patience: float = PATIENCE) -> None:
        self.until(lambda: self.status.get("state") in states, f"state {states}", patience)

    def leave(self) -> None:
        """Stop the run, which would train on unwatched, and close."""
        with contextlib.suppress(OSError):
            self.say({"type": "command", "id": 0, "name": "stop"})
        self.close()

    def close(self) -> None:
        self.sock.close()
