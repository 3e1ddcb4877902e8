"""The browser side alone: its modules in a real Chromium, mounted on a page that pretends to be Streamlit's, fed by a pretended run."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from playground.engine.protocol import BINARY, pack, packet, text
from playground.live.component import _carried, assets
from tests.front import pretended
from tests.front.harness import Stage

ROOT = "[data-testid=live-view]"
Open = Callable[..., Page]


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.stop()


@pytest.fixture
def visit(browser: Browser, stage: Stage) -> Iterator[Open]:
    """Open the pretended page. The test fails on any error in its console, unless `faults` are expected."""
    contexts, said = [], []

    def start(*, size: tuple[int, int] = (1280, 800), dark: bool = False, script: str = "", faults: bool = False, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        contexts.append(context)
        page = context.new_page()
        if not faults:
            page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: said.append(str(error)))
        if script:
            page.add_init_script(script)
        page.goto(stage.url + ("#dark" if dark else ""))
        return page

    yield start
    for context in contexts:
        context.close()
    assert said == []


def wait(page: Page, condition: str, argument: Any = None) -> None:
    """Until `condition` (JavaScript; `root` is the component) is true."""
    page.wait_for_function(
        f"(given) => {{ const root = document.querySelector('{ROOT}'); return root && ({condition}); }}", arg=argument, timeout=20_000, polling=20
    )


def frames(page: Page, count: int) -> None:
    wait(page, "Number(root.dataset.frames) >= given", count)


def asset_texts() -> dict[str, str]:
    return {name: (item if isinstance(item, bytes) else item.read_bytes()).decode() for name, item in assets().items()}


def told(page: Page, stage: Stage, count: int, kind: str = "ack") -> None:
    """Until `count` messages of this kind have come to the server."""
    for _ in range(400):
        if len(stage.said(kind)) >= count:
            return
        page.evaluate("() => new Promise((done) => setTimeout(done, 20))")
    raise AssertionError(stage.heard)


def quiet(page: Page, stage: Stage) -> None:
    """A round trip to the server and back: what was on its way has arrived."""
    before = len(stage.said("command"))
    page.get_by_label("Speed").dispatch_event("change")
    told(page, stage, before + 1, "command")


def connected(page: Page, stage: Stage) -> None:
    told(page, stage, 1, "hello")


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
    page = visit()
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


def give(page: Page, data: dict[str, Any]) -> None:
    """Mount again with packets, as Streamlit carries them: bytes."""
    carried = _carried(data)
    assert isinstance(carried, bytes)
    page.evaluate("(text) => show(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)))", base64.b64encode(carried).decode())


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
    page.wait_for_function("states.some(([name, value]) => name === 'assets' && value === true)", timeout=20_000)
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


# -- transport


def test_buttons_send_commands(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    stage.send({"type": "status", "status": pretended.status("run-a", 0, "ready")})
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_role("button", name="Step", exact=True).click()
    stage.send({"type": "status", "status": pretended.status("run-a", 2)})
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_label("Speed").select_option("slow")
    page.get_by_label("Device").select_option("cpu")
    told(page, stage, 6, "command")
    assert [(one["name"], one["params"]) for one in stage.said("command")] == [
        ("train", {}), ("step", {}), ("pause", {}), ("stop", {}), ("speed", {"name": "slow"}), ("device", {"name": "cpu"}),
    ]  # fmt: skip
    assert len({one["id"] for one in stage.said("command")}) == 6


def test_reset_goes_on_with_the_new_run_and_tells_the_page(visit: Open, stage: Stage) -> None:
    page = visit()
    frames(page, 2)
    page.get_by_role("button", name="Reset").click()
    told(page, stage, 2, "hello")
    assert stage.said("hello")[1]["run"] == "run-b"
    page.wait_for_function("states.length > 0")
    assert page.evaluate("states") == [["run", "run-b"]]
    page.evaluate("show({ ...page })")  # the page, not yet told, mounts the old run again: the new one stays
    page.evaluate("show({ ...page, run: 'run-b' })")
    frames(page, int(page.locator(ROOT).get_attribute("data-frames") or 0) + 2)
    assert len(stage.said("hello")) == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"state": "queued", "queue": 3}, "The server is full. You are third in line."),
        ({"state": "queued", "queue": 22}, "The server is full. You are 22nd in line."),
        ({"state": "queued", "queue": 11}, "The server is full. You are 11th in line."),
        ({"state": "ready"}, "Untrained. Press Train."),
        ({"state": "finished"}, "Finished after 10 epochs. Reset starts again."),
        (
            {"state": "diverged", "reason": {"text": "Loss: {value} is too large.", "values": {"value": 1e9}}},
            "Loss: 1,000,000,000 is too large. Try a smaller learning rate, then Reset.",
        ),
        ({"state": "lost"}, "Its worker ended unexpectedly. Train goes on from the last checkpoint."),
        ({"state": "parked"}, "Asleep, and safely kept. Train wakes it up."),
    ],
)
def test_the_state_is_said_in_words(visit: Open, stage: Stage, changed: dict[str, Any], sentence: str) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    stage.send({"type": "status", "status": pretended.status("run-a", 10, **changed)})
    expect(page.locator(".state")).to_have_text(sentence)
    assert page.locator(".state").get_attribute("aria-live") == "polite"


def test_numbers_that_are_none_are_gaps(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    stage.send({"type": "status", "status": pretended.status("run-a", 10, "diverged", metrics={"train_loss": None})})
    wait(page, "root.dataset.runState === 'diverged'")
    assert page.locator(ROOT).get_attribute("data-loss") == ""
    assert page.locator("[data-stat=train_loss] b").text_content() == "–"


def test_a_refusal_is_told_and_never_as_html(visit: Open, stage: Stage) -> None:
    stage.answers = False
    page = visit()
    connected(page, stage)
    stage.send({"type": "refusal", "id": None, "messages": [{"text": "No run {name}.", "values": {"name": "<img src=x onerror=alert(1)>"}}]})
    expect(page.get_by_role("alert")).to_have_text("No run <img src=x onerror=alert(1)>.")
    assert page.locator(f"{ROOT} img").count() == 0


def test_share_copies_the_absolute_link(visit: Open, stage: Stage) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    frames(page, 1)
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_text("Link copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{stage.url}dense?e=TOKEN"


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
    told(page, stage, 1, "ask")
    asked = stage.said("ask")[-1]
    assert (asked["name"], asked["params"]["layer"]) == ("neuron", 1)
    page.wait_for_function(
        "() => { const c = document.querySelector('[data-view=boundary] canvas'); const [r, g, b] = c.getContext('2d').getImageData(c.width / 2, c.height / 2, 1, 1).data; return r === 27 && g === 120 && b === 55; }"
    )
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
    box = page.locator(".transport").bounding_box()
    assert box is not None and abs(box["y"]) < 1  # it sticks
    page.locator("[data-view=network]").scroll_into_view_if_needed()
    page.locator("[data-view=network] canvas").tap(position={"x": 190, "y": 170})


def test_everything_fits_a_laptop_screen(visit: Open, stage: Stage) -> None:
    page = visit()
    frames(page, 2)
    assert page.evaluate("document.documentElement.scrollHeight") <= 800
    for name in ("network", "weights", "boundary", "loss"):
        box = page.locator(f"[data-view={name}]").bounding_box()
        assert box is not None and box["y"] + box["height"] <= 800 and box["height"] > 100
