"""A pretended server and pages on it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import PATIENCE, close, new_page
from tests.front.harness import Stage
from tests.front.steps import Open


@pytest.fixture(scope="session")
def port() -> int:
    """One for all stages: to a browser they are the same server, so it can keep what it has made of Plotly."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def stage(port: int) -> Iterator[Stage]:
    stage = Stage(port)
    yield stage
    stage.stop()


@pytest.fixture
def visit(browser: Browser, profile: BrowserContext, stage: Stage) -> Iterator[Open]:
    """Open the pretended page. The test fails on any error in its console, unless `faults` are expected."""
    pages, said = [], []

    def start(*, size: tuple[int, int] = (1280, 800), dark: bool = False, script: str = "", faults: bool = False, **options: Any) -> Page:
        page = new_page(browser, profile, viewport={"width": size[0], "height": size[1]}, **options)
        pages.append(page)
        page.set_default_timeout(PATIENCE)
        if not faults:
            page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: said.append(str(error)))
        if script:
            page.add_init_script(script)
        page.goto(stage.url + ("#dark" if dark else ""))
        return page

    yield start
    for page in pages:
        close(page, profile)
    assert said == []
