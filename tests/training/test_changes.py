"""Live changes of a run: what each does at its step, and that a run with changes is repeated and gone on from bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.reports import note_change
from playground.engine.run import Run
from playground.engine.session import Session
from playground.experiment import Experiment, parse
from playground.text import Refusal
from playground.training import devices

devices.one_thread()


def experiment(
    epochs: int = 40, samples: int = 50, layers: list[dict[str, Any]] | None = None, data: Mapping[str, Any] | None = None, **training: Any
) -> Experiment:
    """25 training examples in batches of 10, 10 and 5: three steps an epoch."""
    return parse({
        "data": {"name": "circle", "samples": samples, "noise": 0.1, "train_fraction": 0.5, "validation_fraction": 0.2, **(data or {})},
        "model": {"family": "dense", "layers": layers or [{"units": 3, "batch_norm": True, "dropout": 0.2}]},
        "training": {"optimizer": {"name": "adam"}, "batch_size": 10, "epochs": epochs, **training},
    })  # fmt: skip


def to(session: Session, step: int) -> Session:
    while session.step < step and session.ended is None:
        session.advance()
    return session


def put(session: Session, path: str, value: Any) -> None:
    session.act("set", {"path": f"training.{path}", "value": value})


def point(session: Session, at: int | None, x: list[float] | None, y: float = 0) -> int:
    return int(session.act("point", {"at": at, "x": x, "y": y})["at"])


def drawn(session: Session, steps: int) -> list[list[int]]:
    """The examples of the next mini-batches, by their place in the training part."""
    found = []
    for _ in range(steps):
        session.advance_phase()
        found.append(session._context.phases["sample"].tensors["numbers"].tolist())
        session.advance()
    return found


def rows_of(session: Session) -> list[dict[str, Any]]:
    rows = session.take_rows()
    while session.ended is None:
        session.advance()
        rows += session.take_rows()
    return rows


# -- mini-batches and epochs


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([1, 2, 3, 7, 10, 12, 24, 25, 26, 5000])), min_size=1, max_size=5))
def test_every_example_once_an_epoch_whatever_the_batch_size(changes: list[tuple[int, int]]) -> None:
    session = Session(experiment(layers=[{"units": 1}], optimizer={"name": "sgd"}, epochs=1000))
    seen: list[int] = []
    epochs = [0.0]

    def take() -> None:
        (batch,) = drawn(session, 1)
        seen.extend(batch)
        epochs.append(session.epoch)
        assert epochs[-1] > epochs[-2]
        assert session.epoch == pytest.approx(len(seen) / 25, abs=1e-9)
        assert (len(seen) % 25 == 0) == (session.epoch == round(session.epoch))

    for steps, size in changes:
        for _ in range(steps):
            take()
        before = session.epoch
        put(session, "batch_size", size)
        assert session.epoch == pytest.approx(before, abs=1e-12) and session.epoch >= before - 1e-15
    while len(seen) % 25:
        take()
    take()
    for begin in range(0, len(seen) // 25 * 25, 25):
        assert sorted(seen[begin : begin + 25]) == list(range(25))


def test_a_row_at_each_epochs_end_after_another_batch_size() -> None:
    session = Session(experiment(epochs=6))
    to(session, 4)  # one step into the second epoch
    put(session, "batch_size", 5)  # 15 examples to go: steps 5, 6, 7; then five an epoch
    rows = rows_of(session)
    assert [(row["step"], row["epoch"]) for row in rows] == [(0, 0), (3, 1), (7, 2), (12, 3), (17, 4), (22, 5), (27, 6)]
    assert session.ended is not None and session.ended[0] == "finished"


def test_gradient_descent_in_mid_epoch_takes_the_rest_then_everything() -> None:
    session = Session(experiment(epochs=5))
    to(session, 4)
    put(session, "optimizer", {"name": "gradient_descent"})
    sizes = [len(batch) for batch in drawn(session, 3)]
    assert sizes == [15, 25, 25] and session.epoch == 4


def test_points_added_moved_and_taken_away_in_mid_epoch() -> None:
    session = Session(experiment(optimizer={"name": "sgd"}))
    first = drawn(session, 4)[3]
    before = session.epoch
    x = session._context.parts.train.x.copy()
    gone, moved = sorted(set(range(25)) - set(first))[:2]
    early = min(first)
    point(session, gone, None)
    point(session, early, None)  # seen already in this epoch: the rest stays as it was
    assert point(session, moved, [1.0, -2.0], 1) == moved
    assert point(session, None, [3.0, 3.0], 1) == 25 and point(session, None, [-3.0, 3.0], 0) == 26
    train = session._context.parts.train
    kept = [at for at in range(25) if at not in (gone, early)]
    assert len(train) == 25 and train.x[kept.index(moved)].tolist() == [1, -2] and train.x[-1].tolist() == [-3, 3] and train.y[-2:].tolist() == [1, 0]
    others = [place for place, at in enumerate(kept) if at != moved]
    np.testing.assert_array_equal(train.x[others], x[[kept[place] for place in others]])
    assert session.epoch >= before
    rest = list(chain(*drawn(session, 2)))
    assert session.epoch == 2, "14 old ones and 2 new ones: two mini-batches"
    unseen = [place for place, at in enumerate(kept) if at not in first] + [23, 24]
    assert sorted(rest) == sorted(unseen) and rest[-2:] == [23, 24], "new ones at the end"
    assert sorted(chain(*drawn(session, 3))) == list(range(25))


def test_all_that_an_epoch_still_had_to_see_is_taken_away() -> None:
    session = Session(experiment(optimizer={"name": "sgd"}, epochs=3))
    batches = drawn(session, 2)
    left = set(range(25)) - set(chain(*batches))
    for at in left:
        point(session, at, None)
    assert session.epoch == 1 and len(session._context.parts.train) == 20
    rows = rows_of(session)
    assert [row["epoch"] for row in rows] == [0, 2, 3] and session.step == 6


def test_chance_follows_the_points() -> None:
    session = Session(experiment())
    y = session._context.parts.train.y
    for at in np.flatnonzero(y == 1)[:-1]:
        point(session, int(at), None)
    left = session._context.parts.train.y
    share = left.mean()
    assert left.sum() == 1 and session._context.chance == {"loss": pytest.approx(4 * share * (1 - share)), "accuracy": pytest.approx(1 - share)}
    while session.status()["undo"]:
        session.act("undo", {})
    share = y.mean()
    assert session._context.chance["loss"] == pytest.approx(4 * share * (1 - share))
    np.testing.assert_array_equal(session._context.parts.train.y, y)


# -- what a change does to the numbers


def test_another_optimizer_starts_without_memory_and_new_settings_keep_it() -> None:
    session = Session(experiment())
    to(session, 7)
    rule = session._learner.optimizer
    put(session, "optimizer.beta1", 0.5)
    assert session._learner.optimizer is rule and rule.steps == 7 and rule.spec.beta1 == 0.5
    put(session, "optimizer", {"name": "momentum", "learning_rate": 0.02})
    rule = session._learner.optimizer
    assert rule.steps == 0 and all(not kept.any() for kept in rule.memory["velocity"]) and session.status()["learning_rate"] == 0.02
    weights = [parameter.detach().clone() for parameter in rule.parameters]
    session.advance()
    for before, parameter in zip(weights, rule.parameters, strict=True):
        np.testing.assert_allclose((before - 0.02 * parameter.grad).detach().numpy(), parameter.detach().numpy(), rtol=1e-6, atol=1e-8)


def test_the_schedule_is_of_the_epoch_and_follows_changes() -> None:
    session = Session(experiment(epochs=10, schedule={"name": "step", "every": 2, "factor": 0.5}, optimizer={"name": "sgd", "learning_rate": 0.08}))
    rates = {}
    while session.ended is None:
        rates.setdefault(session.epoch, session.status()["learning_rate"])
        session.advance()
    assert all(rate == 0.08 * 0.5 ** (epoch // 2) for epoch, rate in rates.items()) and len(rates) == 30
    session = Session(experiment(epochs=10, optimizer={"name": "sgd", "learning_rate": 0.08}))
    to(session, 15)
    put(session, "schedule", {"name": "cosine"})
    assert session.status()["learning_rate"] == pytest.approx(0.04)
    put(session, "epochs", 20)
    assert session.status()["learning_rate"] == pytest.approx(0.08 * (1 + 2**-0.5) / 2)
    put(session, "schedule", {"name": "constant"})
    assert session.status()["learning_rate"] == 0.08


def test_penalties_and_clipping_apply_from_the_next_step_on() -> None:
    session = Session(experiment(optimizer={"name": "sgd", "learning_rate": 0.5}))
    to(session, 5)
    put(session, "l1", 0.1)
    put(session, "l2", 0.3)
    put(session, "clip", 1e-3)
    weights = [parameter.detach().clone() for parameter in session._learner.optimizer.parameters]
    session.advance()
    moved = np.sqrt(
        sum(float((parameter.detach() - before).square().sum()) for before, parameter in zip(weights, session._learner.optimizer.parameters, strict=True))
    )
    assert moved == pytest.approx(0.5 * 1e-3, rel=1e-3)


# -- when it ends


def test_more_epochs_let_a_finished_run_go_on_as_if_they_had_been_there() -> None:
    session = Session(experiment(epochs=4))
    rows = rows_of(session)
    assert session.ended is not None and str(session.ended[1]) == "All 4 epochs are done."
    session.resume()
    assert session.ended is not None, "finished is finished"
    put(session, "epochs", 9)
    assert session.ended is None
    assert rows + rows_of(session) == rows_of(Session(experiment(epochs=9)))


@pytest.mark.parametrize("step", [6, 7, 8, 9])
def test_fewer_epochs_than_it_has_end_it_at_once(step: int) -> None:
    session = Session(experiment())
    to(session, step)
    rows = session.take_rows()
    put(session, "epochs", 2)
    assert session.ended is not None and session.ended[0] == "finished" and str(session.ended[1]) == "All 2 epochs are done."
    rows += session.take_rows()
    assert rows[-1]["step"] == step and len({row["step"] for row in rows}) == len(rows)
    assert all(value is not None for value in rows[-1]["metrics"].values())
    session.advance()
    assert session.step == step
    put(session, "epochs", 10)
    assert [row["epoch"] for row in rows_of(session)] == list(range(3 + (step > 8), 11))


def test_the_epoch_under_way_may_be_the_last() -> None:
    session = Session(experiment())
    to(session, 7)
    put(session, "epochs", 3)
    assert session.ended is None
    to(session, 100)
    assert session.step == 9 and session.ended is not None


def test_a_change_that_ends_nothing_leaves_a_stopped_run_stopped() -> None:
    session = Session(experiment(target_loss=10.0, layers=[{"units": 8}], optimizer={"name": "adam", "learning_rate": 0.05}))
    assert session.ended is None, "an untrained network is not stopped"
    put(session, "target_loss", 0.8)
    to(session, 1000)
    assert session.ended is not None and session.ended[0] == "stopped"
    put(session, "optimizer.learning_rate", 0.001)
    assert session.ended is not None and session.ended[0] == "stopped"
    put(session, "epochs", 1)
    assert session.ended[0] == "finished"


# -- repeated and gone on from


POINT = st.tuples(st.just("point"), st.fixed_dictionaries({
    "at": st.none() | st.integers(0, 27), "x": st.none() | st.tuples(st.integers(-6, 6), st.floats(-6, 6, width=32)).map(list), "y": st.sampled_from([0, 1]),
}))  # fmt: skip
OPTIMIZERS = ["gradient_descent", "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"]
SET = st.tuples(st.just("set"), st.one_of(
    st.tuples(st.just("training.batch_size"), st.sampled_from([1, 4, 9, 10, 11, 25, 100])),
    st.tuples(st.just("training.optimizer"), st.sampled_from(OPTIMIZERS).map(lambda name: {"name": name})),
    st.tuples(st.just("training.optimizer.learning_rate"), st.sampled_from([0.001, 0.03, 0.2])),
    st.tuples(st.just("training.schedule"), st.sampled_from([{"name": "step", "every": 1}, {"name": "cosine"}, {"name": "one_cycle"}, {"name": "exponential", "rate": 0.9}])),
    st.tuples(st.sampled_from(["training.l1", "training.l2", "training.clip"]), st.sampled_from([0, 0.01, 0.5])),
    st.tuples(st.just("training.epochs"), st.sampled_from([1, 2, 4, 8, 40])),
    st.tuples(st.just("training.early_stopping"), st.sampled_from([0, 1, 3])),
    st.tuples(st.just("training.plateau"), st.sampled_from([0, 1, 3])),
    st.tuples(st.just("training.target_loss"), st.sampled_from([0, 0.8, 5])),
).map(lambda pair: {"path": pair[0], "value": pair[1]}))  # fmt: skip
WEIGHT = st.tuples(st.just("weight"), st.fixed_dictionaries({
    "layer": st.integers(1, 2), "unit": st.just(0), "input": st.none() | st.just(1), "value": st.floats(-3, 3, width=32),
}))  # fmt: skip
UNDO = st.just(("undo", {}))
MOVES = st.one_of(
    st.tuples(st.just("step"), st.integers(1, 9)), st.tuples(st.just("phase"), st.integers(1, 7)), st.just(("resume", 0)), POINT, SET, WEIGHT, UNDO
)  # fmt: skip


def play(session: Session, moves: list[tuple[str, Any]], saving: set[int]) -> tuple[Session, list[dict[str, Any]]]:
    """Make the moves; after those in `saving`, go on from a checkpoint in a fresh session. Gives the last session and all rows."""
    rows = session.take_rows()
    for number, (name, params) in enumerate(moves):
        if name == "step":
            for _ in range(params):
                session.advance()
        elif name == "phase":
            for _ in range(params):
                session.advance_phase()
        elif name == "resume":
            session.resume()
        else:
            try:
                session.act(name, params)
            except Refusal as refusal:
                assert str(refusal)
        rows += session.take_rows()
        if number in saving and not session.mid_step:
            saved, status = session.checkpoint(), session.status()
            session = Session(session.experiment)
            session.take_rows()
            session.restore(saved)
            assert session.take_rows() == [] and session.checkpoint() == saved
            assert session.status() == {**status, "phase": None}
    session.end_step()
    return session, rows + session.take_rows()


def followed(session: Session) -> Experiment:
    """The current experiment as the engine derives it from what it is told."""
    run = Run("x", session.experiment, gap=lambda: 0.0, devices=[])
    for event in session._context.events:
        note_change(run, event)
    return run.current


@settings(max_examples=40, deadline=None)
@given(st.lists(MOVES, min_size=1, max_size=14), st.sets(st.integers(0, 14)))
def test_any_changes_are_gone_on_from_and_repeated_bit_for_bit(moves: list[tuple[str, Any]], saving: set[int]) -> None:
    whole, rows = play(Session(experiment(epochs=8)), moves, set())
    parts, same = play(Session(experiment(epochs=8)), moves, saving)
    assert rows == same
    assert parts.checkpoint() == whole.checkpoint()
    assert followed(whole) == whole.current == parts.current
    assert all(row["step"] > before["step"] and row["epoch"] > before["epoch"] for before, row in pairwise(rows))
    events = whole._context.events
    assert all(event["epoch"] >= before["epoch"] for before, event in pairwise(events))
    if any(name == "resume" for name, _ in moves):
        return  # when it was told to go on is not among the changes
    again = to(Session(experiment(epochs=8), replay=events), whole.step)
    assert again.take_rows() == rows
    assert again.checkpoint() == whole.checkpoint()


def test_undo_takes_back_points_and_weights_in_turn() -> None:
    session = Session(experiment())
    to(session, 4)
    x, weights = session._context.parts.train.x.copy(), session.weights()
    point(session, 3, [5.5, 1.25], 1)
    session.act("weight", {"layer": 1, "unit": 0, "input": 1, "value": 2.5})
    point(session, 7, None)
    point(session, None, [0.0, 0.5], 0)
    put(session, "l2", 0.5)
    assert session.status()["undo"] == 4
    for left in (3, 2, 1, 0):
        session.act("undo", {})
        assert session.status()["undo"] == left
    np.testing.assert_array_equal(session._context.parts.train.x, x)
    assert session.weights() == weights and session.current.training.l2 == 0.5
    with pytest.raises(Refusal, match="nothing to undo"):
        session.act("undo", {})
    assert [event.get("undo", False) for event in session.status()["events"]] == [False] * 5 + [True] * 4


def test_a_change_within_a_step_waits_for_its_end() -> None:
    session, whole = Session(experiment()), Session(experiment())
    to(whole, 5)
    to(session, 4)
    session.advance_phase()
    session.advance_phase()
    with pytest.raises(Refusal):
        session.act("set", {"path": "training.batch_size", "value": 0})
    assert session.mid_step and session.status()["phase"] == "forward", "what is refused changes nothing"
    for run in (session, whole):
        put(run, "batch_size", 3)
    assert not session.mid_step and session.checkpoint() == whole.checkpoint()


def test_at_rest_between_two_rows_the_numbers_are_those_of_now() -> None:
    session, other = to(Session(experiment()), 4), to(Session(experiment()), 4)
    before = session.status()["metrics"]
    session.rest()
    now = session.status()["metrics"]
    assert now != before and now == other._course._measure(in_steps=False)
    assert rows_of(session) == rows_of(to(Session(experiment()), 4))


def test_numbers_are_measured_anew_after_a_change_and_after_coming_back() -> None:
    session = Session(experiment())
    to(session, 6)
    before = session.status()["metrics"]
    session.act("weight", {"layer": 2, "unit": 0, "input": 0, "value": 30})
    after = session.status()["metrics"]
    assert after["test_loss"] != before["test_loss"] and set(after) == set(before)
    again = Session(experiment())
    again.restore(session.checkpoint())
    assert again.status()["metrics"] == after


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("set", {}), ("set", {"path": "training.l2"}), ("set", {"path": "training.l2", "value": 0.1, "more": 1}),
    ("set", {"path": "training.loss", "value": "hinge"}), ("set", {"path": "model.layers", "value": []}), ("set", {"path": "seed", "value": 3}),
    ("set", {"path": "", "value": 1}), ("set", {"path": "training", "value": {}}), ("set", {"path": "training.optimizer.warp", "value": 1}),
    ("set", {"path": "training.optimizer.learning_rate.real", "value": 1}), ("set", {"path": "training.optimizer.name", "value": "adam"}),
    ("set", {"path": ["training", "l2"], "value": 1}), ("set", {"path": None, "value": 1}), ("set", {"path": "." * 5000, "value": 1}),
    ("set", {"path": "data.edits", "value": []}), ("set", {"path": "data.edits.0.x", "value": 1}), ("set", {"path": "__class__", "value": 1}),
    ("set", {"path": "training.optimizer.momentum", "value": 0.5}), ("set", {"path": "training.early_stopping", "value": -1}),
    *(("set", {"path": "training.batch_size", "value": value}) for value in (0, -1, 5001, 2.5, "10", None, True, [10], {"a": 1}, 10**30, float("nan"), [0] * 100_000)),
    *(("set", {"path": "training.optimizer", "value": value}) for value in ("adam", {}, {"name": "warp"}, {"name": "adam", "momentum": 0.5}, None, [], 3)),
    *(("set", {"path": "training.schedule", "value": value}) for value in ("cosine", {"name": "step", "every": 0}, {"name": []})),
    ("point", {}), ("point", {"at": 0}), ("point", {"at": 0, "x": [0, 0], "y": 0, "z": 0}), ("point", {"at": None, "x": None, "y": 0}),
    *(("point", {"at": at, "x": [0, 0], "y": 0}) for at in (-1, 25, 10**9, 1.5, "0", True, [0], {})),
    *(("point", {"at": 0, "x": x, "y": 0}) for x in ([], [0], [0, 0, 0], ["0", "0"], "00", [None, 0], [21, 0], [float("nan"), 0], [True, False], 5, {}, [0] * 50_000)),
    *(("point", {"at": 0, "x": [0, 0], "y": y}) for y in (2, -1, 0.5, "0", None, True, [], float("inf"))),
    ("undo", {"deep": True}), ("undo", {}), ("warp", {}), ("weight", {}), ("weight", {"layer": 9, "unit": 0, "input": 0, "value": 0}),
    ("weight", {"layer": 1, "unit": 0, "input": 0, "value": "1"}), ("__init__", {}), ("", {}), ("x" * 40, {}),
]  # fmt: skip


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_a_class_of_wrong_changes_is_refused_with_a_sentence_and_changes_nothing() -> None:
    session = Session(experiment())
    to(session, 4)
    before = session.checkpoint()
    wrong = [*WRONG, ("set", {"path": "training.l2", "value": nested(10_000)}), ("point", {"at": 0, "x": nested(10_000), "y": 0})]
    for name, params in wrong:
        with pytest.raises(Refusal) as refused:
            session.act(name, params)
        assert 10 < len(str(refused.value)) < 700, (name, str(params)[:60])
    assert session.checkpoint() == before and session.status()["undo"] == 0


def test_the_last_training_point_stays() -> None:
    session = Session(experiment(samples=50, data={"train_fraction": 0.1}))
    for at in range(4):
        point(session, at, None)
    with pytest.raises(Refusal, match="At least one has to stay"):
        point(session, 4, None)
    session.advance()
    assert session.epoch == 1


def test_early_stopping_needs_a_validation_part() -> None:
    session = Session(experiment(data={"validation_fraction": 0.0}))
    with pytest.raises(Refusal, match="validation"):
        put(session, "early_stopping", 5)


def test_tables_have_no_points_to_move() -> None:
    session = Session(parse({"data": {"name": "iris"}, "model": {"family": "dense", "layers": []}, "training": {"loss": "cross_entropy"}}))
    with pytest.raises(Refusal, match="points of a plane"):
        point(session, 0, [0, 0])


def test_a_batch_too_large_for_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from playground.engine import limits

    wide = experiment(samples=5000, layers=[{"units": 256}] * 8, data={"train_fraction": 0.9, "validation_fraction": 0.0})
    session = Session(wide)
    estimate = wide.family.estimate
    larger = parse({**wide.model_dump(mode="json"), "training": {**wide.training.model_dump(mode="json"), "batch_size": 4500}})
    assert estimate(larger).memory > estimate(wide).memory
    monkeypatch.setenv("PLAYGROUND_RUN_MEMORY_MB", str(estimate(wide).memory // 2**20 + 1))
    limits.limits.cache_clear()
    try:
        with pytest.raises(Refusal, match="MB"):
            put(session, "batch_size", 4500)
    finally:
        monkeypatch.undo()
        limits.limits.cache_clear()


def test_a_run_takes_so_many_changes() -> None:
    from playground.engine.actions import MOST_EVENTS

    session = Session(experiment())
    session._context.events.extend([{}] * MOST_EVENTS)
    with pytest.raises(Refusal, match=str(MOST_EVENTS)):
        put(session, "l2", 0.1)
