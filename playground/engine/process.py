"""A worker's process, before it trains: warm when it is forked, and of no harm to others."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import multiprocessing.connection
import os
import threading

import torch

from playground.engine.job import Job
from playground.engine.limits import bind
from playground.registry import families, torch_side


def warm() -> None:
    """Import all that a first step needs, and freeze it, so that a forked worker is ready in 40 ms and shares the memory."""
    import PIL.JpegImagePlugin
    import PIL.PngImagePlugin  # noqa: F401 (own pictures are decoded in a child too)
    import sklearn.datasets  # noqa: F401 (1 s and 200 MB in each worker that would import it itself)

    for name in families():
        torch_side(name)
    torch.set_num_threads(1)
    gc.collect()
    gc.freeze()


def harden(job: Job, device: str) -> None:
    """Last in line for the processor, first to go when memory runs out, never larger than allowed, gone with the engine."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            multiprocessing.connection.wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=watch, daemon=True, name="parent").start()
    with contextlib.suppress(OSError, AttributeError):
        os.nice(19 - os.nice(0))
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("800")
    if device == "cpu":  # an accelerator reserves address space by the hundred gigabytes: there the engine watches the resident size
        bind(job.memory)
