"""What the network writes: sign by sign, each drawn by the probabilities it gives, and read as its next input."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import numpy as np
import torch
from annotated_types import Ge, Le
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor

from playground.choices import Spec
from playground.data.symbols import NAMED, folded
from playground.families.recurrent.family import sequence_of
from playground.families.recurrent.gates import unroll
from playground.families.recurrent.model import Cells
from playground.families.recurrent.seldom import lasts, seldom
from playground.text import N_, Message, Refusal
from playground.training.context import Context
from playground.training.learner import generator

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Doubles = NDArray[np.float64]

SIGNS, TEMPERATURE, SEED = 100, 0.8, 1  # of the view
APART = 3  # a sample is kept whenever so many times the steps have been taken as at the last one
STRANGE = 8  # signs that a refusal names
PLAIN = {name: sign for sign, name in NAMED.items()}


class Sample(NamedTuple):
    step: int
    epoch: float
    text: str

    def told(self) -> Arrays:
        return {"epoch": self.epoch, "text": self.text}


class Write(Spec):
    """length: signs to be written. start: what comes before them, None for the first window of the test part. seed: of the draw."""

    temperature: Annotated[float, Ge(0.1), Le(2)] = TEMPERATURE
    start: Annotated[str, Field(max_length=2000)] | None = None
    length: Annotated[int, Ge(1), Le(400)] = 200
    seed: Annotated[int, Ge(0), Le(2**31 - 1)] = SEED


def writing(context: Context, params: Params) -> Arrays:
    """samples: what it wrote, after the same start and with the same chance, so that what differs is the network: at first, between, and now. loss: of the test part, in nats a sign; chance: that of knowing how often each sign
    comes. start: the text before."""
    now = seldom(context, "text", _cost(context), lambda: _sample(context))
    earlier: list[Sample] = [one for one in context.kept.get("texts", []) if one.step < now.step]  # a run that was set back has no later ones
    samples = [*earlier, now]
    if not earlier or now.step >= APART * earlier[-1].step:
        earlier = [*earlier[:1], *earlier[1:][-1:], now]
    context.kept["texts"] = earlier
    measured = context.history.row()["metrics"].get("test_loss") if len(context.history) else None
    return {
        "samples": [one.told() for one in samples],
        "temperature": TEMPERATURE,
        "loss": measured,
        "chance": context.chance["loss"],
        "start": _text(context, _first(context)),
    }


def write(context: Context, params: Params) -> Arrays:
    """Question: text after a start. text: what was written, without the start; start: as the network read it. Refusal where the start has signs that it does not know, or its answers are no numbers."""
    asked = Write.model_validate(dict(params))
    start = _first(context) if asked.start is None else _numbers(context, asked.start)
    found = written(context, start, asked.length, asked.temperature, asked.seed)
    if not found:
        raise Refusal(Message(N_("The network's answers are no numbers any more: it cannot write. Reset, and try a smaller learning rate.")))
    return {"text": _text(context, found), "start": _text(context, start), "epoch": context.learner.epoch}


def written(context: Context, start: Sequence[int], length: int, temperature: float, seed: int) -> list[int]:
    """The numbers of `length` signs after a start; fewer where the network's answers are no numbers."""
    chances = torch.rand(length, generator=generator(seed), dtype=torch.float64).tolist()
    logits = reader(context)
    found: list[int] = []
    told = logits(start)
    for at in chances:
        if not np.isfinite(told).all():
            break
        found.append(drawn(told, temperature, at))
        if len(found) < length:
            told = logits(found[-1:])
    return found


def drawn(logits: Doubles, temperature: float, at: float) -> int:
    """The class that a number `at` from U(0, 1) draws, with shares softmax(z / T): those of T = 1, each to the power of 1 / T, made to add up to 1 (Ackley, Hinton and Sejnowski, 1985)."""
    edges = np.exp((logits - logits.max()) / temperature).cumsum()
    return min(int(np.searchsorted(edges, at * edges[-1], side="right")), len(edges) - 1)


def reader(context: Context) -> Callable[[Sequence[int]], Doubles]:
    """Reads on by some more signs, and says the logits (symbols,) of the next one. Where each step is answered its state runs on; where only the last one is, the last window is read anew each time, as it was trained."""
    sequence, device = sequence_of(context.experiment), context.examples["train"].x.device
    model = context.model
    states: dict[str, Any] = {}
    before: list[int] = []

    def run_on(signs: Sequence[int]) -> Doubles:
        flow = torch.tensor([signs], dtype=torch.float32, device=device)
        for name, module in model.named_children():
            if isinstance(module, Cells):
                flow, states[name] = goes_on(module, flow, states.get(name))
            elif name != "answers":
                flow = module(flow)
        return flow[0, -1].cpu().double().numpy()

    def read_anew(signs: Sequence[int]) -> Doubles:
        before.extend(signs)
        return model(torch.tensor([before[-sequence.length :]], dtype=torch.float32, device=device))[0].cpu().double().numpy()  # type: ignore[no-any-return]

    return run_on if sequence.answered > 1 else read_anew


def goes_on(module: Cells, given: Tensor, state: Any) -> tuple[Tensor, Any]:
    """A layer that reads forward goes on from a state, None for its start: its states (1, steps, units), and the last one."""
    if module.free:
        return module.fused(given, state)
    seen = unroll(module, given, state=state)
    return seen.h, (seen.h[:, -1], seen.h[:, -1] if seen.c is None else seen.c[:, -1])


def _cost(context: Context) -> float:
    sequence, sizes = sequence_of(context.experiment), context.experiment.family.estimate(context.experiment)
    deep = sum(layer.kind in ("rnn", "gru", "lstm") for layer in sizes.layers)
    if sequence.answered > 1:
        return lasts(SIGNS, 3 * deep, sizes.forward / sequence.length)
    return lasts(SIGNS, sequence.length * deep, sizes.forward)


def _sample(context: Context) -> Sample:
    found = written(context, _first(context), SIGNS, TEMPERATURE, SEED)
    return Sample(context.learner.steps, context.learner.epoch, _text(context, found))


def _first(context: Context) -> list[int]:
    """The first window of the test part."""
    return [int(number) for number in context.parts.test.x[0]]


def _text(context: Context, numbers: Sequence[int]) -> str:
    symbols = sequence_of(context.experiment).symbols
    return "".join(PLAIN.get(symbols[number], symbols[number]) for number in numbers)


def _numbers(context: Context, start: str) -> list[int]:
    """A start as numbers of signs, folded as the data are. Refusal where it is empty, has signs that are not in the alphabet, or is too short for a network that sees a whole window at once."""
    sequence = sequence_of(context.experiment)
    tail = "" if not start[-1:].isspace() else "\n" if start.endswith("\n") else " "
    text = folded(start) + tail
    known = {PLAIN.get(symbol, symbol): number for number, symbol in enumerate(sequence.symbols)}
    if not text:
        raise Refusal(Message(N_("Type at least one sign.")))
    strange = list(dict.fromkeys(sign for sign in text if sign not in known))
    if strange:
        named = " ".join(NAMED.get(sign, sign if sign.isprintable() else f"U+{ord(sign):04X}") for sign in strange[:STRANGE])
        named += " …" if len(strange) > STRANGE else ""
        raise Refusal(
            Message(N_("The network knows no {given}. It has learned of these signs: {signs}"), {"given": named, "signs": " ".join(sequence.symbols)})
        )
    whole = any(layer.name == "dense" for layer in context.experiment.model.layers)  # type: ignore[attr-defined]
    if whole and len(text) < sequence.length:
        raise Refusal(
            Message(N_("This network sees {limit} signs at once: type at least as many; {given} were given."), {"limit": sequence.length, "given": len(text)})
        )
    return [known[sign] for sign in text]
