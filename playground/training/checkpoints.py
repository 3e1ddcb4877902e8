"""Checkpoints and weights as safetensors: tensors and one JSON text. Never pickle, so that a file from outside runs nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from playground.text import N_, Message, Refusal

FORMAT = 1
KEY = "playground"


def dump(tensors: Mapping[str, Tensor | NDArray[Any]], about: Mapping[str, Any]) -> bytes:
    """Tensors, and facts that JSON can hold, in one safetensors file."""
    here = {name: (torch.from_numpy(np.ascontiguousarray(t)) if isinstance(t, np.ndarray) else t.detach().cpu().contiguous()) for name, t in tensors.items()}
    return save(here, {KEY: json.dumps({"format": FORMAT, **about})})


def read(raw: bytes) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """What `dump` wrote: tensors on the CPU, and the facts. Refusal where it is something else."""
    try:
        tensors = load(raw)
        length = int.from_bytes(raw[:8], "little")
        about = json.loads(json.loads(raw[8 : 8 + length])["__metadata__"][KEY])
        if about["format"] != FORMAT:
            raise ValueError
    except (SafetensorError, KeyError, TypeError, ValueError):
        raise damaged() from None
    return tensors, about


def damaged() -> Refusal:
    return Refusal(Message(N_("This checkpoint does not belong to this run, or part of it is missing. Go on from another one.")))
