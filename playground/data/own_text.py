"""A person's own text. The spec names it by the checksum of what was made of it, and says its alphabet; the text is in a folder of this computer, never in a link."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AfterValidator, Field

from playground.data import text_files, upload
from playground.data.contract import Data, Dataset
from playground.data.symbols import TextSpec, about, described, text_windows
from playground.data.text_files import FEWEST, KINDS, LEAST, MOST
from playground.text import N_, Message, Refusal

SUFFIX = ".txt"
EXCERPT = 160  # signs in a description
DATASET = about(N_("Your own text"), N_("A text of your own, sign by sign: which comes next?"))


def _known(alphabet: str) -> str:
    """A link's alphabet was written by somebody: only one that a text could have given."""
    visible = all(sign == "\n" or unicodedata.category(sign)[0] != "C" for sign in alphabet)
    if not visible or list(alphabet) != sorted(set(alphabet)):
        raise Refusal(Message(N_("The alphabet in this link is not one that a text gives. Give the text again.")))
    return alphabet


class Spec(TextSpec):
    """A text by its checksum, with its alphabet and how many signs it has: so the spec alone tells its shape."""

    name: Literal["own_text"] = "own_text"
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    alphabet: Annotated[str, MinLen(FEWEST), MaxLen(KINDS), AfterValidator(_known)]
    count: Annotated[int, Ge(LEAST), Le(MOST)]


def describe(spec: Spec) -> Dataset:
    """The dataset with the alphabet and windows that the spec tells of."""
    return described(DATASET, spec, spec.count, spec.alphabet)


def missing() -> Refusal:
    return Refusal(Message(N_("The text behind this link is not on this server. Give the same text again, and the link works.")))


def description(raw: bytes) -> tuple[dict[str, Any], bytes]:
    """What was made of a text, as JSON, and the text that is kept. Refusal where there is nothing to learn from."""
    text, repairs = text_files.cleaned(raw)
    kept = text.encode()
    return {**_told(kept, text), "repairs": [message.plain() for message in repairs]}, kept


def kept_description(raw: bytes) -> dict[str, Any]:
    """The description of a text that was kept."""
    return {**_told(raw, raw.decode()), "repairs": []}


def _told(kept: bytes, text: str) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(kept).hexdigest(), "count": len(text), "alphabet": "".join(sorted(set(text))), "excerpt": text[:EXCERPT]}


def spec_for(told: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an experiment on a described text, as plain data."""
    return {"name": "own_text", "sha256": told["sha256"], "alphabet": told["alphabet"], "count": told["count"]}


def make(spec: Spec, rng: np.random.Generator) -> Data:
    """The text as it was kept; nothing is drawn by chance. Refusal where it is not here, or does not give what the spec says."""
    try:
        text = upload.path(spec.sha256, SUFFIX).read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        raise missing() from None
    if len(text) != spec.count or "".join(sorted(set(text))) != spec.alphabet:
        raise Refusal(Message(N_("The text does not give what this link says of it. Give it again.")))
    return text_windows(describe(spec), spec, text, spec.alphabet)
