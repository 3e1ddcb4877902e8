"""The phase strip and the traced example in a real Chromium, fed with what a real session answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from playground.engine.protocol import pack
from playground.engine.session import Session
from playground.experiment import parse
from playground.families.supervised.looked_into import PHASE, TRACE
from tests.front import pretended
from tests.front.harness import Stage
from tests.front.steps import ROOT, Open, connected, told, wait

FIELDS = ("name", "title", "question", "renderer", "place", "about", "effect")


@pytest.fixture
def session() -> Session:
    made = Session(
        parse({"data": {"name": "circle"}, "model": {"family": "dense", "layers": [{"units": 40, "activation": "relu"}, {"units": 3, "activation": "tanh"}]}})
    )
    for _ in range(5):
        made.advance()
    return made


@pytest.fixture
def open_(visit: Open, stage: Stage, session: Session) -> Iterator[Callable[[], Page]]:
    def go() -> Page:
        stage.answers = False
        stage.page["views"] = [{field: getattr(view, field) for field in FIELDS} for view in (TRACE, PHASE)]
        stage.replies["trace"] = session.ask("trace", {"part": "train", "index": 0, "layer": 1, "unit": 0})
        page = visit()
        connected(page, stage)
        frame(stage, session)
        expect(page.locator(".glance table")).to_have_count(4)
        return page

    yield go


def frame(stage: Stage, session: Session) -> None:
    status = pretended.status("run-a", session.epoch, "paused", step=session.step, phase=session.status()["phase"])
    stage.send(pack({"type": "frame", "run": "run-a", "status": status, "views": session.draw(["phase", "trace"])}))


def asks(stage: Stage) -> list[dict[str, Any]]:
    return [one["params"] for one in stage.said("ask") if one["name"] == "trace"]


def test_the_strip_says_where_the_step_stands(open_: Callable[[], Page], stage: Stage, session: Session) -> None:
    page = open_()
    expect(page.locator(".phases")).to_be_hidden()
    for phase in ("sample", "forward", "loss", "backward", "update"):
        session.advance_phase()
        frame(stage, session)
        wait(page, "root.dataset.phase === given", phase)
        expect(page.locator(".names [aria-current=step]")).to_have_text(phase)
    values = session.draw(["phase"])["phase"]["sentence"]["values"]
    expect(page.locator(".sentence")).to_contain_text(f"from {values['before']} to {values['after']}.")
    expect(page.locator(".phases .formula")).to_have_count(1)
    assert page.locator(".phases .formula").inner_text().startswith("w ← w − η g = ")
    session.advance()
    frame(stage, session)
    expect(page.locator(".phases")).to_be_hidden()


def test_a_neuron_opens_by_mouse_and_by_keys(open_: Callable[[], Page], stage: Stage) -> None:
    page = open_()
    expect(page.locator(".glance")).to_contain_text("12 of 40 shown")
    page.locator('.glance button[data-layer="1"]').nth(2).click()
    told(page, stage, 2, "ask")
    page.keyboard.press("ArrowRight")
    told(page, stage, 3, "ask")
    page.keyboard.press("ArrowUp")
    told(page, stage, 4, "ask")
    shown = session_units(page)
    assert [(one["layer"], one["unit"]) for one in asks(stage)[1:]] == [(1, shown[2]), (2, 2), (2, 1)]
    assert page.evaluate("document.activeElement.dataset.layer") == "2"


def session_units(page: Page) -> list[int]:
    return [int(unit) for unit in page.eval_on_selector_all('.glance button[data-layer="1"]', "all => all.map(one => one.dataset.unit)")]


def test_the_example_is_chosen_by_part_and_number(open_: Callable[[], Page], stage: Stage, session: Session) -> None:
    page = open_()
    page.get_by_role("button", name="Next example").click()
    told(page, stage, 2, "ask")
    page.get_by_label("Example from").select_option("test")
    told(page, stage, 3, "ask")
    page.get_by_label("Number of the example").fill("9999")
    page.keyboard.press("Enter")
    told(page, stage, 4, "ask")
    assert [(one["part"], one["index"]) for one in asks(stage)] == [("train", 0), ("train", 1), ("test", 0), ("test", 249)]
    session.advance_phase()
    frame(stage, session)
    told(page, stage, 5, "ask")
    assert asks(stage)[-1]["part"] == "batch", "within a step its own mini-batch is looked at"
    expect(page.locator(".trace .of")).to_have_text("of 10")
    session.advance()
    session.advance()
    frame(stage, session)
    told(page, stage, 6, "ask")
    assert (asks(stage)[-1]["part"], asks(stage)[-1]["index"]) == ("test", 249), "and after it, what was looked at before"


def test_the_numbers_are_set_as_formulas(open_: Callable[[], Page], stage: Stage, session: Session) -> None:
    page = open_()
    answer = stage.replies["trace"]
    cells = page.locator(".glance table").nth(1).locator("tbody tr").first.locator("td").all_text_contents()
    assert cells == answer["columns"][1]["values"][0]
    sums = page.locator(".opened dd .formula").first
    expect(sums.locator("sub").first).to_have_text("1")
    assert sums.text_content().endswith(answer["open"]["lines"][0]["formula"][-1]) and "-" not in sums.text_content()
    page.locator(".opened .weights tbody tr").last.get_by_role("button").click()
    told(page, stage, 2, "ask")
    assert asks(stage)[-1]["weight"] == -1, "the bias"
    negative = page.locator(".glance td.neg").first
    assert negative.text_content().startswith("−")
    assert page.locator(f"{ROOT} .glance td.pos").count() > 0
