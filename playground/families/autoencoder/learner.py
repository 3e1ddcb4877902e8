"""How an autoencoder learns to give examples back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor

from playground import choices
from playground.families.autoencoder.kinds import Denoising, Sparse, Variational
from playground.training.learner import Answered, Examples, Learner, Phase, answering, generator
from playground.training.losses import Rebuilding, Sums, finite

if TYPE_CHECKING:
    from playground.experiment import Experiment
    from playground.families.autoencoder.family import Model
    from playground.families.autoencoder.model import Autoencoder

TOLD = ("loss", "error", "divergence")
SEED = 1  # of the noise with which parts are measured: the same each time, so that two rows differ by the network alone


class Codes(NamedTuple):
    """Examples on their way. mean, spread: as `Autoencoder.code` has them. drawn: (n, latent), what is decoded."""

    mean: Tensor
    spread: Tensor | None
    drawn: Tensor


def divergence(mean: Tensor, spread: Tensor) -> Tensor:
    """KL of N(mean, exp(spread)) from N(0, 1), for each latent number (n, latent): (exp(spread) + mean^2 - 1 - spread) / 2 (Kingma and Welling, 2014, appendix B)."""
    return (spread.exp() + mean.square() - 1 - spread) / 2


class Rebuilder(Learner):
    """Makes small: error + beta divergence + sparsity sum |code|, means over the examples; the error is summed over an example's numbers, the others over its latent ones.

    Noise, of what is given and of what is drawn from the clouds, comes from a stream of its own. Parts are measured as training is: with noise, but the same each time.
    """

    model: Autoencoder
    objective: Rebuilding

    def __init__(self, model: Autoencoder, goal: Rebuilding, experiment: Experiment, train: Examples, order: torch.Generator, noise: torch.Generator) -> None:
        self.spec, self._noise, self._bounded = experiment.model, noise, experiment.dataset.shape is not None
        super().__init__(model, goal, experiment.training, train, order, experiment.family.estimate(experiment).chunk)

    def configure(self, training: choices.Training, model: choices.Spec | None = None) -> None:
        if model is not None:
            self.spec = model  # type: ignore[assignment]
        super().configure(training)

    @property
    def kind(self) -> choices.Spec:
        spec: Model = self.spec  # type: ignore[assignment]
        return spec.kind

    @property
    def chance(self) -> dict[str, float]:
        """What giving back the mean of all examples reaches, with codes that tell nothing and cost nothing."""
        blind, _ = self.objective.chance(self._train.x)
        return {"loss": blind, "error": blind, "divergence": 0.0}

    def spoiled(self, x: Tensor, noise: torch.Generator) -> Tensor:
        """What is given for clean examples (n, columns): with noise where that is to be removed; pictures stay between black and white."""
        amount = self.kind.noise if isinstance(self.kind, Denoising) else 0.0
        if not amount:
            return x
        found = x + amount * torch.empty(x.shape).normal_(generator=noise).to(x.device)
        return found.clamp_(0, 1) if self._bounded else found

    def encoded(self, given: Tensor, noise: torch.Generator) -> Codes:
        """A code of each example; of a cloud mean + exp(spread / 2) N(0, 1), so that gradients get through (Kingma and Welling, 2014)."""
        mean, spread = self.model.code(given)
        if spread is None:
            return Codes(mean, None, mean)
        return Codes(mean, spread, mean + torch.exp(spread / 2) * torch.empty(mean.shape).normal_(generator=noise).to(mean.device))

    def lost(self, outputs: Tensor, clean: Tensor, codes: Codes) -> tuple[Tensor, Tensor, Tensor]:
        """(loss, error, divergence), each a mean over the examples."""
        error = self.objective.error(outputs, clean).mean()
        apart = torch.zeros((), device=error.device) if codes.spread is None else divergence(codes.mean, codes.spread).sum(1).mean()
        if isinstance(self.kind, Variational):
            return error + self.kind.beta_at(self.epoch) * apart, error, apart
        if isinstance(self.kind, Sparse):
            return error + self.kind.sparsity * codes.mean.abs().sum(1).mean(), error, apart
        return error, error, apart

    def step(self) -> None:
        clean, _ = self._sample()
        codes = self.encoded(self.spoiled(clean, self._noise), self._noise)
        lost = self.lost(self.model.decoder(codes.drawn), clean, codes)
        self.optimizer.forget_gradients()
        lost[0].backward()  # type: ignore[no-untyped-call]
        self._taken(lost, len(clean))

    def phases(self) -> Iterator[Phase]:
        """The same step, paused: sample; forward of the "encoder", then of the "decoder"; loss; backward through the "decoder", then the "encoder"; update.

        Tensors, all detached: sample clean, given, numbers. forward: mean, spread (where it is a cloud) and code; then output. loss: loss, error, divergence. backward: the gradient of every parameter of
        that part by its name, of the decoder's also "code", the loss's gradient with respect to the codes. update: each parameter before, by its name, and "after.NAME".
        """
        clean, _ = self._sample()
        given = self.spoiled(clean, self._noise)
        yield Phase("sample", "", 0, {"clean": clean, "given": given, "numbers": self._drawn()})
        codes = self.encoded(given, self._noise)
        told = {"mean": codes.mean.detach(), "code": codes.drawn.detach()} | ({} if codes.spread is None else {"spread": codes.spread.detach()})
        yield Phase("forward", "encoder", 0, told)
        codes.drawn.retain_grad()
        outputs = self.model.decoder(codes.drawn)
        yield Phase("forward", "decoder", 1, {"output": outputs.detach()})
        lost = self.lost(outputs, clean, codes)
        yield Phase("loss", "", 0, {name: one.detach() for name, one in zip(TOLD, lost, strict=True)})
        self.optimizer.forget_gradients()
        lost[0].backward()  # type: ignore[no-untyped-call]
        gradients = {name: p.grad.clone() for name, p in self.model.named_parameters() if p.grad is not None}
        assert codes.drawn.grad is not None
        for index, part in enumerate(("decoder", "encoder")):
            of = {name: gradient for name, gradient in gradients.items() if name.startswith(part)}
            yield Phase("backward", part, index, of | ({"code": codes.drawn.grad} if part == "decoder" else {}))
        before = {name: p.detach().clone() for name, p in self.model.named_parameters()}
        self._taken(lost, len(clean))
        yield Phase("update", "", 0, before | {f"after.{name}": p.detach().clone() for name, p in self.model.named_parameters()})

    def _taken(self, lost: tuple[Tensor, Tensor, Tensor], count: int) -> None:
        """Update, and keep what a row needs: (1, 4), how many examples, and the sums over them."""
        told = torch.stack([lost[0].new_tensor(1.0), *(one.detach() for one in lost)])[None] * count
        self._update(told, told, lost[0])

    def _fold(self) -> None:
        if self._outputs:
            self._sums = self._sums + np.append(torch.cat(self._outputs).cpu().double().sum(0).numpy(), 0.0)
            self._outputs, self._targets = [], []

    def measure(self, parts: Mapping[str, Examples], answered: dict[str, Answered], in_steps: bool) -> dict[str, float | None]:
        """loss, error and divergence of each part, for an example; of the training part as means over the steps since the last row, where `in_steps`."""
        found: dict[str, float | None] = {}
        for part, examples in parts.items():
            if len(examples.x):
                sums = self.take_sums() if part == "train" and in_steps else self.evaluate(examples)
                means = sums[1:4] / sums[0]
                found |= {f"{part}_{name}": finite(float(mean)) for name, mean in zip(TOLD, means, strict=True)}
        return found

    def evaluate(self, part: Examples) -> Sums:
        """How many examples, and the sums over them of loss, error and divergence, as the network is now; with noise that is the same each time. (5,) float64, the last 0."""
        noise, sums = generator(SEED), np.zeros(5)
        with answering(self.model):
            for clean in torch.split(part.x, self.chunk):
                codes = self.encoded(self.spoiled(clean, noise), noise)
                lost = self.lost(self.model.decoder(codes.drawn), clean, codes)
                sums += len(clean) * np.array([1.0, *(float(one) for one in lost), 0.0])
        return sums
