"""Languages, sizes, themes, hosts that pass less on, and what survives when processes die."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from benchmarks._server import Server
from playground.registry import families
from tests.e2e import seen
from tests.engine.test_death import WITHIN, gone

Visit = Callable[..., Page]


def test_home_has_a_card_for_each_family(visit: Visit) -> None:
    page = visit("/")
    for family in families().values():
        page.get_by_role("link", name=family.title, exact=False).first.wait_for()
    page.get_by_role("link", name="Dense", exact=False).last.click()
    seen.until_drawn(page)
    assert "/dense" in page.url


def test_chinese_for_a_chinese_browser_and_switched_on_the_page(visit: Visit) -> None:
    page = visit(locale="zh-CN")
    seen.until_drawn(page)
    for text in ("学习率", "优化器", "批大小"):
        expect(page.get_by_text(text, exact=False).filter(visible=True).first).to_be_visible()
    expect(page.get_by_role("button", name="训练", exact=True)).to_be_visible()
    page.get_by_text("English", exact=True).first.click()
    page.get_by_role("button", name="Train", exact=True).wait_for()
    page.get_by_text("Learning rate", exact=False).filter(visible=True).first.wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone(visit: Visit, scheme: str) -> None:
    page = visit(viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True)
    seen.until_drawn(page)
    assert seen.sideways(page) == 0
    page.get_by_role("button", name="Train", exact=True).tap()
    seen.until(page, "Number(d.epoch) > 5")
    page.mouse.wheel(0, 600)
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_in_viewport()
    assert seen.sideways(page) == 0
    assert seen.colours(page, "boundary") > 50


def test_dark_and_light_differ_and_both_are_drawn(visit: Visit) -> None:
    dark = visit(color_scheme="dark")
    seen.until_drawn(dark)
    background = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    assert dark.evaluate(background) == "rgb(18, 22, 28)"
    light = visit(color_scheme="light")
    seen.until_drawn(light)
    assert light.evaluate(background) == "rgb(255, 255, 255)"
    assert dark.locator('[data-view="network"] canvas').screenshot() != light.locator('[data-view="network"] canvas').screenshot()


def no_socket(page: Page) -> None:
    """A host that does not pass our WebSocket on."""
    page.route_web_socket("**/live", lambda socket: socket.close(code=1011))


def no_routes(page: Page) -> None:
    """A host that passes none of our routes on."""
    no_socket(page)
    page.route("**/assets/*", lambda route: route.fulfill(status=404))


@pytest.mark.parametrize("host", [no_socket, no_routes])
def test_where_our_routes_are_not_passed_on_the_page_polls(visit: Visit, host: Callable[[Page], None]) -> None:
    page = visit(before=host)
    seen.until(page, "d.transport === 'poll'")
    seen.until_drawn(page)
    assert seen.colours(page, "network") > 50
    seen.press(page, "Train")
    seen.until(page, "d.runState === 'running' && Number(d.epoch) > 10")
    frames = int(seen.data(page)["frames"])
    seen.until(page, "Number(d.frames) > {frames}", frames=frames + 5)
    seen.press(page, "Pause")
    seen.until_state(page, "paused")
    seen.press(page, "Reset")
    seen.until(page, "d.runState === 'ready' && d.step === '0'")
    page.errors.clear()  # type: ignore[attr-defined]  # the refused requests themselves


# Whether the word is ever said: it stands only until the next engine is there, which may be before anyone asks.
HEAR = "at => new MutationObserver(() => { window.heard ||= document.querySelector(at)?.textContent.includes('econnecting'); }).observe(document.body, { subtree: true, childList: true, characterData: true })"


def test_a_killed_engine_is_said_and_the_run_goes_on_when_told(visit: Visit) -> None:
    with Server(PLAYGROUND_CHECKPOINT_EVERY="0.3") as server:
        page = visit(at=server)
        seen.until_drawn(page)
        seen.press(page, "Train")
        seen.until(page, "Number(d.epoch) > 30")
        page.evaluate(HEAR, seen.VIEW)
        os.kill(server.engine().call("health")["engine"]["pid"], signal.SIGKILL)
        page.wait_for_function("window.heard")
        seen.until_state(page, "lost")
        seen.press(page, "Train")
        seen.until(page, "d.runState === 'running' && Number(d.epoch) > 40")
        page.errors.clear()  # type: ignore[attr-defined]  # the refused connections themselves
        page.close()


def test_a_killed_server_leaves_nothing_and_its_runs_are_found_by_the_next(visit: Visit, tmp_path: Path) -> None:
    with Server(tmp_path / "home", PLAYGROUND_CHECKPOINT_EVERY="0.3") as server:
        page = visit(at=server)
        seen.until_drawn(page)
        seen.press(page, "Train")
        seen.until(page, "Number(d.epoch) > 30")
        path = page.url.removeprefix(server.url)
        processes = server.processes()
        psutil.Process(server.process.pid).kill()
        assert gone(processes, WITHIN), "something outlived the server"
        page.close()
        page.errors.clear()  # type: ignore[attr-defined]  # the lost connection itself
    with Server(tmp_path / "home") as server:
        again = visit(path, at=server)
        seen.until_state(again, "lost")
        seen.press(again, "Train")
        seen.until(again, "d.runState === 'running' && Number(d.epoch) > 40")
        again.close()


def test_the_queue_is_said_in_words(visit: Visit) -> None:
    with Server(PLAYGROUND_MAX_RUNS="1") as server:
        first = visit(at=server)
        seen.until_drawn(first)
        second = visit(at=server)
        seen.until_state(second, "queued")
        second.get_by_text("The server is full", exact=False).first.wait_for()
        first.close()
        seen.until_state(second, "ready")
        second.close()


def test_without_the_server_app_the_script_starts_the_engine_itself(visit: Visit) -> None:
    """`streamlit run pages/shell.py`: no routes, no lifespan. The page polls, all the same."""
    with Server(app="pages/shell.py", health="/_stcore/health") as server:
        page = visit(at=server)
        seen.until(page, "d.transport === 'poll'")
        seen.until_drawn(page)
        seen.press(page, "Train")
        seen.until(page, "Number(d.epoch) > 5")
        page.errors.clear()  # type: ignore[attr-defined]
        page.close()


def test_health(server: Server) -> None:
    import json
    import urllib.request

    with urllib.request.urlopen(f"{server.url}/healthz") as answer:
        told = json.load(answer)
    assert told["ok"] is True and {"running", "queued", "ready"} <= set(told["runs"]) and told["engine"]["pid"] > 0


def test_a_page_from_elsewhere_may_not_open_the_channel(server: Server) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://127.0.0.1:{server.port}/live", origin="https://elsewhere.example")  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403


def test_a_browser_that_says_too_much_is_cut_off_and_the_server_lives(server: Server) -> None:
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import connect

    with connect(f"ws://127.0.0.1:{server.port}/live") as socket, pytest.raises(ConnectionClosed):
        for _ in range(10_000):
            socket.send("x" * 100_000)
            socket.recv(timeout=60)
    assert server.engine().health()["ok"]
