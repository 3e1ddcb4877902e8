"""The GAN page, of points and of pictures: does watching cost training, and how large is a frame."""

from __future__ import annotations

import argparse
from typing import Any

from benchmarks._pairs import alternating
from benchmarks._server import endless, sized

POINTS = ("layered", "coverage", "losses", "weights", "phase")  # what the page has open at first
PICTURES = ("samples", "classes", "losses", "weights", "phase")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """ratio: steps/s with a viewer at 10 frames/s over the bare loop's, the median over alternating pairs; kilobytes: of a frame, the mean; the worse of points (eight-gaussians) and pictures
    (dcgan-fast), each of which is told too."""
    found = {}
    for preset, views, which in (("eight-gaussians", POINTS, "gan"), ("dcgan-fast", PICTURES, "dcgan")):
        experiment = endless("gan", preset)
        found[preset.replace("-", "_")] = {**alternating(options.seconds, experiment, views, which), **sized(experiment, views)}
    return {"ratio": min(one["ratio"] for one in found.values()), "kilobytes": max(one["kilobytes"] for one in found.values()), **found}
