"""Why the network says what it says of a picture: four ways to ask which of its pixels matter. Each is of the class's score before any softmax."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple

import torch
import torch.nn.functional as F
from annotated_types import Ge, Le
from pydantic import Field
from torch import Tensor

from playground.charts.tokens import shades
from playground.choices import Spec
from playground.families.conv.images import as_seen, in_place, picture, probabilities, shape
from playground.families.conv.stack import Arrays, Params, reach, steps
from playground.text import N_, Message, Refusal
from playground.training.context import Context

STEPS = 32  # of integrated gradients, from black to the picture
WORK = 2 * 10**9  # multiply-adds that an answer may take, about a tenth of a second; larger networks are asked fewer times
FEWEST = 4  # steps, and windows along a side


class Asked(Spec):
    """Which picture, as images.py has it, and which class; None is the one that the network names."""

    image: dict[str, Any]
    method: Literal["gradcam", "occlusion", "saliency", "integrated"]
    class_: Annotated[int, Ge(0), Le(1000)] | None = Field(None, alias="class")


class Question(NamedTuple):
    """A picture (1, columns) with its pixels in their own places, and the class that is asked about."""

    context: Context
    pixels: Tensor
    wanted: int

    def score(self, pixels: Tensor) -> Tensor:
        """Of pictures (n, columns): the class's score (n,). Of two classes that share one number, the first one's is its opposite."""
        return self.of(self.context.model(as_seen(self.context, pixels)))

    def of(self, outputs: Tensor) -> Tensor:
        return outputs[:, self.wanted] if outputs.shape[1] > 1 else outputs[:, 0] * (1 if self.wanted else -1)


def why(context: Context, params: Params) -> Arrays:
    """map: (height, width) uint8 shades of how much each pixel matters; range: what 255 stands for; signed: whether some speak against the class; class, and its
    probability; layer: the number of the convolution that was looked at, None where it was the whole network. Refusal where it cannot be told."""
    asked = Asked.model_validate(dict(params))
    pixels = picture(context, asked.image).pixels
    chances = probabilities(context, context.model(as_seen(context, pixels)))[0]
    if asked.class_ is not None and asked.class_ >= len(chances):
        raise Refusal(Message(N_("Class: a whole number from 0 to {limit}; {given} was given."), {"limit": len(chances) - 1, "given": asked.class_}))
    wanted = int(chances.argmax()) if asked.class_ is None else asked.class_
    matters, signed, layer = METHODS[asked.method](Question(context, pixels, wanted))
    values = matters.detach().cpu().numpy()
    found = reach(values)
    return {"map": shades(values, found), "range": found, "class": wanted, "signed": signed, "probability": float(chances[wanted]), "layer": layer}


Told = tuple[Tensor, bool, int | None]  # (height, width), signed, the convolution's number


def gradcam(question: Question) -> Told:
    """Grad-CAM (Selvaraju and others, 2017): the maps that the last convolution hands on, after its activation, each weighed with the mean over its places of the score's
    gradient, added up, what is below 0 left out; enlarged to the picture, linear between its places."""
    context = question.context
    found = [(number, step) for number, step in enumerate(steps(context), 1) if step.kind == "conv"]
    if not found:
        raise Refusal(Message(N_("Grad-CAM looks at the last convolution, and this network has none. Add one, or choose another way to ask.")))
    number, step = found[-1]
    heard: list[Tensor] = []
    hook = step.modules[-1].register_forward_hook(lambda module, given, maps: heard.append(maps))
    try:
        with torch.enable_grad():
            score = question.score(question.pixels.detach().clone().requires_grad_())
            (slope,) = torch.autograd.grad(score.sum(), heard[0])
    finally:
        hook.remove()
    matters = F.relu((slope.mean((2, 3), keepdim=True) * heard[0].detach()).sum(1, keepdim=True))
    large = F.interpolate(matters, shape(context)[1:], mode="bilinear", align_corners=False)[0, 0]
    return _own_places(context, large), False, number


def _own_places(context: Context, large: Tensor) -> Tensor:
    """A map over the picture that the network sees, as one over the picture whose pixels are in their own places. Colours are dealt out together with all else, so a
    pixel gets the mean of where its colours went."""
    channels = shape(context)[0]
    return in_place(context, large.reshape(1, -1).repeat(1, channels)).reshape(shape(context)).mean(0)


def occlusion(question: Question) -> Told:
    """Occlusion (Zeiler and Fergus, 2014): a black window is laid over the picture at every second place or so; how much the score falls by it is shared out to the pixels
    under it, as the mean over all windows that cover a pixel."""
    context = question.context
    channels, height, width = shape(context)
    side, stride = window(context)
    tops, lefts = (range(0, _places(extent, side, stride) * stride, stride) for extent in (height, width))
    masks = torch.zeros(len(tops) * len(lefts), height, width, device=question.pixels.device)
    for at, (top, left) in enumerate((top, left) for top in tops for left in lefts):
        masks[at, top : top + side, left : left + side] = 1
    covered = question.pixels * (1 - masks.flatten(1).repeat(1, channels))  # (windows, columns), channel after channel
    falls = question.score(question.pixels) - torch.cat([question.score(some) for some in torch.split(covered, _chunk(context))])
    return (falls[:, None, None] * masks).sum(0) / masks.sum(0), True, None


def window(context: Context) -> tuple[int, int]:
    """(side, stride) of the window: a seventh of the picture, moved by half of it; both larger where that is too much work, down to 4 windows along a side."""
    _, height, width = shape(context)
    largest = max(height, width)
    side = max(2, round(largest / 7))
    while _places(height, side, max(1, side // 2)) * _places(width, side, max(1, side // 2)) * _forward(context) > WORK and side < largest / (FEWEST / 2):
        side += 1
    return min(side, height, width), max(1, side // 2)


def _places(extent: int, side: int, stride: int) -> int:
    """How many windows it takes to cover a side of the picture; the last may reach beyond it."""
    return -(-max(0, extent - side) // stride) + 1


def saliency(question: Question) -> Told:
    """Saliency (Simonyan and others, 2014): how much the score changes with each pixel, the size of its gradient; of colours the largest."""
    return _slopes(question, question.pixels)[0].reshape(shape(question.context)).abs().amax(0), False, None


def integrated(question: Question) -> Told:
    """Integrated gradients (Sundararajan and others, 2017), from a black picture: the pixel times the mean of its gradient on the straight way there, at the middles of
    32 stretches; colours added up. Their sum is the score's rise from black to the picture."""
    steps = max(FEWEST, min(STEPS, WORK // max(1, 3 * _forward(question.context))))
    way = (torch.arange(steps, device=question.pixels.device) + 0.5)[:, None] / steps
    slopes = torch.cat([_slopes(question, some) for some in torch.split(way * question.pixels, _chunk(question.context))])
    return (question.pixels * slopes.mean(0)).reshape(shape(question.context)).sum(0), True, None


def _slopes(question: Question, pixels: Tensor) -> Tensor:
    """The score's gradient at each of these pictures, (n, columns)."""
    with torch.enable_grad():
        x = pixels.detach().clone().requires_grad_()
        (slopes,) = torch.autograd.grad(question.score(x).sum(), x)
    return slopes


def _forward(context: Context) -> int:
    return sum(step.size.work for step in steps(context))


def _chunk(context: Context) -> int:
    return context.learner.chunk


METHODS: Mapping[str, Callable[[Question], Told]] = MappingProxyType(
    {"gradcam": gradcam, "occlusion": occlusion, "saliency": saliency, "integrated": integrated}
)
