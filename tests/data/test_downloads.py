"""Full data sets as downloads: from a server of the test's own, with small files in the place of the true ones."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import http.server
import io
import socket
import tarfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from playground.data import download
from playground.data.download import SOURCES, Part, Source
from playground.engine.downloads import Downloads
from playground.experiment import Experiment, parse
from playground.registry import datasets, make, spec_of
from playground.text import Refusal

SETS = tuple(SOURCES)
Files = dict[str, bytes]


class Elsewhere:
    """A server on this machine. files: path -> bytes; cut: bytes after which it breaks off; gate: waited for before each answer."""

    def __init__(self) -> None:
        self.files: Files = {}
        self.asked: list[str] = []
        self.cut: int | None = None
        self.gate = threading.Event()
        self.gate.set()
        elsewhere = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                elsewhere.asked.append(self.path)
                found = elsewhere.files.get(self.path)
                if found is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(found)))
                self.end_headers()
                half = len(found) // 2
                with contextlib.suppress(ConnectionError):  # who asked has heard enough
                    self.wfile.write(found[:half])
                    self.wfile.flush()
                    while not elsewhere.gate.wait(2):  # so slow, but there
                        self.wfile.write(found[half : half + 1])
                        half += 1
                    self.wfile.write(found[half : elsewhere.cut])

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    found = Elsewhere()
    monkeypatch.setenv(download.MIRROR, found.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield found
    found.gate.set()
    found.server.shutdown()
    found.server.server_close()


def idx(pixels: np.ndarray[Any, Any], labels: np.ndarray[Any, Any]) -> tuple[bytes, bytes]:
    """Pictures (n, rows, columns) and labels (n,) in LeCun's form, gzipped."""
    head = np.array([0x803, *pixels.shape], ">u4").tobytes()
    return gzip.compress(head + pixels.tobytes()), gzip.compress(np.array([0x801, len(labels)], ">u4").tobytes() + labels.tobytes())


def small_idx(rng: np.random.Generator) -> tuple[list[bytes], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    x, y = rng.integers(0, 256, (700, 28, 28), dtype=np.uint8), np.arange(700, dtype=np.uint8) % 10
    return [*idx(x[:600], y[:600]), *idx(x[600:], y[600:])], x.reshape(700, -1), y


def small_cifar(rng: np.random.Generator) -> tuple[list[bytes], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    x, y = rng.integers(0, 256, (600, 3072), dtype=np.uint8), np.arange(600, dtype=np.uint8) % 10
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as made:
        for number in (5, 3, 1, 2, 4, 6):  # in no order
            records = np.concatenate([y[:, None], x], 1)[100 * (number - 1) : 100 * number].tobytes()
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{f'data_batch_{number}' if number < 6 else 'test_batch'}.bin")
            info.size = len(records)
            made.addfile(info, io.BytesIO(records))
        info = tarfile.TarInfo("../../outside.txt")
        made.addfile(info)
    return [out.getvalue()], x, y


MADE: dict[str, Callable[[np.random.Generator], tuple[list[bytes], np.ndarray[Any, Any], np.ndarray[Any, Any]]]] = {
    "mnist_full": small_idx, "fashion_mnist": small_idx, "cifar10": small_cifar,
}  # fmt: skip


@pytest.fixture
def small(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    """Small sets in the place of the true ones, on the server; their x and y."""
    found, sources = {}, {}
    for name, source in SOURCES.items():
        raws, x, y = MADE[name](np.random.default_rng(len(name)))
        parts = tuple(Part(part.name, len(raw), hashlib.sha256(raw).hexdigest()) for part, raw in zip(source.parts, raws, strict=True))
        elsewhere.files |= {f"/{name}/{part.name}": raw for part, raw in zip(parts, raws, strict=True)}
        sources[name] = replace(source, parts=parts, rows=len(x))
        found[name] = x, y
    monkeypatch.setattr(download, "SOURCES", MappingProxyType(sources))
    monkeypatch.setenv(download.WHERE, str(tmp_path / "datasets"))
    return found


def fetched(name: str) -> list[int]:
    """Fetch a set; the bytes that were told."""
    told: list[int] = []
    download.fetch(name, download.folder(), told.append)
    return told


@pytest.mark.parametrize("name", SETS)
def test_what_comes_becomes_the_set(name: str, small: Any) -> None:
    x, y = small[name]
    told = fetched(name)
    assert told == sorted(told) and told[-1] == download.SOURCES[name].bytes
    data = make(spec_of(name).model_validate({"samples": 100}), np.random.default_rng(0))
    assert (data.classes, data.feature_names) == (datasets()[name].classes, datasets()[name].features)
    assert np.bincount(data.y).tolist() == [10] * 10 and data.x.dtype == np.float32
    assert np.array_equal(np.rint(data.x * 255).astype(np.uint8), x[:100]) and np.array_equal(data.y, y[:100])
    whole = download.made(name, datasets()[name], len(x))
    assert np.array_equal(np.rint(whole.x * 255).astype(np.uint8), x) and np.array_equal(whole.y, y)
    assert [entry.name for entry in download.folder().iterdir()] == [name]
    assert not (download.folder().parent / "outside.txt").exists()


def other(raw: bytes) -> bytes:
    return raw[:-1] + bytes([raw[-1] ^ 1])


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize(
    ("change", "why"),
    [(other, "checksum is wrong"), (lambda raw: raw[:-50], "broke off"), (lambda raw: raw + b"x", "larger than"), (lambda raw: raw * 50, "larger than")],
)
def test_what_is_not_what_it_should_be_is_thrown_away(name: str, change: Callable[[bytes], bytes], why: str, small: Any, elsewhere: Elsewhere) -> None:
    path = f"/{name}/{download.SOURCES[name].parts[-1].name}"
    elsewhere.files[path] = change(elsewhere.files[path])
    with pytest.raises(Refusal, match=why):
        fetched(name)
    assert not download.here(name) and list(download.folder().iterdir()) == []


def test_a_connection_that_breaks_off(small: Any, elsewhere: Elsewhere) -> None:
    elsewhere.cut = -10
    with pytest.raises(Refusal, match="broke off in the middle of train-images"):
        fetched("mnist_full")
    assert list(download.folder().iterdir()) == []
    elsewhere.cut = None
    fetched("mnist_full")
    assert download.here("mnist_full")


def test_no_network_and_an_address_without_it(small: Any, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere.files.clear()
    with pytest.raises(Refusal, match="answers 404 to cifar-10-binary"):
        fetched("cifar10")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv(download.MIRROR, f"http://127.0.0.1:{free.getsockname()[1]}")
        with pytest.raises(Refusal, match="no network here"):
            fetched("cifar10")


def test_the_next_address_is_asked_where_one_does_not_have_it(small: Any, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(download.MIRROR)
    sources = dict(download.SOURCES)
    sources["mnist_full"] = replace(sources["mnist_full"], addresses=(f"{elsewhere.url}/gone/", f"{elsewhere.url}/mnist_full/"))
    monkeypatch.setattr(download, "SOURCES", sources)
    fetched("mnist_full")
    assert download.here("mnist_full") and elsewhere.asked[0].startswith("/gone/")


def test_a_full_disk_is_said_before_anything_is_asked_for(small: Any, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        free = 1000

    monkeypatch.setattr(download.shutil, "disk_usage", lambda _: Full)
    with pytest.raises(Refusal, match="no room on this server's disk"):
        fetched("mnist_full")
    assert not elsewhere.asked


def test_what_has_the_right_checksum_and_the_wrong_form(small: Any, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = gzip.compress(b"no pictures at all")
    parts = tuple(replace(part, bytes=len(raw), sha256=hashlib.sha256(raw).hexdigest()) for part in download.SOURCES["mnist_full"].parts)
    elsewhere.files |= {f"/mnist_full/{part.name}": raw for part in parts}
    monkeypatch.setattr(download, "SOURCES", {"mnist_full": replace(download.SOURCES["mnist_full"], parts=parts)})
    with pytest.raises(Refusal, match="could not be turned into pictures"):
        fetched("mnist_full")


# -- the engine's side


def experiment(name: str) -> Experiment:
    return parse({
        "data": {"name": name}, "model": {"family": "conv", "layers": [{"name": "flatten"}]},
        "training": {"loss": "cross_entropy", "optimizer": {"name": "sgd", "learning_rate": 0.1}, "batch_size": 10, "epochs": 5},
    })  # fmt: skip


def ended(downloads: Downloads) -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("download "):
            thread.join(60)
    assert not any(one["state"] == "running" for one in downloads.told().values())


def test_progress_is_told_and_a_second_asking_changes_nothing(small: Any, elsewhere: Elsewhere) -> None:
    downloads = Downloads(download.folder())
    elsewhere.gate.clear()
    assert {one["state"] for one in downloads.told().values()} == {"absent"}
    downloads.start("mnist_full")
    downloads.start("mnist_full")
    while not elsewhere.asked:  # its thread has begun
        threading.Event().wait(0.01)
    told = downloads.told()["mnist_full"]
    assert told["state"] == "running" and 0 <= told["done"] < told["bytes"] and told["refusal"] is None
    with pytest.raises(Refusal, match="not on this server yet"):
        downloads.check(experiment("mnist_full"))
    elsewhere.gate.set()
    ended(downloads)
    assert downloads.told()["mnist_full"]["state"] == "here"
    downloads.check(experiment("mnist_full"))
    asked = len(elsewhere.asked)
    downloads.start("mnist_full")
    ended(downloads)
    assert len(elsewhere.asked) == asked == 4


def test_a_refusal_is_told_until_the_next_try(small: Any, elsewhere: Elsewhere) -> None:
    downloads = Downloads(download.folder())
    held = dict(elsewhere.files)
    elsewhere.files.clear()
    downloads.start("cifar10")
    ended(downloads)
    told = downloads.told()["cifar10"]
    assert told["state"] == "absent" and "answers {code}" in told["refusal"][0]["text"]
    elsewhere.files |= held
    downloads.start("cifar10")
    ended(downloads)
    assert downloads.told()["cifar10"]["state"] == "here" and downloads.told()["cifar10"]["refusal"] is None


def test_only_what_is_on_the_list(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="There is no set"):
        Downloads(tmp_path).start("../../etc")


# -- the sets as they are


@pytest.mark.parametrize("name", SETS)
def test_a_set_that_is_not_here_names_the_one_that_ships(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(download.WHERE, str(tmp_path))
    twin = datasets()[datasets()[name].download]
    with pytest.raises(Refusal, match="ships with the playground") as refused:
        make(spec_of(name)(), np.random.default_rng(0))
    assert twin.title in str(refused.value) and twin.kind == "images" and not twin.download


@pytest.mark.parametrize("name", SETS)
def test_what_is_known_of_a_set(name: str) -> None:
    source, found = SOURCES[name], datasets()[name]
    assert isinstance(source, Source) and len(found.features) == source.columns == int(np.prod(found.shape or ())) and len(found.classes) == 10
    assert all(len(part.sha256) == 64 and part.bytes > 0 and "/" not in part.name for part in source.parts)
    assert spec_of(name).model_validate({"samples": source.rows}).samples == source.rows  # type: ignore[attr-defined]
    with pytest.raises(ValueError):
        spec_of(name).model_validate({"samples": source.rows + 1})


def test_every_set_that_must_be_downloaded_has_a_source_and_the_other_way_round() -> None:
    assert {name for name, found in datasets().items() if found.download} == set(SOURCES)
