"""Without a mouse: every control can be reached, has a name, and does its work by key; the tour; what a teacher hides."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from playground.registry import families
from tests.e2e import seen

Visit = Callable[..., Page]
PAGES = list(families())
ROLES = ("button", "checkbox", "combobox", "link", "radio", "slider", "spinbutton", "switch", "tab", "textbox", "img", "group", "dialog")
NAMED = ROLES[:9]
FOCUSED = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const label = at.getAttribute("aria-label") ?? (at.getAttribute("aria-labelledby") ?? "").split(" ").map(id => document.getElementById(id)?.textContent ?? "").join(" ");
    const named = label.trim() || at.labels?.[0]?.textContent.trim() || at.textContent.trim() || at.title || at.placeholder || at.closest("[aria-label]")?.getAttribute("aria-label") || "";
    const box = at.getBoundingClientRect();
    return {named, tag: at.tagName, role: at.getAttribute("role"), seen: box.width > 0 && box.height > 0};
}"""


def walk(page: Page, most: int = 250) -> list[dict[str, object]]:
    """What gets the focus, Tab by Tab, until the round is complete."""
    found: list[dict[str, object]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at is None:
            break
        found.append(at)
    return found


@pytest.mark.parametrize("family", PAGES)
def test_a_walk_by_keyboard_meets_every_control_and_each_has_a_name(visit: Visit, family: str) -> None:
    page = visit(f"/{family}")
    seen.until_drawn(page)
    met = walk(page)
    nameless = [at for at in met if not at["named"]]
    assert not nameless
    names = " | ".join(str(at["named"]) for at in met)
    for wanted in ("Train", "Step", "Reset", "Tour", "Share", "Learning rate", "Optimizer", "More"):
        assert wanted in names, wanted


@pytest.mark.parametrize("family", PAGES)
def test_screen_readers_hear_a_name_for_every_control(visit: Visit, family: str) -> None:
    page = visit(f"/{family}")
    seen.until_drawn(page)
    page.get_by_text("More", exact=True).first.click()
    heard = page.locator("body").aria_snapshot()
    nameless = [line for line in heard.splitlines() if re.match(rf"\s*- ({'|'.join(NAMED)})(:| \[|$)", line)]
    assert not nameless


def test_training_by_keyboard_alone(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED)["named"] == "Train":
            break
    page.keyboard.press("Enter")
    seen.until(page, "d.runState === 'running' && Number(d.step) > 5")
    page.keyboard.press("Enter")
    seen.until_state(page, "paused")


def test_the_tour_goes_round_and_lets_go(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    seen.press(page, "Tour")
    card = page.get_by_role("dialog")
    titles = [card.locator("h4").inner_text()]
    while page.evaluate("document.activeElement.textContent") == "Next":
        page.keyboard.press("Enter")
        titles.append(card.locator("h4").inner_text())
        assert card.locator("p").first.inner_text()
        box = card.bounding_box()
        assert box and box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= 1280 and box["y"] + box["height"] <= 800
    assert len(set(titles)) == len(titles) >= 5
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == "Tour"


def hide(page: Page, title: str, name: str) -> None:
    """Choose a setting by typing. What is typed or clicked while the page's script is still drawing is lost: then one does it again, as a person does."""
    box = page.get_by_test_id("stSidebar").get_by_role("combobox", name="Hide these settings")
    for _ in range(8):
        box.click()
        box.press_sequentially(title)
        with suppress(PlaywrightTimeout):
            page.get_by_role("option", name=title, exact=True).click(timeout=5_000)
        with suppress(PlaywrightTimeout):
            page.wait_for_function("name => new URL(location).searchParams.get('hide')?.includes(name)", arg=name, timeout=5_000)
            return
        page.keyboard.press("Escape")
        box.fill("")
    raise AssertionError(f"{title} could not be hidden: {page.url}")


def test_what_a_teacher_hides_is_gone_and_keeps_its_value(visit: Visit) -> None:
    page = visit("/dense?hide=data.noise,training.optimizer.learning_rate")
    seen.until_drawn(page)
    form = page.get_by_test_id("stSidebar")
    for gone in ("Noise", "Learning rate"):
        assert form.get_by_text(gone, exact=True).filter(visible=True).count() == 0
    expect(form.get_by_text("Batch size", exact=True)).to_be_visible()
    form.get_by_text("For a lesson", exact=True).click()
    hide(page, "Batch size", "training.batch_size")
    page.reload()
    seen.until_drawn(page)
    assert form.get_by_text("Batch size", exact=True).filter(visible=True).count() == 0
