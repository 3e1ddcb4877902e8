"""A forecast in a real Chromium, fed by a pretended run: which lines are drawn where, the parts of time, the errors, a place in hand, a chosen range."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.front import pretended
from tests.front import pretended_told as made
from tests.front.harness import Stage
from tests.front.steps import Open, connected, laid_out, shown
from tests.front.test_tryout import paint

TRUE, SAID, FREE = (29, 36, 48), (0, 114, 178), (213, 94, 0)


@pytest.fixture
def start(visit: Open, stage: Stage) -> Open:
    """Open the page with its forecast alone, and paint this figure."""

    def at(figure: dict[str, Any] | None = None, **options: Any) -> Page:
        stage.answers = False
        stage.page = pretended.page(family="recurrent", views=made.views("forecast"))
        page = visit(**options)
        connected(page, stage)
        paint(page, stage, forecast=figure or made.forecast())
        return page

    return at


def forecast(page: Page) -> Locator:
    return page.locator(".stage.forecast")


def has(page: Page, token: tuple[int, int, int], left: float = 0, right: float = 1, top: float = 0, bottom: float = 1) -> bool:
    """Is this colour drawn within these shares of the picture?"""
    picture = shown(forecast(page).locator("canvas"))
    height, width = picture.shape[:2]
    part = picture[int(top * height) : int(bottom * height), int(left * width) : int(right * width)].astype(int)
    return bool(((np.abs(part[:, :, :3] - token).max(axis=2) <= 6) & (part[:, :, 3] > 250)).any())


def switch(page: Page, name: str) -> None:
    forecast(page).locator(".switches").get_by_role("button", name=name).click()


def shares(page: Page) -> tuple[float, float]:
    """The frame of the axes across, in pixels: its left side, where the hairlines begin, and its width; 8 pixels are free on the right."""
    wide = forecast(page).locator("canvas").evaluate("(one) => one.clientWidth")
    picture = shown(forecast(page).locator("canvas"))
    grid = np.abs(picture.astype(int) - (227, 230, 235, 255)).max(axis=2) <= 2
    left = np.flatnonzero(grid[grid.sum(axis=1).argmax()])[0] * wide / picture.shape[1]
    return float(left), float(wide - 8 - left)


def point(page: Page, share: float) -> None:
    """With the mouse to a share of the shown time."""
    box = forecast(page).locator("canvas").bounding_box()
    assert box is not None
    left, wide = shares(page)
    page.mouse.move(box["x"] + left + share * wide, box["y"] + box["height"] / 2)


# -- what is drawn


def test_truth_and_forecast_are_lines_and_the_way_on_has_a_colour_of_its_own(start: Open) -> None:
    page = start()
    assert forecast(page).get_attribute("data-drawn") == "naive true said free"
    assert has(page, TRUE, right=0.2) and not has(page, SAID, right=0.12)  # nothing is foretold before a whole window was read
    assert has(page, SAID, left=0.3) and has(page, FREE, left=0.85, bottom=0.8)
    assert not has(page, FREE, right=0.75)
    expect(forecast(page)).to_have_attribute("data-free", "24")


def test_each_word_of_the_legend_switches_its_line(start: Open, stage: Stage) -> None:
    page = start()
    switch(page, "foretold")
    assert not has(page, SAID)
    switch(page, "truth")
    switch(page, "on its own")
    assert forecast(page).get_attribute("data-drawn") == "naive"
    assert not has(page, FREE)
    paint(page, stage, forecast=made.forecast())
    assert forecast(page).get_attribute("data-drawn") == "naive"  # also in the next frame
    switch(page, "foretold")
    assert has(page, SAID)
    expect(forecast(page).get_by_role("button", name="truth")).to_have_attribute("aria-pressed", "false")


def test_what_was_never_learned_from_has_a_ground(start: Open, stage: Stage) -> None:
    page = start(made.forecast(level=100, free=48))
    picture = shown(forecast(page).locator("canvas"))
    row = picture[int(0.75 * len(picture)), :, 3]  # how much the ground covers: nothing, the test part, the way on
    left, wide = (one * picture.shape[1] / forecast(page).locator("canvas").evaluate("(one) => one.clientWidth") for one in shares(page))
    grounds = [int(row[int(left + share * wide)]) for share in (0.2, 0.45, 0.65, 0.9)]
    assert grounds[0] == grounds[1] == 0  # 144 of 191 values are known, 100 of them for learning
    assert grounds[2] > grounds[3] > 0
    paint(page, stage, forecast=made.forecast(level=100, free=48, validation=60))
    row = shown(forecast(page).locator("canvas"))[int(0.75 * len(picture)), :, 3]
    assert row[int(left + 0.2 * wide)] == 0 and 0 < row[int(left + 0.45 * wide)] < row[int(left + 0.65 * wide)]


def test_gaps_are_gaps(start: Open) -> None:
    figure = made.forecast(level=100, free=0)
    figure["said"][40:80] = np.nan
    page = start(figure)
    for name in ("truth", "naive"):
        switch(page, name)
    assert has(page, SAID, 0.15, 0.3) and not has(page, SAID, 0.4, 0.55) and has(page, SAID, 0.65, 0.9)
    expect(forecast(page).locator("[data-line=free]")).to_be_hidden()


def test_answers_that_run_away_are_cut_off(start: Open, stage: Stage) -> None:
    figure = made.forecast()
    figure["free"]["values"] = np.float32(10.0) ** np.arange(4, 28, dtype=np.float32)
    page = start(figure)
    assert has(page, TRUE, bottom=0.95, top=0.3) or has(page, SAID, bottom=0.95, top=0.3)
    picture = shown(forecast(page).locator("canvas"))
    ink = np.abs(picture[:, :, :3].astype(int) - SAID).max(axis=2) <= 6
    rows = np.flatnonzero(ink.any(axis=1))
    assert rows[-1] - rows[0] > 0.35 * len(picture)  # the series has still most of the height
    figure["free"]["values"][3:] = np.nan
    paint(page, stage, forecast=figure)


# -- the errors


def test_the_errors_stand_beside_each_other(start: Open, stage: Stage) -> None:
    figure = made.forecast()
    page = start(figure)
    naive = figure["scores"]["test"]["naive_rmse"]
    expect(forecast(page).locator("[data-bar=network] b")).to_have_text("5")
    expect(forecast(page).locator("[data-bar=naive] b")).to_have_text(f"{naive:.1f}")
    assert float(forecast(page).get_attribute("data-rmse") or 0) == 5 and float(forecast(page).get_attribute("data-naive") or 0) == pytest.approx(naive)
    own, other = (forecast(page).locator(f"[data-bar={name}] .track i").bounding_box() for name in ("network", "naive"))
    assert own is not None and other is not None
    assert own["width"] / other["width"] == pytest.approx(5 / naive, abs=0.02)
    expect(forecast(page).locator(".say")).to_have_text("It is better than the naive forecast.")
    paint(page, stage, forecast=made.forecast(scores=False))
    expect(forecast(page).locator("[data-bar=network] b")).to_have_text("–")
    expect(forecast(page)).to_have_attribute("data-rmse", "")


# -- a place in hand


def test_a_place_in_time_tells_what_was_and_what_was_foretold(start: Open) -> None:
    figure = made.forecast()
    page = start(figure)
    point(page, 0.5)
    readout = forecast(page).locator(".readout")
    at = int(forecast(page).get_attribute("data-at") or -1)
    assert abs(at - 0.5 * 167) <= 1  # of 144 values and 24 beyond
    expect(readout.locator("strong")).to_have_text("Dec 1955" if at == 83 else "Jan 1956" if at == 84 else "Nov 1955")
    told = {name: float(readout.locator(f"[data-line={name}] b").inner_text()) for name in ("true", "said", "naive")}
    assert told == pytest.approx({name: float(figure[name][at]) for name in told}, abs=0.6)
    point(page, 0.99)
    assert readout.locator("[data-line]").evaluate_all("(all) => all.map((one) => one.dataset.line)") == ["free"]
    expect(readout.locator("strong")).to_contain_text("1962")


def test_arrow_keys_walk_through_time(start: Open) -> None:
    page = start(made.forecast(144, monthly=False))
    canvas = forecast(page).locator("canvas")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(forecast(page)).to_have_attribute("data-at", "10")
    expect(forecast(page).locator(".readout strong")).to_have_text("10")
    expect(forecast(page).locator(".readout [data-line=said]")).to_have_count(0)  # not foretold yet
    page.keyboard.press("End")
    expect(forecast(page)).to_have_attribute("data-at", "167")
    page.keyboard.press("Escape")
    expect(forecast(page).locator(".readout")).to_be_hidden()


# -- which times


def test_of_a_long_series_its_end_is_shown_first(start: Open) -> None:
    page = start(made.forecast(500, 20, 60, monthly=False, unit=""))
    assert [forecast(page).get_attribute(f"data-{name}") for name in ("span", "from", "to")] == ["end", "380", "559"]
    forecast(page).get_by_role("button", name="all", exact=True).click()
    assert [forecast(page).get_attribute(f"data-{name}") for name in ("span", "from", "to")] == ["all", "0", "559"]
    forecast(page).get_by_role("button", name="the end").click()
    assert forecast(page).get_attribute("data-from") == "380"


def test_a_range_is_chosen_by_dragging_and_left_by_a_double_click(start: Open, stage: Stage) -> None:
    page = start(made.forecast(monthly=False))
    box = forecast(page).locator("canvas").bounding_box()
    assert box is not None
    left, wide = shares(page)
    for share, press in ((0.25, page.mouse.down), (0.5, page.mouse.up)):
        page.mouse.move(box["x"] + left + share * wide, box["y"] + 80, steps=3)
        press()
    assert forecast(page).get_attribute("data-span") == "chosen"
    low, high = (float(forecast(page).get_attribute(f"data-{name}") or 0) for name in ("from", "to"))
    assert low == pytest.approx(0.25 * 167, abs=1.5) and high == pytest.approx(0.5 * 167, abs=1.5)
    paint(page, stage, forecast=made.forecast(monthly=False))
    assert float(forecast(page).get_attribute("data-from") or 0) == low  # also in the next frame
    page.mouse.dblclick(box["x"] + left + 0.5 * wide, box["y"] + 80)
    assert forecast(page).get_attribute("data-span") == "all"
    page.mouse.move(box["x"] + left + 0.5 * wide, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + left + 0.5 * wide + 3, box["y"] + 80)
    page.mouse.up()
    assert forecast(page).get_attribute("data-span") == "all"  # hardly moved


def test_it_fits_a_phone_and_the_dark(start: Open, stage: Stage) -> None:
    page = start(made.forecast(500, 20, 60, monthly=False), size=(390, 844), dark=True)
    laid_out(page)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert has(page, (86, 180, 233))  # the dark theme's colour
