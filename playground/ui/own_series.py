"""A person's own series in the form: a CSV is given, what was found and put right is said, a column is chosen, and the draft takes it as its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.data import own_series as series
from playground.engine import client
from playground.engine.limits import MB, limits
from playground.families.contract import Family
from playground.text import Message, Refusal, t
from playground.ui.controls import change
from playground.ui.fields import Draft
from playground.ui.upload import AWAY, Given, plain, seek, with_given


def own_series(family: Family, draft: Draft) -> None:
    """The part of the form that takes a series. Nothing for families that learn from none."""
    if series.DATASET.kind not in family.kinds:
        return
    given: Given = st.session_state.setdefault(f"{family.name}.series", Given())
    data = draft["data"] if draft["data"]["name"] == "own_series" else None
    if data is not None:
        seek(given, data["sha256"], "series")
    with st.expander(t("Your own series (CSV)"), expanded=data is not None, key="own-series"):
        most = max(1, limits().upload_bytes // MB)
        key = f"{family.name}.series.{given.number}"
        st.file_uploader(
            t("A CSV file of at most {limit} MB", limit=most), type=["csv", "tsv", "txt"], max_upload_size=most, key=key, on_change=_take, args=(given, key),
            help=t("One value in each line, or a table with a column of dates and columns of numbers. The file stays on this server and is not in the link you share."),
        )  # fmt: skip
        for problem in given.problems:
            st.error(plain(str(problem)))
        if given.described is not None:
            _found(family, given, data)


def _take(given: Given, key: str) -> None:
    """A file was chosen: the engine reads it. What is wrong with it is said, and what was there stays."""
    file = st.session_state[key]
    if file is None:
        return
    given.number += 1
    try:
        given.described = client.engine().upload_series(file.getvalue())
        given.file, given.problems = file.name, ()
    except Refusal as refusal:
        given.problems = refusal.messages
    except client.Unreachable:
        given.problems = (Message(AWAY),)


def _found(family: Family, given: Given, data: Mapping[str, Any] | None) -> None:
    """The columns that can be foretold, what was put right in the chosen one, and the button that takes it."""
    assert given.described is not None
    told, columns = given.described, given.described["columns"]
    mine = data if data is not None and data["sha256"] == told["sha256"] else None
    possible = [at for at, column in enumerate(columns) if column["why"] is None]
    names = [column["name"] for column in columns]
    proposed = names.index(mine["column"]) if mine and mine["column"] in names else told["column"]
    if given.file:
        st.markdown(f"**{plain(given.file)}**")
    chosen = st.selectbox(
        t("Column"), possible, index=possible.index(proposed) if proposed in possible else 0, format_func=names.__getitem__, key=f"{family.name}.{told['sha256'][:12]}.column",
        help=t("The column of numbers whose next value is to be foretold."),
    )  # fmt: skip
    column = columns[chosen]
    time = t("in the order of {name}", name=plain(told["time"])) if told["time"] else t("in the order of the file")
    st.caption(t("{count} values from {low} to {high}, {time}.", count=column["count"], low=f"{column['low']:.6g}", high=f"{column['high']:.6g}", time=time))
    said = [Message.of(message) for message in (*told["repairs"], *column["repairs"])]
    said += [Message.of(one["why"]) for one in columns if one["why"] is not None]
    if said:
        st.caption("\n".join(f"- {plain(str(message))}" for message in said))
    spec = series.spec_for(told, chosen)
    taken = mine is not None and spec.items() <= mine.items()
    st.button(
        t("This series is in use") if taken else t("Use this series"), type="secondary" if taken else "primary", disabled=taken, key=f"{family.name}.series.use",
        on_click=change, args=(family.name, lambda draft: with_given(draft, spec)), width="stretch",
    )  # fmt: skip
