"""A person's own table in the form: a CSV is given, what was found and put right is said, a target is chosen, and the draft takes it as its data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import streamlit as st

from playground.data import upload
from playground.data.csv_table import chosen, said, used
from playground.engine import client
from playground.engine.limits import MB, limits
from playground.families.contract import Family
from playground.registry import spec_of
from playground.text import N_, Message, Refusal, t
from playground.ui import drafts, fields
from playground.ui.controls import change
from playground.ui.fields import Draft

AWAY = N_("The engine, which reads tables, does not answer. Try again in a moment.")
TASKS: Mapping[str, str] = {"regression": N_("a number"), "binary": N_("one of two classes"), "classes": N_("one of {count} classes")}
MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&])")


@dataclass
class Given:
    """What a page remembers of a given table or pictures. described: what the engine found; drafted: the draft's when last looked; number: of the uploader,
    a new one for each file, so that the server lets go of the last one's bytes."""

    described: dict[str, Any] | None = None
    file: str = ""
    problems: tuple[Message, ...] = ()
    drafted: str = ""
    number: int = 0


def own_table(family: Family, draft: Draft) -> None:
    """The part of the form that takes a CSV. Nothing for families that learn from no tables."""
    if upload.DATASET.kind not in family.kinds:
        return
    given: Given = st.session_state.setdefault(f"{family.name}.upload", Given())
    data = draft["data"] if draft["data"]["name"] == "upload" else None
    if data is not None:
        seek(given, data["sha256"])
    with st.expander(t("Your own table (CSV)"), expanded=data is not None, key="own-table"):
        most = max(1, limits().upload_bytes // MB)
        key = f"{family.name}.upload.{given.number}"
        st.file_uploader(
            t("A CSV file of at most {limit} MB", limit=most), type=["csv", "tsv", "txt"], max_upload_size=most, key=key, on_change=_take, args=(given, key),
            help=t("One row an example, one column a property; the first line names the columns. The file stays on this server and is not in the link you share."),
        )  # fmt: skip
        for problem in given.problems:
            st.error(plain(str(problem)))
        if given.described is not None:
            _found(family, given, data)


def plain(text: str) -> str:
    """A text with words out of somebody's file, so that Markdown shows it as it is."""
    return MARKUP.sub(r"\\\1", text)


def _take(given: Given, key: str) -> None:
    """A file was chosen: the engine reads it. What is wrong with it is said, and what was there stays."""
    file = st.session_state[key]
    if file is None:
        return
    given.number += 1
    try:
        given.described = client.engine().upload(file.getvalue())
        given.file, given.problems = file.name, ()
    except Refusal as refusal:
        given.problems = refusal.messages
    except client.Unreachable:
        given.problems = (Message(AWAY),)


def seek(given: Given, sha256: str, kind: str = "table") -> None:
    """The description of the draft's table or pictures where others stood before, as on arrival by a link: asked for once."""
    if given.drafted == sha256:
        return
    given.drafted = sha256
    if given.described is None or given.described["sha256"] != sha256:
        given.described, given.file = None, ""
        with suppress(Refusal, client.Unreachable):  # that it is not here is said where the run is made
            given.described = client.engine().uploaded(sha256, kind)


def _found(family: Family, given: Given, data: Mapping[str, Any] | None) -> None:
    """What is in the table, what is to be learned from what, and the button that takes it."""
    assert given.described is not None
    described, columns = given.described, given.described["columns"]
    mine = data if data is not None and data["sha256"] == described["sha256"] else None
    st.markdown(
        t(
            "{name}: {rows} rows, {columns} columns",
            name=f"**{plain(given.file)}**" if given.file else t("This table"),
            rows=described["rows"],
            columns=len(columns),
        )
    )
    names = [column["name"] for column in columns]
    about = described["sha256"][:12]
    targets = [at for at, column in enumerate(columns) if column["task"]]
    proposed = names.index(mine["target"]) if mine and mine["target"] in names else described["target"]
    target = st.selectbox(
        t("Target"), targets, index=targets.index(proposed) if proposed in targets else 0, format_func=names.__getitem__, key=f"{family.name}.{about}.target",
        help=t("The column that the network answers with. Numbers with more than ten different values are predicted as numbers; everything else as classes."),
    )  # fmt: skip
    possible = used(described, target, ())
    left_out = mine["left_out"] if mine else described["left_out"]
    inputs = st.multiselect(
        t("Inputs"), possible, default=[at for at in possible if at not in left_out], format_func=names.__getitem__,
        key=f"{family.name}.{about}.{target}.inputs", help=t("The columns that the network is given. Leave out what would give the answer away."),
    )  # fmt: skip
    without = [at for at, column in enumerate(columns) if column["features"] and at != target and at not in inputs]
    if repairs := said(described, target, without):
        st.caption("\n".join(f"- {plain(str(message))}" for message in repairs))
    try:
        gives = chosen(described, target, without)
        spec = upload.spec_for(described, target, without)
    except Refusal as refusal:
        st.error(plain(str(refusal)))
        return
    task = t(TASKS[gives["task"]], count=len(gives["class_names"]))
    st.caption(t("{rows} examples, {inputs} inputs; the answer is {task}.", rows=gives["rows"], inputs=len(gives["features"]), task=task))
    taken = mine is not None and spec.items() <= mine.items()
    st.button(
        t("This table is in use") if taken else t("Use this table"), type="secondary" if taken else "primary", disabled=taken, key=f"{family.name}.upload.use",
        on_click=change, args=(family.name, lambda draft: with_given(draft, spec)), width="stretch",
    )  # fmt: skip


def with_given(draft: Draft, spec: Mapping[str, Any]) -> Draft:
    """The draft with this table or these pictures as its data, and a loss that fits; the shares that a person has set stay."""
    old = draft["data"]
    fresh, before = (fields.defaults(spec_of(name)) for name in (spec["name"], old["name"]))
    kept = {name: old[name] for name in fresh if name != "name" and name in old and old[name] != before.get(name) and name in before}
    return drafts.fitting_loss(drafts.put(draft, ("data",), {**fresh, **kept, **spec}))
