"""What a delivered frame costs the UI server: its processor time over the frames that its viewers got."""

from __future__ import annotations

import argparse
import threading
import time
from typing import Any

import psutil

from benchmarks._server import Server, command, default, frames

RUNS = 4


def run(options: argparse.Namespace) -> dict[str, Any]:
    """cpu_ms: of the process that runs Streamlit and our routes, a frame."""
    delivered = [0] * RUNS
    ending = threading.Event()
    with Server() as server:
        server.warm()
        engine = server.engine()

        def watch(number: int) -> None:
            with server.viewer(engine.create(default())) as viewer:
                command(viewer, "speed", name="full")
                command(viewer, "train")
                for _ in frames(viewer):
                    delivered[number] += 1
                    if ending.is_set():
                        return

        threads = [threading.Thread(target=watch, args=(number,)) for number in range(RUNS)]
        for thread in threads:
            thread.start()
        while min(delivered) < 10:
            time.sleep(0.05)
        process = psutil.Process(server.process.pid)
        before, count, begun = process.cpu_times(), sum(delivered), time.perf_counter()
        time.sleep(2 * options.seconds)
        after, total, lasted = process.cpu_times(), sum(delivered) - count, time.perf_counter() - begun
        ending.set()
        for thread in threads:
            thread.join()
    spent = after.user + after.system - before.user - before.system
    return {"cpu_ms": round(1000 * spent / total, 3), "frames_per_second": round(total / lasted, 1), "viewers": RUNS}
