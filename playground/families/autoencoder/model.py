"""Encoder and decoder themselves, and how they learn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from playground import choices
from playground.families.autoencoder.family import Model, target, walk
from playground.training.layers import ACTIVATIONS, Chance, initialize
from playground.training.learner import Answered, Examples, Learner
from playground.training.losses import Objective, Rebuilding, finite

if TYPE_CHECKING:
    from playground.data.contract import Parts
    from playground.experiment import Experiment

NARROW = 10.0  # the log of a variance is kept within so much of 0, so that no cloud becomes infinite


class Autoencoder(nn.Module):
    """Examples (n, columns) -> what is given back (n, columns), before any sigmoid. encoder: -> (n, latent), or (n, 2 latent) means and logs of variances. decoder: codes (n, latent) -> (n, columns).

    In training the variational kind draws a code from each cloud, from `noise`; asked, it takes its middle.
    """

    def __init__(self, encoder: nn.Sequential, decoder: nn.Sequential, latent: int, variational: bool, noise: torch.Generator) -> None:
        super().__init__()
        self.encoder, self.decoder, self.latent, self.variational, self.noise = encoder, decoder, latent, variational, noise

    def code(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        """(means (n, latent), logs of variances (n, latent) or None)."""
        told = self.encoder(x)
        if not self.variational:
            return told, None
        mean, spread = told.chunk(2, 1)
        return mean, spread.clamp(-NARROW, NARROW)

    def draw(self, mean: Tensor, spread: Tensor | None) -> Tensor:
        """A code of each cloud: mean + exp(spread / 2) N(0, 1) (Kingma and Welling, 2014)."""
        if spread is None or not self.training:
            return mean
        return mean + torch.exp(spread / 2) * torch.empty(mean.shape).normal_(generator=self.noise).to(mean.device)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.decoder(self.draw(*self.code(x)))
        return found


def divergence(mean: Tensor, spread: Tensor) -> Tensor:
    """KL of N(mean, exp(spread)) from N(0, 1), for each latent unit (n, latent): (exp(spread) + mean^2 - 1 - spread) / 2 (Kingma and Welling, 2014, appendix B)."""
    return (spread.exp() + mean.square() - 1 - spread) / 2


class Rebuilder(Learner):
    """Learns to give examples back: its loss is error + beta divergence + sparsity |code|, means over the examples of sums over their numbers. What is given may be spoiled by noise first."""

    model: Autoencoder
    objective: Rebuilding

    def __init__(
        self, model: Autoencoder, goal: Rebuilding, spec: Model, training: choices.Training, train: Examples, order: torch.Generator, chance: Chance, chunk: int
    ) -> None:
        self.spec, self._noise = spec, chance.noise
        self._told: list[Tensor] = []  # of each step since the last row: (3,) loss, error, divergence
        super().__init__(model, goal, training, Examples(train.x, train.x), order, chunk)

    def configure(self, training: choices.Training, model: choices.Spec | None = None) -> None:
        if model is not None:
            self.spec = model  # type: ignore[assignment]
        super().configure(training)

    def replace(self, train: Examples, places: list[int]) -> None:  # type: ignore[override]
        super().replace(Examples(train.x, train.x), places)

    @property
    def beta(self) -> float:
        """As it is now: it grows over the warm-up."""
        if not self.model.variational:
            return 0.0
        return self.spec.beta * (min(1.0, self.epoch / self.spec.warm_up) if self.spec.warm_up else 1.0)

    def _sample(self) -> tuple[Tensor, Tensor]:
        x, clean = super()._sample()
        if not self.spec.spoil:
            return x, clean
        spoiled = x + self.spec.spoil * torch.empty(x.shape).normal_(generator=self._noise).to(x.device)
        return spoiled, clean

    def _loss(self, outputs: Tensor, targets: Tensor, mean: Tensor, spread: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """(loss, error, divergence), each a mean over the examples."""
        error = self.objective.error(outputs, targets).mean()
        apart = torch.zeros((), device=error.device) if spread is None else divergence(mean, spread).sum(1).mean()
        loss = error + self.beta * apart
        if self.spec.sparsity:
            loss = loss + self.spec.sparsity * mean.abs().sum(1).mean()
        return loss, error, apart

    def step(self) -> None:
        x, y = self._sample()
        mean, spread = self.model.code(x)
        loss, error, apart = self._loss(self.model.decoder(self.model.draw(mean, spread)), y, mean, spread)
        self.optimizer.forget_gradients()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self._taken(loss, error, apart)

    def _taken(self, loss: Tensor, error: Tensor, apart: Tensor) -> None:
        self.steps += 1
        self._place += 1
        if self._scheduled:
            self._set_rate()
        self.batch_loss = loss
        self._told.append(torch.stack([loss.detach(), error.detach(), apart.detach()]))

    def measure(self, parts: Mapping[str, Examples], answered: dict[str, Answered], in_steps: bool) -> dict[str, float | None]:
        """loss, error and divergence of each part, for an example; of the training part as means over the steps since the last row, where `in_steps`."""
        found: dict[str, float | None] = {}
        for part, examples in parts.items():
            if not len(examples.x):
                continue
            if part == "train" and in_steps and self._told:
                told, self._told = torch.stack(self._told).mean(0), []
            else:
                told = self._asked(examples.x)
            names = (f"{part}_loss", f"{part}_error", *([f"{part}_divergence"] if self.model.variational else []))
            found |= {name: finite(number) for name, number in zip(names, told.tolist(), strict=False)}
        return found

    def _asked(self, x: Tensor) -> Tensor:
        from playground.training.learner import answering

        with answering(self.model):
            sums = torch.zeros(3, dtype=torch.float64)
            for piece in torch.split(x, self.chunk):
                mean, spread = self.model.code(piece)
                sums += torch.stack(self._loss(self.model.decoder(mean), piece, mean, spread)).double().cpu() * len(piece)
        return sums / len(x)


def build(experiment: Experiment, output: str, chance: Chance) -> Autoencoder:
    """The experiment's network. Its modules are named as in the size estimate, with `_activation` behind those that bend. Weights are drawn from `chance.weights`, the encoder's first."""
    spec = experiment.model
    assert isinstance(spec, Model)
    found = walk(experiment)
    at = next(place for place, size in enumerate(found) if size.name == "code")
    shape = target(experiment)
    encoder, decoder = OrderedDict[str, nn.Module](), OrderedDict[str, nn.Module]()
    if len(shape) == 3:
        encoder["shape"] = nn.Unflatten(1, shape)
    told = 2 if spec.kind == "variational" else 1
    for layer, before, size in zip([*spec.layers, None], found, found[1 : at + 1], strict=False):
        if layer is not None and layer.name == "conv":
            module: nn.Module = nn.Conv2d(before.shape[0], size.shape[0], 4, 2, 1)
        else:
            if len(before.shape) == 3:
                encoder[f"{size.name}_flat"] = nn.Flatten()
            module = nn.Linear(prod(before.shape), prod(size.shape) * (told if layer is None else 1))
        initialize(module, spec.initialization, chance.weights)  # type: ignore[arg-type]
        encoder[size.name] = module
        if layer is not None:
            encoder[f"{size.name}_activation"] = ACTIVATIONS[layer.activation]()  # type: ignore[attr-defined]
    bends = [layer.activation for layer in reversed(spec.layers)]  # type: ignore[attr-defined]
    for number, (before, size) in enumerate(zip(found[at:], found[at + 1 :], strict=False)):
        conv = size.kind == "conv"
        grown = nn.ConvTranspose2d(before.shape[0], size.shape[0], 4, 2, 1) if conv else nn.Linear(prod(before.shape), prod(size.shape))
        initialize(grown, spec.initialization, chance.weights)
        decoder[size.name] = grown
        if not conv and len(size.shape) == 3:
            decoder[f"{size.name}_shape"] = nn.Unflatten(1, size.shape)
        if number < len(bends):
            decoder[f"{size.name}_activation"] = ACTIVATIONS[bends[number]]()
    decoder["flat"] = nn.Flatten()
    return Autoencoder(nn.Sequential(encoder), nn.Sequential(decoder), spec.latent, spec.kind == "variational", chance.noise)


def learner(
    experiment: Experiment, model: Autoencoder, goal: Objective, train: Examples, order: torch.Generator, chance: Chance, chunk: int, parts: Parts
) -> Rebuilder:
    """Trains it to give examples back."""
    spec = experiment.model
    assert isinstance(spec, Model) and isinstance(goal, Rebuilding)
    return Rebuilder(model, goal, spec, experiment.training, train, order, chance, chunk)
