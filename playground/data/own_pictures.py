"""A person's own pictures. The spec names them by their checksum and says what they give; the pixels are in a folder of this computer, never in a link.

What was given is decoded once, in a process of its own. What is kept of it is a small file of bytes: every picture as 28x28 grey and as 32x32 in colour, so
that a change of mind needs no file, and no worker ever decodes what a stranger has written.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Le, MaxLen, MinLen
from numpy.typing import NDArray
from pydantic import Field, model_validator

from playground.data import picture_files, picture_zip, upload
from playground.data.contract import Data, Dataset, ImagesSpec, pixels
from playground.data.csv_columns import MOST_CLASSES
from playground.data.picture_files import SIZES, Unfit
from playground.data.picture_zip import LEAST_CLASSES, LEAST_PICTURES, MOST_INFLATED, MOST_PICTURES, named
from playground.text import N_, Message, Refusal

SUFFIX = ".npz"
MADE = b"1"  # of how pictures are made small: another way gives another checksum
MOST_PIXELS = 300_000_000  # of all pictures together
SHOWN = 40  # small pictures in a description
BRIGHT, COLOURFUL = 0.6, 0.08  # means, of 1: from here on it is ink on paper; there are colours to see
GREY, COLOUR = (1, SIZES["grey"], SIZES["grey"]), (3, SIZES["colour"], SIZES["colour"])
FEATURES = {shape: pixels(shape) for shape in (GREY, COLOUR)}
DAMAGED = (*picture_zip.BROKEN, KeyError)
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, as Pillow has it

DATASET = Dataset(
    title=N_("Your own pictures"),
    about=N_("Pictures of your own, out of a zip with a folder for each class."),
    kind="images",
    task="classes",
    features=FEATURES[GREY],
    shape=GREY,
)


class Spec(ImagesSpec):
    """Pictures by their checksum, and what they give: so the spec alone tells classes and shape. invert: dark and light change places, for ink on paper."""

    name: Literal["own_pictures"] = "own_pictures"
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    class_names: Annotated[tuple[upload.Name, ...], MinLen(LEAST_CLASSES), MaxLen(MOST_CLASSES)]
    rows: Annotated[int, Ge(LEAST_CLASSES * LEAST_PICTURES), Le(MOST_PICTURES)]
    size: Literal[28, 32] = 28
    colour: bool = False
    invert: bool = False

    @model_validator(mode="after")
    def _agrees(self) -> Spec:
        if len(set(self.class_names)) < len(self.class_names):
            raise Refusal(Message(N_("Two of the pictures' classes have the same name. Give the pictures again.")))
        if self.size != SIZES["colour" if self.colour else "grey"]:
            raise Refusal(
                Message(N_("Own pictures are {grey}×{grey} in grey or {colour}×{colour} in colour; {given}×{given} was given."), {**SIZES, "given": self.size})
            )
        return self


def describe(spec: Spec) -> Dataset:
    """The dataset with the classes, number and shape of pictures that the spec names."""
    shape = COLOUR if spec.colour else GREY
    return replace(DATASET, features=FEATURES[shape], classes=spec.class_names, rows=spec.rows, shape=shape)


def missing() -> Refusal:
    return Refusal(Message(N_("The pictures behind this link are not on this server. Give the same pictures again, and the link works.")))


def spec_for(described: Mapping[str, Any], colour: bool, invert: bool) -> dict[str, Any]:
    """The data of an experiment on described pictures, as plain data."""
    size = SIZES["colour" if colour else "grey"]
    return {"name": "own_pictures", "sha256": described["sha256"], "class_names": described["classes"], "rows": described["rows"], "size": size, "colour": colour, "invert": invert}  # fmt: skip


# -- what is given, in a process of its own


def description(raw: bytes) -> tuple[dict[str, Any], bytes]:
    """What is in a zip, as JSON, and the file that is kept of it. Refusal where there is nothing to learn from. The checksum is of classes and pictures:
    the same ones, packed anew, are the same set."""
    found = picture_zip.sort_out(raw)
    repairs = list(found.repairs)
    small, answers, digests = _read(found, repairs)
    counts = {name: int((answers == number).sum()) for number, name in enumerate(found.classes)}
    picture_zip.enough(counts, *repairs)
    stacked = {name: np.stack([one[name] for one in small]) for name in SIZES}
    grey, colour, ground = _laid(stacked)
    if ground is not None:
        where = N_("black") if ground == 0 else N_("white")
        repairs.append(Message(N_("The ground behind transparent pictures is {colour}, so that what they show stands out."), {"colour": where}))
    brightness, chroma = float(grey.mean()) / 255, float((colour.max(3).astype(np.int16) - colour.min(3)).mean()) / 255
    described = {
        "sha256": _checksum(counts, answers, digests),
        "classes": list(counts),
        "counts": list(counts.values()),
        "rows": len(answers),
        "brightness": round(brightness, 2),
        "colour": chroma > COLOURFUL,
        "invert": chroma <= COLOURFUL and brightness > BRIGHT,
        "repairs": [message.plain() for message in repairs],
        **_shown(grey, colour, answers),
    }
    return described, _packed(described, grey, colour, answers)


def _read(found: picture_zip.Sorted, repairs: list[Message]) -> tuple[list[dict[str, NDArray[np.uint8]]], NDArray[np.uint8], list[str]]:
    """Each good picture made small, its class (n,), its checksum; in each class by checksum. What was left out or put right is added to `repairs`."""
    kept: list[tuple[int, str, dict[str, NDArray[np.uint8]]]] = []
    told: dict[str, list[str]] = {}
    classes_of: dict[str, set[int]] = {}
    again: list[str] = []
    unpacked = seen = 0
    for number, infos in enumerate(found.classes.values()):
        for info in infos:
            try:
                raw = _unpacked(found, info, MOST_INFLATED - unpacked)
                unpacked += len(raw)
                digest = hashlib.sha256(raw).hexdigest()
                if number in classes_of.setdefault(digest, set()):
                    again.append(info.filename)
                    continue
                header = picture_files.header(raw)
                seen += header.pixels
                if seen > MOST_PIXELS:
                    raise Refusal(Message(N_("The pictures have more than {limit} million pixels together. Make them smaller, 64×64 pixels are plenty, or keep fewer."), {"limit": MOST_PIXELS // 10**6}))  # fmt: skip
                small = picture_files.decoded(header)
            except Unfit as unfit:
                told.setdefault(unfit.why, []).append(info.filename)
                continue
            classes_of[digest].add(number)
            kept.append((number, digest, small))
            for note in header.notes:
                told.setdefault(note, []).append(info.filename)
    limits = {name: limit // 10**6 for name, limit in picture_files.MOST_PIXELS.items()}
    values = {"limit": limits["PNG"], "jpeg": limits["JPEG"], "least": picture_files.LEAST_SIDE}
    repairs += [Message(text, {**values, "count": len(names), "names": named(names)}) for text, names in told.items()]
    if again:
        repairs.append(Message(N_("Pictures that stand twice in their class ({count}) are used once: {names}."), {"count": len(again), "names": named(again)}))
    if (torn := sum(len(numbers) > 1 for numbers in classes_of.values())) > 0:
        repairs.append(Message(N_("Pictures stand in several classes ({count}): of such a one every answer is wrong somewhere."), {"count": torn}))
    kept.sort(key=lambda one: one[:2])
    return [small for _, _, small in kept], np.array([number for number, _, _ in kept], np.uint8), [digest for _, digest, _ in kept]


def _unpacked(found: picture_zip.Sorted, info: Any, room: int) -> bytes:
    """A file's bytes; never more than the zip says, nor than there is room for."""
    most = min(info.file_size, picture_zip.MOST_FILE)
    if most > room:
        raise Refusal(Message(N_("The zip unpacks to more than {limit} MB. Make the pictures smaller, or keep fewer."), {"limit": MOST_INFLATED >> 20}))
    try:
        with found.zip.open(info) as file:
            raw = file.read(most)
            file.read(1)  # where it ends, its checksum is looked at
    except picture_zip.BROKEN:
        raise Unfit(picture_files.CUT_OFF) from None
    return raw


def _laid(small: Mapping[str, NDArray[np.uint8]]) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int | None]:
    """Grey (n, 28, 28), colour (n, 32, 32, 3), and the ground that transparent pictures were laid on, 0 or 255: dark behind light ones; None where none is."""
    clear = small["colour"][..., 3] < 255
    ground: int | None = None
    if clear.any():
        some = small["colour"][clear.any((1, 2))].astype(np.float32)  # each colour is already times how solid it is
        ground = 255 if (some[..., :3] @ LUMA).sum() < 0.5 * some[..., 3].sum() else 0
    on = {name: np.minimum(part[..., :3], part[..., 3:]) + (255 - part[..., 3:] if ground else np.uint8(0)) for name, part in small.items()}
    grey = np.rint(on["grey"].astype(np.float32) @ LUMA).astype(np.uint8)
    return grey, on["colour"], ground


def _checksum(counts: Mapping[str, int], answers: NDArray[np.uint8], digests: list[str]) -> str:
    said = hashlib.sha256(MADE + json.dumps(list(counts)).encode())
    for answer, digest in zip(answers.tolist(), digests, strict=True):
        said.update(f"{answer} {digest}\n".encode())
    return said.hexdigest()


def _shown(grey: NDArray[np.uint8], colour: NDArray[np.uint8], answers: NDArray[np.uint8]) -> dict[str, Any]:
    """A few pictures of each class, as text: shown (k,) their classes; thumbnails: grey (k, 28, 28) and colour (k, 32, 32, 3), base64."""
    classes = int(answers.max()) + 1
    many = max(2, min(6, SHOWN // classes))
    each = [np.flatnonzero(answers == number) for number in range(classes)]
    places = np.concatenate([mine[np.unique(np.linspace(0, len(mine) - 1, many).astype(int))] for mine in each])
    coded = {"grey": base64.b64encode(grey[places].tobytes()).decode(), "colour": base64.b64encode(colour[places].tobytes()).decode()}
    return {"shown": answers[places].tolist(), "thumbnails": coded}


def _packed(described: Mapping[str, Any], grey: NDArray[np.uint8], colour: NDArray[np.uint8], answers: NDArray[np.uint8]) -> bytes:
    out = io.BytesIO()
    about = np.frombuffer(json.dumps(described).encode(), np.uint8)
    np.savez_compressed(out, about=about, grey=grey.reshape(len(grey), -1), colour=np.moveaxis(colour, 3, 1).reshape(len(colour), -1), y=answers)
    return out.getvalue()


# -- what is kept


def kept_description(raw: bytes) -> dict[str, Any]:
    """The description that stands in a kept file. Refusal where it is damaged."""
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as held:
            found: dict[str, Any] = json.loads(held["about"].tobytes())
            return found
    except DAMAGED:
        raise missing() from None


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The pictures as they are kept; nothing is drawn by chance. Refusal where they are not here, or do not give what the spec says."""
    try:
        with np.load(upload.path(spec.sha256, SUFFIX), allow_pickle=False) as held:
            x, y, about = held["colour" if spec.colour else "grey"], held["y"], json.loads(held["about"].tobytes())
    except DAMAGED:
        raise missing() from None
    if tuple(about["classes"]) != spec.class_names or len(y) != spec.rows:
        raise Refusal(Message(N_("The pictures do not give what this link says of them. Give them again, and use them once more.")))
    scaled = x / np.float32(255)
    return Data(1 - scaled if spec.invert else scaled, y.astype(np.int64), "classes", spec.class_names, describe(spec).features, None)
