"""500 files that are bad for a table reader, the same ones each time; and the process that reads them all.

`python -m tests.data.hostile` prints a line of JSON for each file, {"case", "outcome", "seconds"}, and last {"growth": bytes of resident memory at most}.
"""

from __future__ import annotations

import codecs
import json
import random
import sys
import time
from collections.abc import Callable, Iterator

from playground.data import csv_columns, csv_table, csv_text, upload
from playground.text import Refusal

MANY = 500
MB = 2**20
Grid = list[list[str]]


def grid(rng: random.Random, rows: int | None = None) -> Grid:
    """A good table: a header, two numbers, a colour, a whole number."""
    found = [["length", "width", "colour", "count"]]
    for _ in range(rows or rng.randint(25, 200)):
        found.append([f"{rng.gauss(5, 2):.2f}", f"{rng.gauss(0, 1):.3f}", rng.choice(["red", "green", "blue"]), str(rng.randint(0, 40))])
    return found


def written(table: Grid, separator: str = ",", end: str = "\n") -> str:
    return end.join(separator.join(row) for row in table) + end


def some(rng: random.Random, table: Grid, share: float = 0.05) -> list[list[str]]:
    """A few of its rows, at least one."""
    return rng.sample(table[1:], max(1, int(share * len(table))))


def cells(rng: random.Random, value: str, column: int = 0, share: float = 0.05) -> bytes:
    table = grid(rng)
    for row in some(rng, table, share):
        row[column] = value
    return written(table).encode()


def commas(rng: random.Random) -> bytes:
    return b"," * rng.choice([10, 5_000, 99_999, 100_001, 2 * MB])


def lines_of_commas(rng: random.Random) -> bytes:
    return (b"," * rng.choice([1, 50, 199, 500, 9_000]) + b"\n") * rng.choice([1, 30, 200])


def trailing_commas(rng: random.Random) -> bytes:
    table = grid(rng)
    return ("\n".join(",".join(row) + "," * rng.randint(50, 2_000) for row in table)).encode()


def long_line(rng: random.Random) -> bytes:
    return rng.choice([b"x", b"1,", b"a b ", b"\xc3\xa9;", b"\t", b'"']) * rng.choice([60_000, 200_000, 500_000])


def nuls(rng: random.Random) -> bytes:
    raw = bytearray(written(grid(rng)).encode())
    for _ in range(rng.choice([1, 5, len(raw) // 2])):
        raw.insert(rng.randrange(len(raw)), 0)
    return bytes(raw)


def open_quote(rng: random.Random) -> bytes:
    table = grid(rng)
    for row in some(rng, table, rng.choice([0.0, 0.2])):
        row[rng.randrange(4)] = '"' + rng.choice(["", "x", 'a"b', "1"])
    return written(table).encode()


def stray_quote(rng: random.Random) -> bytes:
    return cells(rng, '"5" inch', 2)


def giant_quoted_cell(rng: random.Random) -> bytes:
    return written(grid(rng)).encode() + b'1,2,"' + b"word word\n" * rng.choice([100, 15_000, 100_000]) + rng.choice([b'",3\n', b""])


def too_large_numbers(rng: random.Random) -> bytes:
    return cells(rng, rng.choice(["1e400", "-1e400", "inf", "-Infinity", "9" * 350, "1e39", "1E+999999999"]))


def unusual_numbers(rng: random.Random) -> bytes:
    return cells(rng, rng.choice(["1e30", "6.02e23", "9" * 20]), 0, 0.5)


def no_numbers(rng: random.Random) -> bytes:
    return cells(rng, rng.choice(["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "0x10", "1_000", "١٢", "12abc", "--5", "1e", "<b>1</b>", "9" * 500, "nan(1)", "½"]))


def formulas(rng: random.Random) -> bytes:
    return cells(rng, rng.choice(['=HYPERLINK("http://x")', "=A1", "+1+cmd", "@x", "-2+3"]).replace('"', ""), 2, 0.4)


def doubled_header(rng: random.Random) -> bytes:
    table = grid(rng)
    table[0] = rng.choice([["a"] * 4, ["", "", "", ""], ["x", "y", "x", "y"], ["a", "a (2)", "a", "a"], ["", "b", "", "c"]])
    return written(table).encode()


def strange_header(rng: random.Random) -> bytes:
    table = grid(rng)
    table[0][rng.randrange(4)] = rng.choice(
        ["<script>alert(1)</script>", "$x^2$", "{field}", "\u202egnp.exe", "n" * 500, "\u200b\u200b", "é" * 90, "<img src=x>", "`ls`"]
    )
    return written(table).encode()


def no_header(rng: random.Random) -> bytes:
    return written(grid(rng)[1:]).encode()


def header_repeated(rng: random.Random) -> bytes:
    table = grid(rng)
    table.insert(rng.randint(2, len(table) - 1), table[0])
    return written(table).encode()


def only_header(rng: random.Random) -> bytes:
    return written(grid(rng)[: rng.randint(1, 20)]).encode()


def foreign_letters(rng: random.Random) -> bytes:
    text, encoding = rng.choice(
        [("grün", "cp1252"), ("café", "latin-1"), ("红色", "gb18030"), ("红", "utf-16-le"), ("red", "utf-16-le"), ("blå", "utf-16-be"), ("ру", "cp1251")]
    )
    table = grid(rng)
    for row in some(rng, table, 0.5):
        row[2] = text
    return written(table).encode(encoding)


def wrong_mark(rng: random.Random) -> bytes:
    mark = rng.choice([codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE])
    return mark + written(grid(rng)).encode(rng.choice(["utf-8", "utf-16-le", "utf-32-le"])) + b"\xff"


def broken_utf8(rng: random.Random) -> bytes:
    raw = bytearray(cells(rng, "größe 红色", 2, 0.6))
    for _ in range(rng.choice([1, 3, 400])):
        raw.insert(rng.randrange(len(raw)), rng.choice([0x80, 0xFF, 0xC3, 0xF0]))
    return bytes(raw)


def noise(rng: random.Random) -> bytes:
    return rng.randbytes(rng.choice([1, 50, 5_000, 2 * MB]))


def printable_noise(rng: random.Random) -> bytes:
    return "".join(rng.choices(",;|\t\n\r\"' aé1.-", k=rng.choice([20, 3_000, 60_000]))).encode()


def short_rows(rng: random.Random) -> bytes:
    table = grid(rng)
    for row in some(rng, table, rng.choice([0.05, 0.6])):
        del row[rng.randint(1, 3) :]
    return written(table).encode()


def long_rows(rng: random.Random) -> bytes:
    table = grid(rng)
    for row in some(rng, table, rng.choice([0.02, 0.5])):
        row.extend(["more"] * rng.choice([1, 3, 150, 300]))
    return written(table).encode()


def blank_lines(rng: random.Random) -> bytes:
    return written(grid(rng)).encode() + rng.choice([b"\n", b"\r", b" \n", b"\r\n"]) * rng.choice([300_000, 900_000])


def only_blank(rng: random.Random) -> bytes:
    return rng.choice([b"", b" ", b"\n" * 1000, b"\t\r\n " * 500, b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf\n\n", b"," * 3 + b"\n"])


def too_wide(rng: random.Random) -> bytes:
    width = rng.choice([201, 1_000, 5_000])
    return written([[f"c{at}" for at in range(width)]] + [["1"] * width for _ in range(30)]).encode()


def many_inputs(rng: random.Random) -> bytes:
    width = rng.randint(110, 200)
    return written([[f"column number {at}" for at in range(width)]] + [[str(rng.random())[:6] for _ in range(width)] for _ in range(60)]).encode()


def too_long(rng: random.Random) -> bytes:
    return b"a,b\n" + b"1,2\n" * rng.choice([20_001, 60_000, 400_000])


def too_many_cells(rng: random.Random) -> bytes:
    return b"x,y\n" + (b"12," * 99 + b"7\n") * 6_500


def many_different_cells(rng: random.Random) -> bytes:
    return b"\n".join(b",".join(b"%04x" % rng.randrange(65536) for _ in range(90)) for _ in range(4_000))


def too_big(rng: random.Random) -> bytes:
    return written(grid(rng)).encode() + b"1,2,red,3\n" * 250_000


def other_files(rng: random.Random) -> bytes:
    mark, _ = rng.choice(csv_text.OTHER_KINDS)
    return mark + rng.randbytes(400)


def one_column(rng: random.Random) -> bytes:
    return "\n".join(str(rng.random()) for _ in range(100)).encode()


def nothing_to_learn(rng: random.Random) -> bytes:
    return b"a,b\n" + b"".join(b"%s,1\n" % rng.choice([b"1", b""]) for _ in range(50))


def missing_cells(rng: random.Random) -> bytes:
    return cells(rng, rng.choice(["", "NA", "NaN", "null", "?", "-", "n/a", "None"]), rng.choice([0, 1, 2, 3]), rng.choice([0.05, 0.7]))


def ids_and_constants(rng: random.Random) -> bytes:
    table = grid(rng)
    return written([[*row, f"person {at}" if at else "name", "same"] for at, row in enumerate(table)]).encode()


def bad_dates(rng: random.Random) -> bytes:
    bad = rng.choice(["2024-13-45", "31/12/2024", "0000-00-00", "2024-02-30T99:99", "yesterday"])
    table = [["when" if at == 0 else bad if at % 20 == 1 else f"2024-{rng.randint(1, 12)}-{rng.randint(1, 28)}", *row] for at, row in enumerate(grid(rng))]
    return written(table).encode()


def preamble(rng: random.Random) -> bytes:
    return rng.choice(["# made by hand\n", "Title of it all\n\n", "sep=;\n", "Report,,,\n,,,\n"] * 2).encode() + written(grid(rng), ";").encode()


def mixed_separators(rng: random.Random) -> bytes:
    return "".join(rng.choice(",;\t|").join(row) + rng.choice(["\n", "\r\n", "\r"]) for row in grid(rng)).encode()


def decimal_commas(rng: random.Random) -> bytes:
    return written(grid(rng), ";", "\r").replace(".", ",").encode()


def control_characters(rng: random.Random) -> bytes:
    return cells(rng, rng.choice(["re\x07d", "\x1b[31mred", "\x00", "a\x0bb", "\x7f"]), 2, 0.02)


KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    commas, lines_of_commas, trailing_commas, long_line, nuls, open_quote, stray_quote, giant_quoted_cell, too_large_numbers, unusual_numbers, no_numbers,
    formulas, doubled_header, strange_header, no_header, header_repeated, only_header, foreign_letters, wrong_mark, broken_utf8, noise, printable_noise,
    short_rows, long_rows, blank_lines, only_blank, too_wide, many_inputs, too_long, too_many_cells, many_different_cells, too_big, other_files, one_column,
    nothing_to_learn, missing_cells, ids_and_constants, bad_dates, preamble, mixed_separators, decimal_commas, control_characters,
)  # fmt: skip


def cases() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file."""
    for number in range(MANY):
        kind = KINDS[number % len(KINDS)]
        yield f"{kind.__name__} {number}", kind(random.Random(number))


def outcome(raw: bytes) -> str:
    """What becomes of a file: "refused: ..." or "repaired: ...", with the sentences; "taken: ..." where its cells were taken as they are."""
    try:
        csv_text.check(raw)
        table = csv_table.read(raw)
        described = {"sha256": "0" * 64, **table.plain()}
        target, left_out = described["target"], described["left_out"]
        said = csv_table.said(described, target, left_out)
        upload.Spec.model_validate_json(json.dumps(upload.spec_for(described, target, left_out)))
        csv_table.arrays(table, target, left_out)
    except Refusal as refusal:
        return f"refused: {refusal}"
    word = "repaired" if {message.text for message in said} - {csv_columns.ONE_HOT} else "taken"
    return f"{word}: {' '.join(map(str, said))}"


def main() -> None:
    import resource

    list(map(outcome, (written(grid(random.Random(0), rows)).encode() for rows in (30, 3_000))))  # imports, and what Python keeps for itself
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, raw in cases():
        begun = time.process_time()
        found = outcome(raw)
        print(json.dumps({"case": name, "outcome": found, "seconds": time.process_time() - begun}), flush=True)
    growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"growth": growth}))


if __name__ == "__main__":
    main()
