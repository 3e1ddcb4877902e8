"""Run folders: whole files, appended lines, thinning, caps, and no path that leads out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.engine.store import KEEP_LATEST, Store, read_lines, thinned

TOKEN = "a" * 22


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    yield made
    made.close()


def test_what_was_written_is_found_again(store: Store) -> None:
    store.create(TOKEN, b"{}", {"name": "created", "params": {}})
    store.rows(TOKEN, [{"step": 0}, {"step": 25}])
    store.event(TOKEN, {"name": "train"})
    store.checkpoint(TOKEN, 25, b"weights")
    store.end(TOKEN, {"state": "stopped"})
    store.flush()
    found = store.load(TOKEN)
    assert found is not None and found.experiment == b"{}" and found.last_step == 25 and found.end == {"state": "stopped"}
    assert [event["name"] for event in found.events] == ["created", "train"]
    assert found.checkpoint is not None and found.checkpoint[0] == 25 and found.checkpoint[1].read_bytes() == b"weights"
    store.end(TOKEN, None)
    store.flush()
    again = store.load(TOKEN)
    assert again is not None and again.end is None
    assert not list(store.runs.rglob("*.part"))


@pytest.mark.parametrize("token", ["", "..", "../../etc/passwd", "a" * 21, "a" * 23, "a" * 21 + "/", "a" * 21 + "\n", "ü" * 22])
def test_a_token_is_never_a_path(store: Store, token: str) -> None:
    with pytest.raises(ValueError):
        store.load(token)


def test_an_unfinished_last_line_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b'{"step": 1}\n{"step": 2}\n{"st')
    assert read_lines(path) == [{"step": 1}, {"step": 2}]


def test_checkpoints_thin_out_with_age_but_the_newest_stay() -> None:
    kept: list[Path] = []
    for step in range(100, 100_100, 100):
        kept.append(Path(f"{step:012d}.safetensors"))
        gone = thinned(kept)
        kept = [path for path in kept if path not in gone]
        assert int(kept[-1].stem) == step
    steps = [int(path.stem) for path in kept]
    assert steps[-KEEP_LATEST:] == [99_800, 99_900, 100_000]
    assert len(steps) < 20 and steps[0] < 50_000


def test_the_cap_takes_the_longest_untouched_folders_first_and_spares_those_in_use(store: Store) -> None:
    import os

    tokens = [letter * 22 for letter in "abcdef"]
    for age, token in enumerate(tokens):
        store.create(token, b"{}", {"name": "created"})
        store.flush()
        for path in store.folder(token).rglob("*"):
            os.utime(path, (1_000_000 + age, 1_000_000 + age))
    store.tidy({tokens[0]}, 3, 10**9)
    store.flush()
    assert sorted(path.name[0] for path in store.runs.iterdir()) == ["a", "d", "e", "f"]


def test_writing_for_a_run_that_was_removed_brings_nothing_back(store: Store) -> None:
    store.create(TOKEN, b"{}", {"name": "created"})
    store.remove(TOKEN)
    store.rows(TOKEN, [{"step": 1}])
    store.checkpoint(TOKEN, 1, b"")
    store.end(TOKEN, {"state": "stopped"})
    store.flush()
    assert store.load(TOKEN) is None and not store.folder(TOKEN).exists()


def test_a_line_that_a_full_disk_broke_costs_that_line_alone(store: Store) -> None:
    store.create(TOKEN, b"{}", {"name": "created"})
    store.rows(TOKEN, [{"step": 0}])
    store.flush()
    with (store.folder(TOKEN) / "history.jsonl").open("ab") as file:
        file.write(b'{"step": 2')
    store.rows(TOKEN, [{"step": 50}])
    store.flush()
    assert store.history(TOKEN) == [{"step": 0}, {"step": 50}]


def test_rows_of_a_way_not_taken_are_cut(store: Store) -> None:
    store.create(TOKEN, b"{}", {"name": "created"})
    store.rows(TOKEN, [{"step": step} for step in (0, 25, 50)])
    store.cut(TOKEN, 30)
    store.rows(TOKEN, [{"step": 50, "new": True}])
    store.flush()
    assert store.history(TOKEN) == [{"step": 0}, {"step": 25}, {"step": 50, "new": True}]
