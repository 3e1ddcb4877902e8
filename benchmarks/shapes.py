"""Does it learn TensorFlow Playground's shapes as well as TensorFlow Playground does? Median halved squared test error over some seeds, beside its own."""

from __future__ import annotations

import argparse
import statistics
import sys
from typing import Any

from playground.experiment import Experiment, parse

SHAPES: dict[str, tuple[tuple[int, ...], int, float]] = {  # units of the layers, epochs, median of TensorFlow Playground's own engine over 51 runs
    "circle": ((4, 2), 300, 0.0030),
    "gauss": ((2,), 300, 0.0002),
    "xor": ((4, 2), 500, 0.0037),
    "spiral": ((8, 8, 8), 1500, 0.072),
}


def shape(name: str, seed: int) -> Experiment:
    """One of its data sets with its settings. Its loss is half of our mse, so that its learning rate of 0.03 is our 0.015."""
    units, epochs, _ = SHAPES[name]
    return parse(
        {
            "seed": seed,
            "data": {"name": name, "samples": 500, "noise": 0.0, "train_fraction": 0.5},
            "model": {"family": "dense", "layers": [{"units": n, "activation": "tanh"} for n in units], "initialization": "uniform"},
            "training": {"loss": "mse", "optimizer": {"name": "sgd", "learning_rate": 0.015}, "batch_size": 10, "epochs": epochs},
        }
    )


def error(name: str, seed: int) -> float:
    """Half of the mean squared test error, targets -1 and 1, after the last epoch."""
    from playground.engine.session import Session
    from playground.training import devices

    devices.one_thread()
    session = Session(shape(name, seed))
    while session.ended is None:
        session.advance()
    loss: float = session.status()["metrics"]["test_loss"]
    return loss / 2


def run(options: argparse.Namespace) -> dict[str, Any]:
    """For each shape: median, least and most over the seeds, the reference median, and median / reference: wanted at most 2."""
    figures: dict[str, Any] = {"seeds": options.seeds}
    for name, (_, _, reference) in SHAPES.items():
        errors = []
        for seed in range(options.seeds):
            errors.append(error(name, seed))
            if not options.json:
                print(f"{name} {seed}: {errors[-1]:.5f}", file=sys.stderr)
        median = statistics.median(errors)
        figures |= {
            f"{name}_median": round(median, 5),
            f"{name}_least": round(min(errors), 5),
            f"{name}_most": round(max(errors), 5),
            f"{name}_reference": reference,
            f"{name}_ratio": round(median / reference, 2),
        }
    return figures
