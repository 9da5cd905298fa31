"""This is where a page and the browser's address bar agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vopt_lib.ui.markup import embedded, show, tag

if TYPE_CHECKING:
    import marimo as mo

LABEL = "vopt-address"


def address(query: str, on_query: Callable[[str], None], look: Callable[[], object] | None = None) -> mo.Html:
    """The channel between the address bar and a page: for a cell of its own, bound to a name that the cell keeps.

    `query` is where the page is ("catalog=4&brand=Zara"): page.js mirrors it into the address bar. `on_query` is
    called with where she goes: back, forward, or by a link of the page that begins with "?". `look` is called when the
    page is shown again, and now and then while it is shown: whether there is something new to say.

    Example:
        here = address(filters.as_query(), set_query)
        here
    """
    import marimo as mo

    def told(wanted: str) -> None:
        if wanted.startswith("?"):
            on_query(wanted[1:])
        elif look is not None:
            look()

    goes = mo.ui.text(label=LABEL, on_change=told)
    marker = tag("span", class_="vopt-at", data_query=query, data_looks=look is not None)
    here = show(tag("div", embedded(goes), marker, class_="vopt-address", hidden=True))
    here.goes = goes  # type: ignore[attr-defined] # marimo forgets a control that nobody holds
    return here
