"""What every family keeps to: each preset builds, learns, draws every view, and its frames travel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from playground.engine.protocol import pack, unpack
from playground.engine.session import Session
from playground.experiment import parse
from playground.registry import families
from playground.training import devices

devices.one_thread()
PRESETS = [(family, name) for family, known in families().items() for name in known.presets]
TOKENS = {f"--{name}" for name in ("train", "test", "chance", "soft", "line", "text", "neg", "zero", "pos", "bg", "panel", *(f"c{i}" for i in range(8)))}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from leaves(item, path)
    else:
        yield path, value


def same(sent: Any, came: Any) -> bool:
    if isinstance(sent, np.ndarray):
        return sent.dtype == came.dtype and np.array_equal(sent, came, equal_nan=sent.dtype.kind == "f")
    if isinstance(sent, dict):
        return set(sent) == set(came) and all(same(item, came[key]) for key, item in sent.items())
    if isinstance(sent, (list, tuple)):
        return len(sent) == len(came) and all(map(same, sent, came))
    return bool(sent == came)


@pytest.mark.parametrize(("family", "name"), PRESETS)
def test_preset(family: str, name: str) -> None:
    known = families()[family]
    experiment = parse(known.presets[name].experiment)
    session = Session(experiment)
    views = [view.name for view in known.views_of(experiment)]
    untrained = session.draw(views)
    assert list(untrained) == views
    while session.step < 2 * session._context.records.every:
        session.advance()
    figures = session.draw(views)
    assert same(figures, unpack(pack(figures)))
    assert set(session.take_rows()[-1]["metrics"]) == {metric.name for metric in known.metrics(experiment)}
    for path, value in leaves(figures):
        if isinstance(value, str) and value.startswith("--"):
            assert value in TOKENS, path
        if isinstance(value, str):
            assert not value.startswith(("#", "rgb")), f"a colour of its own at {path}"
        if path.endswith(".$t"):
            assert isinstance(value, str) and value
    estimate = known.estimate(experiment)
    assert session.status()["parameters"] == sum(parameter.numel() for parameter in session._context.model.parameters()) == estimate.parameters


@pytest.mark.parametrize("family", families())
def test_every_view_is_drawn_by_some_preset(family: str) -> None:
    known = families()[family]
    drawn = {view.name for preset in known.presets.values() for view in known.views_of(parse(preset.experiment))}
    assert drawn == {view.name for view in known.views}


def test_default_frame_is_small() -> None:
    known = families()["dense"]
    session = Session(parse(known.presets[known.default].experiment))
    for step in range(20_000):  # rows and records as after 2,000 epochs, without the training between
        if step % 25 == 0:
            session._context.history.append(step, step / 25, {"train_loss": 0.5, "test_loss": 0.5})
        if step % session._context.records.every == 0:
            session._context.records.take(step, step / 25)
    frame = pack({"type": "frame", "views": session.draw(["network", "boundary", "loss", "weights"])})
    assert len(frame) <= 36_000
