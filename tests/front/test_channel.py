"""The browser side alone, what comes and goes: its modules in a real Chromium, on a page that pretends to be Streamlit's, fed by a pretended run."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from playwright.sync_api import expect

from playground.engine.protocol import BINARY, pack, packet, text
from tests.front import pretended
from tests.front.harness import Stage
from tests.front.steps import ROOT, Open, asset_texts, connected, frames, give, quiet, told, wait

# -- bytes


DTYPES = ("f4", "f8", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "b1")


def test_every_dtype_is_decoded(visit: Open, stage: Stage) -> None:
    page = visit()
    flat = {dtype: np.array([0, 1, 100, 7], dtype=np.dtype(dtype)) for dtype in DTYPES}
    grid = np.arange(6, dtype=np.float32).reshape(2, 3)
    payload = pack(
        {
            "flat": flat,
            "grid": grid,
            "empty": np.zeros(0, np.float32),
            "odd": np.array([True]),
            "after": np.array([1.5]),
            "gap": float("nan"),
            "deep": [{"x": np.array([2.5, np.nan], np.float32)}],
        }
    )
    found = page.evaluate(
        """async (text) => {
          const { decode } = await import("/assets/packets.js");
          const all = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
          const shifted = new Uint8Array(all.length + 1); shifted.set(all, 1);
          return [all, shifted.subarray(1)].map((bytes) => { const got = decode(bytes); return {
            flat: Object.fromEntries(Object.entries(got.flat).map(([k, v]) => [k, Array.from(v)])), empty: got.empty.length, odd: Array.from(got.odd), after: Array.from(got.after), gap: got.gap,
            grid: [got.grid.dtype, got.grid.shape, Array.from(new Float32Array(got.grid.bdata)), Array.from(got.grid.array), got.grid.dims], deep: [got.deep[0].x[0], Number.isNaN(got.deep[0].x[1])] }; });
        }""",
        base64.b64encode(payload).decode(),
    )
    for got in found:
        assert got["flat"] == {dtype: values.astype(float).tolist() for dtype, values in flat.items()}
        assert got["grid"] == ["f4", "2, 3", [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], [2, 3]]
        assert (got["empty"], got["odd"], got["after"], got["gap"], got["deep"]) == (0, [1], [1.5], None, [2.5, True])


# -- frames and acknowledgements


def test_frames_are_painted_and_acknowledged_one_by_one(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    for number in (1, 2, 3):
        stage.send(pretended.frame("run-a", 10.0 * number))
        frames(page, number)
        told(page, stage, number)
    quiet(page, stage)
    assert len(stage.said("ack")) == 3
    assert page.locator(ROOT).get_attribute("data-epoch") == "30"
    assert page.locator(ROOT).get_attribute("data-step") == "750"
    assert page.locator(ROOT).get_attribute("data-run-state") == "running"
    assert float(page.locator(ROOT).get_attribute("data-loss") or "nan") == pytest.approx(pretended.status("run-a", 30)["metrics"]["train_loss"])


def test_it_keeps_going_while_frames_come(visit: Open, stage: Stage) -> None:
    page = visit()
    frames(page, 12)
    stage.answers = False
    assert {"hello", "ack"} == {message["type"] for message in stage.heard}
    assert stage.said("hello")[0]["views"] == ["network", "weights", "boundary", "loss"]


def test_slow_painting_gets_the_latest_only(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit(script="window.held = []; const real = requestAnimationFrame; window.requestAnimationFrame = (f) => window.free ? real(f) : held.push(f);")
    connected(page, stage)
    for epoch in (10, 20, 30):
        stage.send(pretended.frame("run-a", epoch))
    stage.send({"type": "status", "status": pretended.status("run-a", 30, "paused")})
    wait(page, "root.dataset.runState === 'paused'")
    assert page.locator(ROOT).get_attribute("data-frames") == "0"
    page.evaluate("() => { window.free = true; held.splice(0).forEach((f) => f(0)); }")
    frames(page, 1)
    quiet(page, stage)
    assert len(stage.said("ack")) == 1
    assert page.locator(ROOT).get_attribute("data-frames") == "1"
    assert page.locator("[data-stat=epoch] b").text_content() == "30"
    assert page.locator(ROOT).get_attribute("data-run-state") == "paused"  # told after the frame was drawn: it stands


HIDE = (
    "(hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }"
)


def test_a_hidden_tab_does_not_acknowledge(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    page.evaluate(HIDE, True)
    stage.send(pretended.frame("run-a", 50))
    stage.send({"type": "status", "status": pretended.status("run-a", 50)})
    wait(page, "root.dataset.epoch === '50'")
    quiet(page, stage)
    assert stage.said("ack") == []
    assert page.locator(ROOT).get_attribute("data-frames") == "0"
    page.evaluate(HIDE, False)
    frames(page, 1)
    told(page, stage, 1)


def test_pictures_do_not_wait_for_plotly(visit: Open, stage: Stage) -> None:
    page = visit(script="Object.defineProperty(window, 'Plotly', { get: () => undefined, set: () => {} });")
    frames(page, 3)
    assert page.locator("[data-view=network] canvas").is_visible()


def test_frames_of_another_run_are_left_alone(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    stage.send(pretended.frame("run-before", 99))
    stage.send(pretended.frame("run-a", 5))
    frames(page, 1)
    assert page.locator(ROOT).get_attribute("data-epoch") == "5"


# -- the connection


def test_a_broken_connection_says_so_and_comes_back(visit: Open, stage: Stage) -> None:
    page = visit(faults=True)  # the browser itself reports attempts that fail
    frames(page, 2)
    stage.open = False
    stage.cut()
    expect(page.get_by_text("reconnecting...")).to_be_visible()
    stage.open = True
    told(page, stage, 2, "hello")
    expect(page.get_by_text("reconnecting...")).to_have_count(0)
    frames(page, int(page.locator(ROOT).get_attribute("data-frames") or 0) + 3)
    assert page.locator(ROOT).get_attribute("data-transport") == "push"
    assert page.evaluate("states") == []


def test_polling_where_the_route_cannot_be_reached(visit: Open, stage: Stage) -> None:
    stage.open = False
    page = visit(faults=True)
    wait(page, "root.dataset.transport === 'poll'")
    page.wait_for_function("outbox.length > 0")
    assert page.evaluate("states") == [["transport", "poll"]]
    assert '"hello"' in page.evaluate("outbox")[0]
    first = {
        **stage.page,
        "sequence": 1,
        "packets": packet(BINARY, pretended.frame("run-a", 40)) + text({"type": "status", "status": pretended.status("run-a", 41, "paused")}),
    }
    give(page, first)
    frames(page, 1)
    wait(page, "root.dataset.runState === 'paused'")
    give(page, first)
    give(page, {**first, "sequence": 2, "packets": packet(BINARY, pretended.frame("run-a", 60))})
    wait(page, "root.dataset.epoch === '60'")
    assert page.locator(ROOT).get_attribute("data-frames") == "2"
    page.get_by_role("button", name="Pause").click()
    page.wait_for_function("outbox.some((message) => message.includes('command'))")
    assert not any('"ack"' in message for message in page.evaluate("outbox"))


def test_modules_come_through_streamlit_where_no_file_is_served(visit: Open, stage: Stage) -> None:
    stage.served = False
    page = visit(faults=True)
    page.wait_for_function("states.some(([name, value]) => name === 'assets' && value === true)")
    page.evaluate("(texts) => show({ ...page, assets: texts })", asset_texts())
    wait(page, "root.dataset.transport === 'poll'")
    page.wait_for_function("outbox.length > 0")
    assert ["assets", False] in page.evaluate("states")
    give(page, {**stage.page, "sequence": 1, "packets": packet(BINARY, pretended.frame("run-a", 40))})
    frames(page, 1)
    page.wait_for_selector("[data-view=loss] .main-svg")


def test_taking_it_down_closes_the_channel(visit: Open, stage: Stage) -> None:
    page = visit()
    frames(page, 2)
    page.evaluate("takeDown()")
    expect(page.locator(ROOT)).to_have_count(0)
    page.evaluate("show(page)")
    frames(page, 2)
    assert len(stage.said("hello")) == 2
