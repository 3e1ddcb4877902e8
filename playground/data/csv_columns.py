"""One column of somebody's CSV: what it is, by its cells, what was put right in it, what it can be as a target, and the inputs it becomes."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground.data.contract import Task
from playground.data.csv_numbers import MISSING, number
from playground.data.csv_text import LEAST_ROWS
from playground.text import N_, Message

Kind = Literal["number", "text", "date", "constant", "mostly_unique"]
Note = tuple[str, int, str]  # a sentence, how many cells it is about, the column as it is called in it

MOST_CLASSES = 20
COMMONEST = 20  # values of a text column with an input of their own
FEW = 10  # distinct numbers up to which a column of them is taken for classes
LONGEST_NAME = 60  # characters
NUMERIC = 0.9  # share of cells that are numbers, from which the others count as missing
ORDINARY = (1e-6, 1e9)  # a column's largest number; beyond, its power of ten is divided out, for float32's sake

CONSTANT = N_("Columns in which every value is the same tell nothing and are left out: {names}.")
UNIQUE = N_("Columns of texts that nearly all differ, such as names or remarks, are left out: {names}.")
MEDIAN = N_("Missing numbers ({count}) were replaced by their column's median: {names}.")
CATEGORY = N_("Missing texts ({count}) became a value of their own: {names}.")
ONE_HOT = N_("Each value of a text column became an input that is 1 where it stands and 0 elsewhere: {names}.")
OTHER = N_("Of many different texts the 20 commonest have an input each, the rest shares one: {names}.")
DAYS = N_("Dates became days since the first one: {names}.")
UNCLEAR_DATES = N_("Dates in which day and month cannot be told apart are left out; write them as 2026-01-31: {names}.")
TOO_LARGE = N_("Numbers too large to calculate with ({count}) count as missing: {names}.")
NO_DATE = N_("Cells without a date ({count}) in columns of dates count as missing: {names}.")
NO_NUMBER = N_("Cells without a number ({count}) in columns of numbers count as missing: {names}.")
DIVIDED = N_("Numbers of unusual size were divided by a power of ten: {names}.")
NUMBERED = N_("A column that only numbers the rows is not used: {names}.")
UNUSED = N_("Columns beyond the first {limit} inputs are not used: {names}.")

DATE = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ].{0,40})?", re.ASCII)
GERMAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[T ].{0,40})?", re.ASCII)
UNCLEAR_DATE = re.compile(r"\d{1,2}([-/.])\d{1,2}\1(?:\d{4}|\d{2})(?: .{0,40})?", re.ASCII)
TIME = re.compile(r"[T ](\d{2}):(\d{2})(?::(\d{2}(?:\.\d{1,9})?))?", re.ASCII)


@dataclass
class Column:
    """One column. values (n,): its numbers or days, NaN where missing; or, for texts, the number of each in `texts`, -1 where missing. features: the
    inputs it becomes. task, classes: what it is as a target, task None where it cannot be one, for the reason `why`."""

    name: str
    kind: Kind
    values: NDArray[np.float64]
    missing: int
    distinct: int
    examples: tuple[str, ...]
    texts: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    task: Task | None = None
    classes: tuple[str, ...] = ()
    why: Message | None = None
    notes: list[Note] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """As JSON, without the values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "missing": self.missing,
            "distinct": self.distinct,
            "examples": list(self.examples),
            "features": list(self.features),
            "task": self.task,
            "classes": list(self.classes),
            "why": self.why.plain() if self.why else None,
            "notes": [list(note) for note in self.notes],
        }


def clean(name: str, longest: int = LONGEST_NAME) -> str:
    """A name that can stand anywhere: no control or direction characters, nothing a page could take for markup, not too long."""
    visible = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in name[: 4 * longest])
    plain = " ".join(visible.translate(str.maketrans("<>{}$`", "‹›()S'")).split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def column_of(name: str, cells: Sequence[str], point: str) -> Column:
    """What a column is, by its cells."""
    present = [cell for cell in cells if cell.lower() not in MISSING]
    examples = tuple(clean(cell, 24) for cell in dict.fromkeys(present[:50]))[:3]
    missing = len(cells) - len(present)
    if (numbers := _numbers(cells, point, (1 - NUMERIC) * len(present))) is not None:
        column = _of_numbers(name, numbers, missing, len(present) - sum(found is not None for found in numbers))
    elif (days := _days(cells)) is not None:
        strange = int(np.isnan(days).sum()) - missing
        column = Column(name, "date", days, missing + strange, 0, ())
        column.notes = [(DAYS, 0, name), *([(NO_DATE, strange, name)] if strange else [])]
        column = _numeric(column)
    else:
        column = _of_texts(name, cells, missing, len(present))
    column.examples = examples
    return column


def _numbers(cells: Sequence[str], point: str, strange: float) -> list[float | None] | None:
    """The cells' numbers; None for a column with more than so many other cells, or with no number."""
    found: list[float | None] = []
    for cell in cells:
        value = None if cell.lower() in MISSING else number(cell, point)
        strange -= value is None and cell.lower() not in MISSING
        if strange < 0:
            return None
        found.append(value)
    return found if any(value is not None for value in found) else None


def _of_numbers(name: str, numbers: Sequence[float | None], missing: int, strange: int) -> Column:
    values = np.array([np.nan if found is None else found for found in numbers])
    large = ~np.isfinite(values) & ~np.isnan(values) | (np.abs(values) > np.finfo(np.float32).max)
    values[large] = np.nan
    values[np.abs(values) < np.finfo(np.float64).tiny] = 0  # their power of ten would be 0 itself
    column = Column(name, "number", values, missing + strange + int(large.sum()), 0, ())
    if strange:
        column.notes.append((NO_NUMBER, strange, name))
    if large.any():
        column.notes.append((TOO_LARGE, int(large.sum()), name))
    largest = float(np.nanmax(np.abs(values), initial=0.0, where=~np.isnan(values)))
    if largest and not ORDINARY[0] <= largest <= ORDINARY[1]:
        power = int(np.floor(np.log10(largest)))
        column.values = values / 10.0**power
        column.notes.append((DIVIDED, 0, f"{name} / 1e{power}"))
    return _numeric(column)


def _numeric(column: Column) -> Column:
    """A column of numbers or days: constant, or one input; as a target a regression, or classes where there are few different ones."""
    present = column.values[~np.isnan(column.values)]
    different = np.unique(present.astype(np.float32))
    column.distinct = len(different)
    if len(different) < 2:
        return _constant(column)
    column.features = (column.name,)
    if column.missing:
        column.notes.append((MEDIAN, column.missing, column.name))
    if len(present) < LEAST_ROWS:
        column.why = _too_few(len(present))
    elif len(different) > FEW:
        column.task = "regression"
    else:
        column.classes = tuple(np.format_float_positional(value, trim="-") for value in different)
        column.task = "binary" if len(different) == 2 else "classes"
    return column


def _constant(column: Column) -> Column:
    column.kind, column.features = "constant", ()
    column.notes = [(CONSTANT, 0, column.name)]
    column.why = Message(N_("Every value is the same."))
    return column


def _too_few(given: int) -> Message:
    return Message(N_("It has {given} values; at least {limit} are needed."), {"given": given, "limit": LEAST_ROWS})


def _of_texts(name: str, cells: Sequence[str], missing: int, present: int) -> Column:
    counts = Counter(cell for cell in cells if cell.lower() not in MISSING)
    column = Column(name, "text", np.zeros(0), missing, len(counts), ())
    if len(counts) < 2 and not (counts and missing):
        return _constant(column)
    if present and all(UNCLEAR_DATE.fullmatch(cell) for cell in counts):
        column.kind, column.notes, column.why = "date", [(UNCLEAR_DATES, 0, name)], Message(N_("Its dates cannot be read."))
        return column
    if len(counts) > max(FEW, present / 2):
        column.kind, column.notes = "mostly_unique", [(UNIQUE, 0, name)]
        column.why = Message(N_("It has {given} different texts; at most {limit} classes are possible."), {"given": len(counts), "limit": MOST_CLASSES})
        return column
    column.texts = tuple(sorted(counts, key=lambda text: (-counts[text], text)))
    place = {text: at for at, text in enumerate(column.texts)}
    column.values = np.array([place.get(cell, -1) if cell.lower() not in MISSING else -1 for cell in cells], np.float64)
    labels = [clean(text, 30) for text in column.texts[:COMMONEST]] + ["other"] * (len(counts) > COMMONEST) + ["missing"] * bool(missing)
    column.features = tuple(f"{clean(name, 27)} = {label}" for label in labels)
    column.notes.append((OTHER if len(counts) > COMMONEST else ONE_HOT, 0, name))
    if missing:
        column.notes.append((CATEGORY, missing, name))
    if present < LEAST_ROWS:
        column.why = _too_few(present)
    elif not 2 <= len(counts) <= MOST_CLASSES:
        column.why = Message(N_("It has {given} different texts; at most {limit} classes are possible."), {"given": len(counts), "limit": MOST_CLASSES})
    else:
        column.classes = tuple(sorted(column.texts))
        column.task = "binary" if len(counts) == 2 else "classes"
    return column


def _days(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """Days since the first of these dates, with the part of the day, NaN where there is none; None where this is no column of dates."""
    days = np.array([np.nan if cell.lower() in MISSING else _day(cell) for cell in cells])
    missing = sum(cell.lower() in MISSING for cell in cells)
    dates = int((~np.isnan(days)).sum())
    return days - np.nanmin(days) if dates and dates >= NUMERIC * (len(cells) - missing) else None


def _day(cell: str) -> float:
    """The day of a date since the year 1, with its time; NaN where it is none."""
    try:
        if match := DATE.fullmatch(cell):
            day = date(int(match[1]), int(match[3]), int(match[4])).toordinal()
        elif match := GERMAN_DATE.fullmatch(cell):
            day = date(int(match[3]), int(match[2]), int(match[1])).toordinal()
        else:
            return float("nan")
    except ValueError:  # a thirteenth month
        return float("nan")
    time = TIME.search(cell)
    return day + ((int(time[1]) + int(time[2]) / 60 + float(time[3] or 0) / 3600) / 24 if time else 0.0)


def inputs_of(column: Column) -> NDArray[np.float64]:
    """A column as inputs (n, its features): numbers with the median where they are missing, or a 1 in the place of each text."""
    if not column.texts:
        filled: NDArray[np.float64] = np.where(np.isnan(column.values), np.nanmedian(column.values), column.values)
        return filled[:, None]
    codes = column.values.astype(np.int64)
    codes = np.where(codes < 0, len(column.features) - 1, np.minimum(codes, COMMONEST))
    return np.equal(codes[:, None], np.arange(len(column.features))).astype(np.float64)
