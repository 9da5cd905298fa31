"""This is where tests find English where a person reads Italian."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from tests.pages.texts import texts
from vopt_lib import words

CATALOGUE = Path(words.__file__).parent / "locale" / "it" / "LC_MESSAGES" / "vopt.po"
_HOLE = re.compile(r"\{[^}]*\}")
_ENGLISH = re.compile(r"\b(the|of|with|your|you|this|that|is|are|not|was|there|and|from|to|has|have)\b")
_SENTENCE_WORDS = 3


def english_in(html: str) -> list[str]:
    """What is said in English on an Italian page: a message that has another Italian text, or English little words."""
    read = [*texts(html)]
    together = "\n".join(read)
    whole = [text for text in read if _any_message().fullmatch(text)]
    inside = [found[0] for sentence in _sentences() if (found := sentence.search(together))]
    return sorted({*whole, *inside, *(text for text in read if _ENGLISH.search(text))})


@cache
def _any_message() -> re.Pattern[str]:
    """Any English message; one small word may be the name of a column."""
    messages = [message for message in _translated() if not re.fullmatch("[a-z]+", message)]
    return re.compile("|".join(_pattern(message) for message in messages))


@cache
def _sentences() -> tuple[re.Pattern[str], ...]:
    """The English messages that are long enough to be known inside others."""
    said = {message: re.findall(r"\w+", _HOLE.sub("", message)) for message in _translated()}
    return tuple(re.compile(_pattern(message)) for message, spoken in said.items() if len(spoken) >= _SENTENCE_WORDS)


@cache
def _translated() -> Collection[str]:
    """The English messages whose Italian is different."""
    with CATALOGUE.open("rb") as file:
        pairs = [(_forms(message.id), _forms(message.string)) for message in read_po(file)]
    return {one for english, italian in pairs for one in english if one and not _is_in(one, italian)}


def _forms(text: str | Sequence[str]) -> Sequence[str]:
    return (text,) if isinstance(text, str) else text


def _is_in(message: str, told: Sequence[str]) -> bool:
    return any(re.search(_pattern(message), one) for one in told)


def _pattern(message: str) -> str:
    return ".+?".join(re.escape(re.sub(r"\s+", " ", part)) for part in _HOLE.split(message))
