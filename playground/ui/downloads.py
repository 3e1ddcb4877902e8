"""Full data sets in the form: each is fetched when somebody asks for it, by the engine, while the page may be closed; where that fails, the one that ships is offered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.data.download import SOURCES
from playground.engine import client
from playground.families.contract import Family
from playground.registry import datasets
from playground.text import N_, Message, t
from playground.ui import drafts
from playground.ui.controls import change, draft_of
from playground.ui.fields import Draft
from playground.ui.language import use_language

MB = 10**6  # as file sizes are told
LOOK = 1.0  # seconds between two looks at what is being fetched
STYLE = """<style>
.st-key-form .st-key-more-pictures [class*=st-key-set-]{flex-wrap:nowrap}
.st-key-form .st-key-more-pictures [class*=st-key-set-] :is(p,.stMarkdown){white-space:nowrap;font-size:12px;margin:0!important}
.st-key-form .st-key-more-pictures [class*=st-key-set-] :is(.stElementContainer,.stMarkdown,[data-testid=stMarkdownContainer]){display:flex;align-items:center;margin:0!important}
.st-key-form .st-key-more-pictures [class*=st-key-set-] button{min-height:1.7rem;padding:0 .5rem;white-space:nowrap}
.st-key-form .st-key-more-pictures .stAlert :is(p,div){font-size:12px;line-height:1.4}
</style>"""
WITHOUT = N_("{twin} ships with the playground and works the same way.")


def more_pictures(family: Family, draft: Draft) -> None:
    """The part of the form with the sets that have to be downloaded first. Nothing for families that take none of them."""
    offered = [name for name, found in datasets().items() if found.download and found.kind in family.kinds and found.task in family.tasks]
    if not offered:
        return
    offered.sort(key=lambda name: SOURCES[name].bytes)
    with st.expander(t("More pictures"), expanded=draft["data"]["name"] in offered, key="more-pictures"):
        st.html(STYLE)
        try:
            told = client.engine().downloads()
        except client.Unreachable:
            st.caption(t("The engine does not answer. Try again in a moment."))
            return
        running = any(told[name]["state"] == "running" for name in offered)
        st.fragment(_sets, run_every=LOOK if running else None)(family, offered, running)


def _sets(family: Family, offered: list[str], running: bool) -> None:
    use_language()  # a fragment's rerun has a thread of its own
    try:
        told = client.engine().downloads()
    except client.Unreachable:
        return
    if running and not any(told[name]["state"] == "running" for name in offered):
        st.rerun()  # the whole page: nothing is left to look at again and again
    for name in offered:
        _set(family, name, told[name])


def _set(family: Family, name: str, told: Mapping[str, Any]) -> None:
    """One set: its name and size; the button that fetches or takes it, or how far it has come; why it did not come."""
    found = datasets()[name]
    current = draft_of(family.name)["data"]["name"]
    size = t("{size} MB", size=round(told["bytes"] / MB))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"set-{name}"):
        st.markdown(t(found.title), help=t(found.about), width="stretch")
        if told["state"] == "here":
            used = current == name
            if st.button(t("In use") if used else t("Use"), disabled=used, key=f"{family.name}.set.{name}"):
                change(family.name, lambda draft: drafts.choose_data(draft, name))
                st.rerun()
        elif told["state"] == "absent" and st.button(t("Download ({size})", size=size), key=f"{family.name}.set.{name}"):
            client.engine().download(name)
            st.rerun()
    if told["state"] == "running":
        share = min(1.0, told["done"] / told["bytes"])
        st.progress(share, t("{done} of {size}", done=f"{told['done'] / MB:.1f}", size=size) if share < 1 else t("Unpacking"))
    if told["state"] == "absent" and told["refusal"]:
        _instead(family, name, [Message.of(message) for message in told["refusal"]])


def _instead(family: Family, name: str, why: list[Message]) -> None:
    """Why a set did not come, and the one that takes its place."""
    twin = datasets()[name].download
    title = t(datasets()[twin].title)
    st.warning(" ".join((*map(str, why), t(WITHOUT, twin=title))))
    if draft_of(family.name)["data"]["name"] != twin and st.button(t("Take {twin}", twin=title), key=f"{family.name}.instead.{name}", width="stretch"):
        change(family.name, lambda draft: drafts.choose_data(draft, twin))
        st.rerun()
