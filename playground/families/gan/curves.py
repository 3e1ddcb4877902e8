"""Curves of a GAN's history: arrays and pictures. Pure but for the context; no torch."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from playground.training.context import Context

CURVE = 200  # points of a curve that travel


def curves(names: tuple[str, ...], context: Context, params: Mapping[str, Any]) -> dict[str, Any]:
    """Some metrics by epoch: name -> (epochs, values); even: the losses where the game is even; events: live changes."""
    goal = context.objective
    found = {name: context.history.curve(name, CURVE) for name in names if name in context.history.metrics}
    discriminator, generator = getattr(goal, "even", (np.nan, np.nan))
    return {"curves": found, "even": {"discriminator_loss": discriminator, "generator_loss": generator}, "events": context.events}


losses = partial(curves, ("discriminator_loss", "generator_loss"))
distances = partial(curves, ("jensen_shannon", "kullback_leibler"))
