"""Training points changed by hand. Points keep their numbers: 0 to n - 1 for those that were made, n + k for the k-th that was added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from playground.data.contract import MOST_EDITS, Edit, Integers, Split
from playground.text import N_, Message, Refusal


def edited(part: Split, edits: Sequence[Edit]) -> tuple[Split, Integers]:
    """A training part with edits that `check_edits` lets pass, and the number of each point in it (n,). Moved points stay in their places, new ones follow."""
    count = len(part)
    added = sum(edit.at is None for edit in edits)
    x = np.concatenate([part.x, np.zeros((added, part.x.shape[1]), np.float32)])
    y = np.concatenate([part.y, np.zeros((added, *part.y.shape[1:]), part.y.dtype)])
    for at, edit in _numbered(count, edits):
        if edit.x is not None:
            x[at], y[at] = edit.x, edit.y
    there = numbers(count, edits)
    return Split(x[there], y[there]), there


def numbers(count: int, edits: Sequence[Edit]) -> Integers:
    """The numbers of the points that are there, (n,), of a training part that had `count` points before the edits."""
    kept = np.ones(count + sum(edit.at is None for edit in edits), bool)
    for at, edit in _numbered(count, edits):
        kept[at] = edit.x is not None
    return np.flatnonzero(kept)


def _numbered(count: int, edits: Sequence[Edit]) -> Iterator[tuple[int, Edit]]:
    place = count
    for edit in edits:
        if edit.at is None:
            yield place, edit
            place += 1
        else:
            yield edit.at, edit


def with_edit(edits: Sequence[Edit], edit: Edit, count: int) -> tuple[Edit, ...]:
    """The edits with one more, on a training part of `count` points: a point has at most one entry.

    Refusal if the point is not there, a new one has no place, or there are too many entries. The change of a point that has an entry is always possible.
    """
    found = list(edits)
    added = [place for place, one in enumerate(found) if one.at is None]
    if edit.at is None:
        if edit.x is None:
            raise Refusal(Message(N_("A new point needs a place. Give its two coordinates.")))
        found.append(edit)
    elif edit.at < count:
        found = [one for one in found if one.at != edit.at] + [edit]
    elif edit.at - count < len(added):
        found[added[edit.at - count]] = Edit(at=None, x=edit.x, y=edit.y)  # its entry stays, so that the others keep their numbers
    else:
        raise Refusal(Message(N_("There is no training point {given}."), {"given": edit.at}))
    if len(found) > MOST_EDITS:
        raise Refusal(Message(N_("At most {limit} points can be changed by hand; that many have been."), {"limit": MOST_EDITS}))
    return tuple(found)
