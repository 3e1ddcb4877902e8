"""The picture of a network of one feature: its data and its answer over it. Pure; no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.charts.tokens import say
from playground.text import N_

Arrays = Mapping[str, Any]
Figure = dict[str, Any]


def fit(found: Arrays) -> Figure:
    """The data, the answer, and the numbers by which a hand can move it."""
    keys = ("x", "answer", "closed", "domain", "bend", "train", "test", "weights", "bias", "loss", "units")
    classes = [say(name) for name in found["classes"]]
    across = say(found["feature"])
    if found["units"] is not None:
        across = say(N_("{name}, in standard deviations from the mean"), name=across)
    return {**{key: found[key] for key in keys}, "classes": classes, "feature": say(found["feature"]), "across": across}
