"""Generator and discriminator themselves."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from playground.families.contract import LayerSize
from playground.families.gan import layers as kinds
from playground.families.gan.family import Model, target, walk
from playground.families.gan.learner import Adversary
from playground.families.gan.measures import judge
from playground.training.layers import ACTIVATIONS, BatchNorm, BatchNorm2d, Chance, Dropout, initialize
from playground.training.learner import Examples
from playground.training.losses import Objective, Rivalry

if TYPE_CHECKING:
    from playground.data.contract import Parts
    from playground.experiment import Experiment

FIXED = 500  # noises that stay the same as long as a run lasts: what is drawn is made of them
SEED = 1  # they are the same for all runs of a kind of noise
EDGE = 6.0  # points are given to the networks and taken from them in units of the plane's half side


class Scaled(nn.Module):
    """x -> (x - middle) / reach, or back."""

    def __init__(self, middle: float, reach: float, back: bool = False) -> None:
        super().__init__()
        self.middle, self.reach, self.back = middle, reach, back

    def forward(self, x: Tensor) -> Tensor:
        return x * self.reach + self.middle if self.back else (x - self.middle) / self.reach


class Shaped(nn.Module):
    """(n, numbers) -> (n, *shape)."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(-1, *self.shape)


class Rivals(nn.Module):
    """generator: noise (n, noise) -> made up (n, columns of an example). discriminator: examples (n, columns) -> (n, 1), before any sigmoid.

    Asked about examples, it answers as the discriminator does to them and to as many made up out of noise that stays the same: (2 n, 1), so that whoever listens hears both networks. fixed:
    (500, noise), that noise.
    """

    def __init__(self, generator: nn.Sequential, discriminator: nn.Sequential, noise: int, kind: str) -> None:
        super().__init__()
        self.generator, self.discriminator, self.size, self.kind = generator, discriminator, noise, kind
        self.fixed = self.noise(FIXED, torch.Generator().manual_seed(SEED))

    def noise(self, count: int, generator: torch.Generator) -> Tensor:
        drawn = torch.empty(count, self.size)
        drawn = drawn.uniform_(-1, 1, generator=generator) if self.kind == "uniform" else drawn.normal_(generator=generator)
        return drawn.to(next(self.parameters()).device)

    def forward(self, x: Tensor) -> Tensor:
        said: Tensor = self.discriminator(torch.cat([x, self.generator(self.fixed[: len(x)].to(x.device))]))
        return said


def build(experiment: Experiment, output: str, chance: Chance) -> Rivals:
    """The experiment's two networks. Their layers are named as in the size estimate, each with `_norm`, `_activation`, `_dropout` behind it where it has one. Weights are drawn from
    `chance.weights`, the generator's first."""
    spec = experiment.model
    assert isinstance(spec, Model)
    up, down = walk(experiment)
    shape = target(experiment)
    pictures = len(shape) == 3
    generator = _network(spec.generator, up, spec, chance)
    if pictures:  # from -1 .. 1 to 0 .. 1
        generator |= {"made_activation": nn.Tanh(), "flat": nn.Flatten(), "scale": Scaled(0.5, 0.5, back=True)}
    else:
        generator["scale"] = Scaled(0.0, EDGE, back=True)
    discriminator = OrderedDict[str, nn.Module](scale=Scaled(0.5, 0.5) if pictures else Scaled(0.0, EDGE))
    if pictures:
        discriminator["shape"] = Shaped(shape)
    discriminator |= _network(spec.discriminator, down, spec, chance)
    return Rivals(nn.Sequential(generator), nn.Sequential(discriminator), spec.noise, spec.noise_kind)


def _network(layers: Sequence[kinds.Layer], sizes: Sequence[LayerSize], spec: Model, chance: Chance) -> OrderedDict[str, nn.Module]:
    found: OrderedDict[str, nn.Module] = OrderedDict()
    for layer, before, size in zip([*layers, None], sizes, sizes[1:], strict=False):
        name = size.name
        module: nn.Linear | nn.Conv2d | nn.ConvTranspose2d
        if isinstance(layer, kinds.Up) or (layer is None and size.kind == "up"):
            stride = 2 if layer is None else layer.stride
            module = nn.ConvTranspose2d(before.shape[0], size.shape[0], 4 if stride == 2 else 3, stride, 1)
        elif isinstance(layer, kinds.Down):
            module = nn.Conv2d(before.shape[0], size.shape[0], 4 if layer.stride == 2 else 3, layer.stride, 1)
        else:
            if len(before.shape) > 1:
                found[f"{name}_flat"] = nn.Flatten()
            module = nn.Linear(prod(before.shape), prod(size.shape))
        initialize(module, spec.initialization, chance.weights)
        found[name] = module
        if layer is None:
            continue
        if isinstance(layer, kinds.Maps):
            found[f"{name}_shape"] = Shaped(size.shape)
        if getattr(layer, "batch_norm", False):
            found[f"{name}_norm"] = BatchNorm2d(size.shape[0]) if len(size.shape) == 3 else BatchNorm(size.shape[0])
        found[f"{name}_activation"] = ACTIVATIONS[layer.activation]()  # type: ignore[attr-defined]
        if getattr(layer, "dropout", 0.0):
            found[f"{name}_dropout"] = Dropout(layer.dropout, chance.dropout)  # type: ignore[attr-defined]
    return found


def learner(
    experiment: Experiment, model: Rivals, goal: Objective, train: Examples, order: torch.Generator, chance: Chance, chunk: int, parts: Parts
) -> Adversary:
    """Trains both."""
    spec = experiment.model
    assert isinstance(spec, Model) and isinstance(goal, Rivalry)
    return Adversary(model, goal, spec, experiment.training, train, order, chance, judge(parts))
