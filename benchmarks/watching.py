"""Does watching cost training? Steps/s with a WebSocket viewer taking 10 frames/s over the bare loop's, alternating."""

from __future__ import annotations

import argparse
from typing import Any

from benchmarks._pairs import alternating


def run(options: argparse.Namespace) -> dict[str, Any]:
    """ratio: the median over alternating pairs."""
    return alternating(options.seconds)
