"""Arrays of the probes -> what the browser draws. Pure; no torch, no colours but tokens, no words but texts to be translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from playground.charts.tokens import say
from playground.families.supervised import inside_figures, trace_figures
from playground.families.supervised.figures import accuracy, confusion, loss, predictions, r2
from playground.families.supervised.lines import fit
from playground.text import N_

Arrays = Mapping[str, Any]
Figure = dict[str, Any]


def network(found: Arrays) -> Figure:
    """Columns of units with their maps, and the weights between them; pictures where these are what it is given."""
    last = len(found["units"]) - 1
    columns = []
    for i, (units, shown) in enumerate(zip(found["units"], found["shown"], strict=True)):
        names = found["classes"] if i == last else found["features"] if i == 0 and not found["pictures"] else ()
        name = "input" if i == 0 else "output" if i == last else f"hidden{i}"
        columns.append(
            {"name": name, "title": _title(found, i), "units": units, "shown": shown, "labels": [say(names[unit]) for unit in shown] if names else []}
        )
    return {"columns": columns, **{key: found[key] for key in ("maps", "ranges", "stripes", "weights", "biases", "largest", "pictures")}}


def _title(found: Arrays, column: int) -> dict[str, Any]:
    units = found["units"][column]
    if column == 0:
        return say(N_("{count} pixels"), count=units) if found["pictures"] else say(N_("input"))
    if column == len(found["units"]) - 1:
        return say(N_("output"))
    return say(N_("{units} · {activation}"), units=units, activation=found["activations"][column - 1])


def boundary(found: Arrays) -> Figure:
    """A map with the network's answer, and the points; classes and features as texts."""
    return {**found, "classes": [say(name) for name in found["classes"]], "features": [say(name) for name in found["features"]]}


FIGURES: Mapping[str, Callable[[Arrays], Figure]] = MappingProxyType(
    {
        "network": network,
        "boundary": boundary,
        "fit": fit,
        "slice": boundary,
        "confusion": confusion,
        "predictions": predictions,
        "loss": loss,
        "accuracy": accuracy,
        "r2": r2,
        **inside_figures.FIGURES,
        "trace": trace_figures.trace,
        "phase": trace_figures.phase,
    }
)
