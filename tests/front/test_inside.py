"""What goes on inside the network, drawn by the real modules in a real Chromium out of real figures."""

from __future__ import annotations

from typing import Any

import numpy as np
from playwright.sync_api import Page, expect

from playground.charts.outcomes import confusion
from playground.engine.protocol import pack
from playground.families.supervised import declared, inside_figures
from tests.front import pretended
from tests.front.harness import Stage
from tests.front.steps import Open, connected, frames, laid_out

NAMES = ("weights", "gradients", "activations", "memory")


def histogram(layers: int, row: int, sizes: bool = False) -> dict[str, Any]:
    """Three moments, all of each layer's numbers in one bin."""
    bins = np.zeros((layers, 3, 40), np.uint8)
    bins[:, :, row] = 255
    return {"bins": bins, "low": [2.0**-31 if sizes else -1.0] * layers, "high": [128.0 if sizes else 1.0] * layers, "sizes": sizes}


def recorded(row: int, sizes: bool = False, dead: tuple[int, ...] = (0, 0, 0)) -> dict[str, Any]:
    quantiles = np.tile(np.linspace(-1, 1, 7, dtype=np.float32)[:, None], (3, 1, 3))
    return {
        "epochs": np.array([0, 10, 20], np.float32), "quantiles": quantiles, "gradient": np.array([[1e-6] * 3, [1e-4] * 3, [1e-2] * 3], np.float32),
        "ratio": np.full((3, 3), 1e-3, np.float32), "histogram": histogram(3, row, sizes), "dead": np.array(dead), "saturated": np.zeros(3, int),
        "units": [8, 8, 1], "numbers": [1, 2, 3], "matrices": ["weight"] * 3, "names": ["hidden1", "hidden2", "output"], "sample": 250,
    }  # fmt: skip


def kept() -> dict[str, Any]:
    """As of Adam: one layer of one neuron with two inputs."""
    parts = {"mean": [np.array([[-1.0, 0.0]], np.float32)], "size": [np.array([[0.0, 4.0]], np.float32)], "step": [np.array([[0.25, 0.5]], np.float32)]}
    return {
        "parts": parts,
        "shown": [(np.array([0], np.int32), np.array([0, 1], np.int32))],
        "numbers": [1],
        "matrices": ["weight"],
        "names": ["output"],
        "optimizer": "adam",
        "settings": {},
        "steps": 3,
        "rates": None,
    }


def page_of(visit: Open, stage: Stage, name: str, figure: dict[str, Any], **options: Any) -> Page:
    """A page with the four views in their place, on which `name` is opened and drawn."""
    stage.answers = False
    views = [declared.WEIGHTS, declared.GRADIENTS, declared.ACTIVATIONS, declared.MEMORY, declared.CONFUSION]
    told = [{key: getattr(view, key) for key in ("name", "title", "question", "renderer", "place", "about", "effect")} for view in views]
    stage.page = pretended.page(views=told)
    page = visit(**options)
    connected(page, stage)
    if name in NAMES[1:]:
        page.locator(f"[data-tab={name}]").click()
    stage.send(pack({"type": "frame", "run": "run-a", "status": pretended.status("run-a", 1), "views": {name: figure}}))
    frames(page, 1)
    return page


def colours(page: Page, view: str, x: float) -> list[list[int]]:
    """The canvas' colours from top to bottom, at a share of its width."""
    return page.evaluate(
        """([view, x]) => { const c = document.querySelector(`[data-view=${view}] canvas`), p = c.getContext("2d").getImageData(Math.floor(c.width * x), 0, 1, c.height).data;
        return Array.from({ length: c.height }, (_, y) => Array.from(p.slice(4 * y, 4 * y + 3))); }""",
        [view, x],
    )


def test_activations_are_drawn_where_they_are_and_the_dead_are_counted(visit: Open, stage: Stage) -> None:
    page = page_of(visit, stage, "activations", inside_figures.activations(recorded(35, dead=(2, 0, 0))))
    column = colours(page, "activations", 0.2)
    green = [at / len(column) for at, one in enumerate(column) if one == [27, 120, 55]]  # the bin from 0.75 to 0.8, in the sign's colour
    assert green and min(green) > 0.2 and max(green) < 0.5
    assert [179, 38, 30] in [one for x in np.linspace(0.06, 0.3, 60) for one in colours(page, "activations", float(x))]  # the alert's colour
    expect(page.locator("[data-view=activations] .say")).to_contain_text("2 of 8 neurons are dead")
    assert "hidden layer 1: 2 of 8 dead" in (page.locator("[data-view=activations] canvas").get_attribute("aria-label") or "")


def test_a_strip_tells_its_numbers(visit: Open, stage: Stage) -> None:
    page = page_of(visit, stage, "activations", inside_figures.activations(recorded(35)))
    box = page.locator("[data-view=activations] canvas").bounding_box()
    assert box is not None
    high = box["height"] - 16 - 20 - 4
    page.mouse.move(box["x"] + 60, box["y"] + 20 + high * (1 - 35.5 / 40))
    expect(page.locator("[data-view=activations] .readout")).to_contain_text("100 % between 0.750 and 0.800")


def test_weights_change_to_their_histogram(visit: Open, stage: Stage) -> None:
    page = page_of(visit, stage, "weights", inside_figures.weights(recorded(2)))
    expect(page.locator("[data-view=weights] .bands")).to_be_visible()
    page.get_by_label("histogram").check()
    expect(page.locator("[data-view=weights] .histograms")).to_be_visible()
    laid_out(page)
    assert [118, 42, 131] in colours(page, "weights", 0.2)  # below 0


def test_gradients_say_that_they_vanish(visit: Open, stage: Stage) -> None:
    page = page_of(visit, stage, "gradients", inside_figures.gradients(recorded(12, sizes=True)))
    page.wait_for_selector(
        "[data-view=gradients] .main-svg .shape-group path, [data-view=gradients] .main-svg .shapelayer path", state="attached"
    )  # the healthy band
    expect(page.locator("[data-view=gradients] .say")).to_contain_text("10,000 times smaller")
    page.get_by_label("histogram").check()
    laid_out(page)
    box = page.locator("[data-view=gradients] canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] - 20.6)
    expect(page.locator("[data-view=gradients] .readout")).to_contain_text("or 0")


def test_the_memory_shows_and_tells_each_weight(visit: Open, stage: Stage) -> None:
    page = page_of(visit, stage, "memory", inside_figures.memory(kept()))
    left = colours(page, "memory", 0.3)
    assert [118, 42, 131] in left  # a mean of -1 at a scale of 1
    box = page.locator("[data-view=memory] canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + 30)
    expect(page.locator("[data-view=memory] .readout")).to_contain_text("output layer, neuron 1, input 2: mean 0, size 4, step 0.500")


def test_many_classes_go_by_what_tells_their_names_apart(visit: Open, stage: Stage) -> None:
    names = tuple(f"class {at}" for at in range(10))
    page = page_of(visit, stage, "confusion", confusion({"test": np.eye(10, dtype=np.int32), "train": None}, names))
    assert page.locator("[data-view=confusion] thead th").all_inner_texts()[1:4] == ["0", "1", "2"]
    expect(page.locator("[data-view=confusion] tbody th").nth(3)).to_have_attribute("title", "class 3")


def test_scores_of_both_parts(visit: Open, stage: Stage) -> None:
    figure = confusion({"test": np.array([[8, 2], [1, 9]], np.int32), "train": None}, ("no", "yes"))
    page = page_of(visit, stage, "confusion", figure)
    cells = page.locator("[data-view=confusion] tbody tr").nth(0).locator("td")
    assert cells.all_inner_texts() == ["8", "2", "0.80", "0.84"]
    assert page.locator("[data-view=confusion] tbody tr").nth(2).locator("td").all_inner_texts()[:2] == ["0.89", "0.82"]
    expect(page.locator("[data-view=confusion] > .say")).to_contain_text("Accuracy 85.0 %")
    page.get_by_label("training part").check()
    expect(page.locator("[data-view=confusion] > .say")).to_contain_text("no longer a number")
    expect(page.locator("[data-view=confusion] table")).to_be_hidden()


def test_it_all_fits_a_phone(visit: Open, stage: Stage) -> None:
    page = page_of(visit, stage, "activations", inside_figures.activations(recorded(35, dead=(2, 0, 0))), size=(390, 844))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
