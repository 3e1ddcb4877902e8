"""A person's own pictures in the form: a zip or several files are given, what was found and put right is said and shown, and the draft takes them as its data."""

from __future__ import annotations

import base64
import html
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from playground.data import picture_zip
from playground.data.own_pictures import spec_for
from playground.data.picture_files import SIZES
from playground.engine import client
from playground.engine.limits import MB, limits
from playground.families.contract import Family
from playground.text import N_, Message, Refusal, t
from playground.ui.fields import Draft
from playground.ui.given import Given, button, part, plain, take

AWAY = N_("The engine, which reads pictures, does not answer. Try again in a moment.")
LOOKS: Mapping[bool, str] = {False: N_("grey {size}×{size}"), True: N_("colour {size}×{size}")}
STYLE = """<style>
.own-classes{display:grid;grid-template-columns:fit-content(5.5rem) max-content minmax(0,1fr);gap:4px 8px;align-items:center;font-size:12px;line-height:1.3}
.own-classes span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.own-classes b{font-weight:400;opacity:.65;text-align:right;font-variant-numeric:tabular-nums}
.own-classes div{display:flex;flex-wrap:wrap;gap:2px;height:28px;overflow:hidden}
.own-classes img{width:28px;height:28px;image-rendering:pixelated;border-radius:3px;display:block}
</style>"""


def own_pictures(family: Family, draft: Draft) -> None:
    """The part of the form that takes pictures. Nothing for families that learn from none."""
    part(family, draft, "pictures", "own_pictures", t("Your own pictures"), _ask, _found)


def _ask(given: Given) -> None:
    most = max(1, limits().picture_bytes // MB)
    key = f"{given.key}.{given.number}"
    st.file_uploader(
        t("A zip with a folder for each class, or pictures named cat-1, cat-2, dog-1"),
        type=["zip", "png", "jpg", "jpeg"], accept_multiple_files=True, max_upload_size=most, key=key, on_change=_take, args=(given, key),
        help=t("PNG or JPEG, at most {limit} MB in all. Each is cut to a square and made small. They stay on this server and are not in the link you share.", limit=most),
    )  # fmt: skip


def _take(given: Given, key: str) -> None:
    """Files were chosen."""
    files = st.session_state[key]
    if files:
        given.number += 1
        name = files[0].name if len(files) == 1 else ""
        take(given, name, lambda: client.engine().upload_pictures(_together([(file.name, file.getvalue()) for file in files])), AWAY)


def _together(files: Sequence[tuple[str, bytes]]) -> bytes:
    """One zip out of what was chosen: the zip itself, or the loose pictures packed."""
    zips = [name for name, _ in files if name.lower().endswith(".zip")]
    if zips and len(files) > 1:
        raise Refusal(Message(N_("Several files were given, with a zip among them ({name}). Give one zip, or pictures without one."), {"name": zips[0]}))
    return files[0][1] if zips else picture_zip.pack(files)


def _found(given: Given, described: Mapping[str, Any], mine: Mapping[str, Any] | None) -> None:
    """What is in them, how they will look to the network, and the button that takes them."""
    about = f"{given.family}.{described['sha256'][:12]}"
    name = given.named(t("These pictures"))
    st.markdown(t("{name}: {rows} pictures of {classes} classes", name=name, rows=described["rows"], classes=len(described["classes"])))
    colour = st.segmented_control(
        t("What the network sees"), [False, True], default=bool(mine["colour"] if mine else described["colour"]), required=True,
        format_func=lambda colour: t(LOOKS[colour], size=SIZES["colour" if colour else "grey"]), key=f"{about}.colour", width="stretch",
        help=t("Grey is three times less work. Colour helps where classes differ in it."),
    )  # fmt: skip
    invert = st.toggle(
        t("Swap dark and light"), value=bool(mine["invert"] if mine else described["invert"]), key=f"{about}.invert",
        help=t("For dark ink on white paper: networks learn faster where most of a picture is 0, black, and what matters is bright."),
    )  # fmt: skip
    st.html(STYLE + _sheet(described, bool(colour), invert))
    st.caption("\n".join(f"- {line}" for line in (t(_proposed(described), percent=round(100 * described["brightness"])), *map(plain, _repairs(described)))))
    button(given, spec_for(described, bool(colour), invert), mine, t("Use these pictures"), t("These pictures are in use"))


def _proposed(described: Mapping[str, Any]) -> str:
    """Why the pictures are first shown as they are."""
    if described["colour"]:
        return N_("They have colours, so colour is proposed.")
    if described["invert"]:
        return N_("They are bright, {percent} % on average, like ink on paper: dark and light are swapped at first.")
    return N_("They are {percent} % bright on average and stay as they are.")


def _repairs(described: Mapping[str, Any]) -> list[str]:
    return [str(Message.of(message)) for message in described["repairs"]]


def _sheet(described: Mapping[str, Any], colour: bool, invert: bool) -> str:
    """A line for each class: its name, how many, a few of its pictures as the network sees them."""
    size = SIZES["colour" if colour else "grey"]
    raw = np.frombuffer(base64.b64decode(described["thumbnails"]["colour" if colour else "grey"]), np.uint8).reshape(-1, size, size, 3 if colour else 1)
    shown = 255 - raw if invert else raw
    lines = []
    for number, (name, count) in enumerate(zip(described["classes"], described["counts"], strict=True)):
        said = html.escape(name, quote=True)
        few = "".join(
            f'<img alt="" src="data:image/png;base64,{base64.b64encode(_png(shown[at])).decode()}">'
            for at, one in enumerate(described["shown"])
            if one == number
        )
        lines.append(f'<span title="{said}">{said}</span><b>{count}</b><div>{few}</div>')
    return f'<div class="own-classes">{"".join(lines)}</div>'


def _png(pixels: NDArray[np.uint8]) -> bytes:
    """(height, width, 1 or 3) as a PNG file."""
    height, width, channels = pixels.shape

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, -1)], 1)
    head = struct.pack(">IIBBBBB", width, height, 8, 0 if channels == 1 else 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows.tobytes(), 1)) + chunk(b"IEND", b"")
