"""Points changed by hand: they keep their numbers, whatever is done to them, and nothing that is no training set gets through."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from playground.data.contract import FAR, MOST_EDITS, DataSpec, Edit, PointsSpec, Split, check_edits, sizes
from playground.data.edits import edited, with_edit
from playground.experiment import from_token, parse
from playground.families.dense.presets import PRESETS
from playground.registry import datasets, describe, spec_of
from playground.text import Refusal

COUNT = 7
PLACES = st.tuples(st.floats(-6, 6, width=32), st.floats(-6, 6, width=32))
State = dict[int, tuple[tuple[float, float], int]]


def part(count: int = COUNT) -> Split:
    number = np.arange(count, dtype=np.float32)
    return Split(np.stack([number, -number], 1), np.arange(count) % 2)


def seen(edits: tuple[Edit, ...], count: int = COUNT) -> State:
    """Number -> (place, class) of each point that is there."""
    found, numbers = edited(part(count), edits)
    assert found.x.dtype == np.float32 and found.y.dtype == np.int64
    assert len(found) == len(numbers) and (np.diff(numbers) > 0).all()
    return {int(number): ((float(x[0]), float(x[1])), int(y)) for number, x, y in zip(numbers, found.x, found.y, strict=True)}


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "move", "remove"]), st.integers(0, 30), PLACES, st.integers(0, 1)), max_size=30))
def test_edits_are_what_was_done_in_that_order_and_can_be_taken_back(done: list[tuple[str, int, tuple[float, float], int]]) -> None:
    """Against a plain dictionary of numbered points; then back, each by what stood there before."""
    edits: tuple[Edit, ...] = ()
    state, known = seen(edits), COUNT
    states, back = [dict(state)], []
    for what, pick, place, label in done:
        at = known if what == "add" else pick % known
        back.append((at, state.get(at)))
        if what == "remove":
            state.pop(at, None)
        else:
            state[at] = (place, label)
        edit = Edit(at=None if what == "add" else at, x=None if what == "remove" else place, y=float(label))
        edits = with_edit(edits, edit, COUNT)
        known += what == "add"
        assert seen(edits) == dict(sorted(state.items()))
        states.append(dict(state))
    for (at, before), expected in zip(reversed(back), reversed(states[:-1]), strict=True):
        undo = Edit(at=at, x=None) if before is None else Edit(at=at, x=before[0], y=float(before[1]))
        edits = with_edit(edits, undo, COUNT)
        assert seen(edits) == dict(sorted(expected.items()))
    named = [edit.at for edit in edits if edit.at is not None]
    assert len(named) == len(set(named)) and all(at < COUNT for at in named)


def test_a_values_target_is_changed_too() -> None:
    made = Split(np.zeros((3, 2), np.float32), np.zeros((3, 1), np.float32))
    found, _ = edited(made, (Edit(at=1, x=(1.0, 2.0), y=0.5), Edit(at=None, x=(3.0, 4.0), y=-0.25)))
    assert found.y.dtype == np.float32 and found.y.tolist() == [[0.0], [0.5], [0.0], [-0.25]]
    assert not made.y.any(), "the part itself stays as it was made"


@pytest.mark.parametrize("edit", [Edit(at=COUNT, x=(0.0, 0.0)), Edit(at=COUNT + 1, x=None), Edit(at=None, x=None)])
def test_what_is_not_there_cannot_be_changed(edit: Edit) -> None:
    with pytest.raises(Refusal):
        with_edit((), edit, COUNT)


def test_there_is_a_limit_and_at_it_points_with_an_entry_can_still_change() -> None:
    full: tuple[Edit, ...] = ()
    for _ in range(MOST_EDITS):
        full = with_edit(full, Edit(at=None, x=(1.0, 1.0)), COUNT)
    with pytest.raises(Refusal, match="300"):
        with_edit(full, Edit(at=0, x=None), COUNT)
    assert len(seen(with_edit(full, Edit(at=COUNT + 5, x=None), COUNT))) == COUNT + MOST_EDITS - 1


@pytest.mark.parametrize(
    "given",
    [
        {"at": -1, "x": None},
        {"at": 5300, "x": None},
        {"at": 1.5, "x": None},
        {"at": True, "x": None},
        {"at": 0, "x": (FAR + 1, 0.0)},
        {"at": 0, "x": (float("nan"), 0.0)},
        {"at": 0, "x": (float("inf"), 0.0)},
        {"at": 0, "x": (0.0,)},
        {"at": 0, "x": (0.0, 0.0, 0.0)},
        {"at": 0, "x": (0.0, 0.0), "y": 11.0},
        {"at": 0, "x": (0.0, 0.0), "label": 1.0},
        {"x": (0.0, 0.0)},
    ],
)
def test_an_edit_has_limits(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Edit.model_validate(given)


@given(st.floats(-FAR, FAR))
def test_coordinates_are_kept_as_networks_see_them(value: float) -> None:
    kept = Edit(at=0, x=(value, 0.0)).x
    assert kept is not None and np.float32(kept[0]) == np.float32(value) and len(f"{kept[0]!r}") <= 15


def spec(name: str, *edits: Edit, **more: object) -> DataSpec:
    return spec_of(name).model_validate({"edits": edits, **more})


def check(checked: DataSpec) -> None:
    check_edits(checked, describe(checked))


@pytest.mark.parametrize("name", [name for name, dataset in datasets().items() if issubclass(spec_of(name), PointsSpec)])
def test_classes_of_edits_are_the_datasets(name: str) -> None:
    last = len(describe(spec(name)).classes) - 1
    check(spec(name))
    if last < 0:
        check(spec(name, Edit(at=None, x=(0.0, 0.0), y=-0.3)))
        return
    check(spec(name, Edit(at=None, x=(0.0, 0.0), y=float(last)), Edit(at=4, x=None, y=0.5)))
    for wrong in (-1.0, 0.5, last + 1.0):
        with pytest.raises(Refusal, match=f"from 0 to {last}; {wrong:g} was"):
            check(spec(name, Edit(at=None, x=(0.0, 0.0), y=wrong)))


def test_the_chosen_number_of_classes_counts() -> None:
    sixth = Edit(at=None, x=(0.0, 0.0), y=5.0)
    check(spec("blobs", sixth, classes=6))
    with pytest.raises(Refusal, match="from 0 to 4"):
        check(spec("blobs", sixth, classes=5))


def test_edits_name_points_of_the_training_part_once() -> None:
    count = sizes(500, spec("circle"))[0]
    check(spec("circle", Edit(at=count - 1, x=None)))
    for edits in ([Edit(at=count, x=None)], [Edit(at=3, x=None), Edit(at=3, x=(0.0, 0.0))]):
        with pytest.raises(Refusal, match=f"below {count}, or null for a new one; {edits[-1].at}"):
            check(spec("circle", *edits))


def test_one_training_point_has_to_stay() -> None:
    chosen = {"samples": 50, "train_fraction": 0.1}
    gone = [Edit(at=at, x=None) for at in range(5)]
    check(spec("circle", *gone[:4], **chosen))
    check(spec("circle", *gone, Edit(at=None, x=(0.0, 0.0)), **chosen))
    for edits in (gone, [*gone, Edit(at=None, x=None)]):
        with pytest.raises(Refusal, match="At least one"):
            check(spec("circle", *edits, **chosen))


def test_a_link_carries_all_the_edits_there_may_be() -> None:
    rng = np.random.default_rng(0)
    edits = [{"at": at, "x": rng.uniform(-6, 6, 2).tolist(), "y": float(at % 2)} for at in range(MOST_EDITS)]
    plain = dict(PRESETS["spiral"].experiment)
    experiment = parse({**plain, "data": {**plain["data"], "samples": 1000, "edits": edits}})
    assert from_token(experiment.token()) == experiment
