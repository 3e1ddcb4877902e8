"""Optimizers and schedules against torch's own."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler as torchs

from playground import choices
from playground.training import optimizers, schedules
from playground.training.learner import generator

KNOWN: dict[str, Callable[[Any, dict[str, Any]], torch.optim.Optimizer]] = {
    "gradient_descent": lambda w, s: torch.optim.SGD(w, lr=s["learning_rate"]),
    "sgd": lambda w, s: torch.optim.SGD(w, lr=s["learning_rate"]),
    "momentum": lambda w, s: torch.optim.SGD(w, lr=s["learning_rate"], momentum=s["momentum"]),
    "nesterov": lambda w, s: torch.optim.SGD(w, lr=s["learning_rate"], momentum=s["momentum"], nesterov=True),
    "adagrad": lambda w, s: torch.optim.Adagrad(w, lr=s["learning_rate"], eps=s["epsilon"]),
    "rmsprop": lambda w, s: torch.optim.RMSprop(w, lr=s["learning_rate"], alpha=s["decay"], eps=s["epsilon"]),
    "adam": lambda w, s: torch.optim.Adam(w, lr=s["learning_rate"], betas=(s["beta1"], s["beta2"]), eps=s["epsilon"]),
    "adamw": lambda w, s: torch.optim.AdamW(w, lr=s["learning_rate"], betas=(s["beta1"], s["beta2"]), eps=s["epsilon"], weight_decay=s["weight_decay"]),
}


@pytest.mark.parametrize("spec", choices.OPTIMIZER_SPECS, ids=lambda spec: spec.model_fields["name"].default)
def test_twenty_updates_are_torchs(spec: type[choices.Optimizer]) -> None:
    """With the settings a new run has; clipping as torch's own does it."""
    kept = spec()  # type: ignore[call-arg]
    ours, theirs = ([torch.nn.Parameter(torch.randn(4, 3, generator=generator(i), dtype=torch.float64)) for i in range(2)] for _ in range(2))
    rule, known = optimizers.build(ours, kept), KNOWN[kept.name](theirs, kept.model_dump())
    rule.clip = 3.0
    chance = generator(9)
    for _ in range(20):
        for a, b in zip(ours, theirs, strict=True):
            a.grad = torch.randn(4, 3, generator=chance, dtype=torch.float64)
            b.grad = a.grad.clone()
        rule.step()
        torch.nn.utils.clip_grad_norm_(theirs, 3.0)
        known.step()
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-9)


EPOCHS = 2000
SCHEDULES: list[tuple[choices.Schedule, Callable[[Any], Any], float]] = [
    (choices.Constant(), lambda known: torchs.ConstantLR(known, 1.0), 1e-12),
    (choices.StepDecay(every=30, factor=0.9), lambda known: torchs.StepLR(known, 30, 0.9), 1e-12),
    (choices.Exponential(rate=0.997), lambda known: torchs.ExponentialLR(known, 0.997), 1e-12),
    (choices.Cosine(), lambda known: torchs.CosineAnnealingLR(known, EPOCHS), 1e-9),
    (choices.OneCycle(), lambda known: torchs.OneCycleLR(known, 1.0, total_steps=EPOCHS), 4e-3),  # torch's top and end come one step earlier
]


@pytest.mark.parametrize(("spec", "make", "near"), SCHEDULES, ids=lambda value: getattr(value, "name", ""))
def test_schedules_are_torchs_at_every_epoch(spec: choices.Schedule, make: Callable[[Any], Any], near: float) -> None:
    known = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = make(known)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that no update was made between
        for epoch in range(EPOCHS):
            assert schedules.factor(spec, float(epoch), EPOCHS) == pytest.approx(schedule.get_last_lr()[0], abs=near), epoch
            schedule.step() if epoch < EPOCHS - 1 else None


def test_every_schedule_is_here_and_ends_where_it_should() -> None:
    assert {spec.name for spec, _, _ in SCHEDULES} == set(choices.SCHEDULES)
    assert schedules.factor(choices.Cosine(), 10.0, 10) == pytest.approx(0) and schedules.factor(choices.Cosine(), 12.0, 10) == pytest.approx(0)
    cycle = [schedules.factor(choices.OneCycle(), epoch, 100) for epoch in (0, 30, 100, 130)]
    assert cycle == pytest.approx([1 / 25, 1, 1 / 250_000, 1 / 250_000])
    assert schedules.factor(choices.Exponential(rate=0.5), 0.5, 10) == pytest.approx(0.5**0.5), "in mid epoch too"
    assert schedules.factor(choices.StepDecay(every=2, factor=0.5), 3.99, 10) == 0.5
