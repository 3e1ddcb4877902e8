"""The rules that turn gradients into weight changes. The same numbers as torch.optim, with a fifth of its overhead a step."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter

from playground import choices


class Rule:
    """One optimizer over some parameters.

    spec: its settings; may be replaced between steps by another of the same kind. learning_rate: the one of the next update, which a schedule may have made
    smaller. memory: the tensors it keeps for each parameter, by name. l1, l2: strength of the penalties on weights (parameters of two dimensions and more),
    added to their gradients as l1 sign(w) + l2 w. clip: the largest norm of all gradients together, after the penalties; 0 is off.
    """

    keeps: tuple[str, ...] = ()

    def __init__(self, parameters: Iterable[Parameter], spec: Any) -> None:
        self.parameters: list[Tensor] = list(parameters)
        self.spec = spec
        self.learning_rate: float = spec.learning_rate
        self.l1 = self.l2 = self.clip = 0.0
        self.steps = 0
        self.memory: dict[str, list[Tensor]] = {name: [torch.zeros_like(p) for p in self.parameters] for name in self.keeps}
        self._weights = [i for i, p in enumerate(self.parameters) if p.dim() > 1]

    def forget_gradients(self) -> None:
        """Drop the gradients, so that backward writes new ones instead of adding to them."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self) -> None:
        """One update of every parameter from its gradient."""
        self.steps += 1
        with torch.no_grad():
            gradients: list[Tensor] = [parameter.grad for parameter in self.parameters]  # type: ignore[misc]  # backward has run
            if self.l1 or self.l2:
                self._penalize(gradients)
            if self.clip:
                self._shorten(gradients)
            self._update(gradients)

    def _penalize(self, gradients: list[Tensor]) -> None:
        for i in self._weights:
            weight = self.parameters[i]
            if self.l2:
                gradients[i].add_(weight, alpha=self.l2)
            if self.l1:
                gradients[i].add_(weight.sign(), alpha=self.l1)

    def _shorten(self, gradients: list[Tensor]) -> None:
        norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
        torch._foreach_mul_(gradients, torch.clamp(self.clip / (norm + 1e-12), max=1.0))

    def _update(self, gradients: list[Tensor]) -> None:
        raise NotImplementedError


class Descent(Rule):
    """w <- w - rate g"""

    def _update(self, gradients: list[Tensor]) -> None:
        torch._foreach_add_(self.parameters, gradients, alpha=-self.learning_rate)


class Momentum(Rule):
    """v <- momentum v + g, w <- w - rate v (Polyak 1964, as torch.optim.SGD has it)"""

    keeps = ("velocity",)

    def _update(self, gradients: list[Tensor]) -> None:
        velocity = self.memory["velocity"]
        torch._foreach_mul_(velocity, self.spec.momentum)
        torch._foreach_add_(velocity, gradients)
        torch._foreach_add_(self.parameters, velocity, alpha=-self.learning_rate)


class Nesterov(Rule):
    """v <- momentum v + g, w <- w - rate (g + momentum v) (Sutskever and others 2013, as torch.optim.SGD has it)"""

    keeps = ("velocity",)

    def _update(self, gradients: list[Tensor]) -> None:
        velocity = self.memory["velocity"]
        torch._foreach_mul_(velocity, self.spec.momentum)
        torch._foreach_add_(velocity, gradients)
        torch._foreach_add_(self.parameters, gradients, alpha=-self.learning_rate)
        torch._foreach_add_(self.parameters, velocity, alpha=-self.learning_rate * self.spec.momentum)


class Adagrad(Rule):
    """s <- s + g^2, w <- w - rate g / (sqrt(s) + epsilon) (Duchi and others 2011, diagonal form)"""

    keeps = ("square",)

    def _update(self, gradients: list[Tensor]) -> None:
        square = self.memory["square"]
        torch._foreach_addcmul_(square, gradients, gradients)
        size = torch._foreach_sqrt(square)
        torch._foreach_add_(size, self.spec.epsilon)
        torch._foreach_addcdiv_(self.parameters, gradients, size, -self.learning_rate)


class RMSprop(Rule):
    """s <- decay s + (1 - decay) g^2, w <- w - rate g / (sqrt(s) + epsilon) (Hinton 2012, as torch.optim.RMSprop has it)"""

    keeps = ("square",)

    def _update(self, gradients: list[Tensor]) -> None:
        square = self.memory["square"]
        torch._foreach_mul_(square, self.spec.decay)
        torch._foreach_addcmul_(square, gradients, gradients, 1 - self.spec.decay)
        size = torch._foreach_sqrt(square)
        torch._foreach_add_(size, self.spec.epsilon)
        torch._foreach_addcdiv_(self.parameters, gradients, size, -self.learning_rate)


class Adam(Rule):
    """Kingma and Ba (2015), algorithm 1, with both means corrected for their start at zero."""

    keeps = ("mean", "square")

    def _update(self, gradients: list[Tensor]) -> None:
        mean, square, spec = self.memory["mean"], self.memory["square"], self.spec
        torch._foreach_lerp_(mean, gradients, 1 - spec.beta1)
        torch._foreach_mul_(square, spec.beta2)
        torch._foreach_addcmul_(square, gradients, gradients, 1 - spec.beta2)
        size = torch._foreach_sqrt(square)
        torch._foreach_div_(size, math.sqrt(1 - spec.beta2**self.steps))
        torch._foreach_add_(size, spec.epsilon)
        torch._foreach_addcdiv_(self.parameters, mean, size, -self.learning_rate / (1 - spec.beta1**self.steps))


class AdamW(Adam):
    """Loshchilov and Hutter (2019), algorithm 2: w <- w - rate decay w, then Adam's update. Weights and biases alike, as torch.optim.AdamW."""

    def _update(self, gradients: list[Tensor]) -> None:
        torch._foreach_mul_(self.parameters, 1 - self.learning_rate * self.spec.weight_decay)
        super()._update(gradients)


RULES: Mapping[type[choices.Optimizer], type[Rule]] = MappingProxyType({
    choices.GradientDescent: Descent,
    choices.SGD: Descent,
    choices.Momentum: Momentum,
    choices.Nesterov: Nesterov,
    choices.Adagrad: Adagrad,
    choices.RMSprop: RMSprop,
    choices.Adam: Adam,
    choices.AdamW: AdamW,
})  # fmt: skip


def build(parameters: Iterable[Parameter], spec: choices.Optimizer) -> Rule:
    """The optimizer that a spec describes."""
    return RULES[type(spec)](parameters, spec)
