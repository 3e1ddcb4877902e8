"""The autoencoder page in a real browser: a place dragged to while it trains, one's own digit cleaned, two numbers chosen of many, pictures calculated with, a step by phases."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from playground.experiment import parse
from playground.registry import families
from tests.e2e import seen

Visit = Callable[..., Page]
MAP = '[data-view="map"]'


def opened(visit: Visit, preset: str = "vae-2", **context: object) -> Page:
    page = visit(f"/autoencoder?e={parse(families()['autoencoder'].presets[preset].experiment).token()}", **context)
    seen.until_state(page, "ready")
    seen.until(page, "Number(d.frames) > 0")
    return page


def pixels(page: Page, canvas: str) -> str:
    return str(page.eval_on_selector(canvas, "canvas => canvas.toDataURL()"))


def until_other(page: Page, canvas: str, before: str) -> None:
    page.wait_for_function("([canvas, before]) => document.querySelector(canvas).toDataURL() !== before", arg=[canvas, before])


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Across the map, from one share of its sides to another."""
    box = page.locator(f"{MAP} .space canvas").bounding_box()
    assert box
    (x0, y0), (x1, y1) = ((box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end))
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move(x1, y1, steps=8)
    page.mouse.up()


def test_a_place_is_decoded_while_one_drags_and_while_it_trains(visit: Visit) -> None:
    page = opened(visit)
    assert seen.colours(page, "map") > 20
    seen.press(page, "Train")
    seen.until(page, "Number(d.epoch) >= 1")
    end = f"{MAP} .end:last-child canvas"
    before = pixels(page, end)
    drag(page, (0.5, 0.5), (0.62, 0.2))
    page.wait_for_function(f"() => Number(document.querySelector('{MAP}')?.dataset.answers) > 3")
    expect(page.locator(MAP)).to_have_attribute("data-hand", "dragged")
    until_other(page, end, before)
    answers = int(page.locator(MAP).get_attribute("data-answers") or 0)
    page.wait_for_function(f"count => Number(document.querySelector('{MAP}')?.dataset.answers) > count", arg=answers)  # asked again as it learns
    page.locator(f"{MAP} .space canvas").press("Escape")
    expect(page.locator(MAP)).to_have_attribute("data-hand", "example")
    assert float(seen.data(page)["loss"]) < 300


def test_arrow_keys_move_the_place_in_hand(visit: Visit) -> None:
    page = opened(visit)
    canvas = page.locator(f"{MAP} .space canvas")
    canvas.focus()
    place = page.locator(MAP).get_attribute("data-place")
    canvas.press("ArrowRight")
    page.wait_for_function(f"() => Number(document.querySelector('{MAP}')?.dataset.answers) > 0")
    moved = page.locator(MAP).get_attribute("data-place")
    assert place and moved and float(moved.split()[0]) > float(place.split()[0]) and moved.split()[1] == place.split()[1]


def test_a_drawn_digit_is_spoiled_and_given_back(visit: Visit) -> None:
    page = opened(visit, "denoising")
    view = '[data-view="tryout"]'
    before = pixels(page, f"{view} .pair .framed:last-child canvas")
    box = page.locator(f"{view} canvas.strokes").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=6)
    page.mouse.up()
    until_other(page, f"{view} .pair .framed:last-child canvas", before)
    expect(page.locator(f"{MAP} .end .words").first).to_contain_text("yours")
    page.wait_for_function(f"() => Number(document.querySelector('{view}')?.dataset.given) > 0.2")  # with noise at first, as it is trained with
    noise = page.get_by_label("Noise", exact=True).last
    noise.focus()
    noise.press("Home")
    page.wait_for_function(f"() => Number(document.querySelector('{view}')?.dataset.given) < 0.01")


def test_two_numbers_are_chosen_of_many(visit: Visit) -> None:
    page = opened(visit, "beta")
    expect(page.get_by_text("Main axes of 16 numbers", exact=False).first).to_be_visible()
    page.get_by_label("Across", exact=True).select_option("4")
    expect(page.get_by_text("Across: latent number 5", exact=False).first).to_be_visible()


def test_pictures_are_mixed_and_added_up(visit: Visit) -> None:
    page = opened(visit)
    page.locator('[data-tab="walk"]').click()
    expect(page.locator('[data-view="walk"] .strips td canvas')).to_have_count(16)
    before = pixels(page, '[data-view="walk"] [data-slot="b"] canvas')
    page.get_by_role("button", name="B: next picture", exact=True).click()
    until_other(page, '[data-view="walk"] [data-slot="b"] canvas', before)
    page.locator('[data-tab="sums"]').click()
    before = pixels(page, '[data-view="sums"] [data-slot="sum"] canvas')
    page.get_by_role("button", name="C: next picture", exact=True).click()
    until_other(page, '[data-view="sums"] [data-slot="sum"] canvas', before)


def test_a_step_by_phases_goes_there_and_back(visit: Visit) -> None:
    page = opened(visit)
    page.get_by_label("Step unit").select_option("phase")
    said = []
    for _ in range(7):
        before = page.locator(".phases .sentence").inner_text() if page.locator(".phases .sentence").count() else ""
        seen.press(page, "Step")
        page.wait_for_function("old => document.querySelector('.phases .sentence')?.innerText !== old", arg=before)
        said.append(page.locator(".phases [aria-current]").inner_text())
    assert said == ["sample", "encode", "decode", "loss", "back through the decoder", "back through the encoder", "update"]
    assert seen.step(page) == 1


def test_points_of_a_plane_come_back(visit: Visit) -> None:
    page = opened(visit, "thread")
    seen.press(page, "Train")
    seen.until(page, "Number(d.epoch) >= 5")
    page.wait_for_selector('[data-view="plane"] .main-svg', state="attached")
    drag(page, (0.3, 0.5), (0.7, 0.5))
    page.wait_for_function(f"() => Number(document.querySelector('{MAP}')?.dataset.answers) > 0")


def test_a_phone_in_chinese(visit: Visit) -> None:
    page = opened(visit, viewport={"width": 390, "height": 844}, locale="zh-CN", color_scheme="dark", has_touch=True)
    expect(page.get_by_text("两个隐变量", exact=False).first).to_be_attached()
    assert seen.sideways(page) == 0
