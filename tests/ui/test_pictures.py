"""Small pictures, links and language."""

from urllib.parse import unquote

import numpy as np
import pytest
import streamlit as st

from playground.registry import datasets, families
from playground.ui import fields, share, style, thumbnails
from playground.ui.language import use_language

DENSE = families()["dense"]
DRAWN = [name for name in datasets() if thumbnails.drawn(name)]


@pytest.mark.parametrize("name", DRAWN)
def test_a_thumbnail_shows_every_class_or_shade_inside_the_tile(name):
    groups = thumbnails.points(name)
    dataset = datasets()[name]
    assert len({colour for colour, _ in groups}) == len(groups)
    if dataset.classes:
        assert [colour for colour, _ in groups] == list(thumbnails.CLASSES[: len(dataset.classes)])
        each = [len(dots) for _, dots in groups]
        assert max(each) < 1.3 * min(each)
    else:
        assert len(groups) == (len(thumbnails.SHADES) if dataset.kind == "points" else 1) and all(dots for _, dots in groups)
    dots = [dot for _, dots in groups for dot in dots]
    most = thumbnails.MOST[dataset.kind]
    assert most <= len(dots) <= most + len(groups) and all(0 <= x <= 1 and 0 <= y <= 1 for x, y in dots)
    assert unquote(thumbnails.tile(name)).count("h0") == len(dots)


def test_shades_follow_the_value():
    """Of the tilted plane the most negative points are at the left below, the most positive at the right above."""
    sums = [np.mean([x + (1 - y) for x, y in dots]) for _, dots in thumbnails.points("plane")]
    assert len(sums) == 7 and sums == sorted(sums)


def test_a_curve_goes_up_where_its_answer_does():
    ((colour, dots),) = thumbnails.points("line")
    assert np.corrcoef(np.array(dots).T)[0, 1] < -0.9 and colour == "currentColor"  # y is downward


@pytest.mark.parametrize("name", ["iris", "even_odd", "pure_chance", "diabetes"])
def test_tables_are_named_and_not_drawn(name):
    assert not thumbnails.drawn(name)


def test_all_tiles_together_are_small():
    assert len(style.tiles(DRAWN)) < 60_000


@pytest.mark.parametrize("preset", DENSE.presets)
def test_a_cards_picture_has_every_layer(preset):
    experiment = fields.preset(DENSE, preset)
    units = unquote(thumbnails.scene(experiment)).count("<circle")
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
