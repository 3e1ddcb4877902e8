"""The rules that turn gradients into weight changes. The same numbers as torch.optim, with a fifth of its overhead a step."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import torch
from torch import Tensor
from torch.nn import Parameter

from playground import choices


class Rule:
    """One optimizer over some parameters.

    learning_rate may be set at any time between steps. memory: the tensors it keeps for each parameter, by name.
    """

    keeps: tuple[str, ...] = ()

    def __init__(self, parameters: Iterable[Parameter], spec: choices.Optimizer) -> None:
        self.parameters: list[Tensor] = list(parameters)
        self.learning_rate = spec.learning_rate
        self.steps = 0
        self.memory: dict[str, list[Tensor]] = {name: [torch.zeros_like(p) for p in self.parameters] for name in self.keeps}

    def forget_gradients(self) -> None:
        """Drop the gradients, so that backward writes new ones instead of adding to them."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self) -> None:
        """One update of every parameter from its gradient."""
        self.steps += 1
        with torch.no_grad():
            self._update([parameter.grad for parameter in self.parameters])  # type: ignore[misc]  # backward has run

    def _update(self, gradients: list[Tensor]) -> None:
        raise NotImplementedError


class Descent(Rule):
    """w <- w - rate g"""

    def _update(self, gradients: list[Tensor]) -> None:
        torch._foreach_add_(self.parameters, gradients, alpha=-self.learning_rate)


class Momentum(Rule):
    """v <- momentum v + g, w <- w - rate v"""

    keeps = ("velocity",)

    def __init__(self, parameters: Iterable[Parameter], spec: choices.Momentum) -> None:
        super().__init__(parameters, spec)
        self.momentum = spec.momentum

    def _update(self, gradients: list[Tensor]) -> None:
        velocity = self.memory["velocity"]
        torch._foreach_mul_(velocity, self.momentum)
        torch._foreach_add_(velocity, gradients)
        torch._foreach_add_(self.parameters, velocity, alpha=-self.learning_rate)


class Adam(Rule):
    """Kingma and Ba (2015), algorithm 1, with both means corrected for their start at zero; epsilon 1e-8."""

    keeps = ("mean", "square")
    epsilon = 1e-8

    def __init__(self, parameters: Iterable[Parameter], spec: choices.Adam) -> None:
        super().__init__(parameters, spec)
        self.beta1, self.beta2 = spec.beta1, spec.beta2

    def _update(self, gradients: list[Tensor]) -> None:
        mean, square = self.memory["mean"], self.memory["square"]
        torch._foreach_lerp_(mean, gradients, 1 - self.beta1)
        torch._foreach_mul_(square, self.beta2)
        torch._foreach_addcmul_(square, gradients, gradients, 1 - self.beta2)
        size = torch._foreach_sqrt(square)
        torch._foreach_div_(size, math.sqrt(1 - self.beta2**self.steps))
        torch._foreach_add_(size, self.epsilon)
        torch._foreach_addcdiv_(self.parameters, mean, size, -self.learning_rate / (1 - self.beta1**self.steps))


RULES: Mapping[type[choices.Optimizer], type[Rule]] = MappingProxyType(
    {choices.GradientDescent: Descent, choices.SGD: Descent, choices.Momentum: Momentum, choices.Adam: Adam}
)


def build(parameters: Iterable[Parameter], spec: choices.Optimizer) -> Rule:
    """The optimizer that a spec describes."""
    return RULES[type(spec)](parameters, spec)
