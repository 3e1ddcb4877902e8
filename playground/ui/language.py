"""The language of a visitor: the browser's at first, then what the person chose, kept in the session and in `?lang=`."""

from __future__ import annotations

import streamlit as st

from playground import text

KEY = "language"
SHORT = {"en": "English", "zh_Hans": "中文"}


def use_language() -> str:
    """Set the language for this thread: at the start of each script run, and of each fragment run (a thread of its own)."""
    asked = st.query_params.get("lang")
    if KEY not in st.session_state and asked in text.LANGUAGES:
        st.session_state[KEY] = asked
    chosen: str = st.session_state.get(KEY) or text.from_browser(st.context.locale)
    text.use(chosen)
    return chosen


def language_switch() -> None:
    """Draw the switch at the top right, and keep the choice in the URL, where a changed page has cleared it."""
    if st.session_state.get(KEY) and st.query_params.get("lang") != st.session_state[KEY]:
        st.query_params["lang"] = st.session_state[KEY]
    with st.container(key="language-switch"):
        st.segmented_control(
            text.t("Language"),
            list(text.LANGUAGES),
            default=text.language(),
            format_func=SHORT.__getitem__,
            required=True,
            key="language-choice",
            label_visibility="collapsed",
            on_change=_chosen,
        )


def _chosen() -> None:
    st.session_state[KEY] = st.session_state["language-choice"]
