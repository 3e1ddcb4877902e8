"""Two networks that learn against each other: one step is some updates of the discriminator, then some of the generator."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from playground import choices
from playground.families.gan.examiner import Examiner
from playground.training.layers import Chance
from playground.training.learner import Answered, Examples, Learner, Phase, answering, listening
from playground.training.losses import Rivalry

if TYPE_CHECKING:
    from playground.families.gan.album import Album
    from playground.families.gan.family import Model
    from playground.families.gan.model import Rivals

Judge = Callable[["Rivals", Mapping[str, Examples]], dict[str, float | None]]
LOSSES = ("discriminator_loss", "generator_loss", "real_answer", "made_answer")


@contextmanager
def _silent() -> Iterator[dict[str, Tensor]]:
    yield {}


class Adversary(Learner):
    """A learner of a generator and a discriminator.

    The first update of the discriminator in a step sees the epoch's next mini-batch; further ones draw theirs by chance, as many examples. Noise comes from a stream of its own. judge: what a row
    tells of the generator beside the losses. album: what was made up at each row.
    """

    model: Rivals
    objective: Rivalry
    judge: Judge

    def __init__(
        self,
        model: Rivals,
        goal: Rivalry,
        spec: Model,
        training: choices.Training,
        train: Examples,
        order: torch.Generator,
        chance: Chance,
        judge: Judge,
        album: Album,
    ) -> None:
        self.spec, self._noise, self.judge, self.album = spec, chance.noise, judge, album
        self._told, self._count = torch.zeros(len(LOSSES), device=train.x.device), 0  # the sums of LOSSES over so many steps since the last row
        super().__init__(model, goal, training, train, order)

    def configure(self, training: choices.Training, model: choices.Spec | None = None) -> None:
        if model is not None:
            self.spec = model  # type: ignore[assignment]
        super().configure(training)

    def _updated(self, training: choices.Training) -> Mapping[str, tuple[Iterable[nn.Parameter], choices.Optimizer]]:
        return {
            "": (self.model.generator.parameters(), training.optimizer),
            "discriminator": (self.model.discriminator.parameters(), self.spec.discriminator_optimizer),
        }

    def noise(self, count: int) -> Tensor:
        """(count, noise) fresh noise."""
        return self.model.noise(count, self._noise)

    def step(self) -> None:
        for _ in self._parts(detailed=False):
            pass

    def phases(self) -> Iterator[Phase]:
        """The same step, phase by phase: sample, forward, loss, backward, update of "discriminator", as often as it is updated, then of "generator".

        Tensors, all detached. Of the discriminator: sample real, noise; forward made, real_answer, made_answer (before any sigmoid), and what its modules answer to what is made up, by name; loss loss, penalty;
        backward the gradient of every parameter of it by name; update each before, by name, and "after.NAME". Of the generator: sample noise; forward made, made_answer; loss loss; backward gradients, and "pull"
        (n, ...), the loss's gradient with respect to what was made up; update as above.
        """
        return self._parts(detailed=True)

    def _parts(self, detailed: bool) -> Iterator[Phase]:
        x, _ = self._sample()
        alone = self.spec.trained
        told = [torch.zeros(())] * len(LOSSES)
        for index in range(self.spec.discriminator_steps if alone != "generator" else 0):
            real = x if index == 0 else self._again(len(x))
            noise = self.noise(len(real))
            if detailed:
                numbers = self._drawn() if index == 0 else torch.empty(0, dtype=torch.int64)
                yield Phase("sample", "discriminator", index, {"real": real, "noise": noise, "numbers": numbers})
            with torch.no_grad():
                made = self.model.generator(noise)
            with listening(self.model.discriminator) if detailed else _silent() as heard:
                real_said, made_said = self.model.discriminator(real), self.model.discriminator(made)
            if detailed:
                said = {"made": made, "real_answer": real_said.detach(), "made_answer": made_said.detach()}
                yield Phase("forward", "discriminator", index, said | {name: one.detach() for name, one in heard.items()})
            loss = self.objective.critic(real_said, made_said)
            penalty = self._penalty(real, made)
            if detailed:
                yield Phase("loss", "discriminator", index, {"loss": loss.detach(), "penalty": penalty.detach()})
            yield from self._updates("discriminator", self.model.discriminator, loss + penalty, index, detailed)
            if self.training.loss == "wasserstein":
                limit = self.spec.weight_limit
                with torch.no_grad():
                    torch._foreach_clamp_min_(self.rules["discriminator"].parameters, -limit)
                    torch._foreach_clamp_max_(self.rules["discriminator"].parameters, limit)
            told = [loss.detach(), self.objective.forger(made_said.detach()), self._mean_answer(real_said), self._mean_answer(made_said)]
            self.batch_loss = loss
        for index in range(self.spec.generator_steps if alone != "discriminator" else 0):
            noise = self.noise(len(x))
            if detailed:
                yield Phase("sample", "generator", index, {"noise": noise})
            made = self.model.generator(noise)
            said = self.model.discriminator(made)
            if detailed:
                yield Phase("forward", "generator", index, {"made": made.detach(), "made_answer": said.detach()})
            loss = self.objective.forger(said)
            if detailed:
                yield Phase("loss", "generator", index, {"loss": loss.detach()})
            yield from self._updates("generator", self.model.generator, loss, index, detailed, made)
            if alone == "generator":
                with torch.no_grad():
                    real_said = self.model.discriminator(x)
                told[0], told[2] = self.objective.critic(real_said, said.detach()), self._mean_answer(real_said)
            told[1], told[3] = loss.detach(), self._mean_answer(said)
            self.batch_loss = loss
        self._told, self._count = self._told + torch.stack(told), self._count + 1
        self.steps += 1
        self._place += 1
        if self._scheduled:
            self._set_rate()

    def _mean_answer(self, said: Tensor) -> Tensor:
        return self.objective.answer(said.detach()).mean()

    def _updates(self, part: str, network: nn.Module, loss: Tensor, index: int, detailed: bool, made: Tensor | None = None) -> Iterator[Phase]:
        """Backward and update of one network alone; the other is left as it is."""
        rule = self.rules["" if part == "generator" else part]
        parameters = list(rule.parameters)
        asked = [*parameters, *([made] if detailed and made is not None else [])]
        found = torch.autograd.grad(loss, asked, allow_unused=True)
        for parameter, gradient in zip(parameters, found, strict=False):
            parameter.grad = torch.zeros_like(parameter) if gradient is None else gradient
        named = dict(network.named_parameters())
        if detailed:
            pulled = {"pull": found[-1]} if made is not None and found[-1] is not None else {}
            yield Phase("backward", part, index, {**{name: p.grad.clone() for name, p in named.items() if p.grad is not None}, **pulled})
        before = {name: p.detach().clone() for name, p in named.items()} if detailed else {}
        rule.step()
        if detailed:
            yield Phase("update", part, index, before | {f"after.{name}": p.detach().clone() for name, p in named.items()})

    def _penalty(self, real: Tensor, made: Tensor) -> Tensor:
        """lambda (|grad D(x)| - 1)^2, mean over points x = e real + (1 - e) made up, e from U(0, 1) for each (Gulrajani and others, 2017). 0 for all other losses."""
        if self.training.loss != "wasserstein_penalty":
            return torch.zeros((), device=real.device)
        share = torch.rand(len(real), *[1] * (real.dim() - 1), generator=self._noise).to(real.device)
        between = (share * real + (1 - share) * made).requires_grad_()
        (slope,) = torch.autograd.grad(self.model.discriminator(between).sum(), between, create_graph=True)
        found: Tensor = self.spec.gradient_penalty * (slope.flatten(1).norm(dim=1) - 1).square().mean()
        return found

    def _again(self, count: int) -> Tensor:
        """Real examples drawn by chance, as many."""
        drawn = self._train.x[torch.randint(len(self._train.x), (count,), generator=self._order).to(self._train.x.device)]
        return drawn if self.vary is None else self.vary(drawn)

    def measure(self, parts: Mapping[str, Examples], answered: dict[str, Answered], in_steps: bool) -> dict[str, float | None]:
        """The losses and the mean answers to real and made-up examples, as means over the steps since the last row, or of a fresh mini-batch as it is now; and what the judge says."""
        means = self._told / self._count if in_steps and self._count else self._now()
        if in_steps:
            self._told, self._count = torch.zeros_like(self._told), 0
        found: dict[str, float | None] = {name: mean if math.isfinite(mean) else None for name, mean in zip(LOSSES, means.tolist(), strict=True)}
        if in_steps or not self.steps:
            self.album.add(self.model, self.steps, self.epoch)
        return found | self.judge(self.model, parts)

    def _now(self) -> Tensor:
        """As LOSSES, of the first examples and a noise that is always the same."""
        with answering(self.model):
            real, made = self._train.x[: self.batch], self.model.generator(self.model.fixed[: self.batch])
            real_said, made_said = self.model.discriminator(real), self.model.discriminator(made)
            return torch.stack(
                [
                    self.objective.critic(real_said, made_said),
                    self.objective.forger(made_said),
                    self.objective.answer(real_said).mean(),
                    self.objective.answer(made_said).mean(),
                ]
            )

    def state(self) -> tuple[dict[str, Tensor], dict[str, float]]:
        tensors, numbers = super().state()
        shares = {} if not isinstance(self.judge, Examiner) or self.judge.shares is None else {"shares": torch.from_numpy(self.judge.shares)}
        return tensors | {"told": self._told} | shares | self.album.state(), numbers | {"told": self._count}

    def restore(self, tensors: Mapping[str, Tensor], numbers: Mapping[str, float]) -> None:
        super().restore(tensors, numbers)
        self._told, self._count = tensors["told"].to(self._train.x.device), int(numbers["told"])
        self.album.restore(tensors)
        if isinstance(self.judge, Examiner):
            self.judge.shares = tensors["shares"].numpy().copy() if "shares" in tensors else None
