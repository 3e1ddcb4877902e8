"""What can be done to a convolutional network by hand: a filter, or a neuron, switched off and on again."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le

from playground.choices import Spec
from playground.families.conv.layers import LAYERS
from playground.families.conv.stack import Arrays, Params, chosen
from playground.text import N_, Message, Refusal
from playground.training.context import Context


class Filter(Spec):
    """layer: its number, from 1; unit: which of its filters or neurons, from 0; on: whether it is heard."""

    layer: Annotated[int, Ge(1), Le(64)]
    unit: Annotated[int, Ge(0), Le(4096)]
    on: bool


def switch(context: Context, params: Params) -> Arrays:
    """Action `filter`: what it hands on is 0 while it is off, to whoever asks and in training. {"layer", "unit", "on", "inverse"}. Refusal where nothing can be switched."""
    asked = Filter.model_validate(dict(params))
    step = chosen(context, asked.layer, asked.unit)
    if step.switches is None:
        name = N_("Output") if step.kind == "output" else LAYERS[step.kind].title
        raise Refusal(Message(N_("Layer {layer} ({kind}) has nothing to switch off. Choose a filter of a convolution or a neuron of a dense layer."), {"layer": asked.layer, "kind": name}))  # fmt: skip
    before = bool(step.switches.on[asked.unit])
    step.switches.switch(asked.unit, asked.on)
    return asked.model_dump() | ({"inverse": {**asked.model_dump(), "on": before}} if before != asked.on else {})
