"""Made-up pictures: a sheet of them as they get better, the way between two noises, the real ones nearest to one. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
import torch
from annotated_types import Ge, Le
from pydantic import Field
from torch import Tensor

from playground.choices import Spec
from playground.families.gan.album import Album, shades
from playground.families.gan.cloud import goal, made, rivals, step_made
from playground.families.gan.examiner import Examiner
from playground.families.gan.learner import Adversary
from playground.text import N_, Message, Refusal
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]

NEAREST = 5
MOST_SHARES = 12  # pictures of a walk that are asked for at once
WIDE = 400  # real pictures whose spread is measured
USUAL = 300  # held-out real pictures whose nearest training picture is looked for
PARALLEL = 0.9995  # noises whose angle has a larger cosine are joined by a straight line


class Place(Spec):
    """Which page of the album."""

    at: Annotated[int, Ge(0), Le(10_000)]


class Which(Spec):
    """Which of the fixed noises."""

    index: Annotated[int, Ge(0), Le(10_000)]


class Way(Spec):
    """A way between two of the fixed noises. shares: where along it pictures are made, 0 at the first, 1 at the second."""

    a: Annotated[int, Ge(0), Le(10_000)]
    b: Annotated[int, Ge(0), Le(10_000)]
    shares: Annotated[list[Annotated[float, Ge(0), Le(1)]], Field(min_length=1, max_length=MOST_SHARES)]


def album(context: Context) -> Album:
    assert isinstance(context.learner, Adversary)
    return context.learner.album


def examiner(context: Context) -> Examiner:
    assert isinstance(context.learner, Adversary) and isinstance(context.learner.judge, Examiner)
    return context.learner.judge


def samples(context: Context, params: Params) -> Arrays:
    """pictures (count, channels, height, width) uint8, made of the first fixed noises, or by the step under way; pages: epochs of the album's pages; phase: as the
    layered picture has it."""
    book, within = album(context), step_made(context)
    shown = made(context)[: book.count] if within is None else within[: book.count]
    return {
        "pictures": shades(shown).reshape(-1, *book.shape),
        "pages": np.array(book.epochs, np.float32),
        "steps": context.learner.steps,
        "phase": None if context.phase is None else {"name": context.phase.name, "part": context.phase.part},
    }


def page(context: Context, params: Params) -> Arrays:
    """A page of the album: pictures as in `samples`, step, epoch. Refusal where there is none."""
    at, book = Place.model_validate(dict(params)).at, album(context)
    if at >= len(book):
        raise Refusal(Message(N_("Pages: {limit} were kept; page {given} was asked for."), {"limit": len(book), "given": at + 1}))
    return {"pictures": book.page(at).reshape(-1, *book.shape), "step": book.steps[at], "epoch": book.epochs[at]}


def _noises(context: Context, *which: int) -> Tensor:
    fixed = rivals(context).fixed
    for one in which:
        if one >= len(fixed):
            raise Refusal(Message(N_("Noises: {limit} are kept; number {given} was asked for."), {"limit": len(fixed), "given": one + 1}))
    return fixed[list(which)].to(context.examples["train"].x.device)


def between(a: Tensor, b: Tensor, share: float, gaussian: bool) -> Tensor:
    """The noise at a share of the way from a to b, (noise,): along the great circle for Gaussian noise, whose length stays about the same that way (White, 2016); straight for uniform noise."""
    if gaussian:
        cosine = float((a @ b / (a.norm() * b.norm())).clamp(-1, 1))
        if abs(cosine) < PARALLEL:
            angle = np.arccos(cosine)
            return float(np.sin((1 - share) * angle) / np.sin(angle)) * a + float(np.sin(share * angle) / np.sin(angle)) * b
    return (1 - share) * a + share * b


def walk(context: Context, params: Params) -> Arrays:
    """pictures (k, channels, height, width) uint8 along the way, and the discriminator's answers (k,)."""
    way, model = Way.model_validate(dict(params)), rivals(context)
    a, b = _noises(context, way.a, way.b)
    found = model.generator(torch.stack([between(a, b, share, model.kind == "gaussian") for share in way.shares]))
    said = goal(context).answer(model.discriminator(found)[:, 0])
    return {"pictures": shades(found).reshape(-1, *album(context).shape), "answers": said.cpu().numpy()}


def nearest(context: Context, params: Params) -> Arrays:
    """The training pictures nearest to what is made of a fixed noise, by the root mean square difference of their pixels: pictures (5, channels, height, width) uint8, distances (5,), index (5,) in the
    training part, true (5,) their classes; usual: the median distance of held-out real pictures from the training picture nearest to each; said: the class that the examiner sees; own (1, channels, height, width) uint8: what was made; answer: the
    discriminator's."""
    which, model = Which.model_validate(dict(params)).index, rivals(context)
    real = context.examples["train"].x
    found = model.generator(_noises(context, which))
    if "usual" not in context.kept:
        held = context.examples["test"].x[:USUAL]
        context.kept["usual"] = float(_apart(held, real).min(1).values.median())
    distances = _apart(found, real)[0].nan_to_num(float("inf"))
    near = distances.topk(min(NEAREST, len(real)), largest=False).indices
    _, classes = examiner(context).look(found.nan_to_num(0.0), context.examples)
    return {
        "pictures": shades(real[near]).reshape(-1, *album(context).shape),
        "distances": distances[near].cpu().numpy(),
        "index": near.cpu().numpy(),
        "true": context.parts.train.y[near.cpu().numpy()].astype(np.int32),
        "usual": context.kept["usual"],
        "said": int(classes[0]),
        "own": shades(found).reshape(-1, *album(context).shape),
        "answer": float(goal(context).answer(model.discriminator(found))),
        "classes": list(context.parts.data.classes),
    }


def _apart(a: Tensor, b: Tensor) -> Tensor:
    """Root mean square differences, (len(a), len(b))."""
    found: Tensor = torch.cdist(a, b) / a.shape[1] ** 0.5
    return found


def classes(context: Context, params: Params) -> Arrays:
    """shares (classes,) of what was made up at the last row, names; frechet: its Fréchet distance then, untrained: before the first step, floor: of real pictures from real ones; wide: how far made-up
    pictures lie apart, as a share of how far real ones do; epoch: of that row. real, made: mean answers."""
    judge, history = examiner(context), context.history
    if judge.shares is None and context.learner.steps:
        judge(rivals(context), context.examples)
    at = {name: 2 + place for place, name in enumerate(history.metrics)}
    distances = history.rows[:, at["frechet"]]
    found = made(context)
    if "wide" not in context.kept:
        context.kept["wide"] = _wide(context.examples["train"].x[:WIDE])
    known = bool(torch.isfinite(found).all())
    return {
        "names": list(context.parts.data.classes),
        "shares": None if judge.shares is None else judge.shares.astype(np.float32),
        "frechet": _finite(distances[-1]),
        "untrained": _finite(distances[0]),
        "floor": judge.floor,
        "wide": _wide(found) / context.kept["wide"] if known else None,
        "epoch": float(history.rows[-1, 1]),
        "real": _finite(history.rows[-1, at["real_answer"]]),
        "made": _finite(history.rows[-1, at["made_answer"]]),
        "sided": goal(context).sided,
        "steps": context.learner.steps,
    }


def _wide(pictures: Tensor) -> float:
    return float((pictures - pictures.mean(0)).square().sum(1).mean().sqrt()) or 1.0


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
