"""Figures of a dense run that never was: random but smooth, in the shapes that families/dense/figures.py promises."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from playground.engine.protocol import pack
from playground.experiment import parse
from playground.families.dense.family import FAMILY

SPIRAL = parse(dict(FAMILY.presets["spiral"].experiment))
SIZES = (2, 8, 8, 8, 1)
SIDE = 20


def words(text: str, **values: object) -> dict[str, Any]:
    return {"$t": text, "values": values}


def view(name: str, renderer: str, title: str, place: str) -> dict[str, Any]:
    """A view, as the page's data tell of it."""
    return {"name": name, "renderer": renderer, "title": title, "place": place, "question": "What?", "about": "About.", "effect": "Effect."}


def plane(side: int) -> np.ndarray:
    """(2, side, side) float: x1 and x2 of each place, row 0 on top."""
    line = np.linspace(-6, 6, side)
    return np.stack([np.tile(line, (side, 1)), np.tile(line[::-1, None], (1, side))])


@cache
def _weights(sizes: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(7)
    return [rng.normal(0, 0.45 if gap == 0 else 0.9, (after, before)) for gap, (before, after) in enumerate(pairwise(sizes))]


def spiral(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    radius, angle = np.hypot(x, y), np.arctan2(x, y)
    return -np.sin(radius / 5 * 11 - angle) * np.minimum(1, radius)


def as_bytes(values: np.ndarray) -> np.ndarray:
    """-1 .. 1 as uint8: 128 is 0."""
    return np.clip(np.round(128 + 127 * values), 1, 255).astype(np.uint8)


def network(grown: float, sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """The network view; grown: 0 (untrained) to 1."""
    weights = [(0.3 + grown) * one for one in _weights(sizes)]
    answers = plane(SIDE)[: sizes[0]] / 6
    maps, columns = [answers], []
    for gap, one in enumerate(weights):
        answers = np.tanh(np.tensordot(one, answers * (6 if gap == 0 else 1), axes=1))
        maps.append(answers)
    maps[-1] = np.tanh(3 * grown * spiral(*plane(SIDE)))[None].repeat(sizes[-1], 0)
    for at, units in enumerate(sizes):
        name = "input" if at == 0 else "output" if at == len(sizes) - 1 else f"hidden{at}"
        title = words("inputs") if at == 0 else words("output") if name == "output" else words("{units} · {activation}", units=units, activation="tanh")
        columns.append(
            {"name": name, "title": title, "units": units, "shown": np.arange(min(units, 12), dtype=np.int32), "labels": ["x₁", "x₂"] if at == 0 else []}
        )
    cut = [one[:12, :12].astype(np.float32) for one in weights]
    return {
        "columns": columns,
        "maps": as_bytes(np.concatenate([one[:12] for one in maps])),
        "ranges": np.concatenate([np.full(min(units, 12), 6 if at == 0 else 1, np.float32) for at, units in enumerate(sizes)]),
        "stripes": False,
        "weights": cut,
        "biases": [np.zeros(len(one), np.float32) for one in cut],
        "largest": float(max(np.abs(one).max() for one in weights)),
    }


def spread() -> tuple[np.ndarray, np.ndarray]:
    """250 points of a spiral, (250, 2) float32, and their classes (250,) uint8."""
    at = np.arange(250)
    turn = at / 250
    angle = turn * 11 + (at % 2) * np.pi
    noise = np.random.default_rng(3).normal(0, 0.06, (250, 2))
    return (np.stack([turn * 5 * np.sin(angle), turn * 5 * np.cos(angle)], 1) + noise).astype(np.float32), (at % 2).astype(np.uint8)


def parted(x: np.ndarray, y: np.ndarray, wrong: np.ndarray | None) -> dict[str, Any]:
    """Points as both parts: every fourth is for testing. Training points are numbered from 0."""
    tests = np.arange(len(x)) % 4 == 0
    parts = {"train": {"x": x[~tests], "y": y[~tests], "of": 250}, "test": {"x": x[tests], "y": y[tests], "of": 250}}
    for part, which in (("train", ~tests), ("test", tests)):
        if wrong is not None:
            parts[part]["wrong"] = wrong[which].astype(np.uint8)
    parts["train"]["number"] = np.arange((~tests).sum(), dtype=np.uint16)
    return parts


def boundary(grown: float) -> dict[str, Any]:
    x, y = spread()
    answers = 3 * grown * spiral(*x.T)
    return {
        "task": "binary",
        "map": as_bytes(np.tanh(3 * grown * spiral(*plane(50)))),
        "domain": [[-6, 6], [-6, 6]],
        "classes": [words("class {number}", number=0), words("class {number}", number=1)],
        "features": ["x₁", "x₂"],
        **parted(x, y, (answers > 0) != (y == 1)),
    }


def blobs(classes: int = 4) -> dict[str, Any]:
    """Many classes: each answered in a sector of its own, less surely towards its borders."""
    angle = np.arctan2(*plane(50)) % (2 * np.pi) / (2 * np.pi) * classes
    x, _ = spread()
    y = (np.arctan2(*x.T) % (2 * np.pi) / (2 * np.pi) * classes).astype(np.uint8)
    shown = {**boundary(1), "task": "classes", "classes": [words("class {number}", number=at) for at in range(classes)]}
    sure = (255 * (1 - np.abs(2 * (angle % 1) - 1))).astype(np.uint8)
    return {**shown, "map": angle.astype(np.uint8), "sure": sure, **parted(x, y, np.arange(250) % 50 == 1)}


def hills() -> dict[str, Any]:
    """Values over the plane: x1 / 6."""
    x, _ = spread()
    shown = {**boundary(1), "task": "regression", "classes": [], "map": as_bytes(plane(50)[0] / 6), "range": 1.5, "ends": [-1.5, 0.0, 1.5]}
    return {**shown, **parted(x, (x[:, 0] / 6).astype(np.float32), None)}


def sliced(x: int, y: int) -> dict[str, Any]:
    """The answer to the ask "slice": dense in the middle, nothing at the edges."""
    found = {key: value for key, value in blobs(3).items() if key != "classes"}
    density = np.clip(255 * (1.6 - np.hypot(*plane(50)) / 3), 0, 255).astype(np.uint8)
    return {**found, "density": density, "domain": [[4, 8], [1, 7]], "x": x, "y": y}


def neuron(table: bool) -> dict[str, Any]:
    """The answer to the ask "neuron": positive everywhere; on a table 60 answers that grow with the class."""
    if not table:
        return {"map": as_bytes(np.ones((50, 50))), "range": 1.0, "bias": 0.1}
    true = np.repeat([0, 1, 2], 20).astype(np.float32)
    return {"answers": ((true - 1) * 0.8).astype(np.float32), "true": true, "classes": ["setosa", "versicolor", "virginica"], "range": 1.0, "bias": 0.1}


TABLE = {"task": "classes", "features": ["sepal length", "sepal width", "petal length", "petal width"], "classes": ["setosa", "versicolor", "virginica"]}


def curve(epochs: np.ndarray, offset: float, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, 0.006, len(epochs))
    return (0.03 + offset + 0.5 / (1 + np.exp((epochs - 150) / 30)) + np.abs(noise)).astype(np.float32)


def loss(epochs: np.ndarray) -> dict[str, Any]:
    x = epochs.astype(np.float32)
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "x": x,
                "y": np.full_like(x, 1.0) * 0.5,
                "name": words("chance"),
                "line": {"color": "--chance", "dash": "dot", "width": 1.5},
            },
            {
                "type": "scatter",
                "mode": "lines",
                "x": x,
                "y": curve(x, 0.02, 1),
                "name": words("test"),
                "line": {"color": "--test", "dash": "dash", "width": 1.5},
            },
            {"type": "scatter", "mode": "lines", "x": x, "y": curve(x, 0.0, 2), "name": words("train"), "line": {"color": "--train", "width": 1.5}},
        ],
        "layout": {"xaxis": {"title": {"text": words("epoch")}}},
        "log": True,
    }


def bands(epochs: np.ndarray) -> dict[str, Any]:
    x = epochs.astype(np.float32)
    grown = np.log1p(x / 40)
    spread = np.array([-2.2, -1.6, -0.6, 0.02, 0.7, 1.7, 2.4])[:, None]
    titles = [words("layer {number}", number=number) for number in (1, 2, 3)] + [words("output")]
    layers = [
        {"title": title, "epochs": x, "bands": (spread * (0.25 + grown * (0.15 + 0.08 * at))).astype(np.float32), "ratio": ratio}
        for at, (title, ratio) in enumerate(zip(titles, (0.0003, 0.0011, 0.0019, None), strict=True))
    ]
    return {"layers": layers, "caption": words("The number is update / weight: how much one step changes a layer, as a share of its weights.")}


def gradients(epochs: np.ndarray) -> dict[str, Any]:
    x = epochs.astype(np.float32)
    data = [
        {"type": "scatter", "mode": "lines", "x": x, "y": (0.01 * (at + 1) / (1 + x / 200)).astype(np.float32), "name": words("layer {number}", number=at + 1),
         "line": {"color": f"--c{at}", "width": 1.5}, "xaxis": axis, "yaxis": axis.replace("x", "y"), "showlegend": axis == "x"}
        for axis in ("x", "x2") for at in range(4)
    ]  # fmt: skip
    layout = {
        "xaxis": {"domain": [0, 0.46]},
        "xaxis2": {"domain": [0.56, 1], "anchor": "y2"},
        "yaxis": {"type": "log"},
        "yaxis2": {"type": "log", "anchor": "x2"},
    }
    return {"data": data, "layout": layout, "log": False}


def status(run: str, epoch: float, state: str = "running", **changed: Any) -> dict[str, Any]:
    metrics = {"train_loss": float(curve(np.array([epoch]), 0, 2)[0]), "test_loss": 0.048, "train_accuracy": 0.99, "test_accuracy": 0.984}
    return {
        "run": run, "state": state, "step": int(epoch * 25), "epoch": epoch, "metrics": metrics, "batch_loss": 0.03, "learning_rate": 0.015, "device": "cpu", "devices": ["auto", "cpu"],
        "speed": "watch", "steps_per_second": 3800.0, "epochs_per_second": 152.0, "parameters": 177, "reason": None, "queue": None, "events": [], **changed,
    }  # fmt: skip


def frame(run: str, epoch: float, views: tuple[str, ...] = ("network", "boundary", "loss", "weights"), **changed: Any) -> bytes:
    """A frame's payload, as a browser gets it."""
    epochs = np.linspace(0, max(epoch, 1), 200)
    grown = min(1.0, 0.05 + epoch / 400)
    makers = {
        "network": lambda: network(grown),
        "boundary": lambda: boundary(grown),
        "loss": lambda: loss(epochs),
        "accuracy": lambda: loss(epochs),
        "weights": lambda: bands(epochs),
        "gradients": lambda: gradients(epochs),
    }
    figures = {name: makers[name]() for name in views if name in makers}
    return pack({"type": "frame", "run": run, "status": status(run, epoch, **changed), "views": figures})


def page(**changed: Any) -> dict[str, Any]:
    """The page's data for the default experiment."""
    shown = ("network", "boundary", "loss", "accuracy", "weights", "gradients")
    views = [
        {"name": view.name, "title": view.title, "question": view.question, "renderer": view.renderer, "place": view.place, "about": view.about, "effect": view.effect}
        for view in FAMILY.views_of(SPIRAL) if view.name in shown
    ]  # fmt: skip
    metrics = [
        ("train_loss", "Train loss", False),
        ("test_loss", "Test loss", False),
        ("train_accuracy", "Train accuracy", True),
        ("test_accuracy", "Test accuracy", True),
    ]
    return {
        "run": "run-a", "language": "en", "family": "dense", "share": "/dense?e=TOKEN", "epochs": 2000, "views": views,
        "metrics": [{"name": name, "title": title, "percent": percent} for name, title, percent in metrics],
        "speeds": [{"name": name, "title": title} for name, (title, _) in FAMILY.speeds.items()], "notice": None, "base": "", **changed,
    }  # fmt: skip
