"""200 bad experiments and links, 240 bad zips of pictures, 94 series and texts: how long a refusal takes, and whether memory grows with them."""

from __future__ import annotations

import argparse
import base64
import json
import random
import statistics
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks._server import default
from playground.engine.client import Engine
from playground.engine.limits import admit
from playground.experiment import from_token, parse
from playground.text import Refusal
from tests.data import hostile_pictures, hostile_sequences

WRONG = (-1, 0, 10**30, -1e308, float("nan"), float("inf"), "", "8", "x" * 5000, None, True, [], {}, [[[]]], {"a": {"b": 1}})
PLACES = (
    ("seed",), ("version",), ("data",), ("data", "name"), ("data", "samples"), ("data", "noise"), ("data", "train_fraction"), ("model",), ("model", "family"),
    ("model", "layers"), ("training", "loss"), ("training", "batch_size"), ("training", "epochs"), ("training", "optimizer"), ("training", "optimizer", "learning_rate"),
)  # fmt: skip


def packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(raw, 9)).rstrip(b"=").decode()


def placed(path: tuple[str, ...], value: object) -> dict[str, Any]:
    """A good experiment with one value wrong."""
    plain = json.loads(default().text())
    inner = plain
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return dict(plain)


def bad() -> list[tuple[str, Callable[[], object]]]:
    """Each with what it is; every one must be refused."""
    found: list[tuple[str, Callable[[], object]]] = []
    for path in PLACES:
        for value in WRONG:
            if (path, value) in ((("seed",), 0), (("data", "noise"), 0), (("model", "layers"), [])):  # these are right
                continue
            found.append((f"{'.'.join(path)} = {value!r:.30}", lambda path=path, value=value: parse(placed(path, value))))  # type: ignore[misc]
    good = default().token()
    texts = [
        b"",
        b"{",
        b"null",
        b"[" * 60_000,
        b'{"a":' * 9_000 + b"1",
        b"9" * 60_000,
        b'{"seed": 1e999}',
        b"\xff\xfe\x00",
        b'{"data": "' + b"y" * 60_000 + b'"}',
        b" " * 70_000,
    ]
    found += [(f"text {raw[:20]!r}", lambda raw=raw: parse(raw)) for raw in texts]  # type: ignore[misc]
    tokens = [
        "",
        "!",
        "a" * 9000,
        "A" * 8192,
        good[:-9],
        good[9:],
        good[::-1],
        good + "AAAA",
        "é" * 20,
        packed(b"[" * 60_000),
        packed(bytes(50_000_000)),
        packed(b"x" * 66_000),
    ]
    found += [(f"link {token[:20]}", lambda token=token: from_token(token)) for token in tokens]  # type: ignore[misc]
    wide = [{"units": 256, "activation": "tanh"}] * 8
    found.append(("9 layers", lambda: parse(placed(("model", "layers"), wide + wide[:1]))))
    found.append(("more than a run may have", lambda: _too_large()))
    return found


def _too_large() -> None:
    import dataclasses

    experiment = default()
    admit(dataclasses.replace(experiment.family.estimate(experiment), memory=10**15))


def refuse(make: Callable[[], object]) -> float:
    """Seconds until it is refused; an error if it is not."""
    begun = time.perf_counter()
    try:
        made = make()
    except Refusal as refusal:
        assert str(refusal), "refused without a sentence"
        return time.perf_counter() - begun
    raise AssertionError(f"accepted: {made!r:.200}")


def given(name: str, good: Callable[[Engine], object], cases: Sequence[Callable[[Engine], object]]) -> dict[str, Any]:
    """Files through an engine of its own, each from the call to its sentence: the reading process is started anew for each that gets so far.

    growth: of this process and of the engine with all that it has started, from when all files were given once to when they were given again. The files are made
    once, before: making them anew leaves tens of MB in this process's heap, which are free but not given back, and no growth of ours.
    """
    with tempfile.TemporaryDirectory() as home:
        engine = Engine(Path(home)).start()
        try:
            _give(engine, good)  # the first process that reads warms the others
            assert engine.pid is not None
            processes = [psutil.Process(), *(one := psutil.Process(engine.pid)).children(recursive=True), one]
            took, before = [], 0
            for _ in range(2):
                before = sum(process.memory_info().rss for process in processes)
                took = [_give(engine, case) for case in cases]
            growth = sum(process.memory_info().rss for process in processes) - before
        finally:
            engine.close()
    return {
        f"{name}_p95_ms": round(1000 * float(np.percentile(took, 95)), 1),
        f"{name}_median_ms": round(1000 * statistics.median(took), 1),
        f"{name}_most_ms": round(1000 * max(took), 1),
        f"{name}_growth_mb": round(growth / 2**20, 2),
        f"{name}_cases": len(took),
    }


def _give(engine: Engine, case: Callable[[Engine], Any]) -> float:
    """Seconds until a file is refused, or described with what was put right in it."""
    begun = time.perf_counter()
    try:
        assert case(engine)["sha256"]
    except Refusal as refusal:
        assert str(refusal), "refused without a sentence"
    return time.perf_counter() - begun


def pictures() -> dict[str, Any]:
    """240 bad zips of pictures."""
    good = hostile_pictures.packed(hostile_pictures.good(random.Random(0)))
    return given(
        "pictures",
        lambda engine: engine.upload_pictures(good),
        [lambda engine, raw=raw: engine.upload_pictures(raw) for _, raw in hostile_pictures.made()],  # type: ignore[misc]
    )


def sequences() -> dict[str, Any]:
    """Series and texts, bad ones and those that are used after a repair."""
    series = [lambda engine, raw=raw: engine.upload_series(raw) for _, raw, _, _ in hostile_sequences.series()]
    texts = [lambda engine, raw=raw: engine.upload_text(raw) for _, raw, _, _ in hostile_sequences.texts()]
    return given("sequences", lambda engine: engine.upload_series(hostile_sequences.lines(hostile_sequences.WALK)), [*series, *texts])


def run(options: argparse.Namespace) -> dict[str, Any]:
    """p95_ms over all experiments and links; growth_mb: of this process, over ten more rounds. The same of pictures: pictures_p95_ms, pictures_growth_mb; and of series and texts: sequences_p95_ms, sequences_growth_mb."""
    cases = bad()
    for _, make in cases:
        refuse(make)
    process = psutil.Process()
    before = process.memory_info().rss
    took = [refuse(make) for _ in range(10) for _, make in cases]
    growth = process.memory_info().rss - before
    return {
        "p95_ms": round(1000 * float(np.percentile(took, 95)), 3),
        "median_ms": round(1000 * statistics.median(took), 3),
        "most_ms": round(1000 * max(took), 3),
        "growth_mb": round(growth / 2**20, 2),
        "cases": len(cases),
        **pictures(),
        **sequences(),
    }
