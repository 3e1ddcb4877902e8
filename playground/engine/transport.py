"""The transport's buttons: what each does in each state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from playground.engine.run import RESTING, Run
from playground.text import N_, Message, Refusal

if TYPE_CHECKING:
    from playground.engine.server import Engine


UNITS = ("phase", "batch", "epoch")  # of a step


def command(engine: Engine, run: Run, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """One of the transport's buttons. Refusal where the state does not allow it."""
    unit = ""
    if name == "reset":
        return {"run": reset(engine, run)}
    if name in ("train", "step"):
        may_go_on(engine, run)
        run.begun = True
        if name == "step":
            unit = str(params.get("unit", "batch"))[:20]
            if unit not in UNITS:
                raise Refusal(Message(N_("Step: there is no {given}. Choose one of {limit}."), {"given": unit, "limit": ", ".join(UNITS)}))
        if name == "train" and run.state != "running":
            engine.log(run, "train")
            engine.store.end(run.token, None)
        elif name == "step" and run.state == "running":
            engine.log(run, "pause")  # a step is taken from rest
    elif name == "pause":
        if run.state not in RESTING:
            engine.log(run, "pause")
        run.pending = [message for message in run.pending if message["type"] != "train"]
    elif name == "speed":
        speed = str(params.get("name"))[:40]
        if speed not in run.experiment.family.speeds:
            raise Refusal(Message(N_("Speed: there is no {given}."), {"given": speed}))
        run.speed = speed
        if run.link is not None or run.starting:
            run.tell_worker({"type": "speed", "name": speed})
        run.announce()
        return {"speed": speed}
    elif name == "device":
        return change_device(engine, run, str(params.get("name"))[:40])
    if run.link is not None or name in ("train", "step"):  # what has no worker rests already
        run.tell_worker({"type": name, "unit": unit} if name == "step" else {"type": name})
        engine.places.want(run)
    return {"state": run.state}


def may_go_on(engine: Engine, run: Run) -> None:
    if run.state == "finished" or (run.state == "parked" and run.resume == "finished"):
        raise Refusal(Message(N_("This run has finished its {epochs} epochs. Give it more epochs, or press Reset."), {"epochs": run.current.training.epochs}))
    if run.state in ("diverged", "failed") or (run.state == "parked" and run.resume == "diverged"):
        raise Refusal(Message(N_("This run cannot go on: its numbers are lost. Change a setting, or press Reset.")))


def reset(engine: Engine, run: Run) -> str:
    """A fresh ready run of the experiment as it now stands; pressed twice, it is the same one."""
    if run.successor in engine.runs and engine.runs[run.successor].untouched and engine.runs[run.successor].current == run.current:
        return run.successor
    run.successor = engine.make(run.current, run).token
    return run.successor


def change_device(engine: Engine, run: Run, device: str) -> dict[str, Any]:
    """Move the run: its worker saves and leaves, and one on the other device goes on from there."""
    if device not in engine.devices:
        raise Refusal(Message(N_("Device: this computer has no {given}. Choose one of {found}."), {"given": device, "found": ", ".join(engine.devices)}))
    if device != run.device:
        run.device = device
        engine.log(run, "device", {"name": device})
        if run.link is not None and not run.leaving:
            if run.state == "running":
                run.pending.append({"type": "train"})
            engine.places.park(run)
    return {"device": device}
