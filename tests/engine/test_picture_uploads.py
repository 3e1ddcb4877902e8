"""A person's own pictures through a real engine: read in a process that may be ended, kept small, trained on, found again."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playground.data.own_pictures import spec_for
from playground.engine import client, uploads
from playground.engine.client import ROOT, Engine
from playground.experiment import Experiment, parse
from playground.text import Refusal
from tests.data.hostile_pictures import good, packed, png
from tests.watcher import PATIENCE, Watcher

Watch = Callable[..., Watcher]


def pictures(each: int = 12, seed: int = 0) -> bytes:
    """Two classes that brightness tells apart."""
    rng = random.Random(seed)
    return packed([*good(rng, each, ["strokes"]), *((f"clear/{number}.png", bright(rng)) for number in range(each))])


def bright(rng: random.Random) -> bytes:
    import io

    from PIL import Image, ImageOps

    out = io.BytesIO()
    ImageOps.invert(Image.open(io.BytesIO(png(rng)))).save(out, "PNG")
    return out.getvalue()


def experiment(described: dict[str, Any], colour: bool = False, **data: Any) -> Experiment:
    return parse({
        "data": {**spec_for(described, colour, False), **data},
        "model": {"family": "conv", "layers": [{"name": "conv", "filters": 4, "kernel": 3, "activation": "relu"}, {"name": "flatten"}]},
        "training": {"loss": "cross_entropy", "optimizer": {"name": "adam", "learning_rate": 0.01}, "batch_size": 8, "epochs": 100_000},
    })  # fmt: skip


@pytest.mark.parametrize("colour", [False, True])
def test_pictures_are_described_trained_on_and_told_apart(engine: Engine, watch: Watch, colour: bool) -> None:
    described = engine.upload_pictures(pictures())
    assert (described["classes"], described["counts"]) == (["clear", "strokes"], [12, 12])
    assert engine.uploaded(described["sha256"], "pictures") == described
    watcher = watch(engine.create(experiment(described, colour)), "loss")
    watcher.command("train")
    watcher.until(lambda: watcher.status.get("metrics", {}).get("test_accuracy", 0) > 0.9)


def test_what_is_kept_is_small_and_no_picture_of_a_stranger(engine: Engine) -> None:
    described = engine.upload_pictures(pictures(seed=3))
    kept = (engine.home / "uploads" / f"{described['sha256']}.npz").read_bytes()
    assert len(kept) < 24 * (28 * 28 + 3 * 32 * 32) + 50_000 and b"\x89PNG" not in kept
    again = engine.upload_pictures(packed([(f"anew/{name}", raw) for name, raw in _files(3)]))
    assert again["sha256"] == described["sha256"]


def _files(seed: int) -> list[tuple[str, bytes]]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(pictures(seed=seed))) as held:
        return [(name, held.read(name)) for name in reversed(held.namelist())]


def test_a_link_without_its_pictures_says_so_and_works_after_the_same_ones(start: Callable[..., Engine], tmp_path: Path) -> None:
    engine = start()
    described = engine.upload_pictures(pictures())
    (tmp_path / "home" / "uploads" / f"{described['sha256']}.npz").unlink()
    for asked in (
        lambda: engine.create(experiment(described)),
        lambda: engine.uploaded(described["sha256"], "pictures"),
        lambda: engine.uploaded("../x", "pictures"),
    ):
        with pytest.raises(Refusal, match="pictures behind this link are not on this server"):
            asked()
    engine.upload_pictures(pictures())
    assert engine.create(experiment(described))


def test_a_spec_that_the_pictures_do_not_bear_out_fails_with_a_sentence(engine: Engine, watch: Watch) -> None:
    watcher = watch(engine.create(experiment(engine.upload_pictures(pictures()), rows=20)))
    watcher.until_state("failed")
    assert "do not give what this link says" in watcher.status["reason"]["text"]


@pytest.mark.parametrize(
    "raw",
    [b"", b"a,b\n1,2\n", bytes(9 * 2**20), packed([("a/1.png", b"x")] * 1), packed([(f"{c}/{n}.png", b"\x89PNG" + bytes(90)) for c in "ab" for n in range(5)])],
)
def test_what_is_no_zip_of_pictures_is_refused_and_not_kept(engine: Engine, raw: bytes) -> None:
    before = sorted((engine.home / "uploads").iterdir())
    with pytest.raises(Refusal) as refused:
        engine.upload_pictures(raw)
    assert str(refused.value).endswith((".", "?")) and sorted((engine.home / "uploads").iterdir()) == before


def test_the_engine_checks_what_a_caller_did_not(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client.picture_zip, "check", lambda *_: None)
    with pytest.raises(Refusal, match="empty"):
        engine.upload_pictures(b"")


def endless(raw: bytes) -> None:
    while True:
        pass


def greedy(raw: bytes) -> None:
    bytearray(2**32)


@pytest.mark.parametrize("reader", [endless, greedy])
def test_a_reader_that_hangs_or_grows_is_ended(reader: Callable[[bytes], None]) -> None:
    """The process's own entry, with a reader of no good in the place of ours. A process of its own from the start: multiprocessing would run whatever started pytest once more."""
    theirs, ours = socket.socketpair()
    code = f"from tests.engine.test_picture_uploads import *; read_by(socket.socket(fileno={theirs.fileno()}), {reader.__name__})"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, pass_fds=[theirs.fileno()]) as process:
        theirs.close()
        answer = ours.makefile("rb").read()
        process.wait(PATIENCE)
    ours.close()
    assert (b"more memory than one may take" in answer) if reader is greedy else (answer == b"" and process.returncode < 0)


def read_by(sock: socket.socket, reader: Callable[[bytes], None]) -> None:
    uploads.own_pictures.description = reader  # type: ignore[assignment]
    uploads.main(sock, b"", "pictures")
