"""The pictures of the linear page alone, in a real Chromium, fed by a pretended run: what is drawn where, and what a hand says to the server."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from playground.engine.protocol import pack
from playground.families.linear.family import VIEWS
from tests.front import pretended
from tests.front.harness import Stage
from tests.front.steps import Open, connected, frames, told

FIT = "[data-view=fit]"


def words(text: str) -> dict[str, Any]:
    return {"$t": text, "values": {}}


def fit(slope: float = 1.0, intercept: float = 0.0, **changed: Any) -> dict[str, Any]:
    x = np.linspace(-1, 1, 121, dtype=np.float32)
    points = np.array([-0.5, 0.5], np.float32)
    part = {"x": points, "y": 2 * points, "said": slope * points + intercept, "of": 2}
    return {
        "x": x, "answer": (slope * x + intercept).astype(np.float32), "closed": (2 * x).astype(np.float32), "domain": [[-1, 1], [-2, 2]], "bend": None, "train": part, "test": part,
        "weights": [slope, intercept], "bias": True, "loss": 0.25, "units": None, "classes": [], "feature": words("x"), "across": words("x"), **changed,
    }  # fmt: skip


def surface(here: tuple[float, ...] | None = (1.0, 0.0), **changed: Any) -> dict[str, Any]:
    slope, intercept = np.meshgrid(np.linspace(-3, 3, 51), np.linspace(3, -3, 41))
    return {
        "window": [[-3, 3], [-3, 3]], "map": ((slope - 2) ** 2 + intercept**2).astype(np.float32), "scale": [0.0, 34.0], "path": np.array([[0, -2, 0], [0, 0, 0]], np.float32),
        "here": here and list(here), "gradient": [-2.0, 0.0], "steepest": 8.0, "goal": [2.0, 0.0], "loss": 1.0, "axes": [words("slope"), words("intercept")], "rule": words("rule"), "notes": [], **changed,
    }  # fmt: skip


@pytest.fixture
def page(visit: Open, stage: Stage) -> Page:
    stage.answers = False
    stage.replies["weights"] = {"values": [1.15, 0.0]}
    views = [
        {
            "name": view.name,
            "title": view.title,
            "question": view.question,
            "renderer": view.renderer,
            "place": view.place,
            "about": view.about,
            "effect": view.effect,
        }
        for view in VIEWS
        if view.name in ("fit", "surface", "loss")
    ]
    stage.page = pretended.page(family="linear", views=views)
    page = visit()
    connected(page, stage)
    return page


def paint(page: Page, stage: Stage, **views: Any) -> None:
    before = int(page.locator("[data-testid=live-view]").get_attribute("data-frames") or 0)
    stage.send(pack({"type": "frame", "run": "run-a", "status": pretended.status("run-a", 1), "views": views}))
    frames(page, before + 1)


def found(page: Page, view: str, colour: str) -> list[list[int]]:
    """Pixels of a view's canvas that have a colour, as shares of 1000 across and down."""
    return page.evaluate(
        """([view, colour]) => {
          const c = document.querySelector(`[data-view=${view}] canvas`), seen = [];
          const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
          const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
          for (let at = 0; at < data.length; at += 4)
            if (Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b) < 12)
              seen.push([Math.round(((at / 4) % c.width) * 1000 / c.width), Math.round(Math.floor(at / 4 / c.width) * 1000 / c.height)]);
          return seen;
        }""", [view, colour]
    )  # fmt: skip


def test_the_line_rises_with_its_slope_and_is_told(page: Page, stage: Stage) -> None:
    paint(page, stage, fit=fit(1.0, 0.5))
    line = sorted(found(page, "fit", "#0072b2"))
    assert line[0][1] > line[-1][1] + 300 and line[-1][0] - line[0][0] > 800
    expect(page.locator(f"{FIT} .equation b")).to_have_text("y = 1.00 x + 0.50")
    assert page.locator(FIT).get_attribute("data-slope") == "1" and page.locator(FIT).get_attribute("data-intercept") == "0.5"
    paint(page, stage, fit=fit(-1.0, 0.0))
    line = sorted(found(page, "fit", "#0072b2"))
    assert line[0][1] < line[-1][1] - 300
    assert found(page, "fit", "#1d2430"), "training points in the colour of training"


def test_the_surface_is_dark_where_the_loss_is_large_and_the_dot_is_where_the_weights_are(page: Page, stage: Stage) -> None:
    paint(page, stage, surface=surface((1.0, 0.0)))
    dots = np.array(found(page, "surface", "#0072b2"))
    shades = page.evaluate(
        """() => { const c = document.querySelector("[data-view=surface] canvas"), pen = c.getContext("2d");
          return [[0.9, 0.35], [0.16, 0.15]].map(([x, y]) => pen.getImageData(c.width * x, c.height * y, 1, 1).data[0]); }"""
    )
    assert shades[0] > shades[1] + 20
    assert len(dots) > 50 and dots[:, 0].max() - dots[:, 0].min() > 350, "from the ring at -2 to the dot at 1"
    assert found(page, "surface", "#d55e00"), "the arrow"
    arrow = np.array(found(page, "surface", "#d55e00"))
    assert arrow[:, 0].mean() > dots[:, 0].max() - 60, "minus the gradient points to larger slopes"
    label = page.locator("[data-view=surface] canvas").get_attribute("aria-label") or ""
    assert "slope 1" in label and "Least squares at slope 2" in label


def test_a_grip_asks_while_it_is_held_and_acts_once_when_let_go(page: Page, stage: Stage) -> None:
    paint(page, stage, fit=fit(), surface=surface())
    page.get_by_role("slider", name="Slope").focus()
    for _ in range(3):
        page.keyboard.down("ArrowUp")
    told(page, stage, 1, "ask")
    assert stage.said("ask")[0]["name"] == "loss_at" and not stage.said("action")
    page.keyboard.up("ArrowUp")
    told(page, stage, 1, "action")
    (action,) = stage.said("action")
    assert action["name"] == "weights" and action["params"]["values"] == pytest.approx([1.15, 0.0])


def test_a_click_on_the_surface_is_an_action(page: Page, stage: Stage) -> None:
    paint(page, stage, fit=fit(), surface=surface())
    canvas = page.locator("[data-view=surface] canvas")
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": box["width"] - 12, "y": 24})
    told(page, stage, 1, "action")
    slope, intercept = stage.said("action")[0]["params"]["values"]
    assert slope > 2.7 and intercept > 2.7


def test_one_weight_numbers_that_are_none_and_a_phone(page: Page, stage: Stage) -> None:
    curve = surface(
        window=[[-3, 3]],
        map=np.linspace(-3, 3, 121, dtype=np.float32) ** 2,
        path=np.array([[0, -2]], np.float32),
        here=[1.0],
        gradient=[2.0],
        goal=[0.0],
        axes=[words("slope")],
    )
    paint(page, stage, surface=curve, fit=fit(weights=[1.0], bias=False))
    assert found(page, "surface", "#0072b2") and page.get_by_role("slider").count() == 1
    nothing = np.full(121, np.nan, np.float32)
    lost = fit(answer=nothing, weights=[None, None], loss=None)
    paint(page, stage, fit=lost, surface=surface(here=None, gradient=None, loss=None, notes=[words("no numbers")]))
    expect(page.locator("[data-view=surface]")).to_contain_text("no numbers")
    page.set_viewport_size({"width": 390, "height": 844})
    paint(page, stage, fit=fit(), surface=surface())
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


def test_two_classes_have_a_threshold(page: Page, stage: Stage) -> None:
    sums = np.linspace(-8, 8, 161)
    bend = {"reach": 8.0, "answers": (1 / (1 + np.exp(-sums))).astype(np.float32)}
    x = np.linspace(-1, 1, 121)
    part = {"x": np.array([-0.5, 0.5], np.float32), "y": np.array([0, 1], np.float32), "said": np.array([0, 1], np.float32), "of": 2}
    answer = (1 / (1 + np.exp(-(4 * x - 1)))).astype(np.float32)
    paint(
        page,
        stage,
        fit=fit(
            4.0, -1.0, answer=answer, closed=None, bend=bend, classes=[words("class 0"), words("class 1")], train=part, test=part, domain=[[-1, 1], [-0.1, 1.1]]
        ),
    )
    expect(page.get_by_role("slider", name="Threshold")).to_have_attribute("aria-valuetext", "0.250")
    page.get_by_role("slider", name="Threshold").focus()
    page.keyboard.press("ArrowRight")
    told(page, stage, 1, "action")
    slope, intercept = stage.said("action")[0]["params"]["values"]
    assert slope == pytest.approx(4) and -intercept / slope == pytest.approx(0.26)
