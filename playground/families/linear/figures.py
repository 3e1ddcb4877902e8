"""Arrays of the probes -> what the browser draws. Pure; no torch, no colours but tokens, no words but texts to be translated."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from playground.charts.tokens import axis, say
from playground.families.dense import figures as dense
from playground.families.supervised.lines import fit
from playground.text import N_

Arrays = Mapping[str, Any]
Figure = dict[str, Any]

FLAT = 1e-9  # a curvature below it bounds no learning rate that can be chosen


def surface(found: Arrays) -> Figure:
    """The landscape of the loss, the way walked in it, and sentences on what bounds the learning rate."""
    keys = ("window", "map", "scale", "path", "here", "gradient", "steepest", "goal", "loss")
    names = [_name(*name) for name in found["names"]]
    axes = len(found["window"])
    return {**{key: found[key] for key in keys}, "axes": names[:axes], "rule": _rule(found), "notes": list(_notes(found, axes))}


def _name(kind: str, of: str) -> dict[str, Any]:
    """What a weight is called."""
    if kind == "weight":
        return say(N_("weight of {input}"), input=say(of))
    return say({"slope": N_("slope"), "intercept": N_("intercept"), "bias": N_("bias")}[kind])


def _rule(found: Arrays) -> dict[str, Any]:
    """What can truly be said of the learning rate."""
    rate, curvature = _short(found["rate"], 4), found["curvature"]
    if found["rule"] == "corners":
        return say(N_("This loss is made of straight pieces: no curvature bounds the learning rate. At a corner it jumps to and fro by as much as a step; yours is {rate}."), rate=rate)  # fmt: skip
    if not math.isfinite(curvature) or curvature < FLAT:
        return say(N_("No curvature at this place, so nothing is said about the learning rate. Yours is {rate}."), rate=rate)
    values = {"curvature": _short(curvature), "limit": _short(2 / curvature), "rate": rate, "optimizer": say(found["optimizer"])}
    if found["rule"] == "local":
        return say(
            N_("Here gradient descent is stable up to 2 / largest curvature = 2 / {curvature} = {limit}; elsewhere it differs. Yours is {rate}."), **values
        )
    if found["rule"] == "other":
        return say(N_("Full-batch gradient descent is stable up to 2 / largest curvature = 2 / {curvature} = {limit}; for {optimizer} as it is set that is a hint. Yours is {rate}."), **values)  # fmt: skip
    if found["rate"] < 2 / curvature:
        return say(N_("Stable up to 2 / largest curvature = 2 / {curvature} = {limit}. Yours is {rate}: it settles."), **values)
    return say(N_("Stable up to 2 / largest curvature = 2 / {curvature} = {limit}. Yours is {rate}: every step overshoots more."), **values)


def _short(value: float, digits: int = 3) -> str:
    """A few digits that count, without zeros behind."""
    return f"{value:.{digits}g}"


def _notes(found: Arrays, axes: int) -> list[dict[str, Any]]:
    """What must be said for the picture not to mislead."""
    notes = []
    if (others := len(found["names"]) - axes) > 0:
        notes.append(say(N_("A slice; held as they are now: {count} more."), count=others))
    if found["widened"]:
        notes.append(say(N_("Doubled {count} times to hold the path; same colours."), count=found["widened"]))
    if found["goal"] is not None and not all(low <= at <= high for at, (low, high) in zip(found["goal"], found["window"], strict=True)):
        notes.append(say(N_("Least squares lies far outside.")))
    if found["penalty"] and found["goal"] is not None:
        notes.append(say(N_("The penalty pulls the path to a place beside the cross.")))
    if found["here"] is None:
        notes.append(say(N_("The weights are no numbers any more: there is no place to draw them at.")))
    return notes


def coefficients(found: Arrays) -> Figure:
    """A bar for each weight, and a mark where least squares would have it."""
    names = [say(name) for name in found["features"]]
    if len(found["values"]) > len(names):
        names.append(say(N_("bias")))
    colours = ["--pos" if value >= 0 else "--neg" for value in found["values"]]
    data: list[dict[str, Any]] = [
        {"type": "bar", "orientation": "h", "x": found["values"], "y": names, "marker": {"color": colours}, "name": say(N_("weights")), "hoverinfo": "x+y"}
    ]
    if found["closed"] is not None:
        mark = {"symbol": "x-thin-open", "size": 9, "color": "--text", "line": {"width": 2}}
        data.append(
            {"type": "scatter", "mode": "markers", "x": found["closed"], "y": names, "marker": mark, "name": say(N_("least squares")), "hoverinfo": "x+y+name"}
        )
    layout = {
        "xaxis": axis(say(N_("weight")), zeroline=True, zerolinecolor="--soft"),
        "yaxis": {"type": "category", "autorange": "reversed", "dtick": 1 + len(names) // 17},
        "bargap": 0.45,
    }
    return {"data": data, "layout": layout, "log": False}


FIGURES: Mapping[str, Callable[[Arrays], Figure]] = MappingProxyType({**dense.FIGURES, "fit": fit, "coefficients": coefficients, "surface": surface})
