"""Every text a person reads: gettext catalogues, the language of the moment, messages that carry their numbers.

English is the source text itself. `N_` marks a text where it is written; `t` gives it in the language in use. A text
that is made in one process and read in another (a refusal of the engine, say) travels as a `Message`: the English
template and its values, put into words where it is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "zh_Hans": "简体中文"})
LOCALE = Path(__file__).resolve().parent.parent / "locale"

_language: ContextVar[str] = ContextVar("language", default="en")


def N_(text: str) -> str:
    """Mark `text` for translation and give it back unchanged."""
    return text


@dataclass(frozen=True)
class Message:
    """A sentence on its way to a reader: an English template and the values that fill its {places}."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return t(self.text, **self.values)

    def plain(self) -> dict[str, Any]:
        """As JSON: {"text": template, "values": {...}}."""
        return {"text": self.text, "values": dict(self.values)}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Message:
        return cls(str(plain["text"]), dict(plain.get("values") or {}))


class Refusal(ValueError):
    """Input that is not accepted; each message is a sentence naming the field, the limit and what was given."""

    def __init__(self, *messages: Message) -> None:
        super().__init__(*messages)
        self.messages = messages

    def __str__(self) -> str:
        return " ".join(map(str, self.messages))


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """English text -> translated text; empty for English. Read from the .po file itself: no compiled copy to go stale."""
    path = LOCALE / language / "LC_MESSAGES" / "playground.po"
    if not path.exists():
        return MappingProxyType({})
    from babel.messages.pofile import read_po  # 30 ms: only for those who need it

    with path.open("rb") as file:
        entries = read_po(file, locale=language)
    return MappingProxyType({str(entry.id): str(entry.string) for entry in entries if entry.id and entry.string})


def use(language: str) -> None:
    """Set the language for this thread or task. Streamlit runs each script in a thread of its own."""
    _language.set(language if language in LANGUAGES else "en")


def language() -> str:
    """The language in use: a key of LANGUAGES."""
    return _language.get()


def from_browser(locale: str | None) -> str:
    """The language of ours that fits a browser's locale such as "zh-CN" best."""
    return "zh_Hans" if (locale or "").lower().startswith("zh") else "en"


def t(text: str, /, **values: Any) -> str:
    """`text` in the language in use, its {places} filled. A value that is a text of ours is translated too."""
    table = catalogue(_language.get())
    said = table.get(text, text)
    if not values:
        return said
    return said.format(**{name: table.get(value, value) if isinstance(value, str) else value for name, value in values.items()})
