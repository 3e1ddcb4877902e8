"""Small models that measure others: each is learned once on a server, and kept for all runs with the same data."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from playground.data import kept
from playground.text import Refusal
from playground.training import checkpoints

MOST = 40  # models that are kept: a few hundred kilobytes each


def learned(about: str, data: Sequence[Tensor], model: nn.Module, learn: Callable[[nn.Module], None]) -> None:
    """Make of `model` what `learn` makes of it, which must depend on `data` and on what `about` says alone; from the disk where that was done before. A disk that takes nothing is no harm."""
    path = kept.folder(kept.LEARNED, "learned") / f"{_name(about, data)}.safetensors"
    with contextlib.suppress(OSError, Refusal, RuntimeError):  # not there, damaged, or of another kind of model
        tensors, _ = checkpoints.read(path.read_bytes())
        model.load_state_dict(tensors)
        path.touch()  # used
        return
    learn(model)
    with contextlib.suppress(OSError):
        _keep(path, checkpoints.dump(model.state_dict(), {}))


def _name(about: str, data: Sequence[Tensor]) -> str:
    """Of all that decides what is learned, the processor's kind too: the same seed gives the same numbers on one kind alone."""
    told = hashlib.sha256(f"{about} {torch.__version__} {platform.machine()} {torch.backends.cpu.get_cpu_capability()}".encode())
    for tensor in data:
        told.update(f"{tensor.dtype} {tuple(tensor.shape)} {tensor.device.type}".encode())
        told.update(tensor.detach().cpu().contiguous().numpy().data)
    return told.hexdigest()[:32]


def _keep(path: Path, raw: bytes) -> None:
    """Whole or not at all, others of the same name notwithstanding; those used longest ago make room."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(number, "wb") as file:
        file.write(raw)
    os.replace(name, path)
    for old in sorted(path.parent.glob("*.safetensors"), key=lambda one: one.stat().st_mtime, reverse=True)[MOST:]:
        old.unlink(missing_ok=True)
