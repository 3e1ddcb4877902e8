"""The rules that turn gradients into weight changes, each with its own settings. As data, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from annotated_types import Ge, Gt, Le
from pydantic import Discriminator

from playground.choices.base import Choice, Names, Spec, Ui
from playground.text import N_

LearningRate = Annotated[
    float, Gt(0), Le(100),
    Ui(N_("Learning rate"), N_("How far each update moves the weights. Too small: slow. Too large: the loss jumps, or diverges."), scale="log", live=True),
]  # fmt: skip
Fraction = Annotated[float, Ge(0), Le(0.9999)]
MomentumShare = Annotated[Fraction, Ui(N_("Momentum"), N_("How much of the last movement is kept: 0.9 rolls through small bumps."), more=True, live=True)]
Beta1 = Annotated[Fraction, Ui(N_("Beta 1"), N_("How slowly the running mean of the gradient forgets."), more=True, live=True)]
Beta2 = Annotated[Fraction, Ui(N_("Beta 2"), N_("How slowly the running mean of the squared gradient forgets."), more=True, live=True)]
Epsilon = Annotated[
    float, Ge(1e-12), Le(1), Ui(N_("Epsilon"), N_("A small number that keeps the division from exploding where gradients are tiny."), scale="log", more=True, live=True)
]  # fmt: skip


class Optimizer(Spec):
    """What every optimizer has; one class for each below, told apart by `name`."""

    name: str
    learning_rate: LearningRate


class GradientDescent(Optimizer):
    name: Literal["gradient_descent"] = "gradient_descent"
    learning_rate: LearningRate = 0.1


class SGD(Optimizer):
    name: Literal["sgd"] = "sgd"
    learning_rate: LearningRate = 0.015


class Momentum(Optimizer):
    name: Literal["momentum"] = "momentum"
    learning_rate: LearningRate = 0.01
    momentum: MomentumShare = 0.9


class Nesterov(Optimizer):
    name: Literal["nesterov"] = "nesterov"
    learning_rate: LearningRate = 0.01
    momentum: MomentumShare = 0.9


class Adagrad(Optimizer):
    name: Literal["adagrad"] = "adagrad"
    learning_rate: LearningRate = 0.03
    epsilon: Epsilon = 1e-10


class RMSprop(Optimizer):
    name: Literal["rmsprop"] = "rmsprop"
    learning_rate: LearningRate = 0.003
    decay: Annotated[Fraction, Ui(N_("Decay"), N_("How slowly the running mean of the squared gradient forgets."), more=True, live=True)] = 0.99
    epsilon: Epsilon = 1e-8


class Adam(Optimizer):
    name: Literal["adam"] = "adam"
    learning_rate: LearningRate = 0.01
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8


class AdamW(Optimizer):
    name: Literal["adamw"] = "adamw"
    learning_rate: LearningRate = 0.01
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8
    weight_decay: Annotated[
        float, Ge(0), Le(1), Ui(N_("Weight decay"), N_("The share of every weight that is taken away at each update, times the learning rate."), scale="log", more=True, live=True, off=0)
    ] = 0.01  # fmt: skip


OPTIMIZERS: Mapping[str, Choice] = MappingProxyType({
    "gradient_descent": Choice(N_("Gradient descent"), r"w \leftarrow w - \eta \nabla L", N_("One update an epoch, from all training examples at once. The batch size does not matter.")),
    "sgd": Choice(N_("SGD"), r"w \leftarrow w - \eta \nabla L_B", N_("Stochastic gradient descent: an update after each mini-batch.")),
    "momentum": Choice(N_("SGD with momentum"), r"v \leftarrow \mu v + \nabla L_B,\ w \leftarrow w - \eta v", N_("Keeps part of the last movement, so that it rolls on in a steady direction.")),
    "nesterov": Choice(N_("Nesterov momentum"), r"v \leftarrow \mu v + g,\ w \leftarrow w - \eta (g + \mu v)", N_("Momentum that looks ahead: it brakes before it overshoots (Sutskever and others, 2013).")),
    "adagrad": Choice(N_("Adagrad"), r"s \leftarrow s + g^2,\ w \leftarrow w - \eta g / (\sqrt{s} + \epsilon)", N_("Gives each weight its own step, smaller the more it has moved (Duchi and others, 2011). In the end it hardly moves.")),
    "rmsprop": Choice(N_("RMSprop"), r"s \leftarrow \rho s + (1 - \rho) g^2,\ w \leftarrow w - \eta g / (\sqrt{s} + \epsilon)", N_("As Adagrad, but it forgets: each step is measured by the gradients of late (Hinton, 2012).")),
    "adam": Choice(N_("Adam"), r"w \leftarrow w - \eta \hat m / (\sqrt{\hat v} + \epsilon)", N_("Gives each weight its own step, by the mean and the size of its gradients (Kingma and Ba, 2015).")),
    "adamw": Choice(N_("AdamW"), r"w \leftarrow w - \eta \lambda w - \eta \hat m / (\sqrt{\hat v} + \epsilon)", N_("Adam, with weights drawn towards 0 beside it instead of through the gradient (Loshchilov and Hutter, 2019).")),
})  # fmt: skip
OPTIMIZER_SPECS: tuple[type[Optimizer], ...] = (GradientDescent, SGD, Momentum, Nesterov, Adagrad, RMSprop, Adam, AdamW)


def optimizer_union() -> Any:
    """The union of all optimizer specs, told apart by `name`; a type built from the tuple above."""
    return Annotated[Union[OPTIMIZER_SPECS], Discriminator("name"), Names(OPTIMIZERS)]  # noqa: UP007 (built at run time)


if TYPE_CHECKING:
    AnyOptimizer = Optimizer
else:
    AnyOptimizer = optimizer_union()
