"""What a family declares. Each folder beside this file is a family; its `family.py` holds one `FAMILY`. No torch."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from playground.choices import Spec
from playground.data.contract import Dataset
from playground.text import Message, Refusal

if TYPE_CHECKING:
    from playground.experiment import Experiment

ROOM = 4_000_000  # numbers

Place = Literal["step", "main", "side", "side_below", "tab"]


def always(experiment: Experiment) -> bool:
    return True


def nothing(dataset: Dataset) -> tuple[str, ...]:
    return ()


def as_it_is(dataset: Dataset) -> str:
    return dataset.task


@dataclass(frozen=True)
class View:
    """One picture of a run.

    renderer: "plotly", or a canvas renderer of the browser by name. place: step (a line above the network), main (the network), side (what it has
    learned), side_below (curves; several share the place, one shown at a time), tab (below the network). about: what
    is this; effect: cause and effect, or what to look for. applies: whether an experiment has this view.
    """

    name: str
    title: str
    question: str
    renderer: str
    place: Place
    about: str
    effect: str
    applies: Callable[[Experiment], bool] = always


@dataclass(frozen=True)
class Metric:
    """A number of the history. part: train, validation or test. percent: shown as a share of 100. header: does it stand beneath the transport?"""

    name: str
    title: str
    part: Literal["train", "validation", "test"]
    percent: bool = False
    header: bool = True


@dataclass(frozen=True)
class LayerSize:
    """One layer in whole numbers. shape: of its output for one example. work: multiply-adds for one example. of: the field with the list of layers it comes from, where a family has several."""

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    work: int
    of: str = ""


class Misfit(Refusal):
    """A layer that does not take what comes before it. Its message has the layer's number, from 1, as `layer_number`; the output counts as the one after the
    last: the form says it at that layer, of the list `of` where a family has several. before: the sizes of those that fit, the input first."""

    def __init__(self, message: Message, before: tuple[LayerSize, ...]) -> None:
        super().__init__(message)
        self.before = before


@dataclass(frozen=True)
class Estimate:
    """What a run will take, known before anything is allocated. memory: bytes beyond a bare worker. batch: examples in a training step."""

    layers: tuple[LayerSize, ...]
    memory: int
    batch: int

    @property
    def parameters(self) -> int:
        """Numbers that are learned."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def forward(self) -> int:
        """Multiply-adds of one answer."""
        return sum(layer.work for layer in self.layers)

    @property
    def work(self) -> int:
        """Multiply-adds of one training step: forward, and about twice as much backward."""
        return 3 * self.forward * self.batch

    @property
    def chunk(self) -> int:
        """Examples that are answered at once where a whole part is asked about, so that no layer's answers take more than about 16 MB."""
        return max(50, ROOM // max(math.prod(layer.shape) for layer in self.layers))


@dataclass(frozen=True)
class Preset:
    """A named experiment: what it shows, in a sentence."""

    title: str
    about: str
    experiment: Mapping[str, Any]


@dataclass(frozen=True)
class Speed:
    """How fast a run goes: `per_second` units of `unit`, or as fast as it can (unit "full")."""

    unit: Literal["full", "epoch", "step", "phase"] = "full"
    per_second: float = 0.0


class ModelSpec(Spec):
    """The model's part of an experiment, told apart by `family`."""

    family: str


@dataclass(frozen=True)
class Family:
    """Everything about a family that needs no torch.

    kinds, tasks: of the datasets it takes. losses: those it can be trained with, as far as they fit the task. default: the preset its page opens with. speeds: what can be chosen beside
    the transport, by name, the first is the default. check: raises Refusal where parts of an experiment do not fit. hidden: fields that mean nothing for such data, by their paths
    ("model.embedding"), which the form then leaves out. task: what it does with a dataset, where that is not the dataset's own task. live: paths of fields that it can change while it trains, though
    other families cannot.
    """

    name: str
    title: str
    about: str
    order: int
    model: type[ModelSpec]
    kinds: tuple[str, ...]
    tasks: tuple[str, ...]
    losses: tuple[str, ...]
    views: tuple[View, ...]
    presets: Mapping[str, Preset]
    default: str
    metrics: Callable[[Experiment], tuple[Metric, ...]]
    estimate: Callable[[Experiment], Estimate]
    check: Callable[[Experiment], None]
    speeds: Mapping[str, tuple[str, Speed]] = field(default_factory=dict)
    hidden: Callable[[Dataset], tuple[str, ...]] = nothing
    task: Callable[[Dataset], str] = as_it_is
    live: tuple[str, ...] = ()

    def views_of(self, experiment: Experiment) -> tuple[View, ...]:
        """The views this experiment has, in order."""
        return tuple(view for view in self.views if view.applies(experiment))
