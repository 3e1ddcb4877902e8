"""Curves by epoch, as Plotly's plain data: no template, font, background or margin; the browser's theme adds those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.charts.tokens import axis, happenings, say
from playground.text import N_

Curve = tuple[NDArray[np.float32], NDArray[np.float32]]
PARTS = {
    "train": (N_("train"), "--train", "solid"),
    "validation": (N_("validation"), "--test", "dashdot"),
    "test": (N_("test"), "--test", "dash"),
}


def line(x: object, y: object, name: dict[str, Any], color: str, dash: str = "solid", **more: Any) -> dict[str, Any]:
    """One line; NaN in y is a gap."""
    look = {"color": color, "dash": dash, "width": 2}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "line": look, "connectgaps": False, **more}


def by_part(
    curves: Mapping[str, Curve], chance: float, title: dict[str, Any], events: Iterable[Mapping[str, Any]], log: bool, yaxis: Mapping[str, Any]
) -> dict[str, Any]:
    """One metric on each part, and a dotted line for chance. curves: part -> (epochs, values)."""
    lines = [line(x, y, say(PARTS[part][0]), *PARTS[part][1:]) for part, (x, y) in curves.items()]
    last = max((float(x[-1]) for x, _ in curves.values() if len(x)), default=0.0)
    ends = np.array([0, max(last, 1.0)], np.float32)
    lines.append(line(ends, np.full(2, chance, np.float32), say(N_("chance")), "--chance", "dot", hoverinfo="skip"))
    layout = {"xaxis": axis(say(N_("epoch")), rangemode="tozero"), "yaxis": axis(title, **yaxis), **happenings(events)}
    return {"data": lines, "layout": layout, "log": log}


def side_by_side(x: object, panels: Sequence[tuple[dict[str, Any], Sequence[tuple[dict[str, Any], object, str]]]]) -> dict[str, Any]:
    """Two panels with logarithmic y axes over the same epochs; each is (title, [(name, y, colour)]), lines of one name go on and off together."""
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    for number, (title, lines) in enumerate(panels, 1):
        place = "" if number == 1 else str(number)
        for at, (name, y, color) in enumerate(lines):
            data.append(line(x, y, name, color, xaxis=f"x{place}", yaxis=f"y{place}", legendgroup=str(at), showlegend=number == 1))
        start = (number - 1) * 0.54
        layout[f"xaxis{place}"] = axis(say(N_("epoch")), domain=[start, start + 0.46], anchor=f"y{place}", rangemode="tozero")
        layout[f"yaxis{place}"] = axis(title, type="log", exponentformat="power", anchor=f"x{place}")
    return {"data": data, "layout": layout, "log": False}
