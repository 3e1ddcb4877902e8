"""Generator and discriminator themselves."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from playground.families.contract import LayerSize
from playground.families.gan.album import Album
from playground.families.gan.examiner import COUNT, Examiner
from playground.families.gan.family import Model, pictured, target, walk
from playground.families.gan.layers import SAME, WIDE, Layer
from playground.families.gan.learner import Adversary
from playground.families.gan.measures import Judge
from playground.training.layers import ACTIVATIONS, BatchNorm, BatchNorm2d, Chance, Image, initialize
from playground.training.learner import Examples
from playground.training.losses import Objective, Rivalry

if TYPE_CHECKING:
    from playground.data.contract import Parts
    from playground.experiment import Experiment

FIXED = 500  # noises that stay the same as long as a run lasts: what is drawn is made of them
SEED = 1  # they are the same for all runs of a kind of noise
EDGE = 6.0  # points are given to the networks and taken from them in units of the plane's half side


class Scaled(nn.Module):
    """Points divided by the plane's half side, or brought back."""

    def __init__(self, reach: float, back: bool = False) -> None:
        super().__init__()
        self.factor = reach if back else 1 / reach

    def forward(self, x: Tensor) -> Tensor:
        return x * self.factor


class Shades(nn.Module):
    """Pictures (n, columns) of 0 to 1 as maps (n, channels, height, width) of -1 to 1, as networks take them."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(-1, *self.shape) * 2 - 1


class Pixels(nn.Module):
    """What a generator says, bent by tanh (Radford and others, 2016), as pictures (n, columns) of 0 to 1."""

    def forward(self, x: Tensor) -> Tensor:
        return (torch.tanh(x) / 2 + 0.5).flatten(1)


class Rivals(nn.Module):
    """generator: noise (n, noise) -> made-up examples (n, columns). discriminator: examples (n, columns) -> (n, 1), before any sigmoid.

    Asked about examples, it answers as the discriminator does to them and to as many made up out of noise that stays the same: (2 n, 1), so that whoever listens hears both networks. fixed:
    (500 or more, noise), that noise.
    """

    def __init__(self, generator: nn.Sequential, discriminator: nn.Sequential, noise: int, kind: str, fixed: int) -> None:
        super().__init__()
        self.generator, self.discriminator, self.size, self.kind = generator, discriminator, noise, kind
        self.fixed = self.noise(fixed, torch.Generator().manual_seed(SEED))

    def noise(self, count: int, generator: torch.Generator) -> Tensor:
        drawn = torch.empty(count, self.size)
        drawn = drawn.uniform_(-1, 1, generator=generator) if self.kind == "uniform" else drawn.normal_(generator=generator)
        return drawn.to(next(self.parameters()).device)

    def forward(self, x: Tensor) -> Tensor:
        said: Tensor = self.discriminator(torch.cat([x, self.generator(self.fixed[: len(x)].to(x.device))]))
        return said


def build(experiment: Experiment, output: str, chance: Chance) -> Rivals:
    """The experiment's two networks. Their layers are named as in the size estimate, each with `_norm` and `_activation` behind it where it has one. Weights are drawn from
    `chance.weights`, the generator's first."""
    spec, shape = experiment.model, target(experiment)
    assert isinstance(spec, Model)
    up, down = walk(experiment)
    generator = _network(spec.generator, up, spec, chance)
    generator["scale"] = Pixels() if len(shape) == 3 else Scaled(EDGE, back=True)
    scale = Shades(shape) if len(shape) == 3 else Scaled(EDGE)
    discriminator = OrderedDict[str, nn.Module](scale=scale) | _network(spec.discriminator, down, spec, chance)
    return Rivals(nn.Sequential(generator), nn.Sequential(discriminator), spec.noise, spec.noise_kind, COUNT if len(shape) == 3 else FIXED)


def _network(layers: Sequence[Layer], sizes: Sequence[LayerSize], spec: Model, chance: Chance) -> OrderedDict[str, nn.Module]:
    found: OrderedDict[str, nn.Module] = OrderedDict()
    for at, (before, size) in enumerate(pairwise(sizes)):
        slid = len(before.shape) == 3 and len(size.shape) == 3
        if len(before.shape) == 3 and not slid:
            found[f"{size.name}_flat"] = nn.Flatten()
        module = _slid(before.shape, size.shape) if slid else nn.Linear(prod(before.shape), prod(size.shape))
        initialize(module, spec.initialization, chance.weights)
        found[size.name] = module
        if len(size.shape) == 3 and not slid:
            found[f"{size.name}_shape"] = Image(size.shape)
        if at == len(layers):
            break
        if layers[at].batch_norm:
            found[f"{size.name}_norm"] = (BatchNorm2d if len(size.shape) == 3 else BatchNorm)(size.shape[0])
        found[f"{size.name}_activation"] = ACTIVATIONS[layers[at].activation]()
    return found


def _slid(before: tuple[int, ...], after: tuple[int, ...]) -> nn.Conv2d | nn.ConvTranspose2d:
    """The convolution from maps to others of half the side, of the same, or of twice the side."""
    if before[1] == after[1]:
        return nn.Conv2d(before[0], after[0], SAME, 1, SAME // 2)
    return (nn.Conv2d if before[1] > after[1] else nn.ConvTranspose2d)(before[0], after[0], WIDE, 2, 1)


def learner(experiment: Experiment, model: Rivals, goal: Objective, train: Examples, order: torch.Generator, chance: Chance, parts: Parts) -> Adversary:
    """Trains both."""
    spec, shape = experiment.model, target(experiment)
    assert isinstance(spec, Model) and isinstance(goal, Rivalry)
    judge = Examiner(shape, len(experiment.dataset.classes)) if pictured(experiment) else Judge(parts.data.modes)
    return Adversary(model, goal, spec, experiment.training, train, order, chance, judge, Album(shape))
