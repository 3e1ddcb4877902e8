"""The GAN page in a real browser: clumps found, layers switched, settings changed while it trains, and a step of both networks."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e import seen

Visit = Callable[..., Page]


def opened(visit: Visit, **context: object) -> Page:
    page = visit("/gan", **context)
    seen.until_state(page, "ready")
    seen.until(page, "Number(d.frames) > 0")
    return page


def test_all_eight_clumps_are_found_while_one_watches(visit: Visit) -> None:
    page = opened(visit)
    assert seen.colours(page, "layered") > 50
    page.locator('[data-tab="coverage"]').click()
    page.get_by_label("Speed").select_option("full")
    seen.press(page, "Train")
    page.wait_for_function("() => document.querySelector('[data-view=\"coverage\"]')?.dataset.found === '8'", timeout=3 * seen.PATIENCE)
    expect(page.get_by_text("All 8 clumps are found", exact=False)).to_be_visible()


def test_words_switch_the_layers(visit: Visit) -> None:
    page = opened(visit)
    canvas = page.locator('[data-view="layered"] canvas')
    before = canvas.screenshot()
    for name in ("real points", "made-up points", "discriminator's answer", "bent noise", "where they must go"):
        word = page.get_by_role("button", name=name, exact=True)
        expect(word).to_have_attribute("aria-pressed", "true")
        word.click()
        expect(word).to_have_attribute("aria-pressed", "false")
    assert seen.colours(page, "layered") <= 8  # an empty plane and its rim
    assert canvas.screenshot() != before


def test_the_loss_changes_while_it_trains(visit: Visit) -> None:
    page = opened(visit)
    first = seen.token(page)
    seen.press(page, "Train")
    seen.until(page, "Number(d.epoch) > 3")
    page.get_by_role("combobox", name="Loss", exact=False).first.click()
    page.get_by_role("option", name="Least squares", exact=True).click()
    page.wait_for_function("() => document.querySelector('[data-view=\"losses\"] .annotation')")
    assert seen.token(page) == first
    step = seen.step(page)
    seen.until(page, "Number(d.step) > {step}", step=step)


def test_a_step_by_phases_goes_through_both_networks(visit: Visit) -> None:
    page = opened(visit)
    page.get_by_label("Step unit").select_option("phase")
    said = []
    for _ in range(10):
        before = page.locator(".phases .sentence").inner_text() if page.locator(".phases .sentence").count() else ""
        seen.press(page, "Step")
        page.wait_for_function("old => document.querySelector('.phases .sentence')?.innerText !== old", arg=before)
        said.append((seen.data(page)["phase"], page.locator(".phases .sentence").inner_text().split(":")[0]))
    names = ["sample", "forward", "loss", "backward", "update"]
    assert said == [(name, part) for part in ("Discriminator", "Generator") for name in names]
    assert seen.step(page) == 1


def test_a_phone_in_chinese(visit: Visit) -> None:
    page = opened(visit, viewport={"width": 390, "height": 844}, locale="zh-CN", color_scheme="dark", has_touch=True)
    expect(page.get_by_text("判别器的回答", exact=False).first).to_be_attached()
    assert seen.sideways(page) == 0
