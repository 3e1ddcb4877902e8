"""Ready-made recurrent experiments, each making one point; tests/families/test_recurrent_presets.py holds them to it. No torch."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from playground.families.contract import Preset
from playground.text import N_


def cell(name: str, units: int, **more: Any) -> dict[str, Any]:
    return {"name": name, "units": units, **more}


def _experiment(
    data: dict[str, Any], layers: list[dict[str, Any]], loss: str, rate: float = 0.003, batch: int = 32, epochs: int = 100, l2: float = 0.0, **model: Any
) -> dict[str, Any]:
    return {
        "version": 1,
        "seed": 0,
        "data": data,
        "model": {"family": "recurrent", "layers": layers, **model},
        "training": {"loss": loss, "optimizer": {"name": "adam", "learning_rate": rate}, "batch_size": batch, "epochs": epochs, "l2": l2},
    }


SURPRISE = "cross_entropy"
PAUSE = {"name": "copy", "delay": 60}

PRESETS = MappingProxyType({
    "lstm-50": Preset(
        N_("The textbook's LSTM"),
        N_("50 units read ten steps of three sensors and say which one leads. Watch what the gates keep from step to step."),
        _experiment({"name": "three_signals"}, [cell("lstm", 50)], SURPRISE),
    ),
    "lstm-50-random": Preset(
        N_("Learning by heart"),
        N_("The same network on the textbook's own random targets: the training part is learned to the last example, the test part stays at guessing."),
        _experiment({"name": "random_sequences"}, [cell("lstm", 50)], SURPRISE),
    ),
    "copy-rnn": Preset(
        N_("A long pause: simple"),
        N_("A letter, sixty steps of nothing, then it has to be said. The gradient vanishes before it gets back to the letter: see Through time. It hardly gets beyond half of them right."),
        _experiment(PAUSE, [cell("rnn", 16)], SURPRISE, epochs=40),
    ),
    "copy-lstm": Preset(
        N_("A long pause: LSTM"),
        N_("The same pause, with gates: keep stays open, and the cell carries the letter over sixty steps."),
        _experiment(PAUSE, [cell("lstm", 16, keep=4.0)], SURPRISE, epochs=40),
    ),
    "copy-gru": Preset(
        N_("A long pause: GRU"),
        N_("The same with two gates instead of three, and no cell of its own: it remembers as well."),
        _experiment(PAUSE, [cell("gru", 16, keep=4.0)], SURPRISE, epochs=40),
    ),
    "airline": Preset(
        N_("Airline passengers"),
        N_("It learns the growth from month to month, and foretells the next one with less than half the error of \"as last month\"."),
        _experiment({"name": "airline"}, [cell("lstm", 16)], "mse", 0.01, 16, 60),
    ),
    "airline-dense": Preset(
        N_("Without memory"),
        N_("A dense layer sees all twelve months at once, each with weights of its own. On such a short window it needs no memory to compare well: what the recurrent one gains is that it can read any length."),
        _experiment({"name": "airline"}, [{"name": "dense", "units": 16}], "mse", 0.01, 16, 60),
    ),
    "sunspots": Preset(
        N_("Sunspots"),
        N_("They come and go in about eleven years, never quite the same: the next year can be foretold, a whole cycle hardly."),
        _experiment({"name": "sunspots"}, [cell("lstm", 16)], "mse", 0.01, 16, 30),
    ),
    "co2": Preset(
        N_("Carbon dioxide"),
        N_("A rise with seasons on it. It learns the changes: the values of the test part are higher than all it has seen."),
        _experiment({"name": "co2"}, [cell("lstm", 16)], "mse", 0.01, 16, 60),
    ),
    "sine": Preset(
        N_("Foretell a wave"),
        N_("Sixteen units learn what comes next in a sum of two waves, and then go on by themselves."),
        _experiment({"name": "sine"}, [cell("lstm", 16)], "mse", 0.005, 16, 60),
    ),
    "adding": Preset(
        N_("Add two of twenty"),
        N_("Two numbers are marked; all others have to be forgotten. Watch the input gate open at the marks."),
        _experiment({"name": "adding"}, [cell("lstm", 24)], "mse", 0.01, 32, 60),
    ),
    "parity": Preset(
        N_("Even or odd"),
        N_("Every one turns the answer over. Nothing happens for a while, then all at once it has understood."),
        _experiment({"name": "parity", "answers": "last"}, [cell("lstm", 16)], SURPRISE, 0.01, 32, 60),
    ),
    "brackets": Preset(
        N_("Which bracket closes?"),
        N_("To know what has to close next, all that is open must be remembered, in its order: a stack, learned."),
        _experiment({"name": "brackets"}, [cell("lstm", 32)], SURPRISE, 0.01, 32, 30),
    ),
    "names": Preset(
        N_("Where is this name from?"),
        N_("Seven languages, letter by letter: four of five names it never saw are told right. Type your own, and see at which letter it makes up its mind."),
        _experiment({"name": "names", "languages": 7}, [cell("lstm", 48, dropout=0.4)], SURPRISE, 0.004, 32, 20, 0.0003, embedding=12),
    ),
    "text": Preset(
        N_("Learn to write"),
        N_("A novel, sign by sign. First come spaces and common letters, then syllables, then words; it never knows what they mean."),
        _experiment({"name": "text", "samples": 60_000, "length": 40}, [cell("lstm", 64)], SURPRISE, 0.01, 32, 30),
    ),
})  # fmt: skip
