"""A person's own table in the form: a CSV is given, what was found and put right is said, a target is chosen, and the draft takes it as its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.data.csv_table import chosen, said, used
from playground.data.upload import spec_for
from playground.engine import client
from playground.families.contract import Family
from playground.text import N_, Refusal, t
from playground.ui.fields import Draft
from playground.ui.given import Given, button, file, listed, most, part, plain

TASKS: Mapping[str, str] = {"regression": N_("a number"), "binary": N_("one of two classes"), "classes": N_("one of {count} classes")}


def own_table(family: Family, draft: Draft) -> None:
    """The part of the form that takes a CSV. Nothing for families that learn from no tables."""
    part(family, draft, "table", "upload", t("Your own table (CSV)"), _ask, _found)


def _ask(given: Given) -> None:
    file(
        given, t("A CSV file of at most {limit} MB", limit=most()), ["csv", "tsv", "txt"], lambda raw: client.engine().upload(raw),
        t("One row an example, one column a property; the first line names the columns. The file stays on this server and is not in the link you share."),
    )  # fmt: skip


def _found(given: Given, described: Mapping[str, Any], mine: Mapping[str, Any] | None) -> None:
    """What is in the table, what is to be learned from what, and the button that takes it."""
    columns = described["columns"]
    st.markdown(t("{name}: {rows} rows, {columns} columns", name=given.named(t("This table")), rows=described["rows"], columns=len(columns)))
    names = [column["name"] for column in columns]
    about = described["sha256"][:12]
    targets = [at for at, column in enumerate(columns) if column["task"]]
    proposed = names.index(mine["target"]) if mine and mine["target"] in names else described["target"]
    target = st.selectbox(
        t("Target"), targets, index=targets.index(proposed) if proposed in targets else 0, format_func=names.__getitem__, key=f"{given.family}.{about}.target",
        help=t("The column that the network answers with. Numbers with more than ten different values are predicted as numbers; everything else as classes."),
    )  # fmt: skip
    possible = used(described, target, ())
    left_out = mine["left_out"] if mine else described["left_out"]
    inputs = st.multiselect(
        t("Inputs"), possible, default=[at for at in possible if at not in left_out], format_func=names.__getitem__,
        key=f"{given.family}.{about}.{target}.inputs", help=t("The columns that the network is given. Leave out what would give the answer away."),
    )  # fmt: skip
    without = [at for at, column in enumerate(columns) if column["features"] and at != target and at not in inputs]
    listed(said(described, target, without))
    try:
        gives = chosen(described, target, without)
        spec = spec_for(described, target, without)
    except Refusal as refusal:
        st.error(plain(str(refusal)))
        return
    task = t(TASKS[gives["task"]], count=len(gives["class_names"]))
    st.caption(t("{rows} examples, {inputs} inputs; the answer is {task}.", rows=gives["rows"], inputs=len(gives["features"]), task=task))
    button(given, spec, mine, t("Use this table"), t("This table is in use"))
