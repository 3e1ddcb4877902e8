"""Where a step stands: which part is at work, with the step's own numbers. Arrays only; figures.py draws them."""

from __future__ import annotations

import torch
from torch import Tensor

from playground.families.autoencoder.kinds import Variational
from playground.families.autoencoder.latent import Arrays, Params, seen, spec
from playground.families.autoencoder.views import pictured
from playground.training.context import Context

NUMBERS, PICTURES = 4, 6  # of a code, and of a mini-batch, that are told


def phase(context: Context, params: Params) -> Arrays:
    """phase, part: which. The numbers that this phase has: count, spoiled (with how much noise), code, mean and deviation of the first example (numbers,), loss, error, divergence, beta, sparsity, size (of the
    part's whole gradient), moved (the largest change of a weight), rate; pictures (n, channels, height, width) uint8, of the mini-batch as it is given or given back. {"phase": None} between steps."""
    now = context.phase
    if now is None:
        return {"phase": None}
    kind, tensors = spec(context).kind, now.tensors
    told: Arrays = {"phase": now.name, "part": now.part, "pictures": None}
    if now.name == "sample":
        told |= {"count": len(tensors["clean"]), "spoiled": getattr(kind, "noise", 0.0), "pictures": _pictures(context, tensors["given"])}
    elif now.part == "encoder" and now.name == "forward":
        told |= {name: tensors[name][0, :NUMBERS].tolist() for name in ("code", "mean")}
        told |= {
            "deviation": torch.exp(tensors["spread"][0, :NUMBERS] / 2).tolist() if "spread" in tensors else None,
            "more": tensors["code"].shape[1] > NUMBERS,
        }
    elif now.name == "forward":
        told["pictures"] = _pictures(context, context.objective.answer(tensors["output"]))
    elif now.name == "loss":
        beta = kind.beta_at(context.learner.epoch) if isinstance(kind, Variational) else None
        told |= {**{name: float(tensors[name]) for name in ("loss", "error", "divergence")}, "beta": beta, "sparsity": getattr(kind, "sparsity", 0.0)}
    elif now.name == "backward":
        told["size"] = _norm([tensor for name, tensor in tensors.items() if name != "code"])
    else:
        moved = max(float((tensors[f"after.{name}"] - tensor).abs().max()) for name, tensor in tensors.items() if not name.startswith("after."))
        told |= {"moved": moved, "rate": context.learner.optimizer.learning_rate}
    return told


def _pictures(context: Context, x: Tensor) -> object:
    return seen(context, x[:PICTURES]) if pictured(context.experiment) else None


def _norm(tensors: list[Tensor]) -> float:
    return float(torch.stack([tensor.square().sum() for tensor in tensors]).sum().sqrt())
