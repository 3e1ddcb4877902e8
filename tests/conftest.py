"""Fixtures for all tests."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when torch is imported: small networks are slower with more threads, and tests run beside others

from tests.browser import browser

__all__ = ["browser"]
