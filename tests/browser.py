"""A real browser for tests: the system's Chromium, else one that playwright or the package manager gets."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Error, Page, ViewportSize, expect, sync_playwright

# Of these the first that is there. The shell is Chromium without its window: the same pages, but a new one opens in a fifth of the time.
NAMES = ("chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
VIEWPORT: ViewportSize = {"width": 1280, "height": 800}
PATIENCE = 60_000  # ms that a test waits for what is to be seen: only against hanging, as a machine may be busy
HELP = "No Chromium was found or could be installed. Install one (for example `apt-get install chromium-headless-shell`, or `python -m playwright install --with-deps --only-shell chromium`) and run the tests again."


def _of_system() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None)


def _of_playwright() -> bool:
    """Whether playwright has its own, and it runs: a downloaded one may miss libraries of the system."""
    try:
        with sync_playwright() as playwright:
            playwright.chromium.launch(args=ARGUMENTS).close()
    except Error:
        return False
    return True


def _get(*command: str) -> None:
    subprocess.run(command, check=False, capture_output=True, timeout=600)


@cache
def find_chromium() -> str | None:
    """Path of a Chromium that works, None for playwright's own; gets one where there is none. RuntimeError with what to do where that fails."""
    if path := _of_system():
        return path
    if _of_playwright():
        return None
    _get(sys.executable, "-m", "playwright", "install", "--only-shell", "chromium")
    if _of_playwright():
        return None
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _get("apt-get", "update")
        for package in ("chromium-headless-shell", "chromium"):  # older releases of Debian have the second alone
            _get("apt-get", "install", "-y", "--no-install-recommends", package)
            if path := _of_system():
                return path
    raise RuntimeError(HELP)


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserType]:
    """What starts browsers."""
    find_chromium()  # while no other playwright runs
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def browser(chromium: BrowserType) -> Iterator[Browser]:
    """One headless Chromium for pages that need a context of their own."""
    browser = chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def profile(chromium: BrowserType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """A Chromium that keeps, from page to page, what it has made of large scripts: Plotly alone takes two seconds the first time."""
    context = chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"), executable_path=find_chromium(), args=ARGUMENTS, viewport=VIEWPORT, locale="en-US"
    )
    yield context
    context.close()


def new_page(browser: Browser, profile: BrowserContext, **options: Any) -> Page:
    """A page of the profile; one in a context of its own where the options ask for what a profile has for good."""
    if options.keys() - {"viewport", "color_scheme"}:
        return browser.new_context(**{"viewport": VIEWPORT, "locale": "en-US", **options}).new_page()
    page = profile.new_page()
    page.set_viewport_size(options.get("viewport", VIEWPORT))
    page.emulate_media(color_scheme=options.get("color_scheme", "light"))
    return page


def close(page: Page, profile: BrowserContext) -> None:
    """Away with it, and with all that it may have stored."""
    if page.context is not profile:
        page.context.close()
        return
    with contextlib.suppress(Error):  # where the page is not of a server
        page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    page.close()
    profile.clear_cookies()
