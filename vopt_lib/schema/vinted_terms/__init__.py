"""This is where the words of Vinted that vopt knows by heart are: a working part of the Italian tree, common brands,
conditions in seven languages, colours and sizes.

All of it is written by hand. Ids from INVENTED_FROM on exist only on the simulator; the others are Vinted's own.
The full and current lists come from the site's own navigation and filters, after consent.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from vopt_lib.schema.queries import Term

INVENTED_FROM = 9_000_000

LabelLanguage = Literal["it", "fr", "en", "es", "de", "nl", "pl"]
LABEL_LANGUAGES: tuple[LabelLanguage, ...] = ("it", "fr", "en", "es", "de", "nl", "pl")

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
    """One colour, with its Italian and English name and a hex value of our own choosing to draw it."""

    id: int
    labels: Mapping[Literal["it", "en"], str]
    hex: str


@dataclass(frozen=True)
class Pattern:
    """One pattern of cloth by a name of our own, as people call it, and as a sentence tells it: "with stripes"."""

    name: str
    labels: Mapping[Literal["it", "en"], str]
    seen: str


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
    return tuple(
        Colour(int(row["colour_id"]), {"it": row["it"], "en": row["en"]}, f"#{row['hex']}") for row in _rows("colours")
    )


@cache
def patterns() -> tuple[Pattern, ...]:
    """Patterns of cloth that can be told from a photo. Vinted's own numbers of them are not known."""
    return tuple(Pattern(row["pattern"], {"it": row["it"], "en": row["en"]}, row["seen"]) for row in _rows("patterns"))


@cache
def seen_as() -> Mapping[int, str]:
    """What a photo of each known catalogue without others below shows: 9000019 is "a women's denim jacket"."""
    return {int(row["catalog_id"]): row["en"] for row in _rows("seen")}


@cache
def photo_words() -> Mapping[str, str]:
    """Italian words for what is seen on photos, folded, and what they are in English."""
    return {folded(row["it"]): row["en"] for row in _rows("photo_words")}


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


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_HERE / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
