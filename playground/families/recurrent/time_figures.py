"""The picture of the gradient through time. Pure; no torch, no colours but tokens, no words but texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from playground.charts.curves import line
from playground.charts.tokens import LAYERS, axis, say
from playground.families.supervised.inside_figures import rounded
from playground.text import N_

Arrays = Mapping[str, Any]
Figure = dict[str, Any]

LEAST = 1e-12  # what is drawn as 0 on an axis of powers of ten
ALIKE = 1.5  # a first gradient smaller by less than this is as large as any
FAR = 100.0  # a gradient so many times smaller or larger at the first step than at the last vanishes or explodes


def through_time(found: Arrays) -> Figure:
    """A line for each layer and direction, logarithmic, with a sentence that reads it."""
    steps = np.arange(1, found["length"] + 1, dtype=np.int32)
    data = []
    for at, layer in enumerate(found["layers"]):
        name = say(N_("layer {number}, backward") if layer["backward"] else N_("layer {number}"), number=layer["number"])
        sizes = np.where(layer["sizes"] > LEAST, layer["sizes"], np.nan).astype(np.float32)
        data.append({**line(steps, sizes, name, LAYERS[at % len(LAYERS)]), "mode": "lines+markers", "marker": {"size": 4, "color": LAYERS[at % len(LAYERS)]}})
    across = {"tickmode": "linear", "tick0": 1, "dtick": max(1, -(-found["length"] // 12)), "range": [0.5, found["length"] + 0.5]}
    layout = {"xaxis": axis(say(N_("step")), **across), "yaxis": axis(say(N_("size of the gradient")), type="log", exponentformat="power")}
    return {"data": data, "layout": layout, "log": False, "say": said(found)}


def said(found: Arrays) -> dict[str, Any]:
    """How far back it gets, by the first layer that reads forward: no number, nothing, cut, vanishing, exploding, or all the way."""
    forward = next((layer for layer in found["layers"] if not layer["backward"]), None)
    if forward is None or not np.isfinite(forward["sizes"]).all():
        return say(N_("The gradient is no longer a number: it exploded. Reset, and try a smaller learning rate."))
    sizes = forward["sizes"]
    largest = float(sizes.max())
    if largest == 0:
        return say(N_("The gradient is 0 everywhere: nothing is learned."))
    reached = np.flatnonzero(sizes > 0)
    if found["truncation"] and len(reached) and reached[0] > 0:
        return say(N_("Cut by truncated backpropagation: nothing gets back before step {step}."), step=int(reached[0]) + 1)
    if sizes[0] == 0 or largest / sizes[0] >= FAR:
        if sizes[0] == 0:
            return say(N_("Nothing of the gradient arrives at the first step: what was read there cannot be learned from."))
        return say(
            N_("The gradient at step 1 is {times} times smaller than at step {step}: it vanishes on the way back, and what was read first is hardly learned from."),
            times=rounded(largest / float(sizes[0])), step=int(sizes.argmax()) + 1,
        )  # fmt: skip
    if sizes[-1] > 0 and sizes[0] / sizes[-1] >= FAR:
        return say(
            N_("The gradient at step 1 is {times} times larger than at the last step: it explodes on the way back."), times=rounded(float(sizes[0] / sizes[-1]))
        )
    if largest / float(sizes[0]) < ALIKE:
        return say(N_("The gradient gets all the way back: at step 1 it is about as large as anywhere."))
    return say(
        N_("The gradient gets all the way back: at step 1 it is {times} times smaller than where it is largest."), times=rounded(largest / float(sizes[0]))
    )
