"""A class: N trainings at full speed, N WebSocket viewers, one small server. Gaps between frames, fairness, memory."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from typing import Any

import numpy as np
import psutil
from websockets.asyncio.client import connect

from benchmarks._server import PAGE_VIEWS, Server, default, head


class Pupil:
    """One viewer: when its frames came, and how far its run was at the first and last of the measured time."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.first: tuple[float, int] | None = None
        self.last: tuple[float, int] = (0.0, 0)
        self.bytes = 0

    async def watch(self, url: str, run: str, window: asyncio.Event, over: asyncio.Event, started: asyncio.Semaphore) -> None:
        async with connect(url, max_size=None, compression=None) as socket:
            await socket.send(json.dumps({"type": "hello", "run": run, "views": PAGE_VIEWS}))
            for name, params in (("speed", {"name": "full"}), ("train", {})):
                await socket.send(json.dumps({"type": "command", "id": 1, "name": name, "params": params}))
            running = False
            async for message in socket:
                if not isinstance(message, bytes):
                    continue
                now = time.perf_counter()
                if not running or (window.is_set() and not over.is_set()):
                    status = head(message)
                    if not running and status["state"] == "running":
                        running = True
                        started.release()
                    if window.is_set():
                        self.times.append(now)
                        self.bytes += len(message)
                        self.first = self.first or (now, status["step"])
                        self.last = (now, status["step"])
                if over.is_set():
                    return
                await socket.send('{"type": "ack"}')


def memory_mb(processes: list[psutil.Process]) -> float:
    """All processes together, shared pages counted once (proportional set size)."""
    return sum(process.memory_full_info().pss for process in processes) / 2**20


async def lesson(server: Server, runs: int, seconds: float) -> dict[str, Any]:
    engine = server.engine()
    pupils = [Pupil() for _ in range(runs)]
    window, over, started = asyncio.Event(), asyncio.Event(), asyncio.Semaphore(0)
    url = f"ws://127.0.0.1:{server.port}/live"
    tasks = []
    for number, pupil in enumerate(pupils):
        token = engine.create(default().model_copy(update={"seed": number}))
        tasks.append(asyncio.create_task(pupil.watch(url, token, window, over, started)))
        await asyncio.sleep(0)
    for _ in pupils:
        await asyncio.wait_for(started.acquire(), 120)
    await asyncio.sleep(5)
    cpu = psutil.Process(server.process.pid).cpu_times()
    window.set()
    await asyncio.sleep(seconds)
    spent = psutil.Process(server.process.pid).cpu_times()
    memory = memory_mb(server.processes())
    over.set()
    await asyncio.wait(tasks, timeout=30)
    gaps = np.concatenate([np.diff(pupil.times) for pupil in pupils])
    speeds = [(pupil.last[1] - pupil.first[1]) / (pupil.last[0] - pupil.first[0]) for pupil in pupils if pupil.first]
    total = sum(len(pupil.times) for pupil in pupils)
    return {
        "gap_p50_s": round(float(np.percentile(gaps, 50)), 3),
        "gap_p95_s": round(float(np.percentile(gaps, 95)), 3),
        "slowest_over_fastest": round(min(speeds) / max(speeds), 3),
        "memory_mb": round(memory),
        "frames_per_second": round(total / seconds, 1),
        "epochs_per_second": round(sum(speeds) / 25, 1),
        "relay_cpu_ms": round(1000 * (spent.user + spent.system - cpu.user - cpu.system) / total, 3),
        "runs": runs,
    }


def run(options: argparse.Namespace) -> dict[str, Any]:
    with Server(PLAYGROUND_MAX_RUNS=str(options.runs + 4)) as server:
        server.warm()
        return asyncio.run(lesson(server, options.runs, max(20.0, options.seconds)))
