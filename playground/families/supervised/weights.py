"""Weights changed by hand, in any network whose layers with weights are torch's linear ones: one number, or all of a network of one layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import torch
from annotated_types import Ge, Le
from pydantic import Field
from torch import Tensor, nn

from playground.choices import Spec
from playground.text import N_, Message, Refusal
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]

FAR = 1e6  # the largest weight that can be set by hand
Value = Annotated[float, Ge(-FAR), Le(FAR)]


class Weight(Spec):
    """One number of a network. layer: counted from 1; unit: the neuron in it; input: which of its weights, None for its bias; value: what it becomes."""

    layer: Annotated[int, Ge(1), Le(64)]
    unit: Annotated[int, Ge(0), Le(4096)]
    input: Annotated[int, Ge(0), Le(4096)] | None
    value: Value


class Weights(Spec):
    """All numbers of a network of one layer and one output: its weights in the order of its inputs, then its bias where it has one."""

    values: Annotated[tuple[Value, ...], Field(min_length=1, max_length=4096)]


def layers_of(context: Context) -> list[nn.Linear]:
    """The layers with weights, in order."""
    if "linears" not in context.kept:
        context.kept["linears"] = [layer for layer in context.model.children() if isinstance(layer, nn.Linear)]
    found: list[nn.Linear] = context.kept["linears"]
    return found


def weight(context: Context, params: Params) -> Arrays:
    """Action: set one weight or bias. {"layer", "unit", "input", "value": as it is now, "inverse": params that take it back}. Refusal where it is not there."""
    asked = Weight.model_validate(dict(params))
    row = _row(layers_of(context), asked)
    place = 0 if asked.input is None else asked.input
    before = float(row[place])
    _moved(context, [(row, place, asked.value)])
    answer = {**asked.model_dump(), "value": float(row[place])}
    return answer | ({"inverse": {**asked.model_dump(), "value": before}} if abs(before) <= FAR else {})


def _row(layers: list[nn.Linear], asked: Weight) -> Tensor:
    """The weights of a neuron, or its bias as a row of one. Refusal where it has none such."""
    if asked.layer > len(layers):
        raise Refusal(Message(N_("Layer: this network has layers 1 to {limit} with weights; {given} was given."), {"limit": len(layers), "given": asked.layer}))
    layer = layers[asked.layer - 1]
    if asked.unit >= layer.out_features:
        raise Refusal(
            Message(
                N_("Neuron: layer {layer} has neurons 0 to {limit}; {given} was given."),
                {"layer": asked.layer, "limit": layer.out_features - 1, "given": asked.unit},
            )
        )
    if asked.input is None:
        if layer.bias is None:
            raise Refusal(Message(N_("Layer {layer} has no biases. Switch Bias on in the form for a fresh run with them."), {"layer": asked.layer}))
        return layer.bias.detach()[asked.unit : asked.unit + 1]
    if asked.input >= layer.in_features:
        raise Refusal(
            Message(
                N_("Input: layer {layer} has inputs 0 to {limit}; {given} was given."),
                {"layer": asked.layer, "limit": layer.in_features - 1, "given": asked.input},
            )
        )
    return layer.weight.detach()[asked.unit]


def weights(context: Context, params: Params) -> Arrays:
    """Action: set all numbers of a network of one neuron at once. {"values", "inverse"}. Refusal as in `checked`."""
    values = checked(context, params)
    layer = layers_of(context)[0]
    before = numbers(layer)
    changes = [(layer.weight.detach()[0], place, value) for place, value in enumerate(values[: layer.in_features])]
    if layer.bias is not None:
        changes.append((layer.bias.detach(), 0, values[-1]))
    _moved(context, changes)
    known = all(abs(value) <= FAR for value in before)
    return {"values": numbers(layer)} | ({"inverse": {"values": before}} if known else {})


def checked(context: Context, params: Params) -> tuple[float, ...]:
    """The values for all numbers of a network of one neuron: its weights, then its bias. Refusal where it has more layers or neurons, or another count of them."""
    given = params.get("values")
    asked = Weights.model_validate({**params, "values": tuple(given)} if isinstance(given, list) else dict(params))
    found = layers_of(context)
    if len(found) != 1 or found[0].out_features != 1:
        raise Refusal(Message(N_("Only a network of a single neuron takes all its weights at once. Change one weight at a time.")))
    count = len(numbers(found[0]))
    if len(asked.values) != count:
        raise Refusal(Message(N_("Weights: this network has {limit} of them; {given} were given."), {"limit": count, "given": len(asked.values)}))
    return asked.values


def numbers(layer: nn.Linear) -> list[float]:
    """The weights of a layer's first neuron, then its bias where it has one."""
    bias = [] if layer.bias is None else [float(layer.bias[0].detach())]
    return [*map(float, layer.weight[0].detach()), *bias]


def _moved(context: Context, changes: list[tuple[Tensor, int, float]]) -> None:
    """Write the numbers. The path that is recorded has the place that was left and the one that was chosen, not a line walked between them."""
    context.records.path.take()
    with torch.no_grad():
        for row, place, value in changes:
            row[place] = value
    context.records.path.take(by_hand=True)
