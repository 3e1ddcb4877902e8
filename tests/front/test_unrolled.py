"""The recurrent network unrolled in time, in a real Chromium, fed by a pretended run: what is drawn where, what pointing and keys tell, the close-up, and which example is asked about."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.front import pretended
from tests.front import pretended_recurrent as made
from tests.front.harness import Stage
from tests.front.steps import Open, connected, laid_out, quiet
from tests.front.test_conv_pictures import near, rgb
from tests.front.test_tryout import asked, paint

GREEN, PURPLE, ZERO = (27, 120, 55), (118, 42, 131), (244, 243, 242)
TEXT, SOFT, ALERT = "#1d2430", "#687384", "#b3261e"
WHERE = """async ([band, row, step]) => {
  const { lay, rowTop } = await import("/assets/unrolled_places.js");
  const canvas = document.querySelector(".unrolled canvas"), scroll = document.querySelector(".unrolled .across");
  const places = lay(window.figure, canvas.clientWidth, canvas.clientHeight, scroll.clientWidth);
  const one = places.bands[band];
  const middle = places.x(step);
  if (band < 0) return [middle, places.read.top + places.read.high / 2];
  if (band >= places.bands.length) return [middle, places.said.top + 9];
  if (row === "strip") return [middle, one.strip.top + one.strip.high - 1];
  return [middle, rowTop(one, row) + one.row / 2];
}"""


def plain(value: Any) -> Any:
    """As packets arrive: arrays of more dimensions with their sides."""
    if isinstance(value, np.ndarray):
        return value.tolist() if value.ndim < 2 else {"dims": list(value.shape)}
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


@pytest.fixture
def start(visit: Open, stage: Stage) -> Open:
    """Open the page with its network alone, and paint this figure."""

    def at(figure: dict[str, Any], **options: Any) -> Page:
        stage.answers = False
        stage.page = pretended.page(family="recurrent", views=[made.VIEW])
        stage.replies.setdefault("cell", made.cell())
        page = visit(**options)
        connected(page, stage)
        put(page, stage, figure)
        return page

    return at


def put(page: Page, stage: Stage, figure: dict[str, Any]) -> None:
    paint(page, stage, network=figure)
    page.evaluate("(text) => { window.figure = JSON.parse(text); }", json.dumps(plain(figure)))


def unrolled(page: Page) -> Locator:
    return page.locator(".stage.unrolled")


def place(page: Page, band: int, row: int | str, step: int) -> tuple[float, float]:
    """The middle of a cell in pixels of the canvas; band -1 is what is read, one past the last what is said."""
    x, y = page.evaluate(WHERE, [band, row, step])
    return x, y


def seen(page: Page, band: int, row: int | str, step: int) -> tuple[int, ...]:
    return rgb(page, "network", *place(page, band, row, step))


def point(page: Page, band: int, row: int, step: int, *, click: bool = False) -> None:
    box = page.locator(".unrolled canvas").bounding_box()
    assert box
    x, y = place(page, band, row, step)
    page.mouse.move(box["x"] + x, box["y"] + y)
    if click:
        page.mouse.click(box["x"] + x, box["y"] + y)


def close(one: tuple[int, ...], other: tuple[int, ...], within: int = 2) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= within


def one_hot(row: int, step: int, value: float, rows: int = 6, length: int = 10) -> np.ndarray:
    found = np.zeros((rows, length), np.float32)
    found[row, step] = value
    return found


def acted(page: Page, stage: Stage) -> list[dict[str, Any]]:
    quiet(page, stage)
    return [message["params"] for message in stage.said("action") if message["name"] == "unit"]


# -- what is drawn


def test_states_are_green_above_zero_and_purple_below_in_their_row_and_column(start: Open, stage: Stage) -> None:
    page = start(made.way(made.layer(states=one_hot(2, 3, 1)), made.layer(2, "gru", 4, states=one_hot(1, 8, -1, 4))))
    assert close(seen(page, 0, 2, 3), GREEN) and close(seen(page, 1, 1, 8), PURPLE)
    for band, row, step in ((0, 2, 2), (0, 1, 3), (0, 3, 3), (1, 1, 7), (1, 0, 8)):
        assert close(seen(page, band, row, step), ZERO), (band, row, step)
    assert {name: unrolled(page).get_attribute(f"data-{name}") for name in ("steps", "layers", "said", "phase")} == {
        "steps": "10",
        "layers": "2",
        "said": "1",
        "phase": "",
    }


def test_a_colour_goes_on_meaning_the_same(start: Open, stage: Stage) -> None:
    page = start(made.way(made.layer(kind="rnn", states=one_hot(0, 0, 4), reach=4)))
    put(page, stage, made.way(made.layer(kind="rnn", states=one_hot(0, 0, 2), reach=2)))
    half = tuple(round(a + (b - a) * 64 / 127) for a, b in zip(ZERO, GREEN, strict=True))
    assert close(seen(page, 0, 0, 0), half)


def test_a_dense_layer_is_one_column_beneath_the_last_step(start: Open, stage: Stage) -> None:
    page = start(made.way(made.layer(), made.layer(2, "dense", 3, states=np.array([[1], [0], [-1]], np.float32))))
    assert close(seen(page, 1, 0, 9), GREEN) and close(seen(page, 1, 2, 9), PURPLE)
    assert seen(page, 1, 0, 5)[:3] in ((0, 0, 0), (255, 255, 255))  # nothing there


def test_a_layer_that_reads_both_ways_has_two_halves(start: Open, stage: Stage) -> None:
    states = np.zeros((4, 10), np.float32)
    states[0, 0], states[3, 0] = 1, -1
    page = start(made.way(made.layer(units=2, both=True, states=states)))
    assert close(seen(page, 0, 0, 0), GREEN) and close(seen(page, 0, 3, 0), PURPLE)
    point(page, 0, 3, 0)
    expect(unrolled(page).locator(".readout")).to_contain_text("unit 2 that reads backward: −1.000")


def test_padding_is_not_drawn(start: Open, stage: Stage) -> None:
    page = start(made.way(made.layer(states=one_hot(0, 4, 1)), first=4, text="smyrna"))
    assert unrolled(page).get_attribute("data-steps") == "6"
    assert close(seen(page, 0, 0, 4), GREEN)
    x, _ = place(page, 0, 0, 4)
    assert x < 200


def test_one_answer_is_marked_right_or_wrong(start: Open, stage: Stage) -> None:
    page = start(made.way(made.layer(), said=[1], true=[1]))
    canvas = unrolled(page).locator("canvas")
    expect(canvas).to_have_attribute("aria-label", re_of("It says Russian, that is right"))
    assert not anywhere(page, ALERT)
    put(page, stage, made.way(made.layer(), said=[1], true=[2]))
    expect(canvas).to_have_attribute("aria-label", re_of("It says Russian, that is wrong"))
    assert anywhere(page, ALERT)


def test_answers_at_many_steps_are_held_against_what_is_right(start: Open, stage: Stage) -> None:
    page = start(made.way(made.layer(), answered=4, said=[0, 1, 2, 3], true=[0, 1, 0, 3], classes=("A", "B", "C", "D"), shares=(0.7, 0.1, 0.1, 0.1)))
    for step, right in ((6, True), (7, True), (8, False), (9, True)):
        assert near(page, "network", *place(page, 1, 0, step), 8, ALERT) is not right, step
    expect(unrolled(page).locator("canvas")).to_have_attribute("aria-label", re_of("It says ABCD, 3 of 4 right"))


@pytest.mark.parametrize("answered", [1, 3])
def test_numbers_are_said_against_what_is_true(start: Open, stage: Stage, answered: int) -> None:
    page = start(made.way(made.layer(), text=None, channels=2, classes=None, answered=answered, said=[0.5] * answered, true=[-0.5] * answered))
    expect(unrolled(page).locator("canvas")).to_have_attribute("aria-label", re_of("off by 1"))
    assert near(page, "network", *place(page, -1, 0, 5), 20, TEXT)  # the lines of what is read


@pytest.mark.parametrize(
    "figure",
    [
        made.way(*(made.layer(number, length=100) for number in range(1, 5)), length=100, text="abcdefghij" * 10),
        made.way(made.layer(length=1, states=np.ones((6, 1), np.float32)), length=1, text="a"),
        made.way(),
        made.way(made.layer(), text=None, channels=12),
        made.way(made.layer(), said=[-1]),
        made.way(made.layer(states=np.full((6, 10), np.nan, np.float32))),
    ],
    ids=["four layers of 100 steps", "one step", "no layers", "many channels", "no answer", "not a number"],
)
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_any_network_is_drawn_without_scrolling_down(start: Open, stage: Stage, figure: dict[str, Any], size: tuple[int, int]) -> None:
    page = start(figure, size=size)
    laid_out(page)
    box = unrolled(page).locator(".across").evaluate("(box) => [box.scrollHeight, box.clientHeight, box.scrollWidth, box.clientWidth]")
    assert box[0] <= box[1]
    bottom = page.evaluate("""async () => {
      const { lay } = await import("/assets/unrolled_places.js"), canvas = document.querySelector(".unrolled canvas");
      return lay(window.figure, canvas.clientWidth, canvas.clientHeight, canvas.parentElement.clientWidth).bottom - canvas.clientHeight;
    }""")
    assert bottom <= 1
    expect(unrolled(page).locator(".sideways")).to_be_visible(visible=box[2] > box[3])
    if size[0] == 1280:
        assert box[2] <= box[3]


def test_held_gates_and_silenced_units_are_said(start: Open, stage: Stage) -> None:
    held = [{"gate": "forget", "to": 1, "unit": None}]
    page = start(made.way(made.layer(states=np.ones((6, 10), np.float32), silent=[2], held=held)))
    expect(unrolled(page).locator("canvas")).to_have_attribute("aria-label", re_of("forget gate held at 1, 1 silenced"))
    assert near(page, "network", *place(page, 0, 2, 4), 8, SOFT)  # the strokes over it
    assert close(seen(page, 0, 4, 4), GREEN)


# -- pointing, keys, the close-up


def test_pointing_tells_value_unit_step_and_what_was_read(start: Open, stage: Stage) -> None:
    page = start(made.way(made.layer(states=one_hot(2, 3, -0.25))))
    point(page, 0, 2, 3)
    expect(unrolled(page).locator(".readout")).to_have_text("layer 1, unit 3: −0.250 · step 4 of 10 · it read “r”")
    assert unrolled(page).get_attribute("data-hand") == "1 2 3"
    page.mouse.move(5, 5)
    expect(unrolled(page).locator(".readout")).to_be_hidden()


def test_keys_walk_through_time_and_from_layer_to_layer(start: Open, stage: Stage) -> None:
    page = start(made.way(made.layer(units=2), made.layer(2, "gru", 2)))
    page.locator(".unrolled canvas").focus()
    for key, hand in (
        ("ArrowRight", "0 0"),
        ("ArrowDown", "1 0 0"),
        ("ArrowRight", "1 0 1"),
        ("ArrowDown", "1 1 1"),
        ("ArrowDown", "2 0 1"),
        ("End", "2 0 9"),
        ("Home", "2 0 0"),
        ("ArrowUp", "1 1 0"),
        ("Escape", ""),
    ):
        page.keyboard.press(key)
        assert unrolled(page).get_attribute("data-hand") == hand, key


def test_a_click_opens_the_equations_and_arrows_go_to_its_neighbours(start: Open, stage: Stage) -> None:
    page = start(made.way(made.layer()))
    point(page, 0, 3, 6, click=True)
    box = page.locator(".cell-box")
    expect(box.locator("dt")).to_have_text(["input gate", "forget gate, keep", "candidate", "output gate", "cell", "hidden"])
    expect(box).to_contain_text("LSTM, unit 4")
    expect(box).to_contain_text("step 7 of 10 · it read “o”")
    expect(box.locator(".pull")).to_contain_text("∂L / ∂ht = −0.012")
    assert asked(page, stage, "cell")[-1] == {"layer": 1, "unit": 3, "step": 6, "backward": False, "example": {"part": "test", "index": 0}}
    page.keyboard.press("ArrowRight")
    expect(box).to_contain_text("step 8 of 10 · it read “t”")
    page.keyboard.press("ArrowDown")
    expect(box).to_contain_text("LSTM, unit 5")
    assert asked(page, stage, "cell", 3)[-1] == {"layer": 1, "unit": 4, "step": 7, "backward": False, "example": {"part": "test", "index": 0}}
    put(page, stage, made.way(made.layer()))
    assert len(asked(page, stage, "cell", 4)) == 4  # each frame asks again
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "CANVAS"


def test_a_unit_is_silenced_and_speaks_again(start: Open, stage: Stage) -> None:
    page = start(made.way(made.layer(units=3, both=True)))
    point(page, 0, 4, 2)
    page.locator(".unrolled canvas").focus()
    page.keyboard.press("Delete")
    assert acted(page, stage) == [{"layer": 1, "unit": 1, "on": False}]
    expect(unrolled(page)).to_have_attribute("data-silent", "1 4")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Let it speak again").click()
    assert acted(page, stage)[1:] == [{"layer": 1, "unit": 1, "on": True}]
    expect(unrolled(page)).to_have_attribute("data-silent", "")


# -- the example


def test_another_example_is_asked_for_and_shown(start: Open, stage: Stage) -> None:
    stage.replies["way"] = made.way(made.layer(), part="test", index=1, said=[2])
    page = start(made.way(made.layer()))
    page.get_by_role("button", name="Next example").click()
    assert asked(page, stage, "way")[-1] == {"example": {"part": "test", "index": 1}}
    expect(unrolled(page)).to_have_attribute("data-said", "2")
    expect(page.get_by_label("Number of the example")).to_have_value("2")
    stage.replies["way"] = made.way(made.layer(), part="train", index=0, of=800, said=[0])
    page.get_by_label("Example from").select_option("train")
    expect(unrolled(page)).to_have_attribute("data-said", "0")
    expect(page.locator(".example .of")).to_have_text("of 800")
    page.get_by_role("button", name="Previous example").click()
    assert asked(page, stage, "way", 3)[-1] == {"example": {"part": "train", "index": 799}}


def test_within_a_step_through_time_the_step_s_own_example_is_shown(start: Open, stage: Stage) -> None:
    stage.replies["way"] = made.way(made.layer(), index=1, said=[2])
    page = start(made.way(made.layer()))
    page.get_by_role("button", name="Next example").click()
    expect(unrolled(page)).to_have_attribute("data-said", "2")
    put(page, stage, made.way(made.layer(), said=[0], now=made.phase("forward", 3)))
    expect(unrolled(page)).to_have_attribute("data-said", "0")
    expect(unrolled(page)).to_have_attribute("data-phase", "forward 3")


# -- a step through time


def test_forward_what_is_still_to_come_lies_pale(start: Open, stage: Stage) -> None:
    page = start(made.way(made.layer(states=np.ones((6, 10), np.float32)), now=made.phase("forward", 4)))
    assert close(seen(page, 0, 1, 2), GREEN) and close(seen(page, 0, 1, 4), GREEN)
    pale = seen(page, 0, 1, 5)
    assert min(pale) > 180


def test_backward_bars_tell_how_large_the_gradient_is(start: Open, stage: Stage) -> None:
    pulls = [0.1] * 9 + [1.0]
    page = start(made.way(made.layer(states=np.ones((6, 10), np.float32)), now=made.phase("backward", 6, pulls)))
    assert close(seen(page, 0, 1, 2), GREEN)  # all was read
    high = [height(page, step) for step in range(10)]
    assert high[:6] == [0] * 6, "where the gradient has not come yet"
    assert high[9] > 8 * max(high[7:9]) * 0.9 and min(high[6:9]) > 0


def test_the_strip_of_phases_tells_the_step_and_each_equation_with_its_result(visit: Open, stage: Stage) -> None:
    stage.answers = False
    stage.page = pretended.page(family="recurrent", views=[pretended.view("phase", "phase", "Network", "step")])
    page = visit()
    connected(page, stage)
    figure = {"phase": "forward", "phases": [{"name": "forward", "title": "forward"}], "sentence": "It reads.", "formulas": []}
    lines = [{"label": "State", "formula": [{"i": "h", "sub": "t"}, " = ", "tanh(", {"i": "z"}, ")", " = ", "tanh(0.5 × 1)", " = ", "0.462"]}]
    paint(page, stage, phase={**figure, "time": {"step": 3, "place": 4, "of": 10, "symbol": "m", "cell": {"title": "Unit 1", "lines": lines}}})
    expect(page.locator(".phases .time")).to_have_text("step 4 of 10Unit 1ht = tanh(z) = 0.462")
    paint(page, stage, phase=figure)
    expect(page.locator(".phases .time")).to_be_hidden()


def height(page: Page, step: int) -> int:
    """Pixels of the bar at a step, from its foot upwards."""
    x, y = place(page, 0, "strip", step)
    inks = [tuple(int(ink[at : at + 2], 16) for at in (1, 3, 5)) for ink in (SOFT, TEXT)]
    filled = [any(close(rgb(page, "network", x, y - up - 0.5), ink, 20) for ink in inks) for up in range(20)]
    return filled.index(False)


def anywhere(page: Page, wanted: str) -> bool:
    width, height = page.locator(".unrolled canvas").evaluate("(c) => [c.clientWidth, c.clientHeight]")
    return near(page, "network", width / 2, height / 2, int(max(width, height) / 2), wanted)


def re_of(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text))
