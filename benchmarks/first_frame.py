"""From pressing Train to the first painted picture of the training, in headless Chromium on a warm server."""

from __future__ import annotations

import argparse
import statistics
from typing import Any

from benchmarks._page import VIEW, dense_page
from benchmarks._server import Server

PRESS = """
() => new Promise((resolve) => {
  const root = document.querySelector('[data-testid="live-view"]');
  const begun = performance.now();
  const watch = new MutationObserver(() => {
    if (Number(root.dataset.step) > 0 && root.dataset.frames !== frames) { watch.disconnect(); requestAnimationFrame(() => resolve((performance.now() - begun) / 1000)); }
  });
  const frames = root.dataset.frames;
  watch.observe(root, { attributes: true });
  [...document.querySelectorAll("button")].find((button) => button.getAttribute("aria-label") === "Train" || button.textContent.trim() === "Train").click();
})
"""


def run(options: argparse.Namespace) -> dict[str, Any]:
    """median_s over fresh runs of one page."""
    took = []
    with Server() as server:
        server.warm()
        with dense_page(server) as page:
            for number in range(9):
                if number:
                    page.get_by_role("button", name="Reset", exact=True).click()
                    page.wait_for_function(
                        f"(() => {{ const d = document.querySelector('{VIEW}').dataset; return d.runState === 'ready' && d.step === '0'; }})()", timeout=60_000
                    )
                    page.wait_for_timeout(500)
                took.append(page.evaluate(PRESS))
    return {"median_s": round(statistics.median(took), 3), "most_s": round(max(took), 3), "presses": len(took)}
