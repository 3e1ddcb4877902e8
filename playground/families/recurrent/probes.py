"""What can be seen of a recurrent network, asked of it, and done to it. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from playground.families.recurrent import believe, forecast, looked, path, poke, positions, state_figures, steps, through, told_figures, way, writing
from playground.families.supervised import inside
from playground.families.supervised.probes import confusion, curves, predictions
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Probe = Callable[[Context, Params], Arrays]
Ask = Callable[[Context, Params], Arrays]


def drawn(probe: Probe, figure: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Ask:
    """An ask that is answered with a picture."""
    return lambda context, params: figure(probe(context, params))


PROBES: Mapping[str, Probe] = MappingProxyType({
    "network": way.network,
    "forecast": forecast.forecast,
    "writing": writing.writing,
    "typed": believe.typed,
    "positions": positions.positions,
    "confusion": confusion,
    "predictions": predictions,
    "loss": forecast.loss,
    "accuracy": partial(curves, "accuracy"),
    "r2": partial(curves, "r2"),
    "gates": looked.gates,
    "through_time": through.through_time,
    "path": path.path,
    **inside.PROBES,
    "phase": steps.phase,
})  # fmt: skip
ASKS: Mapping[str, Probe] = MappingProxyType({
    "way": drawn(way.way, state_figures.network),
    "gates": drawn(looked.gates, state_figures.gates),
    "cell": drawn(looked.cell, state_figures.cell),
    "write": writing.write,
    "believe": drawn(believe.believe, told_figures.typed),
})  # fmt: skip
ACTIONS: Mapping[str, Probe] = MappingProxyType({"gate": poke.gate, "unit": poke.unit})
