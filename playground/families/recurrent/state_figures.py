"""Pictures of states and gates. Pure; no torch, no colours but tokens, no words but texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playground.charts.tokens import say
from playground.families.recurrent import gate_formulas
from playground.families.recurrent.gate_formulas import NAMES
from playground.families.recurrent.layers import LAYERS
from playground.families.supervised import trace_figures
from playground.families.supervised.formulas import shown
from playground.text import N_

Arrays = Mapping[str, Any]
Figure = dict[str, Any]

GATES = {
    "input": N_("the input gate of {unit}"),
    "forget": N_("the forget gate of {unit}"),
    "candidate": N_("the candidate of {unit}"),
    "output": N_("the output gate of {unit}"),
    "reset": N_("the reset gate of {unit}"),
    "update": N_("the update gate of {unit}"),
}


def title(kind: str) -> Figure:
    """What a layer is called."""
    return say(LAYERS[kind].title)


def texts(names: Sequence[str] | None) -> list[Figure] | None:
    return None if names is None else [say(name) for name in names]


def network(found: Arrays) -> Figure:
    """One example unrolled in time: of `way.network`."""
    given, answers = found["input"], found["answers"]
    channels = [say(name) if name else say(N_("value")) for name in given["channels"]]
    return {
        **found,
        "input": {**given, "channels": channels},
        "layers": [{**layer, "title": title(layer["kind"])} for layer in found["layers"]],
        "answers": {**answers, "classes": texts(answers["classes"])},
    }


def gates(found: Arrays) -> Figure:
    """Heat maps of one layer's gates and states, a row a unit: of `looked.gates`."""
    rows = []
    for row in found["rows"]:
        named = NAMES[row["name"]]
        letter = gate_formulas.letter(row["name"], found["kind"])
        rows.append({**row, "letter": letter, "title": say(named.title), "also": say(named.also) if named.also else None})
    return {**found, "layers": [{**layer, "title": title(layer["kind"])} for layer in found["layers"]], "rows": rows}


def cell(found: Arrays) -> Figure:
    """One unit at one step, line by line: of `looked.opened`."""
    told = N_("Unit {unit} of layer {layer} at step {step}, reading backward") if found["backward"] else N_("Unit {unit} of layer {layer} at step {step}")
    return {
        "title": say(told, unit=found["unit"] + 1, layer=found["layer"], step=found["step"] - found["first"] + 1),
        **{key: found[key] for key in ("layer", "unit", "step", "symbol", "pull")},
        "lines": gate_formulas.lines(found),
    }


def path(found: Arrays) -> Figure:
    """States as paths: of `path.path`."""
    return {**found, "classes": texts(found["classes"])}


def phase(found: Arrays) -> Figure:
    """The strip above the network, as everywhere; on the way through time it tells how far it has come, with one cell's numbers."""
    told = trace_figures.phase({**found, "place": place(found["place"])} if "place" in found else found)
    time = found["time"]
    if time is None:
        return {**told, "time": None}
    sentence = _on_the_way(found, told["sentence"], time)
    opened = None if time["cell"] is None else cell(time["cell"])
    return {**told, "sentence": sentence, "time": {"step": time["step"], "place": time["place"], "of": time["of"], "symbol": time["symbol"], "cell": opened}}


def _on_the_way(found: Arrays, sentence: Figure, time: Arrays) -> Figure:
    """What is told at a step in time; at the end of the way, what is told of the whole phase as well."""
    step = {"step": time["place"], "of": time["of"]}
    if time["place"] < 1:
        return say(N_("Before the sequence begins there is only padding, which the network goes through all the same."))
    if found["phase"] == "forward":
        if step["step"] == time["of"]:
            return sentence
        if time["symbol"] is None:
            return say(N_("Forward through time: step {step} of {of} is read, and each layer's state follows from it and from the state before."), **step)
        return say(N_("Forward through time: step {step} of {of} is read, {symbol}, and each layer's state follows from it and from the state before."), symbol=time["symbol"], **step)  # fmt: skip
    if time["step"] == 0 or time["pull"] is None:
        return sentence
    return say(N_("Backward through time: the gradient is back at step {step} of {of}. Of the state of layer {layer} there it has the size {pull}, for the first example."), layer=time["layer"], pull=shown(time["pull"]), **step)  # fmt: skip


def place(found: Arrays) -> Figure:
    """Which number of the network: "the weight from sensor 2 to the forget gate of unit 7 of layer 1"."""
    if found["kind"] == "embedding":
        return say(N_("number {unit} of the embedding of {symbol}"), unit=found["unit"] + 1, symbol=found["named"][found["source"]])
    target = _target(found)
    if found["matrix"] == "bias":
        return say(N_("the bias of {target}"), target=target)
    if found["matrix"] == "state":
        return say(N_("the weight from the last state of unit {source} to {target}"), source=found["source"] + 1, target=target)
    return say(N_("the weight from {source} to {target}"), source=_source(found), target=target)


def _target(found: Arrays) -> Figure:
    if found["kind"] == "output":
        output = say(N_("output {name}"), name=say(found["classes"][found["unit"]])) if found["classes"] else say(N_("the output"))
        return output if found["answer"] is None else say(N_("{output}, for answer {number}"), output=output, number=found["answer"] + 1)
    if found["kind"] == "dense":
        return say(N_("neuron {unit} of layer {layer}"), unit=found["unit"] + 1, layer=found["layer"])
    told = N_("unit {unit} of layer {layer}, reading backward") if found["backward"] else N_("unit {unit} of layer {layer}")
    unit = say(told, unit=found["unit"] + 1, layer=found["layer"])
    return say(GATES[found["gate"]], unit=unit) if found["gate"] else unit


def _source(found: Arrays) -> Figure:
    at = found["source"]
    if found["named"]:
        return say(found["named"][at])
    return say(N_("number {unit} before it"), unit=at + 1)
