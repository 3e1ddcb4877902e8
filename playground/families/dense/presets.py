"""Ready-made dense experiments, each making one point. No torch."""

from __future__ import annotations

from types import MappingProxyType

from playground.families.contract import Preset
from playground.text import N_


def _points(name: str, layers: tuple[int, ...], activation: str = "tanh", **changed: object) -> dict[str, object]:
    training = {"loss": "mse", "optimizer": {"name": "sgd", "learning_rate": 0.015}, "batch_size": 10, "epochs": 2000, **changed}
    data: dict[str, object] = {"name": name}
    if name not in {"iris", "wine", "breast_cancer", "diabetes"}:
        data |= {"samples": 500, "noise": 0.0, "train_fraction": 0.5}
    hidden = [{"units": units, "activation": activation} for units in layers]
    return {"version": 1, "seed": 0, "data": data, "model": {"family": "dense", "layers": hidden}, "training": training}


PRESETS = MappingProxyType({
    "spiral": Preset(N_("Two spirals"), N_("Three layers of eight untangle what no straight line can part."), _points("spiral", (8, 8, 8))),
    "xor": Preset(N_("XOR"), N_("No single line solves it; four neurons in one layer do."), _points("xor", (4,), epochs=500)),
    "circle": Preset(N_("Circle"), N_("A few straight edges, bent together, close into a ring."), _points("circle", (4, 2), epochs=500)),
    "iris": Preset(N_("Iris flowers"), N_("150 real flowers, four measurements, three species."), _points("iris", (8,), loss="cross_entropy", optimizer={"name": "adam", "learning_rate": 0.01}, epochs=300)),
    "diabetes": Preset(N_("Diabetes progression"), N_("Ten measurements of 442 patients; how far the disease went a year later."), _points("diabetes", (8,), optimizer={"name": "adam", "learning_rate": 0.003}, epochs=300)),
})  # fmt: skip
