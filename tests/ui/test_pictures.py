"""Small pictures, links and language."""

import re
from base64 import b64decode
from io import BytesIO
from urllib.parse import unquote

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from playground.experiment import parse
from playground.registry import datasets, describe, families, make, spec_of
from playground.ui import fields, sequence_pictures, share, style, thumbnails
from playground.ui.language import use_language

DENSE = families()["dense"]
CONV = families()["conv"]
RECURRENT = families()["recurrent"]
PICTURES = [name for name in datasets() if thumbnails.pictured(name)]
SEQUENCES = [name for name in datasets() if sequence_pictures.sequential(name)]
DRAWN = [name for name in datasets() if thumbnails.drawn(name) and name not in (*PICTURES, *SEQUENCES)]


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


@pytest.mark.parametrize("name", PICTURES)
def test_a_tile_of_pictures_holds_pictures_of_four_classes_or_a_small_one_large(name):
    """Read back by Pillow: no picture of it is black, no two are alike."""
    picture = Image.open(BytesIO(b64decode(re.search(r"base64,([^\"]+)", thumbnails.tile(name)).group(1))))
    _, height, width = datasets()[name].shape
    across = 2 if width > 20 else 1
    assert (picture.mode, picture.size) == ("L", (across * width, across * height))
    grey = np.asarray(picture)
    four = [grey[top : top + height, left : left + width] for top in range(0, across * height, height) for left in range(0, across * width, width)]
    assert all(one.max() > 200 for one in four)
    assert all(any(np.array_equal(one, known) for known in thumbnails.pictures(name)) for one in four)
    assert len({one.tobytes() for one in four}) == across**2


@pytest.mark.parametrize("name", SEQUENCES)
def test_a_tile_of_sequences_shows_some_signs_or_a_line_for_each_channel(name):
    """Told by the dataset made anew: the signs are its own, a series' last values turn where it turns."""
    data = make(spec_of(name)(), np.random.default_rng(3))
    sequence = describe(spec_of(name)()).sequence
    tile = unquote(thumbnails.tile(name))
    written = sequence_pictures.signs(name)
    assert bool(written) == bool(sequence.symbols) == ("<text" in tile) and 3 <= len(written or "···") <= 6
    if written:
        assert set(written) <= set("".join(sequence.symbols).replace("\n", " "))
        assert sequence.symbols[0] not in written or not sequence.padded
        return
    found = sequence_pictures.lines(name)
    assert tile.count("<path") == len(found) == (1 if data.series else sequence.channels)
    assert all(line.min() == 0 and line.max() == 1 and len(line) >= 4 for line in found)
    places = [float(number) for number in re.findall(r"[ML]([-\d.]+) ", tile)]
    assert len(places) == sum(map(len, found)) and all(0 <= place <= thumbnails.TILE for place in places)
    if data.series is not None and name != "sine":  # drawn by chance, and shorter in the picture
        assert np.array_equal(np.sign(np.diff(found[0])), np.sign(np.diff(data.series.values[-len(found[0]) :])))


def test_what_fills_a_name_up_and_what_lies_between_is_left_out():
    assert sequence_pictures.signs("copy")[0] in "ABCDEFGH" and sequence_pictures.signs("copy")[-1] == "?"
    assert "·" not in sequence_pictures.signs("names")


@pytest.mark.parametrize("preset", RECURRENT.presets)
@pytest.mark.parametrize("times", [1, 4])
def test_a_recurrent_scene_is_unrolled_over_its_steps_within_its_frame(preset, times):
    experiment = fields.preset(RECURRENT, preset)
    draft = experiment.model_dump(mode="json")
    found = draft["model"]["layers"]
    layers = [layer for layer in found for _ in range(times if layer["name"] in ("rnn", "lstm", "gru") else 1)]
    experiment = parse({**draft, "model": {**draft["model"], "layers": layers}})
    over_time = [layer for layer in RECURRENT.estimate(experiment).layers[1:] if len(layer.shape) == 2]
    scene = unquote(thumbnails.scene(experiment))
    boxes = scene.count("<rect")
    assert boxes == sequence_pictures.STEPS * len(over_time)
    assert "<text" in scene or "<path fill='none'" in scene
    places = [float(y) for y in re.findall(r" c?y[12]?='([-\d.]+)'", scene)]
    assert places and min(places) >= 0 and max(places) <= thumbnails.SCENE[1]


def test_a_png_says_what_it_was_given():
    grey = np.random.default_rng(0).integers(0, 256, (5, 9), np.uint8)
    uri = thumbnails.png(grey)
    assert uri.startswith("data:image/png;base64,")
    assert np.array_equal(np.asarray(Image.open(BytesIO(b64decode(uri.partition(",")[2])))), grey)


def test_all_tiles_of_pictures_travel_with_each_run_and_so_are_small():
    assert {"mnist", "digits", "shapes"} <= set(PICTURES)
    assert len(style.tiles(PICTURES).encode()) < 12_000
    assert "fashion_mnist" not in PICTURES and "own_pictures" not in PICTURES
    for css in (style.tiles, style.card_pictures):
        assert css(["spiral", "mnist", "digits"]).count("border-radius") == 2 and css(["spiral", "mnist", "digits"]).count("pixelated") == 1


@pytest.mark.parametrize("preset", CONV.presets)
def test_a_convolutional_scene_has_a_picture_and_a_stack_for_each_layer_of_maps(preset):
    experiment = fields.preset(CONV, preset)
    scene = unquote(thumbnails.scene(experiment))
    layers = CONV.estimate(experiment).layers
    stacks = [layer for layer in layers if layer.kind in ("conv", "max_pool", "average_pool")]
    squares = [float(side) for side in re.findall(r"width='([\d.]+)' height='[\d.]+' rx", scene)]
    assert scene.count("<image ") == 1
    assert sum(min(3, layer.shape[0]) for layer in stacks) <= len(squares) <= sum(min(thumbnails.MOST_MAPS, layer.shape[0]) for layer in stacks)
    assert squares == sorted(squares, reverse=True), "they shrink"
    assert scene.count("r='3.6'") == sum(min(thumbnails.MOST_UNITS, layer.shape[0]) for layer in layers if layer.kind in ("dense", "output"))


def test_a_scene_of_the_longest_network_stays_within_its_frame():
    layers = [{"name": "conv", "filters": 8, "padding": 1}] * 10 + [{"name": "flatten"}, {"name": "dense"}]
    draft = fields.preset(CONV, CONV.default).model_dump(mode="json")
    scene = unquote(thumbnails.scene(parse({**draft, "model": {"family": "conv", "layers": layers}})))
    places = [(float(x), float(side)) for x, side in re.findall(r"<rect x='([-\d.]+)' y='[-\d.]+' width='([\d.]+)'", scene)]
    assert len(places) > 20 and all(x >= 0 and x + side <= thumbnails.SCENE[0] for x, side in places)


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
