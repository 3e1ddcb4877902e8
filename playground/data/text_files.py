"""Somebody's text, made fit to be learned: its encoding told, what cannot be read taken out, its kinds of signs bounded; every repair is said."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from playground.data import csv_text
from playground.data.symbols import folded
from playground.text import N_, Message, Refusal

MB = 2**20
LEAST, MOST = 500, 200_000  # signs
FEWEST, KINDS = 5, 100  # different signs
REST = "□"  # stands for all signs that are too rare
SHOWN = 12  # signs named in a sentence
OTHER_KINDS = tuple(one for one in csv_text.OTHER_KINDS if one[0][:1] not in (b"<", b"{", b"["))


def check(raw: bytes, limit: int) -> None:
    """What can be said before anything is read: Refusal for what is empty, too large, or plainly no text."""
    if len(raw) > limit:
        raise Refusal(
            Message(
                N_("The text has {given} MB; at most {limit} MB are possible. Keep a part of it."),
                {"given": f"{len(raw) / MB:.1f}", "limit": f"{limit / MB:g}"},
            )
        )
    if not raw.strip():
        raise Refusal(Message(N_("The text is empty.")))
    for mark, kind in OTHER_KINDS:
        if raw[:64].lstrip().lower().startswith(mark.lower()):
            raise Refusal(Message(N_("The file is {kind}, not plain text. Save it as plain text (.txt), or paste the text."), {"kind": kind}))


def cleaned(raw: bytes) -> tuple[str, list[Message]]:
    """A text of known signs, and what was put right. Refusal where it is too short, too uniform, or none."""
    try:
        text, repairs = csv_text.decoded(raw)
    except Refusal:
        raise Refusal(
            Message(N_("This is not a text: too much of it are no readable characters. Save it as plain text (.txt, UTF-8), or paste the text."))
        ) from None
    plain = _plain(text, repairs)
    if len(plain) > MOST:
        repairs.append(Message(N_("Of {given} signs, the first {limit} are used."), {"given": len(plain), "limit": MOST}))
        plain = plain[:MOST]
    plain = _bounded(plain, repairs)
    if len(plain) < LEAST:
        raise Refusal(Message(N_("The text has {given} signs; at least {limit} are needed to learn from."), {"given": len(plain), "limit": LEAST}))
    if len(set(plain)) < FEWEST:
        raise Refusal(
            Message(N_("The text is made of {given} different signs only; at least {limit} are needed."), {"given": len(set(plain)), "limit": FEWEST})
        )
    return plain, repairs


def _plain(text: str, repairs: list[Message]) -> str:
    """One form of every letter, one kind of line end, no signs that cannot be seen, no runs of blanks."""
    whole = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n"))
    seen = "".join(" " if unicodedata.category(sign) == "Zs" or sign == "\t" else sign for sign in whole)
    visible = "".join(sign for sign in seen if sign == "\n" or unicodedata.category(sign)[0] != "C")
    if gone := len(seen) - len(visible):
        repairs.append(Message(N_("Signs that cannot be seen ({count}) were taken out."), {"count": gone}))
    short = re.sub(r"\n{3,}", "\n\n", re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", visible))).strip()
    if (less := len(visible.strip()) - len(short)) > 0:
        repairs.append(Message(N_("Runs of blanks and empty lines were shortened, by {count} signs."), {"count": less}))
    return short


def _bounded(text: str, repairs: list[Message]) -> str:
    """At most so many different signs: first by folding letters, then by letting one sign stand for all rare ones."""
    if len(set(text)) <= KINDS:
        return text
    plain = folded(text)
    if len(set(plain)) < len(set(text)):
        repairs.append(
            Message(
                N_("There were {count} different signs: capital letters became small ones, accents and special quotation marks plain ones."),
                {"count": len(set(text))},
            )
        )
    if len(set(plain)) <= KINDS:
        return plain
    counts = Counter(plain)
    common = {sign for sign, _ in counts.most_common(KINDS - 1)}
    rare = [sign for sign, _ in counts.most_common()[KINDS - 1 :]]
    share = sum(counts[sign] for sign in rare) / len(plain)
    named = " ".join(rare[:SHOWN]) + (" …" if len(rare) > SHOWN else "")
    repairs.append(
        Message(
            N_("At most {limit} different signs can be learned: the {count} rarest ({share} % of the text) stand as {rest}: {signs}"),
            {"limit": KINDS, "count": len(rare), "share": round(100 * share, 1), "rest": REST, "signs": named},
        )
    )
    return "".join(sign if sign in common else REST for sign in plain)
