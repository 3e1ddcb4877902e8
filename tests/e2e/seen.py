"""What a person sees on a run's page, read from the fixed names and from what is drawn."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, TimeoutError, expect

from tests.browser import PATIENCE

VIEW = '[data-testid="live-view"]'


def until(page: Page, condition: str, **values: object) -> None:
    """Wait until a JavaScript condition on `d`, the root's data, holds; {names} are filled in."""
    for name, value in values.items():
        condition = condition.replace(f"{{{name}}}", json.dumps(value))
    page.wait_for_function(f"(() => {{ const d = document.querySelector('{VIEW}')?.dataset; return d && ({condition}); }})()", timeout=PATIENCE)


def until_state(page: Page, *states: str) -> None:
    until(page, "{states}.includes(d.runState)", states=states)


def until_drawn(page: Page) -> None:
    """Ready, and the first frame painted, charts included."""
    until_state(page, "ready")
    until(page, "Number(d.frames) > 0")
    page.wait_for_selector("[data-view] .main-svg", state="attached")


def settled(page: Page) -> None:
    """The page's script has run to its end."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a menu of the form. Its list closes when the form scrolls beneath it, as it does when it comes into view: then it is opened again."""
    menu, wanted = page.get_by_role("combobox", name=label, exact=True), page.get_by_role("option", name=option, exact=True)
    menu.scroll_into_view_if_needed()
    for left in reversed(range(10)):
        menu.press("ArrowDown")
        try:
            wanted.click(timeout=3000)
            return
        except TimeoutError:
            if not left:
                raise


def data(page: Page) -> dict[str, str]:
    return dict(page.eval_on_selector(VIEW, "root => ({...root.dataset})"))


def step(page: Page) -> int:
    return int(data(page)["step"])


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def token(page: Page) -> str:
    """The run's token, as the address has it."""
    page.wait_for_function("new URL(location).searchParams.has('run')")
    return parse_qs(urlsplit(page.url).query)["run"][0]


def colours(page: Page, view: str) -> int:
    """How many different colours the canvas of a view shows: a blank one has one."""
    return int(
        page.eval_on_selector(
            f'[data-view="{view}"] canvas',
            """canvas => {
                const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, seen = new Set();
                for (let i = 0; i < pixels.length; i += 4) seen.add(pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2]);
                return seen.size;
            }""",
        )
    )


def lines(page: Page, view: str) -> list[dict[str, Any]]:
    """The lines a chart shows: name and y values, null where there is a gap."""
    page.wait_for_selector(f'[data-view="{view}"] .main-svg', state="attached")
    found: list[dict[str, Any]] = page.evaluate(
        """view => document.querySelector(`[data-view="${view}"] .js-plotly-plot`).data
            .map(trace => ({name: trace.name, y: Array.from(trace.y ?? [], value => Number.isFinite(value) ? value : null)}))""",
        view,
    )
    return found


def until_rows(page: Page, count: int) -> None:
    """Wait until the loss chart has at least so many rows of the history."""
    page.wait_for_selector('[data-view="loss"] .main-svg', state="attached")
    page.wait_for_function("count => document.querySelector('[data-view=\"loss\"] .js-plotly-plot').data[0].y.length >= count", arg=count)


def sideways(page: Page) -> int:
    """Pixels by which the page can be scrolled sideways."""
    return int(page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"))
