"""Somebody's zip of pictures to names by class: every limit that can be told without unpacking a byte. Nothing is ever written to a disk.

A class is a folder; where there are none, the beginning of a file's name: cat-1.png, cat-2.png, dog 1.png.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from playground.data.csv_columns import MOST_CLASSES, clean
from playground.data.csv_text import MB, listed
from playground.text import N_, Message, Refusal

MOST_BYTES = 8 * MB
MOST_INFLATED = 64 * MB  # of all files together, as the zip says and as they turn out
MOST_FILE = 16 * MB
MOST_PICTURES, LEAST_PICTURES = 3000, 4  # in all; of a class
LEAST_CLASSES = 2
MOST_FILES = 7000  # a Mac adds one to each picture
LONGEST_PATH, LONGEST_CLASS = 400, 30
MOST_DEPTH = 10

PICTURE = re.compile(r".*\.(?:png|jpe?g|jpe|jfif)", re.I | re.S)
PART = re.compile(r"train(?:ing)?|test(?:ing)?|val(?:id|idation)?", re.I)  # folders of sets that others have cut already
ADDED = re.compile(r"(?:.*/)?(?:__MACOSX/.*|\.[^/]*|Thumbs\.db|desktop\.ini|ehthumbs\.db|Icon\r)", re.I | re.S)
BEGINNING = re.compile(r"[^\d_\-(.]*")
DRIVE = re.compile(r"[A-Za-z]:")
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, RuntimeError, struct.error, EOFError, OSError, IndexError, OverflowError)

OTHER_KINDS = (
    (b"\x89PNG", N_("a single picture")), (b"\xff\xd8\xff", N_("a single picture")), (b"GIF8", N_("a GIF")), (b"%PDF", N_("a PDF")), (b"Rar!", N_("a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", N_("a 7z archive")), (b"\x1f\x8b", N_("a gzip archive")), (b"BZh", N_("a bzip2 archive")), (b"\xfd7zXZ", N_("an xz archive")),
    (b"<svg", N_("an SVG drawing")), (b"<?xml", N_("an XML file")), (b"<!DOCTYPE", N_("a web page")), (b"\xd0\xcf\x11\xe0", N_("an old Office file")),
)  # fmt: skip
DAMAGED = N_("The file is not a zip, or a damaged one. Pack the pictures again, and choose that file.")
OUTSIDE = N_("The zip names a file that would lie outside its own folders: {name}. It was not opened. Pack the pictures again.")
NOT_PICTURES = N_("Files that are neither PNG nor JPEG ({count}) were left out: {names}.")


@dataclass(frozen=True)
class Sorted:
    """A zip's pictures by class, its classes in order, and what was put right, as sentences."""

    zip: zipfile.ZipFile
    classes: Mapping[str, Sequence[zipfile.ZipInfo]]
    repairs: tuple[Message, ...]


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Loose files, each with its name, as a zip in memory."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, raw in files:
            made.writestr(zipfile.ZipInfo(name.replace("\\", "/").rpartition("/")[2] or "?"), raw)
    return out.getvalue()


def check(raw: bytes, limit: int = MOST_BYTES) -> None:
    """What can be said before anything is unpacked: Refusal for a file that is too large, plainly something else, or without pictures to tell apart."""
    if len(raw) > limit:
        raise Refusal(
            Message(
                N_("The pictures have {given} MB; at most {limit} MB are possible. Make them smaller, 64×64 pixels are plenty, or keep fewer."),
                {"given": f"{-(-10 * len(raw) // MB) / 10:.1f}", "limit": f"{limit / MB:g}"},
            )
        )
    sort_out(raw)


def sort_out(raw: bytes) -> Sorted:
    """The pictures in a zip by class, by their names alone. Refusal, with a sentence, where there are none to tell apart, or the zip is beyond a limit."""
    if not raw:
        raise Refusal(Message(N_("The file is empty. Choose a zip with a folder of pictures for each class.")))
    if raw[:2] != b"PK":
        start = raw[:64].lstrip().lower()
        kind = next((kind for mark, kind in OTHER_KINDS if start.startswith(mark.lower())), "")
        raise Refusal(
            Message(N_("The file is {kind}, not a zip. Pack a folder of PNG or JPEG pictures for each class into one zip."), {"kind": kind})
            if kind
            else Message(DAMAGED)
        )
    if (count := raw.count(b"PK\x01\x02")) > MOST_FILES:  # before zipfile makes an object of each
        raise Refusal(Message(N_("The zip holds {given} files; at most {limit} are possible. Keep fewer pictures."), {"given": count, "limit": MOST_FILES}))
    try:
        opened = zipfile.ZipFile(io.BytesIO(raw))
    except BROKEN:
        raise Refusal(Message(DAMAGED)) from None
    files = [info for info in opened.infolist() if not info.orig_filename.endswith(("/", "\\"))]
    repairs: list[Message] = []
    paths = _paths(files)
    _check_sizes(files)
    pictures = _pictures(paths, repairs)
    found = _by_class(pictures, repairs)
    enough({name: len(infos) for name, infos in found.items()})
    return Sorted(opened, found, tuple(repairs))


def enough(counts: Mapping[str, int], *also: Message) -> None:
    """Refusal where pictures of so many classes are too few, or too many, to learn from. also: what was left out, said with it."""
    if len(counts) < LEAST_CLASSES:
        only = Message(N_("Only one class was found: {names}. At least {limit} are needed: a folder for each in the zip, or names that begin with the class, such as cat-1.png and dog-1.png."), {"names": listed(list(counts)), "limit": LEAST_CLASSES})  # fmt: skip
        raise Refusal(only, *also)
    if len(counts) > MOST_CLASSES:
        raise Refusal(Message(N_("{given} classes were found; at most {limit} are possible: {names}. Put the pictures into fewer folders."), {"given": len(counts), "limit": MOST_CLASSES, "names": listed(list(counts))}), *also)  # fmt: skip
    if few := [f"{name} ({count})" for name, count in counts.items() if count < LEAST_PICTURES]:
        raise Refusal(Message(N_("Each class needs at least {limit} pictures; too few are of: {names}. Add some, or take the class out."), {"limit": LEAST_PICTURES, "names": listed(few)}), *also)  # fmt: skip
    if (total := sum(counts.values())) > MOST_PICTURES:
        raise Refusal(Message(N_("There are {given} pictures; at most {limit} are possible. Keep fewer of each class."), {"given": total, "limit": MOST_PICTURES}), *also)  # fmt: skip


def _paths(files: Iterable[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Path, with / between its parts -> file. Refusal for one that leads elsewhere, cannot be read, or is too long."""
    found: dict[str, zipfile.ZipInfo] = {}
    for info in files:
        name = _decoded(info)
        path = name.replace("\\", "/")
        parts = path.split("/")
        if path.startswith("/") or ".." in parts or DRIVE.match(path) or "\0" in name:
            raise Refusal(Message(OUTSIDE, {"name": clean(name, 60)}))
        if len(path) > LONGEST_PATH or len(parts) > MOST_DEPTH:
            raise Refusal(Message(N_("The zip holds a path of {given} characters and {depth} folders; at most {limit} and {deepest} are possible: {name}. Use shorter names."), {"given": len(path), "depth": len(parts) - 1, "limit": LONGEST_PATH, "deepest": MOST_DEPTH - 1, "name": clean(name, 60)}))  # fmt: skip
        if info.flag_bits & 0x1:
            raise Refusal(Message(N_("The zip is locked with a password: {name}. Pack it without one."), {"name": clean(name, 60)}))
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refusal(Message(N_("The zip is packed in a way that is not read here: {name}. Pack it again as an ordinary zip."), {"name": clean(name, 60)}))
        found["/".join(part for part in parts if part not in ("", "."))] = info
    return found


def _decoded(info: zipfile.ZipInfo) -> str:
    """A file's name. Many programs write UTF-8 or GB 18030 without saying so."""
    name = info.orig_filename
    if not info.flag_bits & 0x800 and not name.isascii():
        for encoding in ("utf-8", "gb18030"):
            try:
                return unicodedata.normalize("NFC", name.encode("cp437").decode(encoding))
            except UnicodeError:
                continue
    return unicodedata.normalize("NFC", name)


def _check_sizes(files: Sequence[zipfile.ZipInfo]) -> None:
    total = sum(info.file_size for info in files)
    if total > MOST_INFLATED:
        raise Refusal(Message(N_("The zip unpacks to {given} MB; at most {limit} MB are possible. It was not unpacked. Make the pictures smaller, or keep fewer."), {"given": -(-total // MB), "limit": MOST_INFLATED // MB}))  # fmt: skip
    largest = max(files, key=lambda info: info.file_size, default=None)
    if largest is not None and largest.file_size > MOST_FILE:
        raise Refusal(Message(N_("{name} unpacks to {given} MB; at most {limit} MB are possible for one file. It was not unpacked. Make the picture smaller."), {"name": clean(_decoded(largest), 60), "given": -(-largest.file_size // MB), "limit": MOST_FILE // MB}))  # fmt: skip


def _pictures(paths: Mapping[str, zipfile.ZipInfo], repairs: list[Message]) -> dict[str, zipfile.ZipInfo]:
    """The paths that are pictures by their names. What else is there is said."""
    added = [path for path in paths if ADDED.fullmatch(path)]
    rest = {path: info for path, info in paths.items() if not ADDED.fullmatch(path)}
    links = {path for path, info in rest.items() if stat.S_ISLNK(info.external_attr >> 16)}
    others = [path for path in rest if path not in links and not PICTURE.fullmatch(path)]
    if added:
        repairs.append(
            Message(N_("Files that a computer adds by itself ({count}) were passed over: {names}."), {"count": len(added), "names": named(added, 2)})
        )
    if links:
        repairs.append(Message(N_("Links to other files ({count}) were left out: {names}."), {"count": len(links), "names": named(links)}))
    if others:
        repairs.append(Message(NOT_PICTURES, {"count": len(others), "names": named(others)}))
    pictures = {path: info for path, info in rest.items() if path not in links and PICTURE.fullmatch(path)}
    if not pictures:
        raise Refusal(Message(N_("No picture is in the zip. Put a folder of PNG or JPEG pictures for each class into it.")), *repairs)
    return pictures


def named(paths: Iterable[str], most: int = 5) -> str:
    """The first few files of a list, each with its folder, so that a page can show them."""
    return listed([clean("/".join(path.replace("\\", "/").split("/")[-2:]), 50) or "?" for path in paths], most)


def _by_class(pictures: Mapping[str, zipfile.ZipInfo], repairs: list[Message]) -> dict[str, list[zipfile.ZipInfo]]:
    """Class -> its pictures, in the order of their names, numbers as numbers."""
    split = {path: path.split("/") for path in pictures}
    around = ""  # the folder that is around them all
    while len({parts[0] for parts in split.values()}) == 1 and all(len(parts) > 1 for parts in split.values()):
        around = next(iter(split.values()))[0]
        split = {path: parts[1:] for path, parts in split.items()}
    tops = {parts[0] for parts in split.values() if len(parts) > 1}
    if tops and all(PART.fullmatch(top) for top in tops) and all(len(parts) > 2 for parts in split.values()):
        repairs.append(
            Message(N_("The folders {names} were put together: what is for learning and what for testing is cut here anew."), {"names": listed(sorted(tops))})
        )
        split = {path: parts[1:] for path, parts in split.items()}
    folders = any(len(parts) > 1 for parts in split.values())
    found: dict[str, list[zipfile.ZipInfo]] = {}
    titles: dict[str, str] = {}
    without: list[str] = []
    for path in sorted(split, key=_natural):
        parts = split[path]
        said = (parts[0] if len(parts) > 1 else "") if folders else BEGINNING.match(parts[-1]).group()  # type: ignore[union-attr]
        name = clean(said.strip(" .,;+#~"), LONGEST_CLASS)
        if name:
            found.setdefault(titles.setdefault(name.casefold(), name), []).append(pictures[path])
        else:
            without.append(path)
    if without and folders:
        repairs.append(
            Message(
                N_("Pictures beside the folders ({count}) were left out, for their class is not known: {names}."),
                {"count": len(without), "names": named(without)},
            )
        )
    elif without:
        repairs.append(
            Message(N_("Pictures whose names do not begin with a class ({count}) were left out: {names}."), {"count": len(without), "names": named(without)})
        )
    if not found and around:
        enough({clean(around, LONGEST_CLASS): len(without)})
    if not found:
        raise Refusal(Message(N_("No classes were found. Put a folder of pictures for each class into the zip, or begin each name with the class, such as cat-1.png and dog-1.png.")), *repairs)  # fmt: skip
    if not folders:
        repairs.append(Message(N_("There are no folders: the class is how a file's name begins, up to the first digit, _ or -.")))
    return dict(sorted(found.items(), key=lambda item: _natural(item[0])))


def _natural(text: str) -> list[tuple[int, int, str]]:
    """A key that sorts 2 before 10."""
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part.casefold()) for part in re.split(r"(\d{1,9})", text) if part]
