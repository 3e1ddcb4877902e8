"""A pretended server and pages on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import PATIENCE
from tests.front.harness import Stage
from tests.front.steps import Open


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
        page.set_default_timeout(PATIENCE)
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
