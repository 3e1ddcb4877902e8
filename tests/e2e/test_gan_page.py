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
    seen.choose(page, "Loss", "Least squares")
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


# -- pictures


def pictured(visit: Visit) -> Page:
    """The page with digits of 8x8, trained for a while and paused."""
    page = opened(visit)
    first = seen.token(page)
    page.locator(".st-key-cards button", has_text="Digits of 8").click()
    page.wait_for_function("old => new URL(location).searchParams.get('run') !== old", arg=first)
    seen.until_state(page, "ready")
    page.wait_for_selector('[data-view="samples"][data-count="64"]')
    return page


def place(page: Page, at: int) -> tuple[float, float]:
    """The middle of a picture of the sheet, on the screen."""
    box = page.locator('[data-view="samples"] .sheet canvas').bounding_box()
    assert box is not None
    side = min(box["width"], box["height"])
    return box["x"] + (box["width"] - side) / 2 + (at % 8 + 0.45) * side / 8, box["y"] + (box["height"] - side) / 2 + (at // 8 + 0.45) * side / 8


def drawn(page: Page, where: str) -> str:
    """What the canvas shows."""
    found: str = page.eval_on_selector(where, "canvas => canvas.toDataURL()")
    return found


def test_made_up_digits_get_better_can_be_gone_back_to_and_compared_with_real_ones(visit: Visit) -> None:
    page = pictured(visit)
    sheet, chosen = '[data-view="samples"] .sheet canvas', '[data-view="samples"] .one canvas'
    untrained = drawn(page, sheet)
    page.get_by_label("Speed").select_option("full")
    seen.press(page, "Train")
    page.wait_for_function("() => Number(document.querySelector('[data-view=\"samples\"]')?.dataset.pages) >= 5")
    page.wait_for_function('() => document.querySelector(\'[data-view="coverage"], [data-view="classes"]\')?.dataset.frechet > 0')
    seen.press(page, "Pause")
    seen.until_state(page, "paused")
    now = drawn(page, sheet)
    assert now != untrained
    page.get_by_label("Which epoch is shown").fill("0")
    page.wait_for_function("([where, old]) => document.querySelector(where).toDataURL() !== old", arg=[sheet, now])
    expect(page.locator('[data-view="samples"] .when')).to_have_text("epoch 0")
    page.get_by_role("button", name="now", exact=True).click()
    page.wait_for_function("([where, old]) => document.querySelector(where).toDataURL() === old", arg=[sheet, now])

    page.mouse.click(*place(page, 10))
    page.wait_for_selector('[data-view="samples"][data-first="10"][data-nearest]')
    expect(page.locator('[data-view="samples"] .near figure')).to_have_count(5)
    expect(page.get_by_text("A classifier takes it for", exact=False)).to_be_visible()
    page.mouse.click(*place(page, 20))
    page.wait_for_selector('[data-view="samples"][data-second="20"][data-walked]')
    at_first = drawn(page, chosen)
    strip = page.locator('[data-view="samples"] .stations').bounding_box()
    assert strip is not None
    page.mouse.move(strip["x"] + 0.95 * strip["width"], strip["y"] + strip["height"] / 2)
    page.wait_for_function("() => Number(document.querySelector('[data-view=\"samples\"]')?.dataset.share) > 0.9")
    assert drawn(page, chosen) != at_first


def test_the_sheet_is_gone_through_by_keyboard(visit: Visit) -> None:
    page = pictured(visit)
    page.locator('[data-view="samples"] .sheet canvas').focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector('[data-view="samples"][data-first="9"]')
    page.keyboard.press("Escape")
    page.wait_for_selector('[data-view="samples"][data-first=""]')


def test_one_network_alone_learns_while_the_other_is_held(visit: Visit) -> None:
    page = opened(visit)
    first = seen.token(page)
    seen.press(page, "Train")
    seen.until(page, "Number(d.epoch) > 1")
    seen.choose(page, "Learning", "Discriminator alone")
    page.wait_for_function("() => document.querySelector('[data-view=\"losses\"] .annotation')")
    assert seen.token(page) == first  # the same run
    seen.press(page, "Pause")
    seen.until_state(page, "paused")
    step = seen.step(page)
    page.get_by_label("Step unit").select_option("phase")
    said = set()
    for _ in range(5):
        before = page.locator(".phases .sentence").inner_text() if page.locator(".phases .sentence").count() else ""
        seen.press(page, "Step")
        page.wait_for_function("old => document.querySelector('.phases .sentence')?.innerText !== old", arg=before)
        said.add(page.locator(".phases .sentence").inner_text().split(":")[0])
    assert said == {"Discriminator"} and seen.step(page) == step + 1


def test_a_generator_follows_what_is_drawn(visit: Visit) -> None:
    page = opened(visit)
    first = seen.token(page)
    page.locator(".st-key-cards button", has_text="Draw your own").click()
    page.wait_for_function("old => new URL(location).searchParams.get('run') !== old", arg=first)
    page.wait_for_selector('[data-view="layered"][data-strokes="3"]')
    page.get_by_role("button", name="Start afresh", exact=True).click()
    box = page.locator('[data-view="layered"] canvas').bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(middle[0] - 100, middle[1])
    page.mouse.down()
    page.mouse.move(middle[0] + 100, middle[1] - 60, steps=8)
    page.mouse.up()
    page.wait_for_selector('[data-view="layered"][data-strokes="1"]')
    seen.press(page, "Train")
    seen.until(page, "Number(d.epoch) > 1")
    page.locator("button.undo").click()
    page.wait_for_selector('[data-view="layered"][data-strokes="3"]')
