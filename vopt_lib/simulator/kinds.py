"""This is where we say what each catalogue holds: what it costs, when it is wanted, who makes it, how it is called."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from vopt_lib.schema.queries import Term
from vopt_lib.schema.vinted_terms import CatalogueNode, brands, catalogue_nodes, folded, size_group, sizes
from vopt_lib.simulator.tree import children, way_down

Language = Literal["it", "fr", "es", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

MATERIALS: tuple[Term, ...] = tuple(
    Term(9_300_001 + place, title)
    for place, title in enumerate(
        ("Acrilico", "Cashmere", "Cotone", "Denim", "Lana", "Lino", "Pelle", "Poliestere", "Seta", "Viscosa")
    )
)
"""Materials of the simulator; their ids are invented."""

JEANS_SIZES: tuple[Term, ...] = tuple(Term(9_400_000 + waist, f"W{waist} | IT {waist + 14}") for waist in range(25, 41))
"""Trousers of men are sold by waist; these ids are invented."""

_ROOT_PRICE = {"Uomo": 1.10, "Bambini": 0.90}
_ANY_KIND = "*"
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Kind:
    """What is alike in all listings of a sort: euro are the median for a plain brand in very good condition.

    The price is `swing` (log) higher in the peak month and lower half a year away. brand_kinds are letters that
    brand_levels.csv also uses; "" means that nothing of this kind has a brand.
    """

    title: str
    eur: float
    peak_month: int
    swing: float
    silhouette: str
    brand_kinds: str
    materials: tuple[Term, ...]
    nouns: Mapping[Language, tuple[str, ...]]


@dataclass(frozen=True)
class Leaf:
    """One catalogue in which listings lie: its node, kind, usual price and the sizes it uses."""

    node: CatalogueNode
    kind: Kind
    eur: float
    brand_kind: str
    sizes: tuple[Term, ...]


@dataclass(frozen=True)
class BrandLevel:
    """One brand among those of a kind: how often it is met and its price (log) over a plain one."""

    brand: Term
    weight: float
    log_level: float


@cache
def leaves() -> tuple[Leaf, ...]:
    """Every catalogue without children of the working tree, in the tree's order."""
    return tuple(_leaf(node) for node in catalogue_nodes() if not children(node.catalog_id))


@cache
def kind_of(catalog_id: int) -> Kind:
    """The kind of things in a catalogue: its own, else its nearest parent's, else the kind of anything."""
    titles = (node.title for node in reversed(way_down(catalog_id)))
    return _kinds()[next((title for title in titles if title in _kinds()), _ANY_KIND)]


@cache
def brand_levels(brand_kind: str) -> tuple[BrandLevel, ...]:
    """The brands met among listings of a kind; empty where nothing has a brand."""
    known = {folded(term.title): term for term in brands()}
    levels: dict[int, BrandLevel] = {}
    for row in _rows("brand_levels"):
        if brand_kind and brand_kind in row["kinds"]:
            for title in row["brands"].split("|"):
                brand = known[folded(title)]
                levels.setdefault(brand.id, BrandLevel(brand, float(row["weight"]), float(row["log_level"])))
    return tuple(levels.values())


def _leaf(node: CatalogueNode) -> Leaf:
    kind, root = kind_of(node.catalog_id), node.path.split(" > ")[0]
    return Leaf(
        node=node,
        kind=kind,
        eur=kind.eur * _ROOT_PRICE.get(root, 1.0),
        brand_kind=_clothing_of(root) if kind.brand_kinds == "C" else kind.brand_kinds,
        sizes=_sizes_of(node, kind, root),
    )


def _clothing_of(root: str) -> str:
    return {"Uomo": "M", "Bambini": "K"}.get(root, "W")


def _sizes_of(node: CatalogueNode, kind: Kind, root: str) -> tuple[Term, ...]:
    if root == "Uomo" and kind.title in ("Jeans", "Pantaloni"):
        return JEANS_SIZES
    group = size_group(node.catalog_id)
    return sizes().get(group, ()) if group else ()


@cache
def _kinds() -> Mapping[str, Kind]:
    materials = {term.title: term for term in MATERIALS}
    return {
        row["title"]: Kind(
            title=row["title"],
            eur=float(row["eur"]),
            peak_month=int(row["peak_month"]),
            swing=float(row["swing"]),
            silhouette=row["silhouette"],
            brand_kinds=row["brands"].strip("-"),
            materials=tuple(materials[title] for title in row["materials"].split("|") if title),
            nouns={language: tuple(row[language].split("|")) for language in LANGUAGES},
        )
        for row in _rows("kinds")
    }


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_HERE / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
