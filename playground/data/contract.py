"""What a dataset is. Each file beside this one is a dataset, its name the file's: `DATASET`, `Spec`, `make(spec, rng)`.

Where columns, classes or rows depend on what is chosen, the file also has `describe(spec) -> Dataset`, without making the data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from annotated_types import Ge, Le, Lt
from numpy.typing import NDArray
from pydantic import AfterValidator, Field

from playground.choices import Choice, Spec, Ui, one_of
from playground.text import N_, Message, Refusal

Task = Literal["regression", "binary", "classes", "generate"]
Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

MOST_EDITS, MOST_POINTS = 300, 5000
FAR = 20.0  # noisy clouds have points beyond the plane: such a one can be taken away, and put back where it was
PLANE = ((-6.0, 6.0), (-6.0, 6.0))
STRAY = 2.0  # how far noise 1 would move a point of the drawn shapes that reach to 5: at most to the plane's edge
NUMBERED = (
    N_("class 0"), N_("class 1"), N_("class 2"), N_("class 3"), N_("class 4"), N_("class 5"), N_("class 6"), N_("class 7"), N_("class 8"), N_("class 9"),
)  # fmt: skip
VARIED = N_("Varied pictures")
SHUFFLE = 1  # the seed by which pixels are dealt out again: one way for all, so that runs can be compared
OWN = "own"
SIDES = MappingProxyType({OWN: Choice(N_("as they are"), r"h \times w", N_("Pictures as the set has them."))} | {side: Choice(f"{side} × {side}", rf"{side} \times {side}", N_("Every picture brought to this many pixels.")) for side in ("8", "16", "28", "32")})  # fmt: skip
HOW_MANY = N_("How many points are drawn in all: those for learning and those for testing.")


if TYPE_CHECKING:
    Side = str
else:
    Side = one_of(SIDES)


@dataclass(frozen=True)
class Sequence:
    """What one example is, where it goes on step by step in time.

    length: steps. channels: numbers at each step. symbols: where a step is one of several signs instead, their names in the order of their numbers; a step is then one
    such number (channels is 1). answered: the last so many steps are answered, 1 after the last step alone (many-to-one), `length` at every step (many-to-many). ahead: the
    right answer at a step is the next value, or symbol, of the same series, so that a network can go on by itself; parts are then cut in time.
    padded: symbol 0 fills up examples that are shorter, in front of them.
    """

    length: int
    channels: int = 1
    symbols: tuple[str, ...] = ()
    answered: int = 1
    ahead: bool = False
    padded: bool = False

    @property
    def columns(self) -> int:
        """Numbers in an example: step by step, the channels of each side by side."""
        return self.length * self.channels


@dataclass(frozen=True)
class Series:
    """The series that windows were cut from. values (T,) float64 in their own unit; times (T,): when, as numbers that grow (years, or places from 1). unit: what is counted, "" where it is none.
    prepared: by which way of `data/series.py` the network sees it."""

    values: NDArray[np.float64]
    times: NDArray[np.float64]
    unit: str = ""
    prepared: str = "values"


@dataclass(frozen=True)
class Dataset:
    """What is known of a dataset before it is made.

    kind: drawn points of a plane, a drawn curve over one feature, a table, pictures, sequences, or a cloud of points of a plane that have no answers. features: their names, one for each input
    column. classes: names in the order of their numbers; empty for regression. rows: number of examples, where it is
    fixed. standardized: inputs (and a regression's target) are brought to mean 0 and deviation 1, measured on the
    training part alone. shape: (channels, height, width) of pictures, whose columns are their pixels in that order, from 0 (black) to 1; None for all
    else. sequence: what one example of sequences is; None for all else. drawing: how a person's drawing is made into such a picture, by the name of a way in `data/drawing.py`. download: of a set that has to
    be downloaded first, the name of the one that ships and works the same way; "" of all that ship.
    """

    title: str
    about: str
    kind: Literal["points", "curve", "table", "images", "sequences", "cloud"]
    task: Task
    features: tuple[str, ...]
    classes: tuple[str, ...] = ()
    rows: int | None = None
    standardized: bool = False
    shape: tuple[int, int, int] | None = None
    sequence: Sequence | None = None
    drawing: Literal["", "mnist", "digits"] = ""
    download: str = ""


@dataclass(frozen=True)
class Modes:
    """Clumps of points. centres (modes, 2) float32; spread: the standard deviation of points around each."""

    centres: Floats
    spread: float


@dataclass(frozen=True)
class Data:
    """Examples as made: x (n, features) float32; y (n,) int64 class numbers, or (n, 1) float32 for regression; (n, 1) zeros where there is nothing to answer (generate).

    Where a sequence is answered at several steps, y is (n, answered). task, classes, feature_names as in `Dataset`. domain: ((x1 low, x1 high), (x2 low, x2 high)) of the plane that is
    drawn, for two features; None otherwise. series: what windows were cut from; None for all else. modes: the clumps that points were drawn around; None where there are none.
    """

    x: Floats
    y: Integers | Floats
    task: Task
    classes: tuple[str, ...]
    feature_names: tuple[str, ...]
    domain: tuple[tuple[float, float], tuple[float, float]] | None
    series: Series | None = None
    modes: Modes | None = None


TrainFraction = Annotated[
    float, Ge(0.1), Le(0.9), Ui(N_("For learning"), N_("The share of the examples that the network learns from. The rest tests it."), unit="%", step=0.05)
]


class DataSpec(Spec):
    """What every dataset's spec has. Test is what training and validation leave."""

    name: str
    train_fraction: TrainFraction = 0.5
    validation_fraction: Annotated[
        float,
        Ge(0),
        Le(0.5),
        Ui(N_("For validation"), N_("A share held out of training to decide when to stop; the test part stays untouched."), unit="%", step=0.05, more=True),
    ] = 0.0
    shuffled_labels: Annotated[
        bool,
        Ui(
            N_("Shuffle the answers"),
            N_("Deals the right answers out again by chance. What is learned then is learned by heart: train gets better, test stays at chance."),
            more=True,
        ),
    ] = False


def _single(value: float) -> float:
    """The shortest number that is the same in single precision, as networks compute: a link carries some digits of it, not seventeen."""
    return float(str(np.float32(value)))


Coordinate = Annotated[float, Ge(-FAR), Le(FAR), AfterValidator(_single)]


class Edit(Spec):
    """One training point changed by hand. at: which one, None for a new one; x: where it is now, None where it was taken away; y: its class or value."""

    at: Annotated[int, Ge(0), Lt(MOST_POINTS + MOST_EDITS)] | None
    x: tuple[Coordinate, Coordinate] | None
    y: Annotated[float, Ge(-10), Le(10), AfterValidator(_single)] = 0.0


class PointsSpec(DataSpec):
    """Drawn points in the plane [-6, 6] x [-6, 6]."""

    samples: Annotated[int, Ge(50), Le(MOST_POINTS), Ui(N_("Points"), HOW_MANY, step=50)] = 500
    noise: Annotated[
        float,
        Ge(0),
        Le(0.5),
        Ui(
            N_("Noise"),
            N_("How far points stray from their shape. With more noise the classes overlap, and no network can be right everywhere."),
            unit="%",
            step=0.05,
        ),
    ] = 0.0
    edits: Annotated[
        tuple[Edit, ...],
        Field(max_length=MOST_EDITS),
        Ui(N_("Points changed by hand"), N_("Training points that were added, moved or taken away on the picture."), live=True, shown=False),
    ] = ()


Deviation = Annotated[
    float,
    Ge(0),
    Le(1),
    Ui(N_("Noise"), N_("How far points stray from their shape, as a standard deviation: about two thirds of them stray less than this."), step=0.05),
]


class CurveSpec(DataSpec):
    """Drawn points over one feature, x in about [-1, 1]."""

    samples: Annotated[int, Ge(20), Le(2000), Ui(N_("Points"), HOW_MANY, step=20)] = 100
    noise: Deviation = 0.2
    train_fraction: TrainFraction = 0.7


def check_edits(spec: DataSpec, dataset: Dataset) -> None:
    """Refusal where points changed by hand are not there, changed twice, of no class of the dataset, or where none is left to learn from."""
    if not isinstance(spec, PointsSpec) or not spec.edits:
        return
    count = sizes(dataset.rows or spec.samples, spec)[0]
    seen: set[int] = set()
    for edit in spec.edits:
        if edit.at is not None and (edit.at >= count or edit.at in seen):
            raise Refusal(
                Message(
                    N_("Points changed by hand: each names a training point once, by a number below {limit}, or null for a new one; {given} was given."),
                    {"limit": count, "given": edit.at},
                )
            )
        if edit.at is not None:
            seen.add(edit.at)
        if dataset.classes and edit.x is not None and edit.y not in range(len(dataset.classes)):
            raise Refusal(
                Message(
                    N_("Points changed by hand: a class is a whole number from 0 to {limit}; {given} was given."),
                    {"limit": len(dataset.classes) - 1, "given": f"{edit.y:g}"},
                )
            )
    added = sum(edit.at is None and edit.x is not None for edit in spec.edits)
    removed = sum(edit.at is not None and edit.x is None for edit in spec.edits)
    if count + added <= removed:
        raise Refusal(Message(N_("Points changed by hand: no training point would be left. At least one has to stay.")))


class TableSpec(DataSpec):
    """A table, as it is; the seed only shuffles it."""

    train_fraction: TrainFraction = 0.7


class ImagesSpec(DataSpec):
    """Pictures. Those for learning can be varied anew each time they are shown; the others stay as they are."""

    train_fraction: TrainFraction = 0.8
    side: Annotated[Side, Ui(N_("Picture size"), N_("Smaller pictures are quicker to learn and harder to read."), more=True)] = OWN
    shift: Annotated[int, Ge(0), Le(8), Ui(N_("Shift"), N_("Moves each training picture by up to so many pixels, anew each time: the network learns that the place does not matter."), unit="px", step=1, more=True, live=True, off=0, part=VARIED)] = 0  # fmt: skip
    rotate: Annotated[int, Ge(0), Le(180), Ui(N_("Turn"), N_("Turns each training picture by up to so many degrees, anew each time. Too far, and a 6 becomes a 9."), unit="°", step=5, more=True, live=True, off=0, part=VARIED)] = 0  # fmt: skip
    flip: Annotated[bool, Ui(N_("Mirror"), N_("Mirrors half of the training pictures, left to right. Good for shapes and animals, bad for writing."), more=True, live=True, part=VARIED)] = False  # fmt: skip
    pixel_noise: Annotated[float, Ge(0), Le(0.5), Ui(N_("Grain"), N_("Adds noise to every pixel of the training pictures, anew each time: as the deviation of a bell curve, where 1 is from black to white."), step=0.05, more=True, live=True, off=0, part=VARIED)] = 0.0  # fmt: skip
    shuffled_pixels: Annotated[
        bool,
        Ui(
            N_("Shuffle the pixels"),
            N_(
                "Deals every picture's pixels out again, all pictures in the same way. A dense network does not mind; a convolution loses what it looks for, neighbours."
            ),
            more=True,
        ),
    ] = False

    @property
    def varied(self) -> bool:
        """Are training pictures varied each time they are shown?"""
        return bool(self.shift or self.rotate or self.flip or self.pixel_noise)


def pixels(shape: tuple[int, int, int]) -> tuple[str, ...]:
    """Names of the columns of pictures of a shape (channels, height, width): "row 3, column 4", with the colour in front where there are three."""
    channels, height, width = shape
    names = ("",) if channels == 1 else ("red, ", "green, ", "blue, ")
    return tuple(f"{name}row {row}, column {column}" for name in names for row in range(height) for column in range(width))


def sided(dataset: Dataset, spec: DataSpec) -> Dataset:
    """The dataset with its pictures at the size that the spec asks for."""
    if not isinstance(spec, ImagesSpec) or spec.side == OWN or dataset.shape is None:
        return dataset
    shape = (dataset.shape[0], int(spec.side), int(spec.side))
    return replace(dataset, shape=shape, features=pixels(shape))


def shuffled(x: Floats) -> Floats:
    """Pictures (n, columns) with the pixels dealt out again, always in the same way."""
    return np.ascontiguousarray(x[:, np.random.default_rng(SHUFFLE).permutation(x.shape[1])])


def steps(sequence: Sequence, channels: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Names of the columns of a sequence: "step 3", or "step 3, sensor 1"."""
    names = tuple(f", {name}" for name in channels) or ("",)
    return tuple(f"step {step}{name}" for step in range(1, sequence.length + 1) for name in names)


@dataclass(frozen=True)
class Split:
    """One part of the examples, as the network sees them: x (n, features), y as in `Data`."""

    x: Floats
    y: Integers | Floats

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Parts:
    """Data split for training. Every part is shuffled; scaling was measured on `train` alone.

    Where it is `ahead`, parts lie one after another in time instead. scale: how a shown number goes back to the table's own unit, (mean, deviation) of the target; (0, 1) if unscaled.
    units: the same of the inputs, (means, deviations), each (features,); None if unscaled.
    """

    data: Data
    train: Split
    validation: Split
    test: Split
    scale: tuple[float, float] = (0.0, 1.0)
    units: tuple[Floats, Floats] | None = None


def sizes(rows: int, spec: DataSpec) -> tuple[int, int, int]:
    """How many examples are for training, validation and test; the same whole numbers with and without the data. No part that was given a share is empty,
    and the test part never is."""
    train = max(1, round(rows * spec.train_fraction))
    validation = min(rows - train - 1, max(1, round(rows * spec.validation_fraction))) if spec.validation_fraction else 0
    return train, validation, rows - train - validation


def _measured(x: Floats, sequence: Sequence | None) -> tuple[Floats, Floats]:
    """Mean and deviation of each column (columns,); of a sequence, those of its channel over all steps."""
    if sequence is None:
        return x.mean(0), np.maximum(x.std(0), 1e-8)
    over = x.reshape(-1, sequence.channels)
    return np.tile(over.mean(0), sequence.length), np.tile(np.maximum(over.std(0), 1e-8), sequence.length)


def split(data: Data, dataset: Dataset, spec: DataSpec, rng: np.random.Generator) -> Parts:
    """Shuffle, cut, and where the dataset says so, standardize by the training part. What goes on in time is not shuffled: the test part is what came last."""
    ahead = dataset.sequence is not None and dataset.sequence.ahead
    order = np.arange(len(data.x)) if ahead else rng.permutation(len(data.x))
    x, y = data.x[order], data.y[order]
    if isinstance(spec, ImagesSpec) and spec.shuffled_pixels:
        x = shuffled(x)
    if spec.shuffled_labels:
        y = y[rng.permutation(len(y))]
    train, validation, _ = sizes(len(x), spec)
    scale, units = (0.0, 1.0), None
    if dataset.standardized:
        units = _measured(x[:train], dataset.sequence)
        x = (x - units[0]) / units[1]
        if data.task == "regression":
            scale = (float(y[:train].mean()), max(float(y[:train].std()), 1e-8))
            if ahead:  # what is answered is what is asked about, so that an answer can be the next question
                scale = (float(units[0][0]), float(units[1][0]))
            y = ((y - scale[0]) / scale[1]).astype(np.float32)
    x = np.ascontiguousarray(x, np.float32)
    cuts = (slice(None, train), slice(train, train + validation), slice(train + validation, None))
    learn, validate, test = (Split(x[cut], y[cut]) for cut in cuts)
    return Parts(data, learn, validate, test, scale, units)
