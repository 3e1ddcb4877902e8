"""A person's own table through a real engine: read, kept, trained on, found again; and what happens where it is not here."""

from __future__ import annotations

import csv
import hashlib
import io
import multiprocessing
import os
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from playground.data.upload import spec_for
from playground.engine import client, limits, uploads
from playground.engine.client import Engine
from playground.engine.launchers.local import LocalLauncher
from playground.engine.store import Store
from playground.engine.uploads import Uploads
from playground.experiment import Experiment, parse
from playground.text import Refusal
from tests.engine.test_death import workers_of
from tests.watcher import PATIENCE, Watcher

Watch = Callable[..., Watcher]


def table(rows: int = 120, seed: int = 0) -> bytes:
    """Two numbers, a colour, and a class that is told by the numbers' product."""
    rng = np.random.default_rng(seed)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["width", "height", "colour", "kind"])
    for a, b in rng.normal(size=(rows, 2)):
        writer.writerow([f"{a:.3f}", f"{b:.3f}", rng.choice(["red", "blue"]), "cat" if a * b > 0 else "dog"])
    return out.getvalue().encode()


def experiment(described: dict[str, Any], target: int = -1, left_out: Sequence[int] = (), **training: Any) -> Experiment:
    data = spec_for(described, target % len(described["columns"]), left_out)
    return parse({
        "data": data,
        "model": {"family": "dense", "layers": [{"units": 8, "activation": "tanh"}]},
        "training": {
            "loss": "mse" if data["task"] == "regression" else "binary_cross_entropy",
            "optimizer": {"name": "adam", "learning_rate": 0.03}, "batch_size": 10, "epochs": 100_000, **training,
        },
    })  # fmt: skip


def test_a_table_is_described_trained_on_and_better_than_chance(engine: Engine, watch: Watch) -> None:
    described = engine.upload(table())
    assert described["sha256"] == hashlib.sha256(table()).hexdigest() and described["rows"] == 120
    assert [column["kind"] for column in described["columns"]] == ["number", "number", "text", "text"]
    assert engine.uploaded(described["sha256"]) == described
    wanted = experiment(described)
    assert wanted.dataset.features == ("width", "height", "colour = blue", "colour = red") or wanted.dataset.features[:2] == ("width", "height")
    assert wanted.dataset.classes == ("cat", "dog")
    watcher = watch(engine.create(wanted), "network", "confusion", "loss")
    watcher.command("speed", name="full")
    watcher.command("train")
    watcher.until(lambda: watcher.status.get("metrics", {}).get("test_accuracy", 0) > 0.75)


def test_a_killed_worker_goes_on_from_where_it_was(engine: Engine, watch: Watch) -> None:
    run = engine.create(experiment(engine.upload(table()), target=0))
    watcher = watch(run, "loss")
    watcher.command("train")
    watcher.until(lambda: watcher.status.get("step", 0) > 20)
    watcher.command("pause")
    watcher.until_state("paused")
    assert engine.pid is not None
    workers = [one for one in psutil.Process(engine.pid).children(recursive=True) if one.nice() == 19]
    for worker in workers:
        worker.kill()
    step = watcher.status["step"]
    watcher.until(lambda: watcher.status["state"] in ("parked", "lost", "queued"))
    watcher.command("train")
    watcher.until(lambda: watcher.status["state"] == "running" and watcher.status["step"] > step)


def test_a_link_without_its_table_says_so_and_works_after_the_same_upload(start: Callable[..., Engine], tmp_path: Path) -> None:
    engine = start()
    described = engine.upload(table(seed=1))
    wanted = experiment(described)
    kept = tmp_path / "home" / "uploads" / f"{described['sha256']}.csv"
    kept.unlink()
    with pytest.raises(Refusal, match="not on this server"):
        engine.create(wanted)
    with pytest.raises(Refusal, match="not on this server"):
        engine.uploaded(described["sha256"])
    with pytest.raises(Refusal, match="not on this server"):
        engine.uploaded("../../lock")
    engine.upload(table(seed=1))
    assert engine.create(wanted)


def test_a_run_whose_table_was_missing_goes_on_once_it_is_there(start: Callable[..., Engine], tmp_path: Path) -> None:
    engine = start()
    described = engine.upload(table(seed=1))
    watcher = Watcher(engine, engine.create(experiment(described)))
    watcher.command("step", unit="epoch")
    watcher.until(lambda: watcher.status.get("state") == "paused" and watcher.status["step"] > 0)
    step = watcher.status["step"]
    kept = tmp_path / "home" / "uploads" / f"{described['sha256']}.csv"
    kept.unlink()
    (worker,) = workers_of(engine)
    worker.kill()
    watcher.until_state("lost")
    assert "not on this server" in watcher.status["reason"]["text"]
    engine.upload(table(seed=1))
    watcher.command("train")
    watcher.until(lambda: watcher.status["state"] == "running" and watcher.status["step"] > step)
    watcher.leave()


def test_a_spec_that_its_table_does_not_bear_out_fails_with_a_sentence(engine: Engine, watch: Watch) -> None:
    described = engine.upload(table())
    plain = experiment(described).model_dump(mode="json")
    plain["data"] |= {"rows": 100}
    watcher = watch(engine.create(parse(plain)))
    watcher.until_state("failed")
    assert "does not give what this link says" in watcher.status["reason"]["text"]


@pytest.mark.parametrize("raw", [b"", b"  \n", b"a,b\n1,2\n", b"PK\x03\x04" + bytes(100), b"x" * 3_000_000, b"," * 2_000_000, bytes(range(256)) * 50])
def test_what_is_no_table_is_refused_with_a_sentence_and_not_kept(engine: Engine, raw: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        engine.upload(raw)
    assert str(refused.value).endswith((".", "?"))
    assert not (engine.home / "uploads" / f"{hashlib.sha256(raw).hexdigest()}.csv").exists()


def test_the_engine_checks_what_a_caller_did_not(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client.csv_text, "check", lambda *_: None)
    with pytest.raises(Refusal, match="empty"):
        engine.upload(b"")


def test_the_same_file_twice_is_one_file(engine: Engine) -> None:
    first, again = engine.upload(table(seed=2)), engine.upload(table(seed=2))
    assert first == again
    assert len(list((engine.home / "uploads").glob(f"{first['sha256']}*"))) == 1


def endless(raw: bytes) -> None:
    while True:
        pass


def greedy(raw: bytes) -> None:
    bytearray(2**32)


@pytest.mark.parametrize("reader", [endless, greedy])
def test_a_reader_that_hangs_or_grows_is_ended(reader: Callable[[bytes], None]) -> None:
    """The process's own entry, with a reader of no good in the place of ours."""
    theirs, ours = socket.socketpair()
    process = multiprocessing.get_context("spawn").Process(target=read_by, args=(theirs, reader))
    process.start()
    theirs.close()
    answer = ours.makefile("rb").read()
    process.join(PATIENCE)
    if reader is endless:
        assert answer == b"" and process.exitcode in (-signal.SIGXCPU, -signal.SIGKILL)
    else:
        assert b"more memory than one may take" in answer
    ours.close()


def read_by(sock: socket.socket, reader: Callable[[bytes], None]) -> None:
    uploads.upload.description = reader  # type: ignore[assignment]
    uploads.main(sock, b"")


class TestCap:
    """Which files make room for others."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return Store(tmp_path)

    def uploads(self, store: Store, **allowed: int) -> Uploads:
        return Uploads(store, LocalLauncher(), replace(limits.limits(), **allowed))

    def test_the_oldest_unused_goes_first(self, store: Store) -> None:
        kept = self.uploads(store, stored_uploads=3)
        names = [f"{number:064x}" for number in range(4)]
        for age, name in zip((30, 10, 20), names, strict=False):
            kept._keep(name, b"x")
            os.utime(kept.folder / f"{name}.csv", (1e9 - age, 1e9 - age))
        kept._keep(names[3], b"x")
        assert {entry.stem for entry in kept.folder.iterdir()} == {names[1], names[2], names[3]}

    def test_what_a_stored_run_needs_stays_and_a_full_folder_says_so(self, store: Store) -> None:
        kept = self.uploads(store, stored_upload_bytes=10)
        used = "a" * 64
        kept._keep(used, b"12345678")
        store.create("r" * 22, b'{"data": {"name": "upload", "sha256": "' + used.encode() + b'"}}', {"name": "created"})
        with pytest.raises(Refusal, match="stored runs need them all"):
            kept._keep("b" * 64, b"12345678")
        store.remove("r" * 22)
        kept._keep("b" * 64, b"12345678")
        assert [entry.stem for entry in kept.folder.iterdir()] == ["b" * 64]
