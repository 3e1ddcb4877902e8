"""The home page's cards: one for each family that is found."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from playground.families.contract import Family
from playground.text import t
from playground.ui import fields, thumbnails

ACROSS = 3


def home_page(pages: Mapping[str, str]) -> None:
    """A short welcome, and a card for each family. pages: family -> its page's file."""
    from playground.registry import families

    with st.container(key="home"):
        st.title(t("Watch a neural network learn"), anchor=False)
        st.markdown(
            t("Pick a kind of network, press Train, and see its numbers, neurons and answers move while it learns. It is a real training, step by step.")
        )
        for start in range(0, len(pages), ACROSS):
            columns = st.columns(ACROSS)
            for column, name in zip(columns, list(pages)[start : start + ACROSS], strict=False):
                with column:
                    _card(families()[name], pages[name])


def _card(family: Family, page: str) -> None:
    """What the family is, a picture made of its default experiment, and the way to its page."""
    with st.container(border=True, key=f"card-{family.name}"):
        picture = thumbnails.scene(fields.preset(family, family.default))
        st.html(f'<div class="scene" role="img" aria-label="{escape(t(family.title))}">{picture}</div>')
        st.subheader(t(family.title), anchor=False)
        st.markdown(t(family.about))
        st.page_link(page, label=t("Open {family}", family=family.title), icon=":material/arrow_forward:")
