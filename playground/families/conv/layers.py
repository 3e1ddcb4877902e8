"""What a convolutional network can be built of: a spec for each kind of layer, its shape, its size, and the sentence where it does not fit. No torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal, Union

from annotated_types import Ge, Le
from pydantic import Discriminator

from playground.choices import Activation, Choice, Names, Spec, Ui
from playground.families.contract import LayerSize, Misfit
from playground.text import N_, Message, Refusal

Shape = tuple[int, ...]


class Layer(Spec):
    """One layer; one class for each kind, told apart by `name`."""

    name: str

    def shape(self, given: Shape) -> Shape:
        """Of its output for one example, by that of its input: (channels, height, width) or (units,). Refusal where it does not fit."""
        raise NotImplementedError

    def size(self, given: Shape) -> tuple[int, int]:
        """(parameters, multiply-adds for one example)."""
        return 0, 0


class Conv(Layer):
    """Small filters slid over the picture (LeCun and others, 1989): each gives a map of where it fits."""

    name: Literal["conv"] = "conv"
    filters: Annotated[int, Ge(1), Le(64), Ui(N_("Filters"), N_("How many patterns this layer looks for. Each gives a map of its own."))] = 8
    kernel: Annotated[int, Ge(1), Le(7), Ui(N_("Kernel"), N_("The side of the window that a filter sees at once, in pixels."), more=True)] = 3
    stride: Annotated[int, Ge(1), Le(4), Ui(N_("Stride"), N_("How far the window moves from one place to the next. 2 halves the map."), more=True)] = 1
    padding: Annotated[int, Ge(0), Le(3), Ui(N_("Padding"), N_("Rows of zeros around the picture, so that the window fits at its edge: 1 with a kernel of 3 keeps the size."), more=True)] = 0  # fmt: skip
    activation: Annotated[Activation, Ui(N_("Activation"), N_("The bend after the weighted sum. ReLU keeps what fits and drops what does not."))] = "relu"

    def shape(self, given: Shape) -> Shape:
        _, height, width = pictures(given)
        if self.padding >= self.kernel:
            raise Refusal(Message(N_("Layer {layer_number} ({kind}): a padding of {padding} is as wide as its kernel of {kernel}: whole windows would see only zeros. Take less padding."), {"padding": self.padding, "kernel": self.kernel}))  # fmt: skip
        return (self.filters, *(slid(side, self.kernel, self.stride, self.padding) for side in (height, width)))

    def size(self, given: Shape) -> tuple[int, int]:
        window = given[0] * self.kernel**2
        return (window + 1) * self.filters, window * prod(self.shape(given))


class Pool(Layer):
    """Each window becomes one number."""

    window: Annotated[int, Ge(2), Le(4), Ui(N_("Window"), N_("The side of the square that becomes one number. Windows lie side by side."))] = 2

    def shape(self, given: Shape) -> Shape:
        channels, height, width = pictures(given)
        return (channels, *(slid(side, self.window, self.window, 0) for side in (height, width)))


class MaxPool(Pool):
    name: Literal["max_pool"] = "max_pool"


class AveragePool(Pool):
    name: Literal["average_pool"] = "average_pool"


class BatchNorm(Layer):
    """Brings each map of a mini-batch to mean 0 and width 1, then scales it as it learns to (Ioffe and Szegedy, 2015)."""

    name: Literal["batch_norm"] = "batch_norm"

    def shape(self, given: Shape) -> Shape:
        return given

    def size(self, given: Shape) -> tuple[int, int]:
        return 2 * given[0], 0


class Dropout(Layer):
    """Silences a share of the numbers at each step (Srivastava and others, 2014)."""

    name: Literal["dropout"] = "dropout"
    share: Annotated[
        float, Ge(0), Le(0.9), Ui(N_("Rate"), N_("The share of the numbers that is silent at each step, drawn anew each time."), unit="%", step=0.05)
    ] = 0.25

    def shape(self, given: Shape) -> Shape:
        return given


class Flatten(Layer):
    """Lays all maps into one row of numbers."""

    name: Literal["flatten"] = "flatten"

    def shape(self, given: Shape) -> Shape:
        return (prod(given),)


class Dense(Layer):
    """Each unit sees every number before it."""

    name: Literal["dense"] = "dense"
    units: Annotated[int, Ge(1), Le(512), Ui(N_("Units"), N_("How many neurons this layer has."))] = 64
    activation: Annotated[Activation, Ui(N_("Activation"), N_("The bend after the weighted sum."))] = "relu"

    def shape(self, given: Shape) -> Shape:
        if len(given) > 1:
            raise Refusal(
                Message(
                    N_("Layer {layer_number} ({kind}): a dense layer takes one row of numbers, and is given {count} maps. Put a Flatten layer before it."),
                    {"count": given[0]},
                )
            )
        return (self.units,)

    def size(self, given: Shape) -> tuple[int, int]:
        return (given[0] + 1) * self.units, given[0] * self.units


LAYER_SPECS: tuple[type[Layer], ...] = (Conv, MaxPool, AveragePool, BatchNorm, Dropout, Flatten, Dense)
LAYERS: Mapping[str, Choice] = MappingProxyType({
    "conv": Choice(N_("Convolution"), r"z_{f,i,j} = b_f + \sum_{c,u,v} w_{f,c,u,v}\, x_{c,\,si+u-p,\,sj+v-p}", N_("Slides small filters over the picture: the same pattern is looked for everywhere."), short=N_("Conv")),
    "max_pool": Choice(N_("Max pooling"), r"y_{i,j} = \max_{u,v} x_{ki+u,\,kj+v}", N_("Keeps the largest number of each window: that something was there, not where exactly."), short=N_("Max pool")),
    "average_pool": Choice(N_("Average pooling"), r"y_{i,j} = \frac{1}{k^2} \sum_{u,v} x_{ki+u,\,kj+v}", N_("Keeps the mean of each window."), short=N_("Avg pool")),
    "batch_norm": Choice(N_("Batch norm"), r"y = \gamma\,(x - \mu) / \sqrt{\sigma^2 + \epsilon} + \beta", N_("Brings each map to mean 0 and width 1 over the mini-batch, then scales it as it learns to.")),
    "dropout": Choice(N_("Dropout"), r"y = x\, m / (1 - p),\ m \sim B(1 - p)", N_("Silences a share of the numbers at each step, so that none can be relied on alone.")),
    "flatten": Choice(N_("Flatten"), r"y = \mathrm{vec}(x)", N_("Lays all maps into one row of numbers, for the dense layers behind.")),
    "dense": Choice(N_("Dense"), r"a = f(W x + b)", N_("Every unit sees every number before it.")),
})  # fmt: skip


def likely(before: Sequence[str]) -> str:
    """The kind most likely wanted after these: dense layers once the maps lie in a row, convolutions until then."""
    return "dense" if "flatten" in before or "dense" in before else "conv"


if TYPE_CHECKING:
    AnyLayer = Layer
else:
    AnyLayer = Annotated[Union[LAYER_SPECS], Discriminator("name"), Names(LAYERS, likely)]  # noqa: UP007 (built at run time)


def pictures(given: Shape) -> tuple[int, int, int]:
    """A shape that is one of maps. Refusal where it is a row of numbers."""
    if len(given) == 3:
        return given[0], given[1], given[2]
    raise Refusal(
        Message(N_("Layer {layer_number} ({kind}): it takes maps, and is given a row of {count} numbers. Put it before Flatten."), {"count": given[0]})
    )


def slid(side: int, window: int, stride: int, padding: int) -> int:
    """Places of a window along a side. Refusal where it does not fit once."""
    if side + 2 * padding < window:
        raise Refusal(
            Message(
                N_(
                    "Layer {layer_number} ({kind}): a window of {window} does not fit into maps of {side} pixels. Take a smaller one, or take layers away before it."
                ),
                {"window": window, "side": side},
            )
        )
    return (side + 2 * padding - window) // stride + 1


def sizes(layers: Sequence[Layer], given: Shape, outputs: int) -> tuple[LayerSize, ...]:
    """Input, every layer by its place ("layer1" is the first), and the output, each with its shape and size. Misfit at the layer that does not fit."""
    found = [LayerSize("input", "input", given, 0, 0)]
    for number, layer in enumerate((*layers, Dense(units=outputs)), 1):
        before = found[-1].shape
        try:
            after = layer.shape(before)
            parameters, work = layer.size(before)
        except Refusal as refusal:
            raise Misfit(_at(number, layer, refusal, last=number > len(layers)), tuple(found)) from None
        name, kind = (f"layer{number}", layer.name) if number <= len(layers) else ("output", "dense")
        found.append(LayerSize(name, kind, after, parameters, work))
    return tuple(found)


def _at(number: int, layer: Layer, refusal: Refusal, last: bool) -> Message:
    why = refusal.messages[0]
    if last:
        return Message(
            N_("Output: it takes one row of numbers, and is given {count} maps. Add a Flatten layer at the end."), {**why.values, "layer_number": number}
        )
    return Message(why.text, {**why.values, "layer_number": number, "kind": LAYERS[layer.name].title})
