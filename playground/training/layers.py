"""Pieces of networks that several families use: activations, first weights, batch norm and dropout as this playground needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn

ACTIVATIONS: Mapping[str, type[nn.Module]] = MappingProxyType({
    "linear": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
})  # fmt: skip


@dataclass(frozen=True)
class Chance:
    """Where a network's chance comes from: its first weights, what falls silent at each step, how pictures are varied, and the noise that a generator starts from. All on the CPU, so that every
    device draws the same."""

    weights: torch.Generator
    dropout: torch.Generator
    variation: torch.Generator = field(default_factory=torch.Generator)
    noise: torch.Generator = field(default_factory=torch.Generator)

    def state(self) -> dict[str, Tensor]:
        """How far the streams that a training draws from have come."""
        return {"dropout": self.dropout.get_state(), "variation": self.variation.get_state(), "noise": self.noise.get_state()}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on from a `state`. KeyError where it is none."""
        self.dropout.set_state(tensors["dropout"])
        self.variation.set_state(tensors["variation"])
        self.noise.set_state(tensors["noise"])


def initialize(layer: nn.Linear | nn.Conv2d | nn.ConvTranspose2d, how: str, generator: torch.Generator) -> None:
    """Draw a layer's first weights, by the name of an initialisation in `choices`."""
    weight = layer.weight
    if how == "uniform":
        nn.init.uniform_(weight, -0.5, 0.5, generator=generator)
    elif how == "normal":
        nn.init.normal_(weight, generator=generator)
    elif how == "xavier":
        nn.init.xavier_uniform_(weight, generator=generator)
    elif how == "he":
        nn.init.kaiming_normal_(weight, generator=generator)
    elif how == "orthogonal":
        nn.init.orthogonal_(weight, generator=generator)
    else:
        nn.init.constant_(weight, 0.1)
    if layer.bias is not None:
        nn.init.constant_(layer.bias, 0.1 if how == "uniform" else 0.0)


class Dropout(nn.Module):
    """(n, units) -> the same; in training a share p of the numbers is 0, the others are 1 / (1 - p) times as large. Drawn from a stream of its own."""

    def __init__(self, p: float, generator: torch.Generator) -> None:
        super().__init__()
        self.p, self.generator = p, generator

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        kept = torch.empty(x.shape).bernoulli_(1 - self.p, generator=self.generator)
        return x * kept.to(x.device).div_(1 - self.p)


class Image(nn.Module):
    """(n, channels * height * width) -> (n, channels, height, width)."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(-1, *self.shape)


class Switches(nn.Module):
    """(n, units, ...) -> the same, 0 for each unit that is switched off. on: (units,) of ones and zeros."""

    on: Tensor

    def __init__(self, units: int) -> None:
        super().__init__()
        self.register_buffer("on", torch.ones(units))
        self.all_on = True

    def switch(self, unit: int, on: bool) -> None:
        self.on[unit] = float(on)
        self.all_on = bool(self.on.all())

    def forward(self, x: Tensor) -> Tensor:
        return x if self.all_on else x * self.on.view(-1, *[1] * (x.dim() - 2))

    def _load_from_state_dict(self, *given: Any, **named: Any) -> None:
        super()._load_from_state_dict(*given, **named)
        self.all_on = bool(self.on.all())


class _Alone(nn.modules.batchnorm._BatchNorm):
    """Batch norm of torch's, but a mini-batch that has one number a unit, and so no spread, is measured by the running mean and spread instead of refused."""

    def forward(self, x: Tensor) -> Tensor:
        if self.training and x[:, 0].numel() == 1:
            return nn.functional.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)
        return super().forward(x)


class BatchNorm(_Alone, nn.BatchNorm1d):
    """(n, units)."""


class BatchNorm2d(_Alone, nn.BatchNorm2d):
    """(n, channels, height, width)."""
