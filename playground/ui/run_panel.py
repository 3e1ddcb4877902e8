"""A page's run: found again or made, kept in step with the form, and shown by the live component.

The page's state is small and in the session: the last good experiment, the run's token, what must be said. The engine's
handle is asked for each time; nothing of it is kept here.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from playground.engine import client
from playground.experiment import Experiment, from_token, parse
from playground.families.contract import Family
from playground.live.component import assets, live_view
from playground.text import N_, Message, Refusal, t
from playground.ui import controls, drafts, fields, share
from playground.ui.before import Before, remembered
from playground.ui.cards import fresh_key
from playground.ui.language import use_language

COMPONENT = "live"  # the component's key: its state is in the session under it
MAX_RUN, MAX_OUTBOX = 64, 64
POLL = 0.2  # seconds between polls, where our own route cannot be reached
GONE = N_("That run is no longer here. This is a fresh one with the same settings.")
GONE_ALONE = N_("That run is no longer here, and its link does not carry its settings. This is the page's example.")


@dataclass
class PageState:
    """What a page remembers between its script's runs. told: the component's last word on which run it shows; before: the run that this one took the place of."""

    experiment: Experiment
    run: str | None = None
    before: Before | None = None
    problems: tuple[Message, ...] = ()
    notice: Message | None = None
    written: set[tuple[str, str]] = field(default_factory=set)
    told: str | None = None
    transport: str = "push"
    sequence: int = 0
    packets: bytes = b""  # of the last delivery, given again until the next: the component reads a sequence number once
    assets_sent: bool = False


class Elsewhere(Exception):
    """The link belongs to another family's page."""

    def __init__(self, family: str, query: dict[str, str]) -> None:
        super().__init__(family)
        self.family, self.query = family, query


def open_page(family: Family, engine: client.Engine) -> PageState:
    """The page's state; on arrival by a link, or for the first time, filled from it. Elsewhere for another family's link."""
    state: PageState | None = st.session_state.get(f"{family.name}.page")
    link, run = st.query_params.get("e", ""), st.query_params.get("run", "")
    if state is not None and ((link, run) in state.written or not (link or run)):
        if not run and state.run and engine.find(state.run) is None:
            state.run = None  # back from another page, and it has gone meanwhile
        return state
    state = _arrive(family, engine, link, run)
    controls.fill(state.experiment)
    st.session_state[f"{family.name}.page"] = state
    return state


def _arrive(family: Family, engine: client.Engine, link: str, run: str) -> PageState:
    """A run that is still here; else the link's experiment; else the family's example, and a sentence on why."""
    if (watched := _experiment_of(engine, run)) is not None:
        _at_home(family, watched, {"run": run})
        return PageState(watched, run, told=run)
    if link:
        try:
            experiment = from_token(link)
        except Refusal as refusal:
            return PageState(fields.preset(family, family.default), notice=refusal.messages[0])
        _at_home(family, experiment, {"e": link})
        return PageState(experiment, notice=Message(GONE) if run else None)
    return PageState(fields.preset(family, family.default), notice=Message(GONE_ALONE) if run else None)


def _experiment_of(engine: client.Engine, run: str) -> Experiment | None:
    """A run's experiment as it stands now; None where there is no such run, or it is of another version of ours."""
    if not 0 < len(run) <= MAX_RUN or (found := engine.find(run)) is None:
        return None
    with suppress(Refusal):
        return parse(found["experiment"])
    return None


def _at_home(family: Family, experiment: Experiment, query: dict[str, str]) -> None:
    if experiment.model.family != family.name:
        raise Elsewhere(experiment.model.family, query)


def settle(family: Family, state: PageState, engine: client.Engine) -> None:
    """Bring the run in step with the form: nothing to do, a live change, or a fresh run. A refusal keeps the last good run."""
    fresh = bool(st.session_state.pop(fresh_key(family), False))
    try:
        wanted = parse(controls.draft_of(family.name))
        if fresh or state.run is None or wanted != state.experiment:
            found = engine.find(state.run) if state.run and not fresh else None
            if found is not None:
                wanted = _followed(family, state, found)
            _change(state, wanted, engine, found)
            state.problems = ()
    except Refusal as refusal:
        state.problems = refusal.messages


def _followed(family: Family, state: PageState, found: Mapping[str, Any]) -> Experiment:
    """What the form wants, with what was changed on the run's pictures meanwhile. Both the form and the page take that up."""
    known = state.experiment.model_dump(mode="json")
    if found["experiment"] != known:
        draft = drafts.followed(controls.draft_of(family.name), known, found["experiment"])
        state.experiment = parse(found["experiment"])
        controls.keep(family.name, draft)
    return parse(controls.draft_of(family.name))


def _change(state: PageState, wanted: Experiment, engine: client.Engine, found: Mapping[str, Any] | None) -> None:
    """Act on the run for live changes once it has taken steps; make a fresh run otherwise. found: the run as the engine has it."""
    changes = drafts.live_changes(state.experiment, wanted)
    if state.run and changes is not None and found and (found["begun"] or not changes):
        for path, value in changes.items():
            engine.act(state.run, "set", {"path": path, "value": value})
    else:
        if state.run is not None:
            state.notice = None  # it was about how the page was opened
        old, state.run = state.run, engine.create(wanted, replaces=state.run)
        _leave(state, engine, old)
    state.experiment = wanted


def _leave(state: PageState, engine: client.Engine, old: str | None) -> None:
    """Remember the run that was left, if it took steps. state.experiment is still its own; state.run is the new one."""
    if old and (left := remembered(engine, old, state.experiment)) is not None:
        state.before = left
    elif state.before and state.before.run == state.run:
        state.before = None


def keep_url(state: PageState) -> None:
    """Write the experiment and the run into the address. What was written once is no arrival when a late rerun brings it back."""
    written = (state.experiment.token(), state.run or "")
    state.written.add(written)
    for name, value in zip(("e", "run"), written, strict=True):
        if value and st.query_params.get(name) != value:
            st.query_params[name] = value


def panel(family: Family, state: PageState) -> None:
    """The live component in a fragment of its own, which ticks only where our own route cannot be reached."""
    st.fragment(_panel, run_every=POLL if state.transport == "poll" else None)(family, state)


def _panel(family: Family, state: PageState) -> None:
    language = use_language()  # a fragment's rerun has a thread of its own
    said: Mapping[str, Any] = st.session_state.get(COMPONENT) or {}
    if state.run and said.get("transport", state.transport) == "poll":
        _poll(state, said.get("outbox"))  # before a rerun, which would lose the messages
    if _listen(state, said):
        st.rerun()
    wanted = bool(said.get("assets"))
    asked = wanted and not state.assets_sent  # five megabytes: once for each time the component asks
    state.assets_sent = wanted
    live_view(key=COMPONENT, data=page_data(family, state, language, asked))


def _listen(state: PageState, said: Mapping[str, Any]) -> bool:
    """Take up what the component tells of itself: a new run after Reset, the way back to the run before, polling. True if the whole page must run again."""
    run, back, transport = said.get("run"), said.get("go"), said.get("transport")
    if isinstance(run, str) and run == state.run:
        state.told = run
    elif isinstance(run, str) and run != state.told:
        followed = _follow(state, run)
        if followed is not None:
            state.told = run
        if followed:
            return True
    if isinstance(back, str) and back != state.run and _follow(state, back):
        return True
    if transport in ("push", "poll") and transport != state.transport:
        state.transport = transport
        return True
    return False


def _follow(state: PageState, run: str) -> bool | None:
    """Go over to another run, with its experiment in the form. False where it is not there, None where that cannot be known now."""
    with suppress(client.Unreachable):
        engine = client.engine()
        if (watched := _experiment_of(engine, run)) is not None:
            old, state.run = state.run, run
            _leave(state, engine, old)
            state.experiment, state.notice = watched, None
            controls.fill(watched)
            return True
        return False
    return None


def _poll(state: PageState, outbox: Any) -> None:
    """Hand in the component's messages and keep what came since; an engine that is away is asked again at the next tick."""
    viewer = st.session_state.setdefault("viewer", secrets.token_urlsafe(16))
    messages = [message for message in outbox if isinstance(message, str)][:MAX_OUTBOX] if isinstance(outbox, list) else []
    with suppress(client.Unreachable):
        if packets := client.engine().poll(viewer, messages, str(state.run)):
            state.packets, state.sequence = packets, state.sequence + 1


def page_data(family: Family, state: PageState, language: str, assets_asked: bool) -> dict[str, Any]:
    """What the component is given, its texts in the page's language."""
    experiment = state.experiment
    notice = state.notice or (state.problems[0] if state.problems and state.run is None else None)
    return {
        "run": state.run,
        "language": language,
        "family": family.name,
        "share": share.link(experiment),
        "epochs": experiment.training.epochs,
        "views": [
            {
                "name": view.name,
                "renderer": view.renderer,
                "place": view.place,
                "title": t(view.title),
                "question": t(view.question),
                "about": t(view.about),
                "effect": t(view.effect),
            }
            for view in family.views_of(experiment)
        ],
        "metrics": [{"name": metric.name, "title": t(metric.title), "percent": metric.percent} for metric in family.metrics(experiment) if metric.header],
        "speeds": [{"name": name, "title": t(title)} for name, (title, _) in family.speeds.items()],
        "before": state.before.shown(experiment) if state.before else None,
        "notice": str(notice) if notice else None,
        "base": share.base_path(),
        "sequence": state.sequence,
        "packets": state.packets if state.transport == "poll" else b"",
        "assets": _texts() if assets_asked else None,
    }


def _texts() -> dict[str, str]:
    """The front's files as texts, for a host that does not serve our routes."""
    return {name: (held if isinstance(held, bytes) else held.read_bytes()).decode() for name, held in assets().items()}
