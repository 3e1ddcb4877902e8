"""The kinds of layer of a recurrent network: what each takes, hands on and costs. In whole numbers; no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal, Union

from annotated_types import Ge, Le
from pydantic import Discriminator

from playground.choices import Activation, Choice, Names, Spec, Ui, one_of
from playground.families.contract import LayerSize, Misfit
from playground.text import N_, Message

Shape = tuple[int, ...]

BENDS: Mapping[str, Choice] = MappingProxyType({
    "tanh": Choice(N_("Tanh"), r"\tanh z", N_("Between -1 and 1: states stay small, and gradients shrink at each step.")),
    "relu": Choice(N_("ReLU"), r"\max(0, z)", N_("Below 0 it gives 0, above it is open: gradients do not shrink, but states may grow without end.")),
})  # fmt: skip

if TYPE_CHECKING:
    Bend = str
else:
    Bend = one_of(BENDS)

Units = Annotated[int, Ge(1), Le(256), Ui(N_("Units"), N_("How many numbers this layer remembers from step to step."))]
Both = Annotated[
    bool,
    Ui(
        N_("Bidirectional"),
        N_(
            "A second set of units reads from the end to the start, so that each step knows what comes before and after it. Not for foretelling: it would look ahead."
        ),
        more=True,
    ),
]
Silent = Annotated[
    float,
    Ge(0),
    Le(0.9),
    Ui(N_("Dropout"), N_("The share of the numbers that it hands on which is silent at each training step."), unit="%", step=0.05, more=True),
]


Keep = Annotated[
    float,
    Ge(-5),
    Le(5),
    Ui(
        N_("Keep at first"),
        N_(
            "The first bias of the gate that keeps: above 0, it keeps what it knows until it has learned what to forget. For an LSTM 1 is usual (Jozefowicz and others, 2015); more helps to remember over long pauses."
        ),
        step=0.5,
        more=True,
    ),
]


class Layer(Spec):
    """One layer; one class for each kind, told apart by `name`."""

    name: str


class Cell(Layer):
    """A layer that goes through the sequence step by step, and hands on its state at each. GATES: blocks of rows of its weights."""

    units: Units = 16
    bidirectional: Both = False
    dropout: Silent = 0.0

    @property
    def gates(self) -> int:
        return {"rnn": 1, "gru": 3, "lstm": 4}[self.name]

    @property
    def width(self) -> int:
        """Numbers handed on at each step."""
        return self.units * (1 + self.bidirectional)

    def parameters(self, given: int) -> int:
        """By what it is given at each step; two biases a row, as torch has them."""
        return (1 + self.bidirectional) * self.gates * self.units * (given + self.units + 2)

    def work(self, given: int) -> int:
        """Multiply-adds of one step."""
        return (1 + self.bidirectional) * self.gates * self.units * (given + self.units)


class Simple(Cell):
    """The simple recurrent network (Elman, 1990): the new state is bent out of the input and the old state."""

    name: Literal["rnn"] = "rnn"
    activation: Annotated[Bend, Ui(N_("Activation"), N_("The bend after the weighted sum of input and old state."), more=True)] = "tanh"


class LSTM(Cell):
    """Long short-term memory (Hochreiter and Schmidhuber, 1997; forget gate by Gers and others, 2000)."""

    name: Literal["lstm"] = "lstm"
    keep: Keep = 1.0


class GRU(Cell):
    """Gated recurrent unit (Cho and others, 2014), with the reset gate behind the weights, as torch has it."""

    name: Literal["gru"] = "gru"
    keep: Keep = 0.0


class Dense(Layer):
    """Sees all steps at once, each with weights of its own: nothing is remembered, nothing is shared between steps. To compare with."""

    name: Literal["dense"] = "dense"
    units: Annotated[int, Ge(1), Le(256), Ui(N_("Units"), N_("How many neurons this layer has."))] = 16
    activation: Annotated[Activation, Ui(N_("Activation"), N_("The bend after the weighted sum."), more=True)] = "relu"


LAYER_SPECS: tuple[type[Layer], ...] = (Simple, LSTM, GRU, Dense)
LAYERS: Mapping[str, Choice] = MappingProxyType({
    "rnn": Choice(N_("Simple recurrent layer"), r"h_t = \tanh(W x_t + b + U h_{t-1} + c)", N_("The oldest: one state, rewritten at each step. It forgets within about ten steps."), short=N_("RNN")),
    "lstm": Choice(N_("LSTM"), r"c_t = f_t c_{t-1} + i_t g_t, \quad h_t = o_t \tanh c_t", N_("Long short-term memory: a cell that is kept, written and read through three gates. It can remember over hundreds of steps.")),
    "gru": Choice(N_("GRU"), r"h_t = (1 - z_t)\, n_t + z_t\, h_{t-1}", N_("Gated recurrent unit: two gates, no cell of its own; a quarter fewer weights than an LSTM, and often as good.")),
    "dense": Choice(N_("Dense (no memory)"), r"a = f(W [x_1, \ldots, x_T] + b)", N_("Sees all steps at once, each with its own weights: to compare with."), short=N_("Dense")),
})  # fmt: skip


def likely(before: Sequence[str]) -> str:
    """The kind most likely wanted after these: the same again."""
    return before[-1] if before else "lstm"


if TYPE_CHECKING:
    AnyLayer = Layer
else:
    AnyLayer = Annotated[Union[LAYER_SPECS], Discriminator("name"), Names(LAYERS, likely)]  # noqa: UP007 (built at run time)


def sizes(layers: Sequence[Layer], given: Shape, answers: Shape) -> tuple[LayerSize, ...]:
    """Input, every layer by its place ("layer1" is the first), and the output, each with its shape and size; work is that of one whole example. given: (steps, numbers at each). answers:
    (steps answered, numbers for each). Misfit at a recurrent layer behind a dense one."""
    found = [LayerSize("input", "input", given, 0, 0)]
    steps, width = given
    flat = False
    for number, layer in enumerate(layers, 1):
        name = f"layer{number}"
        if isinstance(layer, Cell):
            if flat:
                raise Misfit(
                    Message(
                        N_("Layer {layer_number} ({kind}): it goes through time, and the dense layer before it has put all steps into one row. Put it before the dense layer."),
                        {"layer_number": number, "kind": LAYERS[layer.name].title},
                    ),
                    tuple(found),
                )  # fmt: skip
            found.append(LayerSize(name, layer.name, (steps, layer.width), layer.parameters(width), steps * layer.work(width)))
            width = layer.width
        else:
            assert isinstance(layer, Dense)
            inputs = width if flat else steps * width
            found.append(LayerSize(name, layer.name, (layer.units,), (inputs + 1) * layer.units, inputs * layer.units))
            flat, width = True, layer.units
    outputs = prod(answers) if flat else answers[-1]
    times = 1 if flat else answers[0]
    found.append(LayerSize("output", "dense", answers if answers[0] > 1 else answers[1:], (width + 1) * outputs, width * outputs * times))
    return tuple(found)
