"""The kinds of autoencoder: what is asked of one besides giving back what it was given. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal, Union

from annotated_types import Ge, Le
from pydantic import Discriminator

from playground.choices import Choice, Names, Spec, Ui
from playground.text import N_


class Kind(Spec):
    """One kind; they are told apart by `name`."""

    name: str

    @property
    def told(self) -> int:
        """Numbers that the encoder tells of each latent one."""
        return 1

    @property
    def bend(self) -> str:
        """The activation of the latent numbers, by its name; "" for none."""
        return ""


class Plain(Kind):
    name: Literal["plain"] = "plain"


class Denoising(Kind):
    name: Literal["denoising"] = "denoising"
    noise: Annotated[float, Ge(0), Le(1), Ui(N_("Noise"), N_("How much noise spoils what it is given, as a standard deviation, where 1 is from black to white. The clean one has to be given back."), live=True, step=0.05, off=0)] = 0.5  # fmt: skip


class Sparse(Kind):
    name: Literal["sparse"] = "sparse"
    sparsity: Annotated[float, Ge(0), Le(10), Ui(N_("Sparsity"), N_("How strongly each latent number is pulled towards 0, all by the same force: those that earn nothing stay there."), live=True, scale="log", step=0.01, off=0)] = 0.3  # fmt: skip

    @property
    def bend(self) -> str:
        """Numbers that can be exactly 0: a straight one only ever comes near."""
        return "relu"


class Variational(Kind):
    name: Literal["variational"] = "variational"
    beta: Annotated[float, Ge(0), Le(100), Ui(N_("Beta"), N_("How strongly the clouds are pulled to the middle (how much KL counts). More: a tidier map, and blurred examples."), live=True, scale="log", step=0.01, off=0)] = 1.0  # fmt: skip
    warm_up: Annotated[int, Ge(0), Le(1000), Ui(N_("Warm-up"), N_("Beta grows from 0 over so many epochs, so that latent numbers are not put to sleep before they have learned anything."), live=True, unit=N_("epochs"), scale="log", more=True, off=0)] = 0  # fmt: skip

    @property
    def told(self) -> int:
        """A mean, and the log of a variance."""
        return 2

    def beta_at(self, epoch: float) -> float:
        """Beta after so many epochs: it grows evenly from 0 over the warm-up."""
        return self.beta * min(1.0, epoch / self.warm_up) if self.warm_up else self.beta


KINDS: Mapping[str, Choice] = MappingProxyType({
    "plain": Choice(N_("Plain"), r"x \to z \to \hat x", N_("Give back what was given, through a narrow waist.")),
    "denoising": Choice(N_("Denoising"), r"x + \epsilon \to z \to \hat x", N_("It is given a spoiled example and has to give back the clean one: it must know what examples look like (Vincent and others, 2008).")),
    "sparse": Choice(N_("Sparse"), r"L + \lambda \sum |z|,\ z \ge 0", N_("Many latent numbers, none below 0, but each example may use few of them (Ng, 2011).")),
    "variational": Choice(N_("Variational (VAE)"), r"z \sim N(\mu(x), \sigma(x)^2)", N_("Each example becomes a small cloud instead of a point, and all clouds together are pulled to the middle: what lies between them is filled, and new examples can be drawn (Kingma and Welling, 2014).")),
})  # fmt: skip

if TYPE_CHECKING:
    AnyKind = Kind
else:
    AnyKind = Annotated[Union[Plain, Denoising, Sparse, Variational], Discriminator("name"), Names(KINDS)]  # noqa: UP007 (built at run time)
