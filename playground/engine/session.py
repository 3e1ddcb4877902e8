"""One training, put together out of an experiment: used alike by the worker and by the command line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from playground import changes
from playground.data.contract import ImagesSpec, Parts, split
from playground.engine.actions import Actions, checked, named, with_edits
from playground.engine.course import Course, due_for
from playground.engine.protocol import EVENTS_TOLD
from playground.experiment import Experiment
from playground.randomness import streams
from playground.registry import make, torch_side
from playground.text import Message
from playground.training import checkpoints, devices
from playground.training.context import Context
from playground.training.history import History
from playground.training.layers import Chance
from playground.training.learner import PHASES, Learner, Phase, generator, looking, on_device
from playground.training.losses import objective
from playground.training.records import Records
from playground.training.variation import Variation

Figure = dict[str, Any]


class Session:
    """A run's model, data, learner and history. Knows no clock, no files and no viewers.

    experiment: as it was started; current: with its live changes.
    replay: actions to be repeated, each when its step is reached: [{"step", "name", "params"}], in order of their steps.
    device: a name of `devices.available()`. Refusal where the device is not here.
    """

    def __init__(self, experiment: Experiment, device: str = "cpu", replay: Sequence[Mapping[str, Any]] = ()) -> None:
        self.experiment = experiment
        self._family = experiment.family
        estimate = self._family.estimate(experiment)
        self._parameters = estimate.parameters
        self.device = devices.choose(device, estimate.work)
        self._model_side, self._probes, self._figures = torch_side(experiment.model.family)
        self._context = context = self._assemble()
        self._learner = context.learner
        self._course = Course(context)
        self._actions = Actions(context, self._course, self._made, _parts, self._probes.ACTIONS)
        self._replay = [dict(event) for event in replay]
        self._phases: Iterator[Phase] | None = None
        self._coming: Phase | None = None  # of the step under way, already taken from it
        self._attend()

    def _assemble(self) -> Context:
        """Data, model, learner and what is kept of them, each drawn from its own stream of chance."""
        experiment, seeds = self.experiment, streams(self.experiment.seed)
        self._made = _parts(experiment)
        goal = objective(self._family.task(experiment.dataset), experiment.training.loss)
        self._chance = Chance(generator(seeds.weights), generator(seeds.dropout), generator(seeds.variation), generator(seeds.noise))
        model = self._model_side.build(experiment, goal.output, self._chance).to(self.device)
        parts = with_edits(self._made, experiment)
        examples = {name: on_device(getattr(parts, name), goal, self.device) for name in ("train", "validation", "test")}
        sizes = self._family.estimate(experiment)
        order = generator(seeds.order)
        if hasattr(self._model_side, "learner"):  # of a family whose step is not the supervised one
            learner: Learner = self._model_side.learner(experiment, model, goal, examples["train"], order, self._chance, parts)
        else:
            learner = Learner(model, goal, experiment.training, examples["train"], order, sizes.chunk)
        if isinstance(experiment.data, ImagesSpec) and experiment.dataset.shape:
            learner.vary = Variation(experiment.data, experiment.dataset.shape, self._chance.variation)
        history = History([metric.name for metric in self._family.metrics(experiment)])
        every = due_for(experiment, learner, (len(parts.validation), len(parts.test))).record
        records = Records(model, every, examples["train"].x, sizes.forward, sizes.chunk)
        return Context(experiment, parts, model, goal, learner, examples, history, records, learner.chance)

    @property
    def current(self) -> Experiment:
        """The experiment with its live changes."""
        return self._context.experiment

    @property
    def ended(self) -> tuple[str, Message] | None:
        """The state it ended in, "finished", "stopped" or "diverged", and why; None while it can go on."""
        return self._course.ended

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
    def place(self) -> tuple[int, str, int]:
        """What a picture of it depends on: the step, the phase within it, and how often that came in this step before."""
        phase = self._context.phase
        return (self._learner.steps, phase.name, phase.index) if phase else (self._learner.steps, "", 0)

    @property
    def mid_step(self) -> bool:
        """Does it stand within a step, after one of its phases?"""
        return self._phases is not None

    def advance(self) -> None:
        """Take one learner step, or the rest of the one under way, then do whatever is due at it. A run that has ended stays as it is."""
        if self._course.ended is not None:
            return
        if self._phases is not None:
            self.end_step()
            return
        self._context.phase = None
        self._learner.step()
        if self._learner.steps == self._course.next:
            self._attend()

    def advance_phase(self) -> None:
        """Take the next phase of a step: sample, forward, loss, backward, update."""
        if self._course.ended is not None:
            return
        if self._phases is None:
            self._context.phases = {}
            self._phases = self._learner.phases()
        phase = self._coming or next(self._phases)
        self._context.phase, self._coming = phase, None
        self._context.phases[f"{phase.part} {phase.name}".strip()] = phase
        if phase.name == PHASES[-1]:  # a step has several updates where several networks are trained
            self._coming = next(self._phases, None)
        if phase.name == PHASES[-1] and self._coming is None:
            self._phases = None
            if self._learner.steps == self._course.next:
                self._attend()

    def rest(self) -> None:
        """Measure how it stands, where it comes to rest between two rows, so that its status tells of now."""
        if self._phases is None and self._context.history.row()["step"] < self._learner.steps:
            self._course.measure()

    def end_step(self) -> None:
        """Take the rest of the step under way, if there is one: changes and checkpoints are of whole steps."""
        while self._phases is not None:
            self.advance_phase()

    def resume(self) -> None:
        """Go on after a condition to stop was met: its patience starts anew."""
        self._course.resume()
        self._look_ahead()

    def _attend(self) -> None:
        """Rows, records and repeated actions of this step; then find the next step with any."""
        self._course.attend()
        self._repeat()

    def _repeat(self) -> None:
        while self._replay and self._replay[0]["step"] <= self._learner.steps:
            self._actions.apply(self._replay.pop(0))
        self._look_ahead()

    def _look_ahead(self) -> None:
        self._course.look_ahead(int(self._replay[0]["step"]) if self._replay else None)

    def take_rows(self) -> list[dict[str, Any]]:
        """The rows since last taken: {"step", "epoch", "metrics": {name: number or None}}."""
        return self._course.take_rows()

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
            "metrics": self._course.metrics,
            "batch_loss": number if number is not None and math.isfinite(number) else None,
            "learning_rate": self._learner.optimizer.learning_rate,
            "device": self.device,
            "parameters": self._parameters,
            "events": self._context.events[-EVENTS_TOLD:],
            "phase": self._context.phase.name if self._context.phase else None,
            "undo": len(self._actions.undo),
        }

    def ask(self, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a question that changes nothing. Refusal if there is none of that name, or it cannot be answered."""
        ask = named(self._probes.ASKS, name, self._context)
        self._context.frame.clear()
        with looking(self._context.model):
            return checked(ask, self._context, params)

    def act(self, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Change the run and log it: see `Actions`. The step under way is ended first. Refusal if it cannot be done.

        What was still to be repeated is dropped: the run goes its own way now.
        """
        event = self._actions.event(name, params)
        self.end_step()
        answer = self._actions.apply(event)
        self._replay = []
        self._look_ahead()
        return answer

    def weights(self) -> bytes:
        """The model's weights as safetensors."""
        return checkpoints.dump(self._context.model.state_dict(), {"experiment": self.experiment.model_dump(mode="json")})

    def checkpoint(self) -> bytes:
        """All that the rest of the run depends on, as safetensors. The step under way is ended first."""
        self.end_step()
        context = self._context
        tensors, numbers = self._learner.state()
        about = {
            "experiment": self.experiment.model_dump(mode="json"),
            "numbers": numbers,
            "course": self._course.state(),
            "events": context.events,
            "undo": self._actions.undo,
        }
        return checkpoints.dump({**tensors, "history": context.history.rows, **context.records.state(), **self._chance.state()}, about)

    def restore(self, raw: bytes) -> None:
        """Go on from a checkpoint of the same experiment, bit for bit as if nothing had been. Refusal where it is of another; the session
        is not to be used then.

        Rows up to there are not given out again. Actions to be repeated are those after the ones it already knows.
        """
        tensors, about = checkpoints.read(raw)
        if about.get("experiment") != self.experiment.model_dump(mode="json"):
            raise checkpoints.damaged()
        context, current = self._context, self.experiment
        try:
            events = list(about["events"])
            for event in events:
                current = changes.applied(current, event["name"], event["params"])
            self._actions.follow(current)
            self._learner.restore(tensors, about["numbers"])
            context.history.restore(tensors["history"].numpy())
            context.records.restore(tensors)
            self._chance.restore(tensors)
            self._course.restore(about["course"])
            self._actions.undo = [(name, params) for name, params in about["undo"]]
        except (LookupError, RuntimeError, TypeError, ValueError):
            raise checkpoints.damaged() from None
        self._replay = self._replay[max(0, len(events) - len(context.events)) :]
        context.events[:] = events
        self._repeat()


def _parts(experiment: Experiment) -> Parts:
    """The data of an experiment, made and cut by its seed."""
    seeds = streams(experiment.seed)
    data = make(experiment.data, np.random.default_rng(seeds.data))
    return split(data, experiment.dataset, experiment.data, np.random.default_rng(seeds.split))
