"""What a convolutional network has learned, and from what: its filters, its mistakes, where it puts the classes, the pictures it is shown."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import torch
from annotated_types import Ge, Le
from numpy.typing import NDArray
from torch import nn

from playground.charts.tokens import picked, shades
from playground.choices import Spec
from playground.data.contract import ImagesSpec
from playground.families.conv.images import grey, in_place, probabilities, shape
from playground.families.conv.stack import Arrays, Params, reach, steps
from playground.families.supervised import answers
from playground.families.supervised.probes import said
from playground.text import N_, Message, Refusal
from playground.training.context import Context
from playground.training.learner import generator
from playground.training.variation import Variation

LAYERS, FILTERS, CHANNELS = 2, 32, 8  # of kernels, that are drawn
WORST, BEHIND, CLASSES, VARIATIONS = 12, 24, 10, 3


def filters(context: Context, params: Params) -> Arrays:
    """The first two convolutions: their kernels (filters, channels, k, k) uint8, at most 32 of at most 8 channels, range: what 255 stands for, on: (filters,)."""
    found: list[Arrays] = []
    for number, step in enumerate(steps(context), 1):
        module = step.modules[0]
        if isinstance(module, nn.Conv2d) and step.switches is not None and len(found) < LAYERS:
            kernels = module.weight.detach()[:FILTERS, :CHANNELS].cpu().numpy()
            reached = reach(kernels)
            on = step.switches.on[:FILTERS].cpu().numpy().astype(np.uint8)
            found.append({"name": step.size.name, "number": number, "spec": step.spec, "kernels": shades(kernels, reached), "range": reached, "on": on})
    return {"layers": found}


def mistakes(context: Context, params: Params) -> Arrays:
    """The at most 12 surest wrong answers of the test part as last measured: pictures (n, channels, height, width) uint8, their index, true class and the one said
    (n,), how sure of it, and the probability of the right one; wrong: how many there are, of so many; epoch: when."""
    answered = answers.last(context, "test")
    chances, named = probabilities(context, answered.outputs), said(context, answered.outputs)
    true = context.parts.test.y.astype(np.intp)
    every = np.arange(len(true))
    sure, right = chances[every, named], chances[every, true]
    wrong = np.flatnonzero((named != true) & np.isfinite(sure))
    worst = wrong[np.argsort(-sure[wrong], kind="stable")[:WORST]]
    return {
        **_pictures(context, "test", worst), "part": "test", "true": true[worst].astype(np.int32), "said": named[worst].astype(np.int32),
        "sure": sure[worst], "right": right[worst], "wrong": int((named != true).sum()), "of": len(true),
        "epoch": answered.epoch, "classes": context.parts.data.classes,
    }  # fmt: skip


def _pictures(context: Context, part: str, which: NDArray[np.intp]) -> Arrays:
    """Some pictures of a part, their pixels in their own places, and their index (n,) int32."""
    x = context.examples[part].x[torch.from_numpy(which).to(context.examples[part].x.device)]
    return {"pictures": grey(context, in_place(context, x)), "index": which.astype(np.int32)}


class Cell(Spec):
    """A cell of the confusion matrix: the pictures of one class that were named another, or its own."""

    part: Literal["test", "train"]
    true: Annotated[int, Ge(0), Le(1000)]
    said: Annotated[int, Ge(0), Le(1000)]


def behind(context: Context, params: Params) -> Arrays:
    """Question: the pictures of a cell, count of them, and the at most 24 surest: pictures (n, channels, height, width) uint8, index, and how sure (n,)."""
    cell = Cell.model_validate(dict(params))
    last = len(context.parts.data.classes) - 1
    for given in (cell.true, cell.said):
        if given > last:
            raise Refusal(Message(N_("Class: a whole number from 0 to {limit}; {given} was given."), {"limit": last, "given": given}))
    if cell.part == "train" and not answers.cheap(context, "train"):
        raise Refusal(Message(N_("This network takes too long to ask it about the whole training part. Open a cell of the test part.")))
    outputs = answers.now(context, cell.part).outputs
    named = said(context, outputs)
    sure = probabilities(context, outputs)[np.arange(len(named)), named]
    cells = np.flatnonzero((getattr(context.parts, cell.part).y == cell.true) & (named == cell.said))
    surest = cells[np.argsort(-sure[cells], kind="stable")[:BEHIND]]
    return {**_pictures(context, cell.part, surest), "count": len(cells), "sure": sure[surest]}


def pictures(context: Context, params: Params) -> Arrays:
    """What it learns from: the first training picture of each class, at most 10: pictures (n, channels, height, width) uint8, and varied (m, n, channels, height,
    width) as training is shown them, with chance of their own; m is 0 where they are shown as they are, 1 where their pixels are only dealt out again."""
    spec = context.experiment.data
    assert isinstance(spec, ImagesSpec)
    kept = context.kept.get("sheet")
    if kept is None or kept[0] != spec:
        kept = context.kept["sheet"] = spec, _sheet(context, spec)
    found: Arrays = kept[1]
    return found


def _sheet(context: Context, spec: ImagesSpec) -> Arrays:
    y, x = context.parts.train.y, context.examples["train"].x
    present = [number for number in range(len(context.parts.data.classes)) if (y == number).any()]
    true = [present[at] for at in picked(len(present), CLASSES)]
    given = x[torch.tensor([int(np.argmax(y == number)) for number in true])]
    vary, channels = Variation(spec, shape(context), generator(0)), shape(context)
    varied = [grey(context, vary(given)) for _ in range(VARIATIONS if spec.varied else int(spec.shuffled_pixels))]
    return {
        "pictures": grey(context, in_place(context, given)),
        "varied": np.stack(varied) if varied else np.empty((0, len(true), *channels), np.uint8),
        "true": np.array(true, np.int32),
        "classes": context.parts.data.classes,
    }
