"""The browser side alone, its buttons, numbers and sentences: its modules in a real Chromium, on a page that pretends to be Streamlit's, fed by a pretended run."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.front import pretended
from tests.front.harness import Stage
from tests.front.steps import ROOT, Open, connected, frames, told, wait

# -- transport


def test_buttons_send_commands(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    stage.send({"type": "status", "status": pretended.status("run-a", 0, "ready")})
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_role("button", name="Step", exact=True).click()
    assert not page.get_by_label("Device").is_visible()  # nothing to choose without an accelerator
    stage.send({"type": "status", "status": {**pretended.status("run-a", 2), "devices": ["auto", "cpu", "cuda"]}})
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_label("Speed").select_option("slow")
    page.get_by_label("Device").select_option("cpu")
    told(page, stage, 6, "command")
    assert [(one["name"], one["params"]) for one in stage.said("command")] == [
        ("train", {}), ("step", {"unit": "batch"}), ("pause", {}), ("stop", {}), ("speed", {"name": "slow"}), ("device", {"name": "cpu"}),
    ]  # fmt: skip
    assert len({one["id"] for one in stage.said("command")}) == 6


def test_step_takes_the_unit_that_is_chosen_and_keeps_it(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    stage.send({"type": "status", "status": pretended.status("run-a", 0, "ready")})
    unit, step = page.get_by_label("Step unit"), page.get_by_role("button", name="Step", exact=True)
    assert unit.locator("option").all_text_contents() == ["phase", "mini-batch", "epoch"]
    for name in ("phase", "epoch"):
        unit.select_option(name)
        page.evaluate("show({ ...page, epochs: page.epochs + 1 })")  # new page data: the choice stays
        step.click()
    told(page, stage, 2, "command")
    assert [one["params"] for one in stage.said("command")] == [{"unit": "phase"}, {"unit": "epoch"}]
    assert "epoch" in (step.get_attribute("title") or "")


def test_reset_goes_on_with_the_new_run_and_tells_the_page(visit: Open, stage: Stage) -> None:
    page = visit()
    frames(page, 2)
    page.get_by_role("button", name="Reset").click()
    told(page, stage, 2, "hello")
    assert stage.said("hello")[1]["run"] == "run-b"
    page.wait_for_function("states.length > 0")
    assert page.evaluate("states") == [["run", "run-b"]]
    page.evaluate("show({ ...page })")  # the page, not yet told, mounts the old run again: the new one stays
    page.evaluate("show({ ...page, run: 'run-b' })")
    frames(page, int(page.locator(ROOT).get_attribute("data-frames") or 0) + 2)
    assert len(stage.said("hello")) == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"state": "queued", "queue": 3}, "The server is full. You are third in line."),
        ({"state": "queued", "queue": 22}, "The server is full. You are 22nd in line."),
        ({"state": "queued", "queue": 11}, "The server is full. You are 11th in line."),
        ({"state": "ready"}, "Untrained. Press Train."),
        ({"state": "finished"}, "Finished after 10 epochs. Reset starts again."),
        (
            {"state": "diverged", "reason": {"text": "Loss: {value} is too large.", "values": {"value": 1e9}}},
            "Loss: 1,000,000,000 is too large.",
        ),
        ({"state": "lost"}, "Its worker ended unexpectedly. Train goes on from the last checkpoint."),
        ({"state": "parked"}, "Asleep, and safely kept. Train wakes it up."),
    ],
)
def test_the_state_is_said_in_words(visit: Open, stage: Stage, changed: dict[str, Any], sentence: str) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    stage.send({"type": "status", "status": pretended.status("run-a", 10, **changed)})
    expect(page.locator(".state")).to_have_text(sentence)
    assert page.locator(".state").get_attribute("aria-live") == "polite"


def test_numbers_that_are_none_are_gaps(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    stage.send({"type": "status", "status": pretended.status("run-a", 10, "diverged", metrics={"train_loss": None})})
    wait(page, "root.dataset.runState === 'diverged'")
    assert page.locator(ROOT).get_attribute("data-loss") == ""
    assert page.locator("[data-stat=train_loss] b").text_content() == "–"


def test_a_refusal_is_told_and_never_as_html(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    stage.send({"type": "refusal", "id": None, "messages": [{"text": "No run {name}.", "values": {"name": "<img src=x onerror=alert(1)>"}}]})
    expect(page.get_by_role("alert")).to_have_text("No run <img src=x onerror=alert(1)>.")
    assert page.locator(f"{ROOT} img").count() == 0


def test_share_copies_the_absolute_link(visit: Open, stage: Stage) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    frames(page, 1)
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_text("Link copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{stage.url}dense?e=TOKEN"
