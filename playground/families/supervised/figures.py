"""Pictures of any network that learns from answers. Pure; no torch, no colours but tokens, no words but texts to be translated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from playground.charts import outcomes
from playground.charts.curves import by_part, side_by_side
from playground.charts.tokens import LAYERS, say
from playground.text import N_

Arrays = Mapping[str, Any]
Figure = dict[str, Any]


def layer_title(index: int, count: int) -> dict[str, Any]:
    """What a layer with weights is called: the last is the output."""
    return say(N_("output layer")) if index == count - 1 else say(N_("hidden layer {number}"), number=index + 1)


def weights(found: Arrays) -> Figure:
    """Bands of each layer's weights over the epochs."""
    layers = []
    for i, layer in enumerate(found["values"]):  # (9, records)
        ratio = float(layer[found["ratio"], -1]) if layer.shape[1] else math.nan
        layers.append(
            {
                "title": layer_title(i, len(found["values"])),
                "epochs": found["epochs"],
                "bands": layer[: found["quantiles"]],
                "ratio": ratio if math.isfinite(ratio) else None,
            }
        )
    return {
        "layers": layers,
        "caption": say(N_("Dark: the middle half of the weights. Pale: all of them. Beside it, how far one update moves them, as a share of their size.")),
    }


def gradients(found: Arrays) -> Figure:
    """Left the size of each layer's gradient, right update / weight, both logarithmic."""
    count = len(found["values"])
    titles = [layer_title(i, count) for i in range(count)]
    panels = [
        (title, [(titles[i], found["values"][i, found[which]], LAYERS[i % len(LAYERS)]) for i in range(count)])
        for which, title in (("gradient", say(N_("gradient (root mean square)"))), ("ratio", say(N_("update / weight"))))
    ]
    return side_by_side(found["epochs"], panels)


def loss(found: Arrays) -> Figure:
    return by_part(found["curves"], found["chance"], say(N_("loss")), found["events"], True, {"rangemode": "tozero"})


def accuracy(found: Arrays) -> Figure:
    return by_part(found["curves"], found["chance"], say(N_("accuracy")), found["events"], False, {"range": [0, 1.02], "tickformat": ".0%"})


def r2(found: Arrays) -> Figure:
    return by_part(found["curves"], found["chance"], say("R²"), found["events"], False, {"range": [_floor(found), 1.02]})


def _floor(found: Arrays) -> float:
    """Where the axis of R2 starts: at -1, or at 0.1 below 0 where no curve goes lower. An early R2 of -50 would flatten the rest."""
    lowest = min((float(np.nanmin(y)) for _, y in found["curves"].values() if np.isfinite(y).any()), default=0.0)
    return max(-1.0, min(-0.1, lowest))


def confusion(found: Arrays) -> Figure:
    return outcomes.confusion(found["counts"], found["classes"])


def predictions(found: Arrays) -> Figure:
    return outcomes.predictions(found["true"], found["answered"])
