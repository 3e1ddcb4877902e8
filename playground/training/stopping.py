"""When a training stops before its last epoch: by what its history says, never by the clock."""

from __future__ import annotations

import numpy as np

from playground.choices import Training
from playground.text import N_, Message
from playground.training.history import Array

BETTER = 1e-3  # a plateau: no better by this share


def _short(epoch: float) -> float:
    """An epoch as it is said: whole ones without a point."""
    return int(epoch) if epoch == int(epoch) else round(float(epoch), 2)


def stop(training: Training, epochs: Array, train: Array, validation: Array | None) -> Message | None:
    """Why to stop now, if at all. epochs, train and validation loss of the rows since it started or went on, each (rows,), validation NaN where there is none.

    The target loss has to be reached: a run that goes on from below it does not stop there again.
    """
    if training.target_loss and train[-1] <= training.target_loss < train[0]:
        return Message(N_("The train loss is down to {loss}, the value to stop at."), {"loss": float(f"{train[-1]:.4g}")})
    if training.early_stopping and validation is not None and np.isfinite(validation).any():
        best = int(np.nanargmin(validation))
        if epochs[-1] - epochs[best] >= training.early_stopping:
            return Message(
                N_("Stopped early: the validation loss was best at epoch {epoch} with {loss}, and has not got better for {patience} epochs."),
                {"epoch": _short(epochs[best]), "loss": float(f"{validation[best]:.4g}"), "patience": training.early_stopping},
            )
    if training.plateau:
        late = epochs > epochs[-1] - training.plateau
        if not late.all() and train[late].min() >= train[~late].min() * (1 - BETTER):
            return Message(N_("On a plateau: the train loss has not got better by a thousandth for {patience} epochs."), {"patience": training.plateau})
    return None
