"""Where tensors live: which devices this machine has, and which one fits a network."""

from __future__ import annotations

import torch

from playground.text import N_, Message, Refusal

WORTH_MOVING = 200_000_000  # multiply-adds of a step from which an accelerator wins over the CPU's short way


def available() -> tuple[str, ...]:
    """What can be chosen here: "auto" and "cpu" always, "cuda" and "mps" where there is one."""
    found = ["auto", "cpu"]
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return tuple(found)


def choose(name: str, work: int) -> str:
    """The device that `name` means for a step of `work` multiply-adds: "auto" keeps small networks on the CPU. Refusal if it is not here."""
    here = available()
    if name not in here:
        raise Refusal(Message(N_("Device: there is no {given} on this machine. Choose one of {limit}."), {"given": name[:20], "limit": ", ".join(here)}))
    if name != "auto":
        return name
    return here[2] if len(here) > 2 and work >= WORTH_MOVING else "cpu"


def one_thread() -> None:
    """Compute with one thread, as every worker does: many small trainings share the machine better than one spread out."""
    torch.set_num_threads(1)
