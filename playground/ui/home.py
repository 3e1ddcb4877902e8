"""The home page's cards: one for each family that is found."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from playground.experiment import from_token
from playground.families.contract import Family
from playground.registry import families
from playground.text import Refusal, t
from playground.ui import fields, style

ACROSS = 3


def home_page(pages: Mapping[str, str]) -> None:
    """A short welcome, and a card for each family. pages: family -> its page's file. An experiment's link goes on to its page."""
    if link := st.query_params.get("e"):
        _follow(link, pages)
    with st.container(key="home"):
        st.title(t("Watch a neural network learn"), anchor=False)
        st.markdown(
            t("Pick a kind of network, press Train, and see its numbers, neurons and answers move while it learns. It is a real training, step by step.")
        )
        if len(pages) == 1:
            ((name, page),) = pages.items()
            _card(families()[name], page, wide=True)
        for start in range(0, len(pages) if len(pages) > 1 else 0, ACROSS):
            columns = st.columns(ACROSS)
            for column, name in zip(columns, list(pages)[start : start + ACROSS], strict=False):
                with column:
                    _card(families()[name], pages[name], wide=False)


def _follow(link: str, pages: Mapping[str, str]) -> None:
    try:
        family = from_token(link).model.family
    except Refusal as refusal:
        st.error(str(refusal))
    else:
        st.switch_page(pages[family], query_params={"e": link})


def _card(family: Family, page: str, *, wide: bool) -> None:
    """What the family is, a picture made of its default experiment, and the way to its page. wide: the picture beside the words."""
    experiment = fields.preset(family, family.default)
    with st.container(border=True, height="content" if wide else "stretch", key=f"card-{family.name}"):
        picture, words = st.columns([3, 2], gap="large", vertical_alignment="center") if wide else (st.container(), st.container(gap="small"))
        picture.html(style.scene(family.name, experiment))
        with words:
            st.subheader(t(family.title), anchor=False)
            st.markdown(t(family.about))
            st.caption(t("{title}: {about}", title=family.presets[family.default].title, about=family.presets[family.default].about))
            st.page_link(page, label=t("Open {family}", family=family.title), icon=":material/arrow_forward:")
