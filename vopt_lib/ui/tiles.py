"""This is where the few figures that matter most stand: each with its unit, how it moved, and its line."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from vopt_lib.schema.tile import Tile
from vopt_lib.ui.cells import change_mark
from vopt_lib.ui.links import is_ours
from vopt_lib.ui.markup import tag
from vopt_lib.ui.sparkline import sparkline
from vopt_lib.words import Words

_COLUMNS = {1: 1, 2: 2, 3: 3, 5: 5, 6: 3}  # so that no row is left with a hole; else 4


def tiles(items: Sequence[Tile], words: Words) -> Markup:
    """The figures side by side; two in a row on a phone."""
    columns = _COLUMNS.get(len(items), 4)
    listed = [tag("li", _tile(item, words)) for item in items]
    return tag("ul", listed, class_="vopt-tiles", style=f"--vopt-columns: {columns}", role="list")


def _tile(item: Tile, words: Words) -> Markup:
    unit = tag("small", item.unit) if item.unit else None
    moved = change_mark(item.change, words, item.better) if item.change is not None else None
    detail = tag("span", item.detail) if item.detail else None
    content = (
        tag("span", item.title, class_="vopt-tile-title"),
        tag("span", item.value, unit, class_="vopt-tile-value"),
        tag("span", moved, detail, class_="vopt-tile-foot") if moved or detail else None,
        sparkline(item.trend),
    )
    if item.href is not None and is_ours(item.href):
        return tag("a", *content, href=item.href, class_="vopt-tile")
    return tag("div", *content, class_="vopt-tile")
