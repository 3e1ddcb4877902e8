"""An engine of a few lines in place of the real one, and pages run by Streamlit's AppTest."""

from __future__ import annotations

import itertools
import sys

import pytest
from streamlit.testing.v1 import AppTest

from playground.data.download import SOURCES
from playground.engine import client
from playground.text import use


class FakeEngine:
    """Keeps runs as plain data and notes what it was asked to do."""

    def __init__(self):
        self.runs, self.made, self.acted, self.polled, self.histories = {}, [], [], [], {}
        self.refuses = None
        self._numbers = itertools.count(1)

    def create(self, experiment, *, replaces=None):
        if self.refuses:
            raise self.refuses
        token = f"run{next(self._numbers)}"
        self.runs[token] = {"run": token, "state": "ready", "step": 0, "begun": False, "experiment": experiment.model_dump(mode="json")}
        self.made.append((token, replaces))
        return token

    def find(self, token):
        return self.runs.get(token)

    def act(self, token, name, params):
        self.acted.append((token, name, params))
        return {}

    def history(self, token):
        return self.histories.get(token, [])

    def trained(self, token, losses=(1.0, 0.5)):
        """The run has taken steps: a row an epoch of train and test loss."""
        self.runs[token] |= {"state": "running", "begun": True, "step": len(losses) - 1}
        self.histories[token] = [{"step": step, "epoch": float(step), "metrics": {"train_loss": loss, "test_loss": loss}} for step, loss in enumerate(losses)]

    def downloads(self):
        return {name: {"state": "absent", "done": 0, "bytes": source.bytes, "refusal": []} for name, source in SOURCES.items()}

    def poll(self, viewer, outbox, run):
        self.polled.append((viewer, outbox, run))
        return b"packets"


@pytest.fixture(autouse=True)
def english():
    use("en")
    yield
    use("en")


@pytest.fixture(autouse=True)
def main_module(monkeypatch):
    """AppTest leaves the script that it ran as `__main__`, a file that is gone: processes that other tests spawn would look for it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def engine(monkeypatch):
    fake = FakeEngine()
    monkeypatch.setattr(client, "engine", lambda: fake)
    return fake


def _dense():
    from playground.ui.language import use_language
    from playground.ui.page import family_page

    use_language()
    family_page("dense")


@pytest.fixture
def page(engine):
    """The dense page, not yet run."""
    return AppTest.from_function(_dense, default_timeout=30)
