"""A person's own text and series in a real browser: pasted, given, repaired, refused, trained."""

from __future__ import annotations

import math
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import seen

Visit = Callable[..., Page]
PROSE = "the cat sat on the mat and the dog sat on the log. " * 60


def opened(visit: Visit) -> Page:
    page = visit("/recurrent")
    seen.until_drawn(page)
    return page


def until_other(page: Page, run: str) -> None:
    page.wait_for_function("old => new URL(location).searchParams.get('run') !== old", arg=run)


def test_a_pasted_text_is_read_and_learned(visit: Visit) -> None:
    page = opened(visit)
    first = seen.token(page)
    page.get_by_text("Your own text", exact=True).click()
    box = page.get_by_role("textbox", name="Paste a text")
    box.fill("too short")
    box.blur()
    page.get_by_role("button", name="Read this text").click()
    expect(page.get_by_text("at least 500 are needed", exact=False)).to_be_visible()
    box.fill(PROSE)
    box.blur()
    page.get_by_role("button", name="Read this text").click()
    expect(page.get_by_text("14 different ones", exact=False)).to_be_visible()
    page.get_by_role("button", name="Use this text").click()
    until_other(page, first)
    page.wait_for_selector('[data-view="writing"]')
    seen.press(page, "Train")
    seen.until(page, "Number(d.epoch) > 20 && Number(d.loss) < 2")


def test_a_series_is_given_its_column_chosen_and_foretold(visit: Visit) -> None:
    page = opened(visit)
    first = seen.token(page)
    page.get_by_text("Your own series (CSV)", exact=True).click()
    uploader = page.locator(".st-key-own-series input[type=file]")
    uploader.set_input_files({"name": "same.csv", "mimeType": "text/csv", "buffer": b"7\n" * 90})
    expect(page.get_by_text("nothing to foretell", exact=False)).to_be_visible()
    rows = [f"{2000 + i // 12}-{i % 12 + 1:02},{i},{100 + 10 * math.sin(i / 2) + (i % 7) / 10:.2f}" for i in range(120)]
    rows[40] = "2003-05,40,"
    uploader.set_input_files({"name": "prices.csv", "mimeType": "text/csv", "buffer": "\n".join(["month,row,price", *rows]).encode()})
    expect(page.get_by_text("in the order of month", exact=False)).to_be_visible()
    expect(page.get_by_text("straight line between their neighbours", exact=False)).to_be_visible()
    page.get_by_role("button", name="Use this series").click()
    until_other(page, first)
    page.wait_for_selector('[data-view="forecast"]')
    seen.press(page, "Train")
    page.wait_for_function(
        "() => { const d = document.querySelector('[data-view=\"forecast\"]')?.dataset; return d && Number(d.rmse) < 0.8 * Number(d.naive); }",
        timeout=seen.PATIENCE,
    )
