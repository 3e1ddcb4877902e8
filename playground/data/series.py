"""Series that are foretold: how they are prepared for a network and brought back, and how windows are cut from them. No dataset itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from playground.choices import Choice, Ui, one_of
from playground.data.contract import Data, Dataset, DataSpec, Sequence, Series, TrainFraction, steps
from playground.data.pictures import FILES
from playground.text import N_, Message, Refusal

Doubles = NDArray[np.float64]

PREPARED: Mapping[str, Choice] = MappingProxyType({
    "values": Choice(N_("the values"), "x_t", N_("As they are. What lies beyond all that was seen in training is hard to foretell.")),
    "changes": Choice(N_("the changes"), r"x_t - x_{t-1}", N_("From each value to the next: a trend becomes a constant, and may go on for ever.")),
    "growth": Choice(N_("the growth"), r"\log x_t - \log x_{t-1}", N_("The change of the logarithm, about the change in percent: for what grows by a share of itself. All values must be above 0.")),
})  # fmt: skip
ANSWERS: Mapping[str, Choice] = MappingProxyType({
    "last": Choice(N_("after the last step"), r"x_1, \ldots, x_T \to y", N_("Many to one: the network reads to the end, then answers once.")),
    "every": Choice(N_("at every step"), r"x_1, \ldots, x_T \to y_1, \ldots, y_T", N_("Many to many: the network answers at each step, knowing only what came until then.")),
})  # fmt: skip

if TYPE_CHECKING:
    Prepared = str
    Answered = str
else:
    Prepared = one_of(PREPARED)
    Answered = one_of(ANSWERS)

Window = Annotated[int, Ge(2), Le(100), Ui(N_("Window"), N_("How many values the network reads before it foretells the next one."), unit=N_("steps"), step=1)]
Learned = Annotated[Prepared, Ui(N_("It learns"), N_("What of the series the network is shown: the values, their changes, or their growth."))]
Answers = Annotated[
    Answered, Ui(N_("Answers"), N_("When the network answers: once after the last step (many-to-one), or at every step (many-to-many)."), more=True)
]


class SeriesSpec(DataSpec):
    """A series, cut into windows of `length` values; the answer is the value that follows, or at every step the next one."""

    train_fraction: TrainFraction = 0.7
    length: Window = 12
    prepared: Learned = "values"
    answers: Answers = "last"


def about(title: str, text: str) -> Dataset:
    """What is known of a series before anything is chosen."""
    return Dataset(title, text, kind="sequences", task="regression", features=(), standardized=True)


def shipped(name: str, unit: str) -> Series:
    """A series that ships: a table of years, months where there are any, and values. Times are years; a month is told by its middle."""
    rows = np.loadtxt(FILES / f"{name}.csv", delimiter=",", skiprows=1)
    times = rows[:, 0] if rows.shape[1] == 2 else rows[:, 0] + (rows[:, 1] - 0.5) / 12
    return Series(rows[:, -1], times, unit)


def described(dataset: Dataset, spec: SeriesSpec, count: int) -> Dataset:
    """A series' dataset as chosen. count: its values. Every value is answered once: windows lie side by side where each step is answered, as many as fit."""
    answered = spec.length if spec.answers == "every" else 1
    left = count - (spec.prepared != "values") - (spec.length - answered) - 1
    sequence = Sequence(spec.length, answered=answered, ahead=True)
    return replace(dataset, sequence=sequence, features=steps(sequence), rows=max(0, left // answered))


def prepared(values: Doubles, how: str) -> Doubles:
    """Values (T,) as the network sees them: (T,), or (T - 1,) of changes and growth, which begin with the second value."""
    if how == "values":
        return values
    if how == "growth" and not (values > 0).all():
        raise Refusal(
            Message(
                N_("It learns: growth needs values above 0, and this series has {given:g}. Choose the values or the changes."), {"given": float(values.min())}
            )
        )
    return np.diff(np.log(values) if how == "growth" else values)


def restored(said: Doubles, before: Doubles, how: str) -> Doubles:
    """What the network says, in the series' own unit. before: the value before each, (n,)."""
    if how == "values":
        return said
    return np.asarray(before * np.exp(said) if how == "growth" else before + said, np.float64)


def windows(dataset: Dataset, spec: SeriesSpec, series: Series) -> Data:
    """The windows of a series in time, of its dataset as `described`: x (rows, length); y (rows, 1) the value that follows each, or (rows, length) the next one at each step.

    Window i begins with prepared value i * answered, and its last answer is prepared value i * answered + length.
    """
    assert dataset.sequence is not None and dataset.rows is not None
    seen = prepared(series.values, spec.prepared)
    starts = np.arange(dataset.rows)[:, None] * dataset.sequence.answered
    x = seen[starts + np.arange(spec.length)]
    y = seen[starts + np.arange(1, spec.length + 1)][:, -dataset.sequence.answered :]
    found = replace(series, prepared=spec.prepared)
    return Data(x.astype(np.float32), y.astype(np.float32), "regression", (), dataset.features, None, found)
