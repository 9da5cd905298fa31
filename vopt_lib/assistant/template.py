"""This is where a listing is written without any language model: from the facts alone, the same words every time.

Nothing is told that no fact tells. Notes are a hint for models and are never copied: anybody may have written them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from vopt_lib.assistant.phrases import phrase
from vopt_lib.assistant.thing_words import ThingWords, lines_of, words_of
from vopt_lib.schema.listing_text import (
    MOST_DESCRIPTION,
    MOST_HASHTAGS,
    MOST_TITLE,
    Facts,
    ListingText,
    TextLanguage,
    Tone,
)
from vopt_lib.schema.vinted_terms import Form, conditions, folded

SHORTENED: Final = 250
"""Signs that each text of her own gets where all of them together are too long: four fit beside the rest."""

LEAST_HASHTAG: Final = 3
"""Signs: shorter ones mean anything ("or")."""

_ENDS: Final = (".", "!", "?", "…", ";")
_EITHER: Final = (" o ", " or ", " ou ", " oder ")
"""Kinds that are one of two things make no hashtag."""


def template_text(facts: Facts, language: TextLanguage = "it", tone: Tone = "plain") -> ListingText:
    """A title, a description in paragraphs and hashtags, in the language and tone; what is not known is not told.

    Of a thing of which nothing is known all three are empty: words that say nothing must not be published by mistake.
    """
    told = words_of(facts, language)
    whole, shortened = (
        _description(facts, told, _Voice(language, tone, most)) for most in (MOST_DESCRIPTION, SHORTENED)
    )
    description = whole if len(whole) <= MOST_DESCRIPTION else shortened
    return ListingText(_title(told, language), description, tuple(_hashtags(told, language)), language)


@dataclass(frozen=True)
class _Voice:
    """How it is written; most: signs of each text of her own."""

    language: TextLanguage
    tone: Tone
    most: int

    def says(self, name: str, form: Form = "m", **blanks: str) -> str:
        return phrase(name, self.language, self.tone, form).format(**blanks)

    def copies(self, name: str, text: str) -> str:
        """Her own text behind its label: on the same line, or below it where she wrote several."""
        lines = lines_of(text, self.most)
        if not lines:
            return ""
        written = ("\n" if len(lines) > 1 else "") + _ended("\n".join(lines))
        return "\n".join(line.rstrip() for line in self.says(name, text=written).split("\n"))


def _description(facts: Facts, told: ThingWords, voice: _Voice) -> str:
    paragraphs = [
        _joined([_opening(told, voice), *_look(told, voice)]),
        _joined([_ended(told.size), _ended(" ".join(lines_of(facts.fit, voice.most))), _condition(facts, told, voice)]),
        voice.copies("flaws", facts.flaws),
        "\n".join(filter(None, (voice.copies("measurements", facts.measurements), voice.copies("care", facts.care)))),
    ]
    if not any(paragraphs):
        return ""
    return "\n\n".join(filter(None, (*paragraphs, voice.says("closing"))))


def _opening(told: ThingWords, voice: _Voice) -> str:
    if not (told.kind or told.brand):
        return ""
    by = voice.says("by", brand=told.brand) if told.brand else ""
    wearer = voice.says(told.wearer) if told.wearer else ""
    kind = told.kind or voice.says("thing")
    thing = _joined([by, wearer, kind] if voice.language == "en" else [kind, wearer, by])
    return _ended(_begun(voice.says("opening", told.form, thing=thing), told.brand))


def _look(told: ThingWords, voice: _Voice) -> Iterator[str]:
    """Its colours, pattern and material: one sentence, or one each where it is written to the point."""
    if voice.tone == "plain":
        for name, text in (
            ("colour", _listed(told.neutral_colours, voice)),
            ("pattern", told.pattern),
            ("material", told.composition),
        ):
            if text:
                yield _ended(voice.says(name, text=text))
        return
    is_lively = voice.tone == "lively" and bool(told.wearer)
    hues = told.neutral_colours if is_lively else told.colours
    made_of = voice.says("made_of", material=told.material) if told.material else ""
    if look := ", ".join(filter(None, (_hues(hues, told, voice), told.pattern, made_of))):
        yield phrase("look", voice.language, "lively" if is_lively else "friendly", told.form).format(look=look)
    if told.composition and not told.material:
        yield _ended(voice.says("material", text=told.composition))


def _hues(hues: tuple[str, ...], told: ThingWords, voice: _Voice) -> str:
    """Its colours beside it. French colours agree with nothing once they are two: "en noir et blanc"."""
    if voice.language == "fr" and len(hues) > 1:
        return f"en {_listed(told.neutral_colours, voice)}"
    return _listed(hues, voice)


def _condition(facts: Facts, told: ThingWords, voice: _Voice) -> str:
    known = next((one for one in conditions() if one.id == facts.condition_id), None)
    if known is None:
        return ""
    label = known.labels[voice.language]
    if voice.tone == "plain" or known.id not in _TOLD_CONDITIONS:
        said = phrase("condition", voice.language, "plain")
        return said.format(condition=label[0].lower() + label[1:])
    return voice.says(f"condition_{known.id}", told.form)


_TOLD_CONDITIONS: Final = frozenset({1, 2, 3, 4, 6})
"""Conditions that a sentence tells; that of broken electronics stays as Vinted calls it."""


def _title(told: ThingWords, language: TextLanguage) -> str:
    """What is known, as much as fits; what says least goes first, and never a part of a word."""
    wearer = phrase(told.wearer, language) if told.wearer else ""
    material = phrase("made_of", language).format(material=told.material) if _adds_material(told) else ""
    parts = {
        "brand": told.brand,
        "wearer": wearer,
        "colour": " ".join(told.colours[:1]),
        "second": _second_colour(told, language),
        "pattern": told.pattern,
        "kind": told.kind,
        "material": material,
        "size": f"{told.size[:1].lower()}{told.size[1:]}" if told.bare_size and language != "de" else told.size,
    }
    for dropped in ("", "wearer", "second", "material", "pattern", "size word", "colour", "size", "brand", "kind"):
        parts = parts | ({"size": told.bare_size} if dropped == "size word" else {dropped: ""})
        title = _joined(parts[name] for name in _ORDER[language])
        if len(title) <= MOST_TITLE:
            return _begun(title, told.brand)
    return ""


_ROMANCE: Final = ("kind", "brand", "wearer", "colour", "second", "pattern", "material", "size")
_ORDER: Final = {
    "it": _ROMANCE,
    "fr": _ROMANCE,
    "es": _ROMANCE,
    "de": ("brand", "kind", "colour", "second", "pattern", "material", "wearer", "size"),
    "en": ("brand", "wearer", "colour", "second", "pattern", "kind", "material", "size"),
}
"""What stands where in a title."""


def _second_colour(told: ThingWords, language: TextLanguage) -> str:
    return f"{phrase('and', language)} {told.colours[1]}" if len(told.colours) > 1 else ""


def _adds_material(told: ThingWords) -> bool:
    """Whether the material says more than the kind: a denim jacket is made of denim."""
    return bool(told.material) and folded(told.material) not in folded(told.kind)


def _hashtags(told: ThingWords, language: TextLanguage) -> Iterator[str]:
    """What she is found by: folded, letters and digits only, none twice, none too short to mean it."""
    kind = "" if any(word in told.kind for word in _EITHER) else told.kind
    fashion = phrase(f"tag_{told.wearer}", language) if told.wearer else ""
    named = (kind, told.brand, *told.neutral_colours, told.material, fashion)
    tags = ("".join(sign for sign in folded(name) if sign.isalnum()) for name in named)
    yield from list(dict.fromkeys(tag for tag in tags if len(tag) >= LEAST_HASHTAG))[:MOST_HASHTAGS]


def _listed(words: tuple[str, ...], voice: _Voice) -> str:
    return f" {voice.says('and')} ".join(words)


def _joined(parts: Iterable[str]) -> str:
    return " ".join(filter(None, parts))


def _begun(text: str, brand: str) -> str:
    """With a capital letter, unless a brand begins it that writes itself small."""
    return text if not text or (brand and text.startswith(brand)) else text[0].upper() + text[1:]


def _ended(text: str) -> str:
    return text if not text or text.endswith(_ENDS) else f"{text}."
