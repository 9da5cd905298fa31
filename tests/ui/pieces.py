"""How tests look at a piece of a page."""

from __future__ import annotations

from lxml import html
from markupsafe import Markup


def seen(piece: Markup) -> html.HtmlElement:
    """The piece as a browser reads it, inside one element."""
    return html.fragment_fromstring(str(piece), create_parent="main")


def text_of(element: html.HtmlElement) -> str:
    """Its text as one line."""
    return " ".join(element.text_content().split())
