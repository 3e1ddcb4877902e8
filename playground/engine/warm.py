"""Imported by the forkserver as its last preload: workers are forked from what is loaded here."""

import playground.engine.worker  # noqa: F401 (what every worker runs)
from playground.engine.process import warm

warm()
