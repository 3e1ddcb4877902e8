"""The space of latent numbers: where test examples lie in it, on which plane it is seen, and what the decoder makes of each place. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from playground.charts.tokens import picked
from playground.families.autoencoder.family import DRAWN, Model
from playground.families.autoencoder.model import Autoencoder
from playground.families.autoencoder.views import pictured
from playground.families.conv.embedding import beyond, turn
from playground.families.conv.images import grey, in_place
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Floats = NDArray[np.float32]
Image = NDArray[np.uint8] | Floats

WORK = 33_000_000  # multiply-adds that the examples of a map may take to encode: a few thousandths of a second
FEWEST = 64
PRIOR = 4.0  # how far a map reaches at least where codes are pulled to N(0, 1): all but one of 16,000
GRID, SMALL = 19_000, 16  # bytes of the pictures behind the map, and the longest side of each
MOST, LEAST = 12, 4  # of them, each way
BATCH = 16  # of a mini-batch, that are drawn
LINES, PLACES = 15, 120  # of the net that the decoder lays into the plane, and along its thread
SHRINK = 0.5
AROUND = 0.99  # the share of the examples that the map holds; the few others stand at its rim


class Plane(NamedTuple):
    """What is seen of the latent space: place = (code - centre) axes', and code = centre + place axes. centre (latent,); axes (k, latent) of length 1, upright on each other, k = 1 or 2.

    way: "own" where the numbers themselves are the axes; "units": two of them, all others at 0; "main": the two directions in which codes spread most, all others at their mean. units: which.
    share: of the whole spread, that each axis holds.
    """

    way: str
    centre: Floats
    axes: Floats
    units: tuple[int, ...]
    share: tuple[float, ...]

    def places(self, codes: Floats) -> Floats:
        found: Floats = ((codes - self.centre) @ self.axes.T).astype(np.float32)
        return found

    def codes(self, places: Floats) -> Floats:
        found: Floats = self.centre + places @ self.axes
        return found


def network(context: Context) -> Autoencoder:
    assert isinstance(context.model, Autoencoder)
    return context.model


def spec(context: Context) -> Model:
    assert isinstance(context.experiment.model, Model)
    return context.experiment.model


def decoded(context: Context, codes: Tensor | Floats) -> Tensor:
    """What the decoder makes of codes (n, latent): examples (n, columns) as they are given back, probabilities where they are such."""
    given = codes if isinstance(codes, Tensor) else torch.from_numpy(np.ascontiguousarray(codes, np.float32)).to(context.examples["test"].x.device)
    return context.objective.answer(network(context).decoder(given))


def seen(context: Context, x: Tensor) -> Image:
    """Examples (n, columns) as they are drawn: pictures (n, channels, height, width) uint8, points (n, 2) float32."""
    if pictured(context.experiment):
        return grey(context, in_place(context, x.nan_to_num()))
    return x.detach().cpu().numpy().astype(np.float32)


class Codes(NamedTuple):
    """Some test examples: index (n,), mean (n, latent) and deviation (n, latent) of their clouds, the latter None where they are points."""

    index: NDArray[np.intp]  # type: ignore[assignment]  # hides tuple.index, as a phase does
    mean: Floats
    deviation: Floats | None


def codes(context: Context) -> Codes:
    """At most 300 test examples, evenly picked, encoded; once a frame. None of them where the network gives no numbers."""
    if "codes" not in context.frame:
        if "some" not in context.kept:
            x = context.examples["test"].x
            picks = picked(len(x), count(context))
            context.kept["some"] = picks, x[torch.from_numpy(picks).to(x.device)]
        some, given = context.kept["some"]
        mean, spread = network(context).code(given)
        told = Codes(some, mean.cpu().numpy(), None if spread is None else torch.exp(spread / 2).cpu().numpy())
        if not np.isfinite(told.mean).all():
            told = Codes(some[:0], told.mean[:0], None if told.deviation is None else told.deviation[:0])
        context.frame["codes"] = told
    found: Codes = context.frame["codes"]
    return found


def count(context: Context) -> int:
    """How many examples a map shows: fewer where they take long to encode."""
    sizes = context.experiment.family.estimate(context.experiment).layers
    encoding = sum(size.work for size in sizes[: len(spec(context).layers) + 2])
    return max(FEWEST, min(DRAWN, WORK // max(1, encoding)))


def plane(context: Context, units: tuple[int, int] | None = None) -> Plane:
    """The plane that is looked at: of two chosen numbers, or the usual one. Main axes are turned within their plane onto those of the time before, as near as it can be, so that nothing jumps."""
    size = spec(context).latent
    none = np.zeros(size, np.float32)
    if size <= 2:
        return Plane("own", none, np.eye(size, dtype=np.float32), tuple(range(size)), ())
    if units is not None:
        return Plane("units", none, np.eye(size, dtype=np.float32)[list(units)], units, ())
    if "main" not in context.frame:
        context.frame["main"] = context.kept["main"] = _main(codes(context).mean, context.kept.get("main"))
    found: Plane = context.frame["main"]
    return found


def _main(mean: Floats, before: Plane | None) -> Plane:
    if not len(mean):
        return before or Plane("main", np.zeros(mean.shape[1], np.float32), np.eye(2, mean.shape[1], dtype=np.float32), (), (0.0, 0.0))
    centre = mean.mean(0)
    centred = (mean - centre).astype(np.float64)
    spread, directions = np.linalg.eigh(centred.T @ centred)
    axes = directions[:, :-3:-1].T  # (2, latent), the widest first
    if before is not None:
        axes = turn(centred @ axes.T, centred @ before.axes.T.astype(np.float64)).T @ axes
    held = np.square(centred @ axes.T).sum(0) / max(float(spread.sum()), 1e-12)
    return Plane("main", centre, axes.astype(np.float32), (), tuple(float(share) for share in held))


def reach(context: Context, of: Plane, places: Floats) -> tuple[float, float | None]:
    """How far the map reaches each way, and how far it reached before it last moved. It grows when examples leave it, and shrinks when they fill no more than half of it; else it stays."""
    key = f"reach {of.way} {of.units}"
    needed = beyond(float(np.quantile(np.abs(places), AROUND)) if places.size else 0.0)
    if spec(context).kind.told == 2:
        needed = max(PRIOR, needed)
    now, before = context.kept.get(key, (needed, None))
    if needed > now or needed <= now * SHRINK:
        now, before = needed, now
    context.kept[key] = now, before
    return now, before


def latent(context: Context, params: Params, units: tuple[int, int] | None = None) -> Arrays:
    """The map. places (n, k) float32 of test examples, index (n,), true (n,) uint8: their classes; reach: the map goes from -reach to reach, before: how far it went before it moved, None where it never did; plane; grid: as `grid` has it, None for points;
    batch: of the step under way, (at most 16, 2, k): where the clouds' middles lie and where codes were drawn; None elsewhere. example: the first test example, as `way` has it."""
    found, of = codes(context), plane(context, units)
    places = of.places(found.mean)
    far, before = reach(context, of, places)
    return {
        "pictured": pictured(context.experiment), "latent": spec(context).latent,
        "places": places.astype(np.float32), "index": found.index.astype(np.int32), "true": classes(context, "test", found.index),
        "classes": class_names(context), "reach": far, "before": before,
        "plane": {"way": of.way, "centre": of.centre, "axes": of.axes, "units": list(of.units), "share": list(of.share)},
        "grid": grid(context, of, far) if pictured(context.experiment) else None,
        "batch": batch(context, of), "example": first(context),
    }  # fmt: skip


def class_names(context: Context) -> tuple[str, ...]:
    """Of the examples' classes; one for all where they have none."""
    return context.parts.data.classes or ("",)


def classes(context: Context, part: str, index: NDArray[Any]) -> NDArray[np.uint8]:
    """The class of each of some examples, (n,); 0 where they have none."""
    if not context.parts.data.classes:
        return np.zeros(len(index), np.uint8)
    found: NDArray[np.uint8] = getattr(context.parts, part).y[index].astype(np.uint8)
    return found


def grid(context: Context, of: Plane, far: float) -> Arrays:
    """What the decoder makes of the middle of each tile of the map: pictures (rows * cols, channels, height, width) uint8, the top row first, made small; one row where the map is a line."""
    channels, height, width = context.experiment.dataset.shape or (1, 1, 1)
    small = -(-max(height, width) // SMALL)
    side = int(max(LEAST, min(MOST, (GRID // (channels * -(-height // small) * -(-width // small))) ** 0.5)))
    middles = ((np.arange(side) + 0.5) / side * 2 - 1) * far
    rows = side if len(of.axes) == 2 else 1
    across, up = np.meshgrid(middles, middles[::-1] if rows > 1 else [0.0])
    places = np.stack([across, up], -1).reshape(-1, 2)[:, : len(of.axes)]
    pictures = in_place(context, decoded(context, of.codes(places.astype(np.float32))).nan_to_num()).reshape(-1, channels, height, width)
    if small > 1:
        pictures = F.avg_pool2d(pictures, small, ceil_mode=True, count_include_pad=False)
    pictures = pictures.mul(255).round().clamp(0, 255).to(torch.uint8).cpu()
    return {"pictures": pictures.numpy(), "rows": rows, "cols": side}


def batch(context: Context, of: Plane) -> Floats | None:
    """Of the step under way: the middles of the mini-batch's clouds and the codes drawn from them, (m, 2, k)."""
    encoded = context.phases.get("encoder forward") if context.phase is not None else None
    if encoded is None or context.phase is None or context.phase.name == "sample":
        return None
    both = [of.places(encoded.tensors[name][:BATCH].cpu().numpy()) for name in ("mean", "code")]
    return np.stack(both, 1).astype(np.float32)


def way(context: Context, x: Tensor, part: str | None, index: int | None, clean: Tensor | None = None) -> Arrays:
    """One example's way: given and back as they are drawn (without the axis of examples), code (latent,), deviation (latent,) or None; part, index and true: which it is, None for one from outside.
    clean: what was meant, None where nothing was spoiled; off: the root of the mean squared distance from it of what was given and of what came back, pictures from 0 to 1."""
    mean, spread = network(context).code(x)
    back = decoded(context, mean)
    meant = x if clean is None else clean
    return {
        "given": seen(context, x)[0], "back": seen(context, back)[0], "clean": None if clean is None else seen(context, clean)[0], "code": mean[0].cpu().numpy(),
        "deviation": None if spread is None else torch.exp(spread[0] / 2).cpu().numpy(), "part": part, "index": index,
        "true": int(classes(context, part, np.array([index]))[0]) if part is not None and context.parts.data.classes else None,
        "off": [float((one - meant).square().mean().sqrt()) for one in (x, back)],
    }  # fmt: skip


def first(context: Context) -> Arrays:
    """The way of the first test example; once a frame."""
    if "first" not in context.frame:
        context.frame["first"] = way(context, context.examples["test"].x[:1], "test", 0)
    found: Arrays = context.frame["first"]
    return found


def laid(context: Context, params: Params) -> Arrays:
    """Test points and where they come back: given, back (n, 2) float32, true (n,); net: the latent space as the decoder lays it into the plane, (lines, places, 2): a net of two numbers, seen on the map's
    plane, or one thread."""
    found, of = codes(context), plane(context)
    x = context.examples["test"].x[torch.from_numpy(found.index).to(context.examples["test"].x.device)]
    ends, _ = reach(context, of, of.places(found.mean))
    even = np.linspace(-ends, ends, PLACES if len(of.axes) == 1 else LINES, dtype=np.float32)
    places = even[:, None] if len(of.axes) == 1 else np.stack(np.meshgrid(even, even), -1).reshape(-1, 2)
    net = seen(context, decoded(context, of.codes(places))).reshape(-1, len(even), 2)
    lines = net if len(net) == 1 else np.concatenate([net, net.transpose(1, 0, 2)])
    return {
        "given": seen(context, x), "back": seen(context, decoded(context, found.mean)), "true": classes(context, "test", found.index),
        "classes": class_names(context), "net": lines.astype(np.float32), "domain": context.parts.data.domain,
    }  # fmt: skip
