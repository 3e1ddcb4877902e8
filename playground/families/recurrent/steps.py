"""Where a training step stands, in its phases and within them in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.families.recurrent import looked
from playground.families.recurrent.examples import chosen, flow, given
from playground.families.recurrent.family import Model, sequence_of
from playground.families.recurrent.gates import GATES
from playground.families.recurrent.layers import Cell
from playground.families.recurrent.way import standing
from playground.families.supervised import trace
from playground.text import N_
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]

MATRICES = {"weight_ih": "input", "weight_hh": "state", "bias_ih": "bias", "bias_hh": "bias"}


def phase(context: Context, params: Params) -> Arrays:
    """Where the run stands within a step, as `trace.phase` has it, told of the last step that is answered; answered: how many are. time: None, or forward and backward how far the way
    through time has come: step, its place among the real ones (from 1; less where only padding is read), of so many, symbol, pull (how large the gradient is of the last recurrent layer's state there, backward), cell: of `looked.opened`, for the first unit of the
    first layer, where that is a recurrent one. {"phase": None} between steps."""
    if context.phase is None:
        return {"phase": None, "time": None}
    if context.phase.name == "forward":
        about = {"phase": "forward", "loss": None, "loss_name": context.experiment.training.loss, "task": context.parts.data.task}
        found = {**about, "n": len(context.phases["sample"].tensors["x"]), **_answer(context)}
    else:
        found = trace.phase(context, params, place)
    return {**found, "answered": sequence_of(context.experiment).answered, "time": time(context)}


def time(context: Context) -> Arrays | None:
    """How far the way through time has come."""
    step, sequence = standing(context), sequence_of(context.experiment)
    if step is None or step < 0:
        return None
    shown, cells = chosen(context, {}), list(looked.cells(context))
    symbols = given(context, shown)["symbols"]
    pull = None
    if cells and context.phase is not None and context.phase.name == "backward":
        sizes = looked.pulls(context, shown)[cells[-1] - 1]
        pull = None if sizes is None else float(sizes[step])
    opened = looked.opened(context, shown, looked.Place(layer=1, unit=0, step=step)) if cells[:1] == [1] else None
    return {
        "step": step,
        "place": step - shown.first + 1,
        "of": sequence.length - shown.first,
        "symbol": symbols[step] if symbols else None,
        "pull": pull,
        "layer": cells[-1] if cells else None,
        "cell": opened,
    }


def _answer(context: Context) -> Arrays:
    """What the network says of the mini-batch's first example at its last step, beside what is true: as `trace.phase`."""
    output = flow(context, chosen(context, {}))["answers"]
    true, data = context.phases["sample"].tensors["y"][0].reshape(-1)[-1], context.parts.data
    if data.task == "classes":
        share = context.objective.answer(output)[0].reshape(len(data.classes), -1)[int(true), -1]
        return {"share": float(share), "true": int(true), "names": data.classes}
    said = float(output.reshape(-1)[-1])
    return {"said": said, "share": said, "true": float(true), "names": data.classes, "scaled": context.parts.scale != (0.0, 1.0)}


def place(context: Context, name: str, at: tuple[int, ...]) -> Arrays:
    """Which number of the network a place in a parameter is. kind: of its layer, "embedding" or "output"; matrix: "input", "state" or "bias"; layer, from 1; gate, of a layer that has any; unit and
    source, from 0, the source None of a bias; backward: of the units that read from the end; named: what its inputs are called, where that is known; classes: what outputs are called;
    answer: for which of several, from 0, an output of a network that sees all steps at once is."""
    module, _, parameter = name.rpartition(".")
    model, sequence, classes = context.experiment.model, sequence_of(context.experiment), context.parts.data.classes
    assert isinstance(model, Model)
    about: Arrays = {
        "classes": classes,
        "unit": at[0],
        "source": at[1] if len(at) > 1 else None,
        "gate": None,
        "backward": parameter.endswith("_reverse"),
        "named": [],
        "answer": None,
    }
    if module == "input":
        return {**about, "kind": "embedding", "matrix": "input", "unit": at[1], "source": at[0], "named": list(sequence.symbols)}
    if module == "output":
        outputs = max(1, len(classes))
        answer = at[0] // outputs if len(context.model.get_parameter(name)) > outputs else None
        return {**about, "kind": "output", "matrix": "bias" if parameter == "bias" else "input", "unit": at[0] % outputs, "answer": answer}
    number = int(module.removeprefix("layer"))
    layer = model.layers[number - 1]
    about["layer"] = number
    if not isinstance(layer, Cell):
        return {**about, "kind": "dense", "matrix": "bias" if parameter == "bias" else "input"}
    gates = GATES[layer.name]
    gate, unit = divmod(at[0], layer.units)
    return {
        **about, "kind": layer.name, "matrix": MATRICES[parameter.split("_l0")[0]], "unit": unit, "gate": gates[gate] if gates else None,
        "named": _named(context) if number == 1 else [],
    }  # fmt: skip


def _named(context: Context) -> list[str]:
    """What the numbers are called that the first layer is given at each step; empty where they have no names."""
    model, sequence = context.experiment.model, sequence_of(context.experiment)
    assert isinstance(model, Model)
    if sequence.symbols:
        return [] if model.embedding else list(sequence.symbols)
    return given(context, chosen(context, {}))["channels"] if sequence.channels > 1 else [N_("the input")]
