"""The kinds of layer of a generator and of a discriminator, and what becomes of pictures in them. In whole numbers; no torch."""

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

SMALLEST = 4  # maps are not halved below so many pixels a side
WIDE, SAME = 4, 3  # the window's side: of a convolution that halves or doubles maps, and of one that keeps them

BatchNorm = Annotated[bool, Ui(N_("Batch norm"), N_("Brings the numbers of each mini-batch to mean 0 and width 1 before they are bent."), more=True)]
Bend = Annotated[Activation, Ui(N_("Activation"), N_("The bend after the weighted sum."))]


class Layer(Spec):
    """One hidden layer of either network; one class for each kind, told apart by `name`."""

    name: str
    activation: Bend = "relu"
    batch_norm: BatchNorm = False

    @property
    def width(self) -> int:
        """Units, or maps."""
        raise NotImplementedError


class Dense(Layer):
    """Each unit sees every number before it."""

    name: Literal["dense"] = "dense"
    units: Annotated[int, Ge(1), Le(512), Ui(N_("Units"), N_("How many neurons this layer has."))] = 64

    @property
    def width(self) -> int:
        return self.units


class Conv(Layer):
    """A convolution of 4x4 that halves the maps of a discriminator; in a generator a transposed one that doubles them (Radford and others, 2016)."""

    name: Literal["conv"] = "conv"
    maps: Annotated[int, Ge(1), Le(256), Ui(N_("Maps"), N_("How many maps this layer makes: twice as large as those before in the generator, half as large in the discriminator, as far as the picture allows."))] = 32  # fmt: skip

    @property
    def width(self) -> int:
        return self.maps


LAYERS: Mapping[str, Choice] = MappingProxyType({
    "dense": Choice(N_("Dense"), r"a = f(W x + b)", N_("Every unit sees every number before it.")),
    "conv": Choice(N_("Convolution"), r"z_{f,i,j} = b_f + \sum w_{f,c,u,v}\, x_{c,\,2i+u,\,2j+v}", N_("Halves the maps in the discriminator; transposed, doubles them in the generator."), short=N_("Conv")),
})  # fmt: skip


def likely(before: Sequence[str]) -> str:
    """The kind most likely wanted after these: the same again."""
    return before[-1] if before else "dense"


if TYPE_CHECKING:
    AnyLayer = Layer
else:
    AnyLayer = Annotated[Union[Dense, Conv], Discriminator("name"), Names(LAYERS, likely)]  # noqa: UP007 (built at run time)

NO_PIXELS = N_("Layer {layer_number} (convolution): the data are points, which have no pixels. Take a dense layer, or pictures.")
DENSE_FIRST = N_("Layer {layer_number} (dense): the generator's convolutions come last, as they make the picture. Move it before them.")
CONV_FIRST = N_("Layer {layer_number} (convolution): the discriminator's dense layers lay everything in one row, where no pixel has neighbours. Move it before them.")  # fmt: skip


def halved(side: int) -> int:
    """The side of maps after a convolution of the discriminator: the half, where that is whole and not too small."""
    return side if side % 2 or side // 2 < SMALLEST else side // 2


def up(layers: Sequence[Layer], noise: int, target: Shape) -> tuple[LayerSize, ...]:
    """The generator's layers, from the noise to what is made up, of shape `target`. The first convolution is told its maps by every number before it; each next one doubles them, so that the last
    layer makes the picture: where there are more than can double, the first ones keep the size. Misfit at a layer that does not fit."""
    found = [LayerSize("noise", "noise", (noise,), 0, 0, "generator")]
    sides = [target[-1]]
    for _ in range(sum(layer.name == "conv" for layer in layers)):
        sides.append(halved(sides[-1]))
    for number, layer in enumerate((*layers, None), 1):
        before, name = found[-1].shape, f"generator{number}" if layer else "made"
        misfit = (
            NO_PIXELS if layer and layer.name == "conv" and len(target) == 1 else DENSE_FIRST if layer and layer.name == "dense" and len(before) == 3 else ""
        )
        if misfit:
            raise Misfit(Message(misfit, {"layer_number": number, "of": "generator"}), tuple(found))
        if layer and layer.name == "conv":
            shape: Shape = (layer.width, sides[-1], sides[-1])
            sides.pop()
        else:
            shape = (layer.width,) if layer else target
        found.append(_sized(name, shape, before, layer, bool(layer and layer.batch_norm), "generator"))
    return tuple(found)


def down(layers: Sequence[Layer], given: Shape) -> tuple[LayerSize, ...]:
    """The discriminator's layers, from an example to its verdict. Misfit at a layer that does not fit."""
    found = [LayerSize("example", "input", given, 0, 0, "discriminator")]
    for number, layer in enumerate((*layers, None), 1):
        before, name = found[-1].shape, f"discriminator{number}" if layer else "verdict"
        if layer and layer.name == "conv" and len(before) == 1:
            raise Misfit(Message(NO_PIXELS if len(given) == 1 else CONV_FIRST, {"layer_number": number, "of": "discriminator"}), tuple(found))
        if layer and layer.name == "conv":
            side = halved(before[1])
            shape: Shape = (layer.width, side, side)
        else:
            shape = (layer.width if layer else 1,)
        found.append(_sized(name, shape, before, layer, bool(layer and layer.batch_norm), "discriminator"))
    return tuple(found)


def _sized(name: str, shape: Shape, before: Shape, layer: Layer | None, normed: bool, of: str) -> LayerSize:
    """A layer between two shapes. Between maps it is a convolution; all else is joined number by number."""
    slid = len(before) == 3 and len(shape) == 3
    window = (SAME if before[1] == shape[1] else WIDE) ** 2 if slid else 0
    parameters = (window * before[0] + 1) * shape[0] if slid else (prod(before) + 1) * prod(shape)
    work = window * before[0] * shape[0] * min(before[1], shape[1]) ** 2 if slid else prod(before) * prod(shape)
    return LayerSize(name, layer.name if layer else "conv" if slid else "dense", shape, parameters + 2 * shape[0] * normed, work, of)
