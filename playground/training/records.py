"""What is recorded of every layer while a run goes on, watched or not: weights, gradients, answers, and how far an update moves the weights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.training import histograms
from playground.training.due import PRESENT, SAMPLE, sampled
from playground.training.histograms import BINS, Floats
from playground.training.learner import listening, looking
from playground.training.path import Path

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
GRADIENT, RATIO = len(QUANTILES), len(QUANTILES) + 1  # columns after the quantiles
WEIGHTS, GRADIENTS, ANSWERS = range(3)  # the histograms of a layer
DEAD, SATURATED = range(2)  # the counts of a layer
KEPT = 200
REACH, MOSTLY = 0.97, 0.95  # saturated: beyond this share of the activation's range on more than this share of the sample


class Record(NamedTuple):
    """Every layer with weights at one moment.

    values: (layers, 9) float32: seven quantiles of the weights, root mean square of the gradient, update / weight; NaN where there is none.
    bins: (layers, 3, 40) uint8: histograms of the weights, of the sizes of their gradients, and of the layer's answers, as `histograms` has them.
    scales: (layers, 3) int16: the histograms' exponents; 0 for sizes, which need none. counts: (layers, 2) int32: dead and saturated units.
    """

    values: Floats
    bins: NDArray[np.uint8]
    scales: NDArray[np.int16]
    counts: NDArray[np.int32]

    def of(self, rows: list[int], moments: bool = False) -> Record:
        """Of these layers alone; moments: there is an axis of moments before that of the layers."""
        some = (slice(None), rows) if moments else (rows,)
        return Record(self.values[some], self.bins[some], self.scales[some], self.counts[some])


class Layer(NamedTuple):
    """A layer with weights; one that has several matrices of them is one for each. name: of its module. part: which matrix, by its name; "weight" where there is one. units: that answer. answers: the name of the
    module that gives its answers: its activation, the layer itself where it has none. last: is it the output?"""

    name: str
    part: str
    units: int
    weight: nn.Parameter
    answers: str
    activation: nn.Module
    last: bool

    @property
    def number(self) -> int:
        """Its place in the network's list of layers, from 1, as its name tells; 0 for the output, which has none."""
        found = re.search(r"\d+$", self.name)
        return int(found[0]) if found else 0


class Records:
    """Records of a model's layers, taken every so many steps.

    steps, epochs: when. Thinned as they grow: when more than 200 are kept, every second one goes and the interval doubles. A record of step s needs `prepare`
    at s - 1, before that step is taken: update / weight is of one real update.

    Answers are those to a fixed sample: at most 256 of the examples that the run began to train with, evenly picked, asked as the network is used (dropout
    off); fewer where one answer takes `forward` multiply-adds and these are many, or where the network is asked about `chunk` at once at most. fresh: is the sample asked so
    quickly that each picture can have the present beside the records? Of the hidden layers, a unit of ReLU is dead when it answers 0 to the whole sample: no gradient reaches it. A unit of tanh or sigmoid is saturated when
    more than 95 % of its answers are within 1.5 % of the ends of its range (beyond 0.97 of the way from its middle): its slope, and so its gradient, is nearly 0.
    """

    def __init__(self, model: nn.Module, every: int, x: Tensor, forward: int = 0, chunk: int = SAMPLE) -> None:
        self.layers = layers(model)
        self.path = Path(model)  # the way of a small network's weights
        self.every = every
        self.steps: list[int] = []
        self.epochs: list[float] = []
        self._model = model
        size = min(len(x), sampled(forward, chunk))
        self._sample = x[torch.from_numpy(np.linspace(0, len(x) - 1, size).round().astype(np.int64)).to(x.device)]
        self.fresh = size * forward <= PRESENT
        self._kept: list[Record] = []
        self._before: list[Tensor] = []

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def sample(self) -> int:
        """How many examples the answers are recorded on."""
        return len(self._sample)

    def chosen(self, which: Iterable[int] | None = None) -> Record:
        """The records of these places, or all, along a new first axis."""
        return stacked(self._kept if which is None else [self._kept[at] for at in which], len(self.layers))

    def next_after(self, step: int) -> int:
        """The first step after `step` that is recorded: the multiples of the interval, and before the first of them the powers of two, as most happens early."""
        return min(2 ** step.bit_length(), self.every) if step < self.every else (step // self.every + 1) * self.every

    def due(self, step: int) -> bool:
        """Is the model recorded after `step` steps?"""
        return step == 0 or self.next_after(step - 1) == step

    def prepare(self) -> None:
        """Remember the weights as they are before the step that will be recorded."""
        self._before = [layer.weight.detach().clone() for layer in self.layers]

    def take(self, step: int, epoch: float) -> None:
        """Record the model as it is after `step` steps, which are `epoch` epochs."""
        self._kept.append(self.measure())
        self.steps.append(step)
        self.epochs.append(epoch)
        self._before = []
        if len(self.steps) > KEPT:
            self.every *= 2
            kept = [i for i, at in enumerate(self.steps) if at % self.every == 0 or at < self.every]
            self.steps, self.epochs, self._kept = [self.steps[i] for i in kept], [self.epochs[i] for i in kept], [self._kept[i] for i in kept]

    def now(self) -> Record:
        """The model as it is, or where that takes long, as it was when last recorded. Changes nothing."""
        return self.measure() if self.fresh or not self._kept else self._kept[-1]

    def measure(self) -> Record:
        """The model as it is, without keeping it. Changes nothing."""
        before: list[Tensor | None] = list(self._before) or [None] * len(self.layers)
        with looking(self._model), listening(self._model) as heard:
            self._model(self._sample)
        found = [_measure(layer, old, heard[layer.answers]) for layer, old in zip(self.layers, before, strict=True)]
        return Record(*(np.stack(one) for one in zip(*found, strict=True)))

    def state(self) -> Mapping[str, NDArray[Any]]:
        kept = {f"records.{name}": array for name, array in self.chosen()._asdict().items()}
        kept["records.path"] = self.path.points
        return {**kept, "records.steps": np.array([self.every, *self.steps], np.int64), "records.epochs": np.array(self.epochs, np.float64)}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Take over the records of a checkpoint. KeyError or ValueError where they are of another model."""
        steps, epochs = (tensors[f"records.{name}"].numpy() for name in ("steps", "epochs"))
        found = Record(*(tensors[f"records.{name}"].numpy() for name in Record._fields))
        shapes = [(array.shape, array.dtype) for array in map(np.asarray, found)]
        wanted = [((len(steps) - 1, *array.shape[1:]), array.dtype) for array in map(np.asarray, stacked([], len(self.layers)))]
        if shapes != wanted or steps[0] < 1:
            raise ValueError("records of another shape")
        self.every, *self.steps = map(int, steps)
        self.epochs = epochs.tolist()
        self._kept, self._before = [Record(*one) for one in zip(*found, strict=True)], []
        self.path.restore(tensors["records.path"].numpy())


def layers(model: nn.Module) -> tuple[Layer, ...]:
    """The layers with weights (of two dimensions or more) of a model, in order. A layer answers through the module behind it whose name ends in "_activation"; one that bends
    its answers itself tells how, as its `bend`."""
    found: list[Layer] = []
    for name, module in model.named_modules():
        if name == "" or list(module.children()):
            continue
        if found and name.endswith("_activation"):
            found[-1] = found[-1]._replace(answers=name, activation=module)
        for part, weight in module.named_parameters(recurse=False):
            if weight.dim() > 1:
                units = (
                    module.hidden_size * (1 + module.bidirectional)
                    if isinstance(module, nn.RNNBase)
                    else weight.shape[int(isinstance(module, nn.ConvTranspose2d))]
                )
                found.append(Layer(name, part, units, weight, name, getattr(module, "bend", module), last=True))
    return tuple(layer._replace(last=at == len(found) - 1) for at, layer in enumerate(found))


def stacked(kept: list[Record], count: int) -> Record:
    """Records along a new first axis; `count` layers."""
    empty = Record(
        np.empty((0, count, RATIO + 1), np.float32),
        np.empty((0, count, 3, BINS), np.uint8),
        np.empty((0, count, 3), np.int16),
        np.empty((0, count, 2), np.int32),
    )
    return Record(*(np.stack(one) for one in zip(*kept, strict=True))) if kept else empty


def _measure(layer: Layer, before: Tensor | None, answers: Tensor) -> Record:
    """One layer: a record without the axis of layers."""
    weight = layer.weight.detach().cpu().numpy()
    said = answers.cpu().numpy()
    gradient = None if layer.weight.grad is None else layer.weight.grad.cpu().numpy()
    quantiles = _quantiles(weight.ravel())
    size = np.nan if gradient is None else _rms(gradient)
    ratio = np.nan
    if before is not None:
        old = before.cpu().numpy()
        ratio = _rms(weight - old) / was if (was := _rms(old)) > 0 else np.nan
    (weights, one), (answered, other) = histograms.signed(weight), histograms.signed(said)
    gradients = np.zeros(BINS, np.uint8) if gradient is None else histograms.sizes(gradient)
    return Record(
        np.array([*quantiles, size, ratio], np.float32),
        np.stack([weights, gradients, answered]),
        np.array([one, 0, other], np.int16),
        np.array(_counts(layer, said), np.int32),
    )


def _counts(layer: Layer, said: Floats) -> tuple[int, int]:
    """(dead, saturated) units; said: (examples, units), maps (examples, units, height, width) or steps (examples, steps, units). The output is not counted: it is to be sure of
    its answers."""
    if layer.last:
        return 0, 0
    axis = 1 if said.ndim == 4 else -1
    of = np.moveaxis(said, axis, 0).reshape(said.shape[axis], -1)
    if isinstance(layer.activation, nn.ReLU):
        return int((~(of > 0).any(1) & np.isfinite(of).all(1)).sum()), 0
    if isinstance(layer.activation, (nn.Tanh, nn.Sigmoid)):
        away = of if isinstance(layer.activation, nn.Tanh) else 2 * of - 1
        return 0, int(((np.abs(away) > REACH).mean(1) > MOSTLY).sum())
    return 0, 0


def _quantiles(values: Floats) -> Floats:
    """Seven quantiles, linear between neighbours."""
    place = np.array(QUANTILES) * (len(values) - 1)
    under = place.astype(np.intp)
    over = np.minimum(under + 1, len(values) - 1)
    ordered = np.partition(values, np.unique([under, over]))
    found: Floats = ordered[under] + (place - under) * (ordered[over] - ordered[under])
    return found


def _rms(values: Floats) -> float:
    flat = values.ravel()
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.sqrt(np.vdot(flat, flat) / len(flat)))
