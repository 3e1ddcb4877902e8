"""The layers of a network in the form, a row of controls for each.

Where layers are of several kinds, each row has its kind, and beneath it stands what the layer hands on and what it takes to compute; a layer that does not fit
says so there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

import streamlit as st

from playground.families.contract import LayerSize
from playground.text import Message, t
from playground.ui import drafts, fields
from playground.ui.controls import change, control, help_of, key_of, show
from playground.ui.fields import Draft, Field

UNITS = (("G", 1e9), ("M", 1e6), ("k", 1e3))


def layer_rows(family: str, draft: Draft, field: Field, problems: Mapping[int, Message]) -> None:
    """Draw the list, and a button that adds to it. problems: by the layer's number, from 1; the output's is the one after the last."""
    rows = fields.value_at(draft, field.path)
    found = [size for size in fields.sizes(draft) if size.of in ("", field.path[-1])] if field.names else []
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key=f"rows-{field.path[-1]}"):
        st.markdown(t(field.ui.label), help=help_of(field), width="content")
        st.button(
            t("Add a layer"), icon=":material/add:", key=key_of(family, (*field.path, "add")), disabled=len(rows) >= field.most,
            on_click=change, args=(family, lambda draft: drafts.add_row(draft, field)), type="tertiary",
        )  # fmt: skip
    if field.names:
        _beneath(t("Input"), found[:1], None)
    for number in range(len(rows)):
        _row(family, draft, field, number)
        if field.names or number + 1 in problems:
            _beneath("", found[number + 1 : number + 2], problems.get(number + 1))
    if field.names or len(rows) + 1 in problems:
        _beneath(t("Output"), found[len(rows) + 1 :], problems.get(len(rows) + 1))


def _row(family: str, draft: Draft, field: Field, number: int) -> None:
    """One layer: its controls side by side, the rest of them and what can be done with it behind a small button, marked where one of those was changed."""
    row = fields.value_at(draft, (*field.path, number))
    own = fields.row_fields(field, row, number)
    rest = [inner for inner in own if inner.ui.more]
    usual = fields.defaults(fields.row_spec(field, row))
    touched = any(row[str(inner.path[-1])] != usual[str(inner.path[-1])] for inner in rest)
    marks = f"{'-kinds' if field.names else ''}{'-touched' if touched else ''}"
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"row-{field.path[-1]}-{number}{marks}"):
        if field.names:
            _kind(family, field, number, row["name"])
        first = [inner for inner in own if not inner.ui.more]
        for inner in first:
            control(family, draft, inner, inner.of_layer(number + 1))
        if field.names and len(first) == 1:  # there is room to say what it is
            st.html(f'<span class="beside" aria-hidden="true">{escape(t(first[0].ui.label).lower())}</span>')
        _more(family, draft, field, number, rest)
        st.button(
            t("Remove layer {number}, {whose}", number=number + 1, whose=t(field.ui.whose)) if field.ui.whose else t("Remove layer {number}", number=number + 1), icon=":material/close:", key=key_of(family, (*field.path, number, "remove")),
            on_click=change, args=(family, lambda draft: drafts.remove_row(draft, field, number)), type="tertiary",
        )  # fmt: skip


def _kind(family: str, field: Field, number: int, name: str) -> None:
    """The menu of kinds. A change keeps what both kinds have."""
    names = field.names or {}
    key = key_of(family, (*field.path, number, "name"))

    def choose() -> None:
        change(family, lambda draft: drafts.choose_kind(draft, field, number, st.session_state[key]))

    st.selectbox(
        fields.of_layer(t("Kind"), field.ui.whose, number + 1), list(names), format_func=lambda name: t(names[name].short or names[name].title),
        key=show(key, name), label_visibility="collapsed", on_change=choose,
    )  # fmt: skip


def _more(family: str, draft: Draft, field: Field, number: int, rest: list[Field]) -> None:
    """Behind the small button: what the layer is, its other controls, and its place. The opened one goes along with a layer that moves."""
    rows = fields.value_at(draft, field.path)

    def key(number: int) -> str:
        return f"{family}.more-{field.path[-1]}-{number}"

    def act(changed: Callable[[Draft], Draft], to: int | None) -> None:
        """Change the list, and close this layer's controls; open them where it went."""
        change(family, changed)
        st.session_state[key(number)] = False
        if to is not None:
            st.session_state[key(to)] = True

    with st.popover(fields.of_layer(t("More"), field.ui.whose, number + 1), icon=":material/tune:", type="tertiary", key=key(number), on_change="rerun"):
        st.markdown(f"**{t('Layer {number}', number=number + 1)}**")
        if field.names:
            choice = field.names[rows[number]["name"]]
            st.caption(f"**{t(choice.title)}**: {t(choice.help)}")
            st.caption(f"${choice.formula}$")
        for inner in rest:
            control(family, draft, inner)
        actions: tuple[tuple[str, str, str, bool, Callable[[Draft], Draft], int | None], ...] = (
            ("earlier", t("Earlier"), "arrow_upward", number == 0, lambda draft: drafts.move_row(draft, field, number, number - 1), number - 1),
            ("later", t("Later"), "arrow_downward", number == len(rows) - 1, lambda draft: drafts.move_row(draft, field, number, number + 1), number + 1),
            ("insert", t("Insert before"), "add", len(rows) >= field.most, lambda draft: drafts.add_row(draft, field, number), None),
            ("take", t("Remove"), "close", False, lambda draft: drafts.remove_row(draft, field, number), None),
        )
        with st.container(horizontal=True, gap="small", key=f"places-{field.path[-1]}-{number}"):
            for name, title, icon, disabled, changed, to in actions:
                st.button(
                    title, icon=f":material/{icon}:", type="tertiary", disabled=disabled, key=key_of(family, (*field.path, number, name)),
                    on_click=act, args=(changed, to),
                )  # fmt: skip


def _beneath(title: str, size: Sequence[LayerSize], problem: Message | None) -> None:
    """A quiet line: "32 × 26 × 26 · 320 weights · 195 k multiply-adds"; the sentence instead where it does not fit."""
    if problem:
        st.html(f'<p class="misfit" role="alert">{escape(str(problem))}</p>')
    elif size:
        said = f"<b>{escape(title)}</b> {escape(in_words(size[0]))}" if title else escape(in_words(size[0]))
        st.html(
            f'<p class="size" title="{escape(t("What it hands on; the numbers it learns; multiplications with an addition, for one example."))}">{said}</p>'
        )


def in_words(size: LayerSize) -> str:
    """A layer's shape and size: "32 × 26 × 26 · 320 weights · 195 k multiply-adds"; what it has none of is left out."""
    parts = [" × ".join(f"{side:,}" for side in size.shape)]
    if size.parameters:
        parts.append(t("{count} weights", count=amount(size.parameters)))
    if size.work:
        parts.append(t("{count} multiply-adds", count=amount(size.work)))
    return " · ".join(parts)


def amount(number: int) -> str:
    """A whole number in three digits: "320", "18.5 k", "2.23 M"."""
    rounded = float(f"{number:.3g}")
    unit, size = next(((unit, size) for unit, size in UNITS if rounded >= size), ("", 1.0))
    return f"{rounded / size:.3g} {unit}".rstrip()
