"""What a server allows: how many runs, how much memory, how long without a viewer. Each from the environment, else from the machine."""

from __future__ import annotations

import contextlib
import math
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

from playground.families.contract import Estimate
from playground.text import N_, Message, Refusal

MB = 1024 * 1024
WORKER = 24 * MB  # what one small run takes besides the libraries that all workers share


@dataclass(frozen=True)
class Limits:
    """workers: runs that may hold a worker at once. run_memory: bytes one run may take. parameters: of one network.
    total_memory: of all workers together. shared_memory: the libraries that all workers share, counted in each one's
    resident size. stored_runs, stored_bytes: run folders kept. upload_bytes, picture_bytes: of one table or zip of pictures that somebody gives; stored_uploads,
    stored_upload_bytes: of those kept. frames: pictures a second, all runs together. The rest in seconds."""

    workers: int
    run_memory: int
    total_memory: int
    shared_memory: int
    parameters: int
    stored_runs: int
    stored_bytes: int
    upload_bytes: int
    picture_bytes: int
    stored_uploads: int
    stored_upload_bytes: int
    frames: float
    park_after: float
    hang_after: float
    build_after: float
    checkpoint_every: float


def memory() -> int:
    """Bytes of memory this machine or container has."""
    found = [int(psutil.virtual_memory().total)]
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        path = Path(name)
        if path.exists() and (said := path.read_text().strip()).isdigit():
            found.append(int(said))
    return min(found)


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def number(name: str, default: float) -> float:
    """A setting PLAYGROUND_<NAME> of the environment, or the default."""
    said = os.environ.get(f"PLAYGROUND_{name}", "")
    try:
        return float(said) if said else default
    except ValueError:
        raise SystemExit(f"PLAYGROUND_{name} must be a number; {said!r} was given.") from None


@cache
def limits() -> Limits:
    share = memory() // 2
    run_memory = int(number("RUN_MEMORY_MB", min(1024, max(128, share // MB // 4)))) * MB
    return Limits(
        workers=int(number("MAX_RUNS", max(4, min(200, share // WORKER)))),
        run_memory=run_memory,
        total_memory=share,
        shared_memory=int(number("SHARED_MEMORY_MB", 4096)) * MB,
        parameters=int(number("MAX_PARAMETERS", 20_000_000)),
        stored_runs=int(number("STORED_RUNS", 1000)),
        stored_bytes=int(number("STORED_MB", 2048)) * MB,
        upload_bytes=int(number("UPLOAD_MB", 2) * MB),
        picture_bytes=int(number("PICTURES_MB", 8) * MB),
        stored_uploads=int(number("STORED_UPLOADS", 500)),
        stored_upload_bytes=int(number("STORED_UPLOADS_MB", 256) * MB),
        frames=number("FRAMES", 70.0 * cores()),
        park_after=number("PARK_AFTER", 600.0),
        hang_after=number("HANG_AFTER", 60.0),
        build_after=number("BUILD_AFTER", 60.0),
        checkpoint_every=number("CHECKPOINT_EVERY", 10.0),
    )


def bind(memory: int, seconds: float | None = None) -> None:
    """Bound this process: bytes of address space beyond what it has now, and seconds of processor time. Not where the system has no such limits."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        if seconds is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds)))
        with open("/proc/self/statm") as file:
            most = int(file.read().split()[0]) * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def admit(estimate: Estimate) -> None:
    """Refuse a run that is too large for this server, in whole numbers, before anything is allocated."""
    allowed = limits()
    if estimate.parameters > allowed.parameters:
        raise Refusal(
            Message(
                N_("Network: at most {limit} parameters are possible here; this one has {given}. Take units or layers away."),
                {"limit": allowed.parameters, "given": estimate.parameters},
            )
        )
    if estimate.memory > allowed.run_memory:
        raise Refusal(
            Message(
                N_("Network: a run may take at most {limit} MB here; this one needs about {given} MB. Take units, layers or examples away."),
                {"limit": allowed.run_memory // MB, "given": -(-estimate.memory // MB)},
            )
        )
