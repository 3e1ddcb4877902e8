"""How whole parts are answered: anew where that is cheap, otherwise as they were when a row was last measured."""

from __future__ import annotations

from playground.training.context import Context
from playground.training.learner import Answered

CHEAP = 10**8  # multiply-adds that a picture may take to ask the network about a part: a few hundredths of a second


def cheap(context: Context, part: str) -> bool:
    """Can this part be answered anew for each picture?"""
    if "forward" not in context.kept:
        context.kept["forward"] = context.experiment.family.estimate(context.experiment).forward
    return bool(context.kept["forward"] * len(context.examples[part].x) <= CHEAP)


def now(context: Context, part: str) -> Answered:
    """A part as it is answered now, where that is cheap; otherwise as it was last."""
    if not cheap(context, part):
        return last(context, part)
    if part not in context.frame:
        context.frame[part] = context.learner.answer(context.examples[part])
    found: Answered = context.frame[part]
    return found


def last(context: Context, part: str) -> Answered:
    """A part as it was answered when last measured; measured now where it never was, as in a run that was taken up again."""
    if part not in context.answered:
        context.answered[part] = context.learner.answer(context.examples[part])
    return context.answered[part]
