"""The recurrent page: does watching cost training, and how large is a frame."""

from __future__ import annotations

import argparse
import statistics
from typing import Any

from benchmarks._pairs import alternating
from benchmarks._server import Server, command, endless, frames

VIEWS = ("network", "confusion", "loss", "gates")  # what the page has open at first, and the gates
FRAMES = 60


def run(options: argparse.Namespace) -> dict[str, Any]:
    """ratio: steps/s with a viewer at 10 frames/s over the bare loop's, the median over alternating pairs. kilobytes: of a frame, the mean; largest: the largest of them."""
    experiment = endless("recurrent", "lstm-50")
    figures = alternating(options.seconds, experiment, VIEWS, "recurrent")
    with Server() as server:
        server.warm()
        with server.viewer(server.engine().create(experiment), VIEWS, rate=10) as watching:
            command(watching, "speed", name="full")
            command(watching, "train")
            seen = frames(watching)
            sizes: list[int] = []
            while len(sizes) < FRAMES:
                status, size = next(seen)
                if status["step"] > 0:
                    sizes.append(size)
    return {**figures, "kilobytes": round(statistics.mean(sizes) / 1000, 1), "largest_kilobytes": round(max(sizes) / 1000, 1)}
