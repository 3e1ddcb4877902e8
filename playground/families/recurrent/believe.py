"""What the network makes of a sequence, had it ended after each of its steps: one of the data, or a person's own. Arrays only; told_figures.py draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import torch
from pydantic import Field
from torch import Tensor, nn

from playground.choices import Spec
from playground.families.recurrent.examples import Shown, chosen
from playground.families.recurrent.family import sequence_of
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]


class Typed(Spec):
    """typed: the sequence."""

    typed: Annotated[str, Field(max_length=10_000)]


def typed(context: Context, params: Params) -> Arrays:
    """The first test example, as `_believed` has it."""
    return _believed(context, chosen(context, {"example": {"part": "test", "index": 0}}))


def believe(context: Context, params: Params) -> Arrays:
    """Question: a typed sequence. Refusal for what cannot be read."""
    return _believed(context, chosen(context, {"example": Typed.model_validate(dict(params)).model_dump()}))


def _believed(context: Context, shown: Shown) -> Arrays:
    """typed: the sequence as it would be typed; symbols: its real steps; shares (real steps, classes): what the network would say after each; alphabet: what can be typed; longest, shortest:
    how many signs; true: its class, None where nobody knows."""
    sequence = sequence_of(context.experiment)
    numbers = shown.x[0].long().tolist()[shown.first :]
    outputs = _padded(context, shown) if sequence.padded else _read(context, shown)
    return {
        "typed": "".join(sequence.symbols[number] for number in numbers) if shown.typed is None else shown.typed,
        "first": shown.first,
        "symbols": [sequence.symbols[number] for number in numbers],
        "alphabet": list(sequence.symbols[sequence.padded :]),
        "longest": sequence.length,
        "shortest": 1 if sequence.padded else sequence.length,
        "classes": context.parts.data.classes,
        "shares": context.objective.answer(outputs).cpu().numpy(),
        "true": None if shown.true is None else int(shown.true[0]),
        "example": shown.told(),
    }


def _padded(context: Context, shown: Shown) -> Tensor:
    """Each beginning of the sequence as an example of its own, padded in front: outputs (real steps, classes)."""
    x, length = shown.x[0], shown.x.shape[1]
    rows = []
    for end in range(shown.first + 1, length + 1):
        signs = x[shown.first : end]
        rows.append(torch.cat([torch.zeros(length - len(signs), device=x.device), signs]))
    found: Tensor = context.model(torch.stack(rows))
    return found


def _read(context: Context, shown: Shown) -> Tensor:
    """Where all sequences have the same length, each beginning is read as it is, without the rest: the output layer on the state after its last step. A dense layer has to see the whole: what
    is not read yet is then the first symbol. Outputs (steps, classes)."""
    length = shown.x.shape[1]
    if any(isinstance(module, nn.Linear) for name, module in context.model.named_children() if name != "output"):
        rows = [torch.cat([shown.x[0, :end], torch.zeros(length - end, device=shown.x.device)]) for end in range(1, length + 1)]
        whole: Tensor = context.model(torch.stack(rows))
        return whole
    if not any(module.bidirectional for module in context.model.children() if isinstance(module, nn.RNNBase)):  # no state knows what comes later: all at once
        flow = shown.x
        for name, module in context.model.named_children():
            flow = flow if name in ("last", "answers") else module(flow)
        return flow[0]
    found = []
    for end in range(1, length + 1):
        flow = shown.x[:, :end]
        for module in context.model.children():
            flow = module(flow)
        found.append(flow)
    return torch.cat(found)
