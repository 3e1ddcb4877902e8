"""The script of the server: everything around the pages."""

from pathlib import Path

from playground.ui.shell import shell

shell(Path(__file__).resolve().parent)
