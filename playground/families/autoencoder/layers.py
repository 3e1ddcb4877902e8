"""The kinds of layer of an encoder, which its decoder mirrors. In whole numbers; no torch."""

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


class Layer(Spec):
    """One layer; one class for each kind, told apart by `name`."""

    name: str


class Dense(Layer):
    name: Literal["dense"] = "dense"
    units: Annotated[int, Ge(1), Le(512), Ui(N_("Units"), N_("How many neurons this layer has."))] = 64
    activation: Annotated[Activation, Ui(N_("Activation"), N_("The bend after the weighted sum."))] = "relu"


class Conv(Layer):
    """A convolution of 4x4 that halves the maps; its mirror is a transposed one that doubles them."""

    name: Literal["conv"] = "conv"
    channels: Annotated[int, Ge(1), Le(128), Ui(N_("Maps"), N_("How many maps this layer makes, half as large as those before."))] = 16
    activation: Annotated[Activation, Ui(N_("Activation"), N_("The bend after the weighted sum."))] = "relu"


LAYERS: Mapping[str, Choice] = MappingProxyType({
    "dense": Choice(N_("Dense"), r"a = f(W x + b)", N_("Every unit sees every number before it.")),
    "conv": Choice(N_("Convolution"), r"z_{f,i,j} = b_f + \sum w_{f,c,u,v}\, x_{c,\,2i+u,\,2j+v}", N_("Looks for patterns and halves the maps; in the decoder, doubles them."), short=N_("Conv")),
})  # fmt: skip


def likely(before: Sequence[str]) -> str:
    """The kind most likely wanted after these: the same again."""
    return before[-1] if before else "dense"


if TYPE_CHECKING:
    AnyLayer = Layer
else:
    AnyLayer = Annotated[Union[Dense, Conv], Discriminator("name"), Names(LAYERS, likely)]  # noqa: UP007 (built at run time)


def sizes(layers: Sequence[Layer], given: Shape, latent: int, told: int) -> tuple[LayerSize, ...]:
    """All layers with shapes and sizes. told: numbers the encoder tells of each latent one: 1, or 2 for mean and spread. Misfit at a convolution behind a dense layer, or where maps cannot be
    halved."""
    found = [LayerSize("input", "input", given, 0, 0)]
    for number, layer in enumerate(layers, 1):
        before = found[-1].shape
        if isinstance(layer, Dense):
            found.append(LayerSize(f"encoder{number}", layer.name, (layer.units,), (prod(before) + 1) * layer.units, prod(before) * layer.units))
            continue
        assert isinstance(layer, Conv)
        if len(before) != 3 or before[1] % 2 or before[2] % 2:
            raise Misfit(
                Message(N_("Encoder, layer {layer_number}: a convolution halves maps with an even number of pixels a side. Put it before the dense layers, or take it away."), {"layer_number": number}),
                tuple(found),
            )  # fmt: skip
        shape = (layer.channels, before[1] // 2, before[2] // 2)
        found.append(LayerSize(f"encoder{number}", layer.name, shape, (16 * before[0] + 1) * layer.channels, 16 * before[0] * prod(shape)))
    encoder = list(found)
    width = prod(encoder[-1].shape)
    found.append(LayerSize("code", "dense", (latent,), (width + 1) * told * latent, width * told * latent))
    found.append(LayerSize("decoder1", "dense", encoder[-1].shape if len(encoder) > 1 else given, (latent + 1) * width, latent * width))
    for number, (after, before_) in enumerate(zip(reversed(encoder[:-1]), reversed(encoder[1:]), strict=True), 2):
        conv = before_.kind == "conv"
        channels = before_.shape[0]
        parameters = (16 * channels + 1) * after.shape[0] if conv else (prod(before_.shape) + 1) * prod(after.shape)
        work = 16 * prod(before_.shape) * after.shape[0] if conv else prod(before_.shape) * prod(after.shape)
        found.append(LayerSize(f"decoder{number}", before_.kind, after.shape, parameters, work))
    return tuple(found)
