"""One weight's update, line by line, by the optimizer in use: the formula with the numbers in it. Pure; no torch. Formulas as in training/optimizers.py."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from playground.families.supervised.formulas import Formula, Piece, own, pair, setting, shown, var

ETA, EPSILON = "η", "ε"
DIGITS = 4


class Update(NamedTuple):
    """One number on its way. rule: the optimizer's name; settings: of its spec; rate: learning rate of this update; time: updates with this one;
    memory: what is remembered of it before, by kind; weight: before; gradient: as backward gave it; l1, l2: penalties on it; norm, clip: length of the
    whole gradient after penalties, and its limit (0: off)."""

    rule: str
    settings: Mapping[str, Any]
    rate: float
    time: int
    memory: Mapping[str, float]
    weight: float
    gradient: float
    l1: float
    l2: float
    norm: float
    clip: float


class Steps:
    """Lines that are written one after another, each name with its latest number."""

    def __init__(self, update: Update) -> None:
        self.update, self.lines = update, list[Formula]()

    def line(self, left: Piece, right: Formula, filled: Formula, value: float, arrow: str = " ← ") -> float:
        self.lines.append([left, arrow, *right, " = ", *filled, " = ", shown(value, DIGITS)])
        return value


def _factor(value: float) -> str:
    return own(shown(value, DIGITS))


def gradient(steps: Steps) -> float:
    """The gradient that the rule gets: with penalties, and shortened where it was too long."""
    u, g = steps.update, steps.update.gradient
    if u.l2:
        g = steps.line(
            var("g"), [var("g"), " + ", var("λ", "2"), " ", var("w")], [shown(g, DIGITS), f" + {setting(u.l2)} × ", _factor(u.weight)], g + u.l2 * u.weight
        )
    if u.l1:
        sign = float(u.weight > 0) - float(u.weight < 0)
        g = steps.line(
            var("g"), [var("g"), " + ", var("λ", "1"), " sign(", var("w"), ")"], [shown(g, DIGITS), f" + {setting(u.l1)} × ", _factor(sign)], g + u.l1 * sign
        )
    if u.clip and u.norm > u.clip:
        short = u.clip / (u.norm + 1e-12)
        g = steps.line(var("g"), [var("g"), " × ", var("c"), " / ‖", var("g"), "‖"], [_factor(g), f" × {setting(u.clip)} / {shown(u.norm, DIGITS)}"], g * short)
    return g


def _move(steps: Steps, what: Formula, filled: Formula, by: float) -> float:
    """w <- w - rate times something: the last line."""
    u = steps.update
    after = u.weight - by
    before, now = pair(u.weight, after)
    steps.lines.append([var("w"), " ← ", var("w"), " − ", *what, " = ", before, " − ", *filled, " = ", now])
    return after


def _descent(steps: Steps, g: float) -> float:
    rate = steps.update.rate
    return _move(steps, [var(ETA), " ", var("g")], [f"{setting(rate)} × ", _factor(g)], rate * g)


def _velocity(steps: Steps, g: float) -> float:
    u = steps.update
    share, v = u.settings["momentum"], u.memory["velocity"]
    return steps.line(var("v"), [var("μ"), " ", var("v"), " + ", var("g")], [f"{setting(share)} × ", _factor(v), " + ", _factor(g)], share * v + g)


def _momentum(steps: Steps, g: float) -> float:
    v, rate = _velocity(steps, g), steps.update.rate
    return _move(steps, [var(ETA), " ", var("v")], [f"{setting(rate)} × ", _factor(v)], rate * v)


def _nesterov(steps: Steps, g: float) -> float:
    v, rate, share = _velocity(steps, g), steps.update.rate, steps.update.settings["momentum"]
    filled: Formula = [f"{setting(rate)} × (", shown(g, DIGITS), f" + {setting(share)} × ", _factor(v), ")"]
    return _move(steps, [var(ETA), " (", var("g"), " + ", var("μ"), " ", var("v"), ")"], filled, rate * (g + share * v))


def _by_size(steps: Steps, g: float, s: float) -> float:
    """w <- w - rate g / (sqrt(s) + epsilon)"""
    rate, epsilon = steps.update.rate, steps.update.settings["epsilon"]
    filled: Formula = [f"{setting(rate)} × ", _factor(g), f" / (√{shown(s, DIGITS)} + {setting(epsilon)})"]
    return _move(steps, [var(ETA), " ", var("g"), " / (√", var("s"), " + ", var(EPSILON), ")"], filled, rate * g / (math.sqrt(s) + epsilon))


def _adagrad(steps: Steps, g: float) -> float:
    s = steps.update.memory["square"]
    filled: Formula = [shown(s, DIGITS), " + ", _factor(g), var("", sup="2")]
    return _by_size(steps, g, steps.line(var("s"), [var("s"), " + ", var("g", sup="2")], filled, s + g * g))


def _mean(steps: Steps, letter: str, share: float, share_letter: Piece, before: float, new: float, squared: bool) -> float:
    """A running mean: x <- share x + (1 - share) new, of the gradient or its square."""
    power = "2" if squared else ""
    right: Formula = [share_letter, " ", var(letter), " + (1 − ", share_letter, ") ", var("g", sup=power)]
    filled: Formula = [
        f"{setting(share)} × ",
        _factor(before),
        f" + {setting(round(1 - share, 12))} × ",
        _factor(new),
        *([var("", sup="2")] if squared else []),
    ]
    return steps.line(var(letter), right, filled, share * before + (1 - share) * (new * new if squared else new))


def _rmsprop(steps: Steps, g: float) -> float:
    u = steps.update
    return _by_size(steps, g, _mean(steps, "s", u.settings["decay"], var("ρ"), u.memory["square"], g, squared=True))


def _adam(steps: Steps, g: float) -> float:
    u = steps.update
    beta1, beta2, epsilon = (u.settings[name] for name in ("beta1", "beta2", "epsilon"))
    m = _mean(steps, "m", beta1, var("β", "1"), u.memory["mean"], g, squared=False)
    v = _mean(steps, "v", beta2, var("β", "2"), u.memory["square"], g, squared=True)
    corrected = []
    for letter, value, share, index in (("m", m, beta1, "1"), ("v", v, beta2, "2")):
        power = str(u.time)
        right: Formula = [var(letter), " / (1 − ", var("β", index, power), ")"]
        filled: Formula = [shown(value, DIGITS), f" / (1 − {setting(share)}", var("", sup=power), ")"]
        corrected.append(steps.line(var(letter + "\u0302"), right, filled, value / (1 - share**u.time), " = "))
    first, second = corrected
    size = math.sqrt(second) + epsilon
    what: Formula = [var(ETA), " ", var("m\u0302"), " / (√", var("v\u0302"), " + ", var(EPSILON), ")"]
    numbers: Formula = [f"{setting(u.rate)} × ", _factor(first), f" / (√{shown(second, DIGITS)} + {setting(epsilon)})"]
    decay = u.settings.get("weight_decay", 0.0)
    if decay:
        what = [var(ETA), " ", var("λ"), " ", var("w"), " − ", *what]
        numbers = [f"{setting(u.rate)} × {setting(decay)} × ", _factor(u.weight), " − ", *numbers]
    return _move(steps, what, numbers, u.rate * decay * u.weight + u.rate * first / size)


RULES: Mapping[str, Callable[[Steps, float], float]] = MappingProxyType({
    "gradient_descent": _descent, "sgd": _descent, "momentum": _momentum, "nesterov": _nesterov,
    "adagrad": _adagrad, "rmsprop": _rmsprop, "adam": _adam, "adamw": _adam,
})  # fmt: skip


def explained(update: Update) -> tuple[list[Formula], float]:
    """The update's lines, penalties and clipping first, and the weight after it, computed in float64."""
    steps = Steps(update)
    after = RULES[update.rule](steps, gradient(steps))
    return steps.lines, after
