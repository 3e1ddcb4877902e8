"""Two half circles that reach into each other (scikit-learn's moons, scaled into the plane)."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.data.contract import NUMBERED, PLANE, Data, Dataset, PointsSpec
from playground.text import N_

DATASET = Dataset(
    title=N_("Moons"),
    about=N_("Two half moons that reach into each other. A straight line gets most of them; one bend gets all."),
    kind="points",
    task="binary",
    features=("x₁", "x₂"),
    classes=NUMBERED[:2],
)
RADIUS = 3.0


class Spec(PointsSpec):
    name: Literal["moons"] = "moons"


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """Half circles of radius 3 around (-1.5, -0.75), upward, class 0, and (1.5, 0.75), downward, class 1; moved by noise * U(-3, 3)."""
    arcs, labels = [], []
    for label, way in ((1, -1.0), (0, 1.0)):
        angle = np.linspace(0, np.pi, (spec.samples + label) // 2)
        arc = way * RADIUS * np.stack([np.cos(angle), np.sin(angle)], 1) - way * np.array([1.5, 0.75])  # (n, 2)
        arcs.append(arc + spec.noise * rng.uniform(-RADIUS, RADIUS, arc.shape))
        labels.append(np.full(len(arc), label))
    return Data(np.concatenate(arcs).astype(np.float32), np.concatenate(labels), "binary", DATASET.classes, DATASET.features, PLANE)
