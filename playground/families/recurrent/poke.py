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
Place = Literal[0, 1] | None
LayerNumber = Annotated[int, Ge(1), Le(64)]
UnitNumber = Annotated[int, Ge(0), Le(4096)]


class Gate(Spec):
    """layer: its number, from 1; gate: its name; to: where it is held, None lets it go; unit: of which unit, from 0, None for all. each: where it is held of every unit, by which an undo
    brings back what was held of single ones; None where all go by `to`."""

    layer: LayerNumber
    gate: str
    to: Place
    unit: UnitNumber | None = None
    each: list[Place] | None = None


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
    if asked.each is not None and (len(asked.each) != module.hidden_size or asked.unit is not None):
        raise Refusal(
            Message(N_("Layer {layer} has {limit} units; places for {given} were given."), {"layer": asked.layer, "limit": module.hidden_size, "given": len(asked.each)})
        )  # fmt: skip
    number = names.index(asked.gate)
    before = _places(module, number)
    module.hold(number, asked.unit, _number(asked.to))
    for at, to in enumerate(asked.each or ()):
        module.hold(number, at, _number(to))
    found = asked.model_dump(exclude={"each"})
    if before == _places(module, number):
        return found
    if asked.unit is not None:
        return found | {"inverse": {**found, "to": before[asked.unit]}}
    alike = len(set(before)) == 1
    return found | {"inverse": {**found, "to": before[0]} if alike else {**found, "to": None, "each": before}}


def _number(to: Place) -> float:
    return FREE if to is None else float(to)


def _places(module: Cells, gate: int) -> list[Place]:
    """Where a gate is held, unit by unit."""
    return [None if held == FREE else 1 if held else 0 for held in module.held[gate].tolist()]


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
