"""How a network is trained: loss, optimizer, batches, schedule, what keeps weights small, and when it stops. As data, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal, Union

from annotated_types import Ge, Gt, Le
from pydantic import Discriminator

from playground.choices.base import Choice, Names, Spec, Ui
from playground.choices.losses import Loss
from playground.choices.optimizers import SGD, AnyOptimizer
from playground.text import N_


class Schedule(Spec):
    """How the learning rate changes over the run; one class for each below, told apart by `name`."""

    name: str


class Constant(Schedule):
    name: Literal["constant"] = "constant"


class StepDecay(Schedule):
    name: Literal["step"] = "step"
    every: Annotated[int, Ge(1), Le(100_000), Ui(N_("Every"), N_("After how many epochs the learning rate takes its next step down."), unit=N_("epochs"), scale="log", more=True, live=True)] = 100  # fmt: skip
    factor: Annotated[float, Gt(0), Le(1), Ui(N_("Factor"), N_("What the learning rate is multiplied with each time."), step=0.05, more=True, live=True)] = 0.5


class Exponential(Schedule):
    name: Literal["exponential"] = "exponential"
    rate: Annotated[
        float, Ge(0.5), Le(1), Ui(N_("Factor an epoch"), N_("What the learning rate is multiplied with over each epoch."), more=True, live=True)
    ] = 0.999


class Cosine(Schedule):
    name: Literal["cosine"] = "cosine"


class OneCycle(Schedule):
    name: Literal["one_cycle"] = "one_cycle"


SCHEDULES: Mapping[str, Choice] = MappingProxyType({
    "constant": Choice(N_("Constant"), r"\eta_t = \eta", N_("The learning rate stays as it is.")),
    "step": Choice(N_("Step decay"), r"\eta_t = \eta\, \gamma^{\lfloor t / T \rfloor}", N_("Down by a factor, every so many epochs.")),
    "exponential": Choice(N_("Exponential"), r"\eta_t = \eta\, \gamma^{t}", N_("A little down at every step.")),
    "cosine": Choice(N_("Cosine"), r"\eta_t = \eta\, (1 + \cos \pi p) / 2", N_("Down to 0 along half a wave, by the share p of the epochs that is done (Loshchilov and Hutter, 2017).")),
    "one_cycle": Choice(N_("One cycle"), r"\eta / 25 \nearrow \eta \searrow \eta / 250000", N_("Up from a twenty-fifth over the first 30 % of the run, then down to almost nothing (Smith, 2018). The learning rate given is the top.")),
})  # fmt: skip
SCHEDULE_SPECS: tuple[type[Schedule], ...] = (Constant, StepDecay, Exponential, Cosine, OneCycle)

if TYPE_CHECKING:
    AnySchedule = Schedule
else:
    AnySchedule = Annotated[Union[SCHEDULE_SPECS], Discriminator("name"), Names(SCHEDULES)]  # noqa: UP007 (built at run time)

STOPS = N_("When it stops")
Penalty = Annotated[float, Ge(0), Le(10)]


class Training(Spec):
    """How it is trained. `epochs` is where the run finishes; gradient descent takes every training example at once.

    l1, l2: added to the gradient of weights, not of biases: l1 sign(w) and l2 w, as of the penalties l1 |w| and l2 w^2 / 2. The losses that are shown are
    without them. clip: the largest norm of the whole gradient. early_stopping, plateau: epochs of patience; target_loss, minutes: 0 is off, as for all of them.
    """

    loss: Annotated[Loss, Ui(N_("Loss"), N_("What the training makes small: one number for how wrong the network is."))] = "mse"
    optimizer: Annotated[AnyOptimizer, Ui(N_("Optimizer"), N_("The rule that turns gradients into weight changes."), live=True)] = SGD()
    batch_size: Annotated[
        int,
        Ge(1),
        Le(5000),
        Ui(N_("Batch size"), N_("How many examples each update looks at. Small: many noisy updates. Large: few smooth ones."), scale="log", live=True),
    ] = 10
    l2: Annotated[Penalty, Ui(N_("L2"), N_("Pulls every weight towards 0, by its size: smoother borders, less memorising. Too much: it cannot bend any more."), scale="log", live=True, off=0)] = 0.0  # fmt: skip
    l1: Annotated[
        Penalty, Ui(N_("L1"), N_("Pulls every weight towards 0, all equally strongly: useless ones end at 0."), scale="log", more=True, live=True, off=0)
    ] = 0.0
    clip: Annotated[float, Ge(0), Le(1000), Ui(N_("Gradient clipping"), N_("Shortens a gradient that is longer than this: one wild batch cannot throw the weights away."), scale="log", more=True, live=True, off=0)] = 0.0  # fmt: skip
    schedule: Annotated[AnySchedule, Ui(N_("Schedule"), N_("How the learning rate changes over the run."), more=True, live=True)] = Constant()
    epochs: Annotated[
        int, Ge(1), Le(100_000), Ui(N_("Epochs"), N_("How often the network sees every training example before the run finishes."), scale="log", more=True, live=True, part=STOPS)
    ] = 2000  # fmt: skip
    early_stopping: Annotated[int, Ge(0), Le(100_000), Ui(N_("Early stopping"), N_("Stops when the validation loss has not got better for so many epochs. Needs a validation part."), unit=N_("epochs"), scale="log", more=True, live=True, off=0, part=STOPS)] = 0  # fmt: skip
    plateau: Annotated[int, Ge(0), Le(100_000), Ui(N_("Plateau"), N_("Stops when the train loss has not got better by a thousandth for so many epochs."), unit=N_("epochs"), scale="log", more=True, live=True, off=0, part=STOPS)] = 0  # fmt: skip
    target_loss: Annotated[float, Ge(0), Le(1_000_000), Ui(N_("Target loss"), N_("Stops as soon as the train loss is this small."), scale="log", step=1e-5, more=True, live=True, off=0, part=STOPS)] = 0.0  # fmt: skip
    minutes: Annotated[float, Ge(0), Le(1440), Ui(N_("Time limit"), N_("Stops after so many minutes of training."), unit=N_("minutes"), scale="log", step=0.1, more=True, live=True, off=0, part=STOPS)] = 0.0  # fmt: skip
