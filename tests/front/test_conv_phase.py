"""The phase strip of a convolutional network in a real Chromium, fed with what a real session answers: the pictures that were drawn."""

from __future__ import annotations

from playwright.sync_api import expect

from playground.engine.protocol import pack
from playground.families.supervised.looked_into import PHASE
from tests.families.made_conv import session
from tests.front import pretended
from tests.front.harness import Stage
from tests.front.steps import Open, connected

FIELDS = ("name", "title", "question", "renderer", "place", "about", "effect")


def test_the_strip_shows_the_first_pictures_of_the_mini_batch(visit: Open, stage: Stage) -> None:
    made = session(steps=1)
    stage.answers = False
    stage.page["views"] = [{field: getattr(PHASE, field) for field in FIELDS}]
    page = visit()
    connected(page, stage)
    shown = page.locator(".phases .drawn canvas")
    for count, phase in ((6, "sample"), (0, "forward"), (0, "loss"), (0, "backward")):
        made.advance_phase()
        status = pretended.status("run-a", made.epoch, "paused", step=made.step, phase=made.status()["phase"])
        stage.send(pack({"type": "frame", "run": "run-a", "status": status, "views": made.draw(["phase"])}))
        expect(page.locator(".names [aria-current=step]")).to_have_text(phase)
        expect(page.locator(".phases .drawn canvas:visible")).to_have_count(count)
        if count:
            grey = shown.nth(2).evaluate("canvas => [...canvas.getContext('2d').getImageData(0, 0, 8, 8).data].filter((_, at) => at % 4 === 0)")
            assert grey == made.draw(["phase"])["phase"]["pictures"][2].ravel().tolist()
