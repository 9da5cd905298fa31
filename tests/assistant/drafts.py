"""These are drafts as models write them, some of them inventing; whoever makes one knows what it invents."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from tests.assistant import inventions, sentences
from vopt_lib.schema.listing_text import TEXT_LANGUAGES, Facts, ListingText, TextLanguage
from vopt_lib.schema.vinted_terms import catalogue_nodes, colours

Part = Literal["seen", "apart"]
"""The half that the checker was made with, and the half that was kept apart."""

KINDS: Final = ("brand", "size", "number", "material")


@dataclass(frozen=True)
class Draft:
    """What a model answers. invented: the very sign sequence that is true of nothing; "": it invents nothing."""

    text: ListingText
    kind: str = ""
    invented: str = ""

    def shows(self, text: ListingText) -> bool:
        """Whether a text still tells what was invented here."""
        told = (text.title, text.description, *text.hashtags)
        return bool(self.invented) and any(self.invented in one for one in told)


def half(of: Sequence[str], part: Part) -> Sequence[str]:
    """One half of a list."""
    middle = len(of) // 2
    return of[:middle] if part == "seen" else of[middle:]


def clean_draft(facts: Facts, language: TextLanguage, chance: random.Random, part: Part) -> Draft:
    """A draft that tells nothing but facts, in varied sentences."""
    fields = _fields(facts, language)
    opening = _filled(half(sentences.OPENINGS[language], part), fields, chance)
    plain = chance.sample(half(sentences.PLAIN[language], part), chance.choice((3, 4, 5, 6)))
    own = [f"{one[0].upper()}{one[1:]}." for one in (facts.measurements, facts.flaws) if one and language == "it"]
    title = (_filled(sentences.TITLES[language], fields, chance) or [fields["kind"]])[0]
    return Draft(
        ListingText(
            title=title[0].upper() + title[1:],
            description=chance.choice((" ", "\n")).join((*opening[:1], *plain, *own)),
            hashtags=tuple(chance.sample(sentences.HASHTAGS[language], 3)),
            language=language,
        )
    )


def inventing_draft(facts: Facts, language: TextLanguage, chance: random.Random, part: Part) -> Draft:
    """A draft of which one sentence, or the title, or a hashtag, tells what no fact does."""
    clean = clean_draft(facts, language, chance, part).text
    kind = chance.choice(KINDS)
    sentence, invented = _INVENTED[kind](facts, language, chance, part)
    where = chance.random()
    if kind == "brand" and where < 0.15:
        title = f"{clean.title.split(' ')[0]} {invented}"
        return Draft(replace(clean, title=title), kind, invented)
    if kind == "brand" and where < 0.3 and invented.replace(" ", "").isalpha():
        tag = invented.replace(" ", "").lower()
        return Draft(replace(clean, hashtags=(*clean.hashtags, tag)), kind, tag)
    told = clean.description.split(". ")
    told.insert(chance.randrange(1, len(told) + 1), sentence.rstrip("."))
    return Draft(replace(clean, description=". ".join(one.rstrip(".") for one in told) + "."), kind, invented)


def any_language(chance: random.Random) -> TextLanguage:
    """One of the five."""
    return chance.choice(list(TEXT_LANGUAGES))


def _fields(facts: Facts, language: TextLanguage) -> dict[str, str]:
    title = next((node.title for node in catalogue_nodes() if node.catalog_id == facts.catalog_id), "capo")
    by_name = {one.labels["it"]: one.labels[language] for one in colours()}
    kind = title.lower() if language == "it" else sentences.KINDS[language]
    found = {"kind": kind, "brand": facts.brand or "", "size": facts.size or ""}
    return found | {"colour": by_name[facts.colours[0]] if facts.colours else ""}


def _filled(ways: Sequence[str], fields: dict[str, str], chance: random.Random) -> list[str]:
    """These sentences, in any order, those without a fact for a field left out."""
    can = [way for way in ways if all(fields[name] for name in fields if f"{{{name}}}" in way)]
    filled = [way.format(**fields) for way in chance.sample(can, len(can))]
    return [one[0].upper() + one[1:] for one in filled]


def _brand(facts: Facts, language: TextLanguage, chance: random.Random, part: Part) -> tuple[str, str]:
    name = chance.choice(
        [one for one in half(inventions.BRANDS, part) if one.lower() not in (facts.brand or "").lower()]
    )
    if chance.random() < 0.2:
        known = [one for one in half(inventions.KNOWN_BRANDS, part) if one.lower() not in (facts.brand or "").lower()]
        name = _disguised(chance.choice(known), chance)
    return chance.choice(half(inventions.BRAND_WAYS[language], part)).replace("~", name), name


def _disguised(name: str, chance: random.Random) -> str:
    return chance.choice(
        (
            name.lower(),
            name.upper(),
            " ".join(name),
            ".".join(name),
            "\u200b".join(name),
            name.translate(str.maketrans("acepoi", "асероі")),
            "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() else sign for sign in name),
            f"#{name.lower()}",
            name.replace("a", "à").replace("i", "ì").replace("e", "é"),
        )
    )


def _size(facts: Facts, language: TextLanguage, chance: random.Random, part: Part) -> tuple[str, str]:
    taken = f"{facts.size} {facts.measurements}".lower()
    size = chance.choice([one for one in half(inventions.SIZES, part) if _is_new(one, taken)])
    sentence = chance.choice(half(inventions.SIZE_WAYS[language], part)).replace("~", size)
    return sentence, sentence.rstrip(".")


def _is_new(size: str, taken: str) -> bool:
    numbers = [part for part in size.replace("/", " ").replace("W", " ").replace("L3", " 3").split() if part.isdigit()]
    return all(one not in taken for one in numbers) if numbers else size.lower() not in taken.split()


def _number(facts: Facts, language: TextLanguage, chance: random.Random, part: Part) -> tuple[str, str]:
    if chance.random() < 0.25:
        told = f"{facts.size} {facts.measurements} {facts.care}"
        values = [at for at, value in enumerate(inventions.NUMBER_VALUES) if value not in told]
        sentence = inventions.NUMBER_WORDS[language][chance.choice(values)]
    else:
        number = chance.choice(("71", "73", "87", "39", "93"))
        told = " ".join((facts.size or "", facts.measurements, facts.care, facts.material or ""))
        number = "777" if number in told else number
        sentence = chance.choice(half(inventions.NUMBER_WAYS[language], part)).replace("~", number)
    return sentence, sentence.rstrip(".")


def _material(facts: Facts, language: TextLanguage, chance: random.Random, part: Part) -> tuple[str, str]:
    material = chance.choice(half(inventions.MATERIALS[language], part))
    sentence = chance.choice(half(inventions.MATERIAL_WAYS[language], part)).replace("~", material)
    return sentence, sentence.rstrip(".")


_INVENTED: Final = {"brand": _brand, "size": _size, "number": _number, "material": _material}
