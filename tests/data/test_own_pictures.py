"""A person's own pictures: 240 bad zips, single pictures against Pillow and plain means, classes out of names, and what a spec says against what is kept."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from playground.data import own_pictures, picture_files, picture_zip, upload
from playground.data.own_pictures import Spec, description, spec_for
from playground.data.picture_files import Unfit, decoded, header
from playground.data.pictures import shipped
from playground.experiment import MAX_TOKEN, parse
from playground.registry import describe, make
from playground.text import Message, Refusal
from tests.data import hostile_pictures
from tests.data.hostile_pictures import good, jpeg, packed, picture, png, raw_png, rows

ROOT = Path(__file__).resolve().parents[2]
Pixels = np.ndarray[Any, np.dtype[np.uint8]]


def test_hostile_zips_each_get_a_sentence_in_time_and_in_little_memory() -> None:
    """All in one process, so that what one leaves behind is seen. Processor time: a busy machine is no fault of the reader."""
    done = subprocess.run([sys.executable, "-m", "tests.data.hostile_pictures"], cwd=ROOT, capture_output=True, text=True, timeout=280)
    *found, last = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 0 and len(found) == hostile_pictures.MANY >= 200, done.stderr[-2000:]
    for one in found:
        word, _, sentences = one["outcome"].partition(": ")
        assert word in ("refused", "repaired") and sentences.endswith((".", "?", "…")), one
        assert (
            "Traceback" not in sentences and "{count" not in sentences.replace("{count}", "", 1 if "strange" in one["case"] else 0) and "<" not in sentences
        ), one
        assert one["seconds"] < 2, one
    assert last["growth"] < 32 * 2**20


# -- one picture


def small(raw: bytes, size: str = "colour") -> Pixels:
    """The decoded middle of a picture, without how solid it is."""
    return decoded(header(raw))[size][..., :3]


def saved(made: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    made.save(out, kind, **options)
    return out.getvalue()


def test_a_picture_of_the_right_size_stays_as_it_is() -> None:
    for place, side, size in ((0, 28, "grey"), (7, 32, "colour")):
        pixels = np.zeros((side, side), np.uint8)
        pixels[2 : 2 + 26, 2 : 2 + 26] = shipped("mnist_5k")["x"][place].reshape(28, 28)[1:27, 1:27]
        assert np.array_equal(small(saved(Image.fromarray(pixels), "PNG"), size)[..., 0], pixels)


def test_made_smaller_a_pixel_is_near_the_mean_of_what_it_covers() -> None:
    """Smooth pictures: a weighted mean and a plain one agree. Whole checkers, which without smoothing would stay black and white, become grey."""
    across = np.linspace(0, 255, 320)
    smooth = np.rint((across[None] + across[:, None]) / 2).astype(np.uint8)
    means = smooth.reshape(32, 10, 32, 10).mean((1, 3))
    assert np.abs(small(saved(Image.fromarray(smooth), "PNG"))[1:-1, 1:-1, 0] - means[1:-1, 1:-1]).max() <= 1.5
    checkers = ((np.add.outer(np.arange(320), np.arange(320)) % 2) * 255).astype(np.uint8)
    assert np.abs(small(saved(Image.fromarray(checkers), "PNG")).astype(int) - 128).max() <= 3


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_camera_held_sideways(turn: int) -> None:
    """Against Pillow's own reading of Exif."""
    blocks = np.kron(np.random.default_rng(turn).integers(0, 255, (8, 8, 3)), np.ones((4, 4, 1))).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = turn
    raw = saved(Image.fromarray(blocks), "JPEG", quality=100, subsampling=0, exif=exif)
    assert header(raw).turn == turn
    assert np.array_equal(small(raw), np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(raw)))))


def test_the_middle_square_is_used() -> None:
    for width, height in ((96, 32), (32, 96)):
        wide = np.zeros((height, width), np.uint8)
        wide[height // 2 - 16 : height // 2 + 16, width // 2 - 16 : width // 2 + 16] = 200
        raw = saved(Image.fromarray(wide), "PNG")
        assert (small(raw) == 200).all() and picture_files.OBLONG in header(raw).notes


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("interlaced", [False, True])
def test_kinds_of_png(mode: str, interlaced: bool) -> None:
    """What Pillow makes of the whole file is what comes out of its bare parts."""
    made = picture(random.Random(3), 32, 32, "RGBA").convert(mode)
    raw = saved(made, "PNG", compress_level=9)
    if interlaced:  # Pillow does not write those: one pass of 8x8 is the same picture either way
        raw = raw_png(8, 8, 8, 0, b"".join(b"\0" + bytes(row) for row in _adam7(8)), interlace=1)
        assert np.array_equal(decoded(header(raw))["colour"][::4, ::4, 0].shape, (8, 8))
        return
    solid = Image.open(io.BytesIO(raw)).convert("RGBA").convert("RGBa")
    assert np.array_equal(decoded(header(raw))["colour"], np.asarray(solid))


def _adam7(side: int) -> list[bytes]:
    """Rows of the seven passes of an interlaced picture of one shade."""
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    return [bytes([77]) * len(range(left, side, across)) for left, top, across, down in passes for _ in range(top, side, down) if left < side]


@pytest.mark.parametrize(("colour", "channels"), [(0, 1), (2, 3)])
def test_sixteen_bits_keep_their_upper_half(colour: int, channels: int) -> None:
    rng = np.random.default_rng(0)
    upper = rng.integers(0, 256, (32, 32, channels), dtype=np.uint8)
    both = np.stack([upper, rng.integers(0, 256, upper.shape, dtype=np.uint8)], 3).reshape(32, -1)
    raw = raw_png(32, 32, 16, colour, b"".join(b"\0" + row.tobytes() for row in both))
    assert np.abs(small(raw).astype(int) - upper).max() <= 1
    assert header(raw).notes == [picture_files.DEEP]


def test_printers_colours() -> None:
    made = picture(random.Random(5), 32, 32, "RGB").convert("CMYK")
    raw = saved(made, "JPEG", quality=100, subsampling=0)
    assert np.abs(small(raw).astype(int) - np.asarray(made.convert("RGB"))).max() < 30 and header(raw).notes == [picture_files.PRINTED]


def test_a_large_jpeg_is_decoded_small_and_looks_the_same() -> None:
    blocks = np.kron(np.random.default_rng(1).integers(40, 215, (4, 4)), np.ones((512, 512))).astype(np.uint8)
    raw = saved(Image.fromarray(blocks), "JPEG", quality=95, progressive=True)
    whole = np.asarray(Image.open(io.BytesIO(raw)).resize((32, 32), Image.Resampling.BOX)).astype(int)
    inner = [at for at in range(32) if at % 8 not in (0, 7)]
    assert np.abs(small(raw)[..., 0][np.ix_(inner, inner)] - whole[np.ix_(inner, inner)]).max() <= 4


def test_remarks_profiles_and_thumbnails_do_not_reach_the_decoder() -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret" * 100
    raw = saved(picture(random.Random(0), mode="RGB"), "JPEG", exif=exif, comment=b"secret", icc_profile=b"secret" * 50)
    assert b"secret" in raw and b"secret" not in header(raw).bare
    noted = saved(picture(random.Random(0)), "PNG", icc_profile=b"x" * 500)
    assert b"iCCP" in noted and b"iCCP" not in header(noted).bare


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 3), st.randoms(use_true_random=False))
def test_any_bytes_are_a_picture_or_left_out(noise: bytes, kind: int, rng: random.Random) -> None:
    raw = [noise, b"\x89PNG\r\n\x1a\n" + noise, b"\xff\xd8\xff" + noise, b""][kind]
    if kind == 3:
        good_one = bytearray(rng.choice([png(rng, mode="RGBA"), jpeg(rng), jpeg(rng, progressive=True)]))
        for byte in noise[:8]:
            good_one[rng.randrange(len(good_one))] = byte
        raw = bytes(good_one)
    try:
        assert decoded(header(raw))["grey"].shape == (28, 28, 4)
    except Unfit as unfit:
        assert "{count}" in unfit.why


# -- a zip


def found(files: list[tuple[str, bytes]]) -> tuple[dict[str, int], str]:
    described, _ = description(packed(files))
    return dict(zip(described["classes"], described["counts"], strict=True)), " ".join(str(Message.of(one)) for one in described["repairs"])


def test_folders_are_classes_in_the_order_of_their_names_numbers_as_numbers() -> None:
    rng = random.Random(0)
    assert list(found(good(rng, 4, ["10", "2", "b", "A", "1"]))[0]) == ["1", "2", "10", "A", "b"]


@pytest.mark.parametrize("around", ["pets/", "my things/pets/", "./"])
def test_a_folder_around_them_all_is_no_class(around: str) -> None:
    files = [(around + name, raw) for name, raw in good(random.Random(0))]
    assert found(files) == ({"cats": 6, "dogs": 6}, "")


def test_backslashes_deeper_folders_and_other_endings() -> None:
    rng = random.Random(0)
    files = [(f"cats\\2024\\{n}.PNG", png(rng)) for n in range(4)] + [(f"dogs/{n}.JPeG", jpeg(rng)) for n in range(4)]
    assert found(files) == ({"cats": 4, "dogs": 4}, "")


@pytest.mark.parametrize("name", ["cat-{}.png", "cat_{}.png", "cat{}.png", "cat ({}).png", "Cat {}.png", "cat-black-{}.png"])
def test_loose_files_are_told_apart_by_how_their_names_begin(name: str) -> None:
    rng = random.Random(0)
    files = [(name.format(n), png(rng)) for n in range(4)] + [(f"dog{n}.png", png(rng)) for n in range(5)]
    counts, told = found(files)
    assert {key.lower(): count for key, count in counts.items()} == {"cat": 4, "dog": 5} and "how a file's name begins" in told
    packed_again = picture_zip.pack(files)
    assert description(packed_again)[0]["sha256"] == description(packed(files))[0]["sha256"]


def test_names_that_do_not_say_how_they_are_coded() -> None:
    """As a Mac and a Chinese Windows write them."""
    rng = random.Random(0)
    for encoding in ("utf-8", "gb18030"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as made:
            for name, raw in good(rng, 4, ["XXXXXX", "dogs"]):
                made.writestr(name, raw)
        raw_name = "颜色".encode(encoding).ljust(6, b"z")
        assert description(out.getvalue().replace(b"XXXXXX", raw_name))[0]["classes"] == ["dogs", "颜色" + "z" * (6 - len("颜色".encode(encoding)))]


def test_the_same_pictures_packed_anew_are_the_same_set() -> None:
    rng = random.Random(0)
    files = good(rng)
    first = description(packed(files))[0]["sha256"]
    again = description(packed([(f"box/{name}", raw) for name, raw in reversed(files)], zipfile.ZIP_STORED))[0]["sha256"]
    other = description(packed([*files[:-1], (files[-1][0], png(rng))]))[0]["sha256"]
    assert first == again != other


def test_twice_the_same_picture_is_used_once_and_in_two_classes_said() -> None:
    files = good(random.Random(0))
    counts, told = found([*files, ("cats/copy.png", files[0][1]), ("dogs/also.png", files[1][1])])
    assert counts == {"cats": 6, "dogs": 7} and "stand twice in their class (1)" in told and "several classes (1)" in told


def test_transparent_pictures_are_laid_on_what_makes_them_stand_out() -> None:
    rng = random.Random(0)
    for shade, ground in ((0, 255), (255, 0)):
        files = []
        for name in ("a", "b"):
            for number in range(4):
                pixels = np.zeros((28, 28, 4), np.uint8)
                pixels[4 : 10 + number, 3:20, :] = [shade, shade, shade, 255]
                pixels[20, rng.randrange(28), 3] = 255
                files.append((f"{name}/{number}.png", saved(Image.fromarray(pixels), "PNG")))
        described, kept = description(packed(files))
        with np.load(io.BytesIO(kept)) as held:
            assert held["grey"][0, 0] == ground and shade in held["grey"][0]
        assert ("white" if ground else "black") in " ".join(str(Message.of(one)) for one in described["repairs"])
        assert described["invert"] is (ground == 255)  # dark strokes on white: like ink on paper


def test_what_is_proposed_follows_brightness_and_colours() -> None:
    rng = random.Random(0)
    dark = description(packed(good(rng)))[0]
    assert (dark["colour"], dark["invert"]) == (False, False)
    paper = [(name, saved(ImageOps.invert(Image.open(io.BytesIO(raw))), "PNG")) for name, raw in good(rng)]
    assert description(packed(paper))[0]["invert"] is True
    red = [
        (f"{name}/{n}.png", saved(Image.new("RGB", (20, 20), (200, 30 + n, 40) if name == "a" else (20, 220, 30 + n)), "PNG"))
        for name in "ab"
        for n in range(4)
    ]
    coloured = description(packed(red))[0]
    assert (coloured["colour"], coloured["invert"]) == (True, False)


# -- what is kept, and a spec


def keep(folder: Path, files: list[tuple[str, bytes]]) -> dict[str, Any]:
    described, kept = description(packed(files))
    (folder / f"{described['sha256']}.npz").write_bytes(kept)
    assert own_pictures.kept_description(kept) == described
    return described


def test_the_data_are_what_the_spec_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(upload.WHERE, str(tmp_path))
    rng = random.Random(0)
    files = [(f"{name}/{n}.png", png(rng, 32, 32, mode="RGB")) for name in ("cats", "dogs") for n in range(5)]
    described = keep(tmp_path, files)
    for colour, invert, shape in ((False, False, (1, 28, 28)), (True, False, (3, 32, 32)), (True, True, (3, 32, 32))):
        spec = Spec.model_validate_json(json.dumps(spec_for(described, colour, invert)))
        dataset, data = describe(spec), make(spec, np.random.default_rng(0))
        assert dataset.shape == shape and dataset.rows == len(data.x) == 10 and dataset.classes == data.classes == ("cats", "dogs")
        assert data.feature_names == dataset.features and data.x.shape == (10, int(np.prod(shape)))
        assert data.x.dtype == np.float32 and data.y.dtype == np.int64 and np.bincount(data.y).tolist() == [5, 5]
        if colour:
            given_ones = {np.asarray(Image.open(io.BytesIO(raw))).transpose(2, 0, 1).tobytes() for name, raw in files if name.startswith("cats")}
            seen = np.rint((1 - data.x if invert else data.x) * 255).astype(np.uint8)
            assert {row.tobytes() for row in seen[data.y == 0]} == given_ones  # channel after channel, and of the right class


def test_pictures_that_are_not_here_or_other_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(upload.WHERE, str(tmp_path))
    described, kept = description(packed(good(random.Random(0))))
    plain = spec_for(described, False, False)
    with pytest.raises(Refusal, match="not on this server"):
        make(Spec.model_validate_json(json.dumps(plain)), np.random.default_rng(0))
    (tmp_path / f"{described['sha256']}.npz").write_bytes(kept)
    with pytest.raises(Refusal, match="do not give what this link says"):
        make(Spec.model_validate_json(json.dumps({**plain, "rows": 11})), np.random.default_rng(0))
    (tmp_path / f"{described['sha256']}.npz").write_bytes(kept[:200])
    with pytest.raises(Refusal, match="not on this server"):
        make(Spec.model_validate_json(json.dumps(plain)), np.random.default_rng(0))


@pytest.mark.parametrize(
    ("field", "value"),
    [("class_names", ["<b>", "a"]), ("class_names", ["a"]), ("class_names", ["a", "a"]), ("rows", 3), ("rows", 10**6), ("sha256", "../x"), ("size", 32), ("size", 64), ("colour", 3)],
)  # fmt: skip
def test_a_link_cannot_say_just_anything(field: str, value: Any) -> None:
    plain = spec_for(description(packed(good(random.Random(0))))[0], False, False)
    with pytest.raises(ValueError):
        Spec.model_validate_json(json.dumps({**plain, field: value}))


def test_the_longest_link_is_short_enough() -> None:
    rng = np.random.default_rng(0)
    names = ["".join(rng.choice(list("红绿蓝颜色数据表格学习网络神经猫狗鸟"), 40)) for _ in range(20)]
    described = description(packed(good(random.Random(0), 4, names)))[0]
    experiment = parse({
        "data": spec_for(described, True, True), "model": {"family": "conv", "layers": [{"name": "flatten"}]},
        "training": {"loss": "cross_entropy", "optimizer": {"name": "sgd", "learning_rate": 0.1}, "batch_size": 10, "epochs": 5},
    })  # fmt: skip
    assert len(experiment.dataset.classes) == 20 and len(experiment.token()) < MAX_TOKEN


def test_rows_of_a_raw_png_are_what_it_says() -> None:
    """The tests' own writer of PNG, against Pillow."""
    raw = raw_png(9, 8, 8, 2, rows(9, 8, 24, random.Random(0)))
    assert Image.open(io.BytesIO(raw)).size == (9, 8)
