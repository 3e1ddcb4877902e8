"""A person's own series in the form: a CSV is given, what was found and put right is said, a column is chosen, and the draft takes it as its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.data.own_series import spec_for
from playground.engine import client
from playground.families.contract import Family
from playground.text import Message, t
from playground.ui.fields import Draft
from playground.ui.given import Given, button, file, listed, most, part, plain


def own_series(family: Family, draft: Draft) -> None:
    """The part of the form that takes a series. Nothing for families that learn from none."""
    part(family, draft, "series", "own_series", t("Your own series (CSV)"), _ask, _found)


def _ask(given: Given) -> None:
    file(
        given, t("A CSV file of at most {limit} MB", limit=most()), ["csv", "tsv", "txt"], lambda raw: client.engine().upload_series(raw),
        t("One value in each line, or a table with a column of dates and columns of numbers. The file stays on this server and is not in the link you share."),
    )  # fmt: skip


def _found(given: Given, told: Mapping[str, Any], mine: Mapping[str, Any] | None) -> None:
    """The columns that can be foretold, what was put right in the chosen one, and the button that takes it."""
    columns = told["columns"]
    possible = [at for at, column in enumerate(columns) if column["why"] is None]
    names = [column["name"] for column in columns]
    proposed = names.index(mine["column"]) if mine and mine["column"] in names else told["column"]
    if given.file:
        st.markdown(given.named(""))
    chosen = st.selectbox(
        t("Column"), possible, index=possible.index(proposed) if proposed in possible else 0, format_func=names.__getitem__, key=f"{given.family}.{told['sha256'][:12]}.column",
        help=t("The column of numbers whose next value is to be foretold."),
    )  # fmt: skip
    column = columns[chosen]
    time = t("in the order of {name}", name=plain(told["time"])) if told["time"] else t("in the order of the file")
    st.caption(t("{count} values from {low} to {high}, {time}.", count=column["count"], low=f"{column['low']:.6g}", high=f"{column['high']:.6g}", time=time))
    reasons = (one["why"] for one in columns if one["why"] is not None)
    listed(map(Message.of, (*told["repairs"], *column["repairs"], *reasons)))
    button(given, spec_for(told, chosen), mine, t("Use this series"), t("This series is in use"))
