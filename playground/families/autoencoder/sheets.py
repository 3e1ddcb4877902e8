"""Pictures side by side: given and given back, made up, between two, calculated with; and what each latent number tells. Arrays only; figures.py draws them."""

from __future__ import annotations

from math import prod
from typing import Annotated, Any, Literal

import numpy as np
import torch
from annotated_types import Ge, Le
from pydantic import Field
from torch import Tensor

from playground.charts.tokens import picked
from playground.choices import Spec
from playground.families.autoencoder.kinds import Denoising, Sparse
from playground.families.autoencoder.latent import Arrays, Params, class_names, codes, decoded, first, latent, network, seen, spec, way
from playground.families.autoencoder.learner import SEED, Rebuilder, divergence
from playground.families.autoencoder.views import pictured
from playground.families.conv.images import as_seen, picture
from playground.text import N_, Message, Refusal
from playground.training.context import Context
from playground.training.learner import generator

ACROSS, LEAST = 8, 2  # pictures in a row
SHEET = 19_000  # bytes of all of them, as long as these are not too few
ASLEEP = 0.01  # nats


def across(context: Context, rows: int) -> int:
    """How many pictures stand in each of some rows: fewer where they are large or have colours."""
    return max(LEAST, min(ACROSS, SHEET // (rows * prod(context.experiment.dataset.shape or (1,)))))


def rebuilt(context: Context, params: Params) -> Arrays:
    """The first test picture of at most 8 classes: given, spoiled (None where nothing is) and back (n, channels, height, width) uint8, true (n,)."""
    learner, x = context.learner, context.examples["test"].x
    assert isinstance(learner, Rebuilder)
    y = context.parts.test.y
    if "firsts" not in context.kept:
        present = [int(np.argmax(y == number)) for number in range(len(context.parts.data.classes)) if (y == number).any()]
        context.kept["firsts"] = [present[at] for at in picked(len(present), across(context, 3 if isinstance(spec(context).kind, Denoising) else 2))]
    firsts: list[int] = context.kept["firsts"]
    clean = x[torch.tensor(firsts).to(x.device)]
    given = learner.spoiled(clean, generator(SEED))
    back = decoded(context, network(context).code(given)[0])
    return {
        "given": seen(context, clean), "spoiled": None if given is clean else seen(context, given), "back": seen(context, back),
        "true": y[firsts].astype(np.int32), "classes": context.parts.data.classes,
    }  # fmt: skip


def samples(context: Context, params: Params) -> Arrays:
    """made: (at most 16, channels, height, width) uint8, decoded from N(0, 1), the same places all the time."""
    places = torch.randn(2 * across(context, 2), spec(context).latent, generator=generator(SEED))
    return {"made": seen(context, decoded(context, places.to(context.examples["test"].x.device)))}


def units(context: Context, params: Params) -> Arrays:
    """told (latent,) float64 of each latent number, over the map's test examples: its mean KL divergence in nats ("divergence"); of sparse ones the share of the examples in which it is not 0 ("use"); of
    others its standard deviation ("spread"); measure: which of the three. asleep (latent,) bool: below 0.01 nats, never used. at_once: how many an example uses, on average, of sparse ones. None where there are no numbers."""
    found, kind = codes(context), spec(context).kind
    measure = "divergence" if found.deviation is not None else "use" if isinstance(kind, Sparse) else "spread"
    if not len(found.mean):
        return {"told": np.full(spec(context).latent, np.nan), "measure": measure, "asleep": None, "at_once": None}
    if found.deviation is not None:
        mean, deviation = (torch.from_numpy(one).double() for one in (found.mean, found.deviation))
        told = divergence(mean, 2 * deviation.log()).mean(0).numpy()
        return {"told": told, "measure": measure, "asleep": told < ASLEEP, "at_once": None}
    told = (found.mean > 0).mean(0) if measure == "use" else found.mean.astype(np.float64).std(0)
    return {"told": told, "measure": measure, "asleep": told == 0, "at_once": float(told.sum()) if measure == "use" else None}


# -- questions


class Looked(Spec):
    """Which example: as conv/images.py has it; of points {"part", "index"}."""

    image: dict[str, Any]


class Point(Spec):
    """A point of the data."""

    part: Literal["test", "train", "validation"]
    index: Annotated[int, Ge(0), Le(1_000_000)]


def asked(context: Context, image: dict[str, Any]) -> tuple[Tensor, Tensor, str | None, int | None]:
    """An example (1, columns) as the network is given it and as it was meant, and which it is. Refusal where it is none."""
    if not pictured(context.experiment):
        point = Point.model_validate(image)
        x = context.examples[point.part].x[point.index : point.index + 1]
        if not len(x):
            raise Refusal(
                Message(N_("There is no example {given}: this part has {limit}."), {"given": point.index + 1, "limit": len(context.examples[point.part].x)})
            )
        return x, x, point.part, point.index
    if image.get("fgsm"):
        raise Refusal(Message(N_("A step against the network needs a class that it names, and an autoencoder names none. Add noise instead.")))
    shown = picture(context, image)
    return as_seen(context, shown.pixels), as_seen(context, shown.plain), shown.part, shown.index


def maps(context: Context, params: Params) -> Arrays:
    """Question: an example's way, as `latent.way` has it."""
    given, clean, part, index = asked(context, Looked.model_validate(dict(params)).image)
    return way(context, given, part, index, None if torch.equal(given, clean) else clean)


Number = Annotated[float, Ge(-1000), Le(1000)]


class Place(Spec):
    """A place in the latent space."""

    code: Annotated[list[Number], Field(min_length=1, max_length=32)]


def decode(context: Context, params: Params) -> Arrays:
    """Question: what the decoder makes of a code: back (channels, height, width) uint8, or (2,) float32 of points."""
    code = Place.model_validate(dict(params)).code
    if len(code) != spec(context).latent:
        raise Refusal(Message(N_("Code: this network has {limit} latent numbers; {given} were given."), {"limit": spec(context).latent, "given": len(code)}))
    return {"back": seen(context, decoded(context, np.array([code], np.float32)))[0]}


class Units(Spec):
    """Which two latent numbers, from 0."""

    units: Annotated[list[Annotated[int, Ge(0), Le(31)]], Field(min_length=2, max_length=2)]


def chosen(context: Context, params: Params) -> Arrays:
    """Question: the map along two chosen latent numbers, all others at 0; as `latent.latent` has it."""
    one, other = Units.model_validate(dict(params)).units
    last = spec(context).latent - 1
    if max(one, other) > last or one == other:
        raise Refusal(Message(N_("Latent numbers: two different ones from 1 to {limit}; {first} and {second} were given."), {"limit": last + 1, "first": one + 1, "second": other + 1}))  # fmt: skip
    return latent(context, {}, (one, other))


class Two(Spec):
    """Two pictures, as conv/images.py has them."""

    a: dict[str, Any]
    b: dict[str, Any]


class Three(Two):
    """And a third."""

    c: dict[str, Any]


def _first(context: Context) -> list[dict[str, Any]]:
    """Three test pictures: the first, the next of its class, the first of another class; fewer classes or pictures give the same ones again."""
    y = context.parts.test.y
    alike, others = np.flatnonzero(y == y[0]), np.flatnonzero(y != y[0])
    return [{"part": "test", "index": int(at)} for at in (0, alike[min(1, len(alike) - 1)], others[0] if len(others) else 0)]


def _several(context: Context, images: list[dict[str, Any]]) -> tuple[Tensor, Tensor, Arrays]:
    """Their pixels (n, columns), their codes (n, latent), and how they are drawn: given, parts, index, true."""
    found = [asked(context, image) for image in images]
    x = torch.cat([given for given, *_ in found])
    told = [{"part": part, "index": index} for _, _, part, index in found]
    names = [int(getattr(context.parts, part).y[index]) if part is not None else None for _, _, part, index in found]
    return x, network(context).code(x)[0], {"given": seen(context, x), "pictures": told, "true": names, "classes": class_names(context)}


def walk(context: Context, params: Params) -> Arrays:
    """From picture a to picture b in at most 8 steps: decoded: on the straight line between their codes; laid over: between their pixels, (steps, channels, height, width) uint8 each. Of two test pictures where none are
    named."""
    two = Two.model_validate(dict(params)) if params else None
    usual = _first(context)
    x, code, told = _several(context, [usual[0], usual[2]] if two is None else [two.a, two.b])
    share = torch.linspace(0, 1, across(context, 2), device=x.device)[:, None]
    return {
        **told,
        "decoded": seen(context, decoded(context, (1 - share) * code[:1] + share * code[1:])),
        "mixed": seen(context, (1 - share) * x[:1] + share * x[1:]),
        **choices(context),
    }


def sums(context: Context, params: Params) -> Arrays:
    """The codes of three pictures, a - b + c, decoded: back (channels, height, width) uint8. Of three test pictures where none are named."""
    three = Three.model_validate(dict(params)) if params else None
    a, b, c = _first(context)
    _, code, told = _several(context, [c, a, b] if three is None else [three.a, three.b, three.c])
    return {**told, "back": seen(context, decoded(context, code[:1] - code[1:2] + code[2:]))[0], **choices(context)}


def choices(context: Context) -> Arrays:
    """How many pictures there are to choose from."""
    return {"parts": {part: len(context.examples[part].x) for part in ("test", "train")}}


def tryout(context: Context, params: Params) -> Arrays:
    """The way of the first test picture; parts: how many pictures there are to choose from; noise: of what it learns from."""
    kind = spec(context).kind
    return {"example": first(context), "classes": class_names(context), "noise": kind.noise if isinstance(kind, Denoising) else 0.0, **choices(context)}
