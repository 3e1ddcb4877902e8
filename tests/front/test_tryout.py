"""Asking the network about a picture of one's own, in a real Chromium, fed by a pretended run: what is drawn, what is asked, what is said to files that are none."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from playground.engine.protocol import pack
from tests.front import pretended
from tests.front import pretended_pictures as made
from tests.front.harness import Stage
from tests.front.steps import Open, connected, frames, shown, told

TRYOUT = "[data-view=tryout]"


def paint(page: Page, stage: Stage, **views: Any) -> None:
    before = int(page.locator("[data-testid=live-view]").get_attribute("data-frames") or 0)
    stage.send(pack({"type": "frame", "run": "run-a", "status": pretended.status("run-a", 1), "views": views}))
    frames(page, before + 1)


@pytest.fixture
def start(visit: Open, stage: Stage) -> Open:
    """Open the page with its answer to a drawing: a 3, 60 % sure."""

    def at(figure: dict[str, Any] | None = None, **options: Any) -> Page:
        stage.answers = False
        stage.page = pretended.page(family="conv", views=made.views("tryout", "confusion"))
        stage.replies["maps"] = made.maps(3, 0.6, shade=120)
        page = visit(**options)
        connected(page, stage)
        paint(page, stage, tryout=figure or made.tryout())
        return page

    return at


def asked(page: Page, stage: Stage, name: str, count: int = 1) -> list[dict[str, Any]]:
    """The params of the asks of this name, once there are as many."""
    for _ in range(400):
        found = [message["params"] for message in stage.said("ask") if message["name"] == name]
        if len(found) >= count:
            return found
        page.evaluate("() => new Promise((done) => setTimeout(done, 20))")
    raise AssertionError(stage.heard)


def until(page: Page, stage: Stage, **wanted: Any) -> dict[str, Any]:
    """The picture last asked about, once it has these params: what is chosen while a question is on its way is asked next."""
    for _ in range(400):
        image: dict[str, Any] = asked(page, stage, "maps")[-1]["image"]
        if wanted.items() <= image.items():
            return image
        page.evaluate("() => new Promise((done) => setTimeout(done, 20))")
    raise AssertionError(stage.heard)


def stroke(page: Page, *places: tuple[float, float]) -> None:
    """With the mouse, from place to place in shares of the square."""
    box = page.locator(".square").bounding_box()
    assert box is not None
    for at, (x, y) in enumerate(places):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
        if not at:
            page.mouse.down()
    page.mouse.up()


def sent(image: dict[str, Any]) -> NDArray[np.uint8]:
    """The pixels of an ask: (rows, cols, channels)."""
    found = np.frombuffer(base64.b64decode(image["pixels"]), np.uint8)
    return found.reshape(image["rows"], image["cols"], image["channels"])


def mode(page: Page, name: str) -> None:
    page.locator(".modes").get_by_role("tab", name=name).click()


def clear(page: Page) -> None:
    page.get_by_role("button", name="Clear").click()


def picture_file(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG of (rows, cols) grey or (rows, cols, 3) colours."""
    kind = 0 if pixels.ndim == 2 else 2
    rows, cols = pixels.shape[:2]
    raw = b"".join(b"\0" + row.tobytes() for row in pixels)
    found = io.BytesIO(b"\x89PNG\r\n\x1a\n")
    found.seek(0, 2)
    for name, data in ((b"IHDR", struct.pack(">IIBBBBB", cols, rows, 8, kind, 0, 0, 0)), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b"")):
        found.write(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))
    return found.getvalue()


def choose(page: Page, data: bytes, name: str = "mine.png", kind: str = "image/png") -> None:
    page.locator(f"{TRYOUT} input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": data})


# -- drawing


def test_the_answer_to_the_first_test_picture_stands_there_at_once(start: Open, stage: Stage) -> None:
    page = start()
    expect(page.locator(TRYOUT)).to_have_attribute("data-said", "7")
    expect(page.locator(".verdict")).to_contain_text("7")
    expect(page.get_by_role("button", name="7: 90.0 %, the true class")).to_be_visible()
    assert (shown(page.locator(".sees canvas"))[14, 14] == (200, 200, 200, 255)).all()
    assert not stage.said("ask")


def test_a_stroke_is_asked_about_while_it_grows(start: Open, stage: Stage) -> None:
    page = start()
    stroke(page, (0.5, 0.2), (0.5, 0.8))
    image = asked(page, stage, "maps", 2)[-1]["image"]
    assert (image["channels"], image["drawn"]) == (1, True)
    ink = sent(image)[:, :, 0]
    rows, cols = ink.shape
    assert ink[rows // 2, cols // 2] == 255 and ink[rows // 2, cols // 4] == 0 and ink[rows // 20, cols // 2] == 0
    thick = (ink[rows // 2] > 127).sum() / cols * 28
    assert 2 <= thick <= 3.5  # as the strokes of MNIST are
    assert len(image["pixels"]) < 60_000
    expect(page.locator(TRYOUT)).to_have_attribute("data-said", "3")
    assert float(page.locator(TRYOUT).get_attribute("data-probability") or 0) == pytest.approx(0.6)
    assert int(page.locator(TRYOUT).get_attribute("data-answers") or 0) >= 1
    assert (shown(page.locator(".sees canvas"))[14, 14] == (120, 120, 120, 255)).all()
    expect(page.locator(".guess.largest .name")).to_have_text("3")


def test_strokes_are_taken_back_one_by_one(start: Open, stage: Stage) -> None:
    page = start()
    stroke(page, (0.2, 0.2), (0.2, 0.8))
    before = len(asked(page, stage, "maps"))
    stroke(page, (0.8, 0.2), (0.8, 0.8))
    both = asked(page, stage, "maps", before + 1)
    page.get_by_role("button", name="Undo stroke").click()
    told(page, stage, len(both) + 1, "ask")
    page.wait_for_function("() => !document.querySelector('.drawer button').disabled")
    last = sent(asked(page, stage, "maps")[-1]["image"])[:, :, 0]
    middle = last[last.shape[0] // 2]
    assert middle[len(middle) // 5] == 255 and middle[len(middle) * 4 // 5] == 0
    count = len(asked(page, stage, "maps"))
    page.get_by_role("button", name="Undo stroke").click()
    expect(page.locator(TRYOUT)).to_have_attribute("data-said", "7")  # the frame's own picture again
    expect(page.get_by_role("button", name="Undo stroke")).to_be_disabled()
    assert len(asked(page, stage, "maps")) == count


def test_clear_goes_back_to_the_test_picture(start: Open, stage: Stage) -> None:
    page = start()
    stroke(page, (0.2, 0.2), (0.8, 0.8))
    expect(page.locator(TRYOUT)).to_have_attribute("data-said", "3")
    clear(page)
    expect(page.locator(TRYOUT)).to_have_attribute("data-said", "7")
    assert shown(page.locator(".strokes"))[:, :, 3].max() == 0


def test_a_drawing_outlives_a_look_at_the_scores(start: Open, stage: Stage) -> None:
    page = start()
    stroke(page, (0.2, 0.5), (0.8, 0.5))
    page.get_by_role("tab", name="Scores").click()
    page.get_by_role("tab", name="Try it").click()
    paint(page, stage, tryout=made.tryout())
    assert shown(page.locator(".strokes")).max(axis=(0, 1))[0] == 255
    expect(page.get_by_role("button", name="Undo stroke")).to_be_enabled()


def test_a_finger_draws(start: Open, stage: Stage) -> None:
    page = start(size=(390, 844), has_touch=True)
    box = page.locator(".square").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    ink = sent(asked(page, stage, "maps")[-1]["image"])[:, :, 0]
    assert ink[42, 42] == 255 and ink[10, 10] == 0
    assert page.locator(".strokes").evaluate("(one) => getComputedStyle(one).touchAction") == "none"
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_arrow_keys_and_numbers_choose_a_picture(start: Open, stage: Stage) -> None:
    page = start()
    page.locator(".square").focus()
    page.keyboard.press("ArrowRight")
    assert asked(page, stage, "maps")[-1]["image"] == {"part": "test", "index": 1}
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("Number of the picture")).to_have_value("1000")  # round the end
    page.get_by_label("Number of the picture").fill("17")
    page.keyboard.press("Enter")
    until(page, stage, part="test", index=16)
    page.get_by_label("Picture from").select_option("train")
    expect(page.locator(".chooser .of")).to_have_text("of 4,000")
    until(page, stage, part="train", index=0)


# -- poking


def test_four_pixels_to_the_right_and_the_answer_flips(start: Open, stage: Stage) -> None:
    page = start()
    mode(page, "Poke")
    stage.replies["maps"] = made.maps(1, 0.8, before=made.probabilities(7, 0.9))
    for _ in range(4):
        page.get_by_role("button", name="Move right").click()
    expect(page.locator(".poke .said")).to_have_text("Moved 4 pixels to the right: 7 became 1.")
    assert until(page, stage, shift=[4, 0]) == {"part": "test", "index": 0, "shift": [4, 0]}
    was = page.locator(".guess[data-class='7'] .track s")
    track = page.locator(".guess[data-class='7'] .track")
    expect(was).to_be_visible()
    assert was.bounding_box()["width"] == pytest.approx(0.9 * track.bounding_box()["width"], abs=1.5)  # type: ignore[index]
    expect(page.get_by_role("button", name="1: 80.0 %, before 1.1 %")).to_be_visible()
    stage.replies["maps"] = made.maps(7, 0.9)
    page.get_by_role("button", name="As it was").click()
    expect(page.locator(TRYOUT)).to_have_attribute("data-said", "7")
    assert asked(page, stage, "maps")[-1]["image"] == {"part": "test", "index": 0}
    expect(was).to_be_hidden()


def test_arrow_keys_move_the_poked_picture_no_further_than_eight(start: Open, stage: Stage) -> None:
    page = start()
    mode(page, "Poke")
    stage.replies["maps"] = made.maps(7, 0.7, before=made.probabilities(7, 0.9))
    page.locator(".square").focus()
    for _ in range(10):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".poke .said")).to_have_text("Moved 1 pixel to the left, 8 up: still 7, 70.0 % instead of 90.0 %.")
    expect(page.locator(".moved")).to_have_text("-1, -8")


def test_noise_and_a_small_step_go_with_the_drawing(start: Open, stage: Stage) -> None:
    page = start()
    stroke(page, (0.3, 0.5), (0.7, 0.5))
    drawn = asked(page, stage, "maps")[-1]["image"]
    expect(page.locator(TRYOUT)).to_have_attribute("data-said", "3")
    mode(page, "Poke")
    stage.replies["maps"] = made.maps(5, 0.5, before=made.probabilities(3, 0.6))
    page.get_by_label("Noise").fill("0.2")
    page.get_by_label("Small step against it").fill("0.05")
    expect(page.locator(".poke .said")).to_have_text("Noise 0.20 · A step of 0.05 against it: 3 became 5.")
    image = until(page, stage, fgsm=0.05)
    assert (image["noise"], image["fgsm"], image["drawn"], image["rows"]) == (0.2, 0.05, True, drawn["rows"]) and isinstance(image["seed"], int)


# -- why


def test_why_asks_and_lays_the_answer_over_the_picture(start: Open, stage: Stage) -> None:
    page = start()
    stage.replies["why"] = made.why(1, signed=False)
    mode(page, "Why")
    assert asked(page, stage, "why")[0] == {"image": {"part": "test", "index": 0}, "method": "gradcam", "class": None}
    heat = page.locator(".square .heat")
    page.wait_for_selector(".why[data-shown=gradcam]")
    r, g, b, depth = (int(one) for one in shown(heat)[14, 14])
    assert g > r and g > b and 200 < depth < 255
    expect(page.locator(".why .signs")).to_have_text("00.250")
    stage.replies["why"] = made.why(-1, signed=True)
    page.get_by_role("button", name="Occlusion").click()
    page.wait_for_selector(".why[data-shown=occlusion]")
    r, g, b, _ = (int(one) for one in shown(heat)[14, 14])
    assert b > g and r > g
    expect(page.locator(".why .signs")).to_have_text("-0.2500.250")


def test_more_ways_stand_behind_more(start: Open, stage: Stage) -> None:
    page = start()
    stage.replies["why"] = made.why(0, signed=True)
    mode(page, "Why")
    expect(page.get_by_role("button", name="Saliency")).to_be_hidden()
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Integrated gradients").click()
    page.wait_for_selector(".why[data-shown=integrated]")
    assert asked(page, stage, "why")[-1]["method"] == "integrated"
    assert shown(page.locator(".square .heat"))[14, 14, 3] == 0  # nothing where the map is 0
    expect(page.locator(".why .said")).to_contain_text("0 everywhere")


def test_a_bar_asks_why_that_class(start: Open, stage: Stage) -> None:
    page = start()
    stage.replies["why"] = made.why(0.5, signed=True)
    page.get_by_role("button", name="3: 1.1 %").click()
    page.wait_for_selector(".why[data-shown=gradcam]")
    assert asked(page, stage, "why")[-1]["class"] == 3
    expect(page.locator(".guess[data-class='3']")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".why .said")).to_contain_text("speaks for 3")


# -- files


def test_ink_on_paper_is_turned_to_light_on_black(start: Open, stage: Stage) -> None:
    page = start()
    paper = np.full((600, 400), 230, np.uint8)
    paper[100:500, 180:220] = 30
    choose(page, picture_file(paper))
    image = asked(page, stage, "maps")[-1]["image"]
    assert (image["rows"], image["cols"], image["channels"], image["drawn"]) == (112, 75, 1, True)
    ink = sent(image)[:, :, 0]
    assert ink[56, 37] > 250 and ink[56, 5] == 0 and ink[3, 37] == 0
    expect(page.locator(".drawer .said")).to_contain_text("Turned to light ink")


def test_a_colour_picture_goes_as_it_is(start: Open, stage: Stage) -> None:
    page = start(made.tryout(channels=3, drawing=""))
    photo = np.zeros((50, 100, 3), np.uint8)
    photo[:, 50:] = (250, 20, 90)
    choose(page, picture_file(photo))
    image = asked(page, stage, "maps")[-1]["image"]
    assert (image["rows"], image["cols"], image["channels"], image["drawn"]) == (42, 84, 3, False)
    found = sent(image)
    assert np.abs(found[20, 70].astype(int) - (250, 20, 90)).max() <= 3 and found[20, 10].max() <= 3
    assert len(image["pixels"]) < 60_000


@pytest.mark.parametrize(
    ("data", "name", "kind", "words"),
    [
        (b"\x89PNG" + bytes(8 * 2**20), "big.png", "image/png", "8 MB"),
        (b"hello", "notes.txt", "text/plain", "no picture"),
        (picture_file(np.zeros((50, 50), np.uint8))[:60], "half.png", "image/png", "cannot be read"),
        (picture_file(np.zeros((6000, 6000), np.uint8)), "wide.png", "image/png", "36.0 million pixels"),
    ],
)
def test_what_is_no_fit_picture_is_answered_by_a_sentence(start: Open, stage: Stage, data: bytes, name: str, kind: str, words: str) -> None:
    page = start()
    choose(page, data, name, kind)
    expect(page.locator(".drawer .said.alert")).to_contain_text(words)
    assert not [one for one in stage.said("ask") if one["name"] == "maps"]
    choose(page, picture_file(made.picture(255)[0]))
    asked(page, stage, "maps")
    expect(page.locator(".drawer .said.alert")).to_have_count(0)


def test_a_dropped_file_is_read(start: Open, stage: Stage) -> None:
    page = start()
    mode(page, "Poke")
    data = base64.b64encode(picture_file(made.picture(255)[0])).decode()
    page.locator(TRYOUT).evaluate(
        """(element, text) => {
          const file = new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], "mine.png", { type: "image/png" });
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(file);
          for (const name of ["dragover", "drop"]) element.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        data,
    )
    image = asked(page, stage, "maps")[-1]["image"]
    assert (image["rows"], image["cols"], image["drawn"]) == (28, 28, True)
    assert (sent(image)[:, :, 0] == made.picture(255)[0]).all()  # light on black is left as it is
    expect(page.locator(TRYOUT)).to_have_attribute("data-mode", "draw")


# -- looks


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_it_fits_and_pictures_keep_their_greys(start: Open, stage: Stage, size: tuple[int, int], dark: bool) -> None:
    page = start(size=size, dark=dark)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    for name in ("Poke", "Why", "Draw"):
        stage.replies["why"] = made.why(0.5, signed=True)
        mode(page, name)
        box = page.locator(TRYOUT).bounding_box()
        assert box is not None and box["height"] <= (360 if size[0] > 1000 else 480)
        for inner in page.locator(f"{TRYOUT} button:visible, {TRYOUT} .said:visible").all():
            own = inner.bounding_box()
            assert own is not None and own["x"] >= box["x"] - 1 and own["x"] + own["width"] <= box["x"] + box["width"] + 1
    seen = shown(page.locator(".sees canvas"))
    assert (seen[:, :, 0] == seen[:, :, 1]).all() and (seen[:, :, 1] == seen[:, :, 2]).all() and sorted(np.unique(seen[:, :, 0])) == [0, 200]
