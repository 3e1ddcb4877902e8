"""What a cell says: a number, nothing, or something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

POINTED, COMMAED = re.compile(r"[+-]?\d*\.\d+"), re.compile(r"[+-]?\d+,\d+")
PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
ENDLESS = re.compile(r"[+-]?inf(?:inity)?", re.ASCII | re.IGNORECASE)
SWAP = str.maketrans(".,", ",.")
MISSING = frozenset(("", "na", "n/a", "#n/a", "nan", "null", "none", "?", "-"))  # in small letters
LONGEST_NUMBER = 400  # characters


def number(cell: str, point: str) -> float | None:
    """The number a cell holds, infinite where it is too large for one; None where it holds none. Thousands may be grouped."""
    if len(cell) > LONGEST_NUMBER:
        return None
    if point == ",":
        cell = cell.translate(SWAP)
    if PLAIN.fullmatch(cell) or ENDLESS.fullmatch(cell):
        return float(cell)
    return float(cell.replace(",", "")) if GROUPED.fullmatch(cell) else None


def decimal_point(rows: Iterable[Sequence[str]]) -> str:
    """The decimal point that most of these rows' numbers have, "." or ","."""
    cells = [cell for row in rows for cell in row]
    return "," if sum(bool(COMMAED.fullmatch(cell)) for cell in cells) > sum(bool(POINTED.fullmatch(cell)) for cell in cells) else "."
