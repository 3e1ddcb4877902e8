"""The engine from outside: started and kept alive by the UI server, called from its scripts and routes. No torch.

One handle a process. It belongs to the module and not to Streamlit's cache, which any client can clear.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from playground.data import csv_text, picture_zip, text_files
from playground.engine import protocol
from playground.engine.limits import limits
from playground.experiment import Experiment
from playground.text import Message, Refusal

ROOT = Path(__file__).resolve().parent.parent.parent
CALL_WITHIN = 30.0  # seconds
WHERE = "engine.json"
POLLED_FOR = 20.0  # seconds without a poll after which a polling viewer counts as gone
MOST_VIEWS = 1000  # polling viewers whose open views are remembered
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")}


class Unreachable(ConnectionError):
    """The engine does not answer."""


def home() -> Path:
    """Where runs are kept: PLAYGROUND_HOME, else `.playground` beside the code."""
    return Path(os.environ.get("PLAYGROUND_HOME") or ROOT / ".playground")


@dataclass
class Polled:
    """A viewer that has no socket of its own: what came for it waits in our connection until it asks."""

    sock: socket.socket
    unpacker: protocol.Unpacker = field(default_factory=protocol.Unpacker)
    last: float = field(default_factory=time.monotonic)


class Engine:
    """A handle on the engine's process. All methods may be called from any thread."""

    def __init__(self, folder: Path | None = None) -> None:
        self.home = folder or home()
        self.secret = secrets.token_urlsafe(24)
        self.address: dict[str, Any] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._polled: dict[str, Polled] = {}
        self._views: dict[str, Any] = {}
        self._pruner: threading.Thread | None = None
        self._closing = False

    # -- life

    def start(self) -> Engine:
        """See that the engine runs. One that died is started anew, and finds its runs in their folders."""
        with self._lock:
            if self._closing or (self._process is not None and self._process.poll() is None):
                return self
            environment = {**os.environ, **ONE_THREAD, "MALLOC_ARENA_MAX": "2", "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "playground.engine", str(self.home)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment, start_new_session=True,
            )  # fmt: skip
            assert self._process.stdin is not None and self._process.stdout is not None
            try:
                self._process.stdin.write(self.secret.encode() + b"\n")
                self._process.stdin.flush()
                self.address = json.loads(self._process.stdout.readline())
            except (OSError, ValueError) as error:
                raise Unreachable("the engine did not start") from error
            self._tell_where()
            threading.Thread(target=self._watch, args=(self._process,), daemon=True, name="engine").start()
        return self

    def _tell_where(self) -> None:
        """Leave word in the home folder, for our own eyes only: benchmarks and tools may attach to a running server."""
        path = self.home / WHERE
        self.home.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"address": self.address, "secret": self.secret}, file)

    @classmethod
    def attached(cls, folder: Path) -> Engine:
        """A handle on the engine of a running server, by its home folder. Unreachable if there is none."""
        try:
            said = json.loads((folder / WHERE).read_text())
        except (OSError, ValueError) as error:
            raise Unreachable("no server runs on that folder") from error
        handle = cls(folder)
        handle.address, handle.secret, handle._closing = said["address"], said["secret"], True
        return handle

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """When the engine dies, end what it leaves, at once, and start a new one."""
        process.wait()
        self._end_group(process)
        if "path" in self.address:
            shutil.rmtree(Path(self.address["path"]).parent, ignore_errors=True)
        if not self._closing:
            time.sleep(0.2)  # an engine that cannot start must not keep a core busy
            with contextlib.suppress(Unreachable):
                self.start()

    @staticmethod
    def _end_group(process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(OSError, AttributeError):
            os.killpg(process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the engine and all its workers."""
        with self._lock:
            if self._process is None:
                return
            self._closing = True
            process = self._process
        with contextlib.suppress(OSError):
            (self.home / WHERE).unlink()
        if process.poll() is None:
            assert process.stdin is not None
            with contextlib.suppress(OSError):
                process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            self._end_group(process)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    # -- calls

    def connect(self) -> socket.socket:
        """A connection that has told the secret."""
        self.start()
        try:
            if "path" in self.address:
                sock = socket.socket(socket.AF_UNIX)
                sock.settimeout(CALL_WITHIN)
                sock.connect(self.address["path"])
            else:
                sock = socket.create_connection((self.address["host"], self.address["port"]), CALL_WITHIN)
            sock.sendall(protocol.text({"secret": self.secret}))
        except OSError as error:
            raise Unreachable(str(error)) from error
        return sock

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One question, one answer. Refusal where it is refused; Unreachable where there is no answer."""
        return self._call(protocol.text({"type": "call", "method": method, "params": params}))

    def _call(self, packet: bytes) -> dict[str, Any]:
        with self.connect() as sock:
            try:
                sock.sendall(packet)
                unpacker = protocol.Unpacker()
                while data := sock.recv(1 << 18):
                    for _, payload in unpacker.feed(data):
                        return self._answer(orjson.loads(payload))
            except OSError as error:
                raise Unreachable(str(error)) from error
        raise Unreachable("closed without an answer")

    @staticmethod
    def _answer(said: Mapping[str, Any]) -> dict[str, Any]:
        if "refusal" in said:
            raise Refusal(*map(Message.of, said["refusal"]))
        return dict(said["answer"])

    def create(self, experiment: Experiment, *, replaces: str | None = None) -> str:
        """A new ready run; its token. `replaces`: the run it takes the place of, paused or forgotten."""
        return str(self.call("create", experiment=experiment.model_dump(mode="json"), replaces=replaces)["run"])

    def find(self, token: str) -> dict[str, Any] | None:
        """{"run", "state", "step", "experiment"} of a run, live changes included; None if it is not there."""
        try:
            return self.call("find", run=token)
        except Refusal:
            return None

    def act(self, token: str, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Change a run, as a viewer's action would."""
        return self.call("act", run=token, name=name, params=dict(params))

    def health(self) -> dict[str, Any]:
        return self.call("health")

    def history(self, token: str) -> list[dict[str, Any]]:
        """All rows of a run."""
        return list(self.call("history", run=token)["rows"])

    def upload(self, data: bytes) -> dict[str, Any]:
        """Give a CSV file; its description, as `data.upload.description` has it, once the engine has read and kept it. Refusal where it is no table of use."""
        csv_text.check(data, limits().upload_bytes)
        return self._give(data, "table")

    def upload_pictures(self, data: bytes) -> dict[str, Any]:
        """Give a zip of pictures; its description, as `data.own_pictures.description` has it. Refusal where there is nothing to learn from in it."""
        picture_zip.check(data, limits().picture_bytes)
        return self._give(data, "pictures")

    def upload_series(self, data: bytes) -> dict[str, Any]:
        """Give a CSV file with a series in it; its description, as `data.own_series.description` has it. Refusal where there is none."""
        csv_text.check(data, limits().upload_bytes)
        return self._give(data, "series")

    def upload_text(self, data: bytes) -> dict[str, Any]:
        """Give a text; its description, as `data.own_text.description` has it. Refusal where there is nothing to learn from in it."""
        text_files.check(data, limits().upload_bytes)
        return self._give(data, "text")

    def _give(self, data: bytes, kind: str) -> dict[str, Any]:
        params = {"data": np.frombuffer(data, np.uint8), "kind": kind}
        return self._call(protocol.packet(protocol.BINARY, protocol.pack({"type": "call", "method": "upload", "params": params})))

    def uploaded(self, sha256: str, kind: str = "table") -> dict[str, Any]:
        """The description of a file or of pictures that were given before. Refusal if they are not here."""
        return self.call("uploaded", sha256=sha256, kind=kind)

    def download(self, name: str) -> dict[str, Any]:
        """Begin to fetch a data set; answered as `downloads`. It goes on whoever looks."""
        return self.call("download", name=name)

    def downloads(self) -> dict[str, Any]:
        """Name -> {"state": "absent", "running" or "here", "done", "bytes", "refusal": the last try's} of the data sets that can be downloaded."""
        return self.call("downloads")

    # -- for hosts that do not pass our WebSocket on

    def poll(self, viewer: str, outbox: list[str], run: str) -> bytes:
        """Hand in a viewer's messages, take what came for it: packets one after another, at most one frame, the latest.

        What is taken counts as painted: the next poll brings the next frame.
        """
        said = [message for message in map(_object, outbox) if "views" in message]
        with self._lock:
            if self._pruner is None:
                self._pruner = threading.Thread(target=self._prune, daemon=True, name="polled")
                self._pruner.start()
            for message in said:
                self._views[viewer] = message["views"]
            while len(self._views) > MOST_VIEWS:
                del self._views[next(iter(self._views))]
            polled, views = self._polled.get(viewer), self._views.get(viewer, [])
        try:
            if polled is None:  # new, or the engine was started anew: say again what is watched
                polled = self._open_polled(viewer)
                if not any(message.get("type") == "hello" for message in said):
                    outbox = [json.dumps({"type": "hello", "run": run, "views": views}), *outbox]
            return self._exchange(polled, outbox)
        except OSError as error:
            with self._lock:
                if (broken := self._polled.pop(viewer, None)) is not None:
                    broken.sock.close()
            raise Unreachable(str(error)) from error

    def _prune(self) -> None:
        """Let go of viewers that have not asked for a while: their tabs are closed, their runs may rest."""
        while not self._closing:
            time.sleep(POLLED_FOR / 2)
            with self._lock:
                for name in [name for name, polled in self._polled.items() if time.monotonic() - polled.last > POLLED_FOR]:
                    self._polled.pop(name).sock.close()

    def _open_polled(self, viewer: str) -> Polled:
        sock = self.connect()
        sock.sendall(protocol.text({"type": "watch"}))
        polled = Polled(sock)
        with self._lock:
            self._polled[viewer] = polled
        return polled

    @staticmethod
    def _exchange(polled: Polled, outbox: list[str]) -> bytes:
        polled.last = time.monotonic()
        polled.sock.setblocking(True)
        for message in outbox:
            raw = message.encode("utf-8", "replace")[: protocol.MAX_INBOUND + 1]
            polled.sock.sendall(protocol.packet(protocol.TEXT, raw))
        polled.sock.setblocking(False)
        packets: list[tuple[int, bytes]] = []
        with contextlib.suppress(BlockingIOError):
            while data := polled.sock.recv(1 << 18):
                packets.extend(polled.unpacker.feed(data))
            raise ConnectionResetError("the engine closed the connection")
        frames = [payload for kind, payload in packets if kind == protocol.FRAME]
        if frames:
            polled.sock.setblocking(True)
            polled.sock.sendall(protocol.text({"type": "ack"}))
        rest = [protocol.packet(kind, payload) for kind, payload in packets if kind != protocol.FRAME]
        return b"".join(rest + [protocol.packet(protocol.BINARY, payload) for payload in frames[-1:]])


def _object(text: str) -> dict[str, Any]:
    """A viewer's message as plain data; empty where it is none (the engine will say so)."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


_engine: Engine | None = None
_making = threading.Lock()


def engine() -> Engine:
    """This process's handle; starts the engine if the server did not."""
    global _engine
    with _making:
        if _engine is None:
            _engine = Engine()
            atexit.register(_engine.close)
    return _engine.start()
