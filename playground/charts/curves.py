"""Curves by epoch, as Plotly's plain data: no template, font, background or margin; the browser's theme adds those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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


def mark(x: float, y: float, symbol: str, color: str, words: dict[str, Any], place: str) -> dict[str, Any]:
    """One point with a word beside it."""
    look = {"symbol": symbol, "size": 9, "color": color, "line": {"color": color, "width": 2}}
    return {
        "type": "scatter", "mode": "markers+text", "x": np.array([x], np.float32), "y": np.array([y], np.float32), "marker": look, "text": [words],
        "textposition": place, "textfont": {"size": 11, "color": color}, "name": words, "showlegend": False, "hoverinfo": "x+y+text", "cliponaxis": False,
    }  # fmt: skip


def by_part(found: Mapping[str, Any], title: dict[str, Any], yaxis: Mapping[str, Any], log: bool = False) -> dict[str, Any]:
    """One metric on each part, a dotted line for chance and for each other reference, live changes, where a line ends in no number, and where the validation loss was lowest.

    found: curves (part -> (epochs, values)), chance, events, metric; where there are any, references [(name, value)], and chance_name, what chance is called here. metrics of the figure:
    part -> the metric's name in the history.
    """
    curves: Mapping[str, Curve] = found["curves"]
    lines = [line(x, y, say(PARTS[part][0]), *PARTS[part][1:]) for part, (x, y) in curves.items()]
    last = max((float(x[-1]) for x, _ in curves.values() if len(x)), default=0.0)
    span = max(last, 1.0)
    level = [(found.get("chance_name", N_("chance")), found["chance"], "--chance"), *((name, value, "--soft") for name, value in found.get("references", ()))]
    lines += [line(np.array([0, span], np.float32), np.full(2, value, np.float32), say(name), color, "dot", hoverinfo="skip") for name, value, color in level]
    lines += _ends(curves)
    if found["metric"] == "loss":
        lines += _best(curves)
    layout = {"xaxis": axis(say(N_("epoch")), rangemode="tozero"), "yaxis": axis(title, **yaxis), **happenings(found["events"], span)}
    return {"data": lines, "layout": layout, "log": log, "metrics": {part: f"{part}_{found['metric']}" for part in curves}}


def _ends(curves: Mapping[str, Curve]) -> Iterator[dict[str, Any]]:
    """A cross where the first line that ends in no number has its last one."""
    for x, y in curves.values():
        finite = np.flatnonzero(np.isfinite(y))
        if len(finite) and finite[-1] < len(y) - 1:
            at = finite[-1]
            yield mark(float(x[at]), float(y[at]), "x-thin", "--alert", say(N_("not a number from here on")), "top left")
            return


def _best(curves: Mapping[str, Curve]) -> Iterator[dict[str, Any]]:
    """A ring where the validation loss was lowest, once it has been higher since."""
    x, y = curves.get("validation", (np.empty(0), np.empty(0)))
    if np.isfinite(y).sum() > 2:
        at = int(np.nanargmin(y))
        if at < len(y) - 1:
            yield mark(float(x[at]), float(y[at]), "circle-open", "--test", say(N_("best")), "bottom center")


def side_by_side(x: object, panels: Sequence[tuple[dict[str, Any], Sequence[tuple[dict[str, Any], object, str]]]]) -> dict[str, Any]:
    """Two panels with logarithmic y axes over the same epochs; each is (title, [(name, y, colour)]), lines of one name go on and off together."""
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    for number, (title, lines) in enumerate(panels, 1):
        place = "" if number == 1 else str(number)
        for at, (name, y, color) in enumerate(lines):
            data.append(line(x, y, name, color, xaxis=f"x{place}", yaxis=f"y{place}", legendgroup=str(at), showlegend=number == 1))
        start = (number - 1) * 0.57
        layout[f"xaxis{place}"] = axis(None, domain=[start, start + 0.43], anchor=f"y{place}", rangemode="tozero")
        layout[f"yaxis{place}"] = axis(title, type="log", exponentformat="power", anchor=f"x{place}")
    return {"data": data, "layout": layout, "log": False}


def band(layout: dict[str, Any], number: int, between: tuple[float, float], words: dict[str, Any]) -> None:
    """Mark a stretch of a panel's logarithmic y axis: shaded, with a word at its right end."""
    low, high = between
    place = {"xref": f"x{number} domain", "yref": f"y{number}"}
    shade = {"type": "rect", **place, "x0": 0, "x1": 1, "y0": low, "y1": high, "fillcolor": "--soft", "opacity": 0.16, "line": {"width": 0}, "layer": "below"}
    word = {
        **place,
        "x": 1,
        "xanchor": "right",
        "y": float(np.log10(high)),
        "yanchor": "top",
        "showarrow": False,
        "text": words,
        "font": {"size": 10, "color": "--soft"},
    }
    layout.setdefault("shapes", []).append(shade)
    layout.setdefault("annotations", []).append(word)
