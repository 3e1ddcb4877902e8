"""A real browser for tests: the system's Chromium, else one that playwright or the package manager gets."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, expect, sync_playwright

# Of these the first that is there. The shell is Chromium without its window: the same pages, but a new one opens in a fifth of the time.
NAMES = ("chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
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
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests; each takes a context or a page of its own."""
    path = find_chromium()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
