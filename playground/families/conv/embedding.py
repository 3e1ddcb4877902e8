"""Where the network puts the test pictures: its last hidden layer, seen from where they spread most."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.families.supervised import answers
from playground.families.supervised.probes import said
from playground.training.context import Context
from playground.training.learner import Answered

ENDS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)  # of an axis, times a power of ten: so that it seldom moves

Doubles = NDArray[np.float64]
Arrays = dict[str, Any]


def embedding(context: Context, params: Any) -> Arrays:
    """At most 400 test pictures as last measured: places (n, 2) float32 on the two main axes of what the output layer is given, index (n,), true and said (n,) uint8;
    extent: the ends of both axes; share: of the whole spread, that each axis holds; epoch: when. No places where the network gives no numbers.

    Made once for each time the part is measured. Main axes may turn or swap from one time to the next: all is turned (and mirrored) within their plane onto
    the places of the time before, as near as it can be (Procrustes; Schönemann, 1966).
    """
    answered = answers.last(context, "test")
    kept = context.kept.get("embedding")
    if kept is None or kept[0] is not answered:
        kept = context.kept["embedding"] = answered, _placed(context, answered, None if kept is None else kept[1])
    found: Arrays = kept[1]
    return found


def _placed(context: Context, answered: Answered, before: Arrays | None) -> Arrays:
    assert answered.hidden is not None and answered.seen is not None
    index, hidden = answered.seen.numpy(), answered.hidden.cpu().double().numpy()
    about: Arrays = {"epoch": answered.epoch, "classes": context.parts.data.classes}
    if not np.isfinite(hidden).all():
        none = np.empty(0, np.uint8)
        return {**about, "places": np.empty((0, 2), np.float32), "index": none.astype(np.int32), "true": none, "said": none, "extent": [[-1.0, 1.0]] * 2, "share": [0.0, 0.0]}  # fmt: skip
    places, spread = principal(hidden)
    if before is not None and len(before["places"]) == len(places):
        places = places @ turn(places, before["places"].astype(np.float64))
    end = beyond(float(np.abs(places).max(initial=0.0)))
    return {
        **about,
        "places": places.astype(np.float32),
        "index": index.astype(np.int32),
        "true": context.parts.test.y[index].astype(np.uint8),
        "said": said(context, answered.outputs)[index].astype(np.uint8),
        "extent": [[-end, end], [-end, end]],
        "share": [float(share) for share in np.square(places).sum(0) / spread] if spread > 0 else [0.0, 0.0],
    }


def principal(hidden: Doubles) -> tuple[Doubles, float]:
    """(places on the first two principal components (n, 2), the whole spread: the sum of squares about the mean) of hidden (n, units). A component points to where its
    farthest place is."""
    centred = hidden - hidden.mean(0)
    if centred.shape[1] <= len(centred):
        _, axes = np.linalg.eigh(centred.T @ centred)
        places = centred @ axes[:, :-3:-1]
    else:  # the same by the products of the places, of which there are fewer
        squares, sides = np.linalg.eigh(centred @ centred.T)
        places = sides[:, :-3:-1] * np.sqrt(np.maximum(squares[:-3:-1], 0))
    if places.shape[1] < 2:
        places = np.concatenate([places, np.zeros((len(places), 2 - places.shape[1]))], 1)
    farthest = places[np.abs(places).argmax(0), [0, 1]]
    return places * np.where(farthest < 0, -1, 1), float(np.square(centred).sum())


def turn(places: Doubles, onto: Doubles) -> Doubles:
    """The turn or mirroring (2, 2) that brings places (n, 2) nearest to others."""
    left, _, right = np.linalg.svd(places.T @ onto)
    found: Doubles = left @ right
    return found


def beyond(reached: float) -> float:
    """The next end of an axis beyond what is reached."""
    if not reached > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(reached))
    return float(next((end * power for end in (*ENDS, 10.0) if end * power >= reached), 10 * power))
