"""The playground without a browser: `python -m playground train | describe | presets | link | schema`.

Refused input ends with exit code 2 and its sentences on standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.engine import limits
from playground.experiment import MAX_TEXT, Experiment, parse
from playground.export.table import history_csv
from playground.registry import families
from playground.text import N_, Message, Refusal

if TYPE_CHECKING:
    from playground.engine.session import Session


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except Refusal as refusal:
        for message in refusal.messages:
            print(message, file=sys.stderr)
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m playground", description="Train and look at neural networks without a browser.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    train = commands.add_parser("train", help="train an experiment and write its history and weights")
    train.add_argument("file", type=Path, metavar="FILE", help="an experiment as JSON")
    train.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for experiment.json, history.csv and model.safetensors")
    train.add_argument("--epochs", type=int, help="instead of the experiment's")
    train.add_argument("--seed", type=int, help="instead of the experiment's")
    train.set_defaults(run=_train)
    for name, run, about in (
        ("describe", _describe, "layers, parameters and memory of an experiment, as JSON"),
        ("link", _link, "the token that opens an experiment in the app: ?e=TOKEN"),
    ):
        command = commands.add_parser(name, help=about)
        command.add_argument("file", type=Path, metavar="FILE", help="an experiment as JSON")
        command.set_defaults(run=run)
    presets = commands.add_parser("presets", help="the families, a family's presets, or one preset's experiment as JSON")
    presets.add_argument("family", nargs="?", metavar="FAMILY")
    presets.add_argument("name", nargs="?", metavar="NAME")
    presets.set_defaults(run=_presets)
    commands.add_parser("schema", help="the JSON Schema of an experiment").set_defaults(run=_schema)
    return top


def load(path: Path, changed: Mapping[str, Mapping[str, Any]] | None = None) -> Experiment:
    """The experiment in a file. changed: values that replace the file's, by part ("" is the top)."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_TEXT + 1)
    except OSError as error:
        raise Refusal(Message(N_("The file {name} cannot be read: {detail}."), {"name": str(path), "detail": error.strerror or "?"})) from None
    experiment = parse(raw)
    if not changed:
        return experiment
    plain = experiment.model_dump(mode="json")
    for part, values in changed.items():
        (plain[part] if part else plain).update(values)
    return parse(plain)


def _train(options: argparse.Namespace) -> None:
    changed: dict[str, dict[str, Any]] = {}
    if options.epochs is not None:
        changed["training"] = {"epochs": options.epochs}
    if options.seed is not None:
        changed[""] = {"seed": options.seed}
    experiment = load(options.file, changed)
    limits.admit(experiment.family.estimate(experiment))
    out: Path = options.out
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "experiment.json").write_bytes(experiment.text())
    except OSError as error:
        raise Refusal(Message(N_("The folder {name} cannot be written to: {detail}."), {"name": str(out), "detail": error.strerror or "?"})) from None
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when torch is imported
    from playground.engine.session import Session
    from playground.training import devices

    devices.one_thread()
    session = Session(experiment)
    begun = time.perf_counter()
    while session.ended is None:
        session.advance()
    seconds = time.perf_counter() - begun
    (out / "history.csv").write_bytes(history_csv(session.take_rows()))
    (out / "model.safetensors").write_bytes(session.weights())
    print(json.dumps(summary(session, session.step / seconds)))


def summary(session: Session, steps_per_second: float) -> dict[str, Any]:
    """The last line of `train`. Losses as the experiment's loss defines them; metric: accuracy, or R2, on the test part; None of networks without right answers, which
    tell all their metrics."""
    assert session.ended is not None
    state, reason = session.ended
    metrics = session.status()["metrics"]
    told = {"state": state, "epoch": round(session.epoch), "train_loss": metrics.get("train_loss"), "test_loss": metrics.get("test_loss")}
    told |= {} if "train_loss" in metrics else metrics  # of networks that have no right answers
    told |= {"metric": metrics.get("test_accuracy", metrics.get("test_r2")), "steps_per_second": round(steps_per_second, 1)}
    return told if state == "finished" else {**told, "reason": str(reason)}


def _describe(options: argparse.Namespace) -> None:
    experiment = load(options.file)
    size = experiment.family.estimate(experiment)
    layers = [{"name": one.name, "kind": one.kind, "shape": list(one.shape), "parameters": one.parameters, "work": one.work} for one in size.layers]
    _print({"family": experiment.model.family, "layers": layers, "total": size.parameters, "memory": size.memory, "work": size.work})


def _link(options: argparse.Namespace) -> None:
    print(load(options.file).token())


def _presets(options: argparse.Namespace) -> None:
    if options.family is None:
        print("\n".join(families()))
        return
    family = _known(options.family, families(), N_("There is no family {given}. Choose one of {limit}."))
    presets = families()[family].presets
    if options.name is None:
        print("\n".join(presets))
        return
    name = _known(options.name, presets, N_("There is no preset {given}. Choose one of {limit}."))
    _print(parse(presets[name].experiment).model_dump(mode="json"))


def _known(given: str, table: Iterable[str], sentence: str) -> str:
    if given not in table:
        raise Refusal(Message(sentence, {"given": given[:40], "limit": ", ".join(table)}))
    return given


def _schema(options: argparse.Namespace) -> None:
    _print(Experiment.model_json_schema())


def _print(plain: Mapping[str, Any]) -> None:
    print(json.dumps(plain, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # the reader has gone, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
