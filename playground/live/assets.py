"""The files the browser needs: our modules, Plotly, the word tables. Served by our route, or handed over in the component's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import orjson
import plotly

from playground.text import LANGUAGES, catalogue

STATIC = Path(__file__).resolve().parent / "static"
MEDIA = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}


@dataclass(frozen=True)
class Asset:
    """A file, or its bytes. changes: it belongs to our code, so a browser asks each time whether it is still the same."""

    content: Path | bytes
    media: str
    changes: bool = True

    def text(self) -> str:
        return (self.content.read_bytes() if isinstance(self.content, Path) else self.content).decode()


@cache
def assets() -> Mapping[str, Asset]:
    """Name -> file, for all of them."""
    found = {path.name: Asset(path, MEDIA[path.suffix]) for path in STATIC.iterdir() if path.suffix in MEDIA}
    found["plotly.min.js"] = Asset(Path(plotly.__file__).parent / "package_data" / "plotly.min.js", MEDIA[".js"], changes=False)
    for language in LANGUAGES:
        found[f"words-{language}.json"] = Asset(orjson.dumps(dict(catalogue(language))), MEDIA[".json"])
    return MappingProxyType(found)
