"""This is where names of brands are found in a text: known ones however they are disguised, and words like names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from vopt_lib.assistant.evidence import Evidence
from vopt_lib.assistant.lexicon import CONNECTIVES, brand_names, in_parts, is_german_noun, is_ordinary, word_set
from vopt_lib.schema.listing_text import TextLanguage

MARKERS: Final = word_set("brand markers")
"""After these a brand is told, in small letters, too."""

_WEAK_MARKERS: Final = word_set("before names")
"""After these a word that is written large and that no listing uses is a name, in German, too."""

_BESIDE: Final = word_set("beside names")
_IS: Final = word_set("after names")

_LONGEST: Final = 6
_LEAST_SPLIT: Final = 6
"""Letters of a name that is known even where it is written in other parts: "Guc ci" has five, too few to be sure."""

_GAP: Final = re.compile(r"[\s'&.\-+/·*_|]{0,3}")
_SPELLED: Final = re.compile(r"(?<![^\W_])[^\W\d_](?:[\s.\-_·*|/]{1,2}[^\W\d_]){2,}(?![^\W_])")
_ENDS: Final = re.compile(r"[.!?…\n:•;|\"“”«»(–—]")
_CAPITALS: Final = word_set("written large")
_BEFORE_ANY: Final = word_set("before any name")
"""After these a word that is written large within a sentence is a name, even an ordinary word."""
_LARGE_ANYWAY: Final = word_set("large anyway")
_LETTERED: Final = re.compile(
    r"(?<![\w.])(?:[A-Z]\s?&\s?[A-Z]|[A-Z]\.[A-Z][a-z]{2,}|(?![TAVUXE]-)[A-Z]-[A-Z][a-z]{2,})(?!\w)"
)
_STYLES: Final = re.compile(r"[a-z]+(isch|ische|ischen)")


@dataclass(frozen=True)
class Word:
    """A word of a plain text. low: in small letters. begins: with it a sentence or a part of one begins."""

    start: int
    end: int
    text: str
    low: str
    begins: bool

    @property
    def is_large(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_all_large(self) -> bool:
        return len(self.text) > 2 and self.text.isupper()


@dataclass(frozen=True)
class Naming:
    """A text in which names are looked for. in_title: where no word may stand that is written large and unknown."""

    text: str
    words: tuple[Word, ...]
    language: TextLanguage
    known: Evidence
    in_title: bool

    def is_fact(self, word: Word) -> bool:
        return word.low in self.known.brand or word.low in self.known.words

    def is_known(self, word: Word) -> bool:
        """Whether it is a fact, or a word of listings that is no more than that."""
        return self.is_fact(word) or word.low.isdigit() or is_ordinary(word.low) or word.low in _CAPITALS

    def beside(self, at: int, by: int) -> Word | None:
        """The word before or after one, where nothing but a space or hyphen is between."""
        if not 0 <= at + by < len(self.words):
            return None
        first, last = sorted((at, at + by))
        gap = self.text[self.words[first].end : self.words[last].start]
        return self.words[at + by] if gap in (" ", "-", " & ") else None


def told_names(text: str, language: TextLanguage, known: Evidence, *, in_title: bool) -> Iterator[tuple[int, int]]:
    """From where to where a plain text names a brand that the facts do not."""
    naming = Naming(text, tuple(_words(text)), language, known, in_title)
    yield from _spelled(naming)
    yield from _known_names(naming)
    yield from _after_markers(naming)
    for at, word in enumerate(naming.words):
        if not word.is_large or len(word.text) < 2 or not word.text.isalpha() or naming.is_known(word):
            continue
        is_name = _is_name_in_german if language == "de" else _is_name
        if is_name(naming, at):
            yield word.start, word.end
    if language != "de" and not in_title:
        yield from _ordinary_names(naming)
    yield from _lettered(naming)
    yield from ((one.start(), one.end()) for one in re.finditer(r"[^\W\d_]+", text) if not one[0].isascii())


def names_hashtag(low: str, known: Evidence) -> bool:
    """Whether a plain hashtag in small letters holds anything but words of listings and of the facts."""
    told = {word for word in known.words if len(word) > 2} | {size.lower() for size in known.sizes}
    own = frozenset({*known.brand, "".join(known.brand), *told} - {""})
    if brand_names().get((low,)) is not None and low not in own:
        return True
    letters = re.sub(r"\d+", "", low)
    return not in_parts(letters, own)


def _words(text: str) -> Iterator[Word]:
    before = 0
    for found in re.finditer(r"[^\W_]+", text):
        begins = before == 0 or bool(_ENDS.search(text[before : found.start()]))
        yield Word(found.start(), found.end(), found[0], found[0].lower(), begins)
        before = found.end()


def _spelled(naming: Naming) -> Iterator[tuple[int, int]]:
    """Names letter by letter: "G.u.c.c.i"."""
    for found in _SPELLED.finditer(naming.text):
        letters = "".join(re.findall(r"[^\W_]", found[0])).lower()
        if letters not in "".join(naming.known.brand) and len(letters) > 3:
            yield found.span()


def _known_names(naming: Naming) -> Iterator[tuple[int, int]]:
    at = 0
    own = "".join(naming.known.brand)
    while at < len(naming.words):
        taken, low = 1, naming.words[at].low
        may_begin = low in _beginnings() or low in naming.known.brand or own.startswith(low)
        for length in range(min(_LONGEST, len(naming.words) - at) if may_begin else 0, 0, -1):
            some = naming.words[at : at + length]
            if not _together(naming.text, some) or (is_own := _named(naming, some)) is None:
                continue
            if not is_own:
                yield some[0].start, some[-1].end
            taken = length
            break
        at += taken


def _named(naming: Naming, some: Sequence[Word]) -> bool | None:
    """Whether words are the name of a brand of the facts (or a part of it); None: they are no name."""
    if some[0].low in CONNECTIVES or some[-1].low in CONNECTIVES:
        return None
    name = tuple(word.low for word in some if word.low not in CONNECTIVES)
    compact = "".join(name)
    is_word = brand_names().get(name)
    if is_word is None and (len(compact) >= _LEAST_SPLIT or (len(some) == 1 and len(compact) > 3)):
        is_word = False if compact in _compact_names() else None
    own = "".join(naming.known.brand)
    if compact == own or (name and _within(name, naming.known.brand)):
        return True
    if is_word is None or (is_word and not _like_a_name(naming, some)):
        return None
    return False


@cache
def _beginnings() -> frozenset[str]:
    """Whatever a known name may begin with, however it is parted."""
    return frozenset("".join(name)[:end] for name in brand_names() for end in range(1, len("".join(name)) + 1))


@cache
def _compact_names() -> frozenset[str]:
    """Names that are no ordinary words, in one."""
    return frozenset("".join(name) for name, is_word in brand_names().items() if not is_word)


def _within(name: tuple[str, ...], brand: tuple[str, ...]) -> bool:
    return any(brand[at : at + len(name)] == name for at in range(len(brand)))


def _like_a_name(naming: Naming, some: Sequence[Word]) -> bool:
    """Whether ordinary words are written as a name: large within a sentence, and not as the facts call the thing."""
    first = some[0]
    if not all(word.is_large for word in some) or all(word.low in naming.known.words for word in some):
        return False
    if naming.in_title:
        large = sum(word.is_large for word in naming.words)
        return 2 * large <= len(naming.words) + 2 or not all(is_ordinary(word.low) for word in some)
    if naming.language == "de" and len(some) == 1 and not first.is_all_large:
        return not is_ordinary(first.low)
    return not first.begins or (first.is_all_large and not all(is_ordinary(word.low) for word in some))


def _together(text: str, some: Sequence[Word]) -> bool:
    return all(_GAP.fullmatch(text[one.end : two.start]) for one, two in pairwise(some))


def _after_markers(naming: Naming) -> Iterator[tuple[int, int]]:
    """What a text calls a brand: "la marca è zorvalli"."""
    for at, word in enumerate(naming.words):
        if word.low not in MARKERS:
            continue
        for after in naming.words[at + 1 : at + 4]:
            between = naming.text[naming.words[at].end : after.start]
            if re.search(r"[.!?…\n,;]", between):
                break
            if after.low in _BESIDE:
                continue
            is_brand = brand_names().get((after.low,)) is not None and after.is_large
            is_name = after.is_large or not _ends_ordinarily(after.low)
            if is_name and not naming.is_fact(after) and (is_brand or not naming.is_known(after)):
                yield after.start, after.end
            if not after.is_large:
                break


def _ends_ordinarily(low: str) -> bool:
    """Whether a word is an adjective or participle by its end, such as no lexicon holds all of."""
    return bool(
        re.search(r"(at[oaie]|ut[oaie]|ad[oa]s?|id[oa]s?|ees?|able|ivel|ed|ing|isch(e[nrs]?)?|lich(e[nrs]?)?)$", low)
    )


def _ordinary_names(naming: Naming) -> Iterator[tuple[int, int]]:
    """Ordinary words that are written large where a brand is told: "un classico Always"."""
    large = sum(word.is_large for word in naming.words)
    if 2 * large > len(naming.words):
        return
    for at, word in enumerate(naming.words):
        before = naming.beside(at, -1)
        if before is None or word.begins or not word.is_large or before.low not in _BEFORE_ANY or len(word.text) < 3:
            continue
        if not naming.is_fact(word) and word.low not in _LARGE_ANYWAY and not word.low.isdigit():
            yield word.start, word.end


def _lettered(naming: Naming) -> Iterator[tuple[int, int]]:
    """Names that hold a single letter: "B&C", "M.Buffet"."""
    for found in _LETTERED.finditer(naming.text):
        parts = re.findall(r"[^\W_]+", found[0].lower())
        if not set(parts) <= set(naming.known.brand) and "".join(parts) not in "".join(naming.known.brand):
            yield found.span()


def _is_name(naming: Naming, at: int) -> bool:
    """Whether an unknown large word is a name, where only names and the first words of sentences are large."""
    word = naming.words[at]
    if naming.in_title or not word.begins:
        return True
    after = naming.beside(at, 1)
    return (
        word.is_all_large
        or bool(re.search(r"[a-z][A-Z]", word.text))
        or (after is not None and (after.low in _IS or (after.is_large and not naming.is_known(after))))
        or _is_foreign(word.low, naming.language)
    )


def _is_name_in_german(naming: Naming, at: int) -> bool:
    """Whether an unknown large word is a name, where every noun is large."""
    word, before, after = naming.words[at], naming.beside(at, -1), naming.beside(at, 1)
    if is_german_noun(word.low) or _STYLES.fullmatch(word.low):
        return False
    if naming.in_title or word.is_all_large or re.search(r"[a-z][A-Z]", word.text) or _is_foreign(word.low, "de"):
        return True
    if before is not None and (before.low in _WEAK_MARKERS or (before.is_large and not before.begins)):
        return True
    return after is not None and ((after.is_large and not word.begins) or (after.low in _IS and word.begins))


_FOREIGN: Final[dict[TextLanguage, re.Pattern[str]]] = {
    "it": re.compile(r".*[jkwxy].*|.*[^aeiou]"),
    "en": re.compile(r".*[aiou]|.*q(?!u).*"),
    "fr": re.compile(r".*[kw].*|.*[aio]"),
    "de": re.compile(r".*[aiouy]|.*q(?!u).*|.*[^c]que"),
    "es": re.compile(r".*[kw].*|.*[^aeiounsrldzy]"),
}
"""How words of a language are not written, but for few."""


def _is_foreign(low: str, language: TextLanguage) -> bool:
    return bool(_FOREIGN[language].fullmatch(low))
