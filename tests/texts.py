"""Every text a person reads, gathered from the source, and the catalogues kept in step with it.

    python -m tests.texts      adds new texts to each catalogue, drops those nobody uses, and lists what waits for a translation

Texts are marked `N_("...")` or `t("...")` in Python, `say("...")` in the browser's modules.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from playground.text import LANGUAGES, LOCALE

ROOT = Path(__file__).resolve().parent.parent
PYTHON, MODULES = ("app.py", "pages/*.py", "playground/**/*.py"), ("playground/live/static/*.js",)
MARKS = ("N_", "t")
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)  # a date that moves would clash whenever two people add texts
PLACE = re.compile(r"\{(\w+)\}")
SAID = re.compile(r'\bsay\(\s*("(?:[^"\\\n]|\\.)+")')


def texts() -> dict[str, str]:
    """English text -> the file it was first found in."""
    found: dict[str, str] = {}
    for patterns, marked in ((PYTHON, in_python), (MODULES, in_module)):
        for path in sorted(path for pattern in patterns for path in ROOT.glob(pattern)):
            for text in marked(path):
                found.setdefault(text, path.relative_to(ROOT).as_posix())
    return found


def in_python(path: Path) -> Iterator[str]:
    """The marked texts of a Python file; by its syntax tree, as babel also takes strings inside an index: t(table["name"])."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(text)), *_]) if name in MARKS and text:
                yield text


def in_module(path: Path) -> Iterator[str]:
    """The marked texts of a JavaScript module; by their form, as babel passes over those inside another say() or inside a `${...}`."""
    for text in SAID.findall(path.read_text()):
        yield json.loads(text)


def catalogues() -> Iterator[tuple[str, Path]]:
    """Language and file of each catalogue: every language but English, which is the source itself."""
    for language in LANGUAGES:
        if language != "en":
            yield language, LOCALE / language / "LC_MESSAGES" / "playground.po"


def read(language: str, path: Path) -> dict[str, str]:
    """English text -> translation, empty where there is none."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(entry.id): str(entry.string or "") for entry in read_po(file, locale=language) if entry.id}


def places(text: str) -> set[str]:
    """The names in braces."""
    return set(PLACE.findall(text))


def update() -> None:
    """Rewrite the catalogues from the source, translations kept; print what waits for one."""
    found = texts()
    for language, path in catalogues():
        held = read(language, path)
        catalogue = Catalog(locale=language, project="neural-network-playground", fuzzy=False, charset="utf-8", creation_date=NO_DATE, revision_date=NO_DATE)
        for text, file in sorted(found.items(), key=lambda item: (item[1], item[0])):
            catalogue.add(text, held.get(text, ""), locations=[(file, None)])
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            write_po(out, catalogue, width=0, omit_header=False, include_lineno=False)
        waiting = [text for text in found if not held.get(text)]
        print(f"{language}: {len(found)} texts, {len(waiting)} without a translation", *waiting, sep="\n  ")


if __name__ == "__main__":
    update()
