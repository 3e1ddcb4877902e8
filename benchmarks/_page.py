"""The dense page in headless Chromium, for the benches that measure what a person sees."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

from benchmarks._server import Server
from tests.browser import ARGUMENTS, find_chromium

VIEW = '[data-testid="live-view"]'


@contextlib.contextmanager
def dense_page(server: Server, width: int = 1280, height: int = 800) -> Iterator[Page]:
    """Opened, its first frame painted, charts included."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(f"{server.url}/dense")
        page.wait_for_selector(f'{VIEW}[data-run-state="ready"] [data-view="loss"] .plotly', timeout=60_000, state="attached")
        page.wait_for_function(f"Number(document.querySelector('{VIEW}').dataset.frames) > 0", timeout=60_000)
        yield page
        browser.close()
