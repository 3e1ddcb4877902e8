"""A person's own text in the form: pasted or given as a file; what was found and put right is said, and the draft takes it as its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.data.own_text import spec_for
from playground.data.text_files import LEAST, MOST
from playground.engine import client
from playground.families.contract import Family
from playground.text import Message, t
from playground.ui.fields import Draft
from playground.ui.given import Given, button, file, listed, most, part, plain, take


def own_text(family: Family, draft: Draft) -> None:
    """The part of the form that takes a text. Nothing for families that learn from none."""
    part(family, draft, "text", "own_text", t("Your own text"), _ask, _found)


def _ask(given: Given) -> None:
    """A field to paste it into, or a file."""
    pasted = f"{given.key}.pasted"
    st.text_area(
        t("Paste a text"), key=pasted, height=110, placeholder=t("At least {least} signs; a few pages are good.", least=f"{LEAST:,}"),
        help=t("A song book, a play, your own essays: at most {most} signs are used. It stays on this server and is not in the link you share.", most=f"{MOST:,}"),
    )  # fmt: skip
    empty = not st.session_state.get(pasted)
    st.button(t("Read this text"), key=f"{given.key}.read", on_click=_paste, args=(given, pasted), width="stretch", disabled=empty)
    file(given, t("Or a text file of at most {limit} MB", limit=most()), ["txt", "md"], _read)


def _paste(given: Given, key: str) -> None:
    take(given, "", lambda: _read(st.session_state[key].encode("utf-8", "replace")))


def _read(raw: bytes) -> dict[str, Any]:
    return client.engine().upload_text(raw)


def _found(given: Given, told: Mapping[str, Any], mine: Mapping[str, Any] | None) -> None:
    """How long it is, of how many signs, what was put right, how it begins; and the button that takes it."""
    name = given.named(t("This text"))
    st.markdown(t("{name}: {count} signs, {kinds} different ones", name=name, count=f"{told['count']:,}", kinds=len(told["alphabet"])))
    st.caption(f"“{plain(told['excerpt'])} …”")
    listed(map(Message.of, told["repairs"]))
    button(given, spec_for(told), mine, t("Use this text"), t("This text is in use"))
