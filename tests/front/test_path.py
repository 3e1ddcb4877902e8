"""States as paths in a real Chromium, fed by a pretended run: their colours and places, what pointing tells, and time that runs along them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.front import pretended
from tests.front import pretended_gates as made
from tests.front.harness import Stage
from tests.front.steps import Open, connected, wait
from tests.front.test_conv_pictures import near
from tests.front.test_tryout import asked, paint

RIM = 16


def line(*places: tuple[float, float]) -> np.ndarray:
    """(3, 2): a path from place to place."""
    return np.array(places, np.float32)


THREE = np.stack([line((-1, 0), (-0.5, 0), (0, 0)), line((0, 0.25), (0.5, 0.25), (1, 0.25)), line((0, -0.25), (0.5, -0.25), (1, -0.25))])


@pytest.fixture
def start(visit: Open, stage: Stage) -> Open:
    def at(figure: dict[str, Any] | None = None, **options: Any) -> Page:
        stage.answers = False
        stage.page = pretended.page(family="recurrent", views=made.views("path"))
        page = visit(**{"reduced_motion": "reduce", **options})
        connected(page, stage)
        paint(page, stage, path=figure or three())
        return page

    return at


def three(**more: Any) -> dict[str, Any]:
    return made.path(3, 3, points=THREE, colours=[0, 1, 2], reach=1.0, **more)


def path(page: Page) -> Locator:
    return page.locator(".stage.path")


def pixel(page: Page, x: float, y: float) -> tuple[float, float]:
    """A place of the plane in pixels of the canvas: as much as fits, the same scale on both axes; the tallest point is at 0.25."""
    box = page.locator("[data-view=path] canvas").bounding_box()
    assert box is not None
    scale = min((box["width"] / 2 - RIM) / 1.0, (box["height"] / 2 - RIM) / 0.25)
    return box["width"] / 2 + x * scale, box["height"] / 2 - y * scale


def has(page: Page, x: float, y: float, colour: str, within: int = 3) -> bool:
    return near(page, "path", *pixel(page, x, y), within, colour)


def test_paths_are_in_the_colours_of_their_classes(start: Open) -> None:
    page = start()
    assert has(page, 0, 0, "#e69f00") and has(page, -0.75, 0, "#e69f00")
    assert has(page, 1, 0.25, "#0072b2") and has(page, 1, -0.25, "#009e73")
    expect(path(page).locator(".legend")).to_have_text("leftrightnone")
    expect(path(page).locator(".say")).to_contain_text("Across lies 64.0 %, upward 21.0 % of the spread")
    expect(path(page).locator(".say")).to_contain_text("The axes are those of epoch 4.")


def test_values_are_in_the_palette_of_signs(start: Open) -> None:
    page = start(made.path(3, 3, None, points=THREE, colours=[1, -1, 0], reach=1.0))
    assert has(page, 0, 0, "#1b7837") and has(page, 1, 0.25, "#762a83")
    assert not has(page, 1, -0.25, "#1b7837") and not has(page, 1, -0.25, "#762a83")
    expect(path(page).locator(".legend")).to_have_text("-11")


def test_the_plane_does_not_shrink_while_its_axes_are_held(start: Open, stage: Stage) -> None:
    page = start()
    small = three()
    small["points"] = THREE / 2
    paint(page, stage, path=small)
    assert has(page, 0, 0, "#e69f00") and has(page, -0.375, 0, "#e69f00") and not has(page, -0.9, 0, "#e69f00")


def test_pointing_tells_example_step_and_symbol(start: Open) -> None:
    figure = three()
    figure["symbols"] = [list("abc")] * 3
    page = start(figure)
    box = page.locator("[data-view=path] canvas").bounding_box()
    assert box is not None
    x, y = pixel(page, 0.5, 0.25)
    page.mouse.move(box["x"] + x, box["y"] + y)
    expect(path(page).locator(".readout")).to_have_text("Example 8, right: step 2, it read 'b'")
    assert has(page, 0.75, 0.25, "#0072b2")  # drawn strong now
    page.mouse.move(5, 5)
    expect(path(page).locator(".readout")).to_be_hidden()


def test_a_click_shows_the_example_in_all_pictures_and_draws_it_strong(start: Open, stage: Stage) -> None:
    stage.replies["way"] = {}
    page = start()
    expect(path(page).locator(".say")).to_contain_text("Drawn strong: example 1.")
    box = page.locator("[data-view=path] canvas").bounding_box()
    assert box is not None
    x, y = pixel(page, 0.5, -0.25)
    page.mouse.click(box["x"] + x, box["y"] + y)
    assert asked(page, stage, "way")[-1] == {"example": {"part": "test", "index": 14}}
    page.mouse.move(5, 5)
    expect(path(page).locator(".say")).to_contain_text("Drawn strong: example 15.")
    assert has(page, 0.75, -0.25, "#009e73") and not has(page, -0.75, 0, "#e69f00")


def test_it_is_walked_with_keys(start: Open) -> None:
    page = start()
    page.locator("[data-view=path] canvas").focus()
    for key, hand in (("ArrowRight", "0 0"), ("ArrowRight", "0 1"), ("ArrowDown", "1 1"), ("ArrowUp", "0 1"), ("ArrowLeft", "0 0"), ("Escape", "")):
        page.keyboard.press(key)
        expect(path(page)).to_have_attribute("data-hand", hand)


def test_the_slider_lets_only_the_steps_so_far_be_seen(start: Open) -> None:
    page = start()
    page.get_by_label("Step in time").fill("2")
    expect(path(page)).to_have_attribute("data-step", "2")
    expect(path(page).locator("output")).to_have_text("step 2 of 3")
    assert has(page, -0.5, 0, "#e69f00") and not has(page, 0, 0, "#e69f00")


def test_time_runs_to_the_last_step(start: Open) -> None:
    page = start(reduced_motion="no-preference")
    page.get_by_label("Step in time").fill("1")
    page.get_by_role("button", name="Let time run").click()
    wait(page, "root.querySelector('.stage.path').dataset.step === '3' && root.querySelector('.stage.path').dataset.playing === 'false'")
    expect(page.get_by_role("button", name="Let time run")).to_be_visible()


def test_padding_is_not_part_of_a_path(start: Open) -> None:
    page = start(three(first=1))
    assert has(page, -0.5, 0, "#e69f00") and not has(page, -0.9, 0, "#e69f00")


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_scrolls_sideways_on_a_phone(start: Open, dark: bool) -> None:
    page = start(made.path(24, 20), size=(390, 844), dark=dark)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
