"""Somebody's CSV as series of numbers in time: which columns can be one, in which order, with which gaps, and what was put right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.data import csv_text
from playground.data.csv_columns import NUMERIC, clean
from playground.data.csv_numbers import MISSING, decimal_point, number
from playground.text import N_, Message, Refusal

Doubles = NDArray[np.float64]

LEAST, MOST = 30, 5000  # values of a series
FEWEST = 0.5  # share of the values between the first and the last that must be there
LARGEST = 1e15  # a number larger than this is none that a network can learn from
YEARS = (1000, 2300)
YEARLY = re.compile(r"(year|jahr|année|año|anno|rok|年).*", re.IGNORECASE)
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ].{0,40})?", re.ASCII)
DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:[T ,].{0,40})?", re.ASCII)
QUARTER = re.compile(r"(\d{4})[- ]?Q([1-4])", re.ASCII | re.IGNORECASE)
CLOCK = re.compile(r"[T ,](\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
YEAR = 365.2425  # days


@dataclass
class Column:
    """A column of numbers as a series. values (n,) in order of time, gaps filled; times (n,): years, or places from 1. why: the reason, where it cannot be learned."""

    name: str
    values: Doubles
    times: Doubles
    repairs: list[Message] = field(default_factory=list)
    why: Message | None = None

    def plain(self) -> dict[str, Any]:
        known = self.values[np.isfinite(self.values)]
        return {
            "name": self.name,
            "count": len(self.values),
            "low": float(known.min()) if len(known) else None,
            "high": float(known.max()) if len(known) else None,
            "why": self.why.plain() if self.why else None,
            "repairs": [message.plain() for message in self.repairs],
        }


def read(raw: bytes) -> tuple[list[Column], list[Message], str | None]:
    """(the columns of numbers, what was put right in the file as a whole, the name of the column that tells the time). Refusal where there is no column of numbers."""
    header, rows, point, repairs = _rows(raw)
    names = [clean(name) or f"column {at}" for at, name in enumerate(header, 1)]
    names = [f"{name} ({at})" if name in names[: at - 1] else name for at, name in enumerate(names, 1)]
    cells = [[row[at] for row in rows] for at in range(len(names))]
    told, times, unclear = None, None, []
    for at, name in enumerate(names):
        when = _times(name, cells[at], point)
        if isinstance(when, str):
            unclear.append(name)
        elif when is not None and told is None:
            told, times = at, when
    if unclear and told is None:
        repairs.append(
            Message(
                N_("Dates in which day and month cannot be told apart ({names}) are not read: the rows stand in the order of the file."),
                {"names": csv_text.listed(unclear)},
            )
        )
    columns = [found for at, name in enumerate(names) if at != told and (found := _column(name, cells[at], point, times))]
    if not columns:
        if told is not None:
            raise Refusal(Message(N_("There are only dates in this file ({name}), and no column of numbers beside them."), {"name": names[told]}))
        raise Refusal(Message(N_("No column of this file holds numbers. A series needs one, a number in each line.")))
    if not any(column.why is None for column in columns):
        raise Refusal(*[column.why for column in columns[:3] if column.why])
    return columns, repairs, None if told is None else names[told]


def _rows(raw: bytes) -> tuple[list[str], list[list[str]], str, list[Message]]:
    """Names, rows, decimal point and repairs: of a table, or of a file with one number in each line."""
    text, repairs = csv_text.decoded(raw)
    if not text.strip():
        raise Refusal(Message(csv_text.EMPTY))
    lines = [line.strip() for line in csv_text.lines(text) if line.strip()]
    if len(lines) > csv_text.MOST_ROWS:
        raise Refusal(Message(N_("The table has more than {limit} rows. Keep fewer of them."), {"limit": csv_text.MOST_ROWS}))
    alone = [line.strip('"').strip() for line in lines]
    point = decimal_point([[cell] for cell in alone[:1000]])
    single = sum(number(cell, point) is not None or cell.lower() in MISSING for cell in alone)
    cut = re.search(r"[,;\t|]", alone[0])  # names with a separator between them are those of a table
    if (single >= NUMERIC * len(alone) and not (cut and number(alone[0], point) is None)) or not re.search(r"[,;\t|]", text):
        named = number(alone[0], point) is None and alone[0].lower() not in MISSING
        if point == ",":
            repairs.append(Message(N_("Numbers have a decimal comma: 1,5 is one and a half.")))
        return [alone[0] if named else N_("value")], [[cell] for cell in alone[named:]], point, repairs
    found = csv_text.read(raw)
    header = found.header or [f"column {at}" for at in range(1, len(found.rows[0]) + 1)] if found.rows else found.header or []
    return list(header), found.rows, found.point, list(found.repairs)


def _times(name: str, cells: Sequence[str], point: str) -> Doubles | str | None:
    """The times (rows,) that a column tells, in years, NaN where there is none; "" where its dates cannot be told apart; None where it tells none."""
    present = [cell for cell in cells if cell.lower() not in MISSING]
    if not present:
        return None
    years = [number(cell, point) for cell in cells]
    whole = [year for year in years if year is not None]
    if len(whole) >= NUMERIC * len(cells) and YEARLY.fullmatch(name.strip()) and all(YEARS[0] <= year <= YEARS[1] for year in whole):
        return np.array([np.nan if year is None else year for year in years])
    dates = [_date(cell) for cell in cells]
    if sum(found is not None for found in dates) >= NUMERIC * len(present):
        return np.array([np.nan if found is None else found for found in dates])
    parts = [DAY_FIRST.fullmatch(cell) for cell in present]
    if sum(part is not None for part in parts) < NUMERIC * len(present):
        return None
    first, second = ([int(part[at]) for part in parts if part] for at in (1, 3))
    if max(first) > 12 >= max(second):
        order = (3, 1)
    elif max(second) > 12 >= max(first):
        order = (1, 3)
    elif all(part is None or part[2] == "." for part in parts):  # written with dots, the day comes first
        order = (3, 1)
    else:
        return ""
    return np.array([_slashed(cell, *order) for cell in cells])


def _date(cell: str) -> float | None:
    """A date that begins with its year, as years since the year 0; None for anything else."""
    if match := QUARTER.fullmatch(cell):
        return int(match[1]) + (int(match[2]) - 0.5) / 4
    if not (match := ISO.fullmatch(cell)):
        return None
    if match[3] is None:
        return int(match[1]) + (int(match[2]) - 0.5) / 12 if 1 <= int(match[2]) <= 12 else None
    return _years(int(match[1]), int(match[2]), int(match[3]), cell)


def _slashed(cell: str, month: int, day: int) -> float:
    match = DAY_FIRST.fullmatch(cell)
    found = _years(int(match[4]), int(match[month]), int(match[day]), cell) if match else None
    return np.nan if found is None else found


def _years(year: int, month: int, day: int, cell: str) -> float | None:
    try:
        into = date(year, month, day).toordinal() - date(year, 1, 1).toordinal()
    except ValueError:  # a thirteenth month
        return None
    clock = CLOCK.search(cell)
    hours = int(clock[1]) + int(clock[2]) / 60 + int(clock[3] or 0) / 3600 if clock else 0.0
    return year + (into + hours / 24) / YEAR


def _column(name: str, cells: Sequence[str], point: str, times: Doubles | None) -> Column | None:
    """A column as a series; None where it is none of numbers."""
    found = [None if cell.lower() in MISSING else number(cell, point) for cell in cells]
    present = sum(cell.lower() not in MISSING for cell in cells)
    known = sum(value is not None for value in found)
    if not known or known < NUMERIC * present:
        return None if present else Column(name, np.empty(0), np.empty(0), why=Message(N_("{name}: every value is missing."), {"name": name}))
    values = np.array([np.nan if value is None else value for value in found])
    column = Column(name, values, np.arange(1.0, len(values) + 1))
    if strange := present - known:
        column.repairs.append(Message(N_("Cells without a number ({count}) count as missing."), {"count": strange}))
    wild = np.abs(values) > LARGEST  # also infinite
    if wild.any():
        values[wild] = np.nan
        column.repairs.append(Message(N_("Numbers too large to calculate with ({count}) count as missing."), {"count": int(wild.sum())}))
    if times is not None:
        _in_order(column, times)
    _mend(column)
    return column


def _in_order(column: Column, times: Doubles) -> None:
    """Rows in the order of their times; those without one are left out, and of several at one time their mean counts."""
    dated = np.isfinite(times)
    if not dated.all():
        column.repairs.append(Message(N_("Rows without a date ({count}) were left out."), {"count": int((~dated).sum())}))
    when, values = times[dated], column.values[dated]
    if (np.diff(when) < 0).any():
        column.repairs.append(Message(N_("The rows were put into the order of their dates.")))
    order = np.argsort(when, kind="stable")
    when, values = when[order], values[order]
    each, place, counts = np.unique(when, return_inverse=True, return_counts=True)
    if (counts > 1).any():
        column.repairs.append(
            Message(N_("Dates that stand several times ({count}) count once, with the mean of their values."), {"count": int((counts > 1).sum())})
        )
        known = ~np.isnan(values)
        sums = np.bincount(place[known], values[known], len(each))
        of = np.bincount(place[known], minlength=len(each))
        values = np.divide(sums, of, out=np.full(len(each), np.nan), where=of > 0)
    column.values, column.times = values, each


def numbered(column: Column) -> bool:
    """Does it only number the rows?"""
    return len(column.values) > 1 and column.values[0] in (0, 1) and bool((np.diff(column.values) == 1).all())


def _mend(column: Column) -> None:
    """Ends without values cut off, gaps bridged, the last ones kept; `why` where it cannot be learned."""
    known = np.flatnonzero(~np.isnan(column.values))
    if not len(known):
        column.values, column.times = np.empty(0), np.empty(0)
        column.why = Message(N_("{name}: every value is missing."), {"name": column.name})
        return
    cut = len(column.values) - (known[-1] + 1 - known[0])
    if cut:
        column.repairs.append(Message(N_("Missing values at the beginning and the end ({count}) were cut off."), {"count": int(cut)}))
    column.values, column.times = column.values[known[0] : known[-1] + 1], column.times[known[0] : known[-1] + 1]
    if len(column.values) > MOST:
        column.repairs.append(Message(N_("Of {given} values, the last {limit} are used."), {"given": len(column.values), "limit": MOST}))
        column.values, column.times = column.values[-MOST:], column.times[-MOST:]
    there = ~np.isnan(column.values)
    if there.mean() < FEWEST:
        column.why = Message(N_("{name}: more than half of its values are missing."), {"name": column.name})
        return
    if not there.all():
        place = np.arange(len(column.values))
        column.values = np.interp(place, place[there], column.values[there])
        column.repairs.append(Message(N_("Missing values ({count}) were put on the straight line between their neighbours."), {"count": int((~there).sum())}))
    if len(column.values) < LEAST:
        column.why = Message(
            N_("{name}: it has {given} values; at least {limit} are needed."), {"name": column.name, "given": len(column.values), "limit": LEAST}
        )
    elif np.ptp(column.values) <= 1e-9 * np.abs(column.values).max():
        column.why = Message(N_("{name}: every value is the same, so there is nothing to foretell."), {"name": column.name})
