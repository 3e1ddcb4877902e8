"""The picture that a question is about: one of the data, a person's drawing or photo; shifted, made noisy, pushed against the network."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

import numpy as np
import torch
from annotated_types import Ge, Le
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor

from playground.choices import Spec
from playground.data import drawing
from playground.data.contract import ImagesSpec, shuffled
from playground.text import N_, Message, Refusal
from playground.training.context import Context
from playground.training.learner import generator
from playground.training.variation import moved

SIDE = 128  # the longest side of a given picture, in pixels

Pixels = Annotated[int, Ge(-8), Le(8)]


class Altered(Spec):
    """What is done to a picture before the network sees it. shift: whole pixels to the right and down, black comes in. noise: deviation of the bell curve that is added
    to every pixel, drawn from `seed`. fgsm: how far every pixel is pushed against the right answer."""

    shift: Annotated[list[Pixels], Field(min_length=2, max_length=2, default_factory=lambda: [0, 0])]
    noise: Annotated[float, Ge(0), Le(0.5)] = 0.0
    seed: Annotated[int, Ge(0), Le(2**31 - 1)] = 0
    fgsm: Annotated[float, Ge(0), Le(0.3)] = 0.0


class Held(Altered):
    """One of the data, by its place in a part."""

    part: Literal["test", "train", "validation"]
    index: Annotated[int, Ge(0), Le(1_000_000)]


class Given(Altered):
    """One from outside: rows * cols * channels bytes in base64, row by row, colours last. drawn: light strokes on black, to be made as the data's own were."""

    pixels: Annotated[str, Field(max_length=4 * SIDE * SIDE + 8)]
    rows: Annotated[int, Ge(1), Le(SIDE)]
    cols: Annotated[int, Ge(1), Le(SIDE)]
    channels: Literal[1, 3] = 1
    drawn: bool = False


class Picture(NamedTuple):
    """A picture on its way into the network.

    pixels: (1, channels * height * width), as a person sees it, altered; plain: the same before it was altered. part, index: where it is held, None for one from
    outside. true: its class as the data have it, None where nobody told. altered: was anything done to it?
    """

    pixels: Tensor
    plain: Tensor
    part: str | None
    index: int | None  # type: ignore[assignment]  # hides tuple.index, as a phase does
    true: int | None
    altered: bool


def picture(context: Context, image: object) -> Picture:
    """The picture that a question's `image` names, prepared, then shifted, made noisy and pushed, in this order. Refusal where it is none."""
    if not isinstance(image, Mapping):
        raise Refusal(Message(N_("Picture: name one of the data by its part and index, or send its pixels.")))
    asked: Held | Given = (Given if "pixels" in image else Held).model_validate(dict(image))
    if isinstance(asked, Held):
        plain, true = held(context, asked.part, asked.index)
        part, index = asked.part, asked.index
    else:
        plain, true, part, index = _given(context, asked), None, None, None
    pixels = plain
    if any(asked.shift):
        across, down = asked.shift
        still = torch.zeros(1)
        pixels = moved(pixels.reshape(1, *shape(context)), still, still + down, still + across, still + 1).flatten(1)
    if asked.noise:
        grain = torch.randn(pixels.shape, generator=generator(asked.seed)).to(pixels.device)
        pixels = (pixels + asked.noise * grain).clamp(0, 1)
    if asked.fgsm:
        pixels = pushed(context, pixels, asked.fgsm, true)
    return Picture(pixels, plain, part, index, true, bool(any(asked.shift) or asked.noise or asked.fgsm))


def held(context: Context, part: str, index: int) -> tuple[Tensor, int]:
    """A picture of the data (1, columns), its pixels in their own places, and its class. Refusal where the part has no such one."""
    examples = context.examples[part]
    if index >= len(examples.x):
        raise Refusal(Message(N_("There is no example {given}: this part has {limit}."), {"given": index + 1, "limit": len(examples.x)}))
    return in_place(context, examples.x[index : index + 1]), int(getattr(context.parts, part).y[index])


def _given(context: Context, asked: Given) -> Tensor:
    try:
        raw = np.frombuffer(base64.b64decode(asked.pixels, validate=True), np.uint8)
    except (binascii.Error, ValueError):
        raise Refusal(Message(N_("Picture: its pixels are not in base64. Send rows times columns times colours bytes, encoded so."))) from None
    wanted = asked.rows * asked.cols * asked.channels
    if len(raw) != wanted:
        raise Refusal(Message(N_("Picture: {limit} bytes make its rows, columns and colours; {given} were given."), {"limit": wanted, "given": len(raw)}))
    pixels = raw.reshape(asked.rows, asked.cols, asked.channels).astype(np.float32) / np.float32(255)
    dataset = context.experiment.dataset
    made = drawing.drawn(pixels.mean(2), dataset) if asked.drawn else drawing.photo(pixels, dataset)
    return torch.from_numpy(np.asarray(made, np.float32).reshape(1, -1)).to(context.examples["test"].x.device)


def pushed(context: Context, pixels: Tensor, by: float, true: int | None) -> Tensor:
    """The fast gradient sign method (Goodfellow and others, 2015): x + by * sign(dL/dx), cut at black and white. L is the loss of the true class, or where nobody told it,
    of the class that the network names."""
    said = answered(context, pixels).argmax()
    target = context.objective.target(torch.tensor([int(said) if true is None else true])).to(pixels.device)
    with torch.enable_grad():
        x = pixels.detach().clone().requires_grad_()
        (slope,) = torch.autograd.grad(context.objective.loss(context.model(as_seen(context, x)), target), x)
    return (pixels + by * slope.sign()).clamp(0, 1)


def answered(context: Context, pixels: Tensor) -> NDArray[np.float32]:
    """Probabilities of the classes for one picture (1, columns): (classes,) float32."""
    found: NDArray[np.float32] = probabilities(context, context.model(as_seen(context, pixels)))[0]
    return found


def probabilities(context: Context, outputs: Tensor) -> NDArray[np.float32]:
    """Of outputs (n, classes), or (n, 1) where there are two classes: (n, classes) float32."""
    shares: NDArray[np.float32] = context.objective.answer(outputs).detach().cpu().numpy()
    if shares.shape[1] == 1:
        shares = np.concatenate([1 - shares, shares], 1)
    return shares


def shape(context: Context) -> tuple[int, int, int]:
    """(channels, height, width) of the pictures."""
    found = context.experiment.dataset.shape
    assert found is not None
    return found


def as_seen(context: Context, pixels: Tensor) -> Tensor:
    """Pictures (n, columns) as the network is shown them: their pixels dealt out again where the experiment's are."""
    way = _way(context)
    return pixels if way is None else pixels[:, way]


def in_place(context: Context, x: Tensor) -> Tensor:
    """The pictures that were made into these (n, columns): every pixel back in its place."""
    way = _way(context)
    return x if way is None else x[:, way.argsort()]


def _way(context: Context) -> Tensor | None:
    """(columns,): where each pixel that the network sees comes from; None where they stay."""
    spec = context.experiment.data
    if not (isinstance(spec, ImagesSpec) and spec.shuffled_pixels):
        return None
    if "way" not in context.kept:
        x = context.examples["test"].x
        places = shuffled(np.arange(x.shape[1], dtype=np.float32)[None])[0]
        context.kept["way"] = torch.from_numpy(places.astype(np.int64)).to(x.device)
    way: Tensor = context.kept["way"]
    return way


def grey(context: Context, pixels: Tensor) -> NDArray[np.uint8]:
    """Pictures (n, columns) as bytes (n, channels, height, width): 0 is black, 255 white."""
    found: NDArray[np.uint8] = pixels.detach().mul(255).round().clamp(0, 255).to(torch.uint8).reshape(-1, *shape(context)).cpu().numpy()
    return found
