"""From opening the dense page to its first painted picture, in a browser that has none of its files yet, on a warm server."""

from __future__ import annotations

import argparse
import statistics
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from benchmarks._page import VIEW
from benchmarks._server import Server
from tests.browser import ARGUMENTS, find_chromium

TIMES = 7
WATCH = f"""
window.seen = {{}};
const note = (name, is) => {{ if (is) window.seen[name] ??= performance.now() / 1000; }};
addEventListener("DOMContentLoaded", () => new MutationObserver(() => {{
  const root = document.querySelector('{VIEW}');
  note("form", document.querySelector(".st-key-form"));
  if (root?.dataset.frames > 0 && !window.seen.picture) requestAnimationFrame(() => setTimeout(() => note("picture", true)));
  note("chart", document.querySelector('[data-view="loss"] .main-svg'));
}}).observe(document, {{ subtree: true, childList: true, attributes: true, attributeFilter: ["data-frames"] }}));
"""


def run(options: argparse.Namespace) -> dict[str, Any]:
    """form_s, picture_s, chart_s: medians from the start of the navigation until each is there. asked, kilobytes: of our own files, how many questions and how much came."""
    found: list[dict[str, float]] = []
    sizes: list[int] = []
    with Server() as server, sync_playwright() as playwright:
        server.warm()
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        for _ in range(TIMES):
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            page = context.new_page()
            page.add_init_script(WATCH)
            ours: list[int] = []
            page.on(
                "requestfinished", lambda request, ours=ours: ours.append(request.sizes()["responseBodySize"]) if urlsplit(request.url).path.startswith("/assets/") else None
            )  # fmt: skip
            page.goto(f"{server.url}/dense")
            page.wait_for_function("window.seen.picture && window.seen.chart", timeout=60_000)
            found.append(page.evaluate("window.seen"))
            sizes = ours
            context.close()
        browser.close()
    medians = {f"{name}_s": round(statistics.median(one[name] for one in found), 2) for name in ("form", "picture", "chart")}
    return {**medians, "most_s": round(max(one["picture"] for one in found), 2), "asked": len(sizes), "kilobytes": round(sum(sizes) / 1000), "openings": TIMES}
