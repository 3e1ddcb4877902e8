"""Pictures of what goes on inside a network, each with a sentence that says what they show now. Pure; no torch, no colours but tokens, no words but texts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.charts.curves import band, side_by_side
from playground.charts.histograms import over_time
from playground.charts.tokens import LAYERS, say
from playground.choices import OPTIMIZERS
from playground.text import N_

Arrays = Mapping[str, Any]
Figure = dict[str, Any]

HEALTHY = (3e-4, 3e-3)  # update / weight about 0.001: a rule of thumb (Karpathy, CS231n, "Ratio of weights:updates")
MUCH, LITTLE = 0.1, 1e-6  # of it: far too much at once, as good as none
FAR = 100.0  # a first gradient so many times smaller or larger than the last one vanishes or explodes
LATE = 5  # moments that a sentence goes by: one mini-batch alone may be odd


MATRICES: Mapping[str, str] = MappingProxyType({
    "weight": N_("hidden layer {number}"),
    "weight_ih_l0": N_("layer {number}, from its input"),
    "weight_hh_l0": N_("layer {number}, from its last state"),
    "weight_ih_l0_reverse": N_("layer {number} backward, from its input"),
    "weight_hh_l0_reverse": N_("layer {number} backward, from its last state"),
})  # fmt: skip


PARTS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "generator": (N_("generator {number}"), N_("generator, output")),
    "discriminator": (N_("discriminator {number}"), N_("verdict")),
})  # fmt: skip


def titles(found: Arrays) -> list[dict[str, Any]]:
    """What the layers with weights are called, by their places in the network's list and by which of their matrices it is; the last is the output. What comes before the
    first is the embedding. Layers of networks with several parts are named by their part."""
    told = []
    for at, (name, number, part) in enumerate(zip(found["names"], found["numbers"], found["matrices"], strict=True)):
        of = PARTS.get(name.partition(".")[0])
        if of is not None:
            told.append(say(of[0], number=number) if number else say(of[1]))
        elif at == len(found["names"]) - 1:
            told.append(say(N_("output layer")))
        else:
            told.append(say(MATRICES[part], number=number) if number else say(N_("embedding")))
    return told


def weights(found: Arrays) -> Figure:
    """Bands of each layer's weights over the epochs, and their histograms."""
    named = titles(found)
    layers = [
        {"title": title, "epochs": found["epochs"], "bands": quantiles, "ratio": _latest(ratio)}
        for title, quantiles, ratio in zip(named, found["quantiles"], found["ratio"], strict=True)
    ]
    return {
        "layers": layers,
        "caption": say(N_("Dark: the middle half of the weights. Pale: all of them. Beside it, how far one update moves them, as a share of their size.")),
        "histogram": over_time(
            found["histogram"],
            found["epochs"],
            named,
            [None] * len(named),
            say(N_("The stronger a place, the more of the layer's weights had that value then.")),
        ),
    }


def _latest(values: NDArray[np.float32]) -> float | None:
    """The last finite number."""
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else None


def gradients(found: Arrays) -> Figure:
    """Left the size of each layer's gradient, right update / weight, both logarithmic; and the gradients' histograms."""
    named = titles(found)
    panels = [
        (title, [(name, values, LAYERS[i % len(LAYERS)]) for i, (name, values) in enumerate(zip(named, found[which], strict=True))])
        for which, title in (("gradient", say(N_("gradient (root mean square)"))), ("ratio", say(N_("update / weight"))))
    ]
    figure = side_by_side(found["epochs"], panels)
    band(figure["layout"], 2, HEALTHY, say(N_("healthy")))
    words = say(N_("The stronger a place, the more of the layer's gradients had that size then. Each step upward is ten times as large."))
    none = [None] * len(named)
    return {**figure, "say": flow(found, named), "histogram": over_time(found["histogram"], found["epochs"], named, none, words)}


def flow(found: Arrays, named: list[dict[str, Any]]) -> dict[str, Any]:
    """How the gradient gets through, in a sentence, by the last moments: no number, vanishing, exploding, too large or too small updates, or healthy."""
    late = found["gradient"][:, -LATE:]
    known = ~np.isnan(late).all(0)
    if not known.any():
        return say(N_("No gradient yet: press Train or Step. It comes with the first update."))
    if not np.isfinite(late[:, -1]).all():
        return say(N_("The gradient is no longer a number: it exploded, and the weights with it. Reset, and try a smaller learning rate."))
    sizes = [float(np.median(layer)) for layer in late[:, known]]
    moved = [ratio for layer in found["ratio"] if (ratio := _latest(layer)) is not None]
    ratio = max(moved, default=math.nan)
    if sizes[-1] == 0 or max(sizes) == 0:
        return say(N_("The gradient is 0: no update moves anything any more."))
    if sizes[0] == 0 or sizes[-1] / sizes[0] >= FAR:
        return _vanishing(sizes, named)
    if sizes[0] / sizes[-1] >= FAR:
        return say(
            N_("The gradient of {first} is {times} times larger than that of {last}: it explodes on the way back."),
            first=named[0], last=named[-1], times=rounded(sizes[0] / sizes[-1]),
        )  # fmt: skip
    if ratio > MUCH:
        return say(N_("One update changes weights by {share} % of their size: too much at once. Try a smaller learning rate."), share=rounded(100 * ratio))
    if ratio < LITTLE:
        return say(N_("One update changes the weights by less than a millionth of their size: it hardly learns any more."))
    return _healthy(sizes, ratio)


def _vanishing(sizes: list[float], named: list[dict[str, Any]]) -> dict[str, Any]:
    if sizes[0] == 0:
        return say(N_("The gradient of {first} is 0: nothing of it arrives on the way back, and this layer cannot learn."), first=named[0])
    return say(
        N_("The gradient of {first} is {times} times smaller than that of {last}: it vanishes on the way back."),
        first=named[0], last=named[-1], times=rounded(sizes[-1] / sizes[0]),
    )  # fmt: skip


def _healthy(sizes: list[float], ratio: float) -> dict[str, Any]:
    share = say(N_("One update moves the weights by at most {share} % of their size."), share=rounded(100 * ratio)) if math.isfinite(ratio) else ""
    if len(sizes) == 1:
        return say(N_("There is one layer: its gradient cannot get lost on the way. {share}"), share=share)
    times = rounded(max(sizes) / min(size for size in sizes if size))
    return say(N_("The gradient reaches every layer: its sizes differ by a factor of {times}. {share}"), times=times, share=share)


def rounded(number: float) -> int | str:
    """Two digits that count, as they are read; whole from 10 on."""
    found = float(f"{number:.2g}")
    return int(found) if math.isfinite(found) and abs(found) >= 10 else f"{found:g}"


DEAD = N_("{dead} of {units} dead")
SATURATED = N_("{saturated} of {units} saturated")


def activations(found: Arrays) -> Figure:
    """Histograms of what each layer answers, with its dead and saturated units."""
    named, units = titles(found), [int(n) for n in found["units"]]
    notes: list[dict[str, Any] | None] = []
    for dead, saturated, of in zip(found["dead"], found["saturated"], units, strict=True):
        notes.append(say(DEAD, dead=int(dead), units=of) if dead else say(SATURATED, saturated=int(saturated), units=of) if saturated else None)
    return over_time(found["histogram"], found["epochs"], named, notes, _troubles(found, named, units))


def _troubles(found: Arrays, named: list[dict[str, Any]], units: list[int]) -> dict[str, Any]:
    """The layer with the largest share of idle units, in a sentence; dead ones first."""
    for which, text in (
        ("dead", N_("In {layer}, {idle} of {units} neurons are dead: they answer 0 to all {sample} examples, so no gradient reaches them and they stay as they are.")),
        ("saturated", N_("In {layer}, {idle} of {units} neurons are saturated: at the ends of their range for nearly all {sample} examples, where the slope is almost 0. They learn slowly.")),
    ):  # fmt: skip
        shares = np.asarray(found[which]) / np.array(units)
        worst = int(shares.argmax())
        if shares[worst] > 0:
            return say(text, layer=named[worst], idle=int(found[which][worst]), units=units[worst], sample=int(found["sample"]))
    if len(units) == 1:
        return say(N_("What the network answers to {sample} training examples, before any softmax. The stronger a place, the more answers had that value then."), sample=int(found["sample"]))  # fmt: skip
    return say(N_("What the neurons answer to {sample} training examples. No hidden neuron is dead or saturated now."), sample=int(found["sample"]))


KEPT: Mapping[str, tuple[str, bool]] = MappingProxyType({
    "gradient": (N_("last gradient"), True),
    "velocity": (N_("velocity"), True),
    "size": (N_("size"), False),
    "mean": (N_("mean"), True),
    "step": (N_("step"), True),
})  # fmt: skip


def memory(found: Arrays) -> Figure:
    """What the optimizer keeps of every weight: rows of parts, columns of layers, each a heat map on the part's own scale."""
    parts = []
    for name, layers in found["parts"].items():
        title, signed = KEPT[name]
        largest = max((float(np.abs(layer[np.isfinite(layer)]).max(initial=0.0)) for layer in layers), default=0.0)
        reach = 2.0 ** math.ceil(math.log2(largest)) if largest > 0 else 1.0
        parts.append({"title": say(title), "signed": signed, "range": reach, "values": layers})
    layers = [{"title": title, "units": units, "inputs": inputs} for title, (units, inputs) in zip(titles(found), found["shown"], strict=True)]
    return {"layers": layers, "parts": parts, "say": _remembered(found)}


def _remembered(found: Arrays) -> dict[str, Any]:
    name, settings = found["optimizer"], found["settings"]
    title = OPTIMIZERS[name].title
    if not found["parts"]:
        return say(N_("{optimizer} remembers nothing: each update goes by its own gradient alone. Choose momentum or Adam, and what they keep shows here."), optimizer=title)  # fmt: skip
    if not found["steps"]:
        return say(N_("{optimizer} remembers nothing yet: its memory fills with the first updates."), optimizer=title)
    if "velocity" in found["parts"]:
        share = settings["momentum"]
        return say(
            N_("Velocity adds up the gradients, keeping {share} of itself each time: where they agree it grows to {times} gradients, where they quarrel they cancel out."),
            share=share, times=rounded(1 / (1 - share)),
        )  # fmt: skip
    if found["rates"] is None:
        return say(N_("Mean: which way the gradients point of late. Size: how large they are. The step is mean by size times the learning rate: nearly that where gradients agree, almost 0 where they quarrel."))  # fmt: skip
    values = dict(zip(("low", "high"), map(rounded, found["rates"]), strict=True))
    if name == "adagrad":
        return say(N_("All squared gradients are added up, none is forgotten: each weight's own learning rate can only shrink. Most are now between {low} and {high}."), **values)  # fmt: skip
    return say(N_("The size of a weight's gradients of late sets its own learning rate: large gradients, small rate. Most are now between {low} and {high}."), **values)  # fmt: skip


FIGURES: Mapping[str, Callable[[Arrays], Figure]] = MappingProxyType({"weights": weights, "gradients": gradients, "activations": activations, "memory": memory})
