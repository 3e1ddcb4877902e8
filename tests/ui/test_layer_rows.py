"""Layers of several kinds on a page: rows that move without taking each other's values along, what each hands on, and the sentence where one does not fit."""

import math
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from playground.engine import client
from playground.experiment import parse
from playground.families.contract import LayerSize
from playground.text import Message
from playground.ui import drafts, fields, form, layer_rows
from tests.ui.conftest import FakeEngine
from tests.ui.test_fields import CONV, cnn, draft, field
from tests.ui.test_page import _conv

LAYERS = field(cnn(), "model", "layers")
ROW = "conv.model.layers"


def opened(experiment, **query):
    page = AppTest.from_function(_conv, default_timeout=30)
    for name, value in {"e": experiment.token(), **query}.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


@pytest.fixture
def page(engine):
    return opened(fields.preset(CONV, "cnn-textbook"))


def state(page):
    return page.session_state["conv.page"]


def rows(page):
    """The layers as the page's draft has them."""
    return page.session_state["conv.draft"]["model"]["layers"]


def widgets(page):
    """The layers as the form's widgets show them."""
    return [{name: page.session_state[f"{ROW}.{number}.{name}"] for name in row} for number, row in enumerate(rows(page))]


def beneath(page):
    """The quiet lines and the sentences of the layers, in order: (class, text)."""
    found = (re.fullmatch(r'<p class="(size|misfit)"[^>]*>(.*)</p>', one.proto.body) for one in page.get("html"))
    return [(match[1], re.sub(r"<[^>]+>", "", match[2])) for match in found if match]


def press(page, number, name):
    page.button(key=f"{ROW}.{number}.{name}").click().run()
    assert not page.exception


def test_every_layer_shows_its_kind_and_its_numbers(page):
    assert widgets(page) == rows(page) == fields.preset(CONV, "cnn-textbook").model_dump(mode="json")["model"]["layers"]
    assert page.selectbox(key=f"{ROW}.1.name").options == ["Conv", "Max pool", "Avg pool", "Batch norm", "Dropout", "Flatten", "Dense"]
    labels = {widget.label for kind in ("selectbox", "number_input") for widget in getattr(page, kind)}
    assert {"Kind of layer 1", "Filters of layer 1", "Activation of layer 1", "Window of layer 2", "Units of layer 6"} <= labels


def test_beneath_each_layer_stands_what_it_hands_on_and_what_it_costs(page):
    """By the textbook: (k k c + 1) f weights, k k c f h w multiply-adds."""
    conv1, conv2 = (9 * 1 + 1) * 32, (9 * 32 + 1) * 64
    assert (conv1, conv2) == (320, 18_496) and 9 * 32 * 26 * 26 == 194_688 and 9 * 32 * 64 * 11 * 11 == 2_230_272
    assert beneath(page) == [
        ("size", "Input 1 × 28 × 28"),
        ("size", "32 × 26 × 26 · 320 weights · 195 k multiply-adds"),
        ("size", "32 × 13 × 13"),
        ("size", "64 × 11 × 11 · 18.5 k weights · 2.23 M multiply-adds"),
        ("size", "64 × 5 × 5"),
        ("size", "1,600"),
        ("size", "128 · 205 k weights · 205 k multiply-adds"),
        ("size", "Output 10 · 1.29 k weights · 1.28 k multiply-adds"),
    ]


def test_moving_inserting_and_removing_change_the_run(page, engine):
    press(page, 2, "earlier")
    assert [row["name"] for row in rows(page)] == ["conv", "conv", "max_pool", "max_pool", "flatten", "dense"] and widgets(page) == rows(page)
    press(page, 1, "later")
    assert state(page).experiment == fields.preset(CONV, "cnn-textbook") and widgets(page) == rows(page)
    press(page, 1, "insert")
    assert [row.get("filters") for row in rows(page)] == [32, 32, None, 64, None, None, None] and widgets(page) == rows(page)
    press(page, 1, "take")
    press(page, 1, "remove")
    assert [row["name"] for row in rows(page)] == ["conv", "conv", "max_pool", "flatten", "dense"] and widgets(page) == rows(page)
    page.button(key=f"{ROW}.add").click().run()
    assert rows(page)[-2:] == [{"name": "dense", "units": 128, "activation": "relu"}] * 2
    assert parse(page.session_state["conv.draft"]) == state(page).experiment and not page.error


def test_the_first_cannot_go_earlier_nor_the_last_later_and_twelve_are_the_most(page):
    assert page.button(key=f"{ROW}.0.earlier").disabled and page.button(key=f"{ROW}.5.later").disabled
    assert not page.button(key=f"{ROW}.5.earlier").disabled
    for _ in range(6):
        page.button(key=f"{ROW}.add").click().run()
    assert len(rows(page)) == 12 and page.button(key=f"{ROW}.add").disabled and page.button(key=f"{ROW}.0.insert").disabled


def test_the_opened_controls_go_along_with_a_layer_that_moves(page):
    page.session_state["conv.more-layers-2"] = True
    press(page, 2, "later")
    assert page.session_state["conv.more-layers-3"] and not page.session_state["conv.more-layers-2"]
    press(page, 3, "insert")
    assert not page.session_state["conv.more-layers-3"]


def test_another_kind_of_layer_keeps_the_activation(page):
    page.selectbox(key=f"{ROW}.0.activation").set_value("gelu").run()
    page.selectbox(key=f"{ROW}.0.name").set_value("dense").run()
    assert rows(page)[0] == {"name": "dense", "units": 64, "activation": "gelu"} and widgets(page) == rows(page)
    page.selectbox(key=f"{ROW}.0.name").set_value("conv").run()
    assert rows(page)[0]["activation"] == "gelu" and rows(page)[0]["filters"] == 8


def test_the_share_of_a_dropout_is_a_menu_of_percents(page):
    page.selectbox(key=f"{ROW}.1.name").set_value("dropout").run()
    share = page.selectbox(key=f"{ROW}.1.share")
    assert share.options[:3] == ["0 %", "5 %", "10 %"] and share.options[-1] == "90 %" and share.value == 0.25
    share.set_value(0.5).run()
    assert rows(page)[1] == {"name": "dropout", "share": 0.5} and state(page).experiment.model.layers[1].share == 0.5


ACTS = st.one_of(
    st.tuples(st.sampled_from(("earlier", "later", "insert", "take", "remove")), st.integers(0, 11)),
    st.tuples(st.just("kind"), st.integers(0, 11), st.sampled_from(sorted(LAYERS.names))),
    st.just(("add",)),
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, min_size=3, max_size=6))
def test_no_row_takes_another_rows_values_whatever_is_done(monkeypatch, acts):
    engine = FakeEngine()
    monkeypatch.setattr(client, "engine", lambda: engine)
    page = opened(fields.preset(CONV, "cnn-textbook"))
    expected = page.session_state["conv.draft"]
    for act, *given_ in acts:
        count = len(rows(page))
        if act == "add":
            page.button(key=f"{ROW}.add").click().run()
            expected = drafts.add_row(expected, LAYERS)
        elif (number := given_[0]) < count and act == "kind":
            page.selectbox(key=f"{ROW}.{number}.name").set_value(given_[1]).run()
            expected = drafts.choose_kind(expected, LAYERS, number, given_[1]) if expected["model"]["layers"][number]["name"] != given_[1] else expected
        elif number < count and not page.button(key=f"{ROW}.{number}.{act}").disabled:
            press(page, number, act)
            expected = {
                "earlier": lambda draft, at: drafts.move_row(draft, LAYERS, at, at - 1),
                "later": lambda draft, at: drafts.move_row(draft, LAYERS, at, at + 1),
                "insert": lambda draft, at: drafts.add_row(draft, LAYERS, at),
                "take": lambda draft, at: drafts.remove_row(draft, LAYERS, at),
                "remove": lambda draft, at: drafts.remove_row(draft, LAYERS, at),
            }[act](expected, number)
        assert not page.exception and rows(page) == widgets(page) == expected["model"]["layers"]


# -- where it does not fit


def test_a_layer_that_does_not_fit_is_told_beneath_it_and_nothing_is_lost(page, engine):
    good = state(page).experiment
    page.number_input(key=f"{ROW}.1.window").set_value(4).run()
    page.number_input(key=f"{ROW}.3.window").set_value(4).run()
    page.number_input(key=f"{ROW}.2.kernel").set_value(5).run()
    shown = beneath(page)
    assert [kind for kind, _ in shown] == ["size"] * 4 + ["misfit"]
    assert shown[-2][1].startswith("64 × 2 × 2")
    assert shown[-1][1] == "Layer 4 (Max pooling): a window of 4 does not fit into maps of 2 pixels. Take a smaller one, or take layers away before it."
    assert not page.error and state(page).run in engine.runs and state(page).experiment.model.layers[2].kernel == 3
    assert widgets(page) == rows(page)
    page.number_input(key=f"{ROW}.1.window").set_value(2).run()
    assert [kind for kind, _ in beneath(page)] == ["size"] * 8 and state(page).experiment == parse(page.session_state["conv.draft"]) != good


@pytest.mark.parametrize(
    ("layers", "at", "words"),
    [
        (("dense", "flatten"), 1, "a dense layer takes one row of numbers, and is given 1 maps"),
        (("flatten", "max_pool"), 2, "it takes maps, and is given a row of 784 numbers"),
        (("conv",), 2, "Output: it takes one row of numbers, and is given 8 maps. Add a Flatten layer at the end."),
    ],
)
def test_the_sentence_stands_at_the_layer_that_causes_it(page, layers, at, words):
    page.session_state["conv.draft"] = cnn(*layers)
    page.run()
    shown = beneath(page)
    assert [kind for kind, _ in shown] == ["size"] * at + ["misfit"] and words in shown[-1][1] and not page.error


def test_a_network_without_layers_is_told_at_its_output(page):
    for _ in range(6):
        press(page, 0, "remove")
    assert rows(page) == [] and [kind for kind, _ in beneath(page)] == ["size", "misfit"]


def test_other_problems_stand_above_the_form_beside_that_of_a_layer(page):
    page.session_state["conv.draft"] = drafts.put(cnn(), ("data", "validation_fraction"), 0.5)
    page.run()
    assert "95 %" in page.error[0].value and [kind for kind, _ in beneath(page)] == ["size"] * 8


def test_a_lesson_that_hides_the_layers_has_their_sentences_above_the_form(engine):
    page = opened(fields.preset(CONV, "cnn-small"), hide="model.layers")
    page.session_state["conv.draft"] = cnn("conv")
    page.run()
    assert page.error[0].value.startswith("Output: ") and beneath(page) == []


def test_a_problem_of_any_family_is_placed_by_its_layer_number():
    shown = [field(draft(), "model", "inputs"), field(draft(), "model", "layers")]
    second, output, stray, none = (Message("no", {"layer_number": number}) for number in (2, 4, 5, 0))
    plain = Message("other")
    assert form.placed([plain, second, output, stray, none], draft(), shown) == ({("", 2): second, ("", 4): output}, [plain, stray, none])
    assert form.placed([second], draft(), shown[:1]) == ({}, [second])
    mine = Message("no", {"layer_number": 1, "of": "generator"})
    assert form.placed([mine], draft(), shown) == ({("generator", 1): mine}, [])


# -- in words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (7, "7"),
        (999, "999"),
        (1000, "1 k"),
        (18_496, "18.5 k"),
        (194_688, "195 k"),
        (999_499, "999 k"),
        (999_500, "1 M"),
        (2_230_272, "2.23 M"),
        (3e9, "3 G"),
    ],
)
def test_amounts_in_three_digits(number, words):
    assert layer_rows.amount(int(number)) == words


@given(st.integers(0, 10**11))
def test_an_amount_is_right_to_half_a_percent(number):
    said = layer_rows.amount(number)
    value, _, unit = said.partition(" ")
    assert len(value.replace(".", "")) <= 3 and math.isclose(float(value) * {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}[unit], number, rel_tol=0.005)


def test_what_a_layer_has_none_of_is_left_out():
    assert layer_rows.in_words(LayerSize("layer1", "max_pool", (4, 3, 2), 0, 0)) == "4 × 3 × 2"
    assert layer_rows.in_words(LayerSize("layer1", "batch_norm", (12_000,), 24, 0)) == "12,000 · 24 weights"
