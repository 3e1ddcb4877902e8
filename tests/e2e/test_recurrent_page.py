"""The recurrent page in a real browser: memory over a pause, forecasts, names, text, gates held by hand, and a step that goes through time."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import seen

Visit = Callable[..., Page]


def opened(visit: Visit, card: str | None = None, **context: object) -> Page:
    page = visit("/recurrent", **context)
    seen.until_drawn(page)
    if card:
        first = seen.token(page)
        page.locator(".st-key-cards button", has_text=card).first.click()
        page.wait_for_function("old => new URL(location).searchParams.get('run') !== old", arg=first)
        seen.until_drawn(page)
    return page


def accuracy(page: Page) -> float:
    """Test accuracy in percent, as the header tells it."""
    return float(re.sub(r"[^0-9.]", "", page.locator(".live-view", has_text="Test accuracy").get_by_text(re.compile(r"^[0-9.]+ ?%$")).first.inner_text()))


def tab(page: Page, name: str) -> None:
    page.locator(f'[data-tab="{name}"]').click()
    page.wait_for_selector(f'[data-view="{name}"]')


def test_an_untrained_network_is_drawn_unrolled_and_learns(visit: Visit) -> None:
    page = opened(visit)
    drawn = page.locator('[data-view="network"]')
    assert drawn.get_attribute("data-steps") == "10" and drawn.get_attribute("data-layers") == "1"
    assert seen.colours(page, "network") > 30
    seen.press(page, "Train")
    seen.until(page, "Number(d.epoch) > 8 && Number(d.loss) < 0.3")
    assert accuracy(page) > 90
    for name in ("through_time", "path", "weights", "gradients", "activations", "memory", "gates"):
        tab(page, name)
        page.wait_for_selector(f'[data-view="{name}"] canvas, [data-view="{name}"] .main-svg', state="attached")
    page.wait_for_selector('[data-view="gates"][data-rows]')
    assert seen.colours(page, "gates") > 60


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_over_a_long_pause_a_network_with_gates_remembers(visit: Visit, kind: str) -> None:
    page = opened(visit, f"A long pause: {kind}")
    seen.press(page, "Train")
    seen.until(page, "Number(d.loss) < 0.05")
    seen.press(page, "Pause")
    seen.until_state(page, "paused", "finished")
    assert accuracy(page) > 98


def test_over_a_long_pause_a_simple_network_does_not(visit: Visit) -> None:
    page = opened(visit, "A long pause: simple")
    seen.press(page, "Train")
    seen.until_state(page, "finished")
    assert accuracy(page) < 60
    tab(page, "through_time")
    expect(page.get_by_text("it vanishes on the way back", exact=False).or_(page.get_by_text("gets all the way back", exact=False)).first).to_be_visible()


def test_a_held_gate_forgets_and_undo_brings_it_back(visit: Visit) -> None:
    page = opened(visit, "A long pause: LSTM")
    seen.press(page, "Train")
    seen.until(page, "Number(d.loss) < 0.05")
    seen.press(page, "Pause")
    seen.until_state(page, "paused", "finished")
    before = accuracy(page)
    tab(page, "gates")
    page.get_by_role("button", name=re.compile("Forget gate.*hold it at 0")).click()
    page.wait_for_function("() => document.querySelector('[data-view=\"gates\"]')?.dataset.held.includes('forget:0')")
    seen.until(page, "Number(d.loss) > 0.5")
    assert accuracy(page) < 60 < before
    page.get_by_role("button", name="Undo", exact=True).click()
    seen.until(page, "Number(d.loss) < 0.05")
    assert accuracy(page) == before


def test_a_forecast_is_better_than_the_naive_one(visit: Visit) -> None:
    page = opened(visit, "Airline passengers")
    seen.press(page, "Train")
    page.wait_for_function(
        "() => { const d = document.querySelector('[data-view=\"forecast\"]')?.dataset; return d && Number(d.rmse) > 0 && Number(d.rmse) < 0.6 * Number(d.naive); }",
        timeout=seen.PATIENCE,
    )
    expect(page.get_by_text("smaller than that of the naive forecast", exact=False)).to_be_visible()
    assert len(seen.lines(page, "loss")) >= 4  # train, test, chance, naive


def test_a_typed_name_is_judged_letter_by_letter(visit: Visit) -> None:
    page = opened(visit, "Where is this name")
    seen.press(page, "Train")
    seen.until(page, "Number(d.epoch) >= 6")
    tab(page, "typed")
    box = page.get_by_role("textbox", name="Your sequence")
    box.fill("papadopoulos")
    expect(page.locator('[data-view="typed"]').get_by_text("Greek").first).to_be_visible()
    page.wait_for_function("() => document.querySelector('[data-view=\"network\"]')?.dataset.steps === '12'")
    box.fill("pa!pa")
    expect(page.get_by_text("knows no !", exact=False).first).to_be_visible()


def test_text_gets_better_and_begins_as_one_likes(visit: Visit) -> None:
    page = opened(visit, "Learn to write")
    page.wait_for_selector('[data-view="writing"]')
    seen.press(page, "Train")
    seen.until(page, "Number(d.loss) < 2.4")  # single signs: 2.98
    page.get_by_role("textbox", name="Begin with").fill("mr. darcy ")
    page.get_by_role("button", name="Write", exact=True).click()
    page.wait_for_function("() => /mr\\. darcy .{30}/s.test(document.querySelector('[data-view=\"writing\"]').textContent)", timeout=seen.PATIENCE)


def test_a_state_opens_with_its_equations_and_its_unit_can_be_silenced(visit: Visit) -> None:
    page = opened(visit)
    canvas = page.locator('[data-view="network"] canvas').first
    canvas.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    card = page.locator('[data-view="network"]').get_by_text("Forget gate", exact=False).first
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    canvas.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_visible()
    page.wait_for_function("() => /[1-9]|\\d/.test(document.querySelector('[data-view=\"gates\"]')?.dataset.silent)")
    page.get_by_role("button", name="Undo", exact=True).click()
    page.wait_for_function("() => document.querySelector('[data-view=\"gates\"]')?.dataset.silent === ''")


def test_a_step_goes_forward_through_time_and_comes_back(visit: Visit) -> None:
    page = opened(visit)
    page.get_by_label("Step unit").select_option("phase")
    phases = []
    for _ in range(1 + 10 + 1 + 10 + 1):  # sample, ten steps forward, loss, ten steps back, update
        before = page.locator(".phases").inner_text() if page.locator(".phases").count() else ""
        seen.press(page, "Step")
        page.wait_for_function("old => document.querySelector('.phases')?.innerText !== old", arg=before)
        phases.append(seen.data(page)["phase"])
    assert phases == ["sample", *["forward"] * 10, "loss", *["backward"] * 10, "update"]
    assert seen.step(page) == 1


def test_a_recurrent_layer_behind_a_dense_one_is_told_at_its_place(visit: Visit) -> None:
    page = opened(visit)
    page.get_by_role("button", name="Add a layer", exact=True).click()
    page.get_by_label("Kind of layer 1", exact=True).click()
    page.get_by_role("option", name="Dense", exact=True).click()
    expect(page.locator(".st-key-form .misfit")).to_have_text(re.compile("^Layer 2 .*goes through time"))


def test_chinese_and_a_phone(visit: Visit) -> None:
    page = opened(visit, viewport={"width": 390, "height": 844}, locale="zh-CN", color_scheme="dark", has_touch=True)
    expect(page.get_by_text("遗忘门", exact=False).first).to_be_attached()
    assert seen.sideways(page) == 0
    page.get_by_role("button", name="训练", exact=True).tap()
    seen.until(page, "Number(d.epoch) > 3")
    assert seen.sideways(page) == 0
