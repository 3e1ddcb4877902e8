"""Where files that are no part of an experiment are kept: a folder named by the environment, as the engine sets it for its workers; else in the server's home."""

from __future__ import annotations

import os
from pathlib import Path

LEARNED = "PLAYGROUND_LEARNED"  # the folder of models that were learned to measure others, for the engine's workers and the command line


def folder(variable: str, name: str) -> Path:
    """The folder that an environment variable names; else `name` in the server's home folder."""
    if said := os.environ.get(variable):
        return Path(said)
    home = os.environ.get("PLAYGROUND_HOME") or Path(__file__).resolve().parents[2] / ".playground"
    return Path(home) / name
