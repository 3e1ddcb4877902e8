"""Imported by the forkserver as its last preload: workers are forked from what is loaded here."""

from playground.engine.worker import warm

warm()
