"""Where a step of the game stands: which network is at work, in which phase, with the step's own numbers. Arrays only; figures.py draws them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from playground.families.gan.cloud import goal
from playground.training.context import Context

Params = Mapping[str, Any]
Arrays = dict[str, Any]


def phase(context: Context, params: Params) -> Arrays:
    """phase, part, index: which; of: how often this network learns in a step. The numbers that this phase has: count, real, made (mean answers), loss, penalty, loss_name, size (of its whole gradient),
    moved (the largest change of a weight), rate. {"phase": None} between steps."""
    now = context.phase
    if now is None:
        return {"phase": None}
    spec, tensors = context.experiment.model, now.tensors
    told: Arrays = {
        "phase": now.name, "part": now.part, "index": now.index, "loss_name": context.experiment.training.loss,
        "of": spec.discriminator_steps if now.part == "discriminator" else spec.generator_steps,  # type: ignore[attr-defined]
    }  # fmt: skip
    if now.name == "sample":
        return told | {"count": len(tensors["noise"])}
    if now.name == "forward":
        answers = {name: float(goal(context).answer(tensors[f"{name}_answer"]).mean()) for name in ("real", "made") if f"{name}_answer" in tensors}
        return told | answers | {"sided": goal(context).sided}
    if now.name == "loss":
        return told | {"loss": float(tensors["loss"]), "penalty": float(tensors.get("penalty", torch.zeros(())))}
    if now.name == "backward":
        return told | {"size": _norm([tensor for name, tensor in tensors.items() if name != "pull"])}
    moved = max(float((tensors[f"after.{name}"] - tensor).abs().max()) for name, tensor in tensors.items() if not name.startswith("after."))
    return told | {"moved": moved, "rate": context.learner.rules["" if now.part == "generator" else now.part].learning_rate}


def _norm(tensors: list[Tensor]) -> float:
    return float(torch.stack([tensor.square().sum() for tensor in tensors]).sum().sqrt())
