"""This is where a text is brought to plain signs, so that no disguise hides a word, and rid of what does not belong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from vopt_lib.schema.listing_text import MOST_DESCRIPTION, MOST_HASHTAGS, ListingText

_ALIKE: Final = dict(
    zip(
        "асеорхуіјѕԁԛԝкмнтвгпАВЕКМНОРСТХУІЈЅԌαορνυικτεγηωΑΒΕΖΗΙΚΜΝΟΡΤΥΧɡıɑƖøØłŁđĐðþ",
        "aceopxyijsdqwkmhtbrnABEKMHOPCTXYIJSGaopvuikteynwABEZHIKMNOPTYXgialoOlLdDdp",
        strict=True,
    )
) | {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "’": "'", "‘": "'", "`": "'", "´": "'"}
"""Signs of other alphabets that look like Latin ones, and what they stand for. Source: Unicode's confusables."""

_BOXED: Final = (0x1F130, 0x1F150, 0x1F170)
"""Where Unicode has A to Z in squares and circles that it does not call letters."""


@dataclass(frozen=True)
class Plain:
    """A text in plain signs, its case kept. at: for each sign, where it stood in the text as it was."""

    text: str
    at: tuple[int, ...]
    original: str

    def as_it_stood(self, start: int, end: int) -> str:
        """The part of the original that a part of the plain text came from."""
        return self.original[self.at[start] : self.at[end - 1] + 1]


def plain(text: str) -> Plain:
    """The text without accents, invisible signs and look-alikes of letters: "Ğυ\u200bссі" is "Gucci"."""
    signs, at = [], []
    for index, sign in enumerate(text):
        for one in _plain_sign(sign):
            signs.append(one)
            at.append(index)
    return Plain("".join(signs), tuple(at), text)


def listed(text: ListingText) -> ListingText:
    """The text as a listing may hold it: without markdown, HTML, addresses, telephone numbers and turning signs.

    Vinted forbids ways to reach a person beside its own. Source: Vinted's catalogue rules. Hashtags are single words,
    each once, as many as there may be.
    """
    hashtags = dict.fromkeys(_hashtag(one) for one in text.hashtags)
    description = "\n".join(line.strip() for line in _without_marks(text.description).splitlines())
    return replace(
        text,
        title=" ".join(_without_marks(text.title).split()),
        description=re.sub(r"\n{3,}", "\n\n", description).strip()[:MOST_DESCRIPTION].rstrip(),
        hashtags=tuple(one for one in hashtags if one)[:MOST_HASHTAGS],
    )


_MARKS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), instead)
    for pattern, instead in (
        (r"!?\[([^\]\n]*)\]\([^)\n]*\)", r"\1"),  # [words](link)
        (r"<(script|style)\b.*?</\1\s*>", " "),
        (r"</?[a-z!][^<>]*>", " "),
        (r"\b[\w.+-]+\s?(@|\(at\)|\[at\])\s?[\w-]+(\.[\w-]+)+", " "),  # e-mail
        (r"\b(https?|ftp)://\S+|\bwww\.\S+", " "),
        (r"\b[\w-]{2,}\.(com|net|org|it|fr|de|es|eu|io|me|ly|co|uk|shop|app|link)\b(/\S*)?", " "),
        (r"(?<!\w)[@＠][\w.]{3,}", " "),  # a name on another platform
        (r"(?<![\w,.])(\+|00)\d[\d\s().-]{6,}\d|(?<![\w,.])0?\d{2,4}[\s./-]?\d{3}[\s.-]?\d{3,4}(?![\w])", " "),
        (r"^\s{0,3}(#{1,6}|>+|[*+-])\s+", ""),
        (r"^\s*([-*_]\s?){3,}$", ""),
        (r"(\*\*|__|~~|```|`)", ""),
        (r"(?<!\w)\*(\S[^*\n]*)\*(?!\w)", r"\1"),
        (r"[ \t\u00a0]{2,}", " "),
        (r"[ \t]+([.,;!?])", r"\1"),
    )
)


def _without_marks(text: str) -> str:
    kept = "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf", "Co", "Cs"))
    for _ in range(3):  # what a link held may be one
        before = kept
        for pattern, instead in _MARKS:
            kept = pattern.sub(instead, kept)
        if kept == before:
            break
    return kept


def _hashtag(text: str) -> str:
    """A word of letters and digits."""
    return "".join(sign for sign in _without_marks(text.lstrip("#＃ ")) if sign.isalnum())[:40]


@cache
def _plain_sign(sign: str) -> str:
    if sign in _ALIKE:
        return _ALIKE[sign]
    for first in _BOXED:
        if first <= ord(sign) < first + 26:
            return chr(ord("A") + ord(sign) - first)
    return "".join(_plain_parts(sign))


def _plain_parts(sign: str) -> Iterator[str]:
    for part in unicodedata.normalize("NFKD", sign):
        category = unicodedata.category(part)
        if category in ("Mn", "Me", "Cf") or (category == "Cc" and part not in "\n\t"):
            continue
        if category == "Nd" and not part.isascii():
            yield str(unicodedata.digit(part))
        else:
            yield _ALIKE.get(part, part)
