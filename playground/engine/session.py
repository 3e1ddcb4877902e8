"""One training, put together out of an experiment: used alike by the worker and by the command line."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import ValidationError

from playground import changes
from playground.data.contract import Parts, PointsSpec, split
from playground.data.edits import edited
from playground.engine.protocol import EVENTS_TOLD
from playground.experiment import Experiment, sentences
from playground.randomness import streams
from playground.registry import make, torch_side
from playground.text import N_, Message, Refusal
from playground.training import checkpoints, devices
from playground.training.context import Context
from playground.training.due import Due, due
from playground.training.history import History
from playground.training.layers import Chance
from playground.training.learner import PHASES, Learner, Phase, generator, looking, on_device
from playground.training.losses import objective
from playground.training.records import Records
from playground.training.stopping import stop

Figure = dict[str, Any]
Event = dict[str, Any]

MOST_EVENTS = 1000  # live changes of one run


class Session:
    """A run's model, data, learner and history. Knows no clock, no files and no viewers.

    experiment: as it was started; current: with its live changes. phase: where it stands within a step, None between steps.
    replay: actions to be repeated, each when its step is reached: [{"step", "name", "params"}], in order of their steps.
    device: a name of `devices.available()`. Refusal where the device is not here.
    """

    def __init__(self, experiment: Experiment, device: str = "cpu", replay: Sequence[Mapping[str, Any]] = ()) -> None:
        self.experiment = self.current = experiment
        self._family = experiment.family
        self._estimate = self._family.estimate(experiment)
        self.device = devices.choose(device, self._estimate.work)
        self._model_side, self._probes, self._figures = torch_side(experiment.model.family)
        self._context = self._assemble()
        self._learner, self._history, self._records = self._context.learner, self._context.history, self._context.records
        self._replay = [dict(event) for event in replay]
        self._unsent: list[dict[str, Any]] = []
        self._undo: list[tuple[str, dict[str, Any]]] = []
        self._measured: dict[str, float | None] | None = None  # metrics after an action, until the next row
        self._phases: Iterator[Phase] | None = None
        self.ended: tuple[str, Message] | None = None
        self._next = self._anchor = self._since = 0
        self._plan()
        self._attend()

    def _assemble(self) -> Context:
        """Data, model, learner and what is kept of them, each drawn from its own stream of chance."""
        experiment, seeds = self.experiment, streams(self.experiment.seed)
        data = make(experiment.data, np.random.default_rng(seeds.data))
        self._made = split(data, experiment.dataset, experiment.data, np.random.default_rng(seeds.split))
        goal = objective(data.task, experiment.training.loss)
        self._chance = Chance(generator(seeds.weights), generator(seeds.dropout))
        model = self._model_side.build(experiment, goal.output, self._chance).to(self.device)
        parts = self._edited(experiment)
        examples = {name: on_device(getattr(parts, name), goal, self.device) for name in ("train", "validation", "test")}
        learner = Learner(model, goal, experiment.training, examples["train"], generator(seeds.order))
        history = History([metric.name for metric in self._family.metrics(experiment)])
        loss, score = goal.chance(examples["train"].y)
        due = self._due_for(learner)
        return Context(experiment, parts, model, goal, learner, examples, history, Records(model, due.record, examples["train"].x), {"loss": loss, goal.score: score})

    def _edited(self, experiment: Experiment) -> Parts:
        """The data as they were made, with the training points that were changed by hand."""
        if not isinstance(experiment.data, PointsSpec) or not experiment.data.edits:
            return self._made
        train, _ = edited(self._made.train, experiment.data.edits)
        return replace(self._made, train=train)

    def _due_for(self, learner: Learner) -> Due:
        sizes = self._estimate
        layers = sum(layer.parameters > 0 for layer in sizes.layers)
        return due(learner.epoch_steps, sizes.work, layers, sizes.parameters, (len(self._made.validation), len(self._made.test)))

    def _plan(self) -> None:
        """How often rows are due, and at which step the last epoch ends, as things stand."""
        learner = self._learner
        self._due = self._due_for(learner)
        epochs = self.current.training.epochs - math.ceil(learner.epoch)
        self._total = learner.steps + max(0, learner.left + epochs * learner.epoch_steps)

    @property
    def step(self) -> int:
        """Steps taken so far."""
        return self._learner.steps

    @property
    def epoch(self) -> float:
        """Epochs taken so far, with the part of the one under way."""
        return self._learner.epoch

    @property
    def epoch_steps(self) -> int:
        """Mini-batches in an epoch."""
        return self._learner.epoch_steps

    @property
    def to_epoch_end(self) -> int:
        """Steps to the end of the epoch under way; a whole epoch's between two."""
        return self._learner.left or self._learner.epoch_steps

    @property
    def place(self) -> tuple[int, str]:
        """What a picture of it depends on: the step, and the phase within it."""
        return self._learner.steps, self._context.phase.name if self._context.phase else ""

    @property
    def mid_step(self) -> bool:
        """Does it stand within a step, after one of its phases?"""
        return self._phases is not None

    def advance(self) -> None:
        """Take one learner step, or the rest of the one under way, then do whatever is due at it. A run that has ended stays as it is."""
        if self.ended is not None:
            return
        if self._phases is not None:
            while self._phases is not None:
                self.advance_phase()
            return
        self._context.phase = None
        self._learner.step()
        if self._learner.steps == self._next:
            self._attend()

    def advance_phase(self) -> None:
        """Take the next phase of a step: sample, forward, loss, backward, update."""
        if self.ended is not None:
            return
        if self._phases is None:
            self._context.phases = {}
            self._phases = self._learner.phases()
        phase = next(self._phases)
        self._context.phase = phase
        self._context.phases[phase.name] = phase
        if phase.name == PHASES[-1]:
            next(self._phases, None)
            self._phases = None
            if self._learner.steps == self._next:
                self._attend()

    def resume(self) -> None:
        """Go on after a stop condition: its patience starts anew."""
        if self.ended is not None and self.ended[0] == "stopped":
            self.ended, self._since = None, max(0, len(self._history) - 1)
            self._look_ahead()

    def _attend(self) -> None:
        """Rows, records and repeated actions of this step; then find the next step with any."""
        step = self._learner.steps
        if (step >= self._anchor and (step - self._anchor) % self._due.row == 0) or step == self._total:
            self._row()
        if step % self._records.every == 0:
            self._records.take(step, self.epoch)
        while self._replay and self._replay[0]["step"] <= step:
            self._apply(self._replay.pop(0))
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Set the next step that `_attend` must see, and remember the weights if a record is due at it."""
        step = self._learner.steps
        record = self._records.next_after(step)
        if record == step + 1:
            self._records.prepare()
        row = self._anchor + (max(step - self._anchor, -1) // self._due.row + 1) * self._due.row
        steps = [row, max(record - 1, step + 1), self._total]
        if self._replay:
            steps.append(int(self._replay[0]["step"]))
        self._next = min(at for at in steps if at > step) if step < self._total else -1

    def _row(self) -> None:
        """Add a row. The training part counts as the network answered it in its steps; before the first, as it answers now."""
        found = self._metrics(in_steps=self._learner.steps > 0)
        self._measured = None
        self._history.append(self._learner.steps, self.epoch, found)
        self._unsent.append(self._history.row())
        if found["train_loss"] is None:
            self.ended = ("diverged", self._overshot())
        elif self._learner.steps >= self._total:
            self.ended = ("finished", Message(N_("All {epochs} epochs are done."), {"epochs": self.current.training.epochs}))
        elif reason := self._stop():
            self.ended = ("stopped", reason)

    def _metrics(self, in_steps: bool) -> dict[str, float | None]:
        learner, goal = self._learner, self._context.objective
        found: dict[str, float | None] = {}
        for part, examples in self._context.examples.items():
            if len(examples.x):
                sums = learner.take_sums() if part == "train" and in_steps else learner.evaluate(examples)
                found[f"{part}_loss"], found[f"{part}_{goal.score}"] = goal.metrics(sums)
        return found

    def _stop(self) -> Message | None:
        if not (self.current.training.target_loss or self.current.training.early_stopping or self.current.training.plateau):
            return None
        rows, names = self._history.rows[self._since :], self._history.metrics
        validation = rows[:, 2 + names.index("validation_loss")] if "validation_loss" in names else None
        return stop(self.current.training, rows[:, 1], rows[:, 2 + names.index("train_loss")], validation)

    def _overshot(self) -> Message:
        rate = self._learner.optimizer.learning_rate
        return Message(
            N_("The loss is no longer a number: with a learning rate of {learning_rate} the updates overshoot. Reset, and try a lower one, such as {lower}."),
            {"learning_rate": float(f"{rate:.6g}"), "lower": float(f"{rate / 10:.2g}")},
        )

    def take_rows(self) -> list[dict[str, Any]]:
        """The rows since last taken: {"step", "epoch", "metrics": {name: number or None}}."""
        taken, self._unsent = self._unsent, []
        return taken

    def draw(self, views: Sequence[str]) -> dict[str, Figure]:
        """The figures of these views, by name; those that this experiment does not have are left out. Changes nothing."""
        context = self._context
        context.frame.clear()
        here = [view.name for view in self._family.views_of(self.experiment) if view.name in views]
        with looking(context.model):
            arrays = {name: self._probes.PROBES[name](context, {}) for name in here}
        return {name: self._figures.FIGURES[name](found) for name, found in arrays.items()}

    def status(self) -> dict[str, Any]:
        """The run in numbers; what the worker adds of its own (state, speed, steps/s) is not in it."""
        loss = self._learner.batch_loss
        number = None if loss is None else float(loss.detach())
        return {
            "step": self.step,
            "epoch": self.epoch,
            "metrics": self._history.row()["metrics"] if self._measured is None else self._measured,
            "batch_loss": number if number is not None and math.isfinite(number) else None,
            "learning_rate": self._learner.optimizer.learning_rate,
            "device": self.device,
            "parameters": self._estimate.parameters,
            "events": self._context.events[-EVENTS_TOLD:],
            "phase": self._context.phase.name if self._context.phase else None,
            "undo": len(self._undo),
        }

    def ask(self, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a question that changes nothing. Refusal if there is none of that name, or it cannot be answered."""
        ask = self._named(self._probes.ASKS, name)
        self._context.frame.clear()
        with looking(self._context.model):
            answer: dict[str, Any] = self._checked(ask, params)
        return answer

    def act(self, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Change the run, between two steps, and log it. What was still to be repeated is dropped: the run goes its own way now.

        `set`: a live field of the experiment; `point`: a training point; `undo`: take the last change of points or network back; all others are the family's.
        """
        if len(self._context.events) >= MOST_EVENTS:
            raise Refusal(Message(N_("A run takes at most {limit} live changes; this one has had them. Press Reset for a fresh one."), {"limit": MOST_EVENTS}))
        while self._phases is not None:
            self.advance_phase()
        event: dict[str, Any] = {"name": name, "params": dict(params)}
        if name == "undo":
            changes.expect(params)
            if not self._undo:
                raise Refusal(Message(N_("There is nothing to undo.")))
            event = {"name": self._undo[-1][0], "params": self._undo[-1][1], "undo": True}
        answer = self._apply(event)
        self._replay = []
        self._look_ahead()
        return answer

    def _apply(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Make a change, keep how it is taken back, and measure anew. The event's step is now."""
        name, params = event["name"], event["params"]
        self._context.phase = None  # what was looked at is no longer how things stand
        if name in ("set", "point"):
            answer, inverse = self._change(name, params)
        else:
            answer = self._checked(self._named(self._probes.ACTIONS, name), params)
            inverse = answer.pop("inverse", None)
        if event.get("undo"):
            self._undo.pop()
        elif inverse is not None:
            self._undo.append((name, inverse))
        told = {"step": self.step, "epoch": self.epoch, "name": name, "params": dict(params), "label": changes.told(self.current, name, params)}
        self._context.events.append(told | ({"undo": True} if event.get("undo") else {}))
        if name != "set":
            self._measured = self._metrics(in_steps=False)
        return answer

    def _change(self, name: str, params: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """A change of the experiment itself: (answer, params of the change that takes it back)."""
        new = changes.applied(self.current, name, params)
        if name == "set":
            self._follow(new)
            return {"path": params["path"], "value": params["value"]}, None
        train, numbers = edited(self._made.train, self.current.data.edits)  # type: ignore[attr-defined]
        was = next((place for place, number in enumerate(numbers) if number == params["at"]), None)
        inverse = {"at": params["at"], "x": None, "y": params["y"]}
        if was is not None:
            inverse |= {"x": train.x[was].tolist(), "y": float(train.y[was].ravel()[0])}
        self._follow(new)
        if params["at"] is None:
            inverse["at"] = changes.made(new) + sum(edit.at is None for edit in new.data.edits) - 1  # type: ignore[attr-defined]
        return {"at": inverse["at"]}, inverse

    def _follow(self, new: Experiment) -> None:
        """Go on as the changed experiment says."""
        old, self.current = self.current, new
        self._context.experiment = new
        if new.data != old.data:
            parts = self._edited(new)
            self._context.parts = parts
            self._context.examples = {**self._context.examples, "train": on_device(parts.train, self._context.objective, self.device)}
            self._context.kept.pop("points", None)
            self._learner.replace(self._context.examples["train"])
        steps = self._learner.epoch_steps
        self._learner.configure(new.training)
        if self._learner.epoch_steps != steps or new.data != old.data:
            self._anchor = self._learner.steps + self._learner.left
        self._plan()
        if self.ended is not None and self.ended[0] in ("finished", "stopped") and self._learner.steps < self._total:
            self.ended, self._since = None, max(0, len(self._history) - 1)
        elif self.ended is None and self._learner.steps >= self._total and self._learner.steps:
            self._row()

    def _named(self, table: Mapping[str, Callable[..., Any]], name: str) -> Callable[..., Any]:
        if name not in table:
            raise Refusal(
                Message(
                    N_("{family} networks know no {given}. Choose one of {limit}."),
                    {"family": self._family.title, "given": name[:40], "limit": ", ".join(table)},
                )
            )
        return table[name]

    def _checked(self, call: Callable[..., Any], params: Mapping[str, Any]) -> Any:
        try:
            return call(self._context, params)
        except ValidationError as error:
            raise Refusal(*sentences(error)) from None

    def weights(self) -> bytes:
        """The model's weights as safetensors."""
        return checkpoints.dump(self._context.model.state_dict(), {"experiment": self.experiment.model_dump(mode="json")})

    def checkpoint(self) -> bytes:
        """All that the rest of the run depends on, as safetensors. Taken between two steps: the one under way is ended."""
        while self._phases is not None:
            self.advance_phase()
        tensors, numbers = self._learner.state()
        numbers |= {"anchor": self._anchor, "since": self._since, "total": self._total}
        about = {"experiment": self.experiment.model_dump(mode="json"), "numbers": numbers, "events": self._context.events, "undo": self._undo}
        if self.ended:
            about["ended"] = [self.ended[0], self.ended[1].plain()]
        kept = {"history": self._history.rows, **self._records.state(), "dropout": self._chance.dropout.get_state()}
        return checkpoints.dump({**tensors, **kept}, about)

    def restore(self, raw: bytes) -> None:
        """Go on from a checkpoint of the same experiment, bit for bit as if nothing had been. Refusal where it is of another; the session
        is not to be used then.

        Rows up to there are not given out again. Actions to be repeated are those after the ones it already knows.
        """
        tensors, about = checkpoints.read(raw)
        if about.get("experiment") != self.experiment.model_dump(mode="json"):
            raise checkpoints.damaged()
        try:
            events, numbers = list(about["events"]), about["numbers"]
            current = self.experiment
            for event in events:
                current = changes.applied(current, event["name"], event["params"])
            self._follow(current)
            self._learner.restore(tensors, numbers)
            self._history.restore(tensors["history"].numpy())
            self._records.restore(*(tensors[name].numpy() for name in ("records", "record_steps", "path")))
            self._chance.dropout.set_state(tensors["dropout"])
            self._anchor, self._since, self._total = int(numbers["anchor"]), int(numbers["since"]), int(numbers["total"])
            self._undo = [(name, params) for name, params in about["undo"]]
        except (KeyError, RuntimeError, TypeError, ValueError):
            raise checkpoints.damaged() from None
        self._unsent, self._measured = [], None
        self._replay = self._replay[max(0, len(events) - len(self._context.events)) :]
        self._context.events[:] = events
        state = about.get("ended")
        self.ended = (state[0], Message.of(state[1])) if state else None
        while self._replay and self._replay[0]["step"] <= self.step:
            self._apply(self._replay.pop(0))
        self._look_ahead()
