"""This is where the simulator tells what can be asked for: the category tree, filters, facets and the brand search.

Source: facts/vinted-web.md §3.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from vopt_lib.schema.queries import Term
from vopt_lib.schema.vinted_terms import (
    LabelLanguage,
    brands,
    colours,
    conditions,
    folded,
    size_group,
    sizes,
)
from vopt_lib.simulator.offers import FILTERED_BY, FilterCode, ShelfQuery, SimulatedMarket
from vopt_lib.simulator.tree import children, way_down

Options = list[dict[str, Any]]
FOUND_AT_MOST = 30
_LISTED_AT_MOST = 50


@dataclass(frozen=True)
class _Filter:
    id: int
    code: FilterCode
    title: str
    selection: str
    display: str


_FILTERS = (
    _Filter(1, "catalog", "Categoria", "single", "list"),
    _Filter(2, "size", "Taglia", "multi", "grid"),
    _Filter(3, "brand", "Brand", "multi", "list_search"),
    _Filter(4, "status", "Condizioni", "multi", "list"),
    _Filter(5, "color", "Colore", "multi", "grid"),
    _Filter(6, "material", "Materiale", "multi", "list"),
)


def category_tree(market: SimulatedMarket) -> dict[str, Any]:
    """Every category, each with its children; those that only this market knows stand beside the roots."""
    strange = [{"id": term.id, "title": term.title, "catalogs": []} for term in _strangers(market.terms("catalog"))]
    return {"catalogs": [*_tree_below(None), *strange]}


def all_filters(market: SimulatedMarket, query: ShelfQuery, at: datetime, language: LabelLanguage) -> dict[str, Any]:
    """Every filter of a search with its first options and how many listings fit each."""
    return {
        "filters": [
            {
                "id": f"{known.code}-filter",
                "code": known.code,
                "title": known.title,
                "selection_type": known.selection,
                "display_type": known.display,
                "is_hidden": False,
                "is_lazy": known.code == "brand",
                "position": known.id,
                "total_count_max": None,
                "options": facets(market, query, at, code=known.code, language=language),
            }
            for known in _FILTERS
        ],
        "selected_filters": _selected(query),
    }


def facets(
    market: SimulatedMarket, query: ShelfQuery, at: datetime, *, code: FilterCode, language: LabelLanguage
) -> Options:
    """The options of one filter with how many listings fit each, nested where the site nests them."""
    counted = market.count_by(query, at, code)
    match code:
        case "catalog":
            counts = {term.id: count for term, count in counted}
            strange = {term.id for term in _strangers([term for term, _ in counted])}
            return [
                *_counted_tree(None, counts),
                *(_option(term, count) | {"options": []} for term, count in counted if term.id in strange),
            ]
        case "size":
            return _sizes_in_groups(counted, query)
        case "brand":
            return [_option(term, count) for term, count in counted[:_LISTED_AT_MOST]]
        case "status":
            labels = {known.id: known.labels[language] for known in conditions()}
            return [_option(replace(term, title=labels.get(term.id, term.title)), count) for term, count in counted]
        case "color":
            return [_colour_option(term, count, language) for term, count in counted]
        case "material":
            return [_option(term, count) for term, count in counted]


def found_options(market: SimulatedMarket, code: FilterCode, text: str, language: LabelLanguage) -> Options:
    """The options of one filter whose name contains the text, those that begin with it first."""
    wanted = folded(text)
    known = _labelled(market, code, language)
    fitting = sorted((term for term in known if wanted in folded(term.title)), key=lambda term: _nearness(term, wanted))
    return [{"id": str(term.id), "title": term.title, "type": "default"} for term in fitting[:FOUND_AT_MOST]]


def _nearness(term: Term, wanted: str) -> tuple[bool, bool, str]:
    name = folded(term.title)
    return name != wanted, not name.startswith(wanted), name


def _labelled(market: SimulatedMarket, code: FilterCode, language: LabelLanguage) -> Sequence[Term]:
    if code == "status":
        return [Term(known.id, known.labels[language]) for known in conditions()]
    if code == "color":
        return [Term(colour.id, _colour_name(colour.labels, language)) for colour in colours()]
    known = brands() if code == "brand" else ()
    return list({term.id: term for term in (*market.terms(code), *known)}.values())


def _selected(query: ShelfQuery) -> list[dict[str, Any]]:
    chosen = {code: getattr(query, field) for code, field in FILTERED_BY.items()}
    return [{"code": code, "ids": [str(id_) for id_ in ids]} for code, ids in chosen.items() if ids]


def _strangers(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if not way_down(term.id)]


def _tree_below(parent_id: int | None) -> Options:
    return [
        {"id": node.catalog_id, "title": node.title, "catalogs": _tree_below(node.catalog_id)}
        for node in children(parent_id)
    ]


def _counted_tree(parent_id: int | None, counts: Mapping[int, int]) -> Options:
    return [
        _option(Term(node.catalog_id, node.title), counts[node.catalog_id])
        | {"options": _counted_tree(node.catalog_id, counts)}
        for node in children(parent_id)
        if node.catalog_id in counts
    ]


def _sizes_in_groups(counted: Sequence[tuple[Term, int]], query: ShelfQuery) -> Options:
    """Sizes under their group; those of no known group come last, under a group of their own."""
    group_of = {term.id: name for name, terms in sizes().items() for term in terms}
    own = {group for group in map(size_group, query.catalog_ids) if group}
    grouped: dict[str, Options] = {}
    for term, count in counted:
        grouped.setdefault(group_of.get(term.id, "other"), []).append(_option(term, count))
    names = sorted(grouped, key=lambda name: (name == "other", name not in own, name))
    return [
        {
            "id": name,
            "title": name.replace("_", " "),
            "type": "group",
            "items_count": sum(option["items_count"] for option in grouped[name]),
            "options": grouped[name],
        }
        for name in names
    ]


def _colour_option(term: Term, count: int, language: LabelLanguage) -> dict[str, Any]:
    colour = next((known for known in colours() if known.id == term.id), None)
    if colour is None:
        return _option(term, count)
    option = _option(Term(term.id, _colour_name(colour.labels, language)), count)
    return option | {"prefix": {"hex": colour.hex, "code": folded(colour.labels["en"]).upper()}}


def _colour_name(labels: Mapping[Any, str], language: LabelLanguage) -> str:
    return labels.get(language, labels["en"])


def _option(term: Term, count: int) -> dict[str, Any]:
    return {"id": str(term.id), "title": term.title, "type": "default", "items_count": count}
