"""The layers of a convolutional network in a real browser: chosen, changed, moved, told where they do not fit, and trained."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import seen

Visit = Callable[..., Page]
ROWS, LINES, MISFIT = "[class*=st-key-row-layers-]", ".st-key-form .size", ".st-key-form .misfit"
UNDER = """sentence => {
    const rows = Array.from(document.querySelectorAll("[class*=st-key-row-layers-]"));
    return rows.filter((row) => row.compareDocumentPosition(sentence) & Node.DOCUMENT_POSITION_FOLLOWING).length;
}"""

IN_LINE = """() => {
    const rows = Array.from(document.querySelectorAll("[class*=st-key-row-layers-]"), (row) => Array.from(row.children, (part) => part.getBoundingClientRect()));
    return rows.length === 3 && rows.every((boxes) => boxes.every((box, at) =>
        box.width > 0 && box.left >= (at ? boxes[at - 1].right - 1 : 0) && box.right < 390 && box.top < boxes[0].bottom && box.bottom > boxes[0].top));
}"""


def opened(visit: Visit, card: str) -> Page:
    """The page with the experiment of a card."""
    page = visit("/conv")
    seen.until_drawn(page)
    first = seen.token(page)
    page.locator(".st-key-cards button", has_text=card).click()
    page.wait_for_function("old => new URL(location).searchParams.get('run') !== old", arg=first)
    return page


def kinds(page: Page) -> list[str]:
    """The kind of each layer, as its menu shows it."""
    found: list[str] = page.eval_on_selector_all(ROWS, "rows => rows.map((row) => row.querySelector('input').value)")
    return found


def insert_pooling(page: Page, before: int) -> None:
    """Insert a layer before another by the popover, and make it a pooling."""
    count = page.locator(ROWS).count()
    page.get_by_role("button", name=f"More of layer {before}", exact=True).click()
    page.get_by_role("button", name="Insert before", exact=True).click()
    expect(page.locator(ROWS)).to_have_count(count + 1)
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    page.get_by_label(f"Kind of layer {before}", exact=True).click()
    page.get_by_role("option", name="Max pool", exact=True).click()
    expect(page.get_by_label(f"Window of layer {before}", exact=True)).to_be_visible()


def test_a_layer_that_does_not_fit_is_told_at_its_place_and_once_mended_the_network_learns(visit: Visit) -> None:
    page = opened(visit, "Digits of 8×8")
    filters = page.get_by_label("Filters of layer 1", exact=True)
    filters.fill("12")
    filters.press("Enter")
    expect(page.locator(LINES).nth(1)).to_have_text(re.compile(r"^12 × \d+ × \d+ · 120 weights · "))
    at = kinds(page).index("Flatten") + 1
    while not page.locator(MISFIT).count():
        insert_pooling(page, at)
        page.wait_for_function("() => document.querySelector('.st-key-form .misfit') || document.querySelectorAll('.st-key-form .size b').length === 2")
        at += 1
        assert at < 9, kinds(page)
    sentence = page.locator(MISFIT)
    expect(sentence).to_have_text(re.compile(r"^Layer \d+ \(Max pooling\): a window of 2 does not fit into maps of 1 pixels\."))
    number = int(re.findall(r"\d+", sentence.inner_text())[0])
    assert sentence.evaluate(UNDER) == number  # right beneath the layer it is about
    expect(page.locator(LINES)).to_have_count(number)  # the input and the layers before it
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    seen.until_state(page, "ready")  # the last good run is still there

    kept = seen.token(page)
    page.get_by_role("button", name=f"Remove layer {number}", exact=True).click()
    expect(page.locator(MISFIT)).to_have_count(0)
    expect(page.locator(LINES)).to_have_count(page.locator(ROWS).count() + 2)
    page.wait_for_function("old => new URL(location).searchParams.get('run') !== old", arg=kept)
    seen.settled(page)
    page.get_by_role("tab", name="Accuracy").click()
    seen.until_state(page, "ready")
    seen.press(page, "Train")
    page.wait_for_function("(y => y && y.at(-1) > y[0] + 0.3)(document.querySelector('[data-view=\"accuracy\"] .js-plotly-plot')?.data[0].y)")


def test_a_layer_goes_later_and_earlier_with_its_numbers_and_its_opened_controls(visit: Visit) -> None:
    page = opened(visit, "The textbook's network")
    expect(page.locator(ROWS)).to_have_count(6)
    assert kinds(page) == ["Conv", "Max pool", "Conv", "Max pool", "Flatten", "Dense"]
    # Each place has controls of its own: those of the place left fade while those of the place taken open.
    second, third = (page.get_by_role("dialog", name=f"More of layer {n}", exact=True) for n in (2, 3))
    page.get_by_role("button", name="More of layer 3").press("Enter")
    third.get_by_role("button", name="Earlier").click()
    expect(second.get_by_text("Layer 2", exact=True)).to_be_visible()
    expect(page.get_by_label("Filters of layer 2", exact=True)).to_have_value("64")
    assert kinds(page) == ["Conv", "Conv", "Max pool", "Max pool", "Flatten", "Dense"]
    expect(third).to_have_count(0)
    second.get_by_role("button", name="Later").click()
    expect(third.get_by_text("Layer 3", exact=True)).to_be_visible()
    expect(page.get_by_label("Filters of layer 3", exact=True)).to_have_value("64")
    expect(page.get_by_label("Window of layer 2", exact=True)).to_have_value("2")
    expect(second).to_have_count(0)
    third.get_by_role("button", name="Remove").click()
    expect(page.locator(ROWS)).to_have_count(5)
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    assert kinds(page) == ["Conv", "Max pool", "Max pool", "Flatten", "Dense"]


def test_the_layers_stand_in_one_line_each_on_a_phone(visit: Visit) -> None:
    page = visit("/conv", viewport={"width": 390, "height": 844})
    page.get_by_test_id("stExpandSidebarButton").click()
    page.wait_for_function(IN_LINE)
    assert seen.sideways(page) == 0
