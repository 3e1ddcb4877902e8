"""One training, put together out of an experiment: used alike by the worker and by the command line."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import ValidationError

from playground.data.contract import split
from playground.engine.protocol import EVENTS_TOLD
from playground.experiment import Experiment, sentences
from playground.randomness import streams
from playground.registry import datasets, make, torch_side
from playground.text import N_, Message, Refusal
from playground.training import checkpoints, devices, optimizers
from playground.training.context import Context
from playground.training.due import due
from playground.training.history import History
from playground.training.learner import Learner, generator, looking, on_device
from playground.training.losses import objective
from playground.training.records import Records

Figure = dict[str, Any]
Event = dict[str, Any]

MOST_EVENTS = 1000  # live changes of one run


class Session:
    """A run's model, data, learner and history. Knows no clock, no files and no viewers.

    replay: actions to be repeated, each when its step is reached: [{"step", "name", "params"}], in order of their steps.
    device: a name of `devices.available()`. Refusal where the device is not here.
    """

    def __init__(self, experiment: Experiment, device: str = "cpu", replay: Sequence[Mapping[str, Any]] = ()) -> None:
        self.experiment = experiment
        self._family = experiment.family
        self._estimate = self._family.estimate(experiment)
        self.device = devices.choose(device, self._estimate.work)
        self._model_side, self._probes, self._figures = torch_side(experiment.model.family)
        self._context = self._assemble()
        self._learner, self._history, self._records = self._context.learner, self._context.history, self._context.records
        self._total = experiment.training.epochs * self._learner.epoch_steps
        self._replay = [dict(event) for event in replay]
        self._unsent: list[dict[str, Any]] = []
        self.ended: tuple[str, Message] | None = None
        self._next = 0
        self._attend()

    def _assemble(self) -> Context:
        """Data, model, learner and what is kept of them, each drawn from its own stream of chance."""
        experiment, seeds = self.experiment, streams(self.experiment.seed)
        data = make(experiment.data, np.random.default_rng(seeds.data))
        dataset = datasets()[experiment.data.name]
        parts = split(data, dataset, experiment.data, np.random.default_rng(seeds.split))
        goal = objective(data.task, experiment.training.loss)
        outputs = len(data.classes) if data.task == "classes" else 1
        model = self._model_side.build(experiment.model, data.x.shape[1], outputs, goal.output, generator(seeds.weights)).to(self.device)
        rule = optimizers.build(model.parameters(), experiment.training.optimizer)
        examples = {name: on_device(getattr(parts, name), goal, self.device) for name in ("train", "validation", "test")}
        whole = experiment.training.optimizer.name == "gradient_descent"
        batch = len(parts.train) if whole else min(experiment.training.batch_size, len(parts.train))
        learner = Learner(model, goal, rule, examples["train"], batch, generator(seeds.order))
        sizes = self._estimate
        layers = sum(layer.parameters > 0 for layer in sizes.layers)
        self._due = due(learner.epoch_steps, sizes.work, layers, sizes.parameters, (len(parts.validation), len(parts.test)))
        history = History([metric.name for metric in self._family.metrics(experiment)])
        loss, score = goal.chance(examples["train"].y)
        chance = {"loss": loss, goal.score: score}
        return Context(experiment, parts, model, goal, learner, examples, history, Records(model, self._due.record), chance)

    @property
    def step(self) -> int:
        """Steps taken so far."""
        return self._learner.steps

    @property
    def epoch(self) -> float:
        """Epochs taken so far, with the part of the one under way."""
        return self._learner.steps / self._learner.epoch_steps

    @property
    def epoch_steps(self) -> int:
        """Mini-batches in an epoch."""
        return self._learner.epoch_steps

    def advance(self) -> None:
        """Take one learner step, then do whatever is due at it. A run that has ended stays as it is."""
        if self.ended is not None:
            return
        self._learner.step()
        if self._learner.steps == self._next:
            self._attend()

    def _attend(self) -> None:
        """Rows, records and repeated actions of this step; then find the next step with any."""
        step = self._learner.steps
        if step % self._due.row == 0 or step == self._total:
            self._row()
        if step % self._records.every == 0:
            self._records.take(step)
        while self._replay and self._replay[0]["step"] <= step:
            event = self._replay.pop(0)
            self._apply(event["name"], event["params"])
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Set the next step that `_attend` must see, and remember the weights if a record is due at it."""
        step = self._learner.steps
        record = self._records.next_after(step)
        if record == step + 1:
            self._records.prepare()
        steps = [(step // self._due.row + 1) * self._due.row, max(record - 1, step + 1), self._total]
        if self._replay:
            steps.append(int(self._replay[0]["step"]))
        self._next = min(at for at in steps if at > step) if step < self._total else -1

    def _row(self) -> None:
        """Add a row. The training part counts as the network answered it in its steps; before the first, as it answers now."""
        learner, goal = self._learner, self._context.objective
        found: dict[str, float | None] = {}
        for part, examples in self._context.examples.items():
            if len(examples.x):
                sums = learner.take_sums() if part == "train" and learner.steps else learner.evaluate(examples)
                found[f"{part}_loss"], found[f"{part}_{goal.score}"] = goal.metrics(sums)
        self._history.append(learner.steps, self.epoch, found)
        self._unsent.append(self._history.row())
        if found["train_loss"] is None:
            self.ended = ("diverged", self._overshot())
        elif learner.steps == self._total:
            self.ended = ("finished", Message(N_("All {epochs} epochs are done."), {"epochs": self.experiment.training.epochs}))

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
            "metrics": self._history.row()["metrics"],
            "batch_loss": number if number is not None and math.isfinite(number) else None,
            "learning_rate": self._learner.optimizer.learning_rate,
            "device": self.device,
            "parameters": self._estimate.parameters,
            "events": self._context.events[-EVENTS_TOLD:],
        }

    def ask(self, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a question that changes nothing. Refusal if there is none of that name, or it cannot be answered."""
        ask = self._named(self._probes.ASKS, name)
        self._context.frame.clear()
        with looking(self._context.model):
            answer: dict[str, Any] = self._checked(ask, params)
        return answer

    def act(self, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Change the run, between two steps, and log it. What was still to be repeated is dropped: the run goes its own way now."""
        if len(self._context.events) >= MOST_EVENTS:
            raise Refusal(Message(N_("A run takes at most {limit} live changes; this one has had them. Press Reset for a fresh one."), {"limit": MOST_EVENTS}))
        answer = self._apply(name, params)
        self._replay = []
        self._look_ahead()
        return answer

    def _apply(self, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = self._checked(self._named(self._probes.ACTIONS, name), params)
        self._context.events.append({"step": self.step, "epoch": self.epoch, "name": name, "params": dict(params)})
        return answer

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
        """All that the rest of the run depends on, as safetensors. To be taken between two steps."""
        tensors, numbers = self._learner.state()
        about = {"experiment": self.experiment.model_dump(mode="json"), "numbers": numbers, "events": self._context.events}
        if self.ended:
            about["ended"] = [self.ended[0], self.ended[1].plain()]
        return checkpoints.dump({**tensors, "history": self._history.rows, **self._records.state()}, about)

    def restore(self, raw: bytes) -> None:
        """Go on from a checkpoint of the same experiment, bit for bit as if nothing had been. Refusal where it is of another; the session
        is not to be used then.

        Rows up to there are not given out again. Actions to be repeated are those after the ones it already knows.
        """
        tensors, about = checkpoints.read(raw)
        if about.get("experiment") != self.experiment.model_dump(mode="json"):
            raise checkpoints.damaged()
        try:
            self._learner.restore(tensors, about["numbers"])
            self._history.restore(tensors["history"].numpy())
            self._records.restore(tensors["records"].numpy(), tensors["record_steps"].numpy())
            events = list(about["events"])
        except (KeyError, RuntimeError, TypeError, ValueError):
            raise checkpoints.damaged() from None
        self._unsent = []
        self._replay = self._replay[max(0, len(events) - len(self._context.events)) :]
        self._context.events[:] = events
        state = about.get("ended")
        self.ended = (state[0], Message.of(state[1])) if state else None
        while self._replay and self._replay[0]["step"] <= self.step:
            event = self._replay.pop(0)
            self._apply(event["name"], event["params"])
        self._look_ahead()
