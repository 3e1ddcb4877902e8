"""True against answered: the confusion matrix of classes with its scores, and the scatter of a regression with its errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.charts.tokens import axis, say
from playground.text import N_

Counts = NDArray[np.int32]
PARTS = {"test": N_("test part"), "train": N_("training part")}
NO_NUMBER = N_("The network's answer is no longer a number: there is nothing to count. Reset, and try a smaller learning rate.")


def scores(counts: Counts) -> dict[str, Any]:
    """Of counts (true, answered): recall, precision and F1 by class (classes,), NaN where nothing was to be found or said; accuracy and macro F1, None with no example.

    Recall: found of those that are of the class. Precision: right of those answered so. F1 = 2 p r / (p + r), here as 2 hits / (true + answered). Macro: the
    mean over the classes that occur (van Rijsbergen, 1979; Sokolova and Lapalme, 2009).
    """
    hits, true, said = np.diag(counts).astype(float), counts.sum(1).astype(float), counts.sum(0).astype(float)
    with np.errstate(invalid="ignore"):
        recall, precision, f1 = hits / true, hits / said, 2 * hits / (true + said)
    total = float(counts.sum())
    known = f1[~np.isnan(f1)]
    return {
        "recall": recall.astype(np.float32),
        "precision": precision.astype(np.float32),
        "f1": f1.astype(np.float32),
        "accuracy": float(hits.sum()) / total if total else None,
        "macro_f1": float(known.mean()) if len(known) else None,
    }


def confusion(counts: Mapping[str, Counts | None], classes: Sequence[str], epoch: float | None = None) -> dict[str, Any]:
    """counts: part -> (true, answered), None where the network's answers are no numbers. epoch: when they were answered so, None for now."""
    parts = [{"name": part, "title": say(PARTS[part]), **({} if found is None else {"counts": found, **scores(found)})} for part, found in counts.items()]
    note = None if epoch is None else say(N_("Measured at epoch {epoch}."), epoch=round(epoch, 2))
    return {"classes": [say(name) for name in classes], "parts": parts, "none": say(NO_NUMBER), "note": note}


def predictions(true: NDArray[np.float32], answered: NDArray[np.float32], errors: Mapping[str, float | None] | None) -> dict[str, Any]:
    """Each example a point, in the target's own unit; the diagonal is a perfect answer. Both (n,). errors: as families/supervised/probes.py has them."""
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
    return {"data": [ideal, points], "layout": layout, "log": False, "scores": _told(errors), "none": say(NO_NUMBER)}


def _told(errors: Mapping[str, float | None] | None) -> list[dict[str, Any]]:
    """Scores as the browser lists them: title, value, and what it is."""
    if errors is None:
        return []
    return [
        {
            "title": say("R²"),
            "value": errors["r2"],
            "about": say(N_("The share of the target's spread that is explained: 1 is all, 0 no better than the mean.")),
        },
        {"title": say("MAE"), "value": errors["mae"], "about": say(N_("Mean absolute error: how far off an answer is on average, in the target's unit."))},
        {
            "title": say("RMSE"),
            "value": errors["rmse"],
            "about": say(N_("Root of the mean squared error, in the target's unit: large misses weigh more than in MAE.")),
        },
        {
            "title": say(N_("half of the residuals")),
            "value": errors["low"],
            "to": errors["high"],
            "about": say(N_("A residual is answered minus true: a quarter of them are lower, a quarter higher.")),
        },
    ]
