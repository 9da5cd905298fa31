"""This is where a page and the browser's address bar agree."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from vopt_lib.ui.markup import embedded, tag

LABEL = "vopt-address"


def address(query: str, on_query: Callable[[str], None]) -> Markup:
    """The channel between the address bar and a page; show it once per page, in a cell of its own.

    `query` is where the page is ("catalog=4&brand=Zara"): page.js mirrors it into the address bar. `on_query` is
    called with where she goes: back, forward, or by a link of the page that begins with "?".
    """
    import marimo as mo

    goes = mo.ui.text(label=LABEL, on_change=lambda wanted: on_query(wanted.removeprefix("?")))
    return tag(
        "div", embedded(goes), tag("span", class_="vopt-at", data_query=query), class_="vopt-address", hidden=True
    )
