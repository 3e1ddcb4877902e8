"""What the loss surface shows: a window of the landscape over two weights, or one, the way walked in it, and how fast it may be walked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.choices import OPTIMIZERS
from playground.families.linear.family import Model
from playground.families.linear.landscape import Doubles, Floats, curvature, examples, gradient, heights, quadratic
from playground.families.supervised import declared
from playground.families.supervised.fit import least_squares
from playground.families.supervised.weights import layers_of, numbers
from playground.training.context import Context
from playground.training.path import shape

Params = Mapping[str, Any]
Arrays = dict[str, Any]
Window = tuple[Doubles, Doubles]  # middle and half width, (axes,) each

COLS, ROWS = 51, 41  # places of the map, where it stays the same
COARSE = 31, 25  # where it is a slice, computed anew for each picture
ALONG = 121  # places along a single weight
ASPECT = 1.2  # width of the window over its height
TOO_FAR = 15.0  # from the start: a solution beyond it, as ill-posed fits have, would make a dot of the path
SURE = 6.0  # a weighted sum that is answered as good as surely
PATH = 200  # places of the path that travel
WIDEST = 22  # doublings: enough for a path that ends a million away
CORNERS = ("mae", "hinge", "perceptron")


def surface(context: Context, params: Params) -> Arrays:
    """The training loss over the first two weights (the bias is one; or over the only one), all others held where they are.

    names: of all weights. window: ((low, high), ...) of the axes; widened: how often it was doubled to hold the path. map (rows, cols), top row highest, or
    (cols,) float32. scale: (low, high) loss for the colours, the same as long as the run. path (n, 1 + axes) float32: see `training.path`. here: all weights now,
    None where they are no numbers. gradient (parameters,); steepest: its size where the path began. goal (axes,): least squares, None for two classes. loss: here.
    rule: which sentence holds of the learning rate: exact, other, local or corners; curvature; rate; optimizer. penalty: are weights pulled to 0 besides?
    """
    here = np.array(numbers(layers_of(context)[0]))
    walked = context.records.path.points.astype(np.float64)
    start = walked[0, 1:] if len(walked) else here
    axes = min(2, len(here))
    settled = bool(np.isfinite(here).all())
    middle, half = _first_window(context, start, axes)
    widened = _widened(middle, half, np.concatenate([walked[:, 1 : 1 + axes], here[None, :axes]]))
    window = middle, half * 2.0**widened
    goal = _solution(context)
    found = _rule(context, here if settled else start)
    if "steepest" not in context.kept:
        context.kept["steepest"] = float(np.linalg.norm(gradient(context, start)))
    return found | {
        "names": _names(context),
        "window": [(float(m - h), float(m + h)) for m, h in zip(*window, strict=True)],
        "widened": widened,
        "map": _map(context, window, here if settled else start),
        "scale": _scale(context, (middle, half), start),
        "path": _thinned(walked[:, : 1 + axes]),
        "here": here.tolist() if settled else None,
        "gradient": gradient(context, here).tolist() if settled else None,
        "steepest": context.kept["steepest"],
        "goal": None if goal is None else goal[:axes].tolist(),
        "loss": float(heights(context, here[None])[0]) if settled else None,
        "penalty": bool(context.experiment.training.l1 or context.experiment.training.l2),
    }


def _names(context: Context) -> list[tuple[str, str]]:
    """(kind, input) of each weight: slope, weight or bias, and the input it belongs to."""
    model = context.experiment.model
    assert isinstance(model, Model)
    features = context.parts.data.feature_names
    if not declared.single(context.experiment):
        found = [("weight", name) for name in features]
    elif model.degree > 1:
        found = [("weight", f"x{power}") for power in ("", *"²³⁴⁵⁶"[: model.degree - 1])]
    else:
        found = [("slope", features[0])]
    plain = len(found) == 1 and found[0][0] == "slope"
    return [*found, ("intercept" if plain else "bias", "")] if model.bias else found


def _solution(context: Context) -> Doubles | None:
    """Where the mean squared error is smallest, (parameters,); None for two classes."""
    if context.parts.data.task != "regression":
        return None
    train = context.examples["train"]
    if "goal" not in context.kept or context.kept["goal"][0] is not train:
        context.kept["goal"] = train, least_squares(context)
    solution: Doubles = context.kept["goal"][1]
    return solution


def _first_window(context: Context, start: Doubles, axes: int) -> Window:
    """The window before anything moved: it holds the start and, for regression, the least-squares solution if that is not too far away. For two classes the
    weights that part them are not known: it holds those that answer surely for an input of usual size."""
    if "window" not in context.kept:
        start, goal = start[:axes], _solution(context)
        if goal is None:
            x, _ = examples(context)
            usual = float(x[:, 0].square().mean().sqrt())
            middle, reach = np.zeros(axes), max(SURE / max(usual, 1e-6), 1.3 * float(np.abs(start).max()))
        else:
            apart = float(np.abs(start - goal[:axes]).max())
            middle, reach = (0.4 * start + 0.6 * goal[:axes], max(apart, 0.5)) if apart < TOO_FAR else (start, 4.0)
        context.kept["window"] = middle, reach * np.array([ASPECT, 1.0])[:axes]
    window: Window = context.kept["window"]
    return window


def _widened(middle: Doubles, half: Doubles, places: Doubles) -> int:
    """How often the window must be doubled to hold these places; those that are no numbers do not count."""
    away = np.abs(places - middle) / half
    away = away[np.isfinite(away)]
    most = float(away.max(initial=0.0))
    return 0 if most <= 1 else min(WIDEST, int(np.ceil(np.log2(most))))


def _places(window: Window, held: Doubles, cols: int, rows: int) -> Doubles:
    """The places of a map, (rows * cols, parameters): top row first; all other weights as in `held`."""
    middle, half = window
    across = middle[0] + half[0] * np.linspace(-1, 1, cols)
    found: Doubles = np.repeat(held[None], cols * rows, 0)
    found[:, 0] = np.tile(across, rows)
    if len(middle) > 1:
        found[:, 1] = np.repeat(middle[1] + half[1] * np.linspace(1, -1, rows), cols)
    return found


def _map(context: Context, window: Window, held: Doubles) -> Floats:
    axes = len(window[0])
    sliced = len(held) > axes
    cols, rows = (ALONG, 1) if axes == 1 else COARSE if sliced else (COLS, ROWS)
    key = (context.examples["train"], float(window[1][0]))
    kept = context.kept.get("map")
    if not sliced and kept is not None and kept[0][0] is key[0] and kept[0][1] == key[1]:
        known: Floats = kept[1]
        return known
    found = heights(context, _places(window, held, cols, rows))
    found = found if axes == 1 else found.reshape(rows, cols)
    context.kept["map"] = key, found
    return found


def _scale(context: Context, window: Window, start: Doubles) -> tuple[float, float]:
    """The losses that the ends of the colours stand for: lowest and highest of the first window, as it was at the start, and least squares."""
    if "scale" not in context.kept:
        axes = len(window[0])
        places = _places(window, start, ALONG if axes == 1 else COLS, 1 if axes == 1 else ROWS)
        goal = _solution(context)
        found = heights(context, places if goal is None else np.concatenate([places, goal[None]]))
        context.kept["scale"] = float(found.min()), float(found.max())
    scale: tuple[float, float] = context.kept["scale"]
    return scale


def _thinned(path: Doubles) -> NDArray[np.float32]:
    """At most 200 places that keep the path's shape; where one that a hand chose goes, the next is reached by hand."""
    if len(path) <= PATH:
        return path.astype(np.float32)
    kept = shape(path[:, 1:].astype(np.float32), PATH)
    jumps = np.maximum.reduceat(path[:, 0], np.append(0, kept[:-1] + 1))
    return np.column_stack([jumps, path[kept, 1:]]).astype(np.float32)


def _rule(context: Context, place: Doubles) -> Arrays:
    """How the learning rate stands to the curvature."""
    training = context.experiment.training
    optimizer = training.optimizer.name
    whole = optimizer == "gradient_descent" or (optimizer == "sgd" and training.batch_size >= len(context.parts.train))
    plain = whole and not training.clip and not training.l1
    rule = "corners" if training.loss in CORNERS else "local" if not quadratic(context) else "exact" if plain else "other"
    return {
        "rule": rule,
        "curvature": None if rule == "corners" else curvature(context, place),
        "rate": context.learner.optimizer.learning_rate,
        "optimizer": OPTIMIZERS[optimizer].title,
    }
