"""Fixtures for all tests."""

from tests.browser import browser

__all__ = ["browser"]
