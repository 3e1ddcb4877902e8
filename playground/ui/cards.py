"""The presets as a row of cards above the picture: each makes one point; the sentence of the chosen one says what to do and what to look for."""

from __future__ import annotations

import streamlit as st

from playground.families.contract import Family
from playground.text import t
from playground.ui import fields, style
from playground.ui.controls import draft_of, fill, show


def fresh_key(family: Family) -> str:
    """The key in the session that says: a card was chosen, so a fresh run begins, even where the settings differ in live ones alone."""
    return f"{family.name}.fresh"


def cards(family: Family) -> None:
    """Draw the row. A card stays named while its experiment is being changed, so that its sentence can be followed."""
    key, last = f"{family.name}.preset", f"{family.name}.from"
    chosen = fields.matching_preset(family, draft_of(family.name))
    if chosen:
        st.session_state[last] = chosen

    def load() -> None:
        if name := st.session_state[key]:
            fill(fields.preset(family, name))
            st.session_state[fresh_key(family)] = True

    names = list(family.presets)
    st.html(style.card_pictures([fields.preset(family, name).data.name for name in names]))
    with st.container(key="cards", gap=None):
        st.pills(
            t("Examples"), names, format_func=lambda name: t(family.presets[name].title), key=show(key, chosen),
            label_visibility="collapsed", on_change=load, width="stretch",
        )  # fmt: skip
        named = chosen or str(st.session_state.get(last))
        if named in family.presets:
            known = family.presets[named]
            about = t(known.about) if chosen else t("From {title}, changed. {about}", title=t(known.title), about=t(known.about))
        else:
            about = t("Your own settings. Each card above is an experiment that makes one point.")
        st.caption(about)
