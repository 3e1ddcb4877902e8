"""The gates of a recurrent layer in a real Chromium, fed by a pretended run: what is drawn where, what hovering asks and shows, and what a click does to the run."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.front import pretended
from tests.front import pretended_gates as made
from tests.front.harness import Stage
from tests.front.steps import Open, connected, laid_out, quiet
from tests.front.test_conv_pictures import near, rgb
from tests.front.test_tryout import asked, paint

ROWS = ["forget", "input", "candidate", "output", "cell", "hidden"]
PALE, FULL, ZERO = (244, 243, 242), (29, 36, 48), (244, 243, 242)
GREEN, PURPLE = (27, 120, 55), (118, 42, 131)


@pytest.fixture
def start(visit: Open, stage: Stage) -> Open:
    """Open the page with its gates and paths alone, and paint this figure."""

    def at(figure: dict[str, Any] | None = None, **options: Any) -> Page:
        stage.answers = False
        stage.page = pretended.page(family="recurrent", views=made.views("gates", "path"))
        stage.replies.setdefault("cell", made.cell())
        page = visit(**options)
        connected(page, stage)
        paint(page, stage, gates=figure or made.gates())
        return page

    return at


def gates(page: Page) -> Locator:
    return page.locator(".stage.gates")


def place(page: Page, row: str, unit: int, step: int, units: int = 16, steps: int = 11) -> tuple[float, float]:
    """The middle of a cell in pixels of the canvas, found from the titles above and the units' names beside the maps."""
    box = gates(page).locator(f"[data-row={row}]").evaluate("(head) => ({ left: head.offsetLeft, wide: head.offsetWidth })")
    column = gates(page).locator(".units > div").first.evaluate("(column) => ({ top: column.offsetTop, high: column.offsetHeight })")
    wide = float(gates(page).locator(f"[data-row={row}]").evaluate("(head) => parseFloat(head.style.width)"))
    left = float(gates(page).locator(f"[data-row={row}]").evaluate("(head) => parseFloat(head.style.left)"))
    assert abs(box["left"] - left) < 1
    return left + (step + 0.5) * wide / steps, column["top"] + (unit + 0.5) * column["high"] / units


def point(page: Page, row: str, unit: int, step: int, *, click: bool = False, **sides: int) -> None:
    box = gates(page).locator("canvas").bounding_box()
    assert box is not None
    x, y = place(page, row, unit, step, **sides)
    page.mouse.move(box["x"] + x, box["y"] + y)
    if click:
        page.mouse.click(box["x"] + x, box["y"] + y)


def seen(page: Page, row: str, unit: int, step: int, **sides: int) -> tuple[int, ...]:
    return rgb(page, "gates", *place(page, row, unit, step, **sides))


def close(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 2


def acted(page: Page, stage: Stage) -> list[dict[str, Any]]:
    quiet(page, stage)
    return [{message["name"]: message["params"]} for message in stage.said("action")]


def plain(low: float, high: float) -> np.ndarray:
    """(16, 11): `high` in the second unit's fourth step, `low` elsewhere."""
    found = np.full((16, 11), low, np.float32)
    found[1, 3] = high
    return found


# -- what is drawn


def test_gates_are_pale_when_shut_and_full_when_open_and_states_have_signs(start: Open, stage: Stage) -> None:
    page = start(made.gates(forget=plain(0, 1), input=plain(1, 0.5), cell=plain(-2, 2), hidden=plain(0, 0.5)))
    assert gates(page).get_attribute("data-rows") == " ".join(ROWS)
    assert close(seen(page, "forget", 0, 0), PALE) and close(seen(page, "forget", 1, 3), FULL)
    half = tuple(round((a + b) / 2) for a, b in zip(PALE, FULL, strict=True))
    assert close(seen(page, "input", 0, 0), FULL) and close(seen(page, "input", 1, 3), half)
    assert close(seen(page, "cell", 0, 0), PURPLE) and close(seen(page, "cell", 1, 3), GREEN)
    assert close(seen(page, "hidden", 0, 0), ZERO) and close(seen(page, "hidden", 1, 3), GREEN)


def test_the_forget_gate_is_called_keep_as_well(start: Open) -> None:
    page = start()
    expect(gates(page).locator("[data-row=forget]")).to_contain_text("forget · keep")
    assert gates(page).locator(".head-of p i").all_text_contents() == ["f", "i", "g", "o", "c", "h"]


def test_each_cell_has_its_own_rows(start: Open, stage: Stage) -> None:
    page = start(made.gates("gru"))
    assert gates(page).locator(".head-of p i").all_text_contents() == ["r", "z", "n", "h"]
    assert gates(page).locator(".hold").count() == 2
    paint(page, stage, gates=made.gates("rnn"))
    assert gates(page).locator(".head-of p i").all_text_contents() == ["h"]
    assert gates(page).locator(".hold").count() == 0


def test_a_colour_of_a_state_goes_on_meaning_the_same(start: Open, stage: Stage) -> None:
    page = start(made.gates(cell=plain(0, 2)))
    paint(page, stage, gates=made.gates(cell=plain(0, 1)))
    expect(gates(page).locator("[data-row=cell]")).to_contain_text("± 2")
    half = tuple(round(a + (b - a) * 64 / 127) for a, b in zip(ZERO, GREEN, strict=True))
    assert close(seen(page, "cell", 1, 3), half)
    paint(page, stage, gates=made.gates(cell=plain(0, 4)))
    expect(gates(page).locator("[data-row=cell]")).to_contain_text("± 4")
    paint(page, stage, gates=made.gates(cell=plain(0, 1)))
    gates(page).get_by_role("button", name="Click to fit them to now, ± 1").click()
    expect(gates(page).locator("[data-row=cell]")).to_contain_text("± 1")
    assert close(seen(page, "cell", 1, 3), GREEN)


def test_a_number_that_is_none_is_an_alarm(start: Open) -> None:
    page = start(made.gates(cell=plain(0, np.nan)))
    assert close(seen(page, "cell", 1, 3), (179, 38, 30))


def test_steps_before_the_sequence_begins_are_faint(start: Open) -> None:
    page = start(made.gates(first=4, forget=np.ones((16, 11), np.float32)))
    assert close(seen(page, "forget", 5, 4), FULL) and min(seen(page, "forget", 5, 3)) > 180


@pytest.mark.parametrize("dark", [False, True])
def test_maps_wrap_on_a_phone_and_nothing_scrolls_sideways(start: Open, dark: bool) -> None:
    page = start(size=(390, 844), dark=dark)
    tops = {gates(page).locator(f"[data-row={row}]").evaluate("(head) => head.offsetTop") for row in ROWS}
    assert len(tops) == 2 and gates(page).locator(".units > div").count() == 2
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    point(page, "forget", 2, 2, click=True)
    expect(gates(page).locator(".card")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


# -- one number


def test_the_cross_hair_is_at_the_same_place_in_each_map(start: Open) -> None:
    page = start()
    point(page, "input", 5, 7)
    for row in ROWS:
        x, y = place(page, row, 5, 7)
        assert near(page, "gates", x, y, 7, "#d55e00"), row
        away = place(page, row, 12, 2)
        assert not near(page, "gates", *away, 2, "#d55e00"), row
    numbers = gates(page).locator(".head-of b").all_text_contents()
    assert numbers == [f"{row['values'][5, 7]:.2f}" for row in made.gates()["rows"]]
    page.mouse.move(5, 5)
    expect(gates(page).locator(".head-of b").first).to_have_text("")


def test_pointing_asks_for_the_formula_and_shows_it(start: Open, stage: Stage) -> None:
    figure = made.gates(text="hermannsson", index=4, shown=16)
    page = start(figure)
    point(page, "forget", 2, 3)
    hint = gates(page).locator(".readout")
    expect(hint.locator(".number")).to_have_text("keep f = 0.930")
    expect(hint).to_contain_text("step 4, unit 3, it read 'm'")
    expect(hint).to_contain_text(f"mean of the units {figure['rows'][0]['values'][:, 3].mean():.2f}")
    expect(hint.locator(".line")).to_have_text("ft = σ(0.41 × 1.20 + (−0.22) × 0.35 + 0.80 + 1.70) = σ(2.586) = 0.930")
    assert asked(page, stage, "cell") == [{"layer": 1, "unit": 2, "step": 3, "backward": False, "example": {"part": "test", "index": 4}}]
    point(page, "hidden", 2, 3)
    expect(hint.locator(".line")).to_contain_text("tanh(ct) = 0.610")
    assert len(asked(page, stage, "cell")) == 1  # the same cell: its lines are there already


def test_a_number_stands_without_its_formula_until_that_is_there(start: Open, stage: Stage) -> None:
    stage.replies["cell"] = {**made.cell(), "lines": []}
    figure = made.gates()
    page = start(figure)
    point(page, "cell", 2, 3)
    expect(gates(page).locator(".readout .number")).to_have_text(f"cell c = {figure['rows'][4]['values'][2, 3]:.3f}")
    expect(gates(page).locator(".readout .line")).to_be_hidden()


def test_symbols_too_close_to_be_read_leave_only_those_that_stand_out(start: Open) -> None:
    page = start(made.gates(text="A" + "." * 20 + "B"))
    _, y = place(page, "forget", 16, 0, steps=22)

    def inked(at: int) -> bool:
        return near(page, "gates", place(page, "forget", 0, at, steps=22)[0], y + 18 + 4 + 1, 5, "#687384")

    assert inked(0) and inked(21) and not inked(10)


def test_numbers_that_were_read_are_told(start: Open) -> None:
    figure = made.gates(text=None, length=10)
    page = start(figure)
    point(page, "cell", 0, 0, steps=10)
    expect(gates(page).locator(".readout")).to_contain_text("step 1, unit 1, it read 0, 1, 0.841")


def test_the_newest_place_wins(start: Open, stage: Stage) -> None:
    page = start()
    for step in range(11):
        point(page, "cell", 4, step)
    expect(gates(page).locator(".readout .line")).to_be_visible()
    found = asked(page, stage, "cell")
    assert found[-1]["step"] == 10 and found[-1]["unit"] == 4


def test_a_click_keeps_all_formulas_open_and_arrows_move_on(start: Open, stage: Stage) -> None:
    page = start()
    point(page, "forget", 2, 3, click=True)
    card = gates(page).locator(".card")
    expect(card.locator("dt")).to_have_text(["input gate", "forget gate, keep", "candidate", "output gate", "cell", "hidden"])
    expect(card.locator("dt.here")).to_have_text("forget gate, keep")
    expect(card.locator(".pull")).to_contain_text("∂L/∂ht = −0.012, ∂L/∂ct = 0.046")
    page.mouse.move(5, 5)
    expect(card).to_be_visible()
    stage.replies["cell"] = made.cell(2, 4, pull=False)
    page.keyboard.press("ArrowRight")
    assert asked(page, stage, "cell", 2)[-1]["step"] == 4
    expect(card.locator(".pull")).to_be_hidden()
    page.keyboard.press("c")
    expect(card.locator("dt.here")).to_have_text("cell")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    assert gates(page).get_attribute("data-hand") == ""


def test_the_card_closes_by_its_button(start: Open) -> None:
    page = start()
    point(page, "forget", 2, 3, click=True)
    gates(page).get_by_role("button", name="Close").click()
    expect(gates(page).locator(".card")).to_be_hidden()


def test_it_is_walked_with_keys(start: Open, stage: Stage) -> None:
    page = start(made.gates(first=2))
    canvas = gates(page).locator("canvas")
    canvas.focus()
    page.keyboard.press("ArrowDown")
    expect(gates(page)).to_have_attribute("data-hand", "forget 1 2")
    for key, hand in (
        ("End", "forget 1 10"),
        ("ArrowRight", "forget 1 10"),
        ("Home", "forget 1 0"),
        ("h", "hidden 1 0"),
        ("ArrowUp", "hidden 0 0"),
        ("ArrowUp", "hidden 0 0"),
    ):
        page.keyboard.press(key)
        expect(gates(page)).to_have_attribute("data-hand", hand)
    page.keyboard.press("Enter")
    expect(gates(page).locator(".card")).to_be_visible()
    page.keyboard.press("Delete")
    assert acted(page, stage) == [{"unit": {"layer": 1, "unit": 0, "on": False}}]


def test_each_frame_asks_again_for_the_number_in_hand(start: Open, stage: Stage) -> None:
    page = start()
    point(page, "forget", 2, 3)
    asked(page, stage, "cell")
    paint(page, stage, gates=made.gates(seed=4))
    assert len(asked(page, stage, "cell", 2)) == 2


# -- by hand


def test_a_gate_is_held_and_let_go(start: Open, stage: Stage) -> None:
    page = start()
    forget = gates(page).locator("[data-row=forget]")
    forget.get_by_role("button", name="forget · keep: hold it at 0, shut").click()
    expect(gates(page)).to_have_attribute("data-held", "forget:0")
    expect(forget.get_by_role("button", name="hold it at 0")).to_have_attribute("aria-pressed", "true")
    paint(page, stage, gates=made.gates(held={"forget": 0}))
    x, y = place(page, "forget", 0, 0)
    assert near(page, "gates", x - 5, y, 4, "#1d2430")  # its frame
    expect(gates(page).locator("canvas")).to_have_accessible_name(re.compile("keep held at 0"))
    forget.get_by_role("button", name="let it go").click()
    forget.get_by_role("button", name="let it go").click()  # it is free already: nothing is sent
    assert acted(page, stage) == [{"gate": {"layer": 1, "gate": "forget", "to": to, "unit": None}} for to in (0, None)]


def test_a_refused_hold_is_said_and_changes_nothing(start: Open, stage: Stage) -> None:
    page = start()
    stage.replies["gate"] = [{"text": "Not now.", "values": {}}]
    gates(page).get_by_role("button", name="input: hold it at 1, open").click()
    expect(page.get_by_text("Not now.")).to_be_visible()
    expect(gates(page)).to_have_attribute("data-held", "")


def test_a_unit_is_silenced_at_its_name_and_let_speak_again(start: Open, stage: Stage) -> None:
    page = start(made.gates(forget=np.ones((16, 11), np.float32)))
    assert close(seen(page, "forget", 6, 4), FULL)
    gates(page).get_by_role("button", name="Unit 7. Click to silence it").click()
    expect(gates(page)).to_have_attribute("data-silent", "6")
    laid_out(page)
    assert not close(seen(page, "forget", 6, 4), FULL)
    gates(page).get_by_role("button", name="Unit 7, silenced").click()
    expect(gates(page)).to_have_attribute("data-silent", "")
    assert acted(page, stage) == [{"unit": {"layer": 1, "unit": 6, "on": on}} for on in (False, True)]


# -- another layer, direction, example


def test_one_layer_that_reads_forward_has_no_choices(start: Open) -> None:
    page = start()
    expect(page.get_by_label("Layer", exact=True)).to_be_hidden()
    expect(page.get_by_label("Direction")).to_be_hidden()


def test_another_layer_and_direction_are_asked_for_with_each_frame(start: Open, stage: Stage) -> None:
    stage.replies["gates"] = made.gates("lstm", layer=2, layers=2, both=True, units=8, shown=8)
    page = start(made.gates(layers=2, both=True))
    page.get_by_label("Layer", exact=True).select_option("2")
    expect(gates(page)).to_have_attribute("data-layer", "2")
    assert asked(page, stage, "gates")[-1] == {"layer": 2, "backward": False}
    stage.replies["gates"] = made.gates("lstm", layer=2, layers=2, both=True, units=8, shown=8, backward=True)
    page.get_by_label("Direction").select_option("backward")
    expect(gates(page)).to_have_attribute("data-backward", "true")
    count = len(asked(page, stage, "gates"))
    paint(page, stage, gates=made.gates(layers=2, both=True))
    assert asked(page, stage, "gates", count + 1)[-1] == {"layer": 2, "backward": True}
    expect(gates(page)).to_have_attribute("data-layer", "2")  # the frame's own is not shown
    point(page, "cell", 3, 3, units=8)
    assert asked(page, stage, "cell")[-1] == {"layer": 2, "unit": 3, "step": 3, "backward": True, "example": {"part": "test", "index": 0}}
    gates(page).locator("[data-row=input]").get_by_role("button", name="hold it at 1").click()
    assert acted(page, stage)[-1] == {"gate": {"layer": 2, "gate": "input", "to": 1, "unit": None}}
    paint(page, stage, gates=made.gates())  # a run of one layer
    expect(gates(page)).to_have_attribute("data-layer", "1")


def test_the_viewers_own_example_is_asked_for_with_each_frame(start: Open, stage: Stage) -> None:
    """It is chosen on the paths."""
    own = made.gates(index=7)
    stage.replies |= {"way": {}, "gates": own}
    page = start()
    page.get_by_role("tab", name="Path").click()
    paint(page, stage, path=made.path(2))
    page.locator("[data-view=path] canvas").focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    asked(page, stage, "way")
    page.get_by_role("tab", name="Gates").click()
    paint(page, stage, gates=made.gates())
    assert asked(page, stage, "gates")[-1] == {"layer": 1, "backward": False, "example": {"part": "test", "index": 7}}
    expect(gates(page).locator(".say")).to_contain_text("Example 8 of 200 in the test part")
    point(page, "cell", 3, 3)
    assert asked(page, stage, "cell")[-1]["example"] == {"part": "test", "index": 7}


def test_a_typed_example_is_asked_about_as_it_was_typed(start: Open, stage: Stage) -> None:
    figure = made.gates()
    figure["example"] = {"part": None, "index": None, "typed": "anna", "of": 0}
    page = start(figure)
    expect(gates(page).locator(".say")).to_contain_text("Your own example")
    point(page, "cell", 3, 3)
    assert asked(page, stage, "cell")[-1]["example"] == {"typed": "anna"}
