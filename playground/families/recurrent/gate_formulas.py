"""A recurrent cell's published equations with their numbers in them, line by line, and their derivatives. Pure; no torch.

Simple: Elman (1990). LSTM: Hochreiter and Schmidhuber (1997), forget gate by Gers and others (2000). GRU: Cho and others (2014), with the reset gate behind the weights, as torch has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.charts.tokens import say
from playground.families.supervised.formulas import BENDS, Formula, Piece, fixed, own, var
from playground.families.supervised.opened import line
from playground.text import N_

Arrays = Mapping[str, Any]
Line = dict[str, Any]
Doubles = NDArray[np.float64]

TERMS = 4  # of a sum that are written out: the largest, in their order


class Named(NamedTuple):
    """A gate or state: its letter, what it is called, another name of it or "", and the line of it that is held."""

    letter: str
    title: str
    held: str
    also: str = ""


NAMES: Mapping[str, Named] = MappingProxyType({
    "input": Named("i", N_("Input gate"), N_("Input gate: held by hand")),
    "forget": Named("f", N_("Forget gate"), N_("Forget gate (keep): held by hand"), N_("keep")),
    "candidate": Named("g", N_("Candidate"), N_("Candidate: held by hand")),
    "output": Named("o", N_("Output gate"), N_("Output gate: held by hand")),
    "reset": Named("r", N_("Reset gate"), N_("Reset gate: held by hand")),
    "update": Named("z", N_("Update gate"), N_("Update gate (keep): held by hand"), N_("keep")),
    "cell": Named("c", N_("Cell"), ""),
    "hidden": Named("h", N_("State"), ""),
})  # fmt: skip


def letter(name: str, kind: str) -> str:
    """A gate's letter; the candidate's is n in a GRU."""
    return "n" if name == "candidate" and kind == "gru" else NAMES[name].letter


@np.errstate(invalid="ignore", over="ignore")
def lines(found: Arrays) -> list[Line]:
    """Gate by gate, then cell and state. found: of `looked.opened`."""
    return {"rnn": _simple, "lstm": _lstm, "gru": _gru}[found["kind"]](found)


def _before(found: Arrays, name: str) -> Piece:
    """The state or cell that the step starts from: of the step before, or read backward of the one after."""
    return var(name, "t+1" if found["backward"] else "t−1")


def _terms(*pairs: tuple[Any, Any]) -> Formula:
    """0.41 × 1.20 + (−0.22) × 0.35 + ..., the largest of all the pairs' products in their order, the others that are not 0 in one number. Empty where all are 0."""
    weights, values = (np.concatenate(side) for side in zip(*pairs, strict=True))
    products = weights * values
    heard = np.flatnonzero(products)  # what is no number counts as well
    some = sorted(heard[np.argsort(-np.nan_to_num(np.abs(products[heard]), nan=np.inf), kind="stable")[:TERMS]].tolist())
    written = " + ".join(f"{own(fixed(weights[at]))} × {own(fixed(values[at]))}" for at in some)
    if len(some) == len(heard):
        return [written] if written else []
    rest = float(products[np.setdiff1d(heard, some)].sum())
    return [written, " + ", own(fixed(rest)), " ", say(N_("({count} more)"), count=len(heard) - len(some))]


def _sum(terms: Formula, bias: float) -> Formula:
    """Terms and a bias; the bias alone where nothing else counts."""
    return [*terms, " + ", own(fixed(bias))] if terms else [fixed(bias)]


def _weighed(found: Arrays, of: str) -> Formula:
    """W x + U h + b, as letters. of: the gate's letter."""
    return [var("W", of), " ", var("x", "t"), " + ", var("U", of), " ", _before(found, "h"), " + ", var("b", of)]


def _bend(name: str, inside: Formula) -> Formula:
    return [{"sigmoid": "σ(", "tanh": "tanh(", "relu": "max(0, "}[name], *inside, ")"]


def _held(found: Arrays, name: str) -> Line:
    return line(NAMES[name].held, var(letter(name, found["kind"]), "t"), " = ", fixed(found["gates"][name]["value"]))


def _gate(found: Arrays, name: str, bend: str = "sigmoid") -> Line:
    """i = σ(W x + U h + b) = σ(0.41 × 1.20 + ... ) = σ(0.83) = 0.697"""
    gate = found["gates"][name]
    if gate["held"] is not None:
        return _held(found, name)
    of = letter(name, found["kind"])
    filled = _sum(_terms((gate["w"], found["x"]), (gate["u"], found["h_before"])), gate["b"] + gate["b_state"])
    return line(
        _label(name), var(of, "t"), " = ", *_bend(bend, _weighed(found, of)), " = ", *_bend(bend, filled), " = ", *_bend(bend, [fixed(gate["z"])]), " = ", fixed(gate["value"])
    )  # fmt: skip


def _label(name: str) -> dict[str, Any]:
    named = NAMES[name]
    return say(N_("{name} ({also})"), name=say(named.title), also=say(named.also)) if named.also else say(named.title)


def _state(found: Arrays, *formula: Piece) -> Line:
    """The last line: the state, which is 0 where the unit is silenced."""
    if found["silent"]:
        return line(N_("State: the unit is silenced by hand"), var("h", "t"), " = 0")
    return line(N_("State"), var("h", "t"), " = ", *formula, " = ", fixed(found["h"]))


def _simple(found: Arrays) -> list[Line]:
    gate, bend = found["gates"]["hidden"], found["bend"]
    filled = _sum(_terms((gate["w"], found["x"]), (gate["u"], found["h_before"])), gate["b"] + gate["b_state"])
    letters: Formula = [var("W"), " ", var("x", "t"), " + ", var("U"), " ", _before(found, "h"), " + ", var("b")]
    total = line(N_("Sum"), var("z", "t"), " = ", *letters, " = ", *filled, " = ", fixed(gate["z"]))
    return [total, _state(found, *BENDS[bend].formula(var("z", "t")), " = ", *BENDS[bend].formula(fixed(gate["z"])))]


def _lstm(found: Arrays) -> list[Line]:
    value = {name: own(fixed(gate["value"])) for name, gate in found["gates"].items()}
    cell = line(
        N_("Cell"), var("c", "t"), " = ", var("f", "t"), " ", _before(found, "c"), " + ", var("i", "t"), " ", var("g", "t"),
        f" = {value['forget']} × {own(fixed(found['c_before']))} + {value['input']} × {value['candidate']} = ", fixed(found["c"]),
    )  # fmt: skip
    state = _state(found, var("o", "t"), " tanh(", var("c", "t"), ")", f" = {value['output']} × tanh({fixed(found['c'])})")
    return [_gate(found, "input"), _gate(found, "forget"), _gate(found, "candidate", "tanh"), _gate(found, "output"), cell, state]


def _gru(found: Arrays) -> list[Line]:
    value = {name: own(fixed(gate["value"])) for name, gate in found["gates"].items()}
    update, before = var("z", "t"), _before(found, "h")
    state = _state(
        found, "(1 − ", update, ") ", var("n", "t"), " + ", update, " ", before,
        f" = (1 − {value['update']}) × {value['candidate']} + {value['update']} × {own(fixed(found['own_before']))}",
    )  # fmt: skip
    return [_gate(found, "reset"), _gate(found, "update"), *_new(found), state]


def _new(found: Arrays) -> list[Line]:
    """What the last state says, and the candidate that lets it in as far as the reset gate is open."""
    gate, reset = found["gates"]["candidate"], found["gates"]["reset"]["value"]
    if gate["held"] is not None:
        return [_held(found, "candidate")]
    said = gate["state"]
    last = line(
        N_("From the last state"), var("m", "t"), " = ", var("U", "n"), " ", _before(found, "h"), " + ", var("d", "n"), " = ",
        *_sum(_terms((gate["u"], found["h_before"])), gate["b_state"]), " = ", fixed(said),
    )  # fmt: skip
    letters: Formula = [var("W", "n"), " ", var("x", "t"), " + ", var("b", "n"), " + ", var("r", "t"), " ", var("m", "t")]
    filled = [*_sum(_terms((gate["w"], found["x"])), gate["b"]), f" + {own(fixed(reset))} × {own(fixed(said))}"]
    new = line(
        NAMES["candidate"].title, var("n", "t"), " = ", *_bend("tanh", letters), " = ", *_bend("tanh", filled), " = ", *_bend("tanh", [fixed(gate["z"])]), " = ", fixed(gate["value"])
    )  # fmt: skip
    return [last, new]


class Passed(NamedTuple):
    """One example gone through one direction of a layer, in the order in which it was read. kind; bend: of the simple cell; gates: by name, (length, units) each; h, and the LSTM's c (length, units);
    u (gates * units, units), own (gates * units,): weights and biases of the last state; heard (units,): 0 for silenced units; free (gates, units): False where a gate is held."""

    kind: str
    bend: str
    gates: Mapping[str, Doubles]
    h: Doubles
    c: Doubles | None
    u: Doubles
    own: Doubles
    heard: Doubles
    free: NDArray[np.bool_]

    @np.errstate(invalid="ignore", over="ignore")
    def back(self, direct: Doubles, cut: int = 0) -> tuple[Doubles, Doubles | None]:
        """Backpropagation through time (Werbos, 1990): dL/dh and dL/dc (length, units), each through all later steps. direct (length, units): what comes back to each state from the layers
        after it; cut: gradients end at the start of each stretch of so many steps, 0 for none."""
        d_h, d_c = np.zeros_like(direct), np.zeros_like(direct)
        zero = from_h = from_c = np.zeros(direct.shape[1])
        step = {"rnn": self._simple, "lstm": self._lstm, "gru": self._gru}[self.kind]
        for at in range(len(direct) - 1, -1, -1):
            d_h[at] = direct[at] + from_h
            d_c[at], from_h, from_c = step(at, d_h[at] * self.heard, from_c)
            if cut and at % cut == 0:
                from_h = from_c = zero
        return d_h, d_c if self.kind == "lstm" else None

    def _simple(self, at: int, d: Doubles, from_c: Doubles) -> tuple[Doubles, Doubles, Doubles]:
        """What (dL/dc, and what goes back to the state and cell before) follows from d = dL/dh before silencing."""
        h = self.h[at]
        return from_c, (d * (1 - h * h if self.bend == "tanh" else h > 0)) @ self.u, from_c

    def _lstm(self, at: int, d: Doubles, from_c: Doubles) -> tuple[Doubles, Doubles, Doubles]:
        assert self.c is not None
        i, f, g, o = (self.gates[name][at] for name in ("input", "forget", "candidate", "output"))
        before, bent = self.c[at - 1] if at else 0 * d, np.tanh(self.c[at])
        d_c = d * o * (1 - bent * bent) + from_c
        sums = self.free * [d_c * g * i * (1 - i), d_c * before * f * (1 - f), d_c * i * (1 - g * g), d * bent * o * (1 - o)]
        return d_c, sums.ravel() @ self.u, d_c * f

    def _gru(self, at: int, d: Doubles, from_c: Doubles) -> tuple[Doubles, Doubles, Doubles]:
        r, z, n = (self.gates[name][at] for name in ("reset", "update", "candidate"))
        before, units = self.h[at - 1] if at else 0 * d, len(d)
        said = self.u[2 * units :] @ before + self.own[2 * units :]
        new = self.free[2] * d * (1 - z) * (1 - n * n)
        sums = np.concatenate([self.free[0] * new * said * r * (1 - r), self.free[1] * d * (before - n) * z * (1 - z), new * r])
        return from_c, d * z + sums @ self.u, from_c
