"""Data sets that are being fetched: each in a thread of its own, which needs nobody's page to stay open."""

from __future__ import annotations

import sys
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.data import download
from playground.experiment import Experiment
from playground.registry import datasets
from playground.text import N_, Message, Refusal


@dataclass
class Fetched:
    """How far one set has come. refusal: why its last try came to nothing."""

    running: bool = False
    done: int = 0
    refusal: Refusal | None = None


class Downloads:
    """The sets of one engine's home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._fetched = {name: Fetched() for name in download.SOURCES}

    def start(self, name: str) -> None:
        """Begin to fetch a set; nothing where it is here or under way. Refusal where there is none of that name."""
        if name not in self._fetched:
            raise Refusal(Message(N_("There is no set {given} to download. Choose one of {limit}."), {"given": name[:40], "limit": ", ".join(self._fetched)}))
        with self._lock:
            found = self._fetched[name]
            if found.running or download.here(name, self.folder):
                return
            found.running, found.done, found.refusal = True, 0, None
        threading.Thread(target=self._fetch, args=(name, found), daemon=True, name=f"download {name}").start()

    def _fetch(self, name: str, found: Fetched) -> None:
        def tell(done: int) -> None:
            found.done = done

        try:
            download.fetch(name, self.folder, tell)
        except Refusal as refusal:
            found.refusal = refusal
        except Exception:
            traceback.print_exc(file=sys.stderr)
            found.refusal = Refusal(Message(N_("The download came to nothing. Try again later.")))
        finally:
            found.running = False

    def told(self) -> dict[str, Any]:
        """Name -> {"state": "absent", "running" or "here", "done", "bytes", "refusal"}."""
        return {
            name: {
                "state": "running" if found.running else "here" if download.here(name, self.folder) else "absent",
                "done": found.done,
                "bytes": download.SOURCES[name].bytes,
                "refusal": [message.plain() for message in found.refusal.messages] if found.refusal else None,
            }
            for name, found in self._fetched.items()
        }

    def check(self, experiment: Experiment) -> None:
        """Refusal for an experiment whose set is not here yet."""
        name = experiment.data.name
        if name in self._fetched and not download.here(name, self.folder):
            raise download.missing(datasets()[name])
