"""This is where listings get their words: messy titles in four languages, and descriptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from vopt_lib.schema.vinted_terms import folded
from vopt_lib.simulator.arrays import Ints
from vopt_lib.simulator.draws import draws
from vopt_lib.simulator.kinds import LANGUAGES, Kind, Language

NOUN_STREAM: Final = 100
"""The stream of `draws` by which a title picks its noun, and a photo what it shows of a kind with several looks."""

BRAND_LEFT_OUT: Final = 0.15
"""Share of titles that do not name the brand although there is one."""

_COLOURS: Final[dict[int, tuple[str, str, str, str]]] = {
    1: ("nero", "noir", "negro", "black"),
    3: ("grigio", "gris", "gris", "grey"),
    12: ("bianco", "blanc", "blanco", "white"),
    20: ("panna", "crème", "crema", "cream"),
    4: ("beige", "beige", "beige", "beige"),
    11: ("arancione", "orange", "naranja", "orange"),
    7: ("rosso", "rouge", "rojo", "red"),
    23: ("bordeaux", "bordeaux", "burdeos", "burgundy"),
    5: ("rosa", "rose", "rosa", "pink"),
    6: ("viola", "violet", "morado", "purple"),
    26: ("azzurro", "bleu ciel", "celeste", "light blue"),
    9: ("blu", "bleu", "azul", "blue"),
    27: ("blu navy", "bleu marine", "azul marino", "navy"),
    10: ("verde", "vert", "verde", "green"),
    16: ("kaki", "kaki", "caqui", "khaki"),
    2: ("marrone", "marron", "marrón", "brown"),
    8: ("giallo", "jaune", "amarillo", "yellow"),
    15: ("fantasia", "multicolore", "estampado", "patterned"),
}
_SIZE_WORD: Final = {"it": "taglia", "fr": "taille", "es": "talla", "en": "size"}
_EXTRAS: Final = {
    "it": ("come nuovo", "mai messo", "bellissimo", "affare", "spedizione veloce", "originale", "vintage", "nuovo"),
    "fr": ("comme neuf", "jamais porté", "très beau", "bonne affaire", "envoi rapide", "vintage", "neuf"),
    "es": ("como nuevo", "sin estrenar", "precioso", "ganga", "envío rápido", "vintage", "nuevo"),
    "en": ("like new", "never worn", "gorgeous", "bargain", "fast shipping", "vintage", "brand new"),
}
_BUNDLE: Final = {
    "it": "Lotto {n} {noun}",
    "fr": "Lot de {n} {noun}",
    "es": "Lote {n} {noun}",
    "en": "Bundle of {n} {noun}",
}
_OPENINGS: Final = {
    "it": ("Vendo {title}.", "{title}, usato pochissimo.", "Bellissimo capo: {title}."),
    "fr": ("Je vends {title}.", "{title}, très peu porté.", "Superbe pièce : {title}."),
    "es": ("Vendo {title}.", "{title}, poco uso.", "Prenda preciosa: {title}."),
    "en": ("Selling {title}.", "{title}, hardly worn.", "Lovely piece: {title}."),
}
_CLOSINGS: Final = {
    "it": (
        "Spedisco entro due giorni.",
        "Non esitate a chiedere misure.",
        "Casa senza animali, no fumatori.",
        "No scambi.",
    ),
    "fr": ("Envoi sous deux jours.", "N'hésitez pas à poser vos questions.", "Maison non fumeur.", "Pas d'échange."),
    "es": ("Envío en dos días.", "Pregunta sin compromiso.", "Casa sin humo.", "No cambio."),
    "en": ("Ships within two days.", "Feel free to ask for measurements.", "Smoke-free home.", "No swaps."),
}


@dataclass(frozen=True)
class Subject:
    """What a title is about."""

    kind: Kind
    language: Language
    brand: str | None
    size: str | None
    colour_id: int
    pieces: int


def make_titles(subjects: list[Subject], seeds: Ints) -> list[str]:
    """One title per subject; the same seed and subject give the same title."""
    choices = np.stack([draws(seeds, NOUN_STREAM + stream) for stream in range(8)], axis=1).tolist()
    return [_title(subject, draw) for subject, draw in zip(subjects, choices, strict=True)]


def language_of(country: str, draw: float) -> Language:
    """The language a seller writes: her country's, English where it is none of the four; some write English anyway."""
    spoken: Language = {"IT": "it", "FR": "fr", "ES": "es"}.get(country, "en")  # type: ignore[assignment]
    return "en" if draw < 0.03 else spoken


def description_of(title: str, language: Language, draw: int) -> str:
    """A short text as it stands below the photos."""
    opening = _OPENINGS[language][draw % 3].format(title=title)
    closings = _CLOSINGS[language]
    return f"{opening} {closings[draw // 3 % 4]} {closings[draw // 12 % 4]}"


def searchable(title: str, description: str, brand: str | None) -> str:
    """What a text search looks at: title, description and brand without accents and case."""
    return folded(f"{title} {description} {brand or ''}")


def _title(subject: Subject, draw: list[int]) -> str:
    language = subject.language
    nouns = subject.kind.nouns[language]
    noun = nouns[draw[0] % len(nouns)]
    if subject.pieces > 1:
        noun = _BUNDLE[language].format(n=subject.pieces, noun=noun)
    names_brand = subject.brand is not None and draw[1] % 1000 >= BRAND_LEFT_OUT * 1000
    words = [noun]
    if names_brand and subject.brand is not None:
        words.insert(1 if draw[2] % 4 else 0, _misspelt(subject.brand, draw[3]) if draw[2] % 100 < 6 else subject.brand)
    if draw[4] % 10 < 5 and subject.colour_id in _COLOURS:
        words.append(_COLOURS[subject.colour_id][LANGUAGES.index(language)])
    if draw[5] % 10 < 4 and subject.size:
        words += (
            [_SIZE_WORD[language], subject.size] if draw[5] % 3 else ["tg" if language == "it" else "", subject.size]
        )
    if draw[6] % 10 < 3:
        extras = _EXTRAS[language]
        words.append(extras[draw[6] // 10 % len(extras)])
    return _as_typed(" ".join(word for word in words if word), draw[7])


def _as_typed(title: str, draw: int) -> str:
    habit, place = draw % 100, draw // 100
    if habit < 8:
        return title.upper()
    if habit < 30:
        return title.lower()
    if habit < 36:
        return _misspelt(title, place)
    if habit < 40:
        return folded(title)
    if habit < 43:
        return f"{title[:1].upper()}{title[1:]} {('✨', '🌸', '!!!', '❤️')[place % 4]}"
    return title[:1].upper() + title[1:]


def _misspelt(word: str, draw: int) -> str:
    """One slip of the finger: a letter lost, doubled or swapped with its neighbour."""
    if len(word) < 4:
        return word
    at = 1 + draw % (len(word) - 2)
    match draw // 64 % 3:
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at] + word[at:]
        case _:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
