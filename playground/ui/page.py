"""A family's whole page: its form in the sidebar, its run in the middle."""

from __future__ import annotations

import streamlit as st

from playground.engine import client
from playground.registry import families
from playground.text import t
from playground.ui import run_panel
from playground.ui.cards import cards
from playground.ui.form import form


def family_page(name: str) -> None:
    """Draw the page of the family `name`. The same for every family: what differs is in its `family.py`."""
    family = families()[name]
    try:
        engine = client.engine()
        state = run_panel.open_page(family, engine)
        run_panel.settle(family, state, engine)
    except run_panel.Elsewhere as elsewhere:
        st.switch_page(f"{elsewhere.family}.py", query_params=elsewhere.query)
    except client.Unreachable:
        unreachable()
        return
    run_panel.keep_url(state)
    form(family, state.experiment, state.problems)
    cards(family)
    run_panel.panel(family, state)


def unreachable() -> None:
    """Say that the engine is away, and offer another try."""
    st.error(t("The engine, which does the training, does not answer. It starts anew by itself; your runs are kept."))
    st.button(t("Try again"), type="primary")
