"""Pieces of networks that several families use: activations, first weights, batch norm and dropout as this playground needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

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
    """Where a network's chance comes from: its first weights, and what falls silent at each step. Both on the CPU, so that every device draws the same."""

    weights: torch.Generator
    dropout: torch.Generator


def initialize(layer: nn.Linear, how: str, generator: torch.Generator) -> None:
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


class BatchNorm(nn.BatchNorm1d):
    """As torch's, but a mini-batch of one example, which has no spread, is measured by the running mean and spread instead of refused."""

    def forward(self, x: Tensor) -> Tensor:
        if self.training and len(x) == 1:
            return nn.functional.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)
        return super().forward(x)
