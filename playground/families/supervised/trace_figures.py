"""A step in words and numbers, and one example's way through the network. Pure; no torch, no words but texts to be translated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.charts.tokens import say
from playground.families.supervised import laid_out
from playground.families.supervised.formulas import LOSSES, Formula, fixed, pair, setting, shown, var
from playground.families.supervised.opened import opened
from playground.families.supervised.updates import explained
from playground.text import N_

Arrays = Mapping[str, Any]
Figure = dict[str, Any]
Text = dict[str, Any]

PHASES = {"sample": N_("sample"), "forward": N_("forward"), "loss": N_("loss"), "backward": N_("backward"), "update": N_("update")}
PARTS = {
    "batch": N_("this mini-batch"),
    "train": N_("training part"),
    "validation": N_("validation part"),
    "test": N_("test part"),
}
OPTIMIZERS = {
    "gradient_descent": N_("gradient descent"), "sgd": "SGD", "momentum": N_("momentum"), "nesterov": N_("Nesterov momentum"),
    "adagrad": "Adagrad", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW",
}  # fmt: skip


def phase(found: Arrays) -> Figure:
    """The strip above the network: the phases, the present one, its sentence, and formulas with their numbers where there are any."""
    if found["phase"] is None:
        return {"phase": None}
    sentence, formulas = SENTENCES[found["phase"]](found)
    return {
        "phase": found["phase"],
        "phases": [{"name": name, "title": say(title)} for name, title in PHASES.items()],
        "sentence": sentence,
        "formulas": formulas,
    }


def _sample(found: Arrays) -> tuple[Text, list[Formula]]:
    named = ", ".join(str(number + 1) for number in found["numbers"]) + (", …" if found["n"] > len(found["numbers"]) else "")
    if found["n"] == found["of"]:
        return say(N_("Sample: all {of} training examples at once."), of=found["of"]), []
    return say(N_("Sample: {count} of {of} training examples, numbers {numbers}."), count=found["n"], of=found["of"], numbers=named), []


def _forward(found: Arrays) -> tuple[Text, list[Formula]]:
    return say(N_("Forward: for the first of them {answer}."), answer=answer(found)), []


def answer(found: Arrays) -> Text:
    """What the network says of an example beside what is true, as part of a sentence."""
    said, true = shown(found.get("said", 0.0)), setting(round(float(found["true"]), 4))
    share = f"{100 * found['share']:.1f}"
    if found["task"] == "classes":
        return say(N_("the network gives the true class, {name}, {share} %"), name=say(found["names"][found["true"]]), share=share)
    if found["loss_name"] == "binary_cross_entropy":
        return say(N_("the network gives {name} {share} %; it should be {true} %"), name=say(found["names"][1]), share=share, true=100 if found["true"] else 0)
    if found["loss_name"] in ("hinge", "perceptron"):
        return say(N_("the network answers {said}; its side is {true}"), said=said, true=true)
    if found["scaled"]:
        return say(N_("the network answers {said}; it should be {true} (both in standard deviations from the mean)"), said=said, true=true)
    return say(N_("the network answers {said}; it should be {true}"), said=said, true=true)


def _loss(found: Arrays) -> tuple[Text, list[Formula]]:
    text = say(N_("Loss: how wrong it is, as the mean over these {count} examples, in one number: {loss}."), count=found["n"], loss=shown(found["loss"], 4))
    if found["n"] == 1:
        text = say(N_("Loss: how wrong it is, in one number: {loss}."), loss=shown(found["loss"], 4))
    return text, [[var("L"), " = ", say(N_("mean of")), " ", *LOSSES[found["loss_name"]].formula, " = ", shown(found["loss"], 4)]]


def _backward(found: Arrays) -> tuple[Text, list[Formula]]:
    return say(N_("Backward: the largest gradient is {gradient}, on {place}."), gradient=shown(found["gradient"]), place=place(found["place"])), []


def _update(found: Arrays) -> tuple[Text, list[Formula]]:
    update = found["update"]
    before, after = pair(update.weight, found["after"])
    text = say(N_("Update by {optimizer}: {place} goes from {before} to {after}."), optimizer=say(OPTIMIZERS[update.rule]), place=place(found["place"]), before=before, after=after)  # fmt: skip
    return text, explained(update)[0]


SENTENCES = {"sample": _sample, "forward": _forward, "loss": _loss, "backward": _backward, "update": _update}


def place(found: Arrays) -> Text:
    """Which number of the network: "the weight from x₁ to neuron 3 of layer 1"; as it is, where a family has its own words."""
    if "$t" in found:
        return dict(found)
    target = neuron(found, found["layer"], found["unit"])
    if found["kind"] == "weight":
        return say(N_("the weight from {source} to {target}"), source=neuron(found, found["layer"] - 1, found["input"]), target=target)
    if found["kind"] == "bias":
        return say(N_("the bias of {target}"), target=target)
    return say(N_("the batch norm scale γ of {target}") if found["kind"] == "scale" else N_("the batch norm shift β of {target}"), target=target)


def neuron(found: Arrays, layer: int, unit: int) -> Text:
    """A neuron in words; layer 0 is the inputs, the last the output. found: inputs, classes, depth, shape."""
    if layer == 0 and found["shape"]:
        return say(N_("pixel {place}"), place=laid_out.pixel(unit, found["shape"]))
    if layer == 0:
        return say(found["inputs"][unit]) if found["inputs"] else say(N_("input {unit}"), unit=unit + 1)
    if layer == found["depth"]:
        return say(N_("output {name}"), name=say(found["classes"][unit])) if found["classes"] else say(N_("the output"))
    return say(N_("neuron {unit} of layer {layer}"), unit=unit + 1, layer=layer)


def trace(found: Arrays) -> Figure:
    """Which examples can be traced, and how many units each layer has."""
    return {"parts": [{"name": name, "title": say(PARTS[name]), "of": of} for name, of in found["parts"].items()], "units": found["units"]}


def traced(found: Arrays) -> Figure:
    """The answer to the ask `trace`: columns of numbers, one neuron opened with its formulas, and in which mode they were computed."""
    columns = [_inputs(found), *(_column(found, number, column) for number, column in enumerate(found["columns"], 1))]
    return {
        "example": _example(found),
        "mode": _mode(found),
        "columns": columns,
        "open": opened(found, neuron(found, found["open"]["layer"], found["open"]["unit"])),
    }


def _example(found: Arrays) -> Text:
    """What is known of the example: what the network says, what is true, and its loss."""
    if not found["truth"]:
        return say(N_("The network has not seen it yet in this step."))
    told = answer({**found["truth"], "task": found["task"], "loss_name": found["loss_name"]})
    return say(N_("{answer}. Loss {loss}."), answer=told, loss=shown(found["loss"]))


def _mode(found: Arrays) -> Text:
    if found["within"]:
        return say(
            N_("Training example {number}, as it is in this step: training mode, gradients of the mean over {count} examples."),
            number=found["number"] + 1,
            count=found["n"],
        )
    if any(column["normed"] or column["dropped"] for column in found["columns"]):
        return say(N_("Computed for this example alone, as for an answer (eval mode): dropout is off, batch norm uses its running means."))
    return say(N_("Computed for this example alone: so are its gradients."))


def _inputs(found: Arrays) -> Figure:
    """The numbers that come in; of a picture, the picture itself."""
    if found["shape"]:
        of = len(found["x"])
        return {
            "title": say(N_("{count} pixels"), count=of),
            "heads": [],
            "shown": [],
            "labels": [],
            "values": [],
            "of": of,
            "picture": laid_out.grey(found["x"], found["shape"]),
        }
    some = [int(at) for at in found["shown"]]
    names = [neuron(found, 0, at) for at in some]
    return {"title": say(N_("input")), "heads": [], "shown": some, "labels": names, "values": [[fixed(found["x"][at])] for at in some], "of": len(found["x"])}


def _column(found: Arrays, number: int, column: Arrays) -> Figure:
    """One layer: a row for each unit shown, z, what batch norm and dropout make of it, the answer, and delta = dL/dz; "" for what the step has not come to."""
    ends = [("z", "z"), *([("norm", "ẑ")] if column["normed"] else []), ("a", "a"), *([("out", "d")] if column["dropped"] else []), ("d_z", "δ")]
    last = number == found["depth"]
    values = [["" if column[end] is None else (shown if end == "d_z" else fixed)(float(column[end][unit]), 2) for end, _ in ends] for unit in column["shown"]]
    labels = [neuron(found, number, unit) if last and found["classes"] else str(unit + 1) for unit in column["shown"]]
    title = say(N_("output")) if last else say(N_("layer {number} · {activation}"), number=number, activation=column["activation"].replace("_", " "))
    return {"title": title, "heads": [[var(letter)] for _, letter in ends], "shown": column["shown"], "labels": labels, "values": values, "of": column["units"]}
