"""This is where a page and the browser's address bar agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vopt_lib.ui.markup import embedded, show, tag

if TYPE_CHECKING:
    import marimo as mo

LABEL = "vopt-address"


def address(query: str, on_query: Callable[[str], None]) -> mo.Html:
    """The channel between the address bar and a page; show it in a cell of its own, bound to a name it keeps.

    `query` is where the page is ("catalog=4&brand=Zara"): page.js mirrors it into the address bar. `on_query` is
    called with where she goes: back, forward, or by a link of the page that begins with "?".

    Example:
        here = address(filters.as_query(), set_query)
        here
    """
    import marimo as mo

    goes = mo.ui.text(label=LABEL, on_change=lambda wanted: on_query(wanted.removeprefix("?")))
    marker = tag("span", class_="vopt-at", data_query=query)
    here = show(tag("div", embedded(goes), marker, class_="vopt-address", hidden=True))
    here.goes = goes  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return here
