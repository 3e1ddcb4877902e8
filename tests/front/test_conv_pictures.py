"""What a network on pictures gets wrong, holds alike, looks for and learns from, in a real Chromium, fed by a pretended run: what is drawn, and what a click asks for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.front import pretended
from tests.front import pretended_pictures as made
from tests.front.harness import Stage
from tests.front.steps import Open, connected, shown
from tests.front.test_tryout import asked, paint


@pytest.fixture
def start(visit: Open, stage: Stage) -> Open:
    """Open the page with these views alone."""

    def at(*views: str, **options: Any) -> Page:
        stage.answers = False
        stage.page = pretended.page(family="conv", views=made.views(*views))
        stage.replies["maps"] = made.maps(3)
        page = visit(**options)
        connected(page, stage)
        return page

    return at


def rgb(page: Page, view: str, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place of a view's canvas, in CSS pixels."""
    return tuple(
        page.evaluate(
            """([view, x, y]) => { const c = document.querySelector(`[data-view=${view}] canvas`), ratio = c.width / c.clientWidth;
          return Array.from(c.getContext("2d").getImageData(x * ratio, y * ratio, 1, 1).data).slice(0, 3); }""",
            [view, x, y],
        )
    )


def near(page: Page, view: str, x: float, y: float, within: int, wanted: str) -> bool:
    """Is a colour to be found around a place of a view's canvas?"""
    found: bool = page.evaluate(
        """([view, x, y, within, wanted]) => {
          const c = document.querySelector(`[data-view=${view}] canvas`), ratio = c.width / c.clientWidth;
          const { data } = c.getContext("2d").getImageData((x - within) * ratio, (y - within) * ratio, 2 * within * ratio, 2 * within * ratio);
          const [r, g, b] = [1, 3, 5].map((at) => parseInt(wanted.slice(at, at + 2), 16));
          for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200 && Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b) < 24) return true;
          return false;
        }""",
        [view, x, y, within, wanted],
    )
    return found


# -- mistakes


def test_mistakes_stand_with_what_was_said_and_how_surely(start: Open, stage: Stage) -> None:
    page = start("mistakes")
    paint(page, stage, mistakes=made.mistakes(3))
    expect(page.locator(".mistakes .count")).to_have_text("15 of 1,000 wrong, as of epoch 5. The 3 it was surest of:")
    first = page.locator(".mistakes .tile").first
    expect(first).to_have_text("7 said 198 %7: 1 %")
    expect(first).to_have_accessible_name("Picture 1 is a 7; it said 1, 98.0 % sure. For 7 it gave 1.0 %.")
    seen = shown(first.locator("canvas"))
    assert seen.shape == (28, 28, 4) and (seen[14, 14] == (80, 80, 80, 255)).all() and (seen[0, 0] == (0, 0, 0, 255)).all()
    page.locator(".mistakes .tile").nth(2).click()
    assert asked(page, stage, "maps")[-1]["image"] == {"part": "test", "index": 22}
    expect(page.locator(".mistakes .tile").nth(2)).to_have_attribute("aria-pressed", "true")


def test_no_mistakes_are_said(start: Open, stage: Stage) -> None:
    page = start("mistakes")
    paint(page, stage, mistakes=made.mistakes(0))
    expect(page.locator(".mistakes")).to_have_text("No mistakes on the test part.")


def test_colour_pictures_keep_their_colours(start: Open, stage: Stage) -> None:
    page = start("mistakes")
    figure = made.mistakes(1)
    figure["pictures"] = np.stack([np.full((1, 32, 32), shade, np.uint8) for shade in (250, 30, 90)], 1)
    paint(page, stage, mistakes=figure)
    assert (shown(page.locator(".mistakes canvas"))[5, 5] == (250, 30, 90, 255)).all()


# -- the embedding


def test_the_embedding_colours_classes_and_rings_what_is_wrong(start: Open, stage: Stage) -> None:
    page = start("embedding")
    figure = made.embedding([(-0.5, 0), (0.5, 0), (0, 0)], [0, 1, 2], [0, 1, 0], ["cat", "dog", "cow"])
    paint(page, stage, embedding=figure)
    box = page.locator("[data-view=embedding] canvas").bounding_box()
    assert box is not None
    x = [12 + share * (box["width"] - 24) for share in (0.25, 0.75, 0.5)]
    y = box["height"] / 2
    assert [rgb(page, "embedding", one, y) for one in x] == [(230, 159, 0), (0, 114, 178), (0, 158, 115)]
    assert near(page, "embedding", x[2] + 7.5, y, 2, "#1d2430") and not near(page, "embedding", x[0] + 7.5, y, 2, "#1d2430")
    expect(page.locator(".embedding .say")).to_contain_text("41.0 % and 22.0 %")
    expect(page.locator(".embedding .classes")).to_have_text("catdogcow")
    page.mouse.move(box["x"] + x[2], box["y"] + y)
    expect(page.locator(".embedding .readout")).to_have_text("Picture 23: a cow; it says cat")
    page.mouse.click(box["x"] + x[0], box["y"] + y)
    assert asked(page, stage, "maps")[-1]["image"] == {"part": "test", "index": 20}


def test_the_embedding_is_walked_with_keys(start: Open, stage: Stage) -> None:
    page = start("embedding")
    paint(page, stage, embedding=made.embedding([(0.5, 0), (-0.5, 0)], [8, 9], [8, 8]))
    page.locator("[data-view=embedding] canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".embedding .readout")).to_have_text("Picture 22: a 9; it says 8")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert asked(page, stage, "maps")[-1]["image"] == {"part": "test", "index": 20}


def test_marks_glide_unless_motion_is_reduced(start: Open, stage: Stage) -> None:
    page = start("embedding", reduced_motion="reduce")
    paint(page, stage, embedding=made.embedding([(-0.5, 0)], [0], [0], ["cat"]))
    paint(page, stage, embedding=made.embedding([(0.5, 0)], [0], [0], ["cat"]))
    box = page.locator("[data-view=embedding] canvas").bounding_box()
    assert box is not None
    assert near(page, "embedding", 12 + 0.75 * (box["width"] - 24), box["height"] / 2, 3, "#e69f00")  # there at once
    page.emulate_media(reduced_motion="no-preference")
    paint(page, stage, embedding=made.embedding([(-0.5, 0)], [0], [0], ["cat"]))
    page.wait_for_function(
        "(x) => { const c = document.querySelector('[data-view=embedding] canvas'); return c.getContext('2d').getImageData(x * c.width / c.clientWidth, c.height / 2, 1, 1).data[0] > 200; }",
        arg=12 + 0.25 * (box["width"] - 24),
    )


@pytest.mark.parametrize(("dark", "ninth", "tenth"), [(False, "#7a4a22", "#3b36d9"), (True, "#96633a", "#7d55f2")])
def test_ten_classes_have_ten_colours(start: Open, stage: Stage, dark: bool, ninth: str, tenth: str) -> None:
    page = start("embedding", dark=dark)
    names = [f"class {at}" for at in range(10)]
    paint(page, stage, embedding=made.embedding([(-0.5, 0), (0.5, 0)], [8, 9], [8, 9], names))
    box = page.locator("[data-view=embedding] canvas").bounding_box()
    assert box is not None
    assert near(page, "embedding", 12 + 0.25 * (box["width"] - 24), box["height"] / 2, 2, ninth)
    assert near(page, "embedding", 12 + 0.75 * (box["width"] - 24), box["height"] / 2, 2, tenth)
    colours = page.evaluate("() => Array.from({ length: 10 }, (_, at) => getComputedStyle(document.querySelector('.live-view')).getPropertyValue(`--c${at}`))")
    assert len(set(colours)) == 10


# -- filters


def test_filters_are_crisp_tiles_in_the_colours_of_sign(start: Open, stage: Stage) -> None:
    page = start("filters")
    paint(page, stage, filters=made.filters())
    tiles = page.locator(".filters .filter")
    expect(tiles).to_have_count(8)
    assert [tuple(shown(tiles.nth(at).locator("canvas"))[1, 1, :3]) for at in range(3)] == [(27, 120, 55), (118, 42, 131), (244, 243, 242)]
    wide = tiles.first.locator("canvas").bounding_box()
    assert wide is not None and wide["width"] % 3 == 0 and wide["width"] >= 6
    expect(page.locator(".filters .block .count")).to_have_text(["Convolution 3×3± 0.500", "Convolution 3×3± 0.500 · 8 channels each"])
    assert shown(tiles.nth(4).locator("canvas")).shape == (7, 15, 4)  # eight channels in two rows, a gap between them


def test_channels_of_a_colour_picture_are_tiles_of_their_own(start: Open, stage: Stage) -> None:
    page = start("filters")
    paint(page, stage, filters=made.filters(channels=3))
    seen = shown(page.locator(".filters .filter canvas").first)
    assert seen.shape == (11, 3, 4) and seen[3, 0, 3] == 0 and (seen[4, 0, :3] == (27, 120, 55)).all()


def test_a_filter_is_switched_off_and_on(start: Open, stage: Stage) -> None:
    page = start("filters")
    stage.replies["filter"] = {"layer": 3, "unit": 1, "on": False}
    paint(page, stage, filters=made.filters())
    one = page.get_by_role("button", name="Filter 2, on").nth(1)
    one.click()
    expect(page.get_by_role("button", name="Filter 2, off")).to_have_attribute("aria-pressed", "false")
    assert stage.said("action")[-1]["params"] == {"layer": 3, "unit": 1, "on": False}
    stage.replies["filter"] = {"layer": 3, "unit": 1, "on": True}
    page.get_by_role("button", name="Filter 2, off").click()
    expect(page.get_by_role("button", name="Filter 2, on")).to_have_count(2)
    assert stage.said("action")[-1]["params"]["on"] is True


def test_a_refused_switch_changes_nothing(start: Open, stage: Stage) -> None:
    page = start("filters")
    stage.replies["filter"] = [{"text": "There is no such filter."}]
    paint(page, stage, filters=made.filters())
    page.locator(".filters .filter").first.click()
    expect(page.locator(".transport")).to_contain_text("There is no such filter.")
    expect(page.get_by_role("button", name="Filter 1, on")).to_have_count(2)


def test_a_filter_under_the_pointer_tells_its_numbers(start: Open, stage: Stage) -> None:
    page = start("filters")
    paint(page, stage, filters=made.filters())
    page.locator(".filters .filter").nth(5).hover()
    readout = page.locator(".filters .readout")
    expect(readout.locator("b")).to_contain_text("Convolution 3×3, filter 2, channel")
    expect(readout.locator(".numbers span")).to_have_text(["-0.50"] * 9)
    page.locator(".filters .filter").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".filters .filter").nth(1)).to_be_focused()
    expect(readout.locator("b")).to_have_text("Convolution 3×3, filter 2")


# -- what it learns from


def test_variations_stand_below_the_pictures(start: Open, stage: Stage) -> None:
    page = start("pictures")
    paint(page, stage, pictures=made.learns(3))
    canvases = page.locator(".learns canvas")
    expect(canvases).to_have_count(40)
    first, under = shown(canvases.nth(2)), shown(canvases.nth(12))
    assert (first[14, 14, :3] == 120).all() and (under[:, 1:, 0] == first[:, :-1, 0]).all()  # the third class, moved by a pixel
    expect(page.locator(".learns .say")).to_contain_text("varied anew")


def test_without_variation_it_is_said_where_to_find_it(start: Open, stage: Stage) -> None:
    page = start("pictures")
    paint(page, stage, pictures=made.learns(0))
    expect(page.locator(".learns canvas")).to_have_count(10)
    expect(page.locator(".learns .say")).to_contain_text("shown as they are. Under More › Varied pictures")


# -- the pictures behind a cell


def test_a_cell_opens_the_pictures_behind_it(start: Open, stage: Stage) -> None:
    page = start("confusion")
    stage.replies["behind"] = {**made.behind(3), "count": 12}
    paint(page, stage, confusion=made.confusion())
    cell = page.get_by_role("button", name="true 7, answered 1: 12")
    cell.click()
    assert asked(page, stage, "behind")[-1] == {"part": "test", "true": 7, "said": 1}
    sheet = page.get_by_role("dialog")
    expect(sheet.locator("b").first).to_have_text("7, taken for 1")
    expect(sheet.locator(".tile")).to_have_text(["90 %", "70 %", "50 %"])
    expect(sheet.locator(".say")).to_contain_text("3 of 12")
    assert (shown(sheet.locator("canvas").nth(1))[14, 14, :3] == 101).all()
    sheet.locator(".tile").nth(1).click()
    assert asked(page, stage, "maps")[-1]["image"] == {"part": "test", "index": 41}
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(cell).to_be_focused()


def test_cells_of_the_training_part_ask_for_its_pictures(start: Open, stage: Stage) -> None:
    page = start("confusion")
    stage.replies["behind"] = made.behind(2)
    paint(page, stage, confusion=made.confusion())
    page.get_by_label("training part").check()
    page.get_by_role("button", name="true 7, answered 1: 48").click()
    assert asked(page, stage, "behind")[-1]["part"] == "train"
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="true 0, answered 1: 0")).to_be_disabled()


def test_a_cell_that_emptied_meanwhile_opens_on_nothing(start: Open, stage: Stage) -> None:
    page = start("confusion")
    paint(page, stage, confusion=made.confusion())
    stage.replies["behind"] = {"count": 0, "pictures": np.zeros((0, 1, 28, 28), np.uint8), "index": np.zeros(0, np.int32), "sure": np.zeros(0, np.float32)}
    page.get_by_role("button", name="true 7, answered 1: 12").click()
    expect(page.get_by_role("dialog").locator(".say")).to_have_text("No picture is there any more: the network answers otherwise by now.")


def test_ten_classes_fit_beside_the_network(start: Open, stage: Stage) -> None:
    page = start("confusion", "mistakes")
    paint(page, stage, confusion=made.confusion(), mistakes=made.mistakes(12))
    table, panel = page.locator(".matrix").bounding_box(), page.locator(".panel.side").bounding_box()
    assert table is not None and panel is not None and table["x"] + table["width"] <= panel["x"] + panel["width"] + 1
    heads = page.locator(".matrix thead th")
    boxes = heads.evaluate_all("(all) => all.map((one) => one.scrollWidth - one.clientWidth)")
    assert max(boxes) <= 1


# -- looks


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("view", ["mistakes", "embedding", "filters", "pictures", "confusion"])
def test_nothing_scrolls_sideways_on_a_phone(start: Open, stage: Stage, view: str, dark: bool) -> None:
    page = start(view, size=(390, 844), dark=dark)
    marks = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    figures = {
        "mistakes": made.mistakes(12), "filters": made.filters(count=32), "pictures": made.learns(3), "confusion": made.confusion(),
        "embedding": made.embedding(marks, [*range(9)], [0] * 9),
    }  # fmt: skip
    paint(page, stage, **{view: figures[view]})
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    box = page.locator(f"[data-view={view}]").bounding_box()
    assert box is not None and box["height"] > 60
