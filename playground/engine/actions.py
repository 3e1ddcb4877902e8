"""What is done to a run while it trains: fields set, points moved, weights typed, and taken back. Each is applied to the experiment, the learner and the course."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import ValidationError

from playground import changes
from playground.data.cloud import CloudSpec
from playground.data.contract import ImagesSpec, Parts, PointsSpec
from playground.data.edits import edited
from playground.engine.course import Course
from playground.engine.limits import admit
from playground.experiment import Experiment, sentences
from playground.text import N_, Message, Refusal
from playground.training.context import Context
from playground.training.learner import on_device
from playground.training.losses import objective

Event = Mapping[str, Any]
Answer = dict[str, Any]

MOST_EVENTS = 1000  # live changes of one run


def with_edits(made: Parts, experiment: Experiment) -> Parts:
    """The data as they were made, with the training points that were changed by hand."""
    return replace(made, train=edited(made.train, experiment.data.edits)[0]) if isinstance(experiment.data, PointsSpec) and experiment.data.edits else made


def named(table: Mapping[str, Callable[..., Any]], name: str, context: Context) -> Callable[..., Any]:
    """A family's question or action. Refusal if it has none of that name."""
    if name not in table:
        raise Refusal(
            Message(
                N_("{family} networks know no {given}. Choose one of {limit}."),
                {"family": context.experiment.family.title, "given": name[:40], "limit": ", ".join(table)},
            )
        )
    return table[name]


def checked(call: Callable[..., Any], context: Context, params: Mapping[str, Any]) -> Answer:
    """Its answer; a Refusal with sentences where the params are not what it takes."""
    try:
        answer: Answer = call(context, params)
        return answer
    except ValidationError as error:
        raise Refusal(*sentences(error)) from None


class Actions:
    """The live changes of one run.

    `set`: a live field of the experiment; `point`: a training point; `draw`: the strokes that points lie along; `undo`: the last change of points, strokes or network taken back; all others are in the
    family's table. made: the data before any point was changed by hand; make: those of another experiment with the same seed. undo: for each action that can be taken back, the name and params that do it.
    """

    def __init__(self, context: Context, course: Course, made: Parts, make: Callable[[Experiment], Parts], table: Mapping[str, Callable[..., Any]]) -> None:
        self._context, self._course, self._made, self._make, self._table = context, course, made, make, table
        self.undo: list[tuple[str, Answer]] = []

    def event(self, name: str, params: Mapping[str, Any]) -> Event:
        """An action as it is logged and repeated: for `undo`, the one that takes the last back. Refusal, as far as can be told before it is done."""
        if len(self._context.events) >= MOST_EVENTS:
            raise Refusal(Message(N_("A run takes at most {limit} live changes; this one has had them. Press Reset for a fresh one."), {"limit": MOST_EVENTS}))
        if name == "undo":
            changes.expect(params)
            if not self.undo:
                raise Refusal(Message(N_("There is nothing to undo.")))
            return {"name": self.undo[-1][0], "params": self.undo[-1][1], "undo": True}
        if name in changes.APPLIED:
            new = changes.applied(self._context.experiment, name, params)
            admit(new.family.estimate(new))  # larger batches take more memory
        else:
            named(self._table, name, self._context)
        return {"name": name, "params": dict(params)}

    def apply(self, event: Event) -> Answer:
        """Make a change, keep how it is taken back, and measure anew. The event's step is now."""
        context, name, params = self._context, event["name"], event["params"]
        context.phase = None  # what was looked at of a step is no longer how things stand
        if name in changes.APPLIED:
            answer, inverse = self._change(name, params)
        else:
            answer = checked(named(self._table, name, context), context, params)
            inverse = answer.pop("inverse", None)
        if event.get("undo"):
            self.undo.pop()
        elif inverse is not None:
            self.undo.append((name, inverse))
        told = {"step": context.learner.steps, "epoch": context.learner.epoch, "name": name, "params": dict(params)}
        told["label"] = changes.told(context.experiment, name, params)
        context.events.append(told | ({"undo": True} if event.get("undo") else {}))
        if name != "set":
            self._course.measure()
        return answer

    def _change(self, name: str, params: Mapping[str, Any]) -> tuple[Answer, Answer | None]:
        """A change of the experiment itself: (answer, params of the change that takes it back)."""
        old = self._context.experiment
        new = changes.applied(old, name, params)
        if name == "set":
            self.follow(new)
            return {"path": params["path"], "value": params["value"]}, None
        if name == "draw":
            inverse = {"strokes": old.data.model_dump(mode="json")["strokes"]}
            self.follow(new)
            return {}, inverse
        train, numbers = edited(self._made.train, old.data.edits)  # type: ignore[attr-defined]
        was = np.flatnonzero(numbers == (-1 if params["at"] is None else params["at"]))
        inverse = {"at": params["at"], "x": None, "y": params["y"]}
        if len(was):
            inverse |= {"x": train.x[was[0]].tolist(), "y": float(train.y[was[0]].ravel()[0])}
        self.follow(new)
        if params["at"] is None:
            inverse["at"] = changes.made(new) + sum(edit.at is None for edit in new.data.edits) - 1  # type: ignore[attr-defined]
        return {"at": inverse["at"]}, inverse

    def follow(self, new: Experiment) -> None:
        """Go on as the changed experiment says."""
        context, learner = self._context, self._context.learner
        old, context.experiment, batch = context.experiment, new, learner.batch
        if new.training.loss != old.training.loss:  # of families that can change it while they train
            context.objective = learner.objective = objective(new.family.task(new.dataset), new.training.loss)
            context.chance = learner.chance
        if isinstance(new.data, PointsSpec) and new.data != old.data:
            self._replace(old, new)
        elif isinstance(new.data, CloudSpec) and new.data != old.data:
            self._redraw(new)
        if learner.vary is not None and isinstance(new.data, ImagesSpec):
            learner.vary.spec = new.data
        learner.configure(new.training, new.model)
        self._course.plan(anew=(isinstance(new.data, PointsSpec) and new.data != old.data) or learner.batch != batch)

    def _redraw(self, new: Experiment) -> None:
        """Learn from other points, as many as before and each in the place of one of them."""
        context = self._context
        context.parts = self._made = self._make(new)
        device = str(context.examples["train"].x.device)
        context.examples = {name: on_device(getattr(self._made, name), context.objective, device) for name in context.examples}
        context.kept.clear()
        context.learner.replace(context.examples["train"], range(len(self._made.train)))

    def _replace(self, old: Experiment, new: Experiment) -> None:
        """Learn from other training points; where chance would get with them is told anew."""
        context = self._context
        _, before = edited(self._made.train, old.data.edits)  # type: ignore[attr-defined]
        train, now = edited(self._made.train, new.data.edits)  # type: ignore[attr-defined]
        places = {number: place for place, number in enumerate(before.tolist())}
        context.parts = replace(self._made, train=train)
        examples = on_device(train, context.objective, str(context.examples["train"].x.device))
        context.examples = {**context.examples, "train": examples}
        context.kept.pop("points", None)
        context.learner.replace(examples, [places.get(number, -1) for number in now.tolist()])
        context.chance = context.learner.chance
