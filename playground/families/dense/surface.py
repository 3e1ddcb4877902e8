"""What a network has learned, as a map: over the plane of its data, or over two columns of a table with all others held still."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import torch
from annotated_types import Ge, Le
from numpy.typing import NDArray
from torch import Tensor

from playground.charts.tokens import picked, shades
from playground.choices import Spec
from playground.data.catalogue import rows
from playground.data.contract import PointsSpec, sizes
from playground.data.edits import numbers
from playground.families.dense.seen import Arrays, Floats, Params, grid, seen, side
from playground.families.supervised.probes import POINTS
from playground.text import N_, Message, Refusal
from playground.training.context import Context

Indices = NDArray[np.intp]

MARGIN = 0.08  # how far a slice reaches beyond the data, as a share of their range
NEAR = 0.06  # deviation of the bell around each training point in a slice's density, as a share of the slice's width
PLENTY = 2.0  # training points near enough to a place for its colour to stand at full strength


def boundary(context: Context, params: Params) -> Arrays:
    """The network's answers over the plane (see `surface`), its domain, and the points of both parts (see `_points`)."""
    if "points" not in context.kept:
        context.kept["points"] = {name: _points(context, name) for name in ("train", "test")}
    drawn: dict[str, Arrays] = context.kept["points"]
    outputs = torch.from_numpy(seen(context)[-1])
    answers = outputs if context.parts.data.task == "classes" else context.objective.answer(outputs)
    return surface(context, answers) | {"domain": context.parts.data.domain, **_judged(context, drawn)}


def surface(context: Context, answers: Tensor) -> Arrays:
    """Answers (cells * cells, outputs) as they are shown, as a map (cells, cells) uint8, by the task.

    binary: the probability of class 1, 255 is sure. classes: the number of the likeliest class; sure (cells, cells) uint8: how far it is ahead of the second,
    255 is 1. regression: 128 is 0, 255 is +range, 1 is -range, where range is the largest target, and stays so while the run lasts; ends: what 1, 128 and 255
    stand for in the target's own unit. What is no number is neither: 128, or sure 0.
    """
    data = context.parts.data
    values = answers.cpu().numpy()
    cells = round(len(values) ** 0.5)
    found: Arrays = {"task": data.task, "classes": data.classes, "features": data.feature_names}
    if data.task == "regression":
        reached, (mean, deviation) = target_reach(context), context.parts.scale
        ends = [mean - reached * deviation, mean, mean + reached * deviation]
        return found | {"map": shades(values, reached).reshape(cells, cells), "range": reached, "ends": ends}
    if data.task == "classes":
        first = np.partition(np.nan_to_num(values), -2, 1)
        ahead = np.where(np.isfinite(values).all(1), first[:, -1] - first[:, -2], 0)
        return found | {"map": np.nan_to_num(values).argmax(1).astype(np.uint8).reshape(cells, cells), "sure": _bytes(ahead).reshape(cells, cells)}
    return found | {"map": _bytes(np.nan_to_num(values[:, 0], nan=0.5)).reshape(cells, cells)}


def _bytes(shares: Floats) -> NDArray[np.uint8]:
    """0 .. 1 as 0 .. 255."""
    found: NDArray[np.uint8] = np.clip(shares * 255 + 0.5, 0, 255).astype(np.uint8)
    return found


def target_reach(context: Context) -> float:
    """The size of the largest target of both parts when it was first asked, as the network sees it; the same as long as the run."""
    if "target_reach" not in context.kept:
        largest = max(float(np.abs(part.y).max(initial=0)) for part in (context.parts.train, context.parts.test))
        context.kept["target_reach"] = largest or 1.0
    kept: float = context.kept["target_reach"]
    return kept


def _points(context: Context, name: str) -> Arrays:
    """At most 500 examples of a part: x (n, features) and y (n,) as in `Split`; number (n,), for training points of a plane; where (n,): their places in the part."""
    part = getattr(context.parts, name)
    found: Arrays = {"of": len(part)}
    if name == "train" and isinstance(context.experiment.data, PointsSpec):
        where, there = _kept_in_view(context.experiment.data)
        found["number"] = there[where].astype(np.uint16)
    else:
        where = picked(len(part), POINTS)
    y = part.y[where].ravel()
    return found | {"x": part.x[where], "y": y if context.parts.data.task == "regression" else y.astype(np.uint8), "where": where}


def _kept_in_view(spec: PointsSpec) -> tuple[Indices, NDArray[np.int64]]:
    """Places of the training points that are drawn, and the numbers of all: the same ones as long as the run, and always those changed by hand."""
    made = sizes(rows(spec), spec)[0]
    there = numbers(made, spec.edits)
    by_hand = (there >= made) | np.isin(there, [edit.at for edit in spec.edits if edit.at is not None])
    others = np.flatnonzero(np.isin(there, picked(made, POINTS)) & ~by_hand)[: POINTS - int(by_hand.sum())]
    return np.sort(np.concatenate([np.flatnonzero(by_hand), others])), there


def _judged(context: Context, drawn: dict[str, Arrays]) -> Arrays:
    """The points, with wrong (n,) uint8: which of them the network gets wrong now, and wrongs: how many of the whole part; for classes, and as long as its answers
    are numbers. where (n,): their places in the part, if not all of it is drawn."""
    hits, found = context.objective.hits, {}
    for name, points in drawn.items():
        found[name] = {key: value for key, value in points.items() if key != "where"}
        if points["of"] > len(points["where"]):  # otherwise a point's place in the part is its place here
            found[name]["where"] = points["where"].astype(np.uint16)
        if hits is not None and len(points["where"]):
            outputs = context.model(context.examples[name].x)
            if bool(torch.isfinite(outputs).all()):
                wrong = (~hits(outputs, context.examples[name].y)).cpu().numpy().astype(np.uint8).ravel()
                found[name] |= {"wrong": wrong[points["where"]], "wrongs": int(wrong.sum())}
    return found


class Slice(Spec):
    """Two columns of a table by their numbers: the one that goes across, and the one that goes up."""

    x: Annotated[int, Ge(0), Le(4096)]
    y: Annotated[int, Ge(0), Le(4096)]


def columns_to_choose(context: Context, params: Params) -> Arrays:
    """What a slice can be laid through, with the features and classes; the slice itself is asked for, as it depends on which two were chosen."""
    data = context.parts.data
    return {"task": data.task, "features": data.feature_names, "classes": data.classes}


def sliced(context: Context, params: Params) -> Arrays:
    """The network's answers over two columns, all others held at their training mean: a `surface` with its domain in the table's own units.

    density (cells, cells) uint8: 255 where there are training points enough to trust it, 0 where there are none; train, test: as in `boundary`, x (n, 2) in the
    table's own units. Points lie off the slice: their other columns are not at the mean.
    """
    asked = Slice.model_validate(dict(params))
    count = len(context.parts.data.feature_names)
    if max(asked.x, asked.y) >= count or asked.x == asked.y:
        given = f"{asked.x}, {asked.y}"
        raise Refusal(
            Message(N_("A slice takes two different columns, by numbers from 0 to {limit}; {given} was given."), {"limit": count - 1, "given": given})
        )
    across = [asked.x, asked.y]
    cells = side(context)
    still = _still(context, (asked.x, asked.y), cells)
    answers = context.objective.answer(context.model(still["grid"]))
    points = {name: {**part, "x": _own(context, part["x"][:, across], across)} for name, part in still["points"].items()}
    low, high = _own(context, np.array(still["domain"], np.float32).T, across)
    domain = [[float(low[axis]), float(high[axis])] for axis in (0, 1)]
    return surface(context, answers) | {"domain": domain, "density": still["density"], "x": asked.x, "y": asked.y, **_judged(context, points)}


def _still(context: Context, across: tuple[int, int], cells: int) -> Arrays:
    """What does not change while a slice is looked at: its places as the network sees them, the density there, the points. Kept for the last one asked."""
    kept: Arrays = context.kept.setdefault("slice", {})
    if kept.get("across") != across:
        train = context.parts.train.x
        both = np.concatenate([train, context.parts.test.x])[:, list(across)]
        low, high = both.min(0), both.max(0)
        spare = MARGIN * np.maximum(high - low, 1e-6)
        domain = tuple((float(a), float(b)) for a, b in zip(low - spare, high + spare, strict=True))
        places = grid(domain, cells)  # type: ignore[arg-type]
        whole = np.repeat(train.mean(0, keepdims=True), len(places), 0)
        whole[:, list(across)] = places
        points = {name: _points(context, name) for name in ("train", "test")}
        kept |= {
            "across": across,
            "domain": domain,
            "grid": torch.from_numpy(whole).to(context.examples["train"].x.device),
            "density": density(train[:, list(across)], domain, cells),
            "points": points,
        }
    return kept


def density(x: Floats, domain: Any, cells: int) -> NDArray[np.uint8]:
    """How many of the points x (n, 2) are near each cell of a rectangle, (cells, cells) uint8, top row first: 255 for two or more.

    Each point counts by a bell around it (a kernel density; Parzen, 1962) whose height is 1 and whose deviation is 0.06 of the rectangle's sides.
    """
    middles = (np.arange(cells) + 0.5) / cells
    shares = [(x[:, axis] - low) / (high - low) for axis, (low, high) in enumerate(domain)]
    right, up = (np.exp(-0.5 * ((middles[None] - share[:, None]) / NEAR) ** 2) for share in shares)  # (n, cells)
    return _bytes(((up.T @ right) / PLENTY)[::-1].astype(np.float32))


def _own(context: Context, x: Floats, columns: list[int]) -> Floats:
    """Values (n, k) of some columns in the table's own units."""
    if context.parts.units is None:
        return x
    means, deviations = context.parts.units
    return (x * deviations[columns] + means[columns]).astype(np.float32)
