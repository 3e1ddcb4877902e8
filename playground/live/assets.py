"""The files the browser needs: our modules and style sheets, Plotly, the word tables. Served by our route, or handed over in the component's data."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

import orjson
import plotly

from playground.text import LANGUAGES, catalogue

STATIC = Path(__file__).resolve().parent / "static"
MEDIA = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}
FRONT = "front.json"  # name -> text of all our modules and style sheets: one question in place of a hundred, each of which tells of the next ones

Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Asset:
    """A file, or its bytes. changes: it belongs to our code, so a browser asks each time whether it is still the same."""

    content: Path | bytes
    media: str
    changes: bool = True

    def read(self) -> bytes:
        return self.content.read_bytes() if isinstance(self.content, Path) else self.content


@dataclass(frozen=True)
class Sent:
    """A file as it travels: as it is, and packed by gzip; tag: another one for another content."""

    plain: bytes
    packed: bytes
    tag: str
    media: str
    changes: bool


@cache
def assets() -> Mapping[str, Asset]:
    """Name -> file, for all of them."""
    found = {path.name: Asset(path, MEDIA[path.suffix]) for path in sorted(STATIC.iterdir()) if path.suffix in MEDIA}
    found["plotly.min.js"] = Asset(Path(plotly.__file__).parent / "package_data" / "plotly.min.js", MEDIA[".js"], changes=False)
    for language in LANGUAGES:
        found[f"words-{language}.json"] = Asset(orjson.dumps(dict(catalogue(language))), MEDIA[".json"])
    return MappingProxyType(found)


def _ours() -> dict[str, Asset]:
    return {name: asset for name, asset in assets().items() if isinstance(asset.content, Path) and asset.content.parent == STATIC}


def sent(name: str) -> Sent | None:
    """A file of the front, or FRONT, as it travels; None for any other name. It is packed once, and again when one on the disk has changed."""
    if name == FRONT:
        return _sent(name, tuple(_stamp(asset) for asset in _ours().values()))
    found = assets().get(name)
    return None if found is None else _sent(name, (_stamp(found),))


def _stamp(asset: Asset) -> tuple[int, int]:
    if not isinstance(asset.content, Path):
        return 0, len(asset.content)
    state = asset.content.stat()
    return state.st_mtime_ns, state.st_size


@lru_cache(maxsize=256)
def _sent(name: str, stamp: Stamp) -> Sent:
    if name == FRONT:
        plain, media, changes = orjson.dumps({one: asset.read().decode() for one, asset in _ours().items()}), MEDIA[".json"], True
    else:
        found = assets()[name]
        plain, media, changes = found.read(), found.media, found.changes
    return Sent(plain, gzip.compress(plain, 6, mtime=0), f'"{hashlib.sha256(plain).hexdigest()[:20]}"', media, changes)
