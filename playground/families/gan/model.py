"""Generator and discriminator themselves."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from playground.families.contract import LayerSize
from playground.families.gan.family import Layer, Model, walk
from playground.families.gan.learner import Adversary
from playground.families.gan.measures import judge
from playground.training.layers import ACTIVATIONS, BatchNorm, Chance, initialize
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


class Rivals(nn.Module):
    """generator: noise (n, noise) -> made-up points (n, 2). discriminator: points (n, 2) -> (n, 1), before any sigmoid.

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
    """The experiment's two networks. Their layers are named as in the size estimate, each with `_norm` and `_activation` behind it where it has one. Weights are drawn from
    `chance.weights`, the generator's first."""
    spec = experiment.model
    assert isinstance(spec, Model)
    up, down = walk(experiment)
    generator = _network(spec.generator, up, spec, chance)
    generator["scale"] = Scaled(EDGE, back=True)
    discriminator = OrderedDict[str, nn.Module](scale=Scaled(EDGE)) | _network(spec.discriminator, down, spec, chance)
    return Rivals(nn.Sequential(generator), nn.Sequential(discriminator), spec.noise, spec.noise_kind)


def _network(layers: Sequence[Layer], sizes: Sequence[LayerSize], spec: Model, chance: Chance) -> OrderedDict[str, nn.Module]:
    found: OrderedDict[str, nn.Module] = OrderedDict()
    for at, (before, size) in enumerate(pairwise(sizes)):
        linear = nn.Linear(before.shape[0], size.shape[0])
        initialize(linear, spec.initialization, chance.weights)
        found[size.name] = linear
        if at == len(layers):
            break
        if layers[at].batch_norm:
            found[f"{size.name}_norm"] = BatchNorm(size.shape[0])
        found[f"{size.name}_activation"] = ACTIVATIONS[layers[at].activation]()
    return found


def learner(experiment: Experiment, model: Rivals, goal: Objective, train: Examples, order: torch.Generator, chance: Chance, parts: Parts) -> Adversary:
    """Trains both."""
    spec = experiment.model
    assert isinstance(spec, Model) and isinstance(goal, Rivalry)
    return Adversary(model, goal, spec, experiment.training, train, order, chance, judge(parts))
