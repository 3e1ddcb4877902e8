"""The autoencoder page: does watching cost training, how large is a frame, how soon does the decoder answer a place that is dragged to while it trains."""

from __future__ import annotations

import argparse
import statistics
from typing import Any

import numpy as np

from benchmarks._pairs import alternating
from benchmarks._server import Server, answered, command, endless, frames

VIEWS = ("map", "tryout", "loss", "rebuilt", "phase")  # what the page has open at first
FRAMES, DRAGS = 60, 4  # frames, and places that are asked for between two of them


def run(options: argparse.Namespace) -> dict[str, Any]:
    """ratio: steps/s with a viewer at 10 frames/s over the bare loop's, the median over alternating pairs. kilobytes: of a frame, the mean; largest_kilobytes: the largest of them. drag_p50_ms, drag_p95_ms: from
    a place to what the decoder makes of it, at full speed and with a viewer at 10 frames/s."""
    experiment = endless("autoencoder", "vae-2")
    figures = alternating(options.seconds, experiment, VIEWS, "autoencoder")
    sizes: list[int] = []
    answers: list[float] = []
    with Server() as server:
        server.warm()
        token = server.engine().create(experiment)
        with server.viewer(token, VIEWS, rate=10) as watching, server.viewer(token, (), rate=0.5) as dragging:
            command(watching, "speed", name="full")
            command(watching, "train")
            seen = frames(watching)
            while len(sizes) < FRAMES:
                status, size = next(seen)
                if not status["step"]:
                    continue
                sizes.append(size)
                for _ in range(DRAGS):
                    place = [2 * np.sin(len(answers) / 20), 2 * np.cos(len(answers) / 20)]
                    answers.append(answered(dragging, len(answers) + 1, "decode", {"code": place}))
    return {
        **figures,
        "kilobytes": round(statistics.mean(sizes) / 1000, 1),
        "largest_kilobytes": round(max(sizes) / 1000, 1),
        "drag_p50_ms": round(1000 * statistics.median(answers), 1),
        "drag_p95_ms": round(1000 * float(np.quantile(answers, 0.95)), 1),
    }
