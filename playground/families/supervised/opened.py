"""One neuron opened: each number it makes of what comes in, and of what comes back, as a formula with the numbers in it. Pure; no torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from playground.charts.tokens import say
from playground.families.supervised import laid_out
from playground.families.supervised.formulas import BENDS, LOSSES, Formula, Piece, fixed, own, pair, pieces, setting, shown, slope_of, var
from playground.families.supervised.updates import explained
from playground.text import N_

Arrays = Mapping[str, Any]
Text = dict[str, Any]
Line = dict[str, Any]

TERMS = 6  # of a sum that are written out: the largest, in their order
ROWS = 12  # weights in the table
Z, A, DELTA = "z", "a", "δ"


def opened(found: Arrays, title: Text) -> dict[str, Any]:
    """The neuron's lines in the order of the step, the table of its weights, and the lines of one weight's update. found: of `trace.traced`."""
    unit = found["open"]
    lines: list[Line] = []
    if unit["z"] is not None:
        lines += [_sum(unit), *_forward(unit)]
    if unit["d_out"] is not None:
        lines += [_pull(found, unit), *_delta(unit)]
    update = unit.get("update")
    return {
        "title": title, "layer": unit["layer"], "unit": unit["unit"], "lines": lines, "table": _table(found, unit), "weight": unit.get("weight"),
        "update": _updated(found, unit) if update is not None else None, "gradient": _gradient(found, unit), "pictures": _pictures(found, unit),
    }  # fmt: skip


def _pictures(found: Arrays, unit: Arrays) -> list[dict[str, Any]]:
    """Of a neuron that sees the pixels: the picture x, its weights w, and their products, which are what its sum adds up."""
    shape, given, weights = found["shape"], unit["given"], unit["before"]
    if not shape or unit["layer"] != 1 or given is None:
        return []
    drawn: list[dict[str, Any]] = [{"title": [var("x", "i")], "grey": laid_out.grey(given, shape)}]
    for title, values in ((pieces(var("w", "i")), weights), (pieces(var("w", "i"), " ", var("x", "i")), weights * given)):
        shades, reach = laid_out.signed(values, shape)
        drawn.append({"title": title, "shades": shades, "range": reach})
    return drawn


def line(label: str | Text, *formula: Piece) -> Line:
    return {"label": say(label) if isinstance(label, str) else label, "formula": list(formula)}


def _given(unit: Arrays, at: int) -> Piece:
    """The letter of what comes in: x for inputs, a for the layer before."""
    return var("x" if unit["layer"] == 1 else A, str(at + 1))


def _terms(factors: Any, values: Any, most: int = TERMS) -> Formula:
    """0.41 × 1.20 + (−0.22) × 0.35 + ..., the largest of them, the others in one number."""
    products = np.nan_to_num(np.abs(factors * values))
    some = sorted(np.argsort(-products, kind="stable")[:most].tolist())
    written = [f"{own(fixed(factors[at]))} × {own(fixed(values[at]))}" for at in some]
    if len(some) < len(factors):
        rest = float(np.delete(factors * values, some).sum())
        return [" + ".join(written), " + ", own(fixed(rest)), " ", say(N_("({count} more)"), count=len(factors) - len(some))]
    return [" + ".join(written)]


def _sum(unit: Arrays) -> Line:
    """z = w1 x1 + w2 x2 + b"""
    count, bias = len(unit["given"]), unit["before_bias"]
    letters: Formula = []
    if count <= 3:
        for at in range(count):
            letters += [*([" + "] if at else []), var("w", str(at + 1)), " ", _given(unit, at)]
    else:
        letters = ["Σ ", var("w", "i"), " ", var("x" if unit["layer"] == 1 else A, "i")]
    last: Formula = [] if bias is None else [" + ", own(fixed(bias))]
    return line(
        N_("Sum"),
        var(Z),
        " = ",
        *letters,
        *(pieces(" + ", var("b")) if last else []),
        " = ",
        *_terms(unit["before"], unit["given"]),
        *last,
        " = ",
        fixed(unit["z"]),
    )


def _forward(unit: Arrays) -> list[Line]:
    """Batch norm, activation, dropout: those that the layer has."""
    lines, norm = [], unit["batch_norm"]
    bent = Z
    if norm is not None:
        bent = "ẑ"
        label = N_("Batch norm, by this mini-batch") if norm["batch"] else N_("Batch norm, by its running means")
        filled = f"{setting(round(norm['scale'], 4))} × ({fixed(unit['z'])} − {own(fixed(norm['mean']))}) / √({shown(norm['variance'])} + {setting(norm['epsilon'])}) + {own(fixed(norm['shift']))}"
        letters: Formula = [var("γ"), " (", var(Z), " − ", var("μ"), ") / √(", var("σ", sup="2"), " + ", var("ε"), ") + ", var("β")]
        lines.append(line(label, var("ẑ"), " = ", *letters, " = ", filled, " = ", fixed(unit["norm"])))
    bend = BENDS[unit["activation"]]
    number = fixed(unit["norm"] if norm is not None else unit["z"])
    same: Formula = [" = ", *bend.formula(number)] if unit["activation"] != "linear" else []
    lines.append(line(N_("Activation"), var(A), " = ", *bend.formula(var(bent)), *same, " = ", fixed(unit["a"])))
    if unit["p"] is not None:
        lines.append(_dropped(unit))
    return lines


def _dropped(unit: Arrays) -> Line:
    """Dropout, as its mask was; an answer of 0 is 0 either way."""
    kept = own(setting(round(1 - unit["p"], 6)))
    if unit["within_training"]:
        if unit["out"] == 0 and unit["a"] != 0:
            return line(N_("Dropout: silent in this step"), var("d"), " = 0")
        return line(
            N_("Dropout: not silent in this step"), var("d"), " = ", var(A), " / (1 − ", var("p"), ") = ", fixed(unit["a"]), f" / {kept} = ", fixed(unit["out"])
        )
    return line(N_("Dropout: off, as for an answer"), var("d"), " = ", var(A), " = ", fixed(unit["out"]))


def _pull(found: Arrays, unit: Arrays) -> Line:
    """dL/da: of the loss itself at the output, through the weights of the next layer elsewhere."""
    letter = "d" if unit["p"] is not None else A
    left: Formula = [*slope_of("L", letter), " = "]
    if unit["ahead"] is not None:
        letters: Formula = ["Σ ", var("w", "k"), " ", var(DELTA, "k"), " = "]
        numbers = _pulls(unit["ahead"]["w"], unit["ahead"]["deltas"])
        return line(N_("From the next layer"), *left, *letters, *numbers, " = ", shown(unit["d_out"]))
    loss = LOSSES[found["loss_name"]]
    many = found["n"] > 1
    over: Formula = [" / ", var("n")] if many else []
    true = found["truth"]["true"]
    classes = found["task"] == "classes"
    y, a = (float(true == unit["unit"]) if classes else float(true)), (unit["share"] if classes else unit["out"])
    derivative: Formula = ["(", *loss.derivative, ")", *over] if many else list(loss.derivative)
    filled = loss.filled(fixed(a), setting(round(y, 4))) or [own(setting(loss.slope(a, y)))]
    return line(N_("From the loss"), *left, *derivative, " = ", *filled, *([f" / {found['n']}"] if many else []), " = ", shown(unit["d_out"]))


def _pulls(weights: Any, deltas: Any) -> Formula:
    """Like `_terms`, but deltas span many powers of ten: with digits that count instead of decimals."""
    products = np.nan_to_num(np.abs(weights * deltas))
    some = sorted(np.argsort(-products, kind="stable")[:4].tolist())
    written = " + ".join(f"{own(fixed(weights[at]))} × {own(shown(deltas[at]))}" for at in some)
    if len(some) == len(weights):
        return [written]
    rest = float(np.delete(weights * deltas, some).sum())
    return [written, " + ", own(shown(rest)), " ", say(N_("({count} more)"), count=len(weights) - len(some))]


def _delta(unit: Arrays) -> list[Line]:
    """Back through dropout, the activation and batch norm, to delta = dL/dz."""
    norm, bend = unit["batch_norm"], BENDS[unit["activation"]]
    at = unit["norm"] if norm is not None else unit["z"]
    dropped = unit["p"] is not None and unit["within_training"]
    silent = dropped and unit["out"] == 0 and unit["a"] != 0
    slope = bend.slope(at, unit["a"])
    target, value = ("ẑ", unit["d_norm"]) if norm is not None else (Z, unit["d_z"])
    left: Formula = [*(pieces() if norm is not None else pieces(var(DELTA), " = ")), *slope_of("L", target), " = "]
    letters: Formula = [*slope_of("L", "d" if unit["p"] is not None else A)]
    numbers: Formula = [own(shown(unit["d_out"]))]
    if dropped:
        letters += [" × 0" if silent else f" / {setting(round(1 - unit['p'], 6))}"]
        numbers += [" × 0" if silent else f" / {setting(round(1 - unit['p'], 6))}"]
    letters += [" × ", {"i": "f′"}, "(", var("ẑ" if norm is not None else Z), ")"]
    shape = [] if unit["activation"] == "linear" else [" × (", *bend.slope_formula(fixed(at), fixed(unit["a"])), ")"]
    lines = [line(N_("Through the activation"), *left, *letters, " = ", *numbers, *shape, " = ", *numbers, " × ", own(fixed(slope)), " = ", shown(value))]
    if norm is not None:
        lines.append(_through_norm(unit, norm))
    return lines


def _through_norm(unit: Arrays, norm: Arrays) -> Line:
    """Ioffe and Szegedy (2015): mean and spread are of the mini-batch itself, so that part of the pull is taken back through them."""
    root = math.sqrt(norm["variance"] + norm["epsilon"])
    factor: Formula = [var("γ"), " / √(", var("σ", sup="2"), " + ", var("ε"), ")"]
    filled = f"{setting(round(norm['scale'], 4))} / {shown(root)}"
    left: Formula = [var(DELTA), " = ", *slope_of("L", Z), " = ", *factor, " × "]
    if norm["back"] is None:
        return line(N_("Through the batch norm"), *left, *slope_of("L", "ẑ"), " = ", filled, " × ", own(shown(unit["d_norm"])), " = ", shown(unit["d_z"]))
    scaled = (unit["z"] - norm["mean"]) / root
    mean, along = norm["back"]["mean"], norm["back"]["along"]
    letters: Formula = ["(", *slope_of("L", "ẑ"), " − ", say(N_("mean")), " − ", var("s"), " × ", say(N_("mean along s")), ")"]
    numbers: Formula = [f"({shown(unit['d_norm'])} − {own(shown(mean))} − {own(fixed(scaled))} × {own(shown(along))})"]
    return line(N_("Through the batch norm, less what moves the whole mini-batch"), *left, *letters, " = ", filled, " × ", *numbers, " = ", shown(unit["d_z"]))


def _gradient(found: Arrays, unit: Arrays) -> list[Line] | None:
    """dL/dw of the chosen weight: this example's share, and within a step that of the whole mini-batch."""
    if unit.get("weight") is None or unit["d_z"] is None:
        return None
    at = unit["weight"]
    value = 1.0 if at < 0 else float(unit["given"][at])
    whole = unit["gradients_bias"] if at < 0 else float(unit["gradients"][at])
    by, sub = ("b", "") if at < 0 else ("w", str(at + 1))
    share: Formula = [var(DELTA)] if at < 0 else [var(DELTA), " ", _given(unit, at)]
    numbers = shown(unit["d_z"]) if at < 0 else f"{own(shown(unit['d_z']))} × {own(fixed(value))} = {shown(unit['d_z'] * value)}"
    if not found["within"]:
        return [line(N_("Gradient"), *slope_of("L", by, sub), " = ", *share, " = ", numbers)]
    return [
        line(N_("This example's share"), *share, " = ", numbers),
        line(say(N_("Gradient: all {count} shares added"), count=found["n"]), *slope_of("L", by, sub), " = ", shown(whole)),
    ]


def _updated(found: Arrays, unit: Arrays) -> dict[str, Any]:
    """One weight's update: the real one within a step, otherwise what it would be."""
    update, at = unit["update"], unit["weight"]
    lines, after = explained(update)
    if found["within"]:
        after = unit["after_bias"] if at < 0 else float(unit["after"][at])
    before, now = pair(update.weight, after)
    title = N_("Update: from {before} to {after}") if found["within"] else N_("An update from this example alone would take it from {before} to {after}")
    return {"title": say(title, before=before, after=now), "formulas": lines}


def _table(found: Arrays, unit: Arrays) -> dict[str, Any]:
    """Its weights in aligned columns: what comes in, the weight, their product, the gradient, and after the update the new weight. The largest products, in order."""
    given, weights = unit["given"], unit["before"]
    some = sorted(np.argsort(-np.nan_to_num(np.abs(weights if given is None else given * weights)), kind="stable")[:ROWS].tolist())
    back, whole, after = unit["d_z"] is not None, found["within"] and unit["gradients"] is not None, unit["after"] is not None
    letter = "x" if unit["layer"] == 1 else A
    heads: list[Formula] = [[], [var(letter)], [var("w")], [var("w"), " ", var(letter)]]
    heads += [
        *([pieces(var(DELTA), " ", var(letter))] if back else []),
        *([slope_of("L", "w")] if whole else []),
        *([pieces(var("w"), " ", say(N_("new")))] if after else []),
    ]

    def row(at: int, label: Formula, value: float | None, weight: float, gradient: float | None, now: float | None) -> dict[str, Any]:
        cells = ["" if value is None else fixed(value) if at >= 0 else "1", fixed(weight, 4), "" if value is None else fixed(value * weight)]
        cells += [
            *([shown(unit["d_z"] * (value or 0.0), 2)] if back else []),
            *([shown(gradient or 0.0, 2)] if whole else []),
            *([fixed(now or 0.0, 4)] if after else []),
        ]
        return {"weight": at, "label": label, "cells": cells}

    def named(at: int) -> Formula:
        if unit["layer"] == 1 and found["shape"]:
            return [laid_out.pixel(at, found["shape"])]
        return [say(found["inputs"][at])] if unit["layer"] == 1 and found["inputs"] else [var(letter, str(at + 1))]

    rows = [
        row(at, named(at), None if given is None else given[at], weights[at], unit["gradients"][at] if whole else None, unit["after"][at] if after else None)
        for at in some
    ]
    if unit["before_bias"] is not None:
        rows.append(row(-1, [say(N_("bias"))], 1.0, unit["before_bias"], unit["gradients_bias"], unit["after_bias"]))
    return {"heads": heads, "rows": rows, "of": len(weights)}
