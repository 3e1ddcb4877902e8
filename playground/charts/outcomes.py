"""True against answered: the confusion matrix of classes, and the scatter of a regression. Plotly's plain data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.charts.tokens import axis, say
from playground.text import N_


def confusion(counts: NDArray[np.int32], classes: Sequence[str]) -> dict[str, Any]:
    """counts: (true classes, answered classes). Row 0 is drawn at the top."""
    names = [say(name) for name in classes]
    cells = {
        "type": "heatmap",
        "z": counts,
        "x": names,
        "y": names,
        "colorscale": [[0, "--panel"], [1, "--test"]],
        "zmin": 0,
        "zmax": max(1, int(counts.sum(1).max(initial=0))),  # the largest class: fixed while the run lasts
        "showscale": False,
        "texttemplate": "%{z}",
        "xgap": 1,
        "ygap": 1,
    }
    layout = {"xaxis": axis(say(N_("answered")), type="category"), "yaxis": axis(say(N_("true")), type="category", autorange="reversed")}
    return {"data": [cells], "layout": layout, "log": False}


def predictions(true: NDArray[np.float32], answered: NDArray[np.float32]) -> dict[str, Any]:
    """Each example a point, in the target's own unit; the diagonal is a perfect answer. Both (n,)."""
    points = {"type": "scatter", "mode": "markers", "x": true, "y": answered, "name": say(N_("test")), "marker": {"color": "--test", "size": 6, "opacity": 0.7}}
    ends = np.array([true.min(initial=np.inf), true.max(initial=-np.inf)], np.float32) if len(true) else np.zeros(2, np.float32)
    ideal = {
        "type": "scatter",
        "mode": "lines",
        "x": ends,
        "y": ends,
        "name": say(N_("perfect")),
        "line": {"color": "--chance", "dash": "dot", "width": 1},
        "hoverinfo": "skip",
    }
    layout = {"xaxis": axis(say(N_("true value"))), "yaxis": axis(say(N_("answered value")))}
    return {"data": [ideal, points], "layout": layout, "log": False}
