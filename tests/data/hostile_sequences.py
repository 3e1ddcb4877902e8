"""Series and texts that people give, good and bad, the same ones each time: each with what has to come of it.

A case is (name, bytes, outcome): "refused", or "used" with the number of repairs it needs at least.
"""

from __future__ import annotations

import codecs
import io
import math
import random
import zipfile
from collections.abc import Iterator

MB = 2**20
Case = tuple[str, bytes, str, int]

WALK = [50 + 20 * math.sin(i / 4) + i / 10 for i in range(90)]


def lines(values: object, end: str = "\n") -> bytes:
    return (end.join(map(str, values)) + end).encode()  # type: ignore[call-overload]


def table(rows: list[list[object]], header: str = "date,value", separator: str = ",") -> bytes:
    return ("\n".join([header.replace(",", separator), *(separator.join(map(str, row)) for row in rows)]) + "\n").encode()


def dated(form: str, count: int = 90) -> bytes:
    """Days from 1 January 2021 on in some form of writing."""
    rows: list[list[object]] = []
    for i in range(count):
        month, day = i // 28 % 12 + 1, i % 28 + 1
        rows.append([form.format(y=2021 + i // 336, m=month, d=day), round(WALK[i % 90], 2)])
    return table(rows)


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.csv", "1\n2\n")
    return out.getvalue()


def series() -> Iterator[Case]:
    rng = random.Random(5)
    good = [f"{value:.3f}" for value in WALK]
    yield "plain numbers", lines(good), "used", 0
    yield "a name above", lines(["price", *good]), "used", 0
    yield "windows line ends", lines(good, "\r\n"), "used", 0
    yield "old mac line ends", lines(good, "\r"), "used", 0
    yield "quoted numbers", lines(f'"{value}"' for value in good), "used", 0
    yield "decimal commas", lines(value.replace(".", ",") for value in good), "used", 1
    yield "empty lines between", lines(good, "\n\n\n"), "used", 0
    yield "utf-8 mark", codecs.BOM_UTF8 + lines(good), "used", 0
    yield "utf-16", "\n".join(["wert", *good]).encode("utf-16"), "used", 0
    yield "latin-1 name", "Größe\n".encode("latin-1") + lines(good), "used", 1
    yield "iso dates", dated("{y}-{m:02}-{d:02}"), "used", 0
    yield "iso dates with clock", dated("{y}-{m:02}-{d:02}T12:30:00"), "used", 0
    yield "german dates", dated("{d:02}.{m:02}.{y}"), "used", 0
    yield "american dates", dated("{m}/{d}/{y}"), "used", 0
    yield "british dates", dated("{d}/{m}/{y}"), "used", 0
    yield "months", table([[f"{1990 + i // 12}-{i % 12 + 1:02}", value] for i, value in enumerate(good)]), "used", 0
    yield "quarters", table([[f"{1990 + i // 4}Q{i % 4 + 1}", value] for i, value in enumerate(good)]), "used", 0
    yield "years", table([[1900 + i, value] for i, value in enumerate(good)], "year,value"), "used", 0
    yield "dates that cannot be told apart", table([[f"{i % 12 + 1}/{i % 11 + 1}/2021", value] for i, value in enumerate(good)]), "used", 1
    mixed = [[f"2021-{i // 28 + 1:02}-{i % 28 + 1:02}", value] for i, value in enumerate(good)]
    rng.shuffle(mixed)
    yield "unsorted dates", table(mixed), "used", 1
    yield "dates that stand twice", table([[f"2021-{i // 28 + 1:02}-{i % 28 + 1:02}", value] for i, value in enumerate(good) for _ in (0, 1)]), "used", 1
    yield "a date missing", table([[f"2021-{i // 28 + 1:02}-{i % 28 + 1:02}" if i != 7 else "", value] for i, value in enumerate(good)]), "used", 1
    yield "a thirteenth month", table([[f"2021-{i // 28 + 1 if i != 7 else 13:02}-{i % 28 + 1:02}", value] for i, value in enumerate(good)]), "used", 1
    yield "gaps", lines("nan" if i % 9 == 4 else value for i, value in enumerate(good)), "used", 1
    yield "gaps written in words", table([[i, "n/a" if i % 9 == 4 else value] for i, value in enumerate(good)], "a,b"), "used", 1
    yield "gaps at both ends", table([[i, value if 5 < i < 80 else ""] for i, value in enumerate(good)], "a,b"), "used", 1
    yield "a word among numbers", lines("broken" if i == 40 else value for i, value in enumerate(good)), "used", 1
    yield "an infinite value", lines("inf" if i == 40 else value for i, value in enumerate(good)), "used", 1
    yield "a huge value", lines("1e308" if i == 40 else value for i, value in enumerate(good)), "used", 1
    yield "semicolons", table([[i, value] for i, value in enumerate(good)], "a,b", ";"), "used", 1
    yield "tabs", table([[i, value] for i, value in enumerate(good)], "a,b", "\t"), "used", 1
    yield "a quote that is never closed", table([[i, f'"{value}' if i == 20 else value] for i, value in enumerate(good)], "a,b"), "used", 1
    yield "controls", b"\x00\x01" + lines(good), "used", 1
    yield "too many values", lines(range(12_000)), "used", 1
    yield "negative values", lines(-float(value) for value in good), "used", 0
    yield "nothing", b"", "refused", 0
    yield "blanks", b" \n\t\n ", "refused", 0
    yield "one value", b"5\n", "refused", 0
    yield "a name alone", b"price\n", "refused", 0
    yield "ten values", lines(good[:10]), "refused", 0
    yield "constant", lines([7] * 90), "refused", 0
    yield "nearly constant", lines([1e9 + i * 1e-9 for i in range(90)]), "refused", 0
    yield "all missing", table([[i, ""] for i in range(90)], "a,b").replace(b",b", b",b"), "used", 1  # the other column counts
    yield "only missing", lines(["nan"] * 90), "refused", 0
    yield "mostly missing", lines(value if i % 5 == 0 else "na" for i, value in enumerate(good)), "refused", 0
    yield "infinite everywhere", lines(["inf", "-inf"] * 45), "refused", 0
    yield "huge everywhere", lines(f"{i}e300" for i in range(1, 90)), "refused", 0
    yield "only dates", lines(f"2021-{i // 28 + 1:02}-{i % 28 + 1:02}" for i in range(90)), "refused", 0
    yield "only words", lines(["one", "two", "three"] * 30), "refused", 0
    yield "prose", b"It was the best of times, it was the worst of times. " * 40, "refused", 0
    yield "a zip", zipped(), "refused", 0
    yield "a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "refused", 0
    yield "random bytes", rng.randbytes(50_000), "refused", 0
    yield "json", b'[{"value": 1}, {"value": 2}]', "refused", 0
    yield "a web page", b"<!DOCTYPE html><html><body>1,2,3</body></html>", "refused", 0
    yield "10 MB", lines(good) * 20_000, "refused", 0
    yield "10,000 columns", b",".join([b"1"] * 10_000) + b"\n", "refused", 0
    yield "one long line", b"1" * 300_000, "refused", 0
    yield "100,000 lines", lines(range(100_000)), "refused", 0


def texts() -> Iterator[Case]:
    rng = random.Random(6)
    prose = "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife.\n" * 10
    foreign = "Über den Wipfeln ist Ruh. Çà et là, où l'été naît; ¿qué será? " * 20
    yield "prose", prose.encode(), "used", 0
    yield "windows line ends", prose.replace("\n", "\r\n").encode(), "used", 0
    yield "utf-8 mark", codecs.BOM_UTF8 + prose.encode(), "used", 0
    yield "utf-16", foreign.encode("utf-16"), "used", 0
    yield "latin-1", foreign.encode("latin-1"), "used", 1
    yield "windows-1252", (foreign + "“quoted” – dashed — …").encode("cp1252"), "used", 1
    yield "gb 18030", ("春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。" * 40).encode("gb18030"), "used", 1
    yield "chinese", ("春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。" * 40).encode(), "used", 0
    yield "thousands of letters", "".join(chr(0x4E00 + rng.randrange(3000)) for _ in range(9000)).encode(), "used", 1
    yield "capitals and accents of many languages", "".join(chr(code) for code in range(0x41, 0x250) if chr(code).isalpha()).encode() * 3, "used", 1
    yield "emoji", ("great 😀🎉 fun 🐍 today, " * 40).encode(), "used", 0
    yield "emoji with joints", ("family 👨‍👩‍👧 at home, 👍🏽 " * 40).encode(), "used", 1
    yield "right to left", ("السلام عليكم ورحمة الله وبركاته. " * 30).encode(), "used", 0
    yield "marks of direction", ("\u202ehidden\u202c and \u200bseen, " * 40).encode(), "used", 1
    yield "mixed encodings", prose.encode() + "naïve café".encode("latin-1") + prose.encode(), "used", 1
    yield "controls", prose.replace("truth", "tr\x07uth").encode(), "used", 1
    yield "a nul here and there", prose.replace("wife", "wi\x00fe").encode(), "used", 1
    yield "letters and accents apart", ("e\u0301tude a\u0300 l'e\u0301cole, " * 40).encode(), "used", 0
    yield "blanks and empty lines", ("word     word\n\n\n\n\n\n" * 100).encode(), "used", 1
    yield "tabs and hard blanks", ("a\tb\u00a0c, d e f " * 60).encode(), "used", 0
    yield "a web page", ("<html><body>" + prose + "</body></html>").encode(), "used", 0
    yield "program code", ("def f(x):\n    return {x: [1, 2]}\n" * 40).encode(), "used", 0
    yield "a long text", (prose * 300).encode(), "used", 1
    yield "no line ends", b"to be or not to be, " * 5_000, "used", 0
    yield "digits only", bytes(rng.choice(b"0123456789 ") for _ in range(3_000)), "used", 0
    yield "broken utf-8", prose.encode() + b"\xff\xfe\xfa", "used", 1
    yield "lone surrogates", (prose + "\ud83d").encode("utf-8", "surrogatepass"), "used", 1
    yield "nothing", b"", "refused", 0
    yield "blanks", b"\n \t \n" * 400, "refused", 0
    yield "a word", b"hello", "refused", 0
    yield "one sign", b"a" * 5_000, "refused", 0
    yield "two signs", b"ab" * 5_000, "refused", 0
    yield "a zip", zipped() * 20, "refused", 0
    yield "a picture", b"\xff\xd8\xff\xe0" + rng.randbytes(5_000), "refused", 0
    yield "a pdf", b"%PDF-1.7 " + rng.randbytes(5_000), "refused", 0
    yield "random bytes", rng.randbytes(20_000), "refused", 0
    yield "nuls", b"\x00" * 10_000, "refused", 0
    yield "signs that cannot be seen", ("\u200b\u200c\u200d\u2060\ufeff" * 400).encode(), "refused", 0
    yield "10 MB", prose.encode() * 9_000, "refused", 0
