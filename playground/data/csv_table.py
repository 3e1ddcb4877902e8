"""Somebody's CSV as a table: its columns, what was put right, what can be its target, and the arrays that a network gets.

`read` does it all once for the file; `said`, `chosen` and `arrays` answer for one choice of target and inputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.data import csv_text
from playground.data.contract import Floats, Integers
from playground.data.csv_columns import DAYS, DIVIDED, LONGEST_NAME, NO_DATE, NO_NUMBER, NUMBERED, TOO_LARGE, UNUSED, Column, clean, column_of, inputs_of
from playground.data.csv_text import LEAST_ROWS, MOST_ROWS, listed
from playground.text import N_, Message, Refusal

MOST_INPUTS = 100
NAMES_ROOM, CLASSES_ROOM = 3000, 1200  # bytes of all names together, so that a link can carry them


@dataclass(frozen=True)
class Table:
    """A file's columns and rows. repairs: of the file as a whole. target: the column proposed for it; left_out: columns proposed not to be used."""

    columns: tuple[Column, ...]
    rows: int
    repairs: tuple[Message, ...]
    target: int
    left_out: tuple[int, ...]

    def plain(self) -> dict[str, Any]:
        """The description, as JSON: what a form needs to let a person choose."""
        return {
            "rows": self.rows,
            "columns": [column.plain() for column in self.columns],
            "repairs": [message.plain() for message in self.repairs],
            "target": self.target,
            "left_out": list(self.left_out),
        }


def read(raw: bytes) -> Table:
    """The table in a file's bytes. Refusal, with a sentence, where there is none, it is beyond a limit, or nothing can be learned from it."""
    found = csv_text.read(raw)
    if len(found.rows) > MOST_ROWS:
        raise Refusal(Message(N_("The table has more than {limit} rows. Keep fewer of them."), {"limit": MOST_ROWS}))
    if len(found.rows) < LEAST_ROWS:
        raise Refusal(Message(N_("The table has {given} rows; at least {limit} are needed to learn from."), {"given": len(found.rows), "limit": LEAST_ROWS}))
    repairs = list(found.repairs)
    names = _named(found.header, len(found.rows[0]), repairs)
    columns = [column_of(name, [row[at] for row in found.rows], found.point) for at, name in enumerate(names)]
    _shorten(columns)
    targets = [at for at, column in enumerate(columns) if column.task]
    if not targets:
        raise Refusal(Message(N_("No column can be what is learned: each is constant, has too many different texts, or too few values.")))
    target = targets[-1]
    inputs = [at for at, column in enumerate(columns) if column.features and at != target]
    if not inputs:
        raise Refusal(Message(N_("No column is left to learn from: beside the target, each is constant or of texts that nearly all differ.")))
    return Table(tuple(columns), len(found.rows), tuple(repairs), target, _unused(columns, inputs))


def _unused(columns: Sequence[Column], inputs: Sequence[int]) -> tuple[int, ...]:
    """Columns proposed not to be used: one that numbers the rows, and those beyond the most inputs."""
    unused: list[int] = []
    total = 0
    for at in inputs:
        column = columns[at]
        if (
            len(inputs) > 1
            and column.kind == "number"
            and column.values[0] in (0, 1)
            and np.array_equal(np.diff(column.values), np.ones(len(column.values) - 1))
        ):
            column.notes.append((NUMBERED, 0, column.name))
            unused.append(at)
        elif total + len(column.features) > MOST_INPUTS:
            column.notes.append((UNUSED, 0, column.name))
            unused.append(at)
        else:
            total += len(column.features)
    return tuple(unused)


def _unlike(names: Iterable[str]) -> list[str]:
    """The names, those that stood before numbered: "a", "a (2)"."""
    taken: set[str] = set()
    found = []
    for name in names:
        unlike, number = name, 2
        while unlike in taken:
            unlike, number = f"{name[: LONGEST_NAME - 6]} ({number})", number + 1
        taken.add(unlike)
        found.append(unlike)
    return found


def _named(header: Sequence[str] | None, width: int, repairs: list[Message]) -> list[str]:
    """A name for each column, no two alike."""
    given = [clean(name) for name in header or [""] * width]
    filled = [name or f"column {at}" for at, name in enumerate(given, 1)]
    names = _unlike(filled)
    if header is not None and (empty := [name for name, was in zip(names, given, strict=True) if not was]):
        repairs.append(Message(N_("Columns without a name ({count}) are called: {names}."), {"count": len(empty), "names": listed(empty)}))
    if changed := [name for name, was in zip(given, header or (), strict=False) if name and name != " ".join(was.split())]:
        repairs.append(
            Message(
                N_("Names with characters that cannot stand in one, or longer than {limit}, were changed: {names}."),
                {"limit": LONGEST_NAME, "names": listed(changed)},
            )
        )
    if doubled := [name for name, was in zip(names, filled, strict=True) if name != was]:
        repairs.append(Message(N_("Names that stood twice ({count}) were numbered: {names}."), {"count": len(doubled), "names": listed(doubled)}))
    return names


def _shorten(columns: Sequence[Column]) -> None:
    """Cut the names of inputs and classes where all together would be too long for a link, and keep them apart."""
    count = sum(len(column.features) for column in columns)
    names = _fitted([name for column in columns for name in column.features], NAMES_ROOM // max(1, min(count, MOST_INPUTS)))
    for column in columns:
        column.features, names = tuple(names[: len(column.features)]), names[len(column.features) :]
        if column.classes:
            column.classes = tuple(_fitted([clean(name) for name in column.classes], CLASSES_ROOM // len(column.classes)))


def _fitted(names: Sequence[str], room: int) -> list[str]:
    """Names of at most about `room` bytes each, no two alike."""
    return _unlike(name if len(name.encode()) <= room else name.encode()[: room - 3].decode("utf-8", "ignore").rstrip() + "…" for name in names)


# -- for one choice of target and inputs; `described` is a table's description


def used(described: Mapping[str, Any], target: int, left_out: Sequence[int]) -> list[int]:
    """The numbers of the columns that become inputs."""
    return [at for at, column in enumerate(described["columns"]) if column["features"] and at != target and at not in left_out]


def chosen(described: Mapping[str, Any], target: int, left_out: Sequence[int]) -> dict[str, Any]:
    """What this choice makes of the table: {"task", "features", "class_names", "rows"}. Refusal, with a sentence, where it cannot be learned."""
    column = described["columns"][target]
    if column["task"] is None:
        raise Refusal(Message(N_("Target: {name} cannot be learned. {why}"), {"name": column["name"], "why": str(Message.of(column["why"]))}))
    features = [name for at in used(described, target, left_out) for name in described["columns"][at]["features"]]
    if not features:
        raise Refusal(Message(N_("Inputs: no column is left to learn from. Choose at least one.")))
    if len(features) > MOST_INPUTS:
        raise Refusal(Message(N_("Inputs: the chosen columns make {given} inputs; at most {limit} are possible. Choose fewer."), {"given": len(features), "limit": MOST_INPUTS}))  # fmt: skip
    return {"task": column["task"], "features": features, "class_names": column["classes"], "rows": described["rows"] - column["missing"]}


def said(described: Mapping[str, Any], target: int, left_out: Sequence[int]) -> list[Message]:
    """All repairs that bear on this choice, in order: of the file, of the columns, of the target."""
    gathered: dict[str, list[tuple[int, str]]] = {}
    for at, column in enumerate(described["columns"]):
        for text, count, name in column["notes"]:
            of_use = text not in (NUMBERED, UNUSED) if at not in left_out else text in (NUMBERED, UNUSED)
            if of_use and (at != target or text in (TOO_LARGE, NO_NUMBER, NO_DATE, DIVIDED, DAYS)):
                gathered.setdefault(text, []).append((count, name))
    found = [Message.of(message) for message in described["repairs"]]
    for text, about in gathered.items():
        found.append(Message(text, {"count": sum(count for count, _ in about), "names": listed([name for _, name in about]), "limit": MOST_INPUTS}))
    if missing := described["columns"][target]["missing"]:
        found.append(Message(N_("Rows without a value of the target ({count}) are not used."), {"count": missing}))
    return found


def arrays(table: Table, target: int, left_out: Sequence[int]) -> tuple[Floats, Integers | Floats]:
    """Inputs (n, features) float32, and answers: (n,) int64 class numbers, or (n, 1) float32; of the rows that have a target."""
    goal = table.columns[target]
    answers = np.where(goal.values < 0, np.nan, goal.values) if goal.texts else goal.values
    rows = ~np.isnan(answers)
    inputs = [inputs_of(table.columns[at])[rows] for at in used(table.plain(), target, left_out)]
    x = np.concatenate(inputs, 1).astype(np.float32)
    if goal.task == "regression":
        return x, answers[rows, None].astype(np.float32)
    if goal.texts:
        order = {text: at for at, text in enumerate(sorted(goal.texts))}
        return x, np.array([order[text] for text in goal.texts], np.int64)[answers[rows].astype(np.int64)]
    return x, np.unique(answers[rows].astype(np.float32), return_inverse=True)[1].astype(np.int64)
