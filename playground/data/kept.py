"""Where files that are no part of an experiment are kept: a folder named by the environment, as the engine sets it for its workers; else in the server's home."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

LEARNED = "PLAYGROUND_LEARNED"  # the folder of models that were learned to measure others, for the engine's workers and the command line
MOST = 40  # of them: a few hundred kilobytes each


def folder(variable: str, name: str) -> Path:
    """The folder that an environment variable names; else `name` in the server's home folder."""
    if said := os.environ.get(variable):
        return Path(said)
    home = os.environ.get("PLAYGROUND_HOME") or Path(__file__).resolve().parents[2] / ".playground"
    return Path(home) / name


def recall(name: str) -> bytes | None:
    """What was kept of a model under this name; None where there is nothing."""
    path = folder(LEARNED, "learned") / name
    with contextlib.suppress(OSError):
        raw = path.read_bytes()
        path.touch()  # used
        return raw
    return None


def keep(name: str, raw: bytes) -> None:
    """Keep a model, whole or not at all; those used longest ago make room. A disk that takes nothing is no harm: it is learned again."""
    with contextlib.suppress(OSError):
        place = folder(LEARNED, "learned")
        place.mkdir(parents=True, exist_ok=True)
        number, part = tempfile.mkstemp(dir=place, suffix=".part")  # a name of its own: others may keep the same at this moment
        with os.fdopen(number, "wb") as file:
            file.write(raw)
        os.replace(part, place / name)
        for old in sorted(place.glob("*.safetensors"), key=lambda one: one.stat().st_mtime, reverse=True)[MOST:]:
            old.unlink(missing_ok=True)
