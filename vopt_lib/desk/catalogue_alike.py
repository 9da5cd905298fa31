"""This is where a catalogue of a site that vopt does not know by heart finds one that it does know and that is alike.

What things of a catalogue are called, and whether they have sizes, is only known of those known by heart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from vopt_lib.desk import suggest
from vopt_lib.desk.instance import Desk
from vopt_lib.schema.vinted_terms import catalogue_nodes, folded, kinds


def catalogue_alike(desk: Desk, catalog_id: int | None, *, market: str = "it") -> int | None:
    """The catalogue known by heart that has the same name in the same main one, else the catalogue itself.

    Where the site has a catalogue below one that is known ("Donna > … > Blazer > Blazer oversize"), that one.
    """
    if catalog_id is None or catalog_id in kinds():
        return catalog_id
    path = next((term.title for term in suggest.catalogues(desk, market) if term.id == catalog_id), "")
    steps = [folded(step) for step in path.split(" > ")]
    named = ((steps[0], step) for step in reversed(steps[1:]))
    return next((_known()[one] for one in named if one in _known()), catalog_id)


@cache
def _known() -> Mapping[tuple[str, str], int]:
    """By main catalogue and name; of two of one name, whose things may be girls' and boys', neither."""
    named: dict[tuple[str, str], list[int]] = defaultdict(list)
    for node in catalogue_nodes():
        if node.catalog_id in kinds():
            named[folded(node.path.split(" > ")[0]), folded(node.title)].append(node.catalog_id)
    return {name: ids[0] for name, ids in named.items() if len(ids) == 1}
