"""The kinds of layer of generator and discriminator: what each takes, hands on and costs. In whole numbers; no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal, Union

from annotated_types import Ge, Le
from pydantic import Discriminator

from playground.choices import Activation, Choice, Names, Spec, Ui
from playground.families.contract import LayerSize, Misfit
from playground.text import N_, Message

Shape = tuple[int, ...]

Normed = Annotated[
    bool, Ui(N_("Batch norm"), N_("Brings the numbers of each mini-batch to mean 0 and width 1: deep generators learn more steadily with it."), more=True)
]
Channels = Annotated[int, Ge(1), Le(256), Ui(N_("Maps"), N_("How many maps this layer makes."))]


class Layer(Spec):
    """One layer; one class for each kind, told apart by `name`."""

    name: str


class Dense(Layer):
    name: Literal["dense"] = "dense"
    units: Annotated[int, Ge(1), Le(512), Ui(N_("Units"), N_("How many neurons this layer has."))] = 32
    activation: Annotated[Activation, Ui(N_("Activation"), N_("The bend after the weighted sum."))] = "relu"
    batch_norm: Normed = False


class Maps(Layer):
    """A dense layer whose numbers are laid out as small maps, from which a generator of pictures grows."""

    name: Literal["maps"] = "maps"
    channels: Channels = 64
    activation: Annotated[Activation, Ui(N_("Activation"), N_("The bend after the weighted sum."), more=True)] = "relu"
    batch_norm: Normed = True


class Up(Layer):
    """A transposed convolution (Dumoulin and Visin, 2016): every number is spread over a window of 4x4, maps become `stride` times as large."""

    name: Literal["up"] = "up"
    channels: Channels = 32
    stride: Annotated[int, Ge(1), Le(2), Ui(N_("Stride"), N_("How many times larger the maps become: 2 doubles their sides."), step=1, more=True)] = 2
    activation: Annotated[Activation, Ui(N_("Activation"), N_("The bend after the weighted sum."), more=True)] = "relu"
    batch_norm: Normed = True


class Down(Layer):
    """A convolution of 4x4 that makes maps `stride` times as small."""

    name: Literal["down"] = "down"
    channels: Channels = 32
    stride: Annotated[int, Ge(1), Le(2), Ui(N_("Stride"), N_("How far the window moves from one place to the next. 2 halves the maps."), step=1, more=True)] = 2
    activation: Annotated[Activation, Ui(N_("Activation"), N_("The bend after the weighted sum."), more=True)] = "leaky_relu"
    batch_norm: Normed = False
    dropout: Annotated[
        float, Ge(0), Le(0.9), Ui(N_("Dropout"), N_("The share of its numbers that is silent at each training step."), unit="%", step=0.05, more=True)
    ] = 0.0


GENERATOR: Mapping[str, Choice] = MappingProxyType({
    "dense": Choice(N_("Dense"), r"a = f(W x + b)", N_("Every unit sees every number before it.")),
    "maps": Choice(N_("Small maps"), r"a = f(W x + b), \text{ laid out}", N_("A dense layer whose numbers are laid out as maps: where a picture begins to grow."), short=N_("Maps")),
    "up": Choice(N_("Transposed convolution"), r"y_{si+u,\,sj+v} \mathrel{+}= w_{u,v}\, x_{i,j}", N_("Makes maps larger: every number is spread over a window."), short=N_("Up")),
})  # fmt: skip
DISCRIMINATOR: Mapping[str, Choice] = MappingProxyType({
    "dense": Choice(N_("Dense"), r"a = f(W x + b)", N_("Every unit sees every number before it.")),
    "down": Choice(N_("Convolution"), r"z_{f,i,j} = b_f + \sum w_{f,c,u,v}\, x_{c,\,si+u,\,sj+v}", N_("Looks for patterns and makes maps smaller."), short=N_("Conv")),
})  # fmt: skip


def likely_up(before: Sequence[str]) -> str:
    return "up" if "maps" in before else "dense"


def likely_down(before: Sequence[str]) -> str:
    return before[-1] if before else "dense"


if TYPE_CHECKING:
    AnyUp = Layer
    AnyDown = Layer
else:
    AnyUp = Annotated[Union[Dense, Maps, Up], Discriminator("name"), Names(GENERATOR, likely_up)]  # noqa: UP007 (built at run time)
    AnyDown = Annotated[Union[Dense, Down], Discriminator("name"), Names(DISCRIMINATOR, likely_down)]  # noqa: UP007


def _norm(layer: Layer, units: int) -> int:
    return 2 * units if getattr(layer, "batch_norm", False) else 0


def generator_sizes(layers: Sequence[Layer], noise: int, target: Shape) -> tuple[LayerSize, ...]:
    """Noise, every layer ("generator1" is the first) and what is made up, of shape `target`: (2,) or (channels, side, side). Misfit where maps cannot grow to it."""
    found = [LayerSize("noise", "noise", (noise,), 0, 0)]
    grown = prod(layer.stride for layer in layers if isinstance(layer, Up)) * 2  # the output doubles once more
    for number, layer in enumerate(layers, 1):
        given, name = found[-1].shape, f"generator{number}"
        if isinstance(layer, Dense) and len(given) == 1:
            found.append(LayerSize(name, layer.name, (layer.units,), (given[0] + 1) * layer.units + _norm(layer, layer.units), given[0] * layer.units))
        elif isinstance(layer, Maps) and len(given) == 1 and len(target) == 3:
            if target[1] % grown:
                raise _misfit(
                    number,
                    found,
                    N_(
                        "Generator, layer {layer_number}: maps that double {times} times cannot end at {side} pixels. Take away a layer that doubles, or give one stride 1."
                    ),
                    times=grown.bit_length() - 1,
                    side=target[1],
                )
            shape = (layer.channels, target[1] // grown, target[2] // grown)
            units = prod(shape)
            found.append(LayerSize(name, layer.name, shape, (given[0] + 1) * units + _norm(layer, layer.channels), given[0] * units))
        elif isinstance(layer, Up) and len(given) == 3:
            shape = (layer.channels, given[1] * layer.stride, given[2] * layer.stride)
            window = 16 if layer.stride == 2 else 9
            found.append(
                LayerSize(
                    name,
                    layer.name,
                    shape,
                    window * given[0] * layer.channels + layer.channels + _norm(layer, layer.channels),
                    window * prod(given) * layer.channels,
                )
            )
        else:
            raise _misfit(
                number,
                found,
                N_(
                    "Generator, layer {layer_number}: dense layers come first, then one of small maps, then those that make them larger. Points of a plane take dense layers only."
                ),
            )
    given = found[-1].shape
    if len(given) == 3:
        found.append(LayerSize("made", "up", target, 16 * given[0] * target[0] + target[0], 16 * prod(given) * target[0]))
    else:
        found.append(LayerSize("made", "dense", target, (given[0] + 1) * prod(target), given[0] * prod(target)))
    return tuple(found)


def discriminator_sizes(layers: Sequence[Layer], given: Shape, before: int) -> tuple[LayerSize, ...]:
    """Every layer of the discriminator ("discriminator1" is the first) and its verdict. before: layers of the generator, for the number of a misfit."""
    found = [LayerSize("example", "input", given, 0, 0)]
    for number, layer in enumerate(layers, 1):
        shape, name = found[-1].shape, f"discriminator{number}"
        if isinstance(layer, Dense):
            found.append(LayerSize(name, layer.name, (layer.units,), (prod(shape) + 1) * layer.units + _norm(layer, layer.units), prod(shape) * layer.units))
        elif isinstance(layer, Down) and len(shape) == 3 and min(shape[1:]) >= 2:
            kernel = 4 if layer.stride == 2 else 3
            sides = tuple((side + 2 - kernel) // layer.stride + 1 for side in shape[1:])
            found.append(
                LayerSize(
                    name,
                    layer.name,
                    (layer.channels, *sides),
                    kernel**2 * shape[0] * layer.channels + layer.channels + _norm(layer, layer.channels),
                    kernel**2 * shape[0] * layer.channels * prod(sides),
                )
            )
        else:
            raise _misfit(
                number,
                found,
                N_("Discriminator, layer {layer_number}: a convolution takes maps of at least 2 pixels. Put it before the dense layers, or take one away."),
            )
    width = prod(found[-1].shape)
    found.append(LayerSize("verdict", "dense", (1,), width + 1, width))
    return tuple(found)


def _misfit(number: int, found: list[LayerSize], text: str, **values: int) -> Misfit:
    return Misfit(Message(text, {"layer_number": number, **values}), tuple(found))
