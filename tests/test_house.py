"""The house rules, checked by their tools: style, types, who may import whom."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BESIDE = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",), ("lint-imports",)],
    ids=" ".join,
)
def test_the_tool_has_nothing_to_say(command: tuple[str, ...]) -> None:
    done = subprocess.run([BESIDE / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_the_app_needs_is_pinned() -> None:
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert all("==" in line for line in lines)
    assert "torch==2.13.0" in lines


def test_no_file_grows_out_of_hand() -> None:
    """Review over 250 lines, split over 400."""
    long = [
        path
        for folder in ("playground", "pages")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".js"} and len(path.read_text().splitlines()) > 400
    ]
    assert not long
