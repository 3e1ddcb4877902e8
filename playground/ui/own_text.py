"""A person's own text in the form: pasted or given as a file; what was found and put right is said, and the draft takes it as its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.data import own_text as texts
from playground.data.text_files import LEAST, MOST
from playground.engine import client
from playground.engine.limits import MB, limits
from playground.families.contract import Family
from playground.text import Message, Refusal, t
from playground.ui.controls import change
from playground.ui.fields import Draft
from playground.ui.upload import AWAY, Given, plain, seek, with_given


def own_text(family: Family, draft: Draft) -> None:
    """The part of the form that takes a text. Nothing for families that learn from none."""
    if texts.DATASET.kind not in family.kinds:
        return
    given: Given = st.session_state.setdefault(f"{family.name}.text", Given())
    data = draft["data"] if draft["data"]["name"] == "own_text" else None
    if data is not None:
        seek(given, data["sha256"], "text")
    with st.expander(t("Your own text"), expanded=data is not None, key="own-text"):
        most = max(1, limits().upload_bytes // MB)
        key, pasted = f"{family.name}.text.{given.number}", f"{family.name}.text.pasted"
        st.text_area(
            t("Paste a text"), key=pasted, height=110, placeholder=t("At least {least} signs; a few pages are good.", least=f"{LEAST:,}"),
            help=t("A song book, a play, your own essays: at most {most} signs are used. It stays on this server and is not in the link you share.", most=f"{MOST:,}"),
        )  # fmt: skip
        st.button(
            t("Read this text"),
            key=f"{family.name}.text.read",
            on_click=_paste,
            args=(given, pasted),
            width="stretch",
            disabled=not st.session_state.get(pasted),
        )
        st.file_uploader(
            t("Or a text file of at most {limit} MB", limit=most), type=["txt", "md"], max_upload_size=most, key=key, on_change=_take, args=(given, key)
        )
        for problem in given.problems:
            st.error(plain(str(problem)))
        if given.described is not None:
            _found(family, given, data)


def _paste(given: Given, key: str) -> None:
    _read(given, st.session_state[key].encode("utf-8", "replace"), "")


def _take(given: Given, key: str) -> None:
    file = st.session_state[key]
    if file is not None:
        given.number += 1
        _read(given, file.getvalue(), file.name)


def _read(given: Given, raw: bytes, name: str) -> None:
    """The engine reads it. What is wrong with it is said, and what was there stays."""
    try:
        given.described = client.engine().upload_text(raw)
        given.file, given.problems = name, ()
    except Refusal as refusal:
        given.problems = refusal.messages
    except client.Unreachable:
        given.problems = (Message(AWAY),)


def _found(family: Family, given: Given, data: Mapping[str, Any] | None) -> None:
    """How long it is, of how many signs, what was put right, how it begins; and the button that takes it."""
    assert given.described is not None
    told = given.described
    mine = data if data is not None and data["sha256"] == told["sha256"] else None
    name = f"**{plain(given.file)}**" if given.file else t("This text")
    st.markdown(t("{name}: {count} signs, {kinds} different ones", name=name, count=f"{told['count']:,}", kinds=len(told["alphabet"])))
    st.caption(f"“{plain(told['excerpt'])} …”")
    if said := [Message.of(message) for message in told["repairs"]]:
        st.caption("\n".join(f"- {plain(str(message))}" for message in said))
    spec = texts.spec_for(told)
    taken = mine is not None and spec.items() <= mine.items()
    st.button(
        t("This text is in use") if taken else t("Use this text"), type="secondary" if taken else "primary", disabled=taken, key=f"{family.name}.text.use",
        on_click=change, args=(family.name, lambda draft: with_given(draft, spec)), width="stretch",
    )  # fmt: skip
