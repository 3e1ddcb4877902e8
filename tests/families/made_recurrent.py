"""Recurrent networks and runs for tests, and the published cells in plain numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from playground.engine.session import Session
from playground.experiment import Experiment, parse
from playground.families.recurrent.model import GRU, LSTM, RNN, Cells

Floats = np.ndarray
SIGNALS: dict[str, Any] = {"name": "three_signals", "samples": 120}
SINE: dict[str, Any] = {"name": "sine", "samples": 200, "length": 7}
COPY: dict[str, Any] = {"name": "copy", "samples": 120, "remember": 2, "delay": 4}
KINDS = {"rnn": RNN, "lstm": LSTM, "gru": GRU}
BENDS = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}


def layer(name: str, units: int = 4, **more: Any) -> dict[str, Any]:
    return {"name": name, "units": units, **more}


def experiment(layers: list[dict[str, Any]], data: dict[str, Any] = SIGNALS, training: dict[str, Any] | None = None, seed: int = 3, **model: Any) -> Experiment:
    plain = {"seed": seed, "data": data, "model": {"family": "recurrent", "layers": layers, **model}}
    numbers = data["name"] in ("sine", "airline", "co2", "sunspots", "adding", "own_series")
    rule = {"loss": "mse" if numbers else "cross_entropy", "optimizer": {"name": "adam", "learning_rate": 0.01}, "batch_size": 16, "epochs": 4}
    return parse({**plain, "training": {**rule, **(training or {})}})


def session(layers: list[dict[str, Any]], data: dict[str, Any] = SIGNALS, steps: int = 0, **more: Any) -> Session:
    return gone(Session(experiment(layers, data, **more)), steps)


def gone(made: Session, steps: int) -> Session:
    """So many steps further."""
    for _ in range(steps):
        made.advance()
    return made


def events(made: Session) -> list[dict[str, Any]]:
    """What was done to a run, as a fresh one takes it to repeat it."""
    return [{key: event[key] for key in ("step", "name", "params", "undo") if key in event} for event in made._context.events]


def module(kind: str, given: int = 3, units: int = 4, seed: int = 0, truncation: int = 0, **more: Any) -> Cells:
    """A layer in float64 with weights drawn so large that gates open and close."""
    torch.manual_seed(seed)
    found = KINDS[kind](given, units, batch_first=True, **more).double()
    found.touchable()
    found.truncation = truncation
    found.held, found.heard = found.held.double(), found.heard.double()
    with torch.no_grad():
        for parameter in found.parameters():
            parameter.normal_(0, 0.8)
    return found


def plain_weights(cells: Cells, backward: bool = False) -> tuple[Floats, Floats, Floats, Floats]:
    end = "_reverse" if backward else ""
    w, u, b, d = (getattr(cells, f"{name}_l0{end}").detach().numpy().astype(np.float64) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
    return w, u, b, d


def sigma(z: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-z)))


def published(cells: Cells, x: Floats, backward: bool = False) -> dict[str, Floats]:
    """One example x (steps, width) through one direction, step by step, by the equations of Elman (1990), Hochreiter and Schmidhuber (1997) with Gers and others (2000), and Cho and others (2014); with
    what is held and silenced. By name, (steps, units) each, in order of time."""
    kind, n = type(cells).__name__.lower(), cells.hidden_size
    w, u, b, d = plain_weights(cells, backward)
    rows = [slice(k * n, k * n + n) for k in range(len(w) // n)]
    held, heard = cells.held.numpy(), cells.heard.numpy()
    h, c = np.zeros(n), np.zeros(n)
    names = {"rnn": [], "lstm": ["input", "forget", "candidate", "output"], "gru": ["reset", "update", "candidate"]}[kind]
    seen = {name: np.zeros((len(x), n)) for name in [*names, "h", "c"]}

    def gate(place: int, value: Floats) -> Floats:
        return np.where(held[place] == -1, value, held[place])

    for t in range(len(x) - 1, -1, -1) if backward else range(len(x)):
        said = {}
        if kind == "lstm":
            for place, (name, bend) in enumerate(zip(names, (sigma, sigma, np.tanh, sigma), strict=True)):
                said[name] = gate(place, bend(w[rows[place]] @ x[t] + b[rows[place]] + u[rows[place]] @ h + d[rows[place]]))
            c = said["forget"] * c + said["input"] * said["candidate"]
            h = said["output"] * np.tanh(c)
        elif kind == "gru":
            for place, name in ((0, "reset"), (1, "update")):
                said[name] = gate(place, sigma(w[rows[place]] @ x[t] + b[rows[place]] + u[rows[place]] @ h + d[rows[place]]))
            said["candidate"] = gate(2, np.tanh(w[rows[2]] @ x[t] + b[rows[2]] + said["reset"] * (u[rows[2]] @ h + d[rows[2]])))
            h = (1 - said["update"]) * said["candidate"] + said["update"] * h
        else:
            h = BENDS[str(cells.nonlinearity)](w @ x[t] + b + u @ h + d)
        h = h * heard
        for name, value in [*said.items(), ("h", h), ("c", c)]:
            seen[name][t] = value
    return seen
