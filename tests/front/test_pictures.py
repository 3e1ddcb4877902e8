"""The browser side alone, its pictures, themes, languages and sizes: its modules in a real Chromium, on a page that pretends to be Streamlit's, fed by a pretended run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from playground.engine.protocol import pack
from tests.front import pretended
from tests.front.harness import Stage
from tests.front.steps import ROOT, Open, connected, frames, told, wait

# -- pictures


def pixel(page: Page, view: str, x: float, y: float) -> list[int]:
    """The colour at a share of the view's canvas."""
    return page.evaluate(
        "([view, x, y]) => { const c = document.querySelector(`[data-view=${view}] canvas`); return Array.from(c.getContext('2d').getImageData(c.width * x, c.height * y, 1, 1).data).slice(0, 3); }", [view, x, y]
    )  # fmt: skip


def near(found: list[int], wanted: str, within: int = 3) -> bool:
    return all(abs(value - int(wanted[at : at + 2], 16)) <= within for value, at in zip(found, (1, 3, 5), strict=True))


def test_the_boundary_shows_both_classes_and_discretizes(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    figure = pretended.boundary(0)
    figure["map"] = np.concatenate([np.full((25, 50), 140, np.uint8), np.full((25, 50), 100, np.uint8)])  # above: hardly class 1; below: hardly class 0
    stage.send(pack({"type": "frame", "run": "run-a", "status": pretended.status("run-a", 1), "views": {"boundary": figure}}))
    frames(page, 1)
    pale, bound = pixel(page, "boundary", 0.02, 0.02), "#0072b2"
    assert not near(pale, bound, 60)
    page.get_by_label("discretize").check()
    above, below = pixel(page, "boundary", 0.02, 0.02), pixel(page, "boundary", 0.02, 0.98)
    assert above[2] > above[0] + 80 and below[0] > below[2] + 80  # blue above, orange below
    assert "50 %" in (page.locator("[data-view=boundary] canvas").get_attribute("aria-label") or "")


def test_neurons_and_lines_take_the_colour_of_their_sign(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    figure = pretended.network(0.5, (1, 1))
    figure["maps"] = np.stack([np.full((4, 4), 1, np.uint8), np.full((4, 4), 255, np.uint8)])
    figure["weights"], figure["largest"] = [np.array([[-5]], np.float32)], 5.0
    stage.send(pack({"type": "frame", "run": "run-a", "status": pretended.status("run-a", 1), "views": {"network": figure}}))
    frames(page, 1)
    found = page.evaluate("""() => { const c = document.querySelector("[data-view=network] canvas"), row = c.getContext("2d").getImageData(0, c.height / 2 + 2, c.width, 1).data;
      return Array.from({ length: c.width }, (_, x) => Array.from(row.slice(4 * x, 4 * x + 4))); }""")
    line = [tuple(one[:3]) for one in found]
    assert (118, 42, 131) in line and (27, 120, 55) in line  # --neg on the left, --pos on the right
    assert line.index((118, 42, 131)) < line.index((27, 120, 55))
    assert max(found[len(found) // 2][:3]) > 0 and found[len(found) // 2][3] > 100  # the thick negative line between them


def test_a_neuron_in_hand_shows_large_and_asks_for_its_fine_map(visit: Open, stage: Stage) -> None:
    page = visit()
    frames(page, 2)
    page.locator("[data-view=network] canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".side h3")).to_have_text("layer 1, neuron 2")
    page.wait_for_function(
        "() => { const c = document.querySelector('[data-view=boundary] canvas'); const [r, g, b] = c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data; return r === 27 && g === 120 && b === 55; }"
    )
    assert ("neuron", {"layer": 1, "unit": 1}) in [(asked["name"], asked["params"]) for asked in stage.said("ask")]
    expect(page.locator("[data-view=network] .readout")).to_contain_text("bias")
    page.keyboard.press("Escape")
    expect(page.locator(".side h3")).to_have_text("Decision boundary")


def test_a_line_tells_its_weight(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    figure = pretended.network(0.5, (1, 1))
    figure["weights"] = [np.array([[-1.25]], np.float32)]
    stage.send(pack({"type": "frame", "run": "run-a", "status": pretended.status("run-a", 1), "views": {"network": figure}}))
    frames(page, 1)
    box = page.locator("[data-view=network] canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 5)
    expect(page.locator("[data-view=network] .readout")).to_contain_text("-1.250")


def plotted(page: Page, path: str, view: str = "loss") -> Any:
    return page.evaluate(f"() => document.querySelector('[data-view={view}] .plot').{path}")


def test_log_switch_and_zoom_last_over_frames(visit: Open, stage: Stage) -> None:
    page = visit()
    frames(page, 2)
    page.wait_for_selector("[data-view=loss] .main-svg")
    assert plotted(page, "_fullLayout.yaxis.type") == "linear"
    page.evaluate("() => Plotly.relayout(document.querySelector('[data-view=loss] .plot'), { 'xaxis.range': [1, 3], 'xaxis.autorange': false })")
    frames(page, int(page.locator(ROOT).get_attribute("data-frames") or 0) + 15)
    assert plotted(page, "_fullLayout.xaxis.range") == [1, 3]
    page.get_by_label("log").check()
    page.wait_for_function("() => document.querySelector('[data-view=loss] .plot')._fullLayout.yaxis.type === 'log'")
    frames(page, int(page.locator(ROOT).get_attribute("data-frames") or 0) + 5)
    assert plotted(page, "_fullLayout.yaxis.type") == "log"
    assert plotted(page, "_fullLayout.xaxis.range") == [1, 3]


def test_only_what_is_visible_is_open(visit: Open, stage: Stage) -> None:
    page = visit()
    frames(page, 2)
    page.get_by_role("tab", name="Accuracy").click()
    page.get_by_role("tab", name="Gradients").click()
    told(page, stage, 2, "open")
    assert stage.said("open")[-1]["views"] == ["network", "gradients", "boundary", "accuracy"]
    assert page.locator("[data-view]").evaluate_all("(all) => all.map((one) => one.dataset.view).sort()") == ["accuracy", "boundary", "gradients", "network"]
    page.wait_for_selector("[data-view=gradients] .main-svg")


def test_what_a_view_is_stands_behind_its_question_mark(visit: Open, stage: Stage) -> None:
    page = visit()
    frames(page, 1)
    about = page.get_by_text("Every neuron as a small map")
    expect(about).to_be_hidden()
    page.get_by_role("button", name="What is this? Network").click()
    expect(about).to_be_visible()


def test_more_units_than_fit_are_counted(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    stage.send(pack({"type": "frame", "run": "run-a", "status": pretended.status("run-a", 1), "views": {"network": pretended.network(0.5, (2, 64, 1))}}))
    frames(page, 1)
    assert "2 · 64 · 1" in (page.locator("[data-view=network] canvas").get_attribute("aria-label") or "")


# -- themes, languages, sizes


def test_light_and_dark_follow_the_page(visit: Open, stage: Stage) -> None:
    page = visit()
    frames(page, 1)
    token = f"(name) => getComputedStyle(document.querySelector('{ROOT}')).getPropertyValue(name)"
    assert (page.evaluate(token, "--c1"), page.evaluate(token, "--neg")) == ("#0072b2", "#762a83")
    page.evaluate("() => { document.body.style.background = '#12161c'; show({ ...page }); }")
    wait(page, "root.dataset.theme === 'dark'")
    assert (page.evaluate(token, "--c1"), page.evaluate(token, "--neg")) == ("#56b4e9", "#b57bc6")
    assert page.locator(ROOT).count() == 1 and len(stage.said("hello")) == 1  # neither put together anew nor reconnected


def test_streamlits_own_background_decides(visit: Open, stage: Stage) -> None:
    page = visit(script="addEventListener('DOMContentLoaded', () => document.body.style.setProperty('--st-background-color', 'rgb(18, 22, 28)'));")
    frames(page, 1)
    assert page.locator(ROOT).get_attribute("data-theme") == "dark"


def test_chinese_words_and_names(visit: Open, stage: Stage) -> None:
    stage.answers = False
    stage.page = pretended.page(language="zh_Hans")
    stage.words = {
        "Train": "训练",
        "Pause": "暂停",
        "Epoch": "轮次",
        "The server is full. You are {place} in line.": "服务器已满，您排在{place}。",
        "test": "测试",
        "class {number}": "类别 {number}",
    }
    page = visit()
    connected(page, stage)
    stage.send(pretended.frame("run-a", 10))
    frames(page, 1)
    expect(page.get_by_role("button", name="暂停")).to_be_visible()
    expect(page.get_by_text("类别 1")).to_be_visible()
    expect(page.locator("[data-stat=epoch] span")).to_have_text("轮次")
    stage.send({"type": "status", "status": pretended.status("run-a", 10, "queued", queue=3)})
    expect(page.locator(".state")).to_have_text("服务器已满，您排在第三位。")
    assert page.locator(ROOT).get_attribute("data-run-state") == "queued"
    page.evaluate("show({ ...page, language: 'en' })")
    expect(page.get_by_role("button", name="Train")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_scrolls_only_down(visit: Open, stage: Stage, dark: bool) -> None:
    page = visit(size=(390, 844), dark=dark, has_touch=True)
    frames(page, 2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    order = [page.locator(f"[data-view={name}]").bounding_box() for name in ("boundary", "loss", "network", "weights")]
    tops = [box["y"] for box in order if box]
    assert len(tops) == 4 and tops == sorted(tops)
    page.mouse.wheel(0, 900)
    page.wait_for_function("scrollY > 100")
    go, bar = (page.locator(one).bounding_box() for one in (".transport .go", ".transport"))
    assert go and bar and 0 <= go["y"] < 20 and bar["y"] + bar["height"] < 130, "what is always needed sticks, the rest scrolls away and leaves room"
    expect(page.get_by_label("Speed")).not_to_be_in_viewport()
    page.locator("[data-view=network]").scroll_into_view_if_needed()
    page.locator("[data-view=network] canvas").tap(position={"x": 190, "y": 170})


def test_everything_fits_a_laptop_screen(visit: Open, stage: Stage) -> None:
    page = visit()
    frames(page, 2)
    assert page.evaluate("document.documentElement.scrollHeight") <= 800
    for name in ("network", "weights", "boundary", "loss"):
        box = page.locator(f"[data-view={name}]").bounding_box()
        assert box is not None and box["y"] + box["height"] <= 800 and box["height"] > 100


# -- a network of pictures


def pictured() -> dict[str, Any]:
    """Four pixels, two neurons that look at them, one output; the input is half black, half white."""
    figure = pretended.network(0.5, (1, 2, 1))
    figure["columns"][0] |= {"units": 4, "labels": []}
    weights = np.stack([np.full((2, 2), 1, np.uint8), np.full((2, 2), 255, np.uint8)])
    pictures = {"input": np.array([[[0, 0], [255, 255]]], np.uint8), "weights": weights, "range": 0.5}
    maps = np.full((4, 1, 5), 128, np.uint8)
    return {**figure, "stripes": True, "pictures": pictures, "weights": [None, *figure["weights"][1:]], "maps": maps, "ranges": np.ones(4, np.float32)}


def test_the_first_layer_of_a_network_of_pictures_shows_its_weights(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    stage.send(pack({"type": "frame", "run": "run-a", "status": pretended.status("run-a", 1), "views": {"network": pictured()}}))
    frames(page, 1)
    seen = page.evaluate("""() => { const c = document.querySelector("[data-view=network] canvas"), { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height), seen = {};
      for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) { const key = [data[at], data[at + 1], data[at + 2]].join(); seen[key] = (seen[key] ?? 0) + 1; } return seen; }""")
    black, white, low, high = (seen.get(key, 0) for key in ("0,0,0", "255,255,255", "118,42,131", "27,120,55"))
    assert low > 1500 and high > 1500, "one neuron purple, one green"
    assert black > 4000 and abs(black - white) < 0.1 * black, "the picture itself is grey, and larger"
    canvas = page.locator("[data-view=network] canvas")
    canvas.focus()
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog", name="Bias of layer 1, neuron 1")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".weight-box")).to_be_hidden()  # its weights are no lines: there is none to go on to


def test_a_neuron_that_sees_pixels_shows_its_weights_large(visit: Open, stage: Stage) -> None:
    stage.answers, stage.table = False, True
    stage.replies["neuron"] = {**pretended.neuron(True), "weights": np.full((2, 2), 255, np.uint8), "reach": 0.25}
    page = visit()
    connected(page, stage)
    stage.send(pack({"type": "frame", "run": "run-a", "status": pretended.status("run-a", 1), "views": {"network": pictured()}}))
    frames(page, 1)
    page.locator("[data-view=network] canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    strip = page.get_by_test_id("strip")
    expect(strip).to_contain_text("Its weights, one a pixel, up to ±0.250")
    ink = "() => Array.from(document.querySelector('[data-testid=strip] canvas.pixels').getContext('2d').getImageData(0, 0, 1, 1).data)"
    assert page.evaluate(ink) == [27, 120, 55, 255]
    stage.replies["neuron"] = {
        "picture": np.full((1, 2, 2), 200, np.uint8),
        "is": "7",
        "answers": np.zeros(0, np.float32),
        "true": np.zeros(0, np.float32),
        "classes": [],
        "range": 1.0,
    }
    page.keyboard.press("ArrowLeft")
    expect(strip).to_contain_text("The first test picture stands for the inputs: 7.")
    assert page.evaluate(ink) == [200, 200, 200, 255]
