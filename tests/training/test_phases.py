"""A run taken phase by phase is the same run, whatever is looked at, asked or done in between."""

from __future__ import annotations

from typing import Any

import pytest

from playground.engine.session import Session
from playground.experiment import Experiment, parse
from playground.training.learner import PHASES

LAYERS = [{"units": 5, "activation": "gelu", "batch_norm": True, "dropout": 0.3}, {"units": 3, "activation": "tanh", "dropout": 0.2}]
TRAININGS: dict[str, dict[str, Any]] = {
    "cosine": {"optimizer": {"name": "adam"}, "schedule": {"name": "cosine"}, "l2": 0.01},
    "step": {"optimizer": {"name": "momentum"}, "schedule": {"name": "step", "every": 2, "factor": 0.5}, "clip": 0.05},
    "one cycle": {"optimizer": {"name": "nesterov"}, "schedule": {"name": "one_cycle"}, "l1": 0.01},
    "exponential": {"optimizer": {"name": "rmsprop"}, "schedule": {"name": "exponential", "rate": 0.9}},
}


def experiment(**training: Any) -> Experiment:
    """27 training examples in batches of 13, 13 and 1: a batch norm of one example is among them."""
    return parse({
        "data": {"name": "circle", "samples": 54, "train_fraction": 0.5, "validation_fraction": 0.2},
        "model": {"family": "dense", "layers": LAYERS},
        "training": {"batch_size": 13, "epochs": 8, **training},
    })  # fmt: skip


def whole(made: Session, steps: int) -> Session:
    for _ in range(steps):
        made.advance()
    return made


@pytest.mark.parametrize("name", TRAININGS)
def test_phases_are_whole_steps_bit_for_bit(name: str) -> None:
    straight = whole(Session(experiment(**TRAININGS[name])), 24)
    slow = Session(experiment(**TRAININGS[name]))
    views = [view.name for view in slow.experiment.family.views_of(slow.experiment)]
    for _ in range(24):
        for phase in PHASES:
            slow.advance_phase()
            assert slow.status()["phase"] == phase
            slow.draw(views)
            slow.ask("trace", {"part": "batch", "index": 0, "layer": 1, "unit": 2})
            slow.ask("trace", {"part": "test", "index": 3, "layer": 2, "unit": 1})
    assert slow.ended == straight.ended and slow.ended is not None
    assert slow.take_rows() == straight.take_rows()
    assert slow.checkpoint() == straight.checkpoint()


@pytest.mark.parametrize("phases", [1, 2, 3, 4])
def test_a_change_or_a_checkpoint_first_ends_the_step(phases: int) -> None:
    params = {"path": "training.optimizer.learning_rate", "value": 0.02}
    straight, slow = (whole(Session(experiment(**TRAININGS["cosine"])), 4) for _ in range(2))
    straight.advance()
    for _ in range(phases):
        slow.advance_phase()
    assert slow.step == 4 and slow.mid_step
    assert slow.checkpoint() == straight.checkpoint()
    assert slow.step == 5 and not slow.mid_step
    for _ in range(phases):
        slow.advance_phase()
    straight.advance()
    for one in (straight, slow):
        one.act("set", params)
    assert slow.step == 6 and slow.status()["phase"] is None
    assert whole(slow, 7).checkpoint() == whole(straight, 7).checkpoint()


def test_a_step_begun_by_phases_may_be_ended_whole() -> None:
    straight, mixed = (Session(experiment(**TRAININGS["step"])) for _ in range(2))
    for _ in range(3):
        mixed.advance_phase()
    mixed.advance()
    assert mixed.step == 1 and mixed.status()["phase"] == "update"
    mixed.advance()
    assert mixed.step == 2 and mixed.status()["phase"] is None
    assert whole(mixed, 5).checkpoint() == whole(straight, 7).checkpoint()
