"""Arrays of the probes -> what the browser draws. Pure; no torch, no colours but tokens, no words but texts to be translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from playground.charts.curves import line
from playground.charts.tokens import axis, happenings, say
from playground.choices import LOSSES
from playground.families.supervised import inside_figures
from playground.families.supervised.formulas import shown
from playground.text import N_

Arrays = Mapping[str, Any]
Figure = dict[str, Any]

REAL, MADE = "--c0", "--c1"
BINS = 24
COLLAPSED, WON, LOST = 0.35, 0.95, 0.05  # spread of what is made up; mean answers of a discriminator that has won
LEFT_OUT, CROWDED = 0.01, 0.6  # shares of a class: below it is left out, above there is little else
BROKEN = N_("What is made up is no number any more. Reset, and try smaller learning rates.")
COLLAPSE = N_(
    "Mode collapse: all that is made up is nearly alike. Try a smaller learning rate for the generator, more updates of the discriminator, or the Wasserstein loss with gradient penalty."
)
VICTORY = N_(
    "The discriminator has won: it sees through nearly everything, and the generator learns little from that. Give the discriminator fewer updates or a smaller learning rate, or take the non-saturating loss."
)
LINES = {
    "discriminator_loss": (N_("discriminator"), REAL, "solid"),
    "generator_loss": (N_("generator"), MADE, "solid"),
    "jensen_shannon": (N_("Jensen-Shannon"), "--train", "solid"),
    "kullback_leibler": (N_("Kullback-Leibler"), "--test", "dash"),
    "frechet": (N_("made up"), "--train", "solid"),
}
EVEN = {"frechet": N_("real pictures")}
WAYS = (N_("right"), N_("up and right"), N_("up"), N_("up and left"), N_("left"), N_("down and left"), N_("down"), N_("down and right"))


def layered(found: Arrays) -> Figure:
    """The layers, and a sentence on the longest arrow."""
    strongest = found["strongest"]
    sentence = None
    if strongest is not None:
        x, y = found["arrows"][strongest, 2:]
        way = WAYS[round(np.arctan2(y, x) / (np.pi / 4)) % 8]
        sentence = say(N_("This point must move {way} to lower the generator's loss."), way=say(way))
    return {**found, "say": sentence}


def verdicts(found: Arrays) -> Figure:
    """Histograms of the discriminator's answers."""
    both = np.concatenate([found["real"], found["made"]])
    both = both[np.isfinite(both)]
    low, high = (0.0, 1.0) if found["sided"] or not len(both) else (float(both.min()), float(both.max()))
    edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
    middles = ((edges[:-1] + edges[1:]) / 2).astype(np.float32)
    data = []
    for name, values, colour in ((say(N_("real")), found["real"], REAL), (say(N_("made up")), found["made"], MADE)):
        shares = np.histogram(values[np.isfinite(values)], edges)[0] / max(1, len(values))
        data.append(
            {
                "type": "bar",
                "x": middles,
                "y": shares.astype(np.float32),
                "name": name,
                "marker": {"color": colour},
                "opacity": 0.6,
                "width": float(edges[1] - edges[0]),
            }
        )
    title = say(N_("answer: 1 is surely real")) if found["sided"] else say(N_("answer: more is more real"))
    layout = {
        "barmode": "overlay",
        "bargap": 0,
        "xaxis": axis(title, range=[float(edges[0]), float(edges[-1])]),
        "yaxis": axis(say(N_("share of the examples")), rangemode="tozero", tickformat=".0%"),
    }
    return {"data": data, "layout": layout, "log": False}


def coverage(found: Arrays) -> Figure:
    """Shares by clump, distances, and a sentence on how it goes."""
    return {**found, "say": how_it_goes(found)}


def how_it_goes(found: Arrays) -> dict[str, Any]:
    """Collapse, a discriminator that has won, no number any more, or how many clumps are found; with what to try."""
    if not found["steps"]:
        return say(N_("Untrained: what is made up is noise, bent at random. Press Train."))
    if found["wide"] is None:
        return say(BROKEN)
    if found["wide"] < COLLAPSED:
        return say(COLLAPSE)
    if found["sided"] and found["real"] > WON and found["made"] < LOST:
        return say(VICTORY)
    if found["found"] is None:
        return say(N_("Jensen-Shannon {js}: 0 is alike, 0.69 has nothing in common."), js=f"{found['js']:.2f}")
    count, of = int(found["found"].sum()), len(found["found"])
    if count == of:
        return say(N_("All {of} clumps are found; the largest has {share} % of what is made up."), of=of, share=round(100 * float(found["shares"].max())))
    return say(
        N_("{count} of {of} clumps are found; the largest has {share} % of what is made up."),
        count=count,
        of=of,
        share=round(100 * float(found["shares"].max())),
    )


def classes(found: Arrays) -> Figure:
    """Shares by class, the Fréchet distance, and a sentence on how it goes."""
    return {**found, "found": None if found["shares"] is None else (found["shares"] >= LEFT_OUT).astype(np.uint8), "say": how_pictures_go(found)}


def how_pictures_go(found: Arrays) -> dict[str, Any]:
    """As `how_it_goes`, of pictures."""
    if not found["steps"]:
        return say(N_("Untrained: what is made up is noise, bent at random. Press Train."))
    if found["shares"] is None or found["wide"] is None or found["frechet"] is None:
        return say(BROKEN)
    if found["epoch"] >= 1 and (found["wide"] < COLLAPSED or found["shares"].max() > CROWDED):
        return say(COLLAPSE)
    if found["sided"] and found["real"] is not None and found["made"] is not None and found["real"] > WON and found["made"] < LOST:
        return say(VICTORY)
    missing = int((found["shares"] < LEFT_OUT).sum())
    closed = 1 - (found["frechet"] - found["floor"]) / max(found["untrained"] - found["floor"], 1e-9) if found["untrained"] is not None else 0.0
    if missing:
        return say(N_("Of the way from noise to real pictures {share} % is done; {count} of {of} classes are hardly ever made up."), share=f"{100 * max(0.0, closed):.1f}", count=missing, of=len(found["shares"]))  # fmt: skip
    return say(N_("Of the way from noise to real pictures {share} % is done, and every class is made up."), share=f"{100 * max(0.0, closed):.1f}")


def curves(title: dict[str, Any], found: Arrays, logarithmic: bool = False) -> Figure:
    """Some metrics by epoch, and where the game is even."""
    data = []
    last = max((float(x[-1]) for x, _ in found["curves"].values() if len(x)), default=0.0)
    span = max(last, 1.0)
    for name, (x, y) in found["curves"].items():
        words, colour, dash = LINES[name]
        data.append(line(x, y, say(words), colour, dash))
        if name in found["even"]:
            data.append(
                line(
                    np.array([0, span], np.float32),
                    np.full(2, found["even"][name], np.float32),
                    say(EVEN.get(name, N_("even"))),
                    colour,
                    "dot",
                    hoverinfo="skip",
                    showlegend=False,
                    opacity=0.5,
                )
            )
    layout = {"xaxis": axis(say(N_("epoch")), rangemode="tozero"), "yaxis": axis(title), **happenings(found["events"], span)}
    return {"data": data, "layout": layout, "log": logarithmic}


def losses(found: Arrays) -> Figure:
    return curves(say(N_("loss (no score)")), found)


def distances(found: Arrays) -> Figure:
    return curves(say(N_("divergence")), found)


def frechet(found: Arrays) -> Figure:
    return curves(say(N_("Fréchet distance")), found, logarithmic=True)


PHASES = {"sample": N_("sample"), "forward": N_("forward"), "loss": N_("loss"), "backward": N_("backward"), "update": N_("update")}
PARTS = {"discriminator": N_("Discriminator"), "generator": N_("Generator")}


def phase(found: Arrays) -> Figure:
    """The strip above the picture: which network, its phases, the present one with a sentence and its numbers."""
    if found["phase"] is None:
        return {"phase": None}
    part = found["part"]
    who = (
        say(PARTS[part])
        if found["of"] == 1
        else say(N_("{network}, {number} of {count}"), network=say(PARTS[part]), number=found["index"] + 1, count=found["of"])
    )
    sentence = say(N_("{who}: {what}"), who=who, what=_what(found))
    formulas = [[say(LOSSES[found["loss_name"]].title), " = ", shown(found["loss"], 4)]] if found["phase"] == "loss" else []
    return {
        "phase": found["phase"],
        "part": part,
        "phases": [{"name": name, "title": say(title)} for name, title in PHASES.items()],
        "sentence": sentence,
        "formulas": formulas,
    }


def _what(found: Arrays) -> dict[str, Any]:
    """One phase of one network, in a sentence with its numbers."""
    critic = found["part"] == "discriminator"
    match found["phase"]:
        case "sample":
            text = N_("{count} real examples are drawn, and as many noises.") if critic else N_("{count} new noises are drawn.")
            return say(text, count=found["count"])
        case "forward" if critic:
            return say(
                N_("it answers {real} to the real examples and {made} to the made-up ones, on average."), real=shown(found["real"]), made=shown(found["made"])
            )
        case "forward":
            return say(N_("the discriminator answers {made} to what it makes of them, on average."), made=shown(found["made"]))
        case "loss" if critic and found["penalty"]:
            return say(
                N_("its loss is {loss}, and {penalty} for being too steep or too flat."), loss=shown(found["loss"], 4), penalty=shown(found["penalty"], 4)
            )
        case "loss":
            return say(N_("its loss is {loss}."), loss=shown(found["loss"], 4))
        case "backward" if critic:
            return say(
                N_("the gradient says how each of its weights changes that loss; all together it has the size {size}. The generator's weights are not asked."),
                size=shown(found["size"]),
            )
        case "backward":
            return say(
                N_("the gradient goes back through the discriminator to everything made up, and on to the generator's weights, where it has the size {size}."),
                size=shown(found["size"]),
            )
    return say(
        N_("only its own weights move, by {moved} at most, with a learning rate of {rate}. The other network stays as it is."),
        moved=shown(found["moved"]),
        rate=shown(found["rate"]),
    )


FIGURES: Mapping[str, Callable[[Arrays], Figure]] = MappingProxyType({
    "layered": layered,
    "verdicts": verdicts,
    "coverage": coverage,
    "samples": dict,
    "classes": classes,
    "losses": losses,
    "distances": distances,
    "frechet": frechet,
    **inside_figures.FIGURES,
    "phase": phase,
})  # fmt: skip
