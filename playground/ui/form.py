"""The form of an experiment, drawn from its specs into the sidebar: Data, Network, Training; the rest behind More, under the same headings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import streamlit as st

from playground.choices import Choice
from playground.experiment import Experiment
from playground.families.contract import Family
from playground.registry import datasets
from playground.text import N_, Message, t
from playground.ui import downloads, drafts, fields, lesson, own_pictures, own_series, own_text, style, thumbnails, upload
from playground.ui.controls import change, control, draft_of, key_of, show
from playground.ui.fields import WHOLE, Draft, Field
from playground.ui.layer_rows import layer_rows

TITLES: Mapping[str, str] = {"data": N_("Data"), "model": N_("Network"), "training": N_("Training")}
AGAIN: Mapping[str, Choice] = MappingProxyType({
    "points": Choice(N_("New points"), "", N_("Takes the next seed: other points, other first weights. Starts a fresh run.")),
    "sequences": Choice(N_("New sequences"), "", N_("Takes the next seed: other sequences, other first weights. Starts a fresh run.")),
    "split": Choice(N_("New split"), "", N_("Takes the next seed: other examples to learn from, other first weights. Starts a fresh run.")),
    "start": Choice(N_("New start"), "", N_("Takes the next seed: other first weights, and another order of the examples. Starts a fresh run.")),
})  # fmt: skip
OTHERS: Mapping[str, Choice] = MappingProxyType({
    "table": Choice(N_("Tables"), "", N_("Real measurements and made-up cases with more than two inputs. They have no map; the network's answers are counted instead.")),
    "sequences": Choice(N_("Sequences"), "", N_("Series to be foretold, tasks that need memory, names and text.")),
    "cloud": Choice(N_("Points"), "", N_("Where real points lie: the generator is to make up more like them.")),
})  # fmt: skip
NO_PROBLEMS: Mapping[tuple[str, int], Message] = MappingProxyType({})


def form(family: Family, experiment: Experiment, problems: Sequence[Message]) -> None:
    """Draw the form into the sidebar. experiment: the last good one, for its size; problems: why the draft is not one."""
    draft = draft_of(family.name)
    found = fields.groups(draft)
    drawn = lesson.left(found)
    at_layers, elsewhere = placed(problems, draft, drawn["model"])
    st.html(style.live_marks(key_of(family.name, field.path) for group in drawn.values() for field in group if field.ui.live))
    with st.sidebar, st.container(key="form", gap=None):
        st.caption(t("• applies at once. The rest: a fresh run."))
        for problem in elsewhere:
            st.error(str(problem))
        with st.container(key="group-data", gap=None):
            _data_heading(family, draft)
            _datasets(family, draft)
            upload.own_table(family, draft)
            own_pictures.own_pictures(family, draft)
            own_series.own_series(family, draft)
            own_text.own_text(family, draft)
            downloads.more_pictures(family, draft)
            _group(family, draft, drawn["data"])
        with st.container(key="group-network", gap=None):
            _heading(t("Network"), t("{count} parameters", count=f"{family.estimate(experiment).parameters:,}"))
            _group(family, draft, drawn["model"], at_layers)
        with st.container(key="group-training", gap=None):
            _heading(t("Training"))
            _group(family, draft, drawn["training"])
        with st.expander(t("More"), key="group-more"):
            for title, shown in behind_more(drawn).items():
                _heading(t(title))
                for field in shown:
                    control(family.name, draft, field)
        lesson.lesson(family, found)


def behind_more(drawn: Mapping[str, Iterable[Field]]) -> dict[str, list[Field]]:
    """Heading -> the fields that stand under it behind More. What belongs to no part, the seed, decides the data first of all."""
    found: dict[str, list[Field]] = {}
    for group in ("data", WHOLE, "model", "training"):
        for field in sorted(drawn[group], key=lambda field: bool(field.ui.part)):  # those under the group's own heading first
            if field.ui.more:
                found.setdefault(field.ui.part or TITLES["data" if group == WHOLE else group], []).append(field)
    return found


def _heading(title: str, beside: str = "") -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", gap=None):
        st.markdown(f"###### {title}", width="content")
        if beside:
            st.caption(beside, width="content")


def _data_heading(family: Family, draft: Draft) -> None:
    """The heading, the dataset's name, and the button that draws anew."""
    again = AGAIN[_chance(draft)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="data-heading"):
        st.markdown(f"###### {t('Data')}", width="content")
        found = datasets()[draft["data"]["name"]]
        st.caption(t(found.title), width="stretch", help=t(found.about))
        st.button(
            t(again.title), icon=":material/casino:", type="tertiary", key=f"{family.name}.again", help=t(again.help),
            on_click=change, args=(family.name, drafts.other_seed),
        )  # fmt: skip


def _chance(draft: Draft) -> str:
    """What the next seed gives: other points, other sequences, another split; or nothing but other first weights, where the data lie in time as they are."""
    found = fields.dataset(draft)
    if found.kind in ("points", "curve", "cloud"):
        return "points"
    if found.kind == "sequences" and "samples" in draft["data"] and draft["data"]["name"] != "text":
        return "sequences"
    return "start" if found.sequence is not None and found.sequence.ahead else "split"


def _group(family: Family, draft: Draft, group: Sequence[Field], problems: Mapping[tuple[str, int], Message] = NO_PROBLEMS) -> None:
    for field in group:
        if field.kind == "rows":
            layer_rows(family.name, draft, field, {number: problem for (of, number), problem in problems.items() if of in ("", field.path[-1])})
        elif not field.ui.more:
            control(family.name, draft, field)


def placed(problems: Sequence[Message], draft: Draft, shown: Sequence[Field]) -> tuple[dict[tuple[str, int], Message], list[Message]]:
    """Problems that are told at a layer, by its list ("" where there is one) and number, and those that are told above the form: the others, and all where the layers are not shown."""
    rows = max((len(fields.value_at(draft, field.path)) for field in shown if field.kind == "rows"), default=-1)
    at_layers = {
        (problem.values.get("of", ""), problem.values["layer_number"]): problem
        for problem in problems
        if problem.values.get("layer_number", 0) in range(1, rows + 2)
    }
    return at_layers, [problem for problem in problems if problem not in at_layers.values()]


def _datasets(family: Family, draft: Draft) -> None:
    """Tiles for the datasets that can be drawn, a menu for the others. The tiles are one widget: its buttons keep the titles as names."""
    offered = fields.datasets_for(family)
    tiles = sorted((name for name in offered if thumbnails.drawn(name)), key=thumbnails.pictured)  # points first
    others = [name for name in offered if name not in tiles]
    current = draft["data"]["name"]

    def choose(key: str) -> None:
        if name := st.session_state[key]:
            change(family.name, lambda draft: drafts.choose_data(draft, name))

    key = f"{family.name}.data.name"
    if tiles:
        st.html(style.tiles(tiles))
        with st.container(key="datasets"):
            st.pills(
                t("Dataset"), tiles, format_func=lambda name: t(datasets()[name].title), key=show(key, current if current in tiles else None),
                label_visibility="collapsed", on_change=choose, args=(key,),
            )  # fmt: skip
    if others:
        key = f"{family.name}.data.other"
        these = OTHERS[next((kind for kind in OTHERS if kind in family.kinds), "table")]
        about = fields.dataset(draft).about if current in others else these.help
        st.selectbox(
            t(these.title), others, index=None, format_func=lambda name: t(datasets()[name].title), placeholder=t("Choose"),
            key=show(key, current if current in others else None), help=t(about), on_change=choose, args=(key,),
        )  # fmt: skip
