"""The form and the cards in a real browser: every control has a name and answers to the keyboard, the run before is one click away."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.e2e import seen

Visit = Callable[..., Page]
NAMELESS = """() => Array.from(document.querySelectorAll("button, select, input, textarea, [role=slider], [role=switch], [tabindex='0']"))
    .filter((one) => one.checkVisibility() && !one.closest("[data-testid=stHeader], [data-testid=stSidebarHeader], [aria-hidden=true]"))
    .filter((one) => !(one.getAttribute("aria-label") || one.getAttribute("aria-labelledby") || one.labels?.length || one.title || one.textContent.trim()))
    .map((one) => one.outerHTML.slice(0, 200))"""


def test_every_control_has_an_accessible_name(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    page.locator(".st-key-group-more summary").click()
    page.get_by_role("slider", name="Early stopping").wait_for()
    assert page.evaluate(NAMELESS) == []


def test_more_of_a_layer_opens_by_keyboard_and_is_marked_when_it_was_changed(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    page.get_by_role("button", name="More of layer 2").press("Enter")
    page.get_by_text("Batch norm", exact=True).click()
    page.wait_for_selector("[class*=st-key-row-layers-1-touched]")
    assert page.locator("[class*=-touched]").count() == 1


def test_more_of_a_layer_opens_by_the_first_click_and_stays_open(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="More of layer 2").click()
    inside = page.get_by_test_id("stPopoverBody")
    inside.get_by_text("Batch norm", exact=True).click()
    page.wait_for_selector("[class*=st-key-row-layers-1-touched]")  # the script has run again meanwhile
    assert inside.is_visible()


def test_a_card_is_taken_by_keyboard_and_the_run_before_is_one_click_away(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    first = seen.token(page)
    seen.press(page, "Train")
    seen.until(page, "Number(d.epoch) > 3")
    card = page.locator(".st-key-cards button", has_text="Circle")
    card.press("Enter")
    page.wait_for_function("old => new URL(location).searchParams.get('run') !== old", arg=first)
    page.get_by_role("button", name="before:").click()
    page.wait_for_function("old => new URL(location).searchParams.get('run') === old", arg=first)
    page.get_by_text("Three layers of eight untangle", exact=False).first.wait_for()
