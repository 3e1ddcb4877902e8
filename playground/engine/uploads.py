"""What people give, tables, pictures, series and texts: read in a process of its own, which may be ended; kept under the engine's home, the oldest unused going first."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from playground.data import csv_text, own_pictures, own_series, own_text, picture_zip, text_files, upload
from playground.engine import limits, protocol
from playground.engine.launchers.local import LocalLauncher
from playground.engine.link import Link
from playground.engine.store import Store, write_file
from playground.experiment import Experiment
from playground.text import N_, Message, Refusal

WITHIN = 2.0  # seconds of processor time that reading a table may take; a full machine is no fault of the table
WAIT = 10.0  # seconds until an answer is given up, beyond what the reading itself may take
MEMORY = 256 * limits.MB  # address space that reading one may take beyond a bare process; what it really uses is a quarter of it
AT_ONCE = 2  # read at the same time
CHECKSUM = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Kind:
    """What can be given. read: bytes -> its description, with a "sha256", and the bytes that are kept, None for the same ones. again: kept bytes -> the
    description that stands in them, None where they have to be read once more. within: seconds of processor time; memory: bytes. The rest are sentences."""

    suffix: str
    read: Callable[[bytes], tuple[dict[str, Any], bytes | None]]
    again: Callable[[bytes], dict[str, Any]] | None
    check: Callable[[bytes, limits.Limits], None]
    missing: Callable[[], Refusal]
    within: float
    memory: int
    too_large: str
    too_long: str
    unreadable: str
    spec: type


KINDS: Mapping[str, Kind] = {
    "table": Kind(
        ".csv", lambda raw: (upload.description(raw), None), None, lambda raw, allowed: csv_text.check(raw, allowed.upload_bytes), upload.missing, WITHIN, MEMORY,
        N_("Reading the table took more memory than one may take here. Keep fewer rows or columns."),
        N_("Reading the table took longer than {seconds} seconds and was ended. Keep fewer rows or columns, or try again."),
        N_("This file could not be read as a table. Save it as CSV, with one line a row, and choose that file."),
        upload.Spec,
    ),
    "pictures": Kind(
        own_pictures.SUFFIX, lambda raw: own_pictures.description(raw), own_pictures.kept_description,
        lambda raw, allowed: picture_zip.check(raw, allowed.picture_bytes), own_pictures.missing, 10.0, 384 * limits.MB,
        N_("Reading the pictures took more memory than one may take here. Make them smaller, or keep fewer."),
        N_("Reading the pictures took longer than {seconds} seconds and was ended. Make them smaller, 64×64 pixels are plenty, or keep fewer."),
        N_("This file could not be read as a zip of pictures. Pack PNG or JPEG pictures anew, a folder for each class, and choose that file."),
        own_pictures.Spec,
    ),
    "series": Kind(
        own_series.SUFFIX, lambda raw: (own_series.description(raw), None), None, lambda raw, allowed: csv_text.check(raw, allowed.upload_bytes), own_series.missing, WITHIN, MEMORY,
        N_("Reading the table took more memory than one may take here. Keep fewer rows or columns."),
        N_("Reading the table took longer than {seconds} seconds and was ended. Keep fewer rows or columns, or try again."),
        N_("This file could not be read as a table. Save it as CSV, with one line a row, and choose that file."),
        own_series.Spec,
    ),
    "text": Kind(
        own_text.SUFFIX, lambda raw: own_text.description(raw), own_text.kept_description, lambda raw, allowed: text_files.check(raw, allowed.upload_bytes), own_text.missing, WITHIN, MEMORY,
        N_("Reading the text took more memory than one may take here. Keep a part of it."),
        N_("Reading the text took longer than {seconds} seconds and was ended. Keep a part of it, or try again."),
        N_("This could not be read as a text. Save it as plain text (.txt, UTF-8), or paste it."),
        own_text.Spec,
    ),
}  # fmt: skip


def main(sock: socket.socket, raw: bytes, kind: str = "table") -> None:
    """Process entry: say what is in the file and what is to be kept of it, or why it is refused, and end."""
    about = KINDS[kind]
    limits.bind(about.memory, seconds=about.within)
    kept: bytes | None = None
    try:
        described, kept = about.read(raw)
        said: dict[str, Any] = {"answer": described}
    except Refusal as refusal:
        said = {"refusal": [message.plain() for message in refusal.messages]}
    except MemoryError:
        said = {"refusal": [Message(about.too_large).plain()]}
    except Exception:
        traceback.print_exc(file=sys.stderr)
        said = {"refusal": [Message(about.unreadable).plain()]}
    sock.sendall(protocol.packet(protocol.BINARY, protocol.pack({**said, "kept": None if kept is None else np.frombuffer(kept, np.uint8)})))
    os._exit(0)


class Uploads:
    """The files of one engine's home, by their checksums."""

    def __init__(self, store: Store, launcher: LocalLauncher, allowed: limits.Limits) -> None:
        self.folder = store.home / "uploads"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._store, self._launcher, self._limits = store, launcher, allowed
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._keeping = threading.Lock()

    async def take(self, raw: bytes, kind: str = "table") -> dict[str, Any]:
        """Read a file and keep it; its description. Refusal, with sentences, for what is none of its kind, too large, or does not fit in any more."""
        about = KINDS[kind]
        await asyncio.to_thread(about.check, raw, self._limits)
        described, kept = await self._read(raw, kind)
        await asyncio.to_thread(self._keep, described["sha256"], raw if kept is None else kept, about.suffix)
        return described

    async def described(self, sha256: str, kind: str = "table") -> dict[str, Any]:
        """The description of a file that is here. Refusal if it is not."""
        raw = await asyncio.to_thread(self._bytes, sha256, kind)
        if (again := KINDS[kind].again) is not None:
            return await asyncio.to_thread(again, raw)
        return (await self._read(raw, kind))[0]

    def check(self, experiment: Experiment) -> None:
        """Refusal for an experiment whose file is not here; one that is counts as used now."""
        for name, kind in KINDS.items():
            if isinstance(experiment.data, kind.spec):
                try:
                    os.utime(self._path(experiment.data.sha256, name))  # type: ignore[attr-defined]
                except OSError:
                    raise kind.missing() from None

    def _path(self, sha256: str, kind: str = "table") -> Path:
        if not CHECKSUM.fullmatch(sha256):
            raise KINDS[kind].missing()
        return self.folder / f"{sha256}{KINDS[kind].suffix}"

    def _bytes(self, sha256: str, kind: str) -> bytes:
        try:
            return self._path(sha256, kind).read_bytes()
        except OSError:
            raise KINDS[kind].missing() from None

    async def _read(self, raw: bytes, kind: str) -> tuple[dict[str, Any], bytes | None]:
        about = KINDS[kind]
        async with self._turns:
            started = await self._launcher.read(raw, kind)
            link = Link(*await asyncio.open_connection(sock=started.sock))
            try:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(WAIT + about.within):
                        async for _, payload in link.packets():
                            return _answer(protocol.unpack(payload))
            finally:
                started.process.kill()
                link.close()
                await asyncio.to_thread(started.process.join, 5)
        raise Refusal(Message(about.too_long, {"seconds": round(about.within)}))  # it tells of all else itself

    def _keep(self, sha256: str, raw: bytes, suffix: str = ".csv") -> None:
        if not CHECKSUM.fullmatch(sha256):
            raise ValueError("not a checksum")
        path = self.folder / f"{sha256}{suffix}"
        with self._keeping:
            if path.exists():
                os.utime(path)
                return
            self._make_room(len(raw))
            try:
                write_file(path, raw)
            except OSError as error:
                raise Refusal(Message(N_("What was given could not be kept: {detail}."), {"detail": error.strerror or "?"})) from None

    def _make_room(self, wanted: int) -> None:
        """Remove the files used longest ago until one more fits; never one that a stored run needs."""
        suffixes = {kind.suffix for kind in KINDS.values()}
        held = sorted((entry.stat().st_mtime, entry.stat().st_size, entry) for entry in self.folder.iterdir() if entry.suffix in suffixes)
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
                Message(
                    N_(
                        "This server keeps at most {limit} tables, texts and sets of pictures, and stored runs need them all. Ask whoever runs it for more room."
                    ),
                    {"limit": len(held)},
                )
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


def _answer(said: Mapping[str, Any]) -> tuple[dict[str, Any], bytes | None]:
    if "refusal" in said:
        raise Refusal(*map(Message.of, said["refusal"]))
    kept = said["kept"]
    return dict(said["answer"]), None if kept is None else kept.tobytes()
