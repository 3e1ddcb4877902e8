"""What can be done to a recurrent network by hand: gates held open or shut, units silenced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le
from torch import nn

from playground.choices import Spec
from playground.families.recurrent.gates import FREE, GATES, kind_of
from playground.families.recurrent.layers import LAYERS
from playground.families.recurrent.model import Cells
from playground.text import N_, Message, Refusal
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]
LayerNumber = Annotated[int, Ge(1), Le(64)]
UnitNumber = Annotated[int, Ge(0), Le(4096)]


class Gate(Spec):
    """layer: its number, from 1; gate: its name; to: where it is held, None lets it go; unit: of which unit, from 0, None for all."""

    layer: LayerNumber
    gate: str
    to: Literal[0, 1] | None
    unit: UnitNumber | None = None


class Unit(Spec):
    """layer: its number, from 1; unit: which of its units, from 0; on: whether it is heard."""

    layer: LayerNumber
    unit: UnitNumber
    on: bool


def gate(context: Context, params: Params) -> Arrays:
    """Action `gate`: while it is held, whoever asks and the training itself meet the gate at 0 or 1. {"layer", "gate", "to", "unit", "inverse"}. Refusal where there is no such gate."""
    asked = Gate.model_validate(dict(params))
    module = cells(context, asked.layer, asked.unit)
    names = GATES[kind_of(module)]
    if asked.gate not in names:
        kind = LAYERS[kind_of(module)].title
        if not names:
            raise Refusal(
                Message(N_("Layer {layer} ({kind}) has no gates to hold. Choose a layer of the kind LSTM or GRU."), {"layer": asked.layer, "kind": kind})
            )
        raise Refusal(
            Message(
                N_("Layer {layer} ({kind}) has no gate {given}. Choose one of {limit}."),
                {"layer": asked.layer, "kind": kind, "given": asked.gate[:40], "limit": ", ".join(names)},
            )
        )
    number = names.index(asked.gate)
    before = module.held[number] if asked.unit is None else module.held[number, asked.unit : asked.unit + 1]
    was = sorted(set(before.tolist()))
    module.hold(number, asked.unit, FREE if asked.to is None else float(asked.to))
    found = asked.model_dump()
    if len(was) > 1:  # single units were held: to take it back is to let all go
        return found | {"inverse": {**found, "to": None}}
    old = None if was[0] == FREE else int(was[0])
    return found | ({"inverse": {**found, "to": old}} if old != asked.to else {})


def unit(context: Context, params: Params) -> Arrays:
    """Action `unit`: a silenced unit's state is 0, for the next step, for the next layer, and in training. {"layer", "unit", "on", "inverse"}. Refusal where there is none of that number."""
    asked = Unit.model_validate(dict(params))
    module = cells(context, asked.layer, asked.unit)
    before = bool(module.heard[asked.unit])
    module.silence(asked.unit, asked.on)
    return asked.model_dump() | ({"inverse": {**asked.model_dump(), "on": before}} if before != asked.on else {})


def cells(context: Context, number: int, unit: int | None = None) -> Cells:
    """A recurrent layer by its number, if it has such a unit. Refusal otherwise."""
    module = dict(context.model.named_children()).get(f"layer{number}")
    if not isinstance(module, Cells):
        known = [name.removeprefix("layer") for name, one in context.model.named_children() if isinstance(one, nn.RNNBase)]
        raise Refusal(
            Message(N_("Layer: {given} is no recurrent layer of this network. Choose one of {limit}."), {"given": number, "limit": ", ".join(known) or "-"})
        )
    if unit is not None and unit >= module.hidden_size:
        raise Refusal(
            Message(N_("Unit: layer {layer} has units 0 to {limit}; {given} was given."), {"layer": number, "limit": module.hidden_size - 1, "given": unit})
        )
    return module
