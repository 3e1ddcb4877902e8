"""The link of an experiment."""

from __future__ import annotations

import streamlit as st

from playground.experiment import Experiment


def link(experiment: Experiment) -> str:
    """Path and query of the page that opens this experiment; the browser puts its own origin and base path before it."""
    return f"/{experiment.model.family}?e={experiment.token()}"


def base_path() -> str:
    """The path the server lives under: "" or "/something"."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""
