"""The course of a run: when a row, a record or its end is due, by step and sizes alone, and why it ended."""

from __future__ import annotations

import math
from typing import Any

from playground.experiment import Experiment
from playground.text import N_, Message
from playground.training.context import Context
from playground.training.due import Due, due, sampled
from playground.training.learner import Learner
from playground.training.stopping import stop

Metrics = dict[str, float | None]


def due_for(experiment: Experiment, learner: Learner, evaluated: tuple[int, ...]) -> Due:
    """How often rows and records come in an experiment as it now stands. evaluated: sizes of the parts that a row asks the network about."""
    sizes = experiment.family.estimate(experiment)
    layers = [layer for layer in sizes.layers if layer.parameters]
    units = sum(math.prod(layer.shape) for layer in layers)
    return due(learner.epoch_steps, sizes.work, sizes.forward, len(layers), sizes.parameters, units, evaluated, sampled(sizes.forward, sizes.chunk))


class Course:
    """Adds rows and records to a context as its learner goes on.

    next: the step at which `attend` has something to do, -1 for never. row_every: steps from one row to the next. ended: the state and the reason, once there is one: "finished" after its epochs,
    "stopped" where a condition was met, "diverged" where its numbers are lost.
    """

    def __init__(self, context: Context) -> None:
        self._context, self._learner = context, context.learner
        self.ended: tuple[str, Message] | None = None
        self.next = self._row_at = 0
        self._unsent: list[dict[str, Any]] = []
        self._measured: Metrics | None = None  # after an action or at rest, until the next row
        self._anchor = 0  # a step with a row, from which the others are counted
        self._since = 0  # the row from which conditions to stop are looked at
        self.plan()

    @property
    def metrics(self) -> Metrics:
        """As last measured: by a row, or after an action."""
        found: Metrics = self._context.history.row()["metrics"] if self._measured is None else self._measured
        return found

    def plan(self, anew: bool = False) -> None:
        """Follow the experiment as it now stands: how often rows are due, and at which step the last epoch ends. anew: its mini-batches are others now, so
        rows are counted from the end of this epoch."""
        learner, experiment = self._learner, self._context.experiment
        evaluated = tuple(len(self._context.examples[part].x) for part in ("validation", "test"))
        found = due_for(experiment, learner, evaluated)
        self.row_every, self._early = found.row, found.early
        if anew:
            self._anchor = learner.steps + learner.left
        self._total = learner.steps + max(0, learner.left + (experiment.training.epochs - learner.turns) * learner.epoch_steps)
        if self.ended is not None and self.ended[0] == "finished" and learner.steps < self._total:
            self.ended, self._since = None, len(self._context.history) - 1  # it was given more epochs
        self.settle()

    def settle(self) -> None:
        """End here if no epoch is left, with a row of the steps that have none yet."""
        if self._learner.steps > 0 and self._total <= self._learner.steps and (self.ended is None or self.ended[0] == "stopped"):
            self.ended = None
            if self._context.history.row()["step"] < self._learner.steps:
                self._row()
            else:
                self._finish()

    def attend(self) -> None:
        """The row and the record of this step, if they are due."""
        step, records = self._learner.steps, self._context.records
        if step in (self._row_at, self._total):
            self._row()
        if records.due(step):
            records.take(step, self._learner.epoch)

    def look_ahead(self, also: int | None = None) -> None:
        """Set the next step that `attend` must see, and remember the weights if a record is due at it. also: one at which something else happens."""
        step, records = self._learner.steps, self._context.records
        record = records.next_after(step)
        if record == step + 1:
            records.prepare()
        self._row_at = self._anchor + (max(step - self._anchor, -1) // self.row_every + 1) * self.row_every
        if self._learner.turns < self._early:
            self._row_at = min(self._row_at, step + (self._learner.left or self._learner.epoch_steps))
        steps = (self._row_at, max(record - 1, step + 1), self._total, -1 if also is None else also)
        self.next = min(at for at in steps if at > step) if step < self._total else -1

    def resume(self) -> None:
        """Go on after a condition to stop was met: its patience starts anew."""
        if self.ended is not None and self.ended[0] == "stopped":
            self.ended, self._since = None, len(self._context.history) - 1
            self.settle()

    def measure(self) -> None:
        """Measure all parts as the network answers now, for `metrics`. Changes nothing else."""
        self._measured = self._measure(in_steps=False)

    def take_rows(self) -> list[dict[str, Any]]:
        """The rows since last taken: {"step", "epoch", "metrics": {name: number or None}}."""
        taken, self._unsent = self._unsent, []
        return taken

    def _row(self) -> None:
        """Add a row. The training part counts as the network answered it in its steps; before the first, as it answers now."""
        found, history = self._measure(in_steps=self._learner.steps > 0), self._context.history
        self._measured = None
        history.append(self._learner.steps, self._learner.epoch, found)
        self._unsent.append(history.row())
        if found[history.metrics[0]] is None:
            self.ended = ("diverged", self._overshot())
        elif self._learner.steps >= self._total:
            self._finish()
        elif reason := self._stop():
            self.ended = ("stopped", reason)

    def _measure(self, in_steps: bool) -> Metrics:
        return self._learner.measure(self._context.examples, self._context.answered, in_steps)

    def _finish(self) -> None:
        self.ended = ("finished", Message(N_("All {epochs} epochs are done."), {"epochs": self._context.experiment.training.epochs}))

    def _stop(self) -> Message | None:
        training = self._context.experiment.training
        if not (self._learner.steps and (training.target_loss or training.early_stopping or training.plateau)):
            return None
        rows, names = self._context.history.rows[self._since :], self._context.history.metrics
        validation = rows[:, 2 + names.index("validation_loss")] if "validation_loss" in names else None
        return stop(training, rows[:, 1], rows[:, 2], validation)

    def _overshot(self) -> Message:
        rate = self._context.experiment.training.optimizer.learning_rate
        return Message(
            N_("The loss is no longer a number: with a learning rate of {learning_rate} the updates overshoot. Reset, and try a lower one, such as {lower}."),
            {"learning_rate": float(f"{rate:.6g}"), "lower": float(f"{rate / 10:.2g}")},
        )

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps of it, as JSON can hold it."""
        ended = None if self.ended is None else [self.ended[0], self.ended[1].plain()]
        return {"anchor": self._anchor, "since": self._since, "ended": ended, "measured": self._measured}

    def restore(self, kept: Any) -> None:
        """Go on from a `state`, with learner and history already there."""
        self._anchor, self._since, ended = int(kept["anchor"]), int(kept["since"]), kept["ended"]
        self.ended = None
        self._unsent = []
        self.plan()
        self.ended = (ended[0], Message.of(ended[1])) if ended else None
        self._measured = kept["measured"]
