"""Epochs a second of spiral 8-8-8, batch 10, with a viewer at 10 frames/s, and of the bare loop beside it, alternating."""

from __future__ import annotations

import argparse
from typing import Any

from benchmarks._pairs import alternating
from benchmarks._server import default
from playground.data.contract import sizes
from playground.registry import rows


def run(options: argparse.Namespace) -> dict[str, Any]:
    """ratio: the median over alternating pairs; epochs_per_second, bare_epochs_per_second: medians."""
    experiment = default()
    steps = -(-sizes(rows(experiment.data), experiment.data)[0] // experiment.training.batch_size)  # of an epoch
    figures = alternating(options.seconds)
    return {
        "ratio": figures["ratio"],
        "epochs_per_second": round(figures["steps_per_second"] / steps, 1),
        "bare_epochs_per_second": round(figures["bare_steps_per_second"] / steps, 1),
        "frames_per_second": figures["frames_per_second"],
        "ratios": figures["ratios"],
    }
