"""The gates and states of one layer, and one number of them with its formula. Arrays only; figures.py draws them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import torch
from annotated_types import Ge, Le
from numpy.typing import NDArray
from torch import Tensor

from playground.charts.tokens import picked
from playground.choices import Spec
from playground.families.conv.embedding import beyond
from playground.families.recurrent import poke
from playground.families.recurrent.examples import Shown, chosen, first_of_step, flow, given, once
from playground.families.recurrent.family import Model, sequence_of
from playground.families.recurrent.gate_formulas import Passed
from playground.families.recurrent.gates import FREE, GATES, Seen, kind_of, unroll
from playground.families.recurrent.layers import Cell
from playground.families.recurrent.model import Cells
from playground.text import N_, Message, Refusal
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Doubles = NDArray[np.float64]

NUMBERS, UNITS = 4000, 24  # of all rows together; units of each


class Asked(Spec):
    """Which layer, from 1, without a number the first that goes through time; backward: those of its units that read from the end."""

    example: dict[str, Any] | None = None
    layer: Annotated[int, Ge(1), Le(16)] | None = None
    backward: bool = False


class Place(Spec):
    """One number: unit and step, from 0."""

    example: dict[str, Any] | None = None
    layer: Annotated[int, Ge(1), Le(16)]
    unit: Annotated[int, Ge(0), Le(4096)]
    step: Annotated[int, Ge(0), Le(100_000)]
    backward: bool = False


def cells(context: Context) -> dict[int, Cell]:
    """The layers that go through time, by their numbers."""
    model = context.experiment.model
    assert isinstance(model, Model)
    return {number: layer for number, layer in enumerate(model.layers, 1) if isinstance(layer, Cell)}


def layer(context: Context, number: int, backward: bool, unit: int | None = None) -> Cell:
    """A layer that goes through time, if it does so in this direction and has such a unit. Refusal otherwise."""
    poke.cells(context, number, unit)
    found = cells(context)[number]
    if backward and not found.bidirectional:
        raise Refusal(Message(N_("Layer {given} reads forward only. Switch Bidirectional on to have units that read from the end."), {"given": number}))
    return found


def seen(context: Context, shown: Shown, number: int, backward: bool) -> Seen:
    """One layer's gates and states for one example, computed from what the layer was given; within a step with the weights that the step had."""
    return once(context, shown, f"seen {number} {backward}", lambda: unroll(_module(context, shown, number), _given(context, shown, number), backward))


def _given(context: Context, shown: Shown, number: int) -> Tensor:
    """What the layer is given for an example, (1, length, width)."""
    answers = flow(context, shown)
    names = list(answers)
    return answers[names[names.index(f"layer{number}") - 1]]


def _module(context: Context, shown: Shown, number: int) -> Cells:
    """The layer itself; after an update that is still being looked at, as it was before."""
    name = f"layer{number}"
    module = context.model.get_submodule(name)
    assert isinstance(module, Cells)
    if not first_of_step(context, shown) or "update" not in context.phases:
        return module
    if name not in context.frame:
        before = context.phases["update"].tensors
        module = copy.deepcopy(module)
        for parameter, tensor in module.named_parameters():
            tensor.copy_(before[f"{name}.{parameter}"])
        context.frame[name] = module
    found: Cells = context.frame[name]
    return found


def poked(context: Context, number: int) -> Arrays:
    """silent: the units of a recurrent layer that are silenced, of both directions; held: its gates that are held: gate, to (0 or 1), unit (None where it is all of them)."""
    module = context.model.get_submodule(f"layer{number}")
    assert isinstance(module, Cells)
    held: list[Arrays] = []
    for name, row in zip(GATES[kind_of(module)], module.held.tolist() if not module.free else [], strict=False):
        fixed = [(unit, int(to)) for unit, to in enumerate(row) if to != FREE]
        if len({to for _, to in fixed}) == 1 and len(fixed) == len(row):
            held.append({"gate": name, "to": fixed[0][1], "unit": None})
        else:
            held += [{"gate": name, "to": to, "unit": unit} for unit, to in fixed]
    return {"silent": [] if module.free else torch.nonzero(module.heard == 0).flatten().tolist(), "held": held}


def gates(context: Context, params: Params) -> Arrays:
    """One layer's gates and states for one example, as `_rows`; layers: those that go through time."""
    asked = Asked.model_validate(dict(params))
    shown, every = chosen(context, asked.model_dump()), cells(context)
    number = asked.layer or min(every)
    cell, sequence = layer(context, number, asked.backward), sequence_of(context.experiment)
    found, rows = seen(context, shown, number, asked.backward), len(GATES[cell.name]) + 1 + (cell.name == "lstm")
    some = picked(cell.units, max(1, min(UNITS, NUMBERS // (rows * sequence.length))))
    told = given(context, shown)
    return {
        "example": shown.told(), "layer": number, "kind": cell.name, "backward": asked.backward, "units": cell.units, "shown": some.astype(np.int32),
        "layers": [{"number": at, "kind": layer.name, "both": layer.bidirectional} for at, layer in every.items()],
        "length": sequence.length, "first": shown.first, "symbols": told["symbols"], "values": told["values"],
        "rows": _rows(context, number, cell, found, some), **poked(context, number),
    }  # fmt: skip


def _rows(context: Context, number: int, cell: Cell, found: Seen, some: NDArray[np.intp]) -> list[Arrays]:
    """Each gate, then cell and state: name, values (k, length), low and high, between which they lie, held: 0 or 1 where all units' gates are held."""
    whole = {one["gate"]: one["to"] for one in poked(context, number)["held"] if one["unit"] is None}
    values = {**found.gates, **({} if found.c is None else {"cell": found.c}), "hidden": found.h}
    told = []
    for name, tensor in values.items():
        row = np.ascontiguousarray(tensor[0, :, torch.from_numpy(some)].cpu().numpy().T)
        reach = 1.0 if name != "cell" and getattr(cell, "activation", "tanh") == "tanh" else beyond(float(np.abs(np.nan_to_num(row)).max(initial=0.0)))
        low = 0.0 if name not in ("candidate", "cell", "hidden") else -reach
        told.append({"name": name, "values": row, "low": low, "high": reach, "held": whole.get(name)})
    return told


def cell(context: Context, params: Params) -> Arrays:
    """Question: one unit at one step, as `opened`."""
    asked = Place.model_validate(dict(params))
    return opened(context, chosen(context, asked.model_dump()), asked)


@np.errstate(invalid="ignore", over="ignore")
def opened(context: Context, shown: Shown, asked: Place) -> Arrays:
    """One unit at one step with all that its equations need. x (width,), h_before (units,), own_before, c_before: what comes in; gates: each with its weights w (width,) and u (units,), biases b
    and b_state, sum z, value, held (0, 1 or None), and the GRU's state: its share of the last state, U h + b. h, c: what comes out; silent: is the unit silenced. pull: of `pull`. The simple
    cell's one sum is called "hidden"."""
    cell, sequence = layer(context, asked.layer, asked.backward, asked.unit), sequence_of(context.experiment)
    if asked.step >= sequence.length:
        raise Refusal(Message(N_("Step: a sequence has steps 0 to {limit}; {given} was given."), {"limit": sequence.length - 1, "given": asked.step}))
    found, module = seen(context, shown, asked.layer, asked.backward), _module(context, shown, asked.layer)
    at, unit = asked.step, asked.unit
    before = at + 1 if asked.backward else at - 1
    begun = 0 <= before < sequence.length
    x, h_before = _real(found.given[0, at]), _real(found.h[0, before]) if begun else np.zeros(cell.units)
    symbols = given(context, shown)["symbols"]
    return {
        "layer": asked.layer, "unit": unit, "step": at, "first": shown.first, "backward": asked.backward, "kind": cell.name, "bend": getattr(cell, "activation", "tanh"),
        "symbol": symbols[at] if symbols else None, "x": x, "h_before": h_before, "own_before": float(h_before[unit]),
        "c_before": float(found.c[0, before, unit]) if found.c is not None and begun else 0.0,
        "gates": _sums(module, cell, found, asked, x, h_before),
        "h": float(found.h[0, at, unit]), "c": None if found.c is None else float(found.c[0, at, unit]), "silent": not module.heard[unit],
        "pull": pull(context, shown, asked),
    }  # fmt: skip


def _sums(module: Cells, cell: Cell, found: Seen, asked: Place, x: Doubles, h: Doubles) -> dict[str, Arrays]:
    end = "_reverse" if asked.backward else ""
    told: dict[str, Arrays] = {}
    for place, name in enumerate(GATES[cell.name] or ("hidden",)):
        row = place * cell.units + asked.unit
        w, u, b, b_state = (_real(getattr(module, f"{part}_l0{end}")[row]) for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
        state = float(u @ h + b_state)
        share = float(found.gates["reset"][0, asked.step, asked.unit]) if cell.name == "gru" and name == "candidate" else 1.0
        value = float(found.gates[name][0, asked.step, asked.unit]) if name in found.gates else float(found.h[0, asked.step, asked.unit])
        held = None if name == "hidden" or module.held[place, asked.unit] == FREE else int(module.held[place, asked.unit])
        told[name] = {
            "w": w,
            "u": u,
            "b": float(b),
            "b_state": float(b_state),
            "state": state,
            "z": float(w @ x + b + share * state),
            "value": value,
            "held": held,
        }
    return told


def _real(tensor: Tensor) -> Doubles:
    return tensor.detach().cpu().double().numpy()


def pull(context: Context, shown: Shown, asked: Place) -> Arrays | None:
    """h, c: how the loss changes with this unit's state and cell at this step, through all that follows; of the mini-batch's mean within a step, otherwise of this example alone. c is None
    where there is no cell; None without a right answer, and within a step that has not gone backward yet."""
    back = _back(context, shown, asked.layer, asked.backward)
    if back is None:
        return None
    h, c = back
    return {"h": float(h[asked.step, asked.unit]), "c": None if c is None else float(c[asked.step, asked.unit])}


def pulls(context: Context, shown: Shown) -> list[NDArray[np.float32] | None]:
    """For each layer, how large the gradient with respect to its states is at each step (length,); None for a dense layer, and where there is none."""
    model = context.experiment.model
    assert isinstance(model, Model)
    found: list[NDArray[np.float32] | None] = []
    for number, layer in enumerate(model.layers, 1):
        ways = [_back(context, shown, number, backward) for backward in (False, True)[: 1 + layer.bidirectional]] if isinstance(layer, Cell) else [None]
        squares = [np.square(way[0]).sum(1) for way in ways if way is not None]
        found.append(np.sqrt(np.sum(squares, 0)).astype(np.float32) if squares else None)
    return found


def _direct(context: Context, shown: Shown) -> Mapping[str, Tensor] | None:
    """The loss's gradient with respect to what each layer hands on, (1, length, width) by its name: not through the layer's own later steps."""
    names = [f"layer{number}" for number in cells(context)]
    if first_of_step(context, shown):
        back = context.phases["backward"].tensors if "backward" in context.phases else {}
        return {name: back[f"delta.{name}"][:1] for name in names} if back else None
    if shown.part is None or shown.index is None:
        return None
    y = context.examples[shown.part].y[shown.index : shown.index + 1]
    answers, passed = {}, shown.x
    with torch.enable_grad():
        for name, module in context.model.named_children():
            passed = answers[name] = module(passed)
        found = torch.autograd.grad(context.objective.loss(passed, y), [answers[name] for name in names])
    return dict(zip(names, found, strict=True))


def _back(context: Context, shown: Shown, number: int, backward: bool) -> tuple[Doubles, Doubles | None] | None:
    """dL/dh and dL/dc (length, units) of one layer for one example."""

    def make() -> tuple[Doubles, Doubles | None] | None:
        direct = once(context, shown, "direct", lambda: _direct(context, shown))
        if direct is None:
            return None
        units = cells(context)[number].units
        own = _real(direct[f"layer{number}"][0, :, slice(units, None) if backward else slice(units)])
        return _through(_module(context, shown, number), seen(context, shown, number, backward), own, backward, first_of_step(context, shown))

    return once(context, shown, f"back {number} {backward}", make)


def _through(module: Cells, found: Seen, direct: Doubles, backward: bool, training: bool) -> tuple[Doubles, Doubles | None]:
    """One direction's gradient through all later steps, in order of time. In training it is cut where the layer's truncation cuts it."""
    end, turn = "_reverse" if backward else "", slice(None, None, -1) if backward else slice(None)
    passed = Passed(
        kind_of(module), str(getattr(module, "nonlinearity", "tanh")), {name: _real(gate[0])[turn] for name, gate in found.gates.items()}, _real(found.h[0])[turn],
        None if found.c is None else _real(found.c[0])[turn], _real(getattr(module, f"weight_hh_l0{end}")), _real(getattr(module, f"bias_hh_l0{end}")),
        _real(module.heard), (module.held == FREE).cpu().numpy(),
    )  # fmt: skip
    h, c = passed.back(direct[turn], module.truncation if training else 0)
    return h[turn], None if c is None else c[turn]
