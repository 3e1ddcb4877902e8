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
def test_a_thumbnail_shows_both_classes_inside_the_tile(name):
    classes = thumbnails.points(name)
    assert len(classes) == len(datasets()[name].classes)
    for dots in classes:
        assert 30 <= len(dots) <= 100 and all(0 <= x <= 1 and 0 <= y <= 1 for x, y in dots)


def test_tables_are_named_and_not_drawn():
    css = style.tiles(["spiral", "iris"])
    assert "nth-of-type(1)" in css and "nth-of-type(2)" not in css


@pytest.mark.parametrize("preset", DENSE.presets)
def test_a_cards_picture_has_every_layer(preset):
    experiment = fields.preset(DENSE, preset)
    units = unquote(thumbnails.scene(experiment)[-1][0]).count("<circle")
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
