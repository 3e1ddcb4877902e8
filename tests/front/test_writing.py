"""What it writes, and what it makes of a typed sequence, in a real Chromium, fed by a pretended run: what stands there, what is asked, and refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.front import pretended
from tests.front import pretended_told as made
from tests.front.harness import Stage
from tests.front.steps import Open, connected, quiet, shown
from tests.front.test_tryout import asked, paint

STRANGE = {"type": "refusal", "messages": [pretended.words("The network knows no {given}.", given="7")]}


@pytest.fixture
def start(visit: Open, stage: Stage) -> Open:
    """Open the page with one of the two views, and paint this figure."""

    def at(view: str = "writing", figure: dict[str, Any] | None = None, **options: Any) -> Page:
        stage.answers = False
        stage.page = pretended.page(family="recurrent", views=made.views(view))
        stage.replies.setdefault("write", {"text": "mr. darcy was\nsilent", "start": "then ", "epoch": 12.0})
        stage.replies.setdefault("believe", made.typed("nowak", said=1, sure=0.7, true=None, example=False))
        stage.replies.setdefault("way", way("rossi"))
        options = {"reduced_motion": "reduce"} | options
        page = visit(**options)
        connected(page, stage)
        paint(page, stage, **{view: figure or getattr(made, view)()})
        return page

    return at


def way(text: str, true: int = 0, length: int = 14) -> dict[str, Any]:
    """Of the answer to `way`, what is looked at here."""
    return {
        "example": {},
        "length": length,
        "first": length - len(text),
        "input": {"symbols": ["·"] * (length - len(text)) + list(text)},
        "answers": {"true": np.array([true], np.int32)},
    }


def writing(page: Page) -> Locator:
    return page.locator(".stage.writing")


def typed(page: Page) -> Locator:
    return page.locator(".stage.typed")


def temperature(page: Page, to: float) -> None:
    writing(page).get_by_label("Temperature").fill(str(to))


# -- writing


def test_the_text_as_it_is_now_keeps_its_lines(start: Open) -> None:
    page = start()
    text = writing(page).locator(".written")
    expect(text).to_have_text("it is a truth the man was not to be\nhad, said elizabeth", use_inner_text=True)
    expect(text.locator("i")).to_have_text("it is a truth ", use_inner_text=True)  # what it began with
    assert text.evaluate("(one) => [getComputedStyle(one).whiteSpaceCollapse, parseFloat(getComputedStyle(one).fontSize) >= 16]") == ["preserve", True]
    assert [row.inner_text().split("\n")[0] for row in writing(page).locator(".earlier li").all()] == ["after 0.5 epochs", "after 2 epochs"]
    expect(writing(page).locator(".note-of")).to_have_text("after 8 epochs, at temperature 0.8")
    assert not page.evaluate("() => errors.length")


def test_the_loss_stands_beside_letter_counts(start: Open, stage: Stage) -> None:
    page = start()
    expect(writing(page).locator("[data-bar=network] b")).to_have_text("1.90")
    expect(writing(page).locator("[data-bar=chance] b")).to_have_text("2.88")
    own, other = (writing(page).locator(f"[data-bar={name}] .track i").bounding_box() for name in ("network", "chance"))
    assert own is not None and other is not None
    assert own["width"] / other["width"] == pytest.approx(1.9 / 2.88, abs=0.02)
    paint(page, stage, writing=made.writing("abc", loss=None))
    expect(writing(page).locator("[data-bar=network] b")).to_have_text("–")
    expect(writing(page).locator(".earlier")).to_be_hidden()


def test_another_temperature_is_asked_for_and_left_again(start: Open, stage: Stage) -> None:
    page = start()
    assert not stage.said("ask")
    temperature(page, 1.5)
    found = asked(page, stage, "write")[-1]
    assert (found["temperature"], found["length"]) == (1.5, 200) and "start" not in found
    expect(writing(page).locator(".written")).to_have_text("then mr. darcy was\nsilent", use_inner_text=True)
    expect(writing(page).locator(".note-of")).to_have_text("after 12 epochs, at temperature 1.5")
    expect(writing(page)).to_have_attribute("data-own", "live")
    temperature(page, 0.8)
    expect(writing(page).locator(".written")).to_contain_text("elizabeth")
    expect(writing(page)).to_have_attribute("data-own", "")


def test_while_it_learns_the_other_temperature_is_asked_again_about_once_a_second(start: Open, stage: Stage) -> None:
    page = start(script="window.turned = 0; const now = performance.now.bind(performance); performance.now = () => now() + turned;")
    temperature(page, 0.3)
    expect(writing(page)).to_have_attribute("data-own", "live")
    before = len(asked(page, stage, "write"))
    for _ in range(3):
        paint(page, stage, writing=made.writing())
    quiet(page, stage)
    assert len(asked(page, stage, "write")) - before <= 1  # all within a second, unless the machine is slow
    before = len(asked(page, stage, "write"))
    stage.replies["write"] = {"text": "later", "start": "then ", "epoch": 13.0}
    page.evaluate("() => (turned += 1001)")
    paint(page, stage, writing=made.writing())
    assert asked(page, stage, "write", before + 1)[-1] == asked(page, stage, "write")[0]  # the same chance: what differs is the network
    expect(writing(page).locator(".written")).to_contain_text("then later")


def test_what_was_asked_for_by_hand_stays_until_one_goes_on(start: Open, stage: Stage) -> None:
    page = start()
    writing(page).get_by_label("Begin with").fill("then ")
    writing(page).get_by_role("button", name="Write").click()
    found = asked(page, stage, "write")[-1]
    assert (found["temperature"], found["start"]) == (0.8, "then ") and 1 <= found["seed"] <= 10**6
    expect(writing(page)).to_have_attribute("data-own", "held")
    paint(page, stage, writing=made.writing("a", "new frame"))
    expect(writing(page).locator(".written")).to_contain_text("darcy")
    writing(page).get_by_role("button", name="Follow it again").click()
    expect(writing(page).locator(".written")).to_contain_text("new frame")
    expect(writing(page).get_by_label("Begin with")).to_have_value("then ")  # nothing lost
    assert len(asked(page, stage, "write")) == 1


def test_a_text_appears_sign_by_sign(start: Open, stage: Stage) -> None:
    stage.replies["write"] = {"text": "x" * 200, "start": "", "epoch": 1.0}
    page = start(reduced_motion="no-preference", script="window.lengths = [];")
    page.evaluate(
        "() => new MutationObserver(() => lengths.push(document.querySelector('.written').textContent.length)).observe(document.querySelector('.written'), { childList: true })"
    )
    writing(page).get_by_role("button", name="Write").click()
    expect(writing(page).locator(".written")).to_have_text("x" * 200)
    lengths = page.evaluate("() => lengths")
    assert lengths == sorted(lengths) and lengths[0] < 200


def test_a_refusal_is_said_and_nothing_lost(start: Open, stage: Stage) -> None:
    stage.replies["write"] = STRANGE
    page = start()
    writing(page).get_by_label("Begin with").fill("7")
    page.keyboard.press("Enter")
    expect(writing(page).get_by_role("alert")).to_have_text("The network knows no 7.")
    expect(writing(page).locator(".written")).to_contain_text("elizabeth")
    expect(writing(page).get_by_label("Begin with")).to_have_value("7")
    stage.replies["write"] = {"text": " x", "start": "the", "epoch": 1.0}
    writing(page).get_by_label("Begin with").fill("the")
    page.keyboard.press("Enter")
    expect(writing(page).locator(".written")).to_have_text("the x")
    expect(writing(page).get_by_role("alert")).to_be_hidden()


# -- typing


def cell(page: Page, row: int, column: int, rows: int = 8, longest: int = 14) -> tuple[tuple[int, ...], float, float]:
    """The colour left of a cell's middle, and where it is on the page. Columns are as wide as the first sign's cell is, which the map tells by where its colours begin."""
    canvas = typed(page).locator("canvas")
    box = canvas.bounding_box()
    assert box is not None
    picture = shown(canvas)
    ratio = picture.shape[1] / box["width"]
    high = (box["height"] - 20) / rows
    y = 20 + (row + 0.5) * high
    # below its rows' names the map is the only thing that is opaque and without gaps of a line's height
    filled = (picture[int((20 + 2) * ratio) : int((20 + high - 3) * ratio), :, 3] == 255).all(axis=0)
    edges = np.flatnonzero(np.diff(filled.astype(int)) == 1) + 1
    spans = [(start, next((end for end in range(start, len(filled)) if not filled[end]), len(filled))) for start in edges]
    wide = [one for one in spans if one[1] - one[0] >= 5 * ratio]
    left, right = wide[column]
    x = left + max(1, int(0.12 * (right - left)))
    return tuple(int(one) for one in picture[int((y + 0.25 * high) * ratio), x, :3]), box["x"] + (left + right) / 2 / ratio, box["y"] + y


def test_the_first_test_example_stands_there_with_its_answer(start: Open, stage: Stage) -> None:
    page = start("typed")
    expect(typed(page)).to_have_attribute("data-said", "0")
    expect(typed(page).locator(".verdict")).to_have_text("Italian90.0 %that is right")
    expect(typed(page).get_by_label("Your sequence")).to_have_value("rossi")
    expect(typed(page).locator(".count")).to_have_text("5 of 14")
    expect(typed(page).locator(".said")).to_have_text("Signs: a–z")
    expect(typed(page).get_by_role("button", name="First test example")).to_be_disabled()
    assert typed(page).get_by_label("Your sequence").get_attribute("maxlength") == "14"
    assert not stage.said("ask")


def test_each_step_has_the_colours_of_the_classes_as_sure_as_it_is(start: Open, stage: Stage) -> None:
    page = start("typed", made.typed(sure=1.0))
    orange, blue, zero = (230, 159, 0), (0, 114, 178), (244, 243, 242)
    assert cell(page, 0, 0)[0] == zero and cell(page, 1, 0)[0] == blue  # the first sign spoke for another one
    assert cell(page, 0, 1)[0] == orange and cell(page, 1, 1)[0] == zero
    paint(page, stage, typed=made.typed(sure=0.5))
    half = tuple(round((a + b) / 2) for a, b in zip(orange, zero, strict=True))
    assert np.abs(np.subtract(cell(page, 0, 4)[0], half)).max() <= 1
    _, x, y = cell(page, 0, 4)
    page.mouse.move(x, y)
    expect(typed(page).locator(".readout")).to_have_text("after rossi: Italian 50.0 %")


def test_what_is_typed_before_the_first_picture_is_asked_with_it(visit: Open, stage: Stage) -> None:
    stage.answers = False
    stage.page = pretended.page(family="recurrent", views=made.views("typed"))
    stage.replies |= {"believe": made.typed("nowak", said=1, sure=0.7, true=None, example=False), "way": way("rossi")}
    page = visit()
    connected(page, stage)
    typed(page).get_by_label("Your sequence").fill("nowak")
    typed(page).get_by_role("button", name="Another one").click()
    assert not stage.said("ask")
    paint(page, stage, typed=made.typed())
    assert asked(page, stage, "believe")[-1] == {"typed": "nowak"}
    expect(typed(page)).to_have_attribute("data-said", "1")


def test_typing_asks_and_all_pictures_look_at_it(start: Open, stage: Stage) -> None:
    page = start("typed")
    typed(page).get_by_label("Your sequence").fill("nowak")
    assert asked(page, stage, "believe")[-1] == {"typed": "nowak"}
    expect(typed(page)).to_have_attribute("data-said", "1")
    expect(typed(page).locator(".verdict b")).to_have_text("Russian")
    expect(typed(page).locator(".truth")).to_have_text("")
    assert asked(page, stage, "way")[-1] == {"example": {"typed": "nowak"}}
    before = len(asked(page, stage, "believe"))
    paint(page, stage, typed=made.typed(said=4))  # it learned: asked again, and its own stays
    asked(page, stage, "believe", before + 1)
    expect(typed(page)).to_have_attribute("data-said", "1")
    typed(page).get_by_role("button", name="First test example").click()
    expect(typed(page)).to_have_attribute("data-said", "4")
    expect(typed(page).get_by_label("Your sequence")).to_have_value("rossi")


def test_what_was_typed_meanwhile_is_asked_next(start: Open, stage: Stage) -> None:
    page = start("typed")
    entry = typed(page).get_by_label("Your sequence")
    entry.fill("")
    entry.press_sequentially("nowak")
    for _ in range(400):
        if asked(page, stage, "believe")[-1] == {"typed": "nowak"}:
            break
        page.evaluate("() => new Promise((done) => setTimeout(done, 20))")
    assert asked(page, stage, "believe")[-1] == {"typed": "nowak"}


def test_what_cannot_be_read_is_said_and_stays(start: Open, stage: Stage) -> None:
    stage.replies["believe"] = STRANGE
    page = start("typed")
    typed(page).get_by_label("Your sequence").fill("now7k")
    expect(typed(page).locator(".said.alert")).to_have_text("The network knows no 7.")
    expect(typed(page).get_by_label("Your sequence")).to_have_value("now7k")
    expect(typed(page)).to_have_class("stage typed late")  # what is shown is not its answer
    quiet(page, stage)
    assert not [one for one in stage.said("ask") if one["name"] == "way"]  # nor does the page look at it
    stage.replies["believe"] = made.typed("nowak", said=1, true=None, example=False)
    typed(page).get_by_label("Your sequence").fill("nowak")
    expect(typed(page)).to_have_class("stage typed")
    expect(typed(page)).to_have_attribute("data-said", "1")


def test_few_signs_have_keys_and_a_sign_turns_under_a_click(start: Open, stage: Stage) -> None:
    stage.replies["believe"] = made.brackets("(()()(", said=0, true=None, example=False)
    page = start("typed", made.brackets())
    _, x, _ = cell(page, 0, 2, 2, 6)
    box = typed(page).locator("canvas").bounding_box()
    assert box is not None
    page.mouse.click(x, box["y"] + 10)
    assert asked(page, stage, "believe")[-1] == {"typed": "((()()"}
    expect(typed(page)).to_have_attribute("data-said", "0")
    typed(page).get_by_label("Your sequence").fill("(()")
    expect(typed(page).locator(".said")).to_have_text("3 more signs, then it answers.")
    before = len(asked(page, stage, "believe"))
    for sign in ")()":
        typed(page).locator(".keys").get_by_role("button", name=f"Type {sign}").click()
    assert asked(page, stage, "believe", before + 1)[-1] == {"typed": "(())()"}
    typed(page).get_by_role("button", name="Take the last sign away").click()
    expect(typed(page).get_by_label("Your sequence")).to_have_value("(())(")


def test_another_test_example_brings_its_truth(start: Open, stage: Stage) -> None:
    page = start("typed")
    stage.replies["way"] = way("nowak", true=5)
    typed(page).get_by_role("button", name="Another one").click()
    assert asked(page, stage, "way")[-1] == {"example": {"part": "test", "index": 1}}
    assert asked(page, stage, "believe")[-1] == {"typed": "nowak"}
    expect(typed(page).locator(".truth")).to_have_text("it is Spanish")
    expect(typed(page).locator(".truth")).to_have_class("truth wrong")
    assert all("typed" not in one["example"] for one in asked(page, stage, "way"))  # it stays one of the data


@pytest.mark.parametrize("view", ["writing", "typed"])
def test_both_fit_a_phone(view: str, start: Open) -> None:
    page = start(view, size=(390, 844), dark=True)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
