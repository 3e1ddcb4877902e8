"""What a teacher hides: settings that are not to be seen in this lesson, carried by the page's address."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from playground.families.contract import Family
from playground.text import t
from playground.ui.controls import show
from playground.ui.fields import Field

HIDE = "hide"  # the address: ?hide=data.noise,training.l2
MOST = 100  # names in it


def name_of(field: Field) -> str:
    """A field's name in the address: "training.l2"."""
    return ".".join(map(str, field.path))


def hidden() -> frozenset[str]:
    """The names in the address. What is no field's name hides nothing."""
    return frozenset(str(st.query_params.get(HIDE, ""))[: 40 * MOST].split(",")[:MOST]) - {""}


def left(drawn: Mapping[str, tuple[Field, ...]]) -> dict[str, tuple[Field, ...]]:
    """The fields that are shown: all but the hidden ones. Hidden ones keep their values."""
    names = hidden()
    return {group: tuple(field for field in shown if name_of(field) not in names) for group, shown in drawn.items()}


def lesson(family: Family, drawn: Mapping[str, tuple[Field, ...]]) -> None:
    """For a teacher: which settings to hide. The page's address then carries it, and so does the link that Share copies."""
    titles = {name_of(field): field.label for shown in drawn.values() for field in shown}
    key = f"{family.name}.lesson"

    def choose() -> None:
        if chosen := [name for name in titles if name in st.session_state[key]]:
            st.query_params[HIDE] = ",".join(chosen)
        else:
            st.query_params.pop(HIDE, None)

    with st.expander(t("For a lesson"), key="group-lesson"):
        st.multiselect(
            t("Hide these settings"),
            list(titles),
            format_func=titles.__getitem__,
            key=show(key, [name for name in titles if name in hidden()]),
            placeholder=t("Nothing is hidden"),
            help=t("They keep their values and are not shown. Share copies a link that hides them too."),
            on_change=choose,
        )
