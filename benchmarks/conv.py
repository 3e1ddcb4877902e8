"""The convolutional page: does watching cost training, how large is a frame, how soon is a drawing answered while it trains."""

from __future__ import annotations

import argparse
import base64
import statistics
from typing import Any

import numpy as np
from websockets.sync.client import ClientConnection

from benchmarks._pairs import alternating
from benchmarks._server import Server, answered, command, frames, textbook

VIEWS = ("network", "tryout", "loss", "filters")  # what the page has open at first
SIDE = 112  # of a drawing, in pixels
DRAWINGS = 60


def run(options: argparse.Namespace) -> dict[str, Any]:
    """ratio: steps/s with a viewer at 10 frames/s over the bare loop's, the median over alternating pairs. kilobytes: of a frame, the mean. answer_p50_ms, answer_p95_ms: from
    sending a drawing to its answer, at full speed and with a viewer at 10 frames/s."""
    figures = alternating(options.seconds, textbook(), VIEWS, "conv")
    with Server() as server:
        server.warm()
        token = server.engine().create(textbook())
        with server.viewer(token, VIEWS, rate=10) as watching, server.viewer(token, (), rate=0.5) as drawing:
            command(watching, "speed", name="full")
            command(watching, "train")
            seen = frames(watching)
            sizes, answers = [], []
            for number in range(DRAWINGS):
                status, size = next(seen)
                if status["step"] > 0:
                    sizes.append(size)
                answers.append(drawn(drawing, number))
    return {
        **figures,
        "kilobytes": round(statistics.mean(sizes) / 1000, 1),
        "answer_p50_ms": round(1000 * statistics.median(answers), 1),
        "answer_p95_ms": round(1000 * float(np.quantile(answers, 0.95)), 1),
    }


def drawn(viewer: ClientConnection, number: int) -> float:
    """Seconds from a drawing to the network's answer: a stroke that grows a little each time."""
    canvas = np.zeros((SIDE, SIDE), np.uint8)
    canvas[20 : 30 + number, 50:62] = 255
    image = {"pixels": base64.b64encode(canvas.tobytes()).decode(), "rows": SIDE, "cols": SIDE, "channels": 1, "drawn": True}
    return answered(viewer, number + 1, "maps", {"image": image})
