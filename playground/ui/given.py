"""What a person gives of their own, in the form: the part that opens for it, the engine that reads it, and the button by which the draft takes it as its data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.engine import client
from playground.engine.limits import MB, limits
from playground.families.contract import Family
from playground.registry import datasets, spec_of
from playground.text import N_, Message, Refusal
from playground.ui import drafts, fields
from playground.ui.controls import change
from playground.ui.fields import Draft

AWAY = N_("The engine, which reads tables, does not answer. Try again in a moment.")
MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&])")


@dataclass
class Given:
    """What a page remembers of what was given. family: its name; kind: what it is, as the engine names it; described: what the engine found; drafted: the draft's
    when last looked; number: of the uploader, a new one for each file, so that the server lets go of the last one's bytes."""

    family: str
    kind: str
    described: dict[str, Any] | None = None
    file: str = ""
    problems: tuple[Message, ...] = ()
    drafted: str = ""
    number: int = 0

    @property
    def key(self) -> str:
        """What the keys of its widgets begin with."""
        return f"{self.family}.{self.kind}"

    def named(self, otherwise: str) -> str:
        """The file's name as Markdown, where it is known."""
        return f"**{plain(self.file)}**" if self.file else otherwise


Ask = Callable[[Given], None]
Found = Callable[[Given, Mapping[str, Any], Mapping[str, Any] | None], None]


def part(family: Family, draft: Draft, kind: str, dataset: str, title: str, ask: Ask, found: Found) -> None:
    """The part of the form that takes such data. Nothing for families that learn from none. ask(given): how it is given; found(given, described, mine): what is in it,
    and the draft's data where that is what they are made of."""
    if datasets()[dataset].kind not in family.kinds:
        return
    given: Given = st.session_state.setdefault(f"{family.name}.{kind}", Given(family.name, kind))
    data = draft["data"] if draft["data"]["name"] == dataset else None
    if data is not None:
        _seek(given, data["sha256"])
    with st.expander(title, expanded=data is not None, key=f"own-{kind}"):
        ask(given)
        for problem in given.problems:
            st.error(plain(str(problem)))
        if given.described is not None:
            found(given, given.described, data if data is not None and data["sha256"] == given.described["sha256"] else None)


def most() -> int:
    """MB of a table, a series or a text."""
    return max(1, limits().upload_bytes // MB)


def file(given: Given, label: str, types: Sequence[str], read: Callable[[bytes], dict[str, Any]], help: str | None = None) -> None:
    """Where a file is chosen. read: by the engine."""
    key = f"{given.key}.{given.number}"
    st.file_uploader(label, type=types, max_upload_size=most(), key=key, on_change=_chosen, args=(given, key, read), help=help)


def _chosen(given: Given, key: str, read: Callable[[bytes], dict[str, Any]]) -> None:
    chosen = st.session_state[key]
    if chosen is not None:
        given.number += 1
        take(given, chosen.name, lambda: read(chosen.getvalue()))


def take(given: Given, name: str, read: Callable[[], dict[str, Any]], away: str = AWAY) -> None:
    """The engine reads what was given. What is wrong with it is said, and what was there stays. away: said where there is no engine."""
    try:
        given.described = read()
        given.file, given.problems = name, ()
    except Refusal as refusal:
        given.problems = refusal.messages
    except client.Unreachable:
        given.problems = (Message(away),)


def _seek(given: Given, sha256: str) -> None:
    """The description of the draft's where another stood before, as on arrival by a link: asked for once."""
    if given.drafted == sha256:
        return
    given.drafted = sha256
    if given.described is None or given.described["sha256"] != sha256:
        given.described, given.file = None, ""
        with suppress(Refusal, client.Unreachable):  # that it is not here is said where the run is made
            given.described = client.engine().uploaded(sha256, given.kind)


def plain(text: str) -> str:
    """A text with words out of somebody's file, so that Markdown shows it as it is."""
    return MARKUP.sub(r"\\\1", text)


def listed(messages: Iterable[Message]) -> None:
    """What was put right, a line each."""
    if lines := [f"- {plain(str(message))}" for message in messages]:
        st.caption("\n".join(lines))


def button(given: Given, spec: Mapping[str, Any], mine: Mapping[str, Any] | None, use: str, in_use: str) -> None:
    """The button by which the draft takes it; dead where it has."""
    taken = mine is not None and spec.items() <= mine.items()
    st.button(
        in_use if taken else use, type="secondary" if taken else "primary", disabled=taken, key=f"{given.key}.use",
        on_click=change, args=(given.family, lambda draft: _with_given(draft, spec)), width="stretch",
    )  # fmt: skip


def _with_given(draft: Draft, spec: Mapping[str, Any]) -> Draft:
    """The draft with this as its data, and a loss that fits; the shares that a person has set stay."""
    old = draft["data"]
    fresh, before = (fields.defaults(spec_of(name)) for name in (spec["name"], old["name"]))
    kept = {name: old[name] for name in fresh if name != "name" and name in old and old[name] != before.get(name) and name in before}
    return drafts.fitting_loss(drafts.put(draft, ("data",), {**fresh, **kept, **spec}))
