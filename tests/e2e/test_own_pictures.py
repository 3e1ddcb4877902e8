"""A person's own pictures in a real browser: given, looked at, used, trained; and a full data set that does not come, with the one that takes its place."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from benchmarks._server import Server
from tests.data.hostile_pictures import good, packed, png
from tests.data.test_downloads import Elsewhere
from tests.e2e.seen import PATIENCE, press, until, until_drawn, until_state


def give(page: Page, *files: tuple[str, bytes]) -> None:
    """Open the part of the form, if it is not open, and choose files."""
    if not page.locator(".st-key-own-pictures details[open]").count():
        page.get_by_text("Your own pictures").first.click()
    given = [{"name": name, "mimeType": "application/zip" if name.endswith("zip") else "image/png", "buffer": raw} for name, raw in files]
    page.locator('.st-key-own-pictures input[type="file"]').set_input_files(given)  # type: ignore[arg-type]


def test_own_pictures_are_described_used_and_learned(visit: Callable[..., Page]) -> None:
    page = visit("/conv")
    until_drawn(page)
    rng = random.Random(0)
    give(page, ("pets.zip", packed([*good(rng, 20, ["<b>cats", "dogs"]), ("__MACOSX/x", b"")])))
    own = page.locator(".st-key-own-pictures")
    expect(own.get_by_text("40 pictures of 2 classes")).to_be_visible(timeout=PATIENCE)
    expect(own.get_by_text("Files that a computer adds by itself (1)")).to_be_visible(timeout=PATIENCE)
    expect(own.locator(".own-classes").get_by_text("‹b›cats")).to_be_visible()  # a folder's name is no markup
    assert own.locator(".own-classes img").count() == 12
    before = page.url
    own.get_by_text("colour 32×32").click()
    own.get_by_role("button", name="Use these pictures").click()
    expect(own.get_by_role("button", name="These pictures are in use")).to_be_visible(timeout=PATIENCE)
    page.wait_for_function("before => location.href !== before", arg=before)
    until_state(page, "ready")
    press(page, "Train")
    until(page, "Number(d.epoch) > 3")
    press(page, "Pause")
    until_state(page, "paused")
    link = page.url.split("&run=")[0]
    assert "e=" in link and len(link) < 3000

    other = visit(link[link.index("/conv") :])  # somebody else, by the link: same server, so the pictures are here
    until_state(other, "ready")
    expect(other.locator(".st-key-own-pictures").get_by_role("button", name="These pictures are in use")).to_be_visible(timeout=PATIENCE)


def test_loose_pictures_and_bad_files(visit: Callable[..., Page]) -> None:
    page = visit("/conv")
    until_drawn(page)
    before, rng = page.url, random.Random(1)
    own = page.locator(".st-key-own-pictures")
    give(page, ("pictures.zip", b"Rar!" + bytes(500)))
    expect(own.get_by_text("The file is a RAR archive, not a zip.")).to_be_visible(timeout=PATIENCE)
    give(page, *((f"cat-{number}.png", png(rng)) for number in range(4)))
    expect(own.get_by_text("Only one class was found: cat.")).to_be_visible(timeout=PATIENCE)
    assert page.url == before
    give(page, *((f"{name}-{number}.png", png(rng)) for name in ("cat", "dog") for number in range(4)))
    expect(own.get_by_text("8 pictures of 2 classes")).to_be_visible(timeout=PATIENCE)
    expect(own.get_by_text("the class is how a file's name begins")).to_be_visible(timeout=PATIENCE)
    assert page.url == before


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    found = Elsewhere()
    found.gate.clear()
    found.files["/mnist_full/train-images-idx3-ubyte.gz"] = bytes(9_912_422)  # as large as it should be, and something else
    yield found
    found.gate.set()
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture(scope="module")
def mirrored(elsewhere: Elsewhere) -> Iterator[Server]:
    with Server(PLAYGROUND_MIRROR=elsewhere.url, NO_PROXY="127.0.0.1") as running:
        yield running.warm()


def test_a_set_that_does_not_come_is_said_and_the_one_that_ships_is_taken(visit: Callable[..., Page], mirrored: Server, elsewhere: Elsewhere) -> None:
    page = visit("/conv", at=mirrored)
    until_drawn(page)
    more = page.locator(".st-key-more-pictures")
    page.get_by_text("More pictures").first.click()
    more.get_by_role("button", name="Download (12 MB)").click()
    expect(more.get_by_role("progressbar")).to_be_visible(timeout=PATIENCE)
    expect(more.get_by_text("5.0 of 12 MB")).to_be_visible(timeout=PATIENCE)  # half of it has come
    page.reload()  # nobody's page has to stay open
    page.get_by_text("More pictures").first.click()
    expect(more.get_by_text("5.0 of 12 MB")).to_be_visible(timeout=PATIENCE)
    elsewhere.gate.set()
    expect(more.get_by_text("its checksum is wrong")).to_be_visible(timeout=PATIENCE)
    expect(more.get_by_text("MNIST ships with the playground")).to_be_visible(timeout=PATIENCE)
    more.get_by_role("button", name="Download (170 MB)").click()
    expect(more.get_by_text("answers 404")).to_be_visible(timeout=PATIENCE)
    before = page.url
    more.get_by_role("button", name="Take Shapes").click()
    page.wait_for_function("before => location.href !== before", arg=before)
    until_state(page, "ready")
