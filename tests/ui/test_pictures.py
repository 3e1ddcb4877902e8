"""Small pictures, links and language."""

from urllib.parse import unquote

import pytest
import streamlit as st

from playground.registry import datasets, families
from playground.ui import fields, share, style, thumbnails
from playground.ui.language import use_language

DENSE = families()["dense"]
DRAWN = [name for name in datasets() if thumbnails.drawn(name)]


@pytest.mark.parametrize("name", DRAWN)
def test_a_thumbnail_shows_every_class_inside_the_tile(name):
    groups = thumbnails.points(name)
    dataset = datasets()[name]
    assert len(groups) == len(dataset.classes) or not dataset.classes
    assert len({colour for colour, _ in groups}) == len(groups)
    assert 50 <= sum(len(dots) for _, dots in groups) <= 300
    assert all(dots and all(-0.1 <= x <= 1.1 and -0.1 <= y <= 1.1 for x, y in dots) for _, dots in groups)


def test_tiles_have_pictures_and_cards_where_there_is_one():
    assert "nth-of-type(1)" in style.tiles(["spiral"])
    css = style.card_pictures(["spiral", "iris"])
    assert "nth-of-type(1)" in css and "nth-of-type(2)" not in css


def test_controls_that_apply_at_once_are_marked():
    css = style.live_marks(["dense.training.l2", "dense.training.batch_size"])
    assert ".st-key-dense-training-l2 label:first-of-type::before" in css and ".st-key-dense-training-batch_size label" in css
    assert style.live_marks([]) == ""


@pytest.mark.parametrize("preset", DENSE.presets)
def test_a_cards_picture_has_every_layer(preset):
    experiment = fields.preset(DENSE, preset)
    units = unquote(thumbnails.scene(experiment)).count("r='3.6'")
    assert units == sum(min(thumbnails.MOST_UNITS, layer.shape[0]) for layer in DENSE.estimate(experiment).layers)


def test_a_link_opens_its_familys_page():
    experiment = fields.preset(DENSE, "xor")
    assert share.link(experiment) == f"/dense?e={experiment.token()}"


@pytest.mark.parametrize(("option", "base"), [("", ""), ("lab", "/lab"), ("/a/b/", "/a/b")])
def test_the_servers_base_path_is_kept(monkeypatch, option, base):
    monkeypatch.setattr(st, "get_option", lambda _: option)
    assert share.base_path() == base


@pytest.mark.parametrize(
    ("asked", "chosen", "locale", "language"),
    [
        (None, None, "en-US", "en"),
        (None, None, "zh-CN", "zh_Hans"),
        (None, None, None, "en"),
        ("zh_Hans", None, "en-US", "zh_Hans"),
        ("tlh", None, "zh-CN", "zh_Hans"),
        ("zh_Hans", "en", "zh-CN", "en"),
    ],
)
def test_the_persons_choice_comes_before_the_link_and_the_link_before_the_browser(monkeypatch, asked, chosen, locale, language):
    class Context:
        pass

    context = Context()
    context.locale = locale
    monkeypatch.setattr(st, "query_params", {"lang": asked} if asked else {})
    monkeypatch.setattr(st, "session_state", {"language": chosen} if chosen else {})
    monkeypatch.setattr(st, "context", context)
    assert use_language() == language
