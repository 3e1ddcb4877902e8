"""Fixtures for all tests."""

import os
import sys

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when torch is imported: small networks are slower with more threads, and tests run beside others

from playground.data.kept import LEARNED
from tests.browser import browser, chromium, profile

__all__ = ["browser", "chromium", "profile"]


@pytest.fixture(scope="session", autouse=True)
def learned(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is learned once on a server is learned once by these tests, and not found from others."""
    os.environ[LEARNED] = str(tmp_path_factory.mktemp("learned"))


@pytest.fixture(autouse=True)
def same_chance() -> None:
    """Modules that a test makes without a seed start the same, whatever ran before it."""
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)
