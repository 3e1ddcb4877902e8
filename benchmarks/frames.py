"""How smoothly the dense page moves in headless Chromium while it trains at full speed, and how large a frame is."""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

from benchmarks._page import VIEW, dense_page
from benchmarks._server import Server


def run(options: argparse.Namespace) -> dict[str, Any]:
    """per_second: frames painted (`data-frames`). kilobytes: of one frame, the mean (1 kB = 1,000 bytes)."""
    sizes: list[int] = []
    with Server() as server:
        server.warm()
        with dense_page(server) as page:
            page.on("websocket", lambda socket: socket.on("framereceived", lambda data: sizes.append(len(data)) if isinstance(data, bytes) else None))
            page.reload()
            page.wait_for_function(f"Number(document.querySelector('{VIEW}')?.dataset.frames) > 0", timeout=60_000)
            page.get_by_label("Speed").first.select_option("full")
            page.get_by_role("button", name="Train", exact=True).click()
            page.wait_for_function(f"Number(document.querySelector('{VIEW}').dataset.epoch) > 50", timeout=60_000)
            read = f"() => [performance.now(), Number(document.querySelector('{VIEW}').dataset.frames), Number(document.querySelector('{VIEW}').dataset.epoch)]"
            sizes.clear()
            before = page.evaluate(read)
            time.sleep(2 * options.seconds)
            after = page.evaluate(read)
            binary = [size for size in sizes if size > 1000]
    lasted = (after[0] - before[0]) / 1000
    return {
        "per_second": round((after[1] - before[1]) / lasted, 1),
        "kilobytes": round(statistics.mean(binary) / 1000, 1),
        "epochs_per_second": round((after[2] - before[2]) / lasted, 1),
    }
