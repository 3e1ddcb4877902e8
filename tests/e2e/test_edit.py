"""Weights and points changed by hand in the running app, and the maps of every task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from benchmarks._server import Server
from playground.engine.session import Session
from playground.experiment import Experiment, parse
from tests.e2e import seen

Visit = Callable[..., Page]
BOUNDARY = '[data-view="boundary"]'


def experiment(data: dict[str, Any], loss: str = "mse", units: tuple[int, ...] = (4,), **training: Any) -> Experiment:
    layers = [{"units": one, "activation": "tanh"} for one in units]
    optimizer = {"name": "adam", "learning_rate": 0.01}
    return parse(
        {"data": data, "model": {"family": "dense", "layers": layers}, "training": {"loss": loss, "optimizer": optimizer, "batch_size": 10, **training}}
    )


def opened(visit: Visit, wanted: Experiment, **context: Any) -> Page:
    page = visit(f"/dense?e={wanted.token()}", **context)
    seen.until_drawn(page)
    return page


def current(server: Server, page: Page) -> Experiment:
    found = server.engine().find(seen.token(page))
    assert found is not None
    return parse(found["experiment"])


def until_edit(server: Server, page: Page, there: Callable[[Any], bool]) -> Any:
    """Wait until the run has one changed point that is as wanted, and the picture shows it: only then can it be taken in hand again."""
    for _ in range(seen.PATIENCE // 50):
        edits = current(server, page).data.edits  # type: ignore[attr-defined]
        if len(edits) == 1 and there(edits[0]):
            frames = int(seen.data(page)["frames"])
            seen.until(page, "Number(d.frames) > {frames}", frames=frames + 2)
            return edits[0]
        page.wait_for_timeout(50)
    raise AssertionError(f"the change never came: {edits}")


def points(page: Page) -> int:
    return int(page.locator(BOUNDARY).get_attribute("data-points") or 0)


def until_points(page: Page, count: int) -> None:
    page.wait_for_function("([at, count]) => document.querySelector(at)?.dataset.points === String(count)", arg=[BOUNDARY, count])


def test_a_weight_is_set_by_keyboard_and_taken_back(visit: Visit) -> None:
    page = opened(visit, experiment({"name": "xor", "samples": 100}))
    before = seen.data(page)["loss"]
    page.locator('[data-view="network"] canvas').focus()
    for key in ("ArrowRight", "ArrowRight", "Enter", "Tab"):
        page.keyboard.press(key)
    field = page.get_by_role("textbox", name="Weight from x₁ to layer 1, neuron 1")
    was = field.input_value()
    field.fill("5")
    field.press("Enter")
    seen.until(page, "d.loss !== {before}", before=before)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    field.press("Escape")
    page.keyboard.press("Control+z")
    seen.until(page, "d.loss === {before}", before=before)
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(field).to_have_value(was)


def test_a_weight_is_set_by_mouse_while_it_trains(visit: Visit) -> None:
    page = opened(visit, experiment({"name": "xor", "samples": 100}, units=(), epochs=100_000))
    seen.press(page, "Train")
    seen.until(page, "d.runState === 'running' && Number(d.step) > 20")
    canvas = page.locator('[data-view="network"] canvas')
    box = canvas.bounding_box()
    assert box is not None
    for share in np.linspace(0.3, 0.7, 41):  # somewhere on the way down the middle lies the first line
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * float(share))
        if page.locator('[data-view="network"] .readout').is_visible():
            break
    page.mouse.down()
    page.mouse.up()
    field = page.locator(".weight-box input")
    expect(field).to_be_focused()
    field.fill("30")
    field.press("Enter")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    assert seen.data(page)["runState"] == "running"


def test_points_are_added_moved_and_removed_while_it_trains(visit: Visit, server: Server) -> None:
    page = opened(visit, experiment({"name": "gauss", "samples": 100}, epochs=100_000))
    seen.press(page, "Train")
    seen.until(page, "d.runState === 'running' && Number(d.step) > 20")
    before = points(page)
    page.get_by_label("edit points").check()
    canvas = page.locator(f"{BOUNDARY} canvas")
    box = canvas.bounding_box()
    assert box is not None
    corner, other = (box["width"] * 0.06, box["height"] * 0.06), (box["width"] * 0.9, box["height"] * 0.9)
    page.get_by_label("Add points of class 1").check()
    canvas.click(position={"x": corner[0], "y": corner[1]})
    until_points(page, before + 1)
    until_edit(server, page, lambda edit: edit.y == 1)
    page.mouse.move(box["x"] + corner[0], box["y"] + corner[1])
    page.mouse.down()
    page.mouse.move(box["x"] + other[0], box["y"] + other[1], steps=5)
    page.mouse.up()
    edit = until_edit(server, page, lambda edit: edit.x[0] > 0)
    assert edit.y == 1 and edit.x == pytest.approx((4.8, -4.8), abs=0.1)
    canvas.click(button="right", position={"x": other[0], "y": other[1]})
    until_points(page, before)
    page.get_by_role("button", name="Undo").click()
    until_points(page, before + 1)
    assert seen.data(page)["runState"] == "running"


def test_the_points_that_are_wrong_are_those_numpy_finds(visit: Visit) -> None:
    wanted = experiment({"name": "moons", "samples": 200, "noise": 0.3}, epochs=3)
    page = opened(visit, wanted)
    seen.press(page, "Train")
    seen.until_state(page, "finished")
    page.get_by_label("misclassified").check()
    session = Session(wanted)
    while session.ended is None:
        session.advance()
    said = session._context.model(session._context.examples["train"].x).detach().numpy()[:, 0] > 0
    wrong = int((said != session._context.parts.train.y).sum())
    assert wrong > 0
    expect(page.get_by_text(f"{wrong} of 100 training points wrong")).to_be_visible()


def test_four_blobs_show_four_colours(visit: Visit) -> None:
    page = opened(visit, experiment({"name": "blobs", "classes": 4}, "cross_entropy", (8,), epochs=30))
    seen.press(page, "Train")
    seen.until_state(page, "finished")
    page.get_by_label("discretize").check()
    page.get_by_role("checkbox", name="test points").uncheck()
    page.wait_for_function(  # the last frame may come after the word that the run has finished
        """at => {
            const canvas = document.querySelector(at), pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, seen = {};
            for (let i = 0; i < pixels.length; i += 4) { const key = [pixels[i], pixels[i + 1], pixels[i + 2]].join(); seen[key] = (seen[key] ?? 0) + 1; }
            return Object.keys(seen).filter(key => seen[key] > canvas.width * canvas.height * 0.05).length === 4;
        }""",
        arg=f"{BOUNDARY} canvas",
    )


def test_six_bumps_draw_a_map_of_values(visit: Visit) -> None:
    page = opened(visit, experiment({"name": "multigauss"}, units=(8, 8), epochs=20))
    seen.press(page, "Train")
    seen.until_state(page, "finished")
    assert seen.colours(page, "boundary") > 50
    assert page.locator(BOUNDARY).get_attribute("data-task") == "regression"


def test_a_table_is_sliced_and_its_neurons_are_seen_large(visit: Visit) -> None:
    page = opened(visit, experiment({"name": "iris"}, "cross_entropy", epochs=20))
    page.get_by_role("tab", name="Slice").click()
    page.get_by_label("Column across").select_option(label="petal length (cm)")
    page.wait_for_selector('[data-view="slice"][data-x="2"][data-y="1"]')
    seen.press(page, "Train")
    seen.until_state(page, "finished")
    assert seen.colours(page, "slice") > 50
    page.locator('[data-view="network"] canvas').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("strip")).to_be_visible()
