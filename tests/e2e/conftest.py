"""The whole product, as a person has it: a server of its own, a real browser, pages whose console must stay quiet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from benchmarks._server import Server
from tests.browser import close, new_page
from tests.e2e.seen import PATIENCE
from tests.watcher import Watcher


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running.warm()


@pytest.fixture
def visit(browser: Browser, profile: BrowserContext, server: Server) -> Iterator[Callable[..., Page]]:
    """Open a page as if nobody had been there. At the end no page may have had an error, unless the test took it (`page.errors.clear()`)."""
    pages: list[Page] = []

    def open_(path: str = "/dense", *, at: Server | None = None, before: Callable[[Page], None] | None = None, **context: Any) -> Page:
        page = new_page(browser, profile, **context)
        page.set_default_timeout(PATIENCE)
        page.errors = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
        page.on("console", lambda message: _note(page, message))
        if before:
            before(page)
        page.goto((at or server).url + path)
        pages.append(page)
        return page

    yield open_
    for page in pages:
        errors = page.errors  # type: ignore[attr-defined]
        run = parse_qs(urlsplit(page.url).query).get("run")
        close(page, profile)
        if run and page.url.startswith(server.url):
            Watcher(server.engine(), run[0]).leave()
        assert not errors, errors


def _note(page: Page, message: ConsoleMessage) -> None:
    """Keep errors but one kind: on a page below the root, Streamlit first asks for itself under that path."""
    if message.type == "error" and "/_stcore/" not in message.location["url"]:
        page.errors.append(f"{message.text} ({message.location['url']})")  # type: ignore[attr-defined]
