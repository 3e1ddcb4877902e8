"""A server of one's own for benchmarks and browser tests: `streamlit run app.py` on a free port, with a home of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson
import psutil
from websockets.sync.client import ClientConnection, connect

from playground.engine.client import ROOT, Engine
from playground.experiment import Experiment, parse
from playground.registry import families

PAGE_VIEWS = ("network", "boundary", "loss", "weights")  # what the dense page has open at first


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def default(**training: Any) -> Experiment:
    """The dense page's first experiment, with so many epochs that it does not end while it is measured."""
    return endless("dense", "spiral", **training)


def textbook() -> Experiment:
    """The textbook's convolutional network on MNIST, the same way."""
    return endless("conv", "cnn-textbook")


def endless(family: str, preset: str, **training: Any) -> Experiment:
    """A preset with so many epochs that it does not end while it is measured."""
    plain = json.loads(json.dumps(dict(families()[family].presets[preset].experiment)))
    plain["training"] |= {"epochs": 100_000, **training}
    return parse(plain)


class Server:
    """Started on entering, ended on leaving; ready when its engine has its first worker warm."""

    def __init__(self, home: Path | None = None, app: str = "app.py", health: str = "/healthz", **environment: str) -> None:
        self._own = home is None
        self.home = home or Path(tempfile.mkdtemp(prefix="playground-home-"))
        self.port = free_port()
        self._app, self._health, self._environment = app, health, environment

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            self._app,
            "--server.port",
            str(self.port),
            "--server.headless",
            "true",
            "--server.address",
            "127.0.0.1",
        ]
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=self.log, stderr=subprocess.STDOUT, env={**os.environ, "PLAYGROUND_HOME": str(self.home), **self._environment}
        )
        self._until_up()
        return self

    def _until_up(self) -> None:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError, urllib.error.URLError), urllib.request.urlopen(f"{self.url}{self._health}", timeout=5):
                return
            time.sleep(0.1)
        self.log.seek(0)
        raise RuntimeError(f"the server did not start: {self.log.read()[-2000:]}")

    def warm(self) -> Server:
        """Wait until a first run was built: its worker has warmed the forkserver."""
        engine = self.engine()
        with self.viewer(engine.create(default())) as viewer:
            next(frames(viewer))
        return self

    def engine(self) -> Engine:
        return Engine.attached(self.home)

    @contextlib.contextmanager
    def viewer(self, run: str, views: tuple[str, ...] = PAGE_VIEWS, rate: float = 15.0) -> Iterator[ClientConnection]:
        """A WebSocket viewer of a run, as the browser's front is one."""
        with connect(f"ws://127.0.0.1:{self.port}/live", max_size=None, compression=None) as viewer:
            viewer.send(json.dumps({"type": "hello", "run": run, "views": views, "rate": rate}))
            yield viewer

    def processes(self) -> list[psutil.Process]:
        """The UI server, the engine, the forkserver, the workers."""
        server = psutil.Process(self.process.pid)
        return [server, *server.children(recursive=True)]

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        if self._own:
            shutil.rmtree(self.home, ignore_errors=True)


def frames(viewer: ClientConnection) -> Iterator[tuple[dict[str, Any], int]]:
    """Each frame's header and size in bytes; acknowledged when the next is asked for."""
    while True:
        message = viewer.recv(timeout=60)
        if isinstance(message, bytes):
            yield head(message), len(message)
            viewer.send('{"type": "ack"}')


def head(frame: bytes) -> dict[str, Any]:
    """The status in a frame, without touching its arrays."""
    size = int.from_bytes(frame[:4], "little")
    return dict(orjson.loads(frame[4 : 4 + size])["status"])


def answered(viewer: ClientConnection, number: int, name: str, params: dict[str, Any]) -> float:
    """Seconds from a question to its answer, while frames may come between. number: of the question, from 1."""
    begun = time.perf_counter()
    viewer.send(json.dumps({"type": "ask", "id": number, "name": name, "params": params}))
    while True:
        said = viewer.recv(timeout=60)
        if isinstance(said, bytes):
            head = json.loads(said[4 : 4 + int.from_bytes(said[:4], "little")])
            if head["type"] == "answer" and head["id"] == number:
                return time.perf_counter() - begun
            viewer.send('{"type": "ack"}')
        elif json.loads(said)["type"] == "refusal":
            raise RuntimeError(said)


def command(viewer: ClientConnection, which: str, /, **params: Any) -> None:
    viewer.send(json.dumps({"type": "command", "id": 1, "name": which, "params": params}))


def sized(experiment: Experiment, views: tuple[str, ...], count: int = 60) -> dict[str, float]:
    """How large frames of these views are while it trains at full speed, over so many of them: kilobytes, the mean; largest_kilobytes."""
    with Server() as server:
        server.warm()
        with server.viewer(server.engine().create(experiment), views, rate=10) as watching:
            command(watching, "speed", name="full")
            command(watching, "train")
            seen = frames(watching)
            sizes: list[int] = []
            while len(sizes) < count:
                status, size = next(seen)
                if status["step"] > 0:
                    sizes.append(size)
    return {"kilobytes": round(statistics.mean(sizes) / 1000, 1), "largest_kilobytes": round(max(sizes) / 1000, 1)}
