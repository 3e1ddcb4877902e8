"""What a probe gets to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from torch import nn

from playground.training.history import History
from playground.training.learner import Answered, Examples, Learner, Phase
from playground.training.losses import Objective
from playground.training.records import Records

if TYPE_CHECKING:
    from playground.data.contract import Parts
    from playground.experiment import Experiment


@dataclass
class Context:
    """A run as probes, asks and actions see it.

    examples: each part on the model's device, by name (train, validation, test). parts: the same as numpy arrays, with the data they
    are of. chance: metric -> what an answer that does not look would reach. events: the actions so far. experiment: with them. phase: where the step
    under way stands, or the last phase that was looked at; None after whole steps. phases: of that step, by name, those that were. kept: whatever a
    probe wants to keep as long as the run; frame: the same for one frame, so that probes share what they compute. answered: parts as they were answered when
    last measured, by name.
    """

    experiment: Experiment
    parts: Parts
    model: nn.Module
    objective: Objective
    learner: Learner
    examples: Mapping[str, Examples]
    history: History
    records: Records
    chance: Mapping[str, float]
    phase: Phase | None = None
    phases: dict[str, Phase] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    frame: dict[str, Any] = field(default_factory=dict)
    answered: dict[str, Answered] = field(default_factory=dict)
