"""The recurrent page: does watching cost training, and how large is a frame."""

from __future__ import annotations

import argparse
from typing import Any

from benchmarks._pairs import alternating
from benchmarks._server import endless, sized

VIEWS = ("network", "confusion", "loss", "gates")  # what the page has open at first, and the gates


def run(options: argparse.Namespace) -> dict[str, Any]:
    """ratio: steps/s with a viewer at 10 frames/s over the bare loop's, the median over alternating pairs. kilobytes: of a frame, the mean; largest: the largest of them."""
    experiment = endless("recurrent", "lstm-50")
    figures = alternating(options.seconds, experiment, VIEWS, "recurrent")
    return {**figures, **sized(experiment, VIEWS)}
