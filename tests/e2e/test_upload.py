"""A person's own CSV in a real browser: given, looked at, used, trained to better than chance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page, expect

from tests.e2e.seen import PATIENCE, press, until, until_drawn, until_state


def table(rows: int = 200) -> bytes:
    """Is the product of two columns positive? With a missing cell, a constant, and a column of names."""
    numbers = np.random.default_rng(0).normal(size=(rows, 2))
    lines = [f"{a:.3f},{b:.3f},same,person {at},{'above' if a * b > 0 else 'below'}" for at, (a, b) in enumerate(numbers)]
    lines[7] = "," + lines[7].partition(",")[2]
    return ("width,height,unit,<b>name</b>,side\n" + "\n".join(lines)).encode()


def give(page: Page, raw: bytes, name: str = "mine.csv") -> None:
    """Open the part of the form, if it is not open, and choose a file."""
    if not page.locator(".st-key-own-table details[open]").count():
        page.get_by_text("Your own table (CSV)").click()
    page.locator('.st-key-own-table input[type="file"]').set_input_files({"name": name, "mimeType": "text/csv", "buffer": raw})


def test_an_own_table_is_described_used_and_learned(visit: Callable[..., Page]) -> None:
    page = visit("/dense")
    until_drawn(page)
    give(page, table())
    own = page.locator(".st-key-own-table")
    expect(own.get_by_text("200 rows, 5 columns")).to_be_visible(timeout=PATIENCE)
    expect(own.get_by_text("Missing numbers (1) were replaced by their column's median: width.")).to_be_visible(timeout=PATIENCE)
    expect(own.get_by_text("‹b›name‹/b›").first).to_be_visible(timeout=PATIENCE)
    before = page.url
    own.get_by_role("button", name="Use this table").click()
    expect(own.get_by_role("button", name="This table is in use")).to_be_visible(timeout=PATIENCE)
    page.wait_for_function("before => location.href !== before", arg=before)
    until_state(page, "ready")
    press(page, "Train")
    until(page, "Number(d.epoch) > 30")
    page.wait_for_selector('[data-view="confusion"]')
    press(page, "Pause")
    until_state(page, "paused")
    link = page.url.split("&run=")[0]
    assert "e=" in link and len(link) < 3000

    other = visit(link[link.index("/dense") :])  # somebody else, by the link: same server, so the table is here, and its target can be changed
    until_state(other, "ready")
    expect(other.locator(".st-key-own-table").get_by_role("button", name="This table is in use")).to_be_visible(timeout=PATIENCE)


def test_a_bad_file_is_answered_with_a_sentence_and_changes_nothing(visit: Callable[..., Page]) -> None:
    page = visit("/dense")
    until_drawn(page)
    before = page.url
    give(page, b"PK\x03\x04" + bytes(500), "table.csv")
    expect(page.locator(".st-key-own-table").get_by_text("not CSV")).to_be_visible(timeout=PATIENCE)
    give(page, b"a,b\n1,2\n")
    expect(page.locator(".st-key-own-table").get_by_text("at least 20 are needed")).to_be_visible(timeout=PATIENCE)
    assert page.url == before
