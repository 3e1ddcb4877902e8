"""One picture of somebody's: PNG or JPEG. Its header is read here, before anything is decoded; a decoder sees no more of the file than its pixels need.

Formats: PNG (Third Edition, W3C 2025, chapter 5) and JPEG (ITU-T T.81, annex B; its turn from Exif 2.32, 4.6.4 A).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from playground.text import N_

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MILLION = 1_000_000
MOST_PIXELS = {"PNG": 9 * MILLION, "JPEG": 25 * MILLION}  # a large screen, a telephone; a JPEG is decoded at a fraction of its size
LEAST_SIDE, MOST_SIDE = 8, 20_000
MOST_SCANS = 64  # of a progressive JPEG; usual are about ten
SIZES = {"grey": 28, "colour": 32}

CUT_OFF = N_("Pictures that are cut off or damaged ({count}) were left out: {names}.")
TOO_LARGE = N_("Pictures with more pixels than {limit} million, or {jpeg} million in a JPEG ({count}), were left out: {names}.")
TOO_SMALL = N_("Pictures of fewer than {least} pixels a side ({count}) were left out: {names}.")
NEITHER = N_("Pictures that are neither PNG nor JPEG, whatever their names say ({count}), were left out: {names}.")
RARE = N_("Pictures in a rare kind of JPEG ({count}) were left out; save them as ordinary ones: {names}.")
MOVING = N_("Of moving pictures ({count}) only the first is used: {names}.")
DEEP = N_("Pictures of 16 bits a colour ({count}) were brought to 8: {names}.")
CLEAR = N_("Transparent pictures ({count}) were laid on a plain ground: {names}.")
PRINTED = N_("Pictures in printers' colours, CMYK ({count}), were turned into colours of a screen: {names}.")
TURNED = N_("Pictures that a camera took sideways ({count}) were set upright: {names}.")
OBLONG = N_("Pictures that are not square ({count}) lost the ends of their longer sides.")

PNG, KEPT = b"\x89PNG\r\n\x1a\n", (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}  # of a PNG's colour types
FRAMES, RARE_FRAMES = (0xC0, 0xC1, 0xC2), (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
UPRIGHT = {2: (0, True), 3: (2, False), 4: (2, True), 5: (3, True), 6: (3, False), 7: (1, True), 8: (1, False)}  # quarter turns to the left, then mirrored


class Unfit(Exception):
    """A picture that is left out; why: the sentence for all that are, with {count} and {names}."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Header:
    """What a picture says of itself, and what of it a decoder needs. turn: as in Exif, 1 is upright. notes: what will be put right in it."""

    kind: Literal["PNG", "JPEG"]
    width: int
    height: int
    bare: bytes
    turn: int = 1
    notes: list[str] = field(default_factory=list)

    @property
    def pixels(self) -> int:
        return self.width * self.height


def header(raw: bytes) -> Header:
    """A picture's header, out of its bytes. Unfit where it is none, is cut off, or beyond a limit."""
    if raw[:8] == PNG:
        found = _png(raw)
    elif raw[:3] == b"\xff\xd8\xff":
        found = _jpeg(raw)
    else:
        raise Unfit(NEITHER)
    if found.pixels > MOST_PIXELS[found.kind] or max(found.width, found.height) > MOST_SIDE:
        raise Unfit(TOO_LARGE)
    if min(found.width, found.height) < LEAST_SIDE:
        raise Unfit(TOO_SMALL)
    if found.width != found.height:
        found.notes.append(OBLONG)
    return found


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(name, content, the whole of it) of a PNG's chunks, up to its end. Unfit where one is cut off or its checksum is wrong."""
    at = len(PNG)
    while at + 12 <= len(raw):
        (size,) = struct.unpack_from(">I", raw, at)
        end = at + 12 + size
        if end > len(raw):
            break
        name, content = raw[at + 4 : at + 8], raw[at + 8 : end - 4]
        if name in KEPT and zlib.crc32(raw[at + 4 : end - 4]) != struct.unpack_from(">I", raw, end - 4)[0]:
            break
        yield name, content, raw[at:end]
        if name == b"IEND":
            return
        at = end
    raise Unfit(CUT_OFF)


def _png(raw: bytes) -> Header:
    kept: list[bytes] = [PNG]
    names: set[bytes] = set()
    head = b""
    for name, content, whole in _chunks(raw):
        head = head or (content if name == b"IHDR" else b"")
        if len(head) != 13:
            raise Unfit(CUT_OFF)
        if name in KEPT and not (name == b"IHDR" and names):
            kept.append(whole)
        names.add(name)
    width, height, depth, colour, packing, filtering, interlace = struct.unpack(">IIBBBBB", head)
    if depth not in DEPTHS.get(colour, ()) or packing or filtering or interlace > 1 or b"IDAT" not in names or (colour == 3 and b"PLTE" not in names):
        raise Unfit(CUT_OFF)
    notes = [MOVING] * (b"acTL" in names) + [DEEP] * (depth == 16) + [CLEAR] * (colour in (4, 6) or b"tRNS" in names)
    return Header("PNG", width, height, b"".join(kept), notes=notes)


def _jpeg(raw: bytes) -> Header:
    """The segments before the first scan, without remarks, colour profiles and small copies of itself; of a phone's several pictures the first."""
    kept: list[bytes] = [b"\xff\xd8"]
    size: tuple[int, int] | None = None
    notes: list[str] = []
    turn, at = 1, 2
    while True:
        while raw[at : at + 2] == b"\xff\xff":
            at += 1  # fill bytes
        if at + 4 > len(raw) or raw[at] != 0xFF:
            raise Unfit(CUT_OFF)
        marker, length = raw[at + 1], int.from_bytes(raw[at + 2 : at + 4], "big")
        end = at + 2 + length
        content = raw[at + 4 : end]
        if length < 2 or end > len(raw):
            raise Unfit(CUT_OFF)
        if marker in RARE_FRAMES:
            raise Unfit(RARE)
        if marker in FRAMES:
            if size is not None or len(content) < 6:
                raise Unfit(CUT_OFF)
            depth, height, width, channels = struct.unpack_from(">BHHB", content)
            if depth != 8 or channels not in (1, 3, 4):
                raise Unfit(RARE)
            size, notes = (width, height), [PRINTED] * (channels == 4)
        if marker == 0xE1 and content.startswith(b"Exif\0\0"):
            turn = _turn(content[6:])
        if marker == 0xEE or (marker != 0xFE and not 0xE0 <= marker <= 0xEF):  # 0xEE: how Adobe stores colours
            kept.append(raw[at:end])
        at = end
        if marker == 0xDA:
            break
    if size is None:
        raise Unfit(CUT_OFF)
    if not all(size):
        raise Unfit(RARE)  # its height comes later
    rest = raw[at:]
    if rest.count(b"\xff\xda") > MOST_SCANS:
        raise Unfit(RARE)
    if b"\xff\xd9" not in rest[-65536:] and b"\xff\xd9" not in rest:
        raise Unfit(CUT_OFF)
    if turn != 1:
        notes.append(TURNED)
    return Header("JPEG", *size, b"".join(kept) + rest, turn=turn, notes=notes)


def _turn(exif: bytes) -> int:
    """How a camera was held, 1 to 8, out of Exif's first list of tags; 1 where it does not say."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None or len(exif) < 10:
        return 1
    (start,) = struct.unpack_from(order + "I", exif, 4)
    if start + 2 > len(exif):
        return 1
    (count,) = struct.unpack_from(order + "H", exif, start)
    for number in range(min(count, 100)):
        at = start + 2 + 12 * number
        if at + 12 > len(exif):
            break
        tag, kind = struct.unpack_from(order + "HH", exif, at)
        if tag == 0x0112 and kind == 3:
            (turn,) = struct.unpack_from(order + "H", exif, at + 8)
            return int(turn) if 1 <= turn <= 8 else 1
    return 1


def decoded(found: Header) -> dict[str, NDArray[np.uint8]]:
    """A picture's middle square in each of SIZES: (side, side, 4) red, green, blue, each times how solid it is, and how solid, 0 to 255. Unfit where it is damaged."""
    from PIL import Image  # not for those who only describe: 0.1 s

    Image.MAX_IMAGE_PIXELS = max(MOST_PIXELS.values())
    try:
        with Image.open(io.BytesIO(found.bare), formats=[found.kind]) as picture:
            if (picture.width, picture.height) != (found.width, found.height):
                raise Unfit(CUT_OFF)
            if found.kind == "JPEG":
                picture.draft(None, (4 * max(SIZES.values()),) * 2)  # an eighth, quarter or half, decoded at once
            picture.load()
            solid = _solid(picture)
        side = min(solid.size)
        left, top = (solid.width - side) / 2, (solid.height - side) / 2
        square = (left, top, left + side, top + side)
        return {name: _upright(_resized(solid, pixels, square), found.turn) for name, pixels in SIZES.items()}
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, IndexError, OverflowError, Image.DecompressionBombError):
        raise Unfit(CUT_OFF) from None


def _solid(picture: Picture) -> Picture:
    """A decoded picture as grey, as colours, or as colours times how solid they are."""
    from PIL import Image

    if picture.mode.startswith("I"):  # 16 bits; Pillow's own way to 8 cuts bright ones off
        return Image.fromarray((np.asarray(picture).astype(np.uint32) >> 8).clip(0, 255).astype(np.uint8))
    if "transparency" in picture.info or picture.mode in ("LA", "PA", "RGBA", "La", "RGBa"):
        return picture.convert("RGBA").convert("RGBa")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _resized(solid: Picture, pixels: int, square: tuple[float, float, float, float]) -> NDArray[np.uint8]:
    """(pixels, pixels, 4), each the mean over what it covers, weighted towards its middle."""
    from PIL import Image

    small = np.asarray(solid.resize((pixels, pixels), Image.Resampling.BILINEAR, box=square, reducing_gap=3.0))
    if small.ndim == 2:
        small = np.repeat(small[:, :, None], 3, 2)
    if small.shape[2] == 3:
        small = np.concatenate([small, np.full((pixels, pixels, 1), 255, np.uint8)], 2)
    return np.ascontiguousarray(small)


def _upright(pixels: NDArray[np.uint8], turn: int) -> NDArray[np.uint8]:
    """As it was seen by whoever took it."""
    if turn not in UPRIGHT:
        return pixels
    turns, mirrored = UPRIGHT[turn]
    turned = np.rot90(pixels, turns)
    return np.ascontiguousarray(turned[:, ::-1] if mirrored else turned)
