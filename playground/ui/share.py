"""The link of an experiment."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from playground.experiment import Experiment
from playground.ui import lesson
from playground.ui.lesson import HIDE


def link(experiment: Experiment) -> str:
    """Path and query of the page that opens this experiment, hiding what is hidden here; the browser puts its own origin and base path before it."""
    hidden = f"&{HIDE}={quote(','.join(sorted(lesson.hidden())))}" if lesson.hidden() else ""
    return f"/{experiment.model.family}?e={experiment.token()}{hidden}"


def base_path() -> str:
    """The path the server lives under: "" or "/something"."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""
