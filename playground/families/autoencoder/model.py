"""Encoder and decoder themselves."""

from __future__ import annotations

from collections import OrderedDict
from math import prod
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from playground.families.autoencoder.family import Model, target, walk
from playground.families.autoencoder.layers import Conv, Dense
from playground.families.autoencoder.learner import Rebuilder
from playground.training.layers import ACTIVATIONS, Chance, initialize
from playground.training.learner import Examples
from playground.training.losses import Objective, Rebuilding

if TYPE_CHECKING:
    from playground.data.contract import Parts
    from playground.experiment import Experiment

NARROW = 10.0  # the log of a variance is kept within so much of 0, so that no cloud becomes infinite


class Autoencoder(nn.Module):
    """Examples (n, columns) -> what is given back (n, columns), before any sigmoid. encoder: -> (n, latent), or (n, 2 latent) means and logs of variances. decoder: codes (n, latent) -> (n, columns).

    Asked, it decodes the middle of each cloud; the learner draws codes of its own.
    """

    def __init__(self, encoder: nn.Sequential, decoder: nn.Sequential, variational: bool) -> None:
        super().__init__()
        self.encoder, self.decoder, self.variational = encoder, decoder, variational

    def code(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """(means (n, latent), logs of variances (n, latent) or None where an example is one point)."""
        told = self.encoder(x)
        if not self.variational:
            return told, None
        mean, spread = told.chunk(2, 1)
        return mean, spread.clamp(-NARROW, NARROW)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.decoder(self.code(x)[0])
        return found


def build(experiment: Experiment, output: str, chance: Chance) -> Autoencoder:
    """The experiment's network. Its modules are named as in the size estimate, with `_activation` behind those that bend. Weights are drawn from `chance.weights`, the encoder's first."""
    spec = experiment.model
    assert isinstance(spec, Model)
    found, shape = walk(experiment), target(experiment)
    at = len(spec.layers) + 1  # of the code
    encoder, decoder = OrderedDict[str, nn.Module](), OrderedDict[str, nn.Module]()
    if len(shape) == 3:
        encoder["shape"] = nn.Unflatten(1, shape)
    for layer, before, size in zip([*spec.layers, None], found, found[1 : at + 1], strict=False):
        if isinstance(layer, Conv):
            encoder[size.name] = _drawn(nn.Conv2d(before.shape[0], size.shape[0], 4, 2, 1), spec, chance)
        else:
            if len(before.shape) == 3:
                encoder[f"{size.name}_flat"] = nn.Flatten()
            encoder[size.name] = _drawn(nn.Linear(prod(before.shape), prod(size.shape) * (1 if layer else spec.kind.told)), spec, chance)
        bend = layer.activation if isinstance(layer, (Conv, Dense)) else spec.kind.bend
        if bend:
            encoder[f"{size.name}_activation"] = ACTIVATIONS[bend]()
    bends = [layer.activation for layer in reversed(spec.layers) if isinstance(layer, (Conv, Dense))]
    for number, (before, size) in enumerate(zip(found[at:], found[at + 1 :], strict=False)):
        if size.kind == "conv":
            decoder[size.name] = _drawn(nn.ConvTranspose2d(before.shape[0], size.shape[0], 4, 2, 1), spec, chance)
        else:
            decoder[size.name] = _drawn(nn.Linear(prod(before.shape), prod(size.shape)), spec, chance)
            if len(size.shape) == 3 and number < len(bends):
                decoder[f"{size.name}_shape"] = nn.Unflatten(1, size.shape)
        if number < len(bends):
            decoder[f"{size.name}_activation"] = ACTIVATIONS[bends[number]]()
    if len(shape) == 3 and found[-1].kind == "conv":
        decoder["flat"] = nn.Flatten()
    return Autoencoder(nn.Sequential(encoder), nn.Sequential(decoder), spec.kind.told == 2)


def _drawn(module: nn.Linear | nn.Conv2d | nn.ConvTranspose2d, spec: Model, chance: Chance) -> nn.Module:
    initialize(module, spec.initialization, chance.weights)
    return module


def learner(experiment: Experiment, model: Autoencoder, goal: Objective, train: Examples, order: torch.Generator, chance: Chance, parts: Parts) -> Rebuilder:
    """Trains it to give examples back."""
    assert isinstance(experiment.model, Model) and isinstance(goal, Rebuilding)
    return Rebuilder(model, goal, experiment, train, order, chance.noise)
