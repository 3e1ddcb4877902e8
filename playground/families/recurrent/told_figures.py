"""Pictures of what a recurrent network answers. Pure; no torch, no colours but tokens, no words but texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from playground.charts.curves import line
from playground.charts.tokens import axis, say
from playground.text import N_

Arrays = Mapping[str, Any]
Figure = dict[str, Any]

BETTER = 0.05  # of the naive forecast's error: less is no better worth telling
NEAR = 0.5  # what is nearer to the naive forecast than this share of how far the truth is from it repeats it


def forecast(found: Arrays) -> Figure:
    """The series with its forecasts, and a sentence on how they compare."""
    told = {name: value for name, value in found.items() if name != "repeats"}
    return {**told, "unit": say(found["unit"]) if found["unit"] else "", "say": compared(found["scores"].get("test"), found["repeats"])}


def compared(scores: Mapping[str, float | None] | None, repeats: float | None) -> dict[str, Any]:
    """The forecast beside the naive one, in a sentence. repeats: how far it is from it, as a share of how far the truth is."""
    if scores is None or scores["rmse"] is None:
        return say(N_("The network's answers are no numbers any more. Reset, and try a smaller learning rate."))
    ours, naive = scores["rmse"], scores["naive_rmse"]
    if not naive:
        return say(N_("The naive forecast is never wrong here: the series does not change."))
    gained = 1 - ours / naive
    if gained > BETTER:
        return say(N_("On what it never saw, its error is {share} % smaller than that of the naive forecast."), share=round(100 * gained))
    if repeats is not None and repeats < NEAR:
        return say(N_("On what it never saw, it is no better than the naive forecast: it has learned to repeat the last value."))
    if gained > -BETTER:
        return say(N_("On what it never saw, it is no better than the naive forecast: to repeat the last value would do as well."))
    return say(N_("On what it never saw, its error is {share} % larger than that of the naive forecast."), share=round(-100 * gained))


def positions(found: Arrays) -> Figure:
    """A line with a mark for each answered step, and chance dotted."""
    steps, classes = found["steps"], found["right"] is not None
    values = found["right"] if classes else found["off"]
    title = say(N_("right answers")) if classes or found["off"] is None else say(N_("distance from the truth"))
    data = []
    if values is not None:
        data.append(
            {
                **line(steps, values, say(N_("test")), "--test"),
                "mode": "lines+markers" if len(steps) > 1 else "markers",
                "marker": {"size": 6, "color": "--test"},
            }
        )
        data.append(
            line(
                steps[[0, -1]].astype(np.float32),
                np.full(2, found["chance"], np.float32),
                say(N_("naive: last value") if found["naive"] else N_("chance")),
                "--chance",
                "dot",
                hoverinfo="skip",
            )
        )
    upward = {"range": [0, 1.02], "tickformat": ".0%"} if classes else {"rangemode": "tozero"}
    across = {"tickmode": "linear", "dtick": max(1, -(-int(steps[-1] - steps[0] + 1) // 10)), "tick0": int(steps[0])}
    layout = {"xaxis": axis(say(N_("step")), **across), "yaxis": axis(title, **upward)}
    return {"data": data, "layout": layout, "log": False, "say": _where(found)}


def _where(found: Arrays) -> dict[str, Any]:
    right, steps = found["right"], found["steps"]
    if right is None and found["off"] is None:
        return say(N_("The network's answers are no numbers any more."))
    if right is None:
        worst = int(found["off"].argmax())
        return say(N_("It is farthest off at step {step}."), step=int(steps[worst]))
    best, worst = int(right.argmax()), int(right.argmin())
    if right[best] - right[worst] < 0.02:
        return say(N_("Right in {share} % at every step."), share=round(100 * float(right.mean())))
    return say(
        N_("Right in {best} % at step {first}, in {worst} % at step {second}."),
        best=round(100 * float(right[best])), first=int(steps[best]), worst=round(100 * float(right[worst])), second=int(steps[worst]),
    )  # fmt: skip


def writing(found: Arrays) -> Figure:
    """Texts, and the loss beside that of single signs."""
    return dict(found)


def typed(found: Arrays) -> Figure:
    """A sequence with what is believed after each sign; classes as texts."""
    return {**found, "classes": [say(name) for name in found["classes"]]}
