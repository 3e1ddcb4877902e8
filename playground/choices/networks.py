"""What a network is made of: activations, first weights, and the numbers a plane gives it. As data, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from playground.choices.base import Choice, one_of
from playground.text import N_

ACTIVATIONS: Mapping[str, Choice] = MappingProxyType({
    "linear": Choice(N_("Linear"), r"f(z) = z", N_("Passes the sum on unchanged: layers of it together are still one line.")),
    "sigmoid": Choice(N_("Sigmoid"), r"f(z) = 1 / (1 + e^{-z})", N_("Squeezes every sum between 0 and 1; far from 0 its slope, and so the gradient, vanishes.")),
    "tanh": Choice(N_("Tanh"), r"f(z) = \tanh z", N_("Squeezes every sum between -1 and 1, centred on 0.")),
    "relu": Choice(N_("ReLU"), r"f(z) = \max(0, z)", N_("Lets positive sums through and stops negative ones; a neuron that is always stopped learns no more.")),
    "leaky_relu": Choice(N_("Leaky ReLU"), r"f(z) = \max(0.01 z, z)", N_("As ReLU, but a hundredth of a negative sum gets through, so that no neuron dies.")),
    "elu": Choice(N_("ELU"), r"f(z) = z \text{ if } z > 0 \text{ else } e^z - 1", N_("As ReLU above 0; below it bends smoothly towards -1.")),
    "gelu": Choice(N_("GELU"), r"f(z) = z\,\Phi(z)", N_("A smooth ReLU with a small dip below 0; Transformers use it. Φ is the normal distribution's share below z.")),
    "silu": Choice(N_("SiLU"), r"f(z) = z / (1 + e^{-z})", N_("The sum times its own sigmoid, also called swish: a smooth ReLU with a small dip below 0.")),
    "softplus": Choice(N_("Softplus"), r"f(z) = \log(1 + e^z)", N_("ReLU with its corner rounded off; never quite 0.")),
})  # fmt: skip

INITIALIZATIONS: Mapping[str, Choice] = MappingProxyType({
    "uniform": Choice(N_("Uniform"), r"W \sim U(-0.5, 0.5),\ b = 0.1", N_("Weights drawn evenly between -0.5 and 0.5, biases 0.1, as TensorFlow Playground does.")),
    "normal": Choice(N_("Normal"), r"W \sim N(0, 1),\ b = 0", N_("Weights drawn from the bell curve of width 1: too large for wide layers, which start saturated.")),
    "small": Choice(N_("Small normal"), r"W \sim N(0, 0.02^2),\ b = 0", N_("Weights drawn from a narrow bell curve, as DCGANs start (Radford and others, 2016).")),
    "xavier": Choice(N_("Xavier"), r"W \sim U(\pm\sqrt{6 / (n_{in} + n_{out})}),\ b = 0", N_("Keeps signals and gradients about equally large through the layers (Glorot and Bengio, 2010).")),
    "he": Choice(N_("He"), r"W \sim N(0, 2 / n_{in}),\ b = 0", N_("As Xavier, but made for ReLU, which stops half of the signal (He and others, 2015).")),
    "orthogonal": Choice(N_("Orthogonal"), r"W W^T = I,\ b = 0", N_("Turns signals without stretching them (Saxe and others, 2014).")),
    "constant": Choice(N_("Constant"), r"W = 0.1,\ b = 0", N_("All weights equal: the neurons of a layer then get equal gradients and never part.")),
})  # fmt: skip

INPUTS: Mapping[str, Choice] = MappingProxyType({
    "x1": Choice("x₁", r"x_1", N_("The place across.")),
    "x2": Choice("x₂", r"x_2", N_("The place upward.")),
    "x1_squared": Choice("x₁²", r"x_1^2", N_("The square of the place across: a parabola for free.")),
    "x2_squared": Choice("x₂²", r"x_2^2", N_("The square of the place upward.")),
    "x1_x2": Choice("x₁x₂", r"x_1 x_2", N_("The product of both: with it one line solves XOR.")),
    "sin_x1": Choice("sin x₁", r"\sin x_1", N_("A wave across.")),
    "sin_x2": Choice("sin x₂", r"\sin x_2", N_("A wave upward.")),
    "cos_x1": Choice("cos x₁", r"\cos x_1", N_("A wave across, a quarter turn on.")),
    "cos_x2": Choice("cos x₂", r"\cos x_2", N_("A wave upward, a quarter turn on.")),
})  # fmt: skip

if TYPE_CHECKING:
    Activation = str
    Initialization = str
    Input = str
else:
    Activation = one_of(ACTIVATIONS)
    Initialization = one_of(INITIALIZATIONS)
    Input = one_of(INPUTS)
