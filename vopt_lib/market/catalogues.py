"""This is where we say which catalogue lies in which.

The tree comes as one frame: `catalog_id`, `ancestor_id`, one row per catalogue and ancestor, itself included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import polars as pl

from vopt_lib.schema.vinted_terms import CatalogueNode

ANCESTORS = pl.Schema({"catalog_id": pl.Int64, "ancestor_id": pl.Int64})
UNKNOWN_DEPTH = 99


def ancestors(nodes: Iterable[CatalogueNode]) -> pl.DataFrame:
    """Every catalogue with each of its ancestors and itself.

    Needs: parents among the nodes, before or after their children.
    Returns: catalog_id, ancestor_id (Int64). Grain: one row per catalogue and ancestor.
    """
    parents = {node.catalog_id: node.parent_id for node in nodes}
    rows = []
    for catalog_id in parents:
        above: int | None = catalog_id
        while above is not None:
            rows.append((catalog_id, above))
            above = parents.get(above)
    return pl.DataFrame(rows, schema=ANCESTORS, orient="row")


def within(catalogues: pl.DataFrame, catalog_id: int) -> list[int]:
    """The catalogue and everything below it."""
    below = catalogues.filter(pl.col("ancestor_id") == catalog_id)["catalog_id"].to_list()
    return below if catalog_id in below else [catalog_id, *below]


def depth(column: str, catalogues: pl.DataFrame) -> pl.Expr:
    """How deep in the tree a catalogue lies (Int32; a root 1, null 0).

    A catalogue that the tree does not know counts as deeper than any: people follow leaves, and the known tree holds
    the trunk.
    """
    depths = catalogues.group_by("catalog_id").len()
    known = pl.col(column).replace_strict(
        depths["catalog_id"], depths["len"].cast(pl.Int32), default=UNKNOWN_DEPTH, return_dtype=pl.Int32
    )
    return pl.when(pl.col(column).is_null()).then(0).otherwise(known if len(depths) else UNKNOWN_DEPTH).cast(pl.Int32)


def short_titles(paths: Mapping[int, str]) -> dict[int, str]:
    """Each catalogue's own title; with whose it is where several have the same, and else its whole path.

    Example:
        >>> short_titles({1: "Donna > Borse", 2: "Donna > Vestiti > Jeans", 3: "Uomo > Jeans"})
        {1: 'Borse', 2: 'Jeans (Donna)', 3: 'Jeans (Uomo)'}
    """
    parts = {catalog_id: path.split(" > ") for catalog_id, path in paths.items()}
    own = {catalog_id: part[-1] for catalog_id, part in parts.items()}
    whose = {catalog_id: f"{part[-1]} ({part[0]})" for catalog_id, part in parts.items()}
    chosen = {}
    for catalog_id, path in paths.items():
        names = (own[catalog_id], whose[catalog_id])
        counted = (Counter(own.values())[names[0]], Counter(whose.values())[names[1]])
        chosen[catalog_id] = names[0] if counted[0] == 1 else names[1] if counted[1] == 1 else path
    return chosen
