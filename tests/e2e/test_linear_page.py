"""The linear page, used as a person uses it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from playground.experiment import parse
from playground.registry import families
from tests.e2e import seen

Visit = Callable[..., Page]
FIT = '[data-view="fit"]'


def opened(visit: Visit, name: str = "line", **context: object) -> Page:
    page = visit(f"/linear?e={parse(families()['linear'].presets[name].experiment).token()}", **context)
    seen.until_drawn(page)
    return page


def number(page: Page, name: str) -> float:
    return float(page.locator(FIT).get_attribute(f"data-{name}") or "nan")


def until_near(page: Page, **wanted: float) -> None:
    for name, value in wanted.items():
        page.wait_for_function(
            "([selector, name, value]) => Math.abs(Number(document.querySelector(selector)?.dataset[name]) - value) < 0.1",
            arg=[FIT, name, value],
            timeout=seen.PATIENCE,
        )


def test_the_line_is_found(visit: Visit) -> None:
    page = visit("/linear")
    seen.until_drawn(page)
    assert (number(page, "slope"), number(page, "intercept")) == (-2, 0)
    assert seen.colours(page, "surface") > 50 and seen.colours(page, "fit") > 20
    assert "least squares" in (page.locator('[data-view="surface"]').text_content() or "")
    assert "2 / 2.03 = 0.985" in (page.locator('[data-view="surface"] .rule').first.text_content() or "")
    seen.press(page, "Train")
    until_near(page, slope=3, intercept=2)
    expect(page.locator(f"{FIT} .equation")).to_contain_text("y = 2.97 x + 2.00")


def test_slope_and_intercept_are_taken_by_hand(visit: Visit) -> None:
    page = opened(visit)
    before = seen.data(page)["loss"]
    grip = page.get_by_role("slider", name="Intercept")
    box = grip.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.mouse.down()
    page.mouse.move(box["x"] + 9, box["y"] - 40, steps=4)
    page.wait_for_function("selector => Number(document.querySelector(selector)?.dataset.intercept) > 0.3", arg=FIT)
    assert seen.data(page)["loss"] == before, "nothing changes before the hand lets go"
    page.mouse.up()
    seen.until(page, "d.loss !== {before}", before=before)
    lifted = number(page, "intercept")
    assert lifted > 0.3 and number(page, "slope") == pytest.approx(-2, abs=1e-5)
    slope = page.get_by_role("slider", name="Slope")
    slope.focus()
    page.keyboard.press("Shift+ArrowUp")
    page.wait_for_function("selector => Math.abs(Number(document.querySelector(selector)?.dataset.slope) + 1.5) < 1e-4", arg=FIT)
    expect(slope).to_have_attribute("aria-valuetext", "-1.500")
    page.get_by_role("button", name="Undo").first.click()
    page.wait_for_function("selector => Math.abs(Number(document.querySelector(selector)?.dataset.slope) + 2) < 1e-4", arg=FIT)
    assert number(page, "intercept") == pytest.approx(lifted, abs=1e-4)


def test_a_click_on_the_surface_puts_the_weights_there(visit: Visit) -> None:
    page = opened(visit)
    canvas = page.locator('[data-view="surface"] canvas')
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": box["width"] * 0.9, "y": box["height"] * 0.2})
    page.wait_for_function("selector => Number(document.querySelector(selector)?.dataset.slope) > 3", arg=FIT)
    assert number(page, "intercept") > 3
    seen.press(page, "Train")
    until_near(page, slope=3, intercept=2)


def test_the_threshold_is_moved_too(visit: Visit) -> None:
    page = opened(visit, "threshold")
    page.get_by_role("slider", name="Threshold").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("selector => Number(document.querySelector(selector)?.dataset.intercept) > 0", arg=FIT)
    assert number(page, "slope") == pytest.approx(-2)


@pytest.mark.parametrize(
    ("name", "views"), [("gauss", ("boundary", "surface")), ("breast_cancer", ("coefficients", "confusion")), ("diabetes", ("coefficients", "predictions"))]
)
def test_other_data_have_other_pictures(visit: Visit, name: str, views: tuple[str, ...]) -> None:
    page = opened(visit, name)
    for view in views:
        expect(page.locator(f'[data-view="{view}"]')).to_be_visible()
    seen.press(page, "Train")
    seen.until(page, "Number(d.epoch) > 20")


def test_it_fits_a_phone(visit: Visit) -> None:
    page = opened(visit, viewport={"width": 390, "height": 844})
    assert seen.sideways(page) == 0
    for view in ("fit", "surface"):
        box = page.locator(f'[data-view="{view}"] canvas').bounding_box()
        assert box is not None and box["width"] > 300 and box["height"] > 150
