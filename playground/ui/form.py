"""The form of an experiment, drawn from its specs into the sidebar: Data, Network, Training, then More.

The draft in the session is the truth. A widget shows the draft's value and its callback, which Streamlit runs before
the script, writes a person's change back; so one change can move other fields, and a link can fill all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from playground.choices import LOSSES
from playground.experiment import Experiment
from playground.families.contract import Family
from playground.registry import datasets
from playground.text import Message, t
from playground.ui import fields, style
from playground.ui.fields import Draft, Field, Path

OWN = "own"  # the preset menu's entry for a draft that is none of the presets


def draft_of(family: str) -> Draft:
    """The draft of a family's page, as it stands now."""
    found: Draft = st.session_state[f"{family}.draft"]
    return found


def fill(experiment: Experiment) -> None:
    """Show these values in the form of the experiment's family."""
    st.session_state[f"{experiment.model.family}.draft"] = experiment.model_dump(mode="json")


def form(family: Family, experiment: Experiment, problems: Sequence[Message]) -> None:
    """Draw the form into the sidebar. experiment: the last good one, for its size; problems: why the draft is not one."""
    draft = draft_of(family.name)
    drawn = fields.groups(draft)
    with st.sidebar, st.container(key="form", gap=None):
        _presets(family, draft)
        for problem in problems:
            st.error(str(problem))
        with st.container(key="group-data", gap=None):
            _heading(t("Data"), t(datasets()[draft["data"]["name"]].title))
            _datasets(family, draft)
            _group(family.name, draft, drawn["data"])
        with st.container(key="group-network", gap=None):
            _heading(t("Network"), t("{count} parameters", count=f"{family.estimate(experiment).parameters:,}"))
            _group(family.name, draft, drawn["model"])
        with st.container(key="group-training", gap=None):
            _heading(t("Training"), "")
            _group(family.name, draft, drawn["training"])
        more = [field for group in drawn.values() for field in group if field.ui.more]
        with st.expander(t("More"), key="group-more"):
            for field in more:
                _control(family.name, draft, field)
            st.caption(hint(more))


def hint(shown: Sequence[Field]) -> str:
    """Whether a change of these fields applies at once or starts a fresh run."""
    live = [t(field.ui.label) for field in shown if field.ui.live]
    if not live:
        return t("Changes here start a fresh run.")
    if len(live) == len(shown):
        return t("Changes here apply at once.")
    return t("{names}: applies at once. The rest starts a fresh run.", names=", ".join(live))


def _heading(title: str, beside: str) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", gap=None):
        st.markdown(f"###### {title}", width="content")
        if beside:
            st.caption(beside, width="content")


def _group(family: str, draft: Draft, group: Sequence[Field]) -> None:
    shown = [field for field in group if not field.ui.more]
    for field in shown:
        _control(family, draft, field)
    st.caption(hint(shown))


def _key(family: str, path: Path) -> str:
    return ".".join(map(str, (family, *path)))


def _show(key: str, value: Any) -> str:
    """Make a widget show `value`, and give its key back. Assigned only where it differs: an assignment travels to the browser."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key


def _set(family: str, change: Callable[[Draft], Draft]) -> None:
    st.session_state[f"{family}.draft"] = change(draft_of(family))


def _presets(family: Family, draft: Draft) -> None:
    chosen = fields.matching_preset(family, draft) or OWN
    titles = {OWN: t("Your own settings"), **{name: t(preset.title) for name, preset in family.presets.items()}}

    def load() -> None:
        if (name := st.session_state[f"{family.name}.preset"]) != OWN:
            fill(fields.preset(family, name))

    st.selectbox(
        t("Example"),
        [name for name in titles if name != OWN or chosen == OWN],
        format_func=titles.__getitem__,
        key=_show(f"{family.name}.preset", chosen),
        help=t(family.presets[chosen].about) if chosen != OWN else t("Ready-made settings to start from."),
        on_change=load,
    )


def _datasets(family: Family, draft: Draft) -> None:
    """Tiles for the datasets that can be drawn, names for the tables. One widget: its buttons keep the titles as names."""
    fitting = [name for name, dataset in datasets().items() if dataset.kind in family.kinds and dataset.task in family.tasks]
    ordered = sorted(fitting, key=lambda name: datasets()[name].kind)
    key = f"{family.name}.data.name"

    def choose() -> None:
        name = st.session_state[key]
        if name:
            _set(family.name, lambda draft: fields.choose_data(draft, name))

    st.html(style.tiles(ordered))
    with st.container(key="datasets"):
        st.pills(
            t("Dataset"),
            ordered,
            format_func=lambda name: t(datasets()[name].title),
            required=True,
            key=_show(key, draft["data"]["name"]),
            label_visibility="collapsed",
            on_change=choose,
        )


def _control(family: str, draft: Draft, field: Field) -> None:
    """Draw one control with the draft's value."""
    match field.kind:
        case "rows":
            _rows(family, draft, field)
        case "union" | "name":
            _menu(family, draft, field)
        case _:
            _number(family, field, fields.value_at(draft, field.path))


def _menu(family: str, draft: Draft, field: Field, label: str = "") -> None:
    """A menu of names: of a table, or of a union's members. `label` replaces the field's, and is not drawn."""
    assert field.names is not None
    value = fields.value_at(draft, field.path)
    names = list(fields.losses_for(draft)) if field.names is LOSSES else list(field.names)
    if field.kind == "union":
        value = value["name"]
    choice = field.names[value]
    key = _key(family, field.path)

    def choose() -> None:
        name = st.session_state[key]
        if field.kind == "union":
            _set(family, lambda draft: fields.choose_member(draft, field, name))
        else:
            _set(family, lambda draft: fields.put(draft, field.path, name))

    st.selectbox(
        label or t(field.ui.label),
        names,
        format_func=lambda name: t(field.names[name].title),
        key=_show(key, value),
        help=None if label else f"{t(field.ui.help)}\n\n**{t(choice.title)}**: {t(choice.help)}\n\n${choice.formula}$",
        label_visibility="collapsed" if label else "visible",
        on_change=choose,
    )


def _number(family: str, field: Field, value: Any, label: str = "") -> None:
    """A number or a switch, by its limits and scale. `label` replaces the field's, and is not drawn."""
    key = _key(family, field.path)

    def change() -> None:
        given = st.session_state[key]
        if given is not None:
            _set(family, lambda draft: fields.put(draft, field.path, given if isinstance(given, bool) else fields.tidy(field, given)))

    about: dict[str, Any] = {
        "label": label or t(field.ui.label),
        "help": None if label else t(field.ui.help),
        "key": _show(key, value),
        "on_change": change,
    }
    low, high = field.number(field.low), field.number(field.high)
    if field.kind == "switch":
        st.toggle(**about)
    elif field.kind == "ladder":
        st.select_slider(options=fields.ladder(field, value), format_func=lambda number: f"{number:,g}" if number < 1e6 else f"{number:,}", **about)
    elif field.kind == "slider":
        shown: Mapping[str, Any] = {"format": "percent"} if field.ui.unit == "%" else {}
        st.slider(min_value=low, max_value=high, step=field.number(field.ui.step or 1), **shown, **about)
    else:
        step = field.ui.step or (1 if field.number is int else 0.01)
        shown = {} if field.number is int else {"format": "%g"}
        st.number_input(min_value=low, max_value=high, step=field.number(step), label_visibility="collapsed" if label else "visible", **shown, **about)


def _rows(family: str, draft: Draft, field: Field) -> None:
    """A list of specs, a layer each: one row of controls for each, and a button that adds one."""
    rows = fields.value_at(draft, field.path)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key=f"rows-{field.path[-1]}"):
        st.markdown(t(field.ui.label), help=t(field.ui.help), width="content")
        st.button(
            t("Add a layer"), icon=":material/add:", key=_key(family, (*field.path, "add")), disabled=len(rows) >= field.most,
            on_click=_set, args=(family, lambda draft: fields.add_row(draft, field)), type="tertiary",
        )  # fmt: skip
    for number in range(len(rows)):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"row-{field.path[-1]}-{number}"):
            for inner in fields.fields(field.specs[0], (*field.path, number)):
                label = t("{field} of layer {number}", field=t(inner.ui.label), number=number + 1)
                if inner.kind == "name":
                    _menu(family, draft, inner, label)
                else:
                    _number(family, inner, fields.value_at(draft, inner.path), label)
            st.button(
                t("Remove layer {number}", number=number + 1), icon=":material/close:", key=_key(family, (*field.path, number, "remove")),
                on_click=_set, args=(family, lambda draft, number=number: fields.remove_row(draft, field, number)), type="tertiary",
            )  # fmt: skip
