"""A watched run and the bare loop, one after the other, pair by pair: the machine's speed changes from minute to minute."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import Any

from websockets.sync.client import ClientConnection

from benchmarks._server import PAGE_VIEWS, Server, command, default, frames
from playground.engine.client import ROOT
from playground.experiment import Experiment

PAIRS = 5


def watched(viewer: ClientConnection, seconds: float) -> tuple[float, float]:
    """Steps and frames a second of a run that trains at full speed while it is watched."""
    command(viewer, "train")
    seen = frames(viewer)
    while (status := next(seen)[0])["state"] != "running" or status["step"] == 0:
        pass
    for _ in range(5):  # under way
        next(seen)
    begun, first, count = time.perf_counter(), next(seen)[0]["step"], 0
    while time.perf_counter() < begun + seconds:
        status, _ = next(seen)
        count += 1
    lasted = time.perf_counter() - begun
    command(viewer, "pause")
    while next(seen)[0]["state"] != "paused":
        pass
    viewer.send('{"type": "ack"}')
    return (status["step"] - first) / lasted, count / lasted


def bare(seconds: float, which: str) -> float:
    """Steps a second of the plain script: of `benchmarks/_bare.py`, the loop of that name."""
    done = subprocess.run([sys.executable, "-m", "benchmarks._bare", which, str(seconds)], cwd=ROOT, check=True, capture_output=True, text=True)
    return float(done.stdout)


def alternating(seconds: float, experiment: Experiment | None = None, views: tuple[str, ...] = PAGE_VIEWS, which: str = "dense") -> dict[str, Any]:
    """Steps/s of an experiment, the default one unless told, with a WebSocket viewer at 10 frames/s, and of the bare loop, `seconds` each. ratio: the median over the pairs."""
    with Server() as server:
        server.warm()
        token = server.engine().create(experiment or default())
        with server.viewer(token, views, rate=10) as viewer:
            command(viewer, "speed", name="full")
            pairs = []
            for _ in range(PAIRS):
                steps, per_second = watched(viewer, seconds)
                pairs.append((steps, bare(seconds, which), per_second))
    ratios = [steps / plain for steps, plain, _ in pairs]
    return {
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(one, 3) for one in ratios],
        "steps_per_second": round(statistics.median(pair[0] for pair in pairs), 1),
        "bare_steps_per_second": round(statistics.median(pair[1] for pair in pairs), 1),
        "frames_per_second": round(statistics.median(pair[2] for pair in pairs), 1),
    }
