"""Curves of a GAN's history. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from playground.families.gan.examiner import Examiner
from playground.training.context import Context

CURVE = 200  # points of a curve that travel


def curves(names: tuple[str, ...], context: Context, params: Mapping[str, Any]) -> dict[str, Any]:
    """Some metrics by epoch: name -> (epochs, values); even: the losses where the game is even, the distance of real pictures from real ones; events: live changes."""
    goal = context.objective
    found = {name: context.history.curve(name, CURVE) for name in names if name in context.history.metrics}
    discriminator, generator = getattr(goal, "even", (np.nan, np.nan))
    even = {"discriminator_loss": discriminator, "generator_loss": generator}
    judge = context.learner.judge  # type: ignore[attr-defined]
    if isinstance(judge, Examiner):
        even["frechet"] = judge.floor
    return {"curves": found, "even": even, "events": context.events}


losses = partial(curves, ("discriminator_loss", "generator_loss"))
frechet = partial(curves, ("frechet",))
distances = partial(curves, ("jensen_shannon", "kullback_leibler"))
