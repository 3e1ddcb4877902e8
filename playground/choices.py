"""What can be chosen, as data: activations, losses, optimizers, initialisations. The base of all specs. No torch.

A *spec* is a frozen pydantic model; each field carries its limits (annotated-types) and a `Ui`: label, help and how
it is shown. Forms, validation, JSON Schema and documentation all read the same field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from annotated_types import Ge, Gt, Le
from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, WithJsonSchema
from pydantic_core import PydanticCustomError

from playground.text import N_


@dataclass(frozen=True)
class Ui:
    """How a field is shown. `live`: a change applies at once to a running training; otherwise it starts a fresh run."""

    label: str
    help: str
    unit: str = ""
    scale: Literal["linear", "log"] = "linear"
    step: float | None = None
    more: bool = False
    live: bool = False


class Spec(BaseModel):
    """Part of an experiment: frozen, unknown keys refused, no NaN or infinity, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


@dataclass(frozen=True)
class Choice:
    """One entry of a list of names: what it is called, its formula (LaTeX), and one sentence on what it does."""

    title: str
    formula: str
    help: str


@dataclass(frozen=True)
class LossChoice(Choice):
    """A loss, and the tasks it can be used for."""

    tasks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Names:
    """Marks a text field whose value is one of the names in `table`; the form shows the titles."""

    table: Mapping[str, Choice]


def one_of(table: Mapping[str, Choice]) -> Any:
    """Annotation for a name out of `table`."""

    def check(name: str) -> str:
        if name not in table:
            raise PydanticCustomError("one_of", "one of {names}", {"names": ", ".join(table)})
        return name

    schema = WithJsonSchema({"type": "string", "enum": list(table)})
    return Annotated[str, AfterValidator(check), schema, Names(table)]


ACTIVATIONS: Mapping[str, Choice] = MappingProxyType({
    "linear": Choice(N_("Linear"), r"f(z) = z", N_("Passes the sum on unchanged: layers of it together are still one line.")),
    "sigmoid": Choice(N_("Sigmoid"), r"f(z) = 1 / (1 + e^{-z})", N_("Squeezes every sum between 0 and 1; far from 0 its slope, and so the gradient, vanishes.")),
    "tanh": Choice(N_("Tanh"), r"f(z) = \tanh z", N_("Squeezes every sum between -1 and 1, centred on 0.")),
    "relu": Choice(N_("ReLU"), r"f(z) = \max(0, z)", N_("Lets positive sums through and stops negative ones; a neuron that is always stopped learns no more.")),
})  # fmt: skip

LOSSES: Mapping[str, LossChoice] = MappingProxyType({
    "mse": LossChoice(N_("Mean squared error"), r"\frac{1}{n} \sum (\hat y - y)^2", N_("The mean of the squared distances to the target: large mistakes count most."), ("binary", "regression")),
    "binary_cross_entropy": LossChoice(N_("Binary cross-entropy"), r"-\frac{1}{n} \sum y \log p + (1 - y) \log (1 - p)", N_("How surprised the network is by the true class of two: being sure and wrong costs most."), ("binary",)),
    "cross_entropy": LossChoice(N_("Cross-entropy"), r"-\frac{1}{n} \sum \log p_y", N_("How surprised the network is by the true class of several: being sure and wrong costs most."), ("classes",)),
})  # fmt: skip

INITIALIZATIONS: Mapping[str, Choice] = MappingProxyType({
    "uniform": Choice(N_("Uniform"), r"W \sim U(-0.5, 0.5),\ b = 0.1", N_("Weights drawn evenly between -0.5 and 0.5, biases 0.1, as TensorFlow Playground does.")),
    "xavier": Choice(N_("Xavier"), r"W \sim U(\pm\sqrt{6 / (n_{in} + n_{out})}),\ b = 0", N_("Keeps signals and gradients about equally large through the layers (Glorot and Bengio, 2010).")),
})  # fmt: skip

if TYPE_CHECKING:
    Activation = str
    Loss = str
    Initialization = str
else:
    Activation = one_of(ACTIVATIONS)
    Loss = one_of(LOSSES)
    Initialization = one_of(INITIALIZATIONS)

LearningRate = Annotated[
    float, Gt(0), Le(100),
    Ui(N_("Learning rate"), N_("How far each update moves the weights. Too small: slow. Too large: the loss jumps, or diverges."), scale="log", live=True),
]  # fmt: skip
Fraction = Annotated[float, Ge(0), Le(0.9999)]


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
    momentum: Annotated[Fraction, Ui(N_("Momentum"), N_("How much of the last movement is kept: 0.9 rolls through small bumps."), more=True)] = 0.9


class Adam(Optimizer):
    name: Literal["adam"] = "adam"
    learning_rate: LearningRate = 0.01
    beta1: Annotated[Fraction, Ui(N_("Beta 1"), N_("How slowly the running mean of the gradient forgets."), more=True)] = 0.9
    beta2: Annotated[Fraction, Ui(N_("Beta 2"), N_("How slowly the running mean of the squared gradient forgets."), more=True)] = 0.999


OPTIMIZERS: Mapping[str, Choice] = MappingProxyType({
    "gradient_descent": Choice(N_("Gradient descent"), r"w \leftarrow w - \eta \nabla L", N_("One update an epoch, from all training examples at once. The batch size does not matter.")),
    "sgd": Choice(N_("SGD"), r"w \leftarrow w - \eta \nabla L_B", N_("Stochastic gradient descent: an update after each mini-batch.")),
    "momentum": Choice(N_("SGD with momentum"), r"v \leftarrow \mu v + \nabla L_B,\ w \leftarrow w - \eta v", N_("Keeps part of the last movement, so that it rolls on in a steady direction.")),
    "adam": Choice(N_("Adam"), r"w \leftarrow w - \eta \hat m / (\sqrt{\hat v} + \epsilon)", N_("Gives each weight its own step, by the mean and the size of its gradients (Kingma and Ba, 2015).")),
})  # fmt: skip
OPTIMIZER_SPECS: tuple[type[Optimizer], ...] = (GradientDescent, SGD, Momentum, Adam)


def optimizer_union() -> Any:
    """The union of all optimizer specs, told apart by `name`; a type built from the tuple above."""
    return Annotated[Union[OPTIMIZER_SPECS], Discriminator("name")]  # noqa: UP007 (built at run time)


if TYPE_CHECKING:
    AnyOptimizer = Optimizer
else:
    AnyOptimizer = optimizer_union()


class Training(Spec):
    """How it is trained. `epochs` is where the run finishes; gradient descent takes every training example at once."""

    loss: Annotated[Loss, Ui(N_("Loss"), N_("What the training makes small: one number for how wrong the network is."))] = "mse"
    optimizer: Annotated[AnyOptimizer, Ui(N_("Optimizer"), N_("The rule that turns gradients into weight changes."))] = SGD()
    batch_size: Annotated[
        int,
        Ge(1),
        Le(5000),
        Ui(N_("Batch size"), N_("How many examples each update looks at. Small: many noisy updates. Large: few smooth ones."), scale="log"),
    ] = 10
    epochs: Annotated[
        int, Ge(1), Le(100_000), Ui(N_("Epochs"), N_("How often the network sees every training example before the run finishes."), scale="log", more=True)
    ] = 2000
