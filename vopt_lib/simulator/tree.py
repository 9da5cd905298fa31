"""This is where catalogues are found above and below each other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from vopt_lib.schema.vinted_terms import CatalogueNode, catalogue_nodes

Way = tuple[CatalogueNode, ...]


def way_down(catalog_id: int) -> Way:
    """The catalogue behind all its parents, the root first; empty for a catalogue that is not known."""
    return _ways().get(catalog_id, ())


@cache
def children(catalog_id: int | None) -> Way:
    """What lies directly under a catalogue; the roots for None."""
    return tuple(node for node in catalogue_nodes() if node.parent_id == catalog_id)


@cache
def below(catalog_id: int) -> frozenset[int]:
    """Ids of everything under a catalogue, its own included."""
    return frozenset(
        {catalog_id, *(id_ for id_, way in _ways().items() if catalog_id in {node.catalog_id for node in way})}
    )


@cache
def _ways() -> Mapping[int, Way]:
    ways: dict[int, Way] = {}
    for node in catalogue_nodes():
        ways[node.catalog_id] = (*(ways[node.parent_id] if node.parent_id is not None else ()), node)
    return ways
