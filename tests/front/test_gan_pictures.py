"""What a GAN that never was shows, in a real Chromium: layers and strokes in the plane, the sheet with its past, nearest pictures, the way between two, and coverage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.front import pretended
from tests.front.harness import Stage
from tests.front.steps import Open, connected, shown, told
from tests.front.test_tryout import asked, paint

SIDE = 4  # pixels of a made-up picture here
RNG = np.random.default_rng(3)


def sheet(shade: int = 0, pages: int = 4, count: int = 64) -> dict[str, Any]:
    """The `samples` view: picture k is plain, of shade k + `shade`."""
    pictures = np.repeat(np.arange(count, dtype=np.uint8) + np.uint8(shade), SIDE * SIDE).reshape(count, 1, SIDE, SIDE)
    return {
        "pictures": pictures,
        "pages": np.arange(pages, dtype=np.float32),
        "steps": 9,
        "phase": None,
    }


def plane(strokes: list[Any] | None = None, strongest: int | None = 0) -> dict[str, Any]:
    """The `layered` view: real points left, made-up ones right."""
    real, made = (np.stack([np.full(30, x), np.linspace(-4, 4, 30)], 1).astype(np.float32) for x in (-3, 3))
    grid = np.stack(np.meshgrid(np.linspace(1, 5, 21), np.linspace(-4, 4, 21)), -1).astype(np.float32)
    return {
        "real": real, "made": made, "surface": np.tile(np.linspace(1, -1, 40, dtype=np.float32), (40, 1)), "bounds": None, "grid": grid, "loss": "minimax", "strokes": strokes, "phase": None,
        "arrows": np.concatenate([made[:5], np.tile(np.float32([-1, 0]), (5, 1))], 1), "strongest": strongest, "say": pretended.words("This point must move left."),
    }  # fmt: skip


def coverage(**found: Any) -> dict[str, Any]:
    usual = {
        "centres": None,
        "shares": np.full(8, 0.125, np.float32),
        "found": np.ones(8, np.uint8),
        "js": 0.2,
        "kl": 0.5,
        "wide": 1.0,
        "say": pretended.words("All are found."),
    }
    return usual | found


@pytest.fixture
def start(visit: Open, stage: Stage) -> Open:
    """Open the page with one of the views, and paint this figure."""

    def at(view: str, figure: dict[str, Any], **options: Any) -> Page:
        stage.answers = False
        place = "side" if view == "coverage" else "main"
        stage.page = pretended.page(family="gan", views=[pretended.view(view, view, "Made up", place)])
        one = np.full((1, 1, SIDE, SIDE), 200, np.uint8)
        stage.replies["walk"] = {"pictures": np.repeat(one, 12, 0), "answers": np.full(12, 0.25, np.float32)}
        stage.replies["page"] = {"pictures": sheet(100)["pictures"], "step": 3, "epoch": 1.0}
        stage.replies["nearest"] = {
            "pictures": np.repeat(one, 5, 0), "distances": np.linspace(0.05, 0.2, 5, dtype=np.float32), "index": np.arange(5), "true": np.zeros(5, np.int32), "usual": 0.2, "said": 1,
            "classes": ["zero", "one"], "own": one, "answer": 0.25,
        }  # fmt: skip
        page = visit(**options)
        connected(page, stage)
        paint(page, stage, **{view: figure})
        return page

    return at


def middle(page: Page, at: int) -> tuple[float, float]:
    """Where picture `at` of 8 by 8 is, on the screen."""
    box = page.locator(".samples .sheet canvas").bounding_box()
    assert box is not None
    side = int(min(box["width"], box["height"]))
    return box["x"] + (box["width"] - side) / 2 + (at % 8 + 0.45) * side / 8, box["y"] + (box["height"] - side) / 2 + (at // 8 + 0.45) * side / 8


def shade(page: Page, at: int) -> int:
    """Of picture `at`, as it is drawn."""
    x, y = middle(page, at)
    found: int = page.evaluate(
        """([x, y]) => {
            const canvas = document.querySelector(".samples .sheet canvas"), box = canvas.getBoundingClientRect(), scale = canvas.width / box.width;
            return canvas.getContext("2d").getImageData((x - box.left) * scale, (y - box.top) * scale, 1, 1).data[0];
        }""",
        [x, y],
    )
    return found


# -- the sheet


def test_every_picture_stands_in_its_place(start: Open) -> None:
    page = start("samples", sheet(60))
    assert [shade(page, at) for at in (0, 7, 8, 63)] == [60, 67, 68, 123]
    assert not page.evaluate("() => errors.length")


def test_the_slider_goes_back_and_now_is_now(start: Open, stage: Stage) -> None:
    page = start("samples", sheet())
    page.get_by_label("Which epoch is shown").fill("1")
    assert asked(page, stage, "page")[-1] == {"at": 1}
    expect(page.locator(".samples .when")).to_have_text("epoch 1")
    page.wait_for_function("() => document.querySelector('.samples').dataset.page === '1'")
    told(page, stage, 1)
    paint(page, stage, samples=sheet(5, pages=6))  # what comes meanwhile does not push the old one away
    assert shade(page, 3) == 103
    page.get_by_role("button", name="now", exact=True).click()
    assert shade(page, 3) == 8
    expect(page.locator(".samples .when")).to_have_text("now")


def test_a_click_asks_for_the_nearest_and_a_second_one_walks(start: Open, stage: Stage) -> None:
    page = start("samples", sheet())
    page.mouse.click(*middle(page, 12))
    assert asked(page, stage, "nearest")[-1] == {"index": 12}
    expect(page.get_by_text("A classifier takes it for: one. The discriminator answers 0.25.")).to_be_visible()
    expect(page.get_by_text("Nearly a copy", exact=False)).to_be_visible()  # 0.05 is less than half of the usual 0.2
    expect(page.locator(".samples .near figcaption").first).to_have_text("0.05")
    page.mouse.click(*middle(page, 40))
    assert asked(page, stage, "walk")[-1] == {"a": 12, "b": 40, "shares": [0, *(pytest.approx(share / 10) for share in range(11))]}
    expect(page.locator(".samples .near")).to_be_hidden()
    page.get_by_label("Between the two pictures").fill("0.5")
    page.wait_for_function("() => document.querySelector('.samples').dataset.share === '0.5'")
    expect(page.get_by_text("50 % of the way", exact=False)).to_be_visible()
    assert (shown(page.locator(".samples .one canvas"))[..., :3] == 200).all()
    page.mouse.click(*middle(page, 3))  # a third click begins anew
    page.wait_for_function("() => document.querySelector('.samples').dataset.first === '3' && document.querySelector('.samples').dataset.second === ''")
    expect(page.locator(".samples .stations")).to_be_hidden()


def test_what_is_chosen_is_asked_again_as_it_learns_and_forgotten_with_the_run(start: Open, stage: Stage) -> None:
    page = start("samples", sheet())
    page.mouse.click(*middle(page, 12))
    before = len(asked(page, stage, "nearest"))
    paint(page, stage, samples=sheet(1))
    asked(page, stage, "nearest", before + 1)
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.querySelector('.samples').dataset.first === ''")


# -- the plane


def test_a_stroke_is_sent_when_the_pointer_leaves_and_start_afresh_replaces(start: Open, stage: Stage) -> None:
    stage.replies["draw"] = {}
    page = start("layered", plane([[[0, 0], [1, 1]]]))
    box = page.locator(".layered canvas").bounding_box()
    assert box is not None
    x, y, unit = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, min(box["width"], box["height"]) / 12
    page.mouse.move(x - 2 * unit, y + unit)
    page.mouse.down()
    page.mouse.move(x + 2 * unit, y + unit, steps=6)
    assert not stage.said("action")
    page.mouse.up()
    told(page, stage, 1, "action")
    (action,) = stage.said("action")
    assert action["name"] == "draw"
    old, new = action["params"]["strokes"]
    assert old == [[0, 0], [1, 1]] and new[0] == pytest.approx([-2, -1], abs=0.11) and new[-1] == pytest.approx([2, -1], abs=0.4) and len(new) >= 4
    page.get_by_role("button", name="Start afresh").click()
    page.mouse.click(x, y)
    told(page, stage, 2, "action")
    assert stage.said("action")[-1]["params"]["strokes"] == [[pytest.approx([0, 0], abs=0.11)]]


def test_other_planes_cannot_be_drawn_on(start: Open, stage: Stage) -> None:
    page = start("layered", plane())
    expect(page.get_by_text("Draw here", exact=False)).to_be_hidden()
    page.locator(".layered canvas").click()
    assert not stage.said("action")
    expect(page.get_by_text("This point must move left.")).to_be_visible()


def test_no_arrow_no_sentence(start: Open) -> None:
    page = start("layered", plane(strongest=None) | {"say": None, "bounds": [-0.5, 2.0]})
    expect(page.locator(".layered .say")).to_have_text("Ground: from -0.50 (blue) to 2.00 (orange).")
    assert not page.evaluate("() => errors.length")


# -- coverage


def test_bars_of_clumps_and_of_classes(start: Open, stage: Stage) -> None:
    page = start("coverage", coverage())
    expect(page.get_by_text("8 of 8")).to_be_visible()
    expect(page.get_by_text("Fréchet distance")).to_be_hidden()
    expect(page.get_by_role("listitem", name="clump 3: 12.5 %")).to_be_visible()
    missing = np.array([0.5, 0.5, 0.0], np.float32)
    found = {
        "names": ["circle", "square", "star"],
        "shares": missing,
        "found": (missing > 0).astype(np.uint8),
        "frechet": 12.34,
        "floor": 1.7,
        "js": None,
        "kl": None,
    }
    paint(page, stage, coverage=coverage(**found))
    expect(page.get_by_text("Fréchet distance")).to_be_visible()
    expect(page.get_by_text("12.3", exact=True)).to_be_visible()
    expect(page.get_by_text("clumps found")).to_be_hidden()
    expect(page.get_by_role("listitem", name="star: 0.0 %").locator("i").first).to_have_class("missing")
    paint(page, stage, coverage=coverage(shares=None, found=None, js=None, kl=None))
    expect(page.locator(".coverage .bars")).to_be_hidden()
    assert not page.evaluate("() => errors.length")
