"""Arrays of the probes -> what the browser draws. Pure; no torch, no colours but tokens, no words but texts to be translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from playground.charts.curves import by_part
from playground.charts.tokens import axis, say
from playground.families.supervised import figures as usual
from playground.families.supervised import inside_figures
from playground.families.supervised.formulas import shown
from playground.text import N_

Arrays = Mapping[str, Any]
Figure = dict[str, Any]

MEAN = N_("giving back the mean")


def latent(found: Arrays) -> Figure:
    """The map, with a sentence on what its axes are."""
    words = plane(found)
    if found["before"] is not None:
        words = say(N_("{axes} The axes have moved: before, they went to {before}."), axes=words, before=f"{found['before']:g}")
    return {**found, "classes": names(found), "say": words}


def names(found: Arrays) -> list[dict[str, Any]]:
    return [say(name) for name in found["classes"]]


def plane(found: Arrays) -> dict[str, Any]:
    """What the map's axes are, and how far they reach."""
    reach, of = f"{found['reach']:g}", found["plane"]
    if found["latent"] == 1:
        return say(N_("Across: the latent number, from -{reach} to {reach}. Upward: the classes, one above the other."), reach=reach)
    if of["way"] == "own":
        return say(N_("Across and upward: the two latent numbers, each from -{reach} to {reach}."), reach=reach)
    if of["way"] == "units":
        first, second = (unit + 1 for unit in of["units"])
        return say(N_("Across: latent number {first}; upward: number {second}, from -{reach} to {reach}. What is drawn behind has all other numbers at 0."), first=first, second=second, reach=reach)  # fmt: skip
    across, upward = (f"{100 * share:.0f}" for share in of["share"])
    return say(N_("Main axes of {latent} numbers, from -{reach} to {reach}: they hold {across} % and {upward} % of the spread. What is drawn behind has all else at its mean."), latent=found["latent"], reach=reach, across=across, upward=upward)  # fmt: skip


def tryout(found: Arrays) -> Figure:
    return {**found, "classes": names(found)}


def loss(found: Arrays) -> Figure:
    """As everywhere; where the loss has two parts, with a sentence that adds them up."""
    figure = usual.loss({**found, "chance_name": MEAN})
    parts = found["parts"]
    if found["beta"] is not None and parts["loss"] is not None:
        figure["say"] = say(
            N_("Test loss {loss} = reconstruction {error} + beta {beta} × KL {divergence}."),
            **{name: f"{number:.1f}" for name, number in parts.items()}, beta=f"{found['beta']:.3g}",
        )  # fmt: skip
    return figure


def curve(title: str, found: Arrays) -> Figure:
    """One part of the loss by epoch."""
    return by_part({**found, "chance_name": MEAN}, say(title), {}, log=True)


def rebuilt(found: Arrays) -> Figure:
    """A column for each picture: as it was, spoiled where it was, and as it came back."""
    rows = [(N_("given"), "given"), (N_("spoiled"), "spoiled"), (N_("given back"), "back")]
    return {
        "columns": [say(found["classes"][true]) for true in found["true"]],
        "rows": [{"title": say(title), "pictures": found[key]} for title, key in rows if found[key] is not None],
        "say": say(N_("Test pictures: it never learned from them.")),
    }


def samples(found: Arrays) -> Figure:
    half = len(found["made"]) // 2
    rows = [{"title": title, "pictures": pictures} for title, pictures in ((say(N_("made up")), found["made"][:half]), (None, found["made"][half:]))]
    return {"columns": [], "rows": rows, "say": say(N_("Decoded from random places of a bell curve round 0, the same ones all the time."))}


def walk(found: Arrays) -> Figure:
    rows = [{"title": say(title), "pictures": found[key]} for title, key in ((N_("between their codes"), "decoded"), (N_("laid over each other"), "mixed"))]
    return {**{key: found[key] for key in ("given", "pictures", "parts", "true")}, "classes": names(found), "columns": [], "rows": rows}


def sums(found: Arrays) -> Figure:
    return {**found, "classes": names(found)}


MEASURES = {
    "divergence": N_("KL of each latent number (nats)"), "use": N_("share of the examples that use each latent number"), "spread": N_("spread of each latent number over the examples"),
}  # fmt: skip


def units(found: Arrays) -> Figure:
    """A bar for each latent number, pale where it sleeps."""
    told, asleep = found["told"], found["asleep"]
    title = say(MEASURES[found["measure"]])
    colours = ["--test" if asleep is not None and asleep[at] else "--c1" for at in range(len(told))]
    bars = {"type": "bar", "x": np.arange(1, len(told) + 1, dtype=np.float32), "y": told.astype(np.float32), "marker": {"color": colours}, "name": title, "hovertemplate": "%{x}: %{y:.3g}<extra></extra>"}  # fmt: skip
    layout = {"xaxis": axis(None, dtick=max(1, -(-len(told) // 16))), "yaxis": axis(title, rangemode="tozero"), "bargap": 0.3}
    return {"data": [bars], "layout": layout, "log": False, "say": _in_use(found)}


def _in_use(found: Arrays) -> dict[str, Any] | None:
    """How many latent numbers hold anything."""
    if found["asleep"] is None:
        return None
    of, asleep = len(found["told"]), int(found["asleep"].sum())
    if found["measure"] == "use":
        return say(N_("An example uses {count} of {latent} latent numbers, on average; {asleep} are never used."), count=f"{found['at_once']:.1f}", latent=of, asleep=asleep)  # fmt: skip
    if not asleep:
        return say(N_("Latent numbers in use: {used} of {latent}."), used=of, latent=of)
    return say(N_("Latent numbers in use: {used} of {latent}. The others sleep: they say the same of every example."), used=of - asleep, latent=of)


def laid(found: Arrays) -> Figure:
    """Points, where they come back, a line between the two, and the latent space in the plane."""
    net, given, back = found["net"], found["given"], found["back"]
    gaps = np.concatenate([net, np.full((len(net), 1, 2), np.nan, np.float32)], 1).reshape(-1, 2)
    ways = np.stack([given, back, np.full_like(given, np.nan)], 1).reshape(-1, 2)
    thread = len(net) == 1

    def lines(places: Any, name: str, colour: str, width: float, opacity: float) -> Figure:
        return {"type": "scatter", "mode": "lines", "x": places[:, 0].copy(), "y": places[:, 1].copy(), "name": say(name), "line": {"color": colour, "width": width}, "opacity": opacity, "hoverinfo": "skip"}  # fmt: skip

    data = [
        lines(gaps, N_("the latent space"), "--soft", 2.0 if thread else 0.8, 0.9 if thread else 0.6),
        lines(ways, N_("from point to place"), "--soft", 0.7, 0.7),
    ]
    colours = [f"--c{true % 10}" for true in found["true"]]
    for places, symbol, size, name in ((given, "circle", 5, N_("given")), (back, "circle-open", 6, N_("given back"))):
        look = {"symbol": symbol, "size": size, "color": colours}
        data.append({"type": "scatter", "mode": "markers", "x": places[:, 0].copy(), "y": places[:, 1].copy(), "marker": look, "name": say(name)})
    (x0, x1), (y0, y1) = found["domain"]
    layout = {"xaxis": axis(None, range=[x0, x1]), "yaxis": axis(None, range=[y0, y1], scaleanchor="x")}
    far = float(np.sqrt(np.square(given - back).sum(1).mean())) if len(given) else float("nan")
    return {
        "data": data,
        "layout": layout,
        "log": False,
        "say": say(N_("A test point comes back {far} away from where it was (root of the mean squared distance)."), far=shown(far)),
    }


PHASES = {
    ("sample", ""): N_("sample"), ("forward", "encoder"): N_("encode"), ("forward", "decoder"): N_("decode"), ("loss", ""): N_("loss"),
    ("backward", "decoder"): N_("back through the decoder"), ("backward", "encoder"): N_("back through the encoder"), ("update", ""): N_("update"),
}  # fmt: skip


def phase(found: Arrays) -> Figure:
    """The strip above the map: the phases, the present one with a sentence and its numbers."""
    if found["phase"] is None:
        return {"phase": None}
    told = {
        "phase": f"{found['part']} {found['phase']}".strip(),
        "phases": [{"name": f"{part} {name}".strip(), "title": say(title)} for (name, part), title in PHASES.items()],
        "sentence": _what(found), "formulas": [],
    }  # fmt: skip
    return told if found["pictures"] is None else {**told, "pictures": found["pictures"]}


def _what(found: Arrays) -> dict[str, Any]:
    """One phase in a sentence with its numbers."""
    match found["phase"], found["part"]:
        case "sample", _:
            text = N_("Sample: {count} examples are drawn, and noise of {noise} is laid over what is given.") if found["spoiled"] else N_("Sample: {count} examples are drawn.")  # fmt: skip
            return say(text, count=found["count"], noise=f"{found['spoiled']:g}")
        case "forward", "encoder":
            several = ", ".join(shown(number) for number in found["code"]) + (", …" if found["more"] else "")
            if found["deviation"] is None:
                return say(N_("Encode: the first of them becomes {code}."), code=several)
            middle, width = (", ".join(shown(number) for number in found[key]) for key in ("mean", "deviation"))
            return say(N_("Encode: the first of them becomes a cloud round {middle}, as wide as {width}; out of it {code} is drawn."), middle=middle, width=width, code=several)  # fmt: skip
        case "forward", _:
            return say(N_("Decode: an example is made of each code again."))
        case "loss", _ if found["beta"] is not None:
            return say(N_("Loss: {loss} = reconstruction {error} + beta {beta} × KL {divergence}."), beta=f"{found['beta']:.3g}", **{name: shown(found[name], 4) for name in ("loss", "error", "divergence")})  # fmt: skip
        case "loss", _ if found["sparsity"]:
            return say(N_("Loss: {loss} = reconstruction {error} + {sparsity} × the sizes of the latent numbers, added up."), loss=shown(found["loss"], 4), error=shown(found["error"], 4), sparsity=f"{found['sparsity']:g}")  # fmt: skip
        case "loss", _:
            return say(N_("Loss: what comes back is off by {loss}."), loss=shown(found["loss"], 4))
        case "backward", "decoder":
            return say(
                N_("Backward: the gradient goes through the decoder first, where it has the size {size}, and reaches the codes."), size=shown(found["size"])
            )
        case "backward", _:
            return say(N_("Backward: from the codes it goes on through the encoder, where it has the size {size}."), size=shown(found["size"]))
    return say(N_("Update: all weights of both move, by {moved} at most, with a learning rate of {rate}."), moved=shown(found["moved"]), rate=shown(found["rate"]))  # fmt: skip


FIGURES: Mapping[str, Callable[[Arrays], Figure]] = MappingProxyType({
    "map": latent,
    "tryout": tryout,
    "plane": laid,
    "loss": loss,
    "error": partial(curve, N_("reconstruction")),
    "divergence": partial(curve, "KL"),
    "rebuilt": rebuilt,
    "walk": walk,
    "sums": sums,
    "units": units,
    "samples": samples,
    **inside_figures.FIGURES,
    "phase": phase,
})  # fmt: skip
