"""The browser side alone: weights and points changed by hand, maps for many classes and values, slices, and what is told of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from playground.engine.protocol import pack
from tests.front import pretended
from tests.front.harness import Stage
from tests.front.steps import Open, connected, frames, quiet, told, wait
from tests.front.test_pictures import near, pixel

BOUNDARY = "[data-view=boundary] canvas"


def send(stage: Stage, epoch: float = 1, changed: dict[str, Any] | None = None, **views: Any) -> None:
    stage.send(pack({"type": "frame", "run": "run-a", "status": {**pretended.status("run-a", epoch), **(changed or {})}, "views": views}))


def opened(visit: Open, stage: Stage, changed: dict[str, Any] | None = None, views: dict[str, Any] | None = None, **options: Any) -> Page:
    """A page with one frame painted."""
    stage.answers = False
    page = visit(**options)
    connected(page, stage)
    send(stage, 1, changed, **(views or {"network": pretended.network(0.5), "boundary": pretended.boundary(1)}))
    frames(page, 1)
    return page


def acted(page: Page, stage: Stage, count: int) -> list[tuple[str, dict[str, Any]]]:
    told(page, stage, count, "action")
    return [(one["name"], one["params"]) for one in stage.said("action")]


def single() -> dict[str, Any]:
    """One input, one neuron: the line lies in the middle."""
    figure = pretended.network(0.5, (1, 1))
    figure["weights"], figure["biases"], figure["largest"] = [np.array([[-1.25]], np.float32)], [np.array([0.5], np.float32)], 1.25
    return figure


def middle(page: Page, view: str = "network") -> tuple[float, float]:
    box = page.locator(f"[data-view={view}] canvas").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# -- weights


def test_a_click_on_a_line_opens_its_weight_and_enter_sets_it(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage, views={"network": single()})
    stage.replies["weight"] = {"value": 2.5}
    x, y = middle(page)
    page.mouse.move(x, y + 4)
    expect(page.locator("[data-view=network] .readout")).to_contain_text("Click to change it")
    page.mouse.click(x, y + 4)
    box = page.get_by_role("dialog", name="Weight from x₁ to output")
    field = box.get_by_role("textbox", name="Weight from x₁ to output")
    expect(field).to_be_focused()
    expect(field).to_have_value("-1.25")
    field.fill("abc")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("2,5")
    field.press("Enter")
    assert acted(page, stage, 1) == [("weight", {"layer": 1, "unit": 0, "input": 0, "value": 2.5})]
    field.press("Escape")
    expect(box).to_be_hidden()
    expect(page.locator("[data-view=network] canvas")).to_be_focused()


def test_a_neurons_bias_is_clicked_at_its_mark(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage, views={"network": single()})
    place = page.evaluate(
        """async () => { const { lay, biasOf } = await import("/assets/geometry.js"); const c = document.querySelector("[data-view=network] canvas");
      const pixels = c.getContext("2d").getImageData(0, Math.round(c.height / 2), c.width, 1).data; let right = c.width - 1;
      while (right && !pixels[4 * right + 3]) right--;
      let left = right; while (left && pixels[4 * (left - 1) + 3] === 255) left--;
      return [left / (c.width / c.clientWidth), (right - left) / (c.width / c.clientWidth)]; }"""
    )
    box = page.locator("[data-view=network] canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + place[0] + 1, middle(page)[1] + 2 + place[1] / 2)
    expect(page.get_by_role("dialog", name="Bias of output")).to_be_visible()


def test_keys_go_through_a_neurons_numbers_and_nudge_them(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage)
    stage.replies["weight"] = {"value": 1}
    page.locator("[data-view=network] canvas").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog", name="Bias of layer 1, neuron 2")).to_be_visible()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    expect(page.get_by_role("dialog", name="Weight from x₁ to layer 1, neuron 2")).to_be_visible()
    page.keyboard.press("Tab")
    field = page.get_by_role("textbox", name="Weight from x₂ to layer 1, neuron 2")
    was = float(field.input_value())
    page.keyboard.press("Shift+ArrowDown")
    first, second = acted(page, stage, 2)
    assert first == ("weight", {"layer": 1, "unit": 1, "input": None, "value": 0.1})
    assert second[1]["input"] == 1 and second[1]["value"] == pytest.approx(was - 1, abs=1e-6)
    page.keyboard.press("Tab")  # behind the last weight the box closes, and the focus goes on
    expect(page.locator(".weight-box")).to_be_hidden()


def test_undo_is_there_when_there_is_something_to_undo(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage, {"undo": 0})
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    page.keyboard.press("Control+z")
    send(stage, 2, {"undo": 2}, network=single())
    frames(page, 2)
    page.get_by_role("button", name="Undo").click()
    page.keyboard.press("Control+z")
    assert acted(page, stage, 2) == [("undo", {}), ("undo", {})]
    page.mouse.click(*(at + 3 for at in middle(page)))
    page.get_by_role("textbox", name="Weight from x₁ to output").press("Control+z")
    quiet(page, stage)
    assert len(stage.said("action")) == 2, "while one types, Ctrl+Z is the text's own"


# -- points


def edits(page: Page) -> Locator:
    page.get_by_label("edit points").check()
    return page.locator(BOUNDARY)


def count(page: Page) -> int:
    return int(page.locator("[data-view=boundary]").get_attribute("data-points") or 0)


def at(page: Page, place: tuple[float, float]) -> dict[str, float]:
    """Pixels in the boundary's canvas of a place of the plane."""
    box = page.locator(BOUNDARY).bounding_box()
    assert box is not None
    return {"x": float((place[0] + 6) / 12 * box["width"]), "y": float((6 - place[1]) / 12 * box["height"])}


def test_looking_edits_nothing(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage)
    page.locator(BOUNDARY).click(position=at(page, (5, -5)))
    page.locator(BOUNDARY).click(button="right", position=at(page, (5, -5)))
    quiet(page, stage)
    assert stage.said("action") == []


def test_a_click_adds_a_point_of_the_chosen_class_at_once(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage)
    stage.replies["point"] = {"at": 187}
    before = count(page)
    canvas = edits(page)
    page.get_by_label("Add points of class 1").check()
    canvas.click(position=at(page, (5, -5)))
    wait(page, "root.querySelector('[data-view=boundary]').dataset.points === given", str(before + 1))
    (name, params) = acted(page, stage, 1)[0]
    assert (name, params["at"], params["y"]) == ("point", None, 1) and params["x"] == pytest.approx([5, -5], abs=0.05)
    figure = pretended.boundary(1)
    train = figure["train"]
    train["x"] = np.concatenate([train["x"], np.array([params["x"]], np.float32)])
    for key, value in (("y", 1), ("wrong", 0), ("number", 187)):
        train[key] = np.append(train[key], np.array(value, train[key].dtype))
    send(stage, 2, boundary=figure)
    frames(page, 2)
    assert count(page) == before + 1, "the frame has it: it is not drawn twice"
    for epoch in (3, 4, 5):
        send(stage, epoch, boundary=pretended.boundary(1))
        frames(page, epoch)
    assert count(page) == before, "taken back elsewhere: it does not stay as a ghost"


def test_a_drag_moves_a_point_and_says_so_once(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage)
    stage.replies["point"] = {"at": 186}
    canvas = edits(page)
    x, _ = pretended.spread()
    last = x[249]  # the outermost point; every fourth is for testing, 249 is not
    box = canvas.bounding_box()
    assert box is not None
    start, end = at(page, (last[0], last[1])), at(page, (-5.5, -5.5))
    page.mouse.move(box["x"] + start["x"], box["y"] + start["y"])
    page.mouse.down()
    page.mouse.move(box["x"] + 100, box["y"] + 100, steps=4)
    page.mouse.move(box["x"] + end["x"], box["y"] + end["y"], steps=4)
    page.mouse.up()
    (name, params) = acted(page, stage, 1)[0]
    assert (name, params["at"], params["y"]) == ("point", 186, 1) and params["x"] == pytest.approx([-5.5, -5.5], abs=0.06)
    quiet(page, stage)
    assert len(stage.said("action")) == 1 and count(page) == 187


@pytest.mark.parametrize("way", ["right", "shift", "remove", "key"])
def test_ways_to_take_a_point_away(visit: Open, stage: Stage, way: str) -> None:
    page = opened(visit, stage)
    stage.replies["point"] = {"at": 186}
    before = count(page)
    canvas = edits(page)
    x, _ = pretended.spread()
    place = at(page, (x[249][0], x[249][1]))
    if way == "right":
        canvas.click(button="right", position=place)
    elif way == "shift":
        canvas.click(modifiers=["Shift"], position=place)
    elif way == "remove":
        page.get_by_label("remove").check()
        canvas.click(position=place)
    else:
        canvas.focus()
        canvas.hover(position=place)
        page.keyboard.press("Delete")
    assert acted(page, stage, 1) == [("point", {"at": 186, "x": None, "y": 1})]
    wait(page, "root.querySelector('[data-view=boundary]').dataset.points === given", str(before - 1))


def test_keys_add_and_move_points(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage)
    stage.replies["point"] = {"at": 187}
    edits(page).focus()
    for key in ("1", "ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator("[data-view=boundary] .hint")).to_contain_text("x₁ 0.240, x₂ 1.200")
    page.keyboard.press("Enter")
    assert acted(page, stage, 1)[0] == ("point", {"at": None, "x": [0.24, 1.2], "y": 1})
    for key in ("m", "ArrowLeft", "m"):
        page.keyboard.press(key)
    (_, params) = acted(page, stage, 2)[1]
    assert params["at"] == 187 and params["x"] == [0, 1.2]


def test_a_new_point_can_be_moved_and_taken_away_before_the_run_has_answered(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage)
    stage.replies["point"] = {"at": 187}
    before = count(page)
    stage.held = []
    canvas = edits(page)
    canvas.focus()
    for key in ("Enter", "m", "Shift+ArrowUp", "m"):
        page.keyboard.press(key)
    assert len(acted(page, stage, 1)) == 1 and count(page) == before + 1, "drawn once, where it was moved to"
    page.keyboard.press("Delete")
    wait(page, "root.querySelector('[data-view=boundary]').dataset.points === given", str(before))
    quiet(page, stage)
    assert len(stage.said("action")) == 1, "nothing is told of a point that has no number yet"
    stage.release()
    (_, added), *later = acted(page, stage, 3)
    assert added == {"at": None, "x": [0, 0], "y": 0}
    assert sorted(((params["at"], params["x"]) for _, params in later), key=str) == [(187, None), (187, [0, 1.2])]
    assert later[1][1]["x"] is None, "in the order in which they were done"


def test_a_refused_point_takes_what_was_done_to_it_along(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage)
    stage.replies["point"] = [{"text": "At most {limit} points.", "values": {"limit": 300}}]
    before = count(page)
    stage.held = []
    edits(page).focus()
    for key in ("Enter", "m", "Shift+ArrowUp", "m"):
        page.keyboard.press(key)
    acted(page, stage, 1)
    stage.release()
    expect(page.get_by_text("At most 300 points.")).to_be_visible()
    wait(page, "root.querySelector('[data-view=boundary]').dataset.points === given", str(before))
    quiet(page, stage)
    assert len(stage.said("action")) == 1


def test_a_finger_adds_and_removes(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage, size=(390, 844), has_touch=True)
    stage.replies["point"] = {"at": 187}
    canvas = edits(page)
    canvas.tap(position=at(page, (5, 5)))
    wait(page, "root.querySelector('[data-view=boundary]').dataset.points === '188'")
    page.get_by_label("remove").check()
    canvas.tap(position=at(page, (5, 5)))
    (_, first), (_, second) = acted(page, stage, 2)
    assert first["at"] is None and second["at"] == 187 and second["x"] is None
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_refused_point_goes_again_and_the_reason_is_said(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage)
    stage.replies["point"] = [{"text": "At most {limit} points.", "values": {"limit": 300}}]
    before = count(page)
    edits(page).click(position=at(page, (5, -5)))
    expect(page.get_by_text("At most 300 points.")).to_be_visible()
    assert count(page) == before


def test_a_value_is_chosen_for_new_points_of_a_regression(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage, views={"boundary": pretended.hills()})
    canvas = edits(page)
    page.get_by_label("Value of new points").fill("-0.5")
    canvas.click(position=at(page, (5, -5)))
    assert acted(page, stage, 1)[0][1]["y"] == -0.5


# -- maps


def test_every_class_has_its_colour(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage, views={"boundary": pretended.blobs(4)})
    page.get_by_label("discretize").check()
    for x, y, ink in ((0.95, 0.05, "#e69f00"), (0.95, 0.95, "#0072b2"), (0.05, 0.95, "#009e73"), (0.05, 0.05, "#cc79a7")):
        found = pixel(page, "boundary", x, y)
        strong = [round(244 + (int(ink[at : at + 2], 16) - 244) * 0.78) for at in (1, 3, 5)]
        assert all(abs(value - wanted) < 6 for value, wanted in zip(found, strong, strict=True)), (ink, found, strong)
    expect(page.locator("[data-view=boundary] .legend label").nth(3)).to_have_text("class 3")


def test_wrong_points_are_counted(visit: Open, stage: Stage) -> None:
    figure = pretended.blobs(4)
    page = opened(visit, stage, views={"boundary": figure})
    expect(page.get_by_text("training points wrong")).to_be_hidden()
    page.get_by_label("misclassified").check()
    wrong = int(figure["train"]["wrong"].sum())
    assert wrong > 0
    expect(page.get_by_text(f"{wrong} of 187 training points wrong")).to_be_visible()
    assert page.locator("[data-view=boundary]").get_attribute("data-wrong-train") == str(wrong)


def test_unsure_places_are_hatched(visit: Open, stage: Stage) -> None:
    figure = pretended.boundary(1)
    figure["map"] = np.concatenate([np.full((25, 50), 150, np.uint8), np.full((25, 50), 255, np.uint8)])
    for part in ("train", "test"):
        figure[part] |= {"x": np.zeros((0, 2), np.float32), "y": np.zeros(0, np.uint8), "wrong": np.zeros(0, np.uint8)}
    figure["train"]["number"] = np.zeros(0, np.uint16)
    page = opened(visit, stage, views={"boundary": figure})
    darkest = """([top, high]) => { const c = document.querySelector("[data-view=boundary] canvas"); const p = c.getContext("2d").getImageData(0, c.height * top, c.width, c.height * high).data;
      let least = 999; for (let at = 0; at < p.length; at += 4) least = Math.min(least, p[at] + p[at + 1] + p[at + 2]); return least; }"""
    above, below = page.evaluate(darkest, [0.1, 0.3]), page.evaluate(darkest, [0.6, 0.3])
    page.get_by_label("uncertainty").check()
    assert page.evaluate(darkest, [0.1, 0.3]) < above - 150 and page.evaluate(darkest, [0.6, 0.3]) == below


def test_values_run_from_negative_to_positive_with_their_range(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage, views={"boundary": pretended.hills()})
    left, right = pixel(page, "boundary", 0.01, 0.5), pixel(page, "boundary", 0.98, 0.5)
    assert left[2] > left[1] + 30 and right[1] > right[0] + 50  # purple, green
    legend = page.locator("[data-view=boundary] .legend")
    expect(legend).to_contain_text("-1.500")
    expect(page.get_by_label("misclassified")).to_be_hidden()


# -- tables


def table(stage: Stage) -> dict[str, Any]:
    """A page with a slice at the side, and its first frame's views."""
    stage.table = True
    about = {"question": "How do two columns decide?", "about": "About.", "effect": "Effect."}
    stage.page["views"] = [view for view in stage.page["views"] if view["name"] != "boundary"]
    stage.page["views"].append({"name": "slice", "title": "Slice", "renderer": "slice", "place": "side", **about})
    network = pretended.network(0.5)
    return {"network": {**network, "stripes": True, "maps": network["maps"][:, 10:11]}, "slice": pretended.TABLE}


def test_a_slice_asks_for_the_two_columns_and_fades(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage, views=table(stage))
    wait(page, "root.querySelector('[data-view=slice]').dataset.y === '1'")
    assert near(pixel(page, "slice", 0.01, 0.01), "#ffffff") and not near(pixel(page, "slice", 0.4, 0.4), "#ffffff", 20)
    expect(page.get_by_text("4 to 8")).to_be_visible()
    expect(page.locator("[data-view=slice]")).to_contain_text("All other columns at their mean")
    page.get_by_label("Column upward").select_option(label="petal width")
    wait(page, "root.querySelector('[data-view=slice]').dataset.y === '3'")
    assert [one["params"] for one in stage.said("ask") if one["name"] == "slice"] == [{"x": 0, "y": 1}, {"x": 0, "y": 3}]
    assert page.get_by_label("Column across").locator("option[disabled]").all_text_contents() == ["petal width"]


def test_a_tables_neuron_shows_its_answers_to_test_examples(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage, views=table(stage))
    page.locator("[data-view=network] canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("strip")).to_be_visible()
    expect(page.locator(".panel.side h3")).to_have_text("layer 1, neuron 1")
    page.wait_for_function(
        """() => { const c = document.querySelector("[data-testid=strip] canvas:not(.pixels)"); const p = c.getContext("2d").getImageData(0, 0, c.width, c.height).data; const seen = { left: 0, right: 0 };
      for (let at = 0; at < p.length; at += 4) { if (p[at] === 230 && p[at + 1] === 159) seen.left++; if (p[at] === 0 && p[at + 1] === 158) seen.right++; } return seen.left > 20 && seen.right > 20; }"""
    )
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("strip")).to_be_hidden()
    expect(page.locator(".panel.side h3")).to_have_text("Slice")


def test_the_widest_and_deepest_network_is_drawn_whole(visit: Open, stage: Stage) -> None:
    page = opened(visit, stage, views={"network": pretended.network(0.5, (2, *[256] * 8, 1))})
    text = page.locator("[data-view=network] canvas").get_attribute("aria-label") or ""
    assert text.startswith("Network with 2 · 256 · 256 · 256 · 256 · 256 · 256 · 256 · 256 · 1 neurons")
