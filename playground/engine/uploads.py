"""Tables that people give: read in a process of their own, which may be ended; kept under the engine's home, the oldest unused going first."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from playground.data import csv_text, upload
from playground.engine import limits, protocol
from playground.engine.launchers.local import LocalLauncher
from playground.engine.link import Link
from playground.engine.store import Store, write_file
from playground.experiment import Experiment
from playground.text import N_, Message, Refusal

WITHIN = 2.0  # seconds of processor time that reading a table may take; a full machine is no fault of the table
WAIT = 10.0  # seconds until an answer is given up
MEMORY = 256 * limits.MB  # address space that reading one may take beyond a bare process; what it really uses is a quarter of it
AT_ONCE = 2  # tables read at the same time
CHECKSUM = re.compile("[0-9a-f]{64}")


def main(sock: socket.socket, raw: bytes) -> None:
    """Process entry: say what is in the file, or why it is refused, and end."""
    limits.bind(MEMORY, seconds=WITHIN)
    try:
        said: dict[str, Any] = {"answer": upload.description(raw)}
    except Refusal as refusal:
        said = {"refusal": [message.plain() for message in refusal.messages]}
    except MemoryError:
        said = {"refusal": [Message(N_("Reading the table took more memory than one may take here. Keep fewer rows or columns.")).plain()]}
    except Exception:
        traceback.print_exc(file=sys.stderr)
        said = {"refusal": [unreadable().plain()]}
    sock.sendall(protocol.text(said))
    os._exit(0)


def unreadable() -> Message:
    return Message(N_("This file could not be read as a table. Save it as CSV, with one line a row, and choose that file."))


class Uploads:
    """The files of one engine's home, by their checksums."""

    def __init__(self, store: Store, launcher: LocalLauncher, allowed: limits.Limits) -> None:
        self.folder = store.home / "uploads"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._store, self._launcher, self._limits = store, launcher, allowed
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._keeping = threading.Lock()

    async def take(self, raw: bytes) -> dict[str, Any]:
        """Read a file and keep it; its description. Refusal, with sentences, for what is no table, too large, or does not fit in any more."""
        csv_text.check(raw, self._limits.upload_bytes)
        described = await self._read(raw)
        await asyncio.to_thread(self._keep, described["sha256"], raw)
        return described

    async def described(self, sha256: str) -> dict[str, Any]:
        """The description of a file that is here. Refusal if it is not."""
        return await self._read(await asyncio.to_thread(self._bytes, sha256))

    def check(self, experiment: Experiment) -> None:
        """Refusal for an experiment whose table is not here; a table that is counts as used now."""
        if isinstance(experiment.data, upload.Spec):
            try:
                os.utime(self._path(experiment.data.sha256))
            except OSError:
                raise upload.missing() from None

    def _path(self, sha256: str) -> Path:
        if not CHECKSUM.fullmatch(sha256):
            raise upload.missing()
        return self.folder / f"{sha256}.csv"

    def _bytes(self, sha256: str) -> bytes:
        try:
            return self._path(sha256).read_bytes()
        except OSError:
            raise upload.missing() from None

    async def _read(self, raw: bytes) -> dict[str, Any]:
        async with self._turns:
            started = await self._launcher.table(raw)
            link = Link(*await asyncio.open_connection(sock=started.sock))
            try:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(WAIT):
                        async for _, payload in link.packets():
                            return _answer(orjson.loads(payload))
            finally:
                started.process.kill()
                link.close()
                await asyncio.to_thread(started.process.join, 5)
        raise Refusal(  # it tells of all else itself
            Message(
                N_("Reading the table took longer than {seconds} seconds and was ended. Keep fewer rows or columns, or try again."), {"seconds": round(WITHIN)}
            )
        )

    def _keep(self, sha256: str, raw: bytes) -> None:
        path = self._path(sha256)
        with self._keeping:
            if path.exists():
                os.utime(path)
                return
            self._make_room(len(raw))
            try:
                write_file(path, raw)
            except OSError as error:
                raise Refusal(Message(N_("The table could not be kept: {detail}."), {"detail": error.strerror or "?"})) from None

    def _make_room(self, wanted: int) -> None:
        """Remove the files used longest ago until one more fits; never one that a stored run needs."""
        held = sorted((entry.stat().st_mtime, entry.stat().st_size, entry) for entry in self.folder.glob("*.csv"))
        total, count = sum(size for _, size, _ in held) + wanted, len(held) + 1
        allowed = self._limits
        used: set[str] | None = None
        for _, size, entry in held:
            if total <= allowed.stored_upload_bytes and count <= allowed.stored_uploads:
                return
            used = self._used() if used is None else used
            if entry.stem not in used:
                entry.unlink(missing_ok=True)
                total, count = total - size, count - 1
        if total > allowed.stored_upload_bytes or count > allowed.stored_uploads:
            raise Refusal(
                Message(N_("This server keeps at most {limit} tables, and stored runs need them all. Ask whoever runs it for more room."), {"limit": len(held)})
            )

    def _used(self) -> set[str]:
        """The checksums that stored runs name."""
        self._store.flush()
        found = set()
        for path in self._store.runs.glob("*/experiment.json"):
            try:
                data = orjson.loads(path.read_bytes())["data"]
            except (OSError, ValueError, KeyError):  # being removed just now, or no experiment
                continue
            found.add(str(data.get("sha256", "")))
        return found


def _answer(said: Mapping[str, Any]) -> dict[str, Any]:
    if "refusal" in said:
        raise Refusal(*map(Message.of, said["refusal"]))
    return dict(said["answer"])
