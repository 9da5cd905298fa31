"""This is where the browser's tests find words that are not in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from babel.messages.pofile import read_po

from vopt_lib.words import LOCALE_DIR, Language

MARIMO_SAYS = {
    *("Clear", "Close", "Copy", "Download", "Loading", "Loading...", "Menu", "Page", "Reconnect", "Run", "Search"),
    *("Search...", "Search…", "Select...", "Select…", "Stop", "Submit", "columns", "of", "rows"),
    *("Kernel not found", "kernel not found", "No results.", "Nothing found.", "Notifications (F8)", "Select all"),
    *("Click to view actions", "Open in Vega Editor", "Save as PNG", "Save as SVG", "View Source"),
}
"""What marimo and Vega say by themselves, in English only."""

WHOLE_SENTENCE = 3
"""From so many words on a sentence is also looked for inside longer texts; a shorter one may be somebody's brand."""


def foreign_words(texts: Iterable[str], language: Language) -> list[str]:
    """Those texts that say a sentence of the catalogue in the other language, or speak marimo's English."""
    theirs, hers = _sentences("en" if language == "it" else "it"), _sentences(language)
    wrong = [text for text in texts if _says(text, theirs) and not _says(text, hers)]
    return wrong + ([text for text in texts if text in MARIMO_SAYS] if language == "it" else [])


def _says(text: str, patterns: Iterable[tuple[re.Pattern[str], bool]]) -> bool:
    return any(pattern.search(text) if is_long else pattern.fullmatch(text) for pattern, is_long in patterns)


@cache
def _sentences(language: Language) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Every sentence of this language only, as a pattern, and whether it is a long one."""
    with (LOCALE_DIR / "it" / "LC_MESSAGES" / "vopt.po").open("rb") as file:
        catalogue = read_po(file)
    said: dict[Language, set[str]] = {"en": set(), "it": set()}
    for message in catalogue:
        if message.id and message.string:
            for one, sentences in (("en", message.id), ("it", message.string)):
                said[one].update(sentences if isinstance(sentences, tuple | list) else (sentences,))
    told = said[language] - said["it" if language == "en" else "en"]
    return tuple(
        (_pattern(one), len(re.findall(r"[^\W\d]+", _bare(one))) >= WHOLE_SENTENCE)
        for one in sorted(told)
        if _can_be_told(one)
    )


def _can_be_told(sentence: str) -> bool:
    """Whether there is a word in it besides its {facts}."""
    return re.search(r"[^\W\d]{3,}", _bare(sentence)) is not None


def _bare(sentence: str) -> str:
    return re.sub(r"\{[^}]*\}", " ", sentence)


def _pattern(sentence: str) -> re.Pattern[str]:
    pieces = re.split(r"\{[^}]*\}", " ".join(sentence.split()))
    return re.compile(r"(?<!\w)" + ".+?".join(map(re.escape, pieces)) + r"(?!\w)")
