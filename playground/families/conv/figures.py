"""Arrays of the probes -> what the browser draws. Pure; no torch, no colours but tokens, no words but texts to be translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from playground.charts.tokens import say
from playground.choices import ACTIVATIONS
from playground.families.conv import layers as kinds
from playground.families.supervised import inside_figures, trace_figures
from playground.families.supervised.figures import accuracy, loss
from playground.families.supervised.figures import confusion as table
from playground.text import N_

Arrays = Mapping[str, Any]
Figure = dict[str, Any]


def title(spec: kinds.Layer | None) -> dict[str, Any]:
    """What a layer is called, with the number that says most of it; None is the output."""
    if spec is None:
        return say(N_("Output"))
    name = say(kinds.LAYERS[spec.name].title)
    if isinstance(spec, kinds.Conv):
        return say(N_("{name} {side}×{side}"), name=name, side=spec.kernel)
    if isinstance(spec, kinds.Pool):
        return say(N_("{name} {side}×{side}"), name=name, side=spec.window)
    return say(N_("{name} {share} %"), name=name, share=round(100 * spec.share)) if isinstance(spec, kinds.Dropout) else name


def network(found: Arrays) -> Figure:
    """A picture's way through the network: of `stack.way`."""
    layers = [{**layer, "title": title(layer["spec"]), "activation": layer["activation"] and say(ACTIVATIONS[layer["activation"]].title)} for layer in found["layers"]]  # fmt: skip
    for layer in layers:
        del layer["spec"]
    return {"picture": found["picture"], "layers": layers, "answer": answer(found)}


def answer(found: Arrays) -> Figure:
    """What the network says of a picture beside what is true."""
    return {
        "classes": classes(found),
        "probabilities": found["probabilities"],
        "said": found["said"],
        "true": found["picture"]["true"],
    }


def classes(found: Arrays) -> list[dict[str, Any]]:
    return [say(name) for name in found["classes"]]


def maps(found: Arrays) -> Figure:
    """The answer to the ask `maps`."""
    return {**network(found), "before": found["before"]}


def tryout(found: Arrays) -> Figure:
    """What can be tried here, and the network's answer to the picture that every frame shows."""
    return {
        "classes": classes(found["way"]),
        "answer": answer(found["way"]),
        "picture": found["way"]["picture"],
        **{key: found[key] for key in ("shape", "drawing", "parts")},
    }


def confusion(found: Arrays) -> Figure:
    """As everywhere, and the pictures behind a cell can be asked for."""
    return {**table(found), "pictures": True}


def named(found: Arrays) -> Figure:
    """Arrays as they are, with the classes as texts."""
    return {**found, "classes": classes(found)}


def filters(found: Arrays) -> Figure:
    """Kernels of the first convolutions."""
    layers = [{**{key: value for key, value in layer.items() if key != "spec"}, "title": title(layer["spec"])} for layer in found["layers"]]
    return {"layers": layers}


def phase(found: Arrays) -> Figure:
    """The strip above the network; at its first phase with the pictures it is about."""
    told = trace_figures.phase({**found, "place": place(found["place"])} if "place" in found else found)
    return {**told, "pictures": found["pictures"]} if "pictures" in found else told


def place(found: Arrays) -> Figure:
    """Which number of the network: "the weight at row 1, column 3 of filter 5 in layer 1, for map 2"."""
    unit, *rest = (at + 1 for at in found["at"])
    values: dict[str, Any] = {"layer": found["layer"], "unit": unit}
    if found["kind"] == "batch_norm":
        return say(N_("the batch norm scale γ of map {unit} in layer {layer}") if found["parameter"] == "weight" else N_("the batch norm shift β of map {unit} in layer {layer}"), **values)  # fmt: skip
    if found["kind"] == "conv":
        if not rest:
            return say(N_("the bias of filter {unit} in layer {layer}"), **values)
        values |= dict(zip(("channel", "row", "column"), rest, strict=True))
        return say(N_("the weight at row {row}, column {column} of filter {unit} in layer {layer}, for map {channel} before it"), **values)
    target = say(N_("neuron {unit} of layer {layer}"), **values)
    if found["kind"] == "output":
        names = found["classes"]
        target = say(N_("output {name}"), name=say(names[unit - 1])) if len(names) > 2 else say(N_("the output"))
    if not rest:
        return say(N_("the bias of {target}"), target=target)
    return say(N_("the weight from {source} to {target}"), source=say(N_("number {unit} before it"), unit=rest[0]), target=target)


FIGURES: Mapping[str, Callable[[Arrays], Figure]] = MappingProxyType({
    "network": network,
    "tryout": tryout,
    "confusion": confusion,
    "loss": loss,
    "accuracy": accuracy,
    "filters": filters,
    "mistakes": named,
    "embedding": named,
    "pictures": named,
    **inside_figures.FIGURES,
    "phase": phase,
})  # fmt: skip
