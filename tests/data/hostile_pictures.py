"""240 zips that are bad for a reader of pictures, the same ones each time; and the process that reads them all.

`python -m tests.data.hostile_pictures` prints a line of JSON for each, {"case", "outcome", "seconds"}, and last {"growth": bytes of resident memory at most}.
"""

from __future__ import annotations

import io
import json
import random
import resource
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from PIL import Image

from playground.data import own_pictures, picture_zip
from playground.text import Message, Refusal

MANY = 240
MB = 2**20
Files = list[tuple[str, bytes]]


def picture(rng: random.Random, width: int = 28, height: int = 28, mode: str = "L") -> Image.Image:
    """A few bright strokes on black, so that no two are alike."""
    made = np.zeros((height, width, 4), np.uint8)
    for _ in range(4):
        top, left = rng.randrange(height - 4), rng.randrange(width - 4)
        made[top : top + rng.randint(2, 9), left : left + 3] = [rng.randint(100, 255) for _ in range(4)]
    return Image.fromarray(made, "RGBA").convert(mode)


def png(rng: random.Random, *size: int, mode: str = "L", **options: object) -> bytes:
    out = io.BytesIO()
    picture(rng, *size, mode=mode).save(out, "PNG", **options)
    return out.getvalue()


def jpeg(rng: random.Random, *size: int, mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    picture(rng, *size, mode=mode).save(out, "JPEG", **options)
    return out.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def raw_png(width: int, height: int, depth: int = 8, colour: int = 0, pixels: bytes = b"", *extra: bytes, interlace: int = 0) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(extra) + chunk(b"IDAT", zlib.compress(pixels, 9)) + chunk(b"IEND", b"")


def rows(width: int, height: int, bits: int, rng: random.Random) -> bytes:
    return b"".join(b"\0" + rng.randbytes((width * bits + 7) // 8) for _ in range(height))


def good(rng: random.Random, each: int = 6, classes: Iterable[str] = ("cats", "dogs")) -> Files:
    return [(f"{name}/{number}.png", png(rng)) for name in classes for number in range(each)]


def packed(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as opened:
        for name, raw in files:
            opened.writestr(name, raw)
    return out.getvalue()


def with_bad(rng: random.Random, bad: Callable[[], bytes], suffix: str = "png") -> bytes:
    """A good zip with a few bad pictures in it; or hardly any good ones."""
    share = rng.choice([1, 3, 12])
    files = good(rng)
    for number in range(min(share, len(files))):
        name = files[number][0].rpartition(".")[0]
        files[number] = (f"{name}.{suffix}", bad())
    return packed(files)


# -- no zip, or a broken one


def no_zip(rng: random.Random) -> bytes:
    return rng.choice(
        [
            b"",
            b" ",
            b"hello",
            rng.randbytes(3000),
            b"PK",
            b"PK\x03\x04" + rng.randbytes(500),
            b"PK\x05\x06" + bytes(18),
            b"PK\x05\x06" + rng.randbytes(18),
            bytes(100_000),
        ]
    )


def other_file(rng: random.Random) -> bytes:
    return rng.choice([mark for mark, _ in picture_zip.OTHER_KINDS]) + rng.randbytes(300)


def cut_zip(rng: random.Random) -> bytes:
    raw = packed(good(rng))
    return raw[: rng.randrange(1, len(raw) - 1)]


def front_cut(rng: random.Random) -> bytes:
    raw = packed(good(rng))
    return b"PK" + raw[rng.randrange(40, 4000) :]


def flipped(rng: random.Random) -> bytes:
    """Bytes changed in the directory at its end."""
    raw = bytearray(packed(good(rng)))
    start = raw.find(b"PK\x01\x02")
    for _ in range(rng.choice([3, 30, 200])):
        raw[rng.randrange(start + 4, len(raw))] = rng.randrange(256)
    return bytes(raw)


def too_big(rng: random.Random) -> bytes:
    return packed([*good(rng), ("cats/noise.png", rng.randbytes(rng.choice([8, 9]) * MB))], zipfile.ZIP_STORED)


# -- bombs


def declared_bomb(rng: random.Random) -> bytes:
    size = rng.choice([17, 40, 300])
    return packed([*good(rng), ("cats/bomb.png", bytes(size * MB))])


def many_small_bombs(rng: random.Random) -> bytes:
    bomb = bytes(7 * MB)
    return packed([*good(rng), *((f"dogs/b{number}.png", bomb) for number in range(10))])


def lying_size(rng: random.Random) -> bytes:
    """A file that unpacks to other than it says."""
    raw = bytearray(packed([("cats/lie.png", bytes(rng.choice([3, 12]) * MB)), *good(rng)]))
    said = rng.choice([10, 5000, 15 * MB])
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = raw.find(mark)
        raw[place + at : place + at + 4] = struct.pack("<I", said)
    return bytes(raw)


def overlapping(rng: random.Random) -> bytes:
    """One local file under many names."""
    raw = packed(good(rng, 1))
    start, end = raw.find(b"PK\x01\x02"), raw.find(b"PK\x05\x06")
    first = raw[start : raw.find(b"PK\x01\x02", start + 4)]
    times = rng.choice([50, 400, 3000])
    directory = first * times
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, times, times, len(directory), start, 0)
    return raw[:start] + directory + tail if end > 0 else raw


def many_files(rng: random.Random) -> bytes:
    return packed([*good(rng), *((f"cats/x{number}.png", b"") for number in range(rng.choice([3500, 7001, 12_000])))], zipfile.ZIP_STORED)


def directory_bomb(rng: random.Random) -> bytes:
    """A directory of many thousand names over nothing."""
    record = b"PK\x01\x02" + bytes(24) + struct.pack("<HHH", 1, 0, 0) + bytes(12) + b"a"
    count = rng.choice([20_000, 150_000])
    return b"PK\x03\x04" + record * count + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65535, 65535, len(record) * count, 4, 0)


def pixel_bomb(rng: random.Random) -> bytes:
    """Few bytes, many pixels: by its header alone, or truly."""
    side = rng.choice([3100, 20_000, 60_000, 2**31 - 1])
    true = side == 3100
    return with_bad(rng, lambda: raw_png(side, side, 1 if true else 8, 0, bytes((side // 8 + 1) * side) if true else b""))


def many_pixels(rng: random.Random) -> bytes:
    """Each as large as it may be, all together more."""
    one = [raw_png(2990, 2990, 1, 0, (b"\0" + bytes([number]) * 374) * 2990) for number in range(12)]
    return packed([(f"{name}/{number}.png", one[number % 12] + bytes([number, ord(name[0])])) for name in ("cats", "dogs") for number in range(20)])


def text_bomb(rng: random.Random) -> bytes:
    bomb = chunk(rng.choice([b"zTXt", b"iTXt", b"iCCP"]), b"a\0\0" + zlib.compress(bytes(30 * MB), 9))
    return with_bad(rng, lambda: raw_png(28, 28, 16, 0, rows(28, 28, 16, rng), bomb))


def data_bomb(rng: random.Random) -> bytes:
    """More pixels in it than its header says, in sixteen bits."""
    return with_bad(rng, lambda: raw_png(28, 28, 16, 0, rows(28, 28, 16, rng) + bytes(12 * MB)))


def nested(rng: random.Random) -> bytes:
    inner = packed(good(rng))
    return packed([*good(rng), ("cats/more.zip", inner)]) if rng.random() < 0.5 else packed([("a.zip", inner), ("b.zip", inner)])


def nested_as_picture(rng: random.Random) -> bytes:
    inner = packed([("bomb.png", bytes(12 * MB))])
    return with_bad(rng, lambda: inner)


# -- names


def named(rng: random.Random, name: str) -> bytes:
    """A good zip with one file of that name, written as it stands."""
    raw = packed([*good(rng), ("X" * len(name.encode()), png(rng))])
    return raw.replace(b"X" * len(name.encode()), name.encode())


def outside(rng: random.Random) -> bytes:
    return named(
        rng,
        rng.choice(
            [
                "../../etc/passwd.png",
                "cats/../../x.png",
                "/etc/shadow.png",
                "C:\\Windows\\x.png",
                "..\\..\\evil.png",
                "c:evil.png",
                "\\\\server\\x.png",
                "cats/a\0.png",
                "~/../../../x.jpg",
            ]
        ),
    )


def long_path(rng: random.Random) -> bytes:
    return packed(
        [*good(rng), (rng.choice(["cats/" + "n" * 500 + ".png", "/".join("d" * 40) + "/a.png", "cats/" + "é" * 30_000 + ".png"]).lstrip("/"), png(rng))]
    )


def strange_classes(rng: random.Random) -> bytes:
    name = rng.choice(["<script>alert(1)</script>", "$x^2$", "\u202egnp", "`ls`", "{count}", "\u200b", "a" * 200, "  ", "👾" * 30, "{names!r}"])
    return packed([*good(rng), *((f"{name}/{number}.png", png(rng)) for number in range(3))])


def computers_files(rng: random.Random) -> bytes:
    return packed([*good(rng), *((f"__MACOSX/cats/._{number}.png", b"\0\5\x16\7") for number in range(6)), ("cats/.DS_Store", b"x"), ("Thumbs.db", b"y")])


def links(rng: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, raw in good(rng):
            opened.writestr(name, raw)
        info = zipfile.ZipInfo("cats/link.png")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        opened.writestr(info, "/etc/passwd")
    return out.getvalue()


def locked(rng: random.Random) -> bytes:
    raw = bytearray(packed(good(rng)))
    at = -1
    for _ in range(rng.choice([1, 12])):
        at = raw.find(b"PK\x01\x02", at + 1)
        raw[at + 8] |= 1
    return bytes(raw)


def other_packing(rng: random.Random) -> bytes:
    method = rng.choice([zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, 99, 12345])
    if method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        return packed(good(rng), method)
    raw = bytearray(packed(good(rng)))
    at = raw.find(b"PK\x01\x02")
    raw[at + 10 : at + 12] = struct.pack("<H", method)
    return bytes(raw)


def wrong_checksum(rng: random.Random) -> bytes:
    raw = bytearray(packed(good(rng), zipfile.ZIP_STORED))
    at = 0
    for _ in range(rng.choice([1, 3, 9])):
        at = raw.find(b"IDAT", at + 4)
        raw[at + 6] ^= 0xFF
    return bytes(raw)


# -- pictures


def cut_png(rng: random.Random) -> bytes:
    return with_bad(rng, lambda: png(rng)[: rng.choice([8, 20, 33, 60, 90])])


def broken_png(rng: random.Random) -> bytes:
    def broken() -> bytes:
        raw = bytearray(png(rng))
        raw[rng.randrange(12, len(raw) - 12)] ^= 0x55
        return bytes(raw)

    return with_bad(rng, broken)


def impossible_png(rng: random.Random) -> bytes:
    depth, colour = rng.choice([(3, 0), (4, 2), (16, 3), (8, 1), (8, 7), (0, 0), (255, 255)])
    return with_bad(rng, lambda: raw_png(28, 28, depth, colour, bytes(900)))


def empty_png(rng: random.Random) -> bytes:
    return with_bad(
        rng,
        lambda: rng.choice([raw_png(0, 0), raw_png(28, 28), raw_png(28, 28, pixels=b"xyz"), b"\x89PNG\r\n\x1a\n", raw_png(28, 28, 8, 3, rows(28, 28, 8, rng))]),
    )


def second_header(rng: random.Random) -> bytes:
    """Small at first, huge in a second header."""
    return with_bad(rng, lambda: raw_png(28, 28, 16, 0, rows(28, 28, 16, rng), chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0))))


def deep_png(rng: random.Random) -> bytes:
    colour, bits = rng.choice([(0, 16), (2, 48), (4, 32), (6, 64)])
    return with_bad(rng, lambda: raw_png(28, 28, 16, colour, rows(28, 28, bits, rng)))


def moving_png(rng: random.Random) -> bytes:
    def moving() -> bytes:
        out = io.BytesIO()
        picture(rng).save(out, "PNG", save_all=True, append_images=[picture(rng) for _ in range(3)])
        return out.getvalue()

    return with_bad(rng, moving)


def clear_png(rng: random.Random) -> bytes:
    mode = rng.choice(["RGBA", "LA"])
    return with_bad(rng, lambda: png(rng, mode=mode))


def palette(rng: random.Random) -> bytes:
    return with_bad(rng, lambda: png(rng, mode="P", transparency=0))


def tiny(rng: random.Random) -> bytes:
    return with_bad(rng, lambda: png(rng, 7, 7) if rng.random() < 0.5 else raw_png(1, 1, 8, 0, b"\0\0"))


def oblong(rng: random.Random) -> bytes:
    return with_bad(rng, lambda: png(rng, *rng.choice([(28, 29), (900, 10), (9, 2000)])))


def cut_jpeg(rng: random.Random) -> bytes:
    return with_bad(rng, lambda: (raw := jpeg(rng))[: rng.choice([4, 30, 300, len(raw) - 20])], "jpg")


def huge_jpeg(rng: random.Random) -> bytes:
    def huge() -> bytes:
        raw = bytearray(jpeg(rng))
        at = raw.find(b"\xff\xc0")
        raw[at + 5 : at + 9] = struct.pack(">HH", 60_000, 65_535)
        return bytes(raw)

    return with_bad(rng, huge, "jpg")


def rare_jpeg(rng: random.Random) -> bytes:
    def rare() -> bytes:
        raw = bytearray(jpeg(rng))
        at = raw.find(b"\xff\xc0")
        change, value = rng.choice([(1, 0xC3), (1, 0xC9), (4, 12), (9, 2), (5, 0)])
        raw[at + change] = value
        if change == 5:
            raw[at + 6] = 0
        return bytes(raw)

    return with_bad(rng, rare, "jpg")


def scan_bomb(rng: random.Random) -> bytes:
    def bomb() -> bytes:
        raw = jpeg(rng, 64, 64, progressive=True)
        at = raw.find(b"\xff\xda")
        return raw[:at] + raw[at:-2] * rng.choice([20, 500]) + b"\xff\xd9"

    return with_bad(rng, bomb, "jpeg")


def printed(rng: random.Random) -> bytes:
    return with_bad(rng, lambda: jpeg(rng, mode="CMYK"), "jpg")


def turned(rng: random.Random) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = rng.randint(2, 8)
    return with_bad(rng, lambda: jpeg(rng, exif=exif), "jpg")


def bad_exif(rng: random.Random) -> bytes:
    """Its list of tags leads beyond its end, or in a circle; and a picture that is not square."""
    exif = b"Exif\0\0" + rng.choice(
        [b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff", b"II*\0\x08\0\0\0\x01\0" + b"\x12\x01\x03\0\x01\0\0\0\x63\0", b"", rng.randbytes(40)]
    )

    def broken() -> bytes:
        return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg(rng, 28, 31)[2:]

    return with_bad(rng, broken, "jpg")


def noise_jpeg(rng: random.Random) -> bytes:
    return with_bad(rng, lambda: b"\xff\xd8\xff" + rng.randbytes(rng.choice([5, 2000])), "jpg")


def other_kinds(rng: random.Random) -> bytes:
    """What is no PNG or JPEG, whatever its name says."""

    def other() -> bytes:
        out = io.BytesIO()
        kind = rng.choice(["GIF", "BMP", "WEBP", "TIFF", "svg", "heic", "text"])
        if kind in ("GIF", "BMP", "WEBP", "TIFF"):
            picture(rng).save(out, kind)
            return out.getvalue()
        return {"svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "heic": b"\0\0\0\x18ftypheic" + bytes(50), "text": b"not a picture"}[
            kind
        ]

    return with_bad(rng, other, rng.choice(["png", "jpg", "gif", "svg", "heic", "txt", "bmp"]))


# -- nothing to learn from


def one_class(rng: random.Random) -> bytes:
    return packed(good(rng, classes=["cats"]))


def many_classes(rng: random.Random) -> bytes:
    return packed(good(rng, 4, [f"class {number}" for number in range(rng.choice([21, 60]))]))


def few_pictures(rng: random.Random) -> bytes:
    return packed([*good(rng), *((f"birds/{number}.png", png(rng)) for number in range(rng.randint(1, 3)))])


def too_many_pictures(rng: random.Random) -> bytes:
    one = png(rng)
    return packed([(f"{name}/{number}.png", one) for name in ("a", "b") for number in range(1600)])


def doubled(rng: random.Random) -> bytes:
    files = good(rng)
    return packed([*files, *((f"{rng.choice(['cats', 'dogs'])}/again {number}.png", files[number][1]) for number in range(rng.choice([2, 8])))])


def loose(rng: random.Random) -> bytes:
    beginning = rng.choice(["cat-", "cat_", "cat ", "cat (", "", "0", "_"])
    return packed([(f"{beginning}{number}.png", png(rng)) for number in range(6)] + [(f"dog{number}.png", png(rng)) for number in range(6)])


def beside(rng: random.Random) -> bytes:
    return packed([*good(rng), *((f"{number}.png", png(rng)) for number in range(3))])


def cut_already(rng: random.Random) -> bytes:
    return packed([(f"{part}/{name}", raw) for part in ("train", "test") for name, raw in good(rng, 4)])


def no_pictures(rng: random.Random) -> bytes:
    return packed([(f"{name}/{number}.{rng.choice(['gif', 'txt', 'csv', 'exe', 'svg'])}", b"x") for name in ("a", "b") for number in range(6)])


def only_folders(rng: random.Random) -> bytes:
    return packed([("cats/", b""), ("dogs/", b"")]) if rng.random() < 0.5 else packed([])


KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    no_zip, other_file, cut_zip, front_cut, flipped, too_big, declared_bomb, many_small_bombs, lying_size, overlapping, many_files, directory_bomb, pixel_bomb,
    many_pixels, text_bomb, data_bomb, nested, nested_as_picture, outside, long_path, strange_classes, computers_files, links, locked, other_packing,
    wrong_checksum, cut_png, broken_png, impossible_png, empty_png, second_header, deep_png, moving_png, clear_png, palette, tiny, oblong, cut_jpeg, huge_jpeg,
    rare_jpeg, scan_bomb, printed, turned, bad_exif, noise_jpeg, other_kinds, one_class, many_classes, few_pictures, too_many_pictures, doubled, loose, beside,
    cut_already, no_pictures, only_folders,
)  # fmt: skip
RARELY = (many_pixels, many_small_bombs, too_many_pictures, too_big)  # they take long to make


def cases() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each zip."""
    often = [kind for kind in KINDS if kind not in RARELY]
    for number in range(MANY):
        kind = RARELY[number] if number < len(RARELY) else often[number % len(often)]
        yield f"{kind.__name__} {number}", kind(random.Random(number))


def outcome(raw: bytes) -> str:
    """What becomes of a zip: "refused: ..." or "repaired: ...", with the sentences; "taken: ..." where nothing had to be put right."""
    try:
        picture_zip.check(raw)
        described, _ = own_pictures.description(raw)
        own_pictures.Spec.model_validate_json(json.dumps(own_pictures.spec_for(described, described["colour"], described["invert"])))
    except Refusal as refusal:
        return f"refused: {refusal}"
    return f"{'repaired' if described['repairs'] else 'taken'}: {' '.join(str(Message.of(one)) for one in described['repairs'])}"


def made() -> Iterator[tuple[str, bytes]]:
    """The cases, made in a process of their own: what making them takes is no memory of the reader's."""
    with subprocess.Popen([sys.executable, "-m", "tests.data.hostile_pictures", "make"], stdout=subprocess.PIPE) as maker:
        assert maker.stdout is not None
        while line := maker.stdout.readline():
            told = json.loads(line)
            yield told["case"], maker.stdout.read(told["bytes"])


def main() -> None:
    if sys.argv[1:] == ["make"]:
        for name, raw in cases():
            sys.stdout.buffer.write(json.dumps({"case": name, "bytes": len(raw)}).encode() + b"\n" + raw)
        return
    list(map(outcome, (packed(good(random.Random(0), each)) for each in (6, 300))))  # imports, and what Python keeps for itself
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, raw in made():
        begun = time.process_time()
        found = outcome(raw)
        print(json.dumps({"case": name, "outcome": found, "seconds": time.process_time() - begun}), flush=True)
    growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({"growth": growth}))


if __name__ == "__main__":
    main()
