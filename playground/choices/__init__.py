"""What can be chosen, as data: activations, inputs, losses, optimizers, schedules, initialisations. The base of all specs. No torch."""

from playground.choices.base import Choice, Names, Spec, Ui, one_of
from playground.choices.losses import LOSSES, Loss, LossChoice
from playground.choices.networks import ACTIVATIONS, INITIALIZATIONS, INPUTS, Activation, Initialization, Input
from playground.choices.optimizers import (
    OPTIMIZER_SPECS,
    OPTIMIZERS,
    SGD,
    Adagrad,
    Adam,
    AdamW,
    AnyOptimizer,
    GradientDescent,
    Momentum,
    Nesterov,
    Optimizer,
    RMSprop,
)
from playground.choices.training import SCHEDULE_SPECS, SCHEDULES, AnySchedule, Constant, Cosine, Exponential, OneCycle, Schedule, StepDecay, Training

__all__ = [
    "ACTIVATIONS", "INITIALIZATIONS", "INPUTS", "LOSSES", "OPTIMIZERS", "OPTIMIZER_SPECS", "SCHEDULES", "SCHEDULE_SPECS", "SGD", "Activation", "Adagrad", "Adam", "AdamW",
    "AnyOptimizer", "AnySchedule", "Choice", "Constant", "Cosine", "Exponential", "GradientDescent", "Initialization", "Input", "Loss", "LossChoice", "Momentum", "Names",
    "Nesterov", "OneCycle", "Optimizer", "RMSprop", "Schedule", "Spec", "StepDecay", "Training", "Ui", "one_of",
]  # fmt: skip
