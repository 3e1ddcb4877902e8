"""Fixtures for all tests."""

import os
import sys

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when torch is imported: small networks are slower with more threads, and tests run beside others

from tests.browser import browser, chromium, profile

__all__ = ["browser", "chromium", "profile"]


@pytest.fixture(autouse=True)
def same_chance() -> None:
    """Modules that a test makes without a seed start the same, whatever ran before it."""
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)
