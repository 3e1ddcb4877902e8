"""Starts workers on this machine: forked from a warm server process, or spawned where there is no fork."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.engine.job import Job

PRELOAD = ["torch", "playground.engine.warm"]


@dataclass(frozen=True)
class Started:
    """A worker's process and our end of its socket."""

    process: BaseProcess
    sock: socket.socket


def _main(sock: socket.socket, job: Job) -> None:
    from playground.engine.worker import main

    main(sock, job)


def _probe(sock: socket.socket) -> None:
    from playground.engine.worker import probe

    probe(sock)


def _read(sock: socket.socket, raw: bytes, kind: str) -> None:
    from playground.engine.uploads import main

    main(sock, raw, kind)


@dataclass
class LocalLauncher:
    """One process and one socket a run. Starting is done in a thread: the engine's loop never waits for a fork."""

    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "launcher"))

    def __post_init__(self) -> None:
        server = "forkserver" in multiprocessing.get_all_start_methods()
        self._context: Any = multiprocessing.get_context("forkserver" if server else "spawn")
        if server:
            self._context.set_forkserver_preload(PRELOAD)

    def _start(self, target: Callable[..., None], *arguments: object) -> Started:
        ours, theirs = socket.socketpair()
        process = self._context.Process(target=target, args=(theirs, *arguments), daemon=True)
        process.start()
        theirs.close()
        ours.setblocking(False)
        return Started(process, ours)

    async def launch(self, job: Job) -> Started:
        """A worker for one run."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._start, _main, job)

    async def read(self, raw: bytes, kind: str) -> Started:
        """A process that reads what somebody gives, a table or pictures, and tells what is in it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._start, _read, raw, kind)

    async def probe(self) -> Started:
        """A process that tells the devices of this machine and ends; the first one warms the rest."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._start, _probe)
