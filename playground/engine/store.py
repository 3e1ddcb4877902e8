"""Run folders: what is kept of each run on disk. One writer thread, so the engine never waits for a disk."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
KEEP_LATEST = 3  # checkpoints that are kept whatever their age; older ones thin out to powers of two apart


def write_file(path: Path, data: bytes) -> None:
    """Whole or not at all: temporary file beside it, fsync, rename, fsync of the folder."""
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The JSON lines of a file; an unfinished last line, or one that a full disk broke, is left alone."""
    if not path.exists():
        return []
    found = []
    for line in path.read_bytes().split(b"\n")[:-1]:
        with contextlib.suppress(orjson.JSONDecodeError):
            found.append(orjson.loads(line))
    return found


@dataclass
class Stored:
    """A run as found on disk. checkpoint: (step, path) of the newest, if there is one."""

    token: str
    experiment: bytes
    events: list[dict[str, Any]]
    last_step: int
    last_row: dict[str, Any] | None
    end: dict[str, Any] | None
    checkpoint: tuple[int, Path] | None


@dataclass
class Store:
    """All run folders under `home`/runs. Writing is handed to a thread; reading is done at once."""

    home: Path
    _jobs: queue.SimpleQueue[Callable[[], None] | None] = field(default_factory=queue.SimpleQueue)

    _removed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.runs.mkdir(parents=True, exist_ok=True)
        self._thread = threading.Thread(target=self._work, daemon=True, name="store")
        self._thread.start()

    @property
    def runs(self) -> Path:
        return self.home / "runs"

    def folder(self, token: str) -> Path:
        """The folder of a token; ValueError for anything that is not a token, so that no path gets out of `home`."""
        if not TOKEN.fullmatch(token):
            raise ValueError("not a run token")
        return self.runs / token

    def _work(self) -> None:
        while job := self._jobs.get():
            try:
                job()
            except Exception as error:  # a full disk must not end the training, nor this thread; it is said in the log
                print(f"store: {error!r}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Write what is waiting, then end."""
        self._jobs.put(None)
        self._thread.join(10)

    def flush(self) -> None:
        """Wait until everything handed in so far is on disk."""
        done = threading.Event()
        self._jobs.put(done.set)
        done.wait(10)

    def create(self, token: str, experiment: bytes, event: Mapping[str, Any]) -> None:
        folder = self.folder(token)

        def job() -> None:
            (folder / "checkpoints").mkdir(parents=True, exist_ok=True)
            write_file(folder / "experiment.json", experiment)
            self._append(folder / "events.jsonl", [event])

        self._jobs.put(job)

    @staticmethod
    def _append(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
        if path.parent.exists():
            with path.open("ab+") as file:
                if file.tell() and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n":
                    file.write(b"\n")  # the disk was full in the middle of a line
                file.write(b"".join(orjson.dumps(row) + b"\n" for row in rows))

    def rows(self, token: str, rows: list[dict[str, Any]]) -> None:
        path = self.folder(token) / "history.jsonl"
        self._jobs.put(lambda: self._append(path, rows))

    def cut(self, token: str, step: int) -> None:
        """Take away the rows after a step: the run went another way from there."""
        path = self.folder(token) / "history.jsonl"
        self._jobs.put(lambda: write_file(path, b"".join(orjson.dumps(row) + b"\n" for row in read_lines(path) if row["step"] <= step)))

    def event(self, token: str, event: Mapping[str, Any]) -> None:
        path = self.folder(token) / "events.jsonl"
        self._jobs.put(lambda: self._append(path, [event]))

    def checkpoint(self, token: str, step: int, data: bytes) -> None:
        folder = self.folder(token) / "checkpoints"

        def job() -> None:
            if folder.exists():
                write_file(folder / f"{step:012d}.safetensors", data)
                for path in thinned(sorted(folder.glob("*.safetensors"))):
                    path.unlink(missing_ok=True)

        self._jobs.put(job)

    def end(self, token: str, end: Mapping[str, Any] | None) -> None:
        """Write end.json, or take it away when the run goes on."""
        path = self.folder(token) / "end.json"

        def job() -> None:
            if end is None:
                path.unlink(missing_ok=True)
            elif path.parent.exists():
                write_file(path, orjson.dumps(end))

        self._jobs.put(job)

    def remove(self, token: str) -> None:
        """Gone at once for readers, from the disk in its turn."""
        folder = self.folder(token)
        self._removed.add(token)

        def job() -> None:
            shutil.rmtree(folder, ignore_errors=True)
            self._removed.discard(token)

        self._jobs.put(job)

    def history(self, token: str) -> list[dict[str, Any]]:
        """All rows of a run, in order."""
        return read_lines(self.folder(token) / "history.jsonl")

    def load(self, token: str) -> Stored | None:
        """What is on disk of a run; None if there is none."""
        folder = self.folder(token)
        if token in self._removed:
            return None
        try:
            experiment = (folder / "experiment.json").read_bytes()
        except FileNotFoundError:
            return None
        rows = read_lines(folder / "history.jsonl")
        checkpoints = sorted((folder / "checkpoints").glob("*.safetensors"))
        end = folder / "end.json"
        return Stored(
            token,
            experiment,
            read_lines(folder / "events.jsonl"),
            rows[-1]["step"] if rows else -1,
            rows[-1] if rows else None,
            orjson.loads(end.read_bytes()) if end.exists() else None,
            (int(checkpoints[-1].stem), checkpoints[-1]) if checkpoints else None,
        )

    def tidy(self, keep: set[str], most_runs: int, most_bytes: int) -> None:
        """Remove the longest untouched run folders until both caps are kept; never those in `keep`."""

        def job() -> None:
            found = []
            for folder in self.runs.iterdir():
                files = [path.stat() for path in folder.rglob("*") if path.is_file()]
                found.append((max((entry.st_mtime for entry in files), default=time.time()), sum(entry.st_size for entry in files), folder))
            found.sort(reverse=True)
            total = 0
            for number, (_, size, folder) in enumerate(found):
                total += size
                if folder.name not in keep and (number >= most_runs or total > most_bytes):
                    shutil.rmtree(folder, ignore_errors=True)

        self._jobs.put(job)


def thinned(paths: list[Path]) -> list[Path]:
    """The checkpoints to delete: the newest stay, older ones stay one for each doubling of their distance to the newest."""
    newest = int(paths[-1].stem) if paths else 0
    seen: set[int] = set()
    gone = []
    for path in paths[:-KEEP_LATEST]:  # of each stretch the oldest stays: it is the one that grows old
        bucket = (newest - int(path.stem)).bit_length()
        if bucket in seen:
            gone.append(path)
        seen.add(bucket)
    return gone
