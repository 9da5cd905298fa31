"""This is where the words of Vinted that vopt knows by heart are: a working part of the Italian tree, common brands,
conditions in seven languages, colours, patterns, materials and sizes, and what sellers call the things of a catalogue.

All of it is written by hand. Ids from INVENTED_FROM on exist only on the simulator; the others are Vinted's own.
The full and current lists come from the site's own navigation and filters, after consent.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

from vopt_lib.schema.listing_text import TEXT_LANGUAGES, TextLanguage
from vopt_lib.schema.queries import Term

INVENTED_FROM = 9_000_000

LabelLanguage = Literal["it", "fr", "en", "es", "de", "nl", "pl"]
LABEL_LANGUAGES: tuple[LabelLanguage, ...] = ("it", "fr", "en", "es", "de", "nl", "pl")

NO_BRAND = frozenset(
    {"senza marca", "senza marchio", "nessuna marca", "nessuna", "no brand", "nobrand", "no marca", "unbranded", "none"}
    | {"no name", "without brand", "sans marque", "ohne marke", "keine marke", "sin marca", "artigianale", "-"}
)
"""What sellers write where a thing has no brand, folded."""

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class CatalogueNode:
    """One catalogue of the Italian tree; `path` is unique ("Donna > Vestiti > Jeans"), a root has depth 0."""

    catalog_id: int
    parent_id: int | None
    title: str
    path: str
    depth: int


@dataclass(frozen=True)
class Condition:
    """One condition. `order` ranks quality (the id does not): 5 is new with tag, 40 the worst of clothes."""

    id: int
    order: int
    labels: Mapping[LabelLanguage, str]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Colour:
    """One colour, with its name in each language of a listing and a hex value of our own choosing to draw it."""

    id: int
    labels: Mapping[TextLanguage, str]
    hex: str


@dataclass(frozen=True)
class Pattern:
    """One pattern of cloth by a name of our own, as people call it, and as a sentence tells it: "with stripes"."""

    name: str
    labels: Mapping[TextLanguage, str]
    seen: str


@dataclass(frozen=True)
class Material:
    """One material by a name of our own. labels: as a sentence writes it ("cotone", "Baumwolle").

    also: what else sellers write for it in any language, adjectives and beginnings of German compounds among them
    ("di cotone", "woollen", "Baumwoll"); some are common words of another language ("down", "or").
    """

    name: str
    labels: Mapping[TextLanguage, str]
    also: tuple[str, ...]


Form = Literal["m", "f", "n", "mp", "fp", "p"]
"""What adjectives agree with: masculine, feminine, neuter or no gender; of several, "p" where gender does not show."""


@dataclass(frozen=True)
class Kind:
    """What sellers call a thing of a catalogue in a title ("giacca di jeans", "Jeansjacke"), and its forms."""

    catalog_id: int
    labels: Mapping[TextLanguage, str]
    forms: Mapping[TextLanguage, Form]


@dataclass(frozen=True)
class WarningWord:
    """A word in a title that says that its price is no price of such a thing.

    means: bundle, flawed, fake, not for sale, another thing. word: as sellers write it. source: who says so.
    """

    means: str
    language: str
    word: str
    source: str


def folded(text: str) -> str:
    """The text as names are compared: without accents, case and doubled spaces.

    Example:
        >>> folded(" Très  BON état")
        'tres bon etat'
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.casefold().split())


@cache
def catalogue_nodes() -> tuple[CatalogueNode, ...]:
    """The known part of the Italian tree, every parent before its children."""
    nodes: dict[int, CatalogueNode] = {}
    for row in _rows("catalogues"):
        parent = nodes[int(row["parent_id"])] if row["parent_id"] else None
        node = CatalogueNode(
            catalog_id=int(row["catalog_id"]),
            parent_id=parent.catalog_id if parent else None,
            title=row["title"],
            path=f"{parent.path} > {row['title']}" if parent else row["title"],
            depth=parent.depth + 1 if parent else 0,
        )
        nodes[node.catalog_id] = node
    return tuple(nodes.values())


@cache
def brands() -> tuple[Term, ...]:
    """Brands that an Italian family meets on Vinted."""
    return tuple(Term(int(row["brand_id"]), row["title"]) for row in _rows("brands"))


@cache
def conditions() -> tuple[Condition, ...]:
    """Every condition, best first; id 7 is for electronics only.

    Source: ids, order and the Italian labels are recorded; 7's order and labels are ours.
    """
    aliases: dict[int, tuple[str, ...]] = {}
    for row in _rows("condition_aliases"):
        aliases[int(row["condition_id"])] = (*aliases.get(int(row["condition_id"]), ()), row["label"])
    found = (
        Condition(
            id=int(row["condition_id"]),
            order=int(row["quality_order"]),
            labels={language: row[language] for language in LABEL_LANGUAGES},
            aliases=aliases.get(int(row["condition_id"]), ()),
        )
        for row in _rows("conditions")
    )
    return tuple(sorted(found, key=lambda condition: condition.order))


def condition_id(label: str) -> int | None:
    """The condition that a label in any of the seven languages names, blind to accents and case; None: none."""
    return _condition_ids().get(folded(label))


@cache
def colours() -> tuple[Colour, ...]:
    """Every colour of Vinted's filter."""
    return tuple(Colour(int(row["colour_id"]), _labels(row), f"#{row['hex']}") for row in _rows("colours"))


@cache
def colour_forms() -> Mapping[tuple[int, TextLanguage], Mapping[Form, str]]:
    """How a colour is written beside a thing of each form: (1, "it") has "nera" for "f"."""
    return {
        (int(row["colour_id"]), language): agreed(row[language].split("|"))
        for row in _rows("colour_forms")
        for language in TEXT_LANGUAGES
    }


def agreed(written: Sequence[str]) -> Mapping[Form, str]:
    """What stands for each form, of one word for all, two (one thing, several) or four (m, f, mp or n, fp or p)."""
    one, several = written[0], written[-1]
    if len(written) < 4:
        return {"m": one, "f": one, "n": one, "mp": several, "fp": several, "p": several}
    return {"m": one, "f": written[1], "n": written[2], "mp": written[2], "fp": several, "p": several}


@cache
def patterns() -> tuple[Pattern, ...]:
    """Patterns of cloth that can be told from a photo. Vinted's own numbers of them are not known."""
    return tuple(Pattern(row["pattern"], _labels(row), row["seen"]) for row in _rows("patterns"))


@cache
def materials() -> tuple[Material, ...]:
    """Materials that sellers name. Vinted's own numbers of them are not known."""
    return tuple(Material(row["material"], _labels(row), tuple(row["also"].split("|"))) for row in _rows("materials"))


@cache
def kinds() -> Mapping[int, Kind]:
    """What a thing of each known catalogue is called: of every one without others below, and of some above."""
    return {int(row["catalog_id"]): Kind(int(row["catalog_id"]), _labels(row), _forms(row)) for row in _rows("kinds")}


@cache
def seen_as() -> Mapping[int, str]:
    """What a photo of each known catalogue without others below shows: 9000019 is "a women's denim jacket"."""
    return {int(row["catalog_id"]): row["en"] for row in _rows("seen")}


@cache
def photo_words() -> Mapping[str, str]:
    """Italian words for what is seen on photos, folded, and what they are in English."""
    return {folded(row["it"]): row["en"] for row in _rows("photo_words")}


def is_no_brand(brand: str) -> bool:
    """Whether a brand says that there is none ("senza marca"), as sellers write it in the languages of a listing."""
    return folded(brand) in NO_BRAND


@cache
def sizes() -> Mapping[str, tuple[Term, ...]]:
    """The known sizes of each size group, smallest first."""
    groups: dict[str, tuple[Term, ...]] = {}
    for row in _rows("sizes"):
        groups[row["size_group"]] = (*groups.get(row["size_group"], ()), Term(int(row["size_id"]), row["title"]))
    return groups


def size_group(catalog_id: int) -> str | None:
    """The size group of a catalogue's listings, its own or its parents'; None: no sizes, or an unknown catalogue."""
    return _size_groups().get(catalog_id)


@cache
def warning_words() -> tuple[WarningWord, ...]:
    """Words in five languages that say that a price is no price of such a thing."""
    return tuple(WarningWord(**row) for row in _rows("warning_words"))


@cache
def _condition_ids() -> Mapping[str, int]:
    return {
        folded(label): condition.id
        for condition in conditions()
        for label in (*condition.labels.values(), *condition.aliases)
    }


@cache
def _size_groups() -> Mapping[int, str]:
    groups: dict[int, str] = {}
    for row in _rows("catalogues"):
        parent_group = groups.get(int(row["parent_id"])) if row["parent_id"] else None
        group = row["size_group"] or parent_group
        if group:
            groups[int(row["catalog_id"])] = group
    return groups


def _labels(row: Mapping[str, str]) -> Mapping[TextLanguage, str]:
    return {language: row[language] for language in TEXT_LANGUAGES}


def _forms(row: Mapping[str, str]) -> Mapping[TextLanguage, Form]:
    return {language: cast("Form", row[f"{language}_form"]) for language in TEXT_LANGUAGES}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_HERE / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
