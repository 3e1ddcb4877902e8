"""Which example is asked about: one of the data, or one that was typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

import numpy as np
import torch
from annotated_types import Ge, Le
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor

from playground.choices import Spec
from playground.data.symbols import NAMED
from playground.families.recurrent.family import sequence_of
from playground.text import N_, Message, Refusal
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]
T = TypeVar("T")

STRANGE = 8  # signs that are not in the alphabet, that a refusal names


class Shown(NamedTuple):
    """One example. x (1, columns); true (answered,) class numbers or values as the network is to say them, None where nobody knows; part, index: where it is in the data, or typed.

    first: its first real step, before which lies only padding. of: examples of its part.
    """

    x: Tensor
    true: NDArray[Any] | None
    part: str | None
    index: int | None  # type: ignore[assignment]  # hides tuple.index, which nobody asks of an example
    typed: str | None
    first: int
    of: int

    def told(self) -> Arrays:
        """As figures name it."""
        return {"part": self.part, "index": self.index, "typed": self.typed, "of": self.of}


class One(Spec):
    """One example: index of a part, from 0, or a typed sequence instead."""

    part: Literal["test", "train", "validation"] = "test"
    index: Annotated[int, Ge(0), Le(1_000_000)] = 0
    typed: Annotated[str, Field(max_length=10_000)] | None = None


def chosen(context: Context, params: Params) -> Shown:
    """The example that `params["example"]` names. Without any: the first of the test part, within a step the first of its mini-batch. Refusal for what is not there, or cannot be read."""
    given = params.get("example")
    if given is None:
        given = {} if context.phase is None else {"part": "train", "index": int(context.phases["sample"].tensors["numbers"][0])}
    one = One.model_validate(given)
    if one.typed is not None:
        x = typed(context, one.typed)
        return Shown(x, None, None, None, one.typed, int(first_real(context, x)[0]), 0)
    examples = context.examples[one.part]
    of = len(examples.x)
    if one.index >= of:
        raise Refusal(Message(N_("There is no example {given}: this part has {limit}."), {"given": one.index + 1, "limit": of}))
    x = examples.x[one.index : one.index + 1]
    return Shown(x, examples.y[one.index].cpu().numpy().reshape(-1), one.part, one.index, None, int(first_real(context, x)[0]), of)


def typed(context: Context, text: str) -> Tensor:
    """A typed sequence as the network sees it, (1, columns): one symbol a sign, padding in front where there may be fewer. Capital letters stand for small ones, or the other way
    round, and letters with an accent for those without, where only the others are in the alphabet. Refusal for what cannot be read, with a reason."""
    sequence = sequence_of(context.experiment)
    if not sequence.symbols:
        raise Refusal(Message(N_("These sequences are of numbers: none can be typed. Choose one of the data.")))
    known = {symbol: number for number, symbol in enumerate(sequence.symbols) if number or not sequence.padded}
    plain = unicodedata.normalize("NFC", text)
    signs = list(plain.strip() if sequence.padded else plain)
    numbers = [next((known[way] for way in _ways(sign) if way in known), None) for sign in signs]
    strange = list(dict.fromkeys(sign for sign, number in zip(signs, numbers, strict=True) if number is None))
    if not signs:
        raise Refusal(Message(N_("Type at least one sign.")))
    if strange:
        named = " ".join(sign if sign.isprintable() and not sign.isspace() else f"U+{ord(sign):04X}" for sign in strange[:STRANGE])
        named += " …" if len(strange) > STRANGE else ""
        raise Refusal(Message(N_("The network knows no {given}. It has learned of these signs: {signs}"), {"given": named, "signs": " ".join(known)}))
    if len(signs) > sequence.length:
        raise Refusal(Message(N_("Type at most {limit} signs; {given} were given."), {"limit": sequence.length, "given": len(signs)}))
    if len(signs) < sequence.length and not sequence.padded:
        raise Refusal(Message(N_("Each sequence has {limit} signs; {given} were given."), {"limit": sequence.length, "given": len(signs)}))
    row = np.zeros((1, sequence.length), np.float32)
    row[0, sequence.length - len(signs) :] = np.array(numbers, np.float32)
    return torch.from_numpy(row).to(context.examples["train"].x.device)


def _ways(sign: str) -> tuple[str, ...]:
    """As what a sign may stand in an alphabet: itself, small or large, or without its accent."""
    bare = unicodedata.normalize("NFD", sign)[0]
    return NAMED.get(sign, sign), sign.lower(), sign.upper(), bare.lower(), bare.upper()


def first_real(context: Context, x: Tensor) -> NDArray[np.intp]:
    """The first step of each of some examples (n, columns) that is not padding, (n,)."""
    if not sequence_of(context.experiment).padded:
        return np.zeros(len(x), np.intp)
    real = x.cpu().numpy() != 0
    return np.where(real.any(1), real.argmax(1), x.shape[1] - 1)


def once(context: Context, shown: Shown, what: str, make: Callable[[], T]) -> T:
    """Something about an example that all views of a frame share."""
    key = f"{what} {shown.part} {shown.index} {shown.typed}"
    if key not in context.frame:
        context.frame[key] = make()
    found: T = context.frame[key]
    return found


def flow(context: Context, shown: Shown) -> Mapping[str, Tensor]:
    """What each of the network's children answers for one example, (1, ...), by its name. Within a step that has come to it, the step's own tensors."""
    return once(context, shown, "flow", lambda: _flow(context, shown))


def _flow(context: Context, shown: Shown) -> dict[str, Tensor]:
    if first_of_step(context, shown) and "forward" in context.phases:
        return {name: answer[:1] for name, answer in context.phases["forward"].tensors.items()}
    answers, passed = {}, shown.x
    for name, module in context.model.named_children():
        passed = answers[name] = module(passed)
    return answers


def first_of_step(context: Context, shown: Shown) -> bool:
    """Is it the first example of the mini-batch of the step under way, or just looked at?"""
    return context.phase is not None and shown.part == "train" and shown.index == int(context.phases["sample"].tensors["numbers"][0])


def given(context: Context, shown: Shown) -> Arrays:
    """What is read at each step. symbols: names (length,), or None; values: (channels, length) float32, of a series that is shown as it is in its own unit, otherwise as the network sees
    them; channels: their names, "" where there is but one; range: the least and the largest in the training part."""
    sequence = sequence_of(context.experiment)
    if sequence.symbols:
        symbols = [sequence.symbols[number] for number in shown.x[0].long().tolist()]
        return {"symbols": symbols, "values": None, "channels": [], "range": [0.0, float(len(sequence.symbols) - 1)]}
    if "input range" not in context.kept:
        train = _told(context, context.parts.train.x)
        context.kept["input range"] = [float(train.min()), float(train.max())]
    values = _told(context, shown.x.cpu().numpy()).reshape(sequence.length, sequence.channels).T
    names = [name.partition(", ")[2] for name in context.experiment.dataset.features[: sequence.channels]]
    return {"symbols": None, "values": np.ascontiguousarray(values, np.float32), "channels": names, "range": context.kept["input range"]}


def _told(context: Context, x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Inputs as they are told."""
    of, units = context.parts.data.series, context.parts.units
    return x if of is None or of.prepared != "values" or units is None else x * units[1] + units[0]
