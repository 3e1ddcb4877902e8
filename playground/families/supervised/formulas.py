"""Formulas with their numbers in them, as pieces that the browser sets: activations and their slopes, losses, every optimizer's update. Pure; no torch.

A formula is a list of pieces: a plain string, or {"i": letter, "sub": index, "sup": power} for a variable. Numbers are strings already, with a proper minus.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

Piece = str | dict[str, Any]
Formula = list[Piece]

MINUS = "−"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def shown(value: float, digits: int = 3) -> str:
    """A number with so many digits that count: "−0.083", "0", "8.3·10⁻⁶". A number that is none is "NaN", "∞" or "−∞"."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else f"{MINUS}∞"
    if value == 0:
        return "0"
    sign, size = MINUS if value < 0 else "", abs(value)
    if not 1e-4 <= size < 1e5:
        mantissa, power = f"{size:.{digits - 1}e}".split("e")
        return f"{sign}{mantissa}·10{str(int(power)).translate(RAISED)}"
    return f"{sign}{size:.{max(0, digits - 1 - math.floor(math.log10(size)))}f}"


def fixed(value: float, decimals: int = 3) -> str:
    """A number with so many decimals, to stand in a column; in powers of ten where it would read as 0 or be very long."""
    if not math.isfinite(value) or value == 0 or not 0.5 * 10**-decimals <= abs(value) < 1e5:
        return shown(value, 2)
    return f"{value:.{decimals}f}".replace("-", MINUS)


def pair(before: float, after: float) -> tuple[str, str]:
    """Two numbers with as many decimals as it takes to see how they differ."""
    apart = abs(after - before)
    if not math.isfinite(before) or not math.isfinite(after) or max(abs(before), abs(after)) >= 1e5:
        return shown(before, 6), shown(after, 6)
    decimals = 4 if apart == 0 else min(10, max(4, 1 - math.floor(math.log10(apart))))
    first, second = (f"{value:.{decimals}f}".replace("-", MINUS) for value in (before, after))
    return first, second


def setting(value: float) -> str:
    """A setting as it was chosen: "0.03", "10⁻⁸"."""
    if not math.isfinite(value):
        return shown(value)
    if value and not 1e-4 <= abs(value) < 1e6:
        text = f"{value:.3g}"
        mantissa, power = text.split("e") if "e" in text else (text, "0")
        return f"{'' if mantissa == '1' else mantissa + '·'}10{str(int(power)).translate(RAISED)}"
    return f"{value:.6g}".replace("-", MINUS)


def own(text: str) -> str:
    """A number as a factor or a summand: in parentheses where it is negative, or has a power of ten of its own."""
    return f"({text})" if text.startswith(MINUS) or "·" in text else text


def pieces(*given: Piece) -> Formula:
    """Several pieces in a row."""
    return list(given)


def var(letter: str, sub: str = "", sup: str = "") -> dict[str, Any]:
    """A variable, with its index and power."""
    return {"i": letter, **({"sub": sub} if sub else {}), **({"sup": sup} if sup else {})}


def slope_of(what: str, by: str, sub: str = "") -> Formula:
    """A derivative as one reads it: dL/dw."""
    return ["∂", var(what), "/∂", var(by, sub)]


class Bend(NamedTuple):
    """An activation: f(z) and f'(z) as formulas of a piece that stands for z, and the slope as a number. Formulas as in `choices.ACTIVATIONS`."""

    formula: Callable[[Piece], Formula]
    slope: Callable[[float, float], float]
    slope_formula: Callable[[str, str], Formula]


def _phi(z: float) -> float:
    return (1 + math.erf(z / math.sqrt(2))) / 2


def _density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def _branch(z: float, above: float, below: Callable[[], float]) -> float:
    return math.nan if math.isnan(z) else above if z > 0 else below()


def _squared(a: str) -> Formula:
    return [own(a), {"i": "", "sup": "2"}]


def _raised(sign: str, z: Piece) -> Formula:
    """e to the power of z or -z."""
    if isinstance(z, str):
        power = own(z) if sign else z
        return [var("e", sup=f"{sign}{power}")]
    return [var("e", sup=f"{sign}{z['i']}")]


BENDS: Mapping[str, Bend] = MappingProxyType({
    "linear": Bend(lambda z: [z], lambda z, a: 1.0, lambda z, a: ["1"]),
    "sigmoid": Bend(lambda z: ["1 / (1 + ", *_raised(MINUS, z), ")"], lambda z, a: a * (1 - a), lambda z, a: [var("a"), " (1 − ", var("a"), ")"]),
    "tanh": Bend(lambda z: ["tanh(", z, ")"], lambda z, a: 1 - a * a, lambda z, a: ["1 − ", *_squared(a)]),
    "relu": Bend(lambda z: ["max(0, ", z, ")"], lambda z, a: _branch(z, 1.0, lambda: 0.0), lambda z, a: [var("z"), " < 0: 0" if z.startswith(MINUS) else " > 0: 1"]),
    "leaky_relu": Bend(lambda z: ["max(0.01 × ", own(z) if isinstance(z, str) else z, ", ", z, ")"], lambda z, a: _branch(z, 1.0, lambda: 0.01), lambda z, a: [var("z"), " < 0: 0.01" if z.startswith(MINUS) else " > 0: 1"]),
    "elu": Bend(lambda z: [*_raised("", z), " − 1"] if isinstance(z, str) and z.startswith(MINUS) else [z], lambda z, a: _branch(z, 1.0, lambda: math.exp(z)), lambda z, a: _raised("", z) if z.startswith(MINUS) else ["1"]),
    "gelu": Bend(lambda z: [own(z) if isinstance(z, str) else z, " Φ(", z, ")"], lambda z, a: _phi(z) + z * _density(z), lambda z, a: ["Φ(", var("z"), ") + ", var("z"), " φ(", var("z"), ")"]),
    "silu": Bend(lambda z: [z, " / (1 + ", *_raised(MINUS, z), ")"], lambda z, a: _sigmoid(z) * (1 + z * (1 - _sigmoid(z))), lambda z, a: ["σ(", var("z"), ") (1 + ", var("z"), " (1 − σ(", var("z"), ")))"]),
    "softplus": Bend(lambda z: ["log(1 + ", *_raised("", z), ")"], lambda z, a: _sigmoid(z), lambda z, a: ["σ(", var("z"), ")"]),
})  # fmt: skip


class LossSide(NamedTuple):
    """A loss: its formula, and its derivative by one output a with target y of n examples, as formula and as number. y is 1 or 0 for cross-entropy: is it this class?"""

    formula: Formula
    derivative: Formula
    slope: Callable[[float, float], float]
    filled: Callable[[str, str], Formula]


def _difference(a: str, y: str) -> Formula:
    return ["(", a, " − ", own(y), ")"]


LOSSES: Mapping[str, LossSide] = MappingProxyType({
    "mse": LossSide(["(", var("a"), " − ", var("y"), ")", {"i": "", "sup": "2"}], ["2 (", var("a"), " − ", var("y"), ")"], lambda a, y: 2 * (a - y), lambda a, y: ["2 × ", *_difference(a, y)]),
    "mae": LossSide(["|", var("a"), " − ", var("y"), "|"], ["sign(", var("a"), " − ", var("y"), ")"], lambda a, y: float((a > y) - (a < y)), lambda a, y: ["sign", *_difference(a, y)]),
    "huber": LossSide(["h(", var("a"), " − ", var("y"), ")"], ["min(1, max(−1, ", var("a"), " − ", var("y"), "))"], lambda a, y: max(-1.0, min(1.0, a - y)), lambda a, y: ["min(1, max(−1, ", a, " − ", own(y), "))"]),
    "binary_cross_entropy": LossSide(["− ", var("y"), " log ", var("p"), " − (1 − ", var("y"), ") log(1 − ", var("p"), ")"], ["σ(", var("a"), ") − ", var("y")], lambda a, y: _sigmoid(a) - y, lambda a, y: ["(σ(", a, ") − ", y, ")"]),
    "hinge": LossSide(["max(0, 1 − ", var("y"), var("a"), ")"], ["−", var("y"), " if ", var("y"), var("a"), " < 1, else 0"], lambda a, y: -y if y * a < 1 else 0.0, lambda a, y: []),
    "perceptron": LossSide(["max(0, −", var("y"), var("a"), ")"], ["−", var("y"), " if ", var("y"), var("a"), " ≤ 0, else 0"], lambda a, y: -y if y * a <= 0 else 0.0, lambda a, y: []),
    "cross_entropy": LossSide(["− log ", var("p", "y")], [var("p"), " − ", var("y")], lambda p, y: p - y, lambda p, y: ["(", p, " − ", y, ")"]),
})  # fmt: skip
