"""The bytes of somebody's CSV to rows of cells: limits before anything is parsed, then text, separator, quotes, lines.

The standard library's csv module reads the rows. pandas would be here (scikit-learn imports it), but it repairs without saying what and where, and 0.75 MB
of commas cost it 5 s and 300 MB.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from playground.data.csv_numbers import MISSING, decimal_point, number
from playground.text import N_, Message, Refusal

MB = 2**20
MOST_BYTES = 2 * MB
MOST_ROWS, LEAST_ROWS = 20_000, 20
MOST_COLUMNS = 200
MOST_CELLS = 400_000
MOST_LINES = 10 * MOST_ROWS  # blank ones and those inside quotes counted
MOST_LINE = 100_000  # characters
SAMPLE_ROWS, SAMPLE = 60, 64 * 1024  # rows and characters that the separator is guessed from
PREAMBLE = 20  # lines before the table that may be skipped
UNREADABLE = 0.01  # share of characters beyond which a file is no text

SEPARATORS = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab"), "|": N_("vertical bar")}
OTHER_KINDS = (
    (b"PK\x03\x04", N_("an Excel or zip file")),
    (b"\xd0\xcf\x11\xe0", N_("an old Excel file")),
    (b"\x1f\x8b", N_("a compressed file")),
    (b"%PDF", N_("a PDF")),
    (b"\x89PNG", N_("a picture")),
    (b"\xff\xd8\xff", N_("a picture")),
    (b"GIF8", N_("a picture")),
    (b"PAR1", N_("a Parquet file")),
    (b"<!DOCTYPE", N_("a web page")),
    (b"<html", N_("a web page")),
    (b"<?xml", N_("an XML file")),
    (b'{"', N_("a JSON file")),
    (b"[{", N_("a JSON file")),
)
MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
TITLES = {"utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252", "gb18030": "GB 18030"}

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
COMMON_CHINESE = re.compile(rb"(?:[\xa1-\xd7][\xa1-\xfe])+")  # GB 2312's signs and its commonest letters; small accented letters begin at E0
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
EMPTY = N_("The file is empty. Choose one with a table in it.")
ONE_COLUMN = N_("Only one column was found. A table needs at least two, separated by commas, semicolons, tabs or vertical bars, the same in every line.")
NO_TEXT = N_("The file is not a table in text form: {share} % of it are no readable characters. Save the table as CSV and choose that file.")


@dataclass(frozen=True)
class Rows:
    """Cells as they stand in the file, each row of the same length, outer blanks taken off. header: the first row, None where the file names no columns.

    point: the decimal point in use, "." or ",". repairs: what was put right, as sentences.
    """

    header: list[str] | None
    rows: list[list[str]]
    point: str
    repairs: tuple[Message, ...]


def check(raw: bytes, limit: int = MOST_BYTES) -> None:
    """What can be said before anything is parsed: Refusal for a file that is empty, too large, or plainly something else."""
    if len(raw) > limit:
        raise Refusal(
            Message(
                N_("The file has {given} MB; at most {limit} MB are possible. Keep fewer rows or columns."),
                {"given": f"{len(raw) / MB:.1f}", "limit": f"{limit / MB:g}"},
            )
        )
    if not raw.strip():
        raise Refusal(Message(EMPTY))
    start = raw[:64].lstrip().lower()
    for mark, kind in OTHER_KINDS:
        if start.startswith(mark.lower()):
            raise Refusal(Message(N_("The file is {kind}, not CSV. Open it in a spreadsheet, save the table as CSV, and choose that file."), {"kind": kind}))


def read(raw: bytes) -> Rows:
    """Rows out of the file's bytes. Refusal, with a sentence, where there is no table in them or it is beyond a limit."""
    text, repairs = decoded(raw)
    if not text.strip():
        raise Refusal(Message(EMPTY))
    count = max(text.count("\n"), text.count("\r"))
    if count > MOST_LINES:
        raise Refusal(Message(N_("The file has {given} lines; at most {limit} rows are possible. Keep fewer."), {"given": count, "limit": MOST_ROWS}))
    separator = guessed_separator(text)
    try:
        found = list(_parsed(text, separator, csv.QUOTE_MINIMAL))
    except csv.Error as error:
        line = int(str(error).rpartition(" ")[2])
        repairs.append(Message(N_("A quotation mark near line {line} is never closed, or stands inside a cell: quotation marks count as ordinary characters."), {"line": line}))  # fmt: skip
        found = list(_parsed(text, separator, csv.QUOTE_NONE))
    return _squared(found, separator, repairs)


def decoded(raw: bytes) -> tuple[str, list[Message]]:
    """The file as text. Its encoding is told by its mark, else guessed: UTF-16, UTF-8, GB 18030, Windows-1252."""
    repairs: list[Message] = []
    mark, encoding = next(((mark, name) for mark, name in MARKS if raw.startswith(mark)), (b"", ""))
    raw = raw[len(mark) :]
    if not encoding:
        encoding = _guessed(raw)
    text = raw.decode(encoding, "replace")
    if not mark and encoding != "utf-8":
        repairs.append(Message(N_("The file does not say how its letters are coded; they were read as {encoding}. If some look wrong, save it as UTF-8."), {"encoding": TITLES[encoding]}))  # fmt: skip
    broken = text.count("\ufffd")
    kept, controls = CONTROL.subn("", text)
    if broken + controls > UNREADABLE * len(text):
        raise Refusal(Message(NO_TEXT, {"share": round(100 * (broken + controls) / len(text))}))
    if broken:
        repairs.append(Message(N_("Characters that could not be read ({count}) stand as \ufffd."), {"count": broken}))
    if controls:
        repairs.append(Message(N_("Control characters such as NUL ({count}) were taken out."), {"count": controls}))
    return kept, repairs


def _guessed(raw: bytes) -> str:
    """An encoding for bytes without a mark."""
    sample = raw[:4096]
    even, odd, half = sample[0::2].count(0), sample[1::2].count(0), max(1, len(sample) // 2)
    if max(even, odd) > 0.4 * half and min(even, odd) < 0.05 * half:  # Latin letters in UTF-16: every other byte is 0
        return "utf-16-le" if odd > even else "utf-16-be"
    text = raw.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    letters = sum(map(len, re.findall(r"[^\x00-\x7f\ufffd]+", text)))
    if letters >= 4 * broken:  # plain ASCII too; a broken letter or two do not make it another encoding
        return "utf-8"
    runs = re.findall(rb"[\x80-\xff]+", raw)
    chinese = sum(bool(COMMON_CHINESE.fullmatch(run)) for run in runs)
    return "gb18030" if chinese > 0.8 * len(runs) else "cp1252"


def lines(text: str) -> Iterator[str]:
    """The lines of a text with their ends, however they end. Refusal for one that no table has."""
    for place, match in enumerate(LINE.finditer(text), 1):
        line = match.group()
        if len(line) > MOST_LINE:
            raise Refusal(
                Message(
                    N_("Line {line} has {given} characters; at most {limit} are possible. Is this a table with line ends?"),
                    {"line": place, "given": len(line), "limit": MOST_LINE},
                )
            )
        yield line


def guessed_separator(text: str) -> str:
    """The separator that cuts the first rows into equally many cells with no other separator in them. Refusal where none does."""
    sample: list[str] = []
    length = 0
    for line in lines(text):
        if line.lower().startswith("sep=") and not sample and line[4:5] in SEPARATORS:  # as spreadsheets write it
            return line[4]
        if line.strip():
            sample.append(line)
            length += len(line)
        if len(sample) == SAMPLE_ROWS or length > SAMPLE:
            break
    scores = {separator: _fit(sample, separator) for separator in SEPARATORS}
    best = max(scores, key=scores.__getitem__)
    if scores[best][1] < 2:
        raise Refusal(Message(ONE_COLUMN))
    return best


def _fit(sample: list[str], separator: str) -> tuple[float, int]:
    """How well a separator fits: the share of rows with the usual number of cells times the share of clean cells; that number."""
    try:
        rows = [row for row in csv.reader(sample, delimiter=separator) if row]
    except csv.Error:
        rows = [line.split(separator) for line in sample]
    width, often = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    if width < 2:
        width, often = next(((wide, count) for wide, count in Counter(map(len, rows)).most_common(3) if wide > 1), (0, 0))
    others = re.compile("[" + "".join(set(SEPARATORS) - {separator, ","}) + "]" + ("" if separator == "," else r"|,(?!\d)|[^\d],"))
    cells = [cell for row in rows for cell in row]
    clean = sum(not others.search(cell) for cell in cells) / max(1, len(cells))
    return (often / max(1, len(rows)) * clean if width > 1 else 0.0), width


def _parsed(text: str, separator: str, quoting: int) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row that is not blank. csv.Error, its last word the line, for quotes that do not pair up."""
    reader = csv.reader(lines(text), delimiter=separator, quoting=quoting, strict=True)  # type: ignore[arg-type]
    count = cells = 0
    try:
        for row in reader:
            row = [cell.strip() for cell in row] if quoting != csv.QUOTE_NONE else [cell.strip().strip('"').strip() for cell in row]
            filled = _filled(row)
            if not filled:
                continue
            if filled > MOST_COLUMNS:
                raise Refusal(
                    Message(
                        N_("Line {line} has {given} columns; at most {limit} are possible. Keep fewer."),
                        {"line": reader.line_num, "given": filled, "limit": MOST_COLUMNS},
                    )
                )
            count, cells = count + 1, cells + min(len(row), MOST_COLUMNS)
            if count > MOST_ROWS + PREAMBLE:
                raise Refusal(Message(N_("The table has more than {limit} rows. Keep fewer of them."), {"limit": MOST_ROWS}))
            if cells > MOST_CELLS:
                raise Refusal(Message(N_("The table has more than {limit} cells, rows times columns. Keep fewer rows or columns."), {"limit": MOST_CELLS}))
            yield reader.line_num, row[:MOST_COLUMNS]
    except csv.Error as error:
        raise csv.Error(f"{error} in line {reader.line_num}") from None


def _filled(row: list[str]) -> int:
    """How many cells a row has, empty ones at its end not counted."""
    return next((at for at in range(len(row), 0, -1) if row[at - 1]), 0)


def _squared(found: list[tuple[int, list[str]]], separator: str, repairs: list[Message]) -> Rows:
    """Rows of equal length, what stands before the table skipped, the header told from the data."""
    if not found:
        raise Refusal(Message(EMPTY))
    widths = Counter(len(row) for _, row in found)
    usual = widths.most_common(1)[0][0]
    if usual < 2:
        raise Refusal(Message(ONE_COLUMN))
    skipped = 0
    while skipped < min(PREAMBLE, len(found) - 1) and _before(found[skipped][1], usual):
        skipped += 1
    if skipped:
        repairs.append(Message(N_("The first lines ({count}) are no part of the table and were skipped."), {"count": skipped}))
        del found[:skipped]
    if separator != ",":
        repairs.append(Message(N_("Columns are separated by: {separator}."), {"separator": SEPARATORS[separator]}))
    point = "." if separator == "," else decimal_point(row for _, row in islice(found, 1000))
    if point == ",":
        repairs.append(Message(N_("Numbers have a decimal comma: 1,5 is one and a half.")))
    header = found.pop(0)[1] if _names(found, point) else None
    if header is None:
        repairs.append(Message(N_("The first line holds values, not names: the columns are called column 1, column 2 and so on.")))
    elif len(header) == usual - 1 and widths[usual] == len(found):
        header = ["", *header]  # as R writes tables: row names, and no name over them
    width = max(usual, len(header or ()))
    used = max(_filled(row) for row in ([header] if header else []) + [row for _, row in found])
    if used < width:
        repairs.append(Message(N_("Empty columns at the end ({count}) were cut off."), {"count": width - used}))
        width = used
    if header is not None:
        header = header[:width] + [""] * (width - len(header))
    return Rows(header, _evened(found, width, repairs), point, tuple(repairs))


def _before(row: list[str], usual: int) -> bool:
    """Is this a title, a comment or a separator's declaration, rather than a row of a table that usually has so many cells?"""
    filled = sum(map(bool, row))
    return row[0].lower().startswith("sep=") or row[0].startswith("#") or (filled < 2 and (len(row) < usual or usual > 2))


def _evened(found: list[tuple[int, list[str]]], width: int, repairs: list[Message]) -> list[list[str]]:
    """Short rows filled up, long ones cut; Refusal where many are long."""
    long = [line for line, row in found if any(row[width:])]
    if len(long) > 0.1 * len(found):
        raise Refusal(
            Message(
                N_(
                    "Many rows ({count}) have more than the usual {limit} cells, the first in line {line}. Is a separator inside its cells? Put those in quotation marks."
                ),
                {"count": len(long), "limit": width, "line": long[0]},
            )
        )
    if long:
        repairs.append(Message(N_("Rows that were too long ({count}) were cut after {limit} cells: line {lines}."), {"count": len(long), "limit": width, "lines": listed(long)}))  # fmt: skip
    short = [line for line, row in found if len(row) < width]
    if len(short) > 0.5 * len(found):
        raise Refusal(
            Message(
                N_("Most rows ({count}) have fewer than the usual {limit} cells, the first in line {line}. Is it the same separator in every line?"),
                {"count": len(short), "limit": width, "line": short[0]},
            )
        )
    if short:
        repairs.append(Message(N_("Rows that were too short ({count}) were filled up with missing values: line {lines}."), {"count": len(short), "lines": listed(short)}))  # fmt: skip
    return [row[:width] + [""] * (width - len(row)) for _, row in found]


def listed(items: list[int] | list[str], most: int = 5) -> str:
    """The first few of a list, in words that need no language."""
    return ", ".join(map(str, items[:most])) + (", …" if len(items) > most else "")


def _names(found: list[tuple[int, list[str]]], point: str) -> bool:
    """Does the first row hold names? A word over a column of numbers says so; else there is no number in it, and the rows below do not repeat its words."""
    first, below = found[0][1], [row for _, row in found[1:200]]
    if not below or not any(first):
        return False
    numbers = [0] * len(first)
    filled = [0] * len(first)
    for row in below:
        for at, cell in enumerate(row[: len(first)]):
            filled[at] += cell.lower() not in MISSING
            numbers[at] += number(cell, point) is not None
    words = [cell.lower() not in MISSING and number(cell, point) is None for cell in first]
    if any(word and count and count > 0.9 * of for word, count, of in zip(words, numbers, filled, strict=True)):
        return True
    if any(number(cell, point) is not None for cell in first):
        return False
    return not any(at < len(row) and row[at] == cell for row in below for at, cell in enumerate(first) if cell)
