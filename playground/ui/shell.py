"""What is around every page: navigation, language, style."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from playground.registry import families
from playground.text import N_, t
from playground.ui import style
from playground.ui.language import language_switch, use_language

NAME = N_("Playground")
SIDEBAR = 288  # pixels
ICON = str(Path(__file__).with_name("icon.svg"))


def family_pages(folder: Path) -> Mapping[str, str]:
    """Family -> file of its page, for the families that have one in `folder`, in their order."""
    return {name: str(folder / f"{name}.py") for name in families() if (folder / f"{name}.py").exists()}


def shell(folder: Path) -> None:
    """Run the page that was asked for, inside navigation, language switch and style. folder: where the pages are."""
    use_language()
    pages = [st.Page(folder / "home.py", title=t(NAME), default=True)]
    pages += [st.Page(file, title=t(families()[name].title), url_path=name) for name, file in family_pages(folder).items()]
    page = st.navigation(pages, position="top")
    st.set_page_config(page_title=page.title if page is pages[0] else f"{page.title} · {t(NAME)}", page_icon=ICON, layout="wide", initial_sidebar_state=SIDEBAR)
    st.html(style.PAGE)
    language_switch()
    page.run()
