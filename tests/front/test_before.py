"""The run before: pale lines, the way back, and what a chart shows in a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from playground.engine.protocol import pack
from tests.front import pretended
from tests.front.harness import Stage
from tests.front.steps import Open, connected, frames, told, wait

CURVES = {"train_loss": [[0, 1, 2, 3], [0.9, None, 0.5, 0.4]], "test_loss": [[0, 1, 2, 3], [1.0, 0.8, 0.6, 0.5]]}
BEFORE = {"run": "run-old", "title": "Learning rate 0.03 → 0.1", "curves": CURVES}


def figure(train: list[float], test: list[float] | None = None) -> dict[str, Any]:
    x = np.arange(len(train), dtype=np.float32)
    lines = [
        {"type": "scatter", "mode": "lines", "x": x, "y": np.array(y, np.float32), "name": {"$t": name, "values": {}}, "line": {"color": f"--{name}"}}
        for name, y in (("train", train), ("test", test or train))
    ]
    return {"data": lines, "layout": {}, "log": False, "metrics": {"train": "train_loss", "test": "test_loss"}}


def start(visit: Open, stage: Stage, figure: dict[str, Any], before: dict[str, Any] | None = BEFORE) -> Page:
    stage.answers = False
    stage.page = pretended.page(before=before)
    page = visit()
    connected(page, stage)
    stage.send(pack({"type": "frame", "run": "run-a", "status": pretended.status("run-a", 3), "views": {"loss": figure}}))
    frames(page, 1)
    wait(page, "root.querySelector('[data-view=loss] .js-plotly-plot')")
    return page


def lines(page: Page) -> list[dict[str, Any]]:
    return page.eval_on_selector(
        "[data-view=loss] .js-plotly-plot",
        "plot => plot.data.map(({name, opacity, zorder, y, connectgaps}) => ({name, opacity, zorder, y: Array.from(y, (v) => Number.isFinite(v) ? v : null), connectgaps}))",
    )


def test_pale_lines_lie_under_the_others_and_keep_their_gaps(visit: Open, stage: Stage) -> None:
    found = lines(start(visit, stage, figure([1.0, 0.8])))
    assert [one["name"] for one in found] == ["train", "test", "before: train", "before: test"]
    assert all(one["opacity"] == 0.35 and one["zorder"] == -1 for one in found[2:])
    assert found[2]["y"] == [0.9, None, 0.5, 0.4]


def test_without_a_run_before_there_is_neither_line_nor_chip(visit: Open, stage: Stage) -> None:
    page = start(visit, stage, figure([1.0, 0.8]), None)
    assert len(lines(page)) == 2 and page.locator(".before").count() == 0


@pytest.mark.parametrize("how", ["click", "keys"])
def test_the_chip_goes_back_and_the_page_hears_of_it(visit: Open, stage: Stage, how: str) -> None:
    page = start(visit, stage, figure([1.0, 0.8]))
    back = page.get_by_role("button", name="before: Learning rate 0.03 → 0.1")
    if how == "click":
        back.click()
    else:
        back.focus()
        page.keyboard.press("Enter")
    page.wait_for_function("outbox.join('') === 'run-old'")
    told(page, stage, 2, "hello")
    assert stage.said("hello")[-1]["run"] == "run-old"


def test_it_is_dismissed_and_another_one_is_shown_again(visit: Open, stage: Stage) -> None:
    page = start(visit, stage, figure([1.0, 0.8]))
    page.get_by_role("button", name="Dismiss the run before").press("Enter")
    expect(page.locator(".before")).to_have_count(0)
    wait(page, "root.querySelector('[data-view=loss] .js-plotly-plot').data.length === 2")
    page.evaluate("show({...page, before: {...page.before, run: 'run-other', curves: {}}})")
    expect(page.locator(".before")).to_have_count(1)  # another loss: no lines, and still a way back
    assert len(lines(page)) == 2


def test_a_pale_line_that_shot_up_does_not_flatten_the_others(visit: Open, stage: Stage) -> None:
    wild = {**BEFORE, "curves": {"train_loss": [[0, 1], [1, 1e9]], "test_loss": [[0, 1], [1, 1e9]]}}
    page = start(visit, stage, figure([1.0, 0.8]), wild)
    assert page.eval_on_selector("[data-view=loss] .js-plotly-plot", "plot => plot.layout.yaxis.range[1]") == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("train", "sentence"),
    [
        ([1.0, 0.8, 0.5, 0.25], "Loss: train 0.250, test 0.250 at epoch 3; falling."),
        ([0.2, 0.3, 0.4, 0.5], "Loss: train 0.500, test 0.500 at epoch 3; rising."),
        ([0.5, 0.5, 0.5, 0.5], "Loss: train 0.500, test 0.500 at epoch 3; hardly moving."),
        ([0.5, 0.6, 9.0, float("nan")], "Loss: train –, test – at epoch 3; no number any more."),
        ([0.5], "Loss: train 0.500, test 0.500 at epoch 0."),
    ],
)
def test_the_chart_speaks(visit: Open, stage: Stage, train: list[float], sentence: str) -> None:
    page = start(visit, stage, figure(train), None)
    spoken = page.locator("[data-view=loss] .say")
    expect(spoken).to_have_text(sentence)
    assert spoken.is_visible() and spoken.get_attribute("aria-live") == "off"
