"""Steps by phase and epoch, slow motion, and the traced example, in the whole product."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import seen

Visit = Callable[..., Page]
PHASES = ("sample", "forward", "loss", "backward", "update")


def sentence(page: Page, phase: str) -> str:
    """What the strip says, once it stands at this phase."""
    seen.until(page, "d.phase === {phase}", phase=phase)
    expect(page.locator(".names [aria-current=step]")).to_have_text(phase)
    return page.locator(".sentence").inner_text()


def test_five_phases_are_a_step(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    expect(page.locator(".phases")).to_be_hidden()
    page.get_by_label("Step unit").select_option("phase")
    said = {}
    for phase in PHASES:
        assert seen.data(page)["step"] == "0"
        seen.press(page, "Step")
        said[phase] = sentence(page, phase)
    seen.until(page, "d.step === '1' && d.runState === 'paused'")
    assert re.search(r"10 of 250 training examples, numbers \d+, \d+", said["sample"])
    assert re.search(r"the network answers −?0\.\d+; it should be −?1\.", said["forward"])
    gradient = float(re.search(r"gradient is (−?[\d.]+),", said["backward"])[1].replace("−", "-"))  # type: ignore[index]
    before, after = (float(text.replace("−", "-")) for text in re.search(r"from (−?[\d.]+) to (−?[\d.]+)\.", said["update"]).groups())  # type: ignore[union-attr]
    assert after - before == pytest.approx(-0.015 * gradient, abs=2e-4)
    page.get_by_label("Step unit").select_option("batch")
    seen.press(page, "Step")
    seen.until(page, "d.step === '2' && d.phase === ''")
    expect(page.locator(".phases")).to_be_hidden()


def test_an_epoch_is_a_step_too(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    page.get_by_label("Step unit").select_option("epoch")
    for epoch in (1, 2):
        seen.press(page, "Step")
        seen.until(page, "Number(d.epoch) === {epoch} && d.runState === 'paused'", epoch=epoch)


def test_slow_motion_goes_by_itself(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    page.get_by_label("Speed").select_option("phases")
    seen.press(page, "Train")
    for phase in PHASES:
        seen.until(page, "d.phase === {phase}", phase=phase)
    seen.press(page, "Pause")
    seen.until_state(page, "paused")
    assert seen.step(page) <= 2


def test_one_example_is_traced_and_follows_the_step(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    page.get_by_role("tab", name="Step by step").click()
    expect(page.locator(".glance table")).to_have_count(5)
    expect(page.locator(".opened h4")).to_have_text("neuron 1 of layer 1")
    page.locator('.glance button[data-layer="4"]').click()
    expect(page.locator(".opened h4")).to_have_text("the output")
    expect(page.locator(".trace .mode")).to_contain_text("Computed for this example alone")
    page.get_by_label("Step unit").select_option("phase")
    seen.press(page, "Step")
    expect(page.get_by_label("Example from")).to_have_value("batch")
    expect(page.locator(".trace .mode")).to_contain_text("as it is in this step")
    for _ in PHASES[1:]:
        seen.press(page, "Step")
    seen.until(page, "d.phase === 'update'")
    expect(page.locator(".opened .changes")).to_contain_text("Update: from")


def test_a_click_on_a_point_opens_its_trace(visit: Visit) -> None:
    page = visit()
    seen.until_drawn(page)
    canvas = page.locator('[data-view="boundary"] canvas')
    box = canvas.bounding_box()
    assert box
    places = [(box["width"] * across, box["height"] * down) for down in (0.3, 0.4, 0.5, 0.6) for across in (0.3, 0.4, 0.5, 0.6)]
    for x, y in places:  # the spiral is dense: some of these are within reach of a point
        canvas.click(position={"x": x, "y": y})
        if page.locator('[data-view="trace"]').count():
            break
    page.locator('[data-view="trace"] .glance').get_by_role("button").first.wait_for()
    assert page.get_by_role("tab", name="Step by step").get_attribute("aria-selected") == "true"
    assert page.locator('[data-view="trace"] .example').inner_text()
