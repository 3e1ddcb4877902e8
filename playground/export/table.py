"""Tables for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any


def cell(value: object) -> object:
    """A value as a spreadsheet may read it: text that would be taken for a formula gets a leading quote; no number for NaN."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@"):
        return "'" + value
    return "" if value is None else value


def history_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """History rows as CSV (UTF-8): step, epoch, then the metrics in the order of the first row."""
    names = list(rows[0]["metrics"]) if rows else []
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["step", "epoch", *map(cell, names)])
    for row in rows:
        writer.writerow([row["step"], row["epoch"], *(cell(row["metrics"].get(name)) for name in names)])
    return text.getvalue().encode()
