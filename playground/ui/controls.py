"""One Streamlit widget for each kind of field.

The draft in the session is the truth. A widget shows the draft's value and its callback, which Streamlit runs before
the script, writes a person's change back; so one change can move other fields, and a link can fill all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from playground.choices import LOSSES
from playground.experiment import Experiment
from playground.text import N_, t
from playground.ui import drafts, fields
from playground.ui.fields import Draft, Field, Path

AT_ONCE, FRESH = N_("Applies at once."), N_("Starts a fresh run.")


def draft_of(family: str) -> Draft:
    """The draft of a family's page, as it stands now."""
    found: Draft = st.session_state[f"{family}.draft"]
    return found


def fill(experiment: Experiment) -> None:
    """Show these values in the form of the experiment's family."""
    keep(experiment.model.family, experiment.model_dump(mode="json"))


def keep(family: str, draft: Draft) -> None:
    """Make this the family's draft."""
    st.session_state[f"{family}.draft"] = draft


def change(family: str, changed: Callable[[Draft], Draft]) -> None:
    """Change the family's draft; of points changed by hand those stay that still mean something."""
    before = draft_of(family)
    keep(family, drafts.with_edits(before, changed(before)))


def key_of(family: str, path: Path) -> str:
    """The key of a field's widget: "dense.training.loss"."""
    return ".".join(map(str, (family, *path)))


def show(key: str, value: Any) -> str:
    """Make a widget show `value`, and give its key back. Assigned only where it differs: an assignment travels to the browser."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key


def control(family: str, draft: Draft, field: Field, label: str = "") -> None:
    """Draw one control with the draft's value. `label` replaces the field's, and is not drawn: the control then stands in a row with others."""
    match field.kind:
        case "union" | "name":
            _menu(family, draft, field, label)
        case "names":
            _pills(family, draft, field)
        case _:
            _number(family, field, fields.value_at(draft, field.path), label)


def help_of(field: Field, *more: str) -> str:
    """What the field is, what a change of it does to the run, and what is chosen."""
    return "\n\n".join((f"{t(field.ui.help)} {t(AT_ONCE) if field.ui.live else t(FRESH)}", *more))


def _menu(family: str, draft: Draft, field: Field, label: str) -> None:
    """A menu of names: of a table, or of a union's members."""
    assert field.names is not None
    value = fields.value_at(draft, field.path)
    names = list(fields.losses_for(draft)) if field.names is LOSSES else list(field.names)
    if field.kind == "union":
        value = value["name"]
    choice = field.names[value]
    key = key_of(family, field.path)

    def choose() -> None:
        name = st.session_state[key]
        if field.kind == "union":
            change(family, lambda draft: drafts.choose_member(draft, field, name))
        else:
            change(family, lambda draft: drafts.fitting_loss(drafts.put(draft, field.path, name)))

    st.selectbox(
        label or field.label,
        names,
        format_func=lambda name: t(field.names[name].title),
        key=show(key, value),
        help=None if label else help_of(field, f"**{t(choice.title)}**: {t(choice.help)}", f"${choice.formula}$"),
        label_visibility="collapsed" if label else "visible",
        on_change=choose,
    )


def _pills(family: str, draft: Draft, field: Field) -> None:
    """Several names of a table, each on or off; what would leave too few is not taken."""
    assert field.names is not None
    key = key_of(family, field.path)

    def choose() -> None:
        chosen = list(st.session_state[key])
        change(family, lambda draft: drafts.choose_names(draft, field, chosen))

    with st.container(key=f"pills-{field.path[-1]}"):
        st.pills(  # type: ignore[call-overload]  # its overloads want a default, which with a key would be a second truth
            field.label,
            list(field.names),
            selection_mode="multi",
            format_func=lambda name: t(field.names[name].title),
            key=show(key, fields.value_at(draft, field.path)),
            help=help_of(field, *(f"{t(choice.title)}: {t(choice.help)}" for choice in field.names.values())),
            on_change=choose,
        )


def _number(family: str, field: Field, value: Any, label: str) -> None:
    """A number or a switch, by its limits and scale."""
    key = key_of(family, field.path)

    def changed() -> None:
        given = st.session_state[key]
        if given is not None:
            number = given if isinstance(given, bool) else fields.tidy(field, given)
            change(family, lambda draft: drafts.fitting_loss(drafts.put(draft, field.path, number)))

    about: dict[str, Any] = {
        "label": label or field.label,
        "help": None if label else help_of(field),
        "key": show(key, value),
        "on_change": changed,
    }

    def said(number: float) -> str:
        return fields.shown_value(field, number)

    low, high = field.number(field.low), field.number(field.high)
    if field.kind == "switch":
        st.toggle(**about)
    elif field.kind == "ladder":
        st.select_slider(options=fields.ladder(field, value), format_func=said, **about)
    elif field.kind == "slider" and label:
        st.selectbox(options=fields.steps(field, value), format_func=said, label_visibility="collapsed", **about)
    elif field.kind == "slider" and (field.ui.off is not None or field.ui.unit not in ("", "%")):
        st.select_slider(options=fields.steps(field, value), format_func=said, **about)
    elif field.kind == "slider":
        shown: Mapping[str, Any] = {"format": "percent"} if field.ui.unit == "%" else {}
        st.slider(min_value=low, max_value=high, step=field.number(field.ui.step or 1), **shown, **about)
    else:
        step = field.ui.step or (1 if field.number is int else 0.01)
        shown = {} if field.number is int else {"format": "%g"}
        st.number_input(min_value=low, max_value=high, step=field.number(step), label_visibility="collapsed" if label else "visible", **shown, **about)
