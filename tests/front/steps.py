"""Steps that tests of the front share."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page

from playground.live.component import _carried, assets
from tests.browser import PATIENCE
from tests.front.harness import Stage

ROOT = "[data-testid=live-view]"
Open = Callable[..., Page]


def wait(page: Page, condition: str, argument: Any = None) -> None:
    """Until `condition` (JavaScript; `root` is the component) is true."""
    page.wait_for_function(
        f"(given) => {{ const root = document.querySelector('{ROOT}'); return root && ({condition}); }}", arg=argument, timeout=PATIENCE, polling=20
    )


def frames(page: Page, count: int) -> None:
    """Until so many frames are painted, and what they moved has been laid out and painted anew."""
    wait(page, "Number(root.dataset.frames) >= given", count)
    laid_out(page)


def laid_out(page: Page) -> None:
    """Until the browser has been through its layout twice: canvases have heard of their new sizes."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))")


def asset_texts() -> dict[str, str]:
    return {name: (item if isinstance(item, bytes) else item.read_bytes()).decode() for name, item in assets().items()}


def told(page: Page, stage: Stage, count: int, kind: str = "ack") -> None:
    """Until `count` messages of this kind have come to the server."""
    for _ in range(PATIENCE // 20):
        if len(stage.said(kind)) >= count:
            return
        page.evaluate("() => new Promise((done) => setTimeout(done, 20))")
    raise AssertionError(stage.heard)


def quiet(page: Page, stage: Stage) -> None:
    """A round trip to the server and back: what was on its way has arrived."""
    before = len(stage.said("command"))
    page.get_by_label("Speed").dispatch_event("change")
    told(page, stage, before + 1, "command")


def connected(page: Page, stage: Stage) -> None:
    told(page, stage, 1, "hello")


def give(page: Page, data: dict[str, Any]) -> None:
    """Mount again with packets, as Streamlit carries them: bytes."""
    carried = _carried(data)
    assert isinstance(carried, bytes)
    page.evaluate("(text) => show(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)))", base64.b64encode(carried).decode())


def shown(canvas: Locator, scaled: bool = False) -> NDArray[np.uint8]:
    """A canvas' own pixels, or `scaled` to those of CSS: (rows, cols, 4)."""
    width, height, data = canvas.evaluate(
        """(c, scaled) => {
          const d = document.createElement("canvas"), pen = d.getContext("2d");
          [d.width, d.height] = scaled ? [c.clientWidth, c.clientHeight] : [c.width, c.height];
          pen.imageSmoothingEnabled = false;
          pen.drawImage(c, 0, 0, d.width, d.height);
          const { data } = pen.getImageData(0, 0, d.width, d.height), parts = [];
          for (let at = 0; at < data.length; at += 8192) parts.push(String.fromCharCode(...data.subarray(at, at + 8192)));
          return [d.width, d.height, btoa(parts.join(""))];
        }""",
        scaled,
    )
    return np.frombuffer(base64.b64decode(data), np.uint8).reshape(height, width, 4)
