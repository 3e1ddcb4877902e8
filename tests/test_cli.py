"""The command line: `python -m playground ...`."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file

from playground.__main__ import main
from playground.engine import limits
from playground.experiment import from_token, parse
from playground.registry import families

ROOT = Path(__file__).parent.parent


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """An experiment that is trained in a moment, its defaults left out."""
    path = tmp_path / "small.json"
    plain = {"data": {"name": "xor", "samples": 50}, "model": {"family": "dense", "layers": [{"units": 3}]}, "training": {"epochs": 20}}
    path.write_text(json.dumps(plain))
    return path


def said(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_train_writes_what_it_says(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "deep" / "out"
    assert main(["train", str(small), "--out", str(out), "--epochs", "30", "--seed", "4"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["state"], told["epoch"]) == ("finished", 30)
    assert set(told) == {"state", "epoch", "train_loss", "test_loss", "metric", "steps_per_second"}
    assert told["steps_per_second"] > 0
    kept = parse((out / "experiment.json").read_bytes())
    assert (kept.seed, kept.training.epochs) == (4, 30)
    with (out / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["step", "epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy"]
    assert rows[0]["step"] == "0" and float(rows[-1]["epoch"]) == 30
    assert float(rows[-1]["test_loss"]) == told["test_loss"] and float(rows[-1]["test_accuracy"]) == told["metric"]
    assert {name: array.shape for name, array in load_file(out / "model.safetensors").items()} == {
        "hidden1.weight": (3, 2), "hidden1.bias": (3,), "output.weight": (1, 3), "output.bias": (1,),
    }  # fmt: skip
    again = tmp_path / "again"
    main(["train", str(out / "experiment.json"), "--out", str(again)])
    assert (again / "history.csv").read_bytes() == (out / "history.csv").read_bytes(), "same experiment, same history"


def test_a_run_that_diverges_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wild.json"
    optimizer = {"name": "sgd", "learning_rate": 100}
    plain = {"data": {"name": "diabetes"}, "model": {"family": "dense", "layers": [{"units": 4, "activation": "linear"}]}, "training": {"optimizer": optimizer}}
    path.write_text(json.dumps(plain))
    assert main(["train", str(path), "--out", str(tmp_path / "out")]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["state"] == "diverged" and told["train_loss"] is None and "learning rate" in told["reason"]
    assert (tmp_path / "out" / "history.csv").read_text().splitlines()[-1].split(",")[2] == ""


def test_describe(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", str(small)]) == 0
    told = said(capsys)
    assert [(layer["name"], layer["shape"], layer["parameters"]) for layer in told["layers"]] == [("input", [2], 0), ("hidden1", [3], 9), ("output", [1], 4)]
    assert told["total"] == 13 and told["memory"] > 0


def test_describe_needs_no_torch(small: Path) -> None:
    code = (
        "import sys; from playground.__main__ import main; main(['describe', sys.argv[1]]); assert 'torch' not in sys.modules and 'sklearn' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(small)], cwd=ROOT, check=True, capture_output=True, timeout=60)


def test_presets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["presets"])
    assert capsys.readouterr().out.split() == list(families())
    main(["presets", "dense"])
    assert capsys.readouterr().out.split() == list(families()["dense"].presets)
    main(["presets", "dense", "spiral"])
    experiment = parse(capsys.readouterr().out)
    assert experiment.data.name == "spiral"


def test_link_opens_the_same_experiment(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["link", str(small)])
    assert from_token(capsys.readouterr().out.strip()) == parse(small.read_bytes())


def test_schema_accepts_and_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    main(["schema"])
    schema = said(capsys)
    assert schema["properties"].keys() >= {"version", "seed", "data", "model", "training"} and schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"seed": -1, "data": {"name": "xor"}, "model": {"family": "dense"}}', "Seed must be at least 0"),
        ('{"data": {"name": "xor", "samples": 1e9}, "model": {"family": "dense"}}', "Points"),
        ('{"data": {"name": "iris"}, "model": {"family": "dense"}}', "Loss"),
        ("[1, 2", "not JSON"),
        ("", "not JSON"),
        ("[" * 100, "levels deep"),
    ],
)
def test_refused_input(text: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)
    for command in (["describe", str(path)], ["link", str(path)], ["train", str(path), "--out", str(tmp_path / "out")]):
        assert main(command) == 2
        told = capsys.readouterr()
        assert sentence in told.err and not told.out
    assert not (tmp_path / "out").exists()


def test_refused_options(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command, sentence in (
        (["train", str(small), "--out", str(tmp_path / "o"), "--epochs", "0"], "Epochs must be at least 1"),
        (["train", str(small), "--out", str(tmp_path / "o"), "--seed", "-3"], "Seed must be at least 0"),
        (["train", str(tmp_path / "none.json"), "--out", str(tmp_path / "o")], "none.json"),
        (["train", str(small), "--out", str(small / "inside")], "cannot be written"),
        (["presets", "sparse"], "sparse"),
        (["presets", "dense", "none"], "none"),
    ):
        assert main(command) == 2
        assert sentence in capsys.readouterr().err


def test_too_large_is_refused_before_anything_is_made(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_MAX_PARAMETERS", "5")
    limits.limits.cache_clear()
    try:
        assert main(["train", str(small), "--out", str(tmp_path / "out")]) == 2
        assert "at most 5 parameters" in capsys.readouterr().err
        assert not (tmp_path / "out").exists()
    finally:
        limits.limits.cache_clear()


def test_a_command_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == 2
