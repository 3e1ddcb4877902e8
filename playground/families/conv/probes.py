"""What can be seen of a convolutional network, asked of it, and done to it. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from playground.families.conv import explain, figures, looks, poke, stack
from playground.families.conv.embedding import embedding
from playground.families.conv.images import grey
from playground.families.conv.stack import Arrays, Params
from playground.families.supervised import inside, trace
from playground.families.supervised.probes import confusion, curves
from playground.training.context import Context

Probe = Callable[[Context, Params], Arrays]


def tryout(context: Context, params: Params) -> Arrays:
    """way: as `stack.network`; shape (channels, height, width); drawing: how drawings are prepared; parts: how many pictures there are to choose from."""
    dataset = context.experiment.dataset
    return {
        "way": stack.network(context, {}),
        "shape": list(dataset.shape or ()),
        "drawing": dataset.drawing,
        "parts": {part: len(context.examples[part].x) for part in ("test", "train")},
    }


def phase(context: Context, params: Params) -> Arrays:
    """Where the run stands within a step, as `trace.phase` has it; at first with the pictures (n, channels, height, width) uint8 that are named, as they are shown."""
    found = trace.phase(context, params, stack.place)
    if found["phase"] != "sample":
        return found
    return {**found, "pictures": grey(context, context.phases["sample"].tensors["x"][: trace.NUMBERS])}


def maps(context: Context, params: Params) -> Arrays:
    """A picture's way, drawn."""
    return figures.maps(stack.maps(context, params))


PROBES: Mapping[str, Probe] = MappingProxyType({
    "network": stack.network,
    "tryout": tryout,
    "confusion": confusion,
    "loss": partial(curves, "loss"),
    "accuracy": partial(curves, "accuracy"),
    "filters": looks.filters,
    "mistakes": looks.mistakes,
    "embedding": embedding,
    "pictures": looks.pictures,
    **inside.PROBES,
    "phase": phase,
})  # fmt: skip
ASKS: Mapping[str, Probe] = MappingProxyType({"maps": maps, "layer": stack.layer, "why": explain.why, "behind": looks.behind})
ACTIONS: Mapping[str, Probe] = MappingProxyType({"filter": poke.switch})
