"""This is where HTML is written: whatever comes from outside is escaped, because nothing else can be put in.

Every part of a page is a `Markup`; `show` at the edge hands it to marimo. Strings that are not `Markup` are text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

if TYPE_CHECKING:
    import marimo as mo

Content = Markup | str | None
_VOID = {"br", "hr", "img", "input", "link", "meta", "source"}
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def tag(name: str, /, *content: Content | Iterable[Content], **attributes: object) -> Markup:
    """One element. `class_` and `for_` lose their underscore, other underscores become hyphens; None and False leave an
    attribute out, True leaves its value out.

    Example:
        >>> tag("a", "<b>", href="?brand=A&B", data_row=1)
        Markup('<a href="?brand=A&amp;B" data-row="1">&lt;b&gt;</a>')
    """
    written = Markup("").join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup("<{}{} />").format(Markup(name), written)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, together(*content))


def together(*content: Content | Iterable[Content]) -> Markup:
    """Pieces one after the other; None is nothing."""
    pieces = [piece for one in content for piece in ([one] if isinstance(one, str) or one is None else one)]
    return Markup("").join(escape(piece) for piece in pieces if piece is not None)


def plain(text: str, longest: int = 200) -> str:
    """A stranger's text as it can stand in a line: no control or turning characters, at most so long."""
    calm = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text if not _turns(sign)).split()
    short = " ".join(calm)
    return short if len(short) <= longest else short[: longest - 1].rstrip() + "…"


def show(*content: Content | Iterable[Content]) -> mo.Html:
    """The output of a cell."""
    import marimo as mo

    # marimo sends text as text, and a subclass of it as an object.
    return mo.Html(str(together(*content)))


def embedded(element: Any) -> Markup:
    """A marimo control or chart as a piece of HTML, to stand inside a card. It stays alive where a cell holds it."""
    return Markup(element.text)


def _attribute(key: str, value: object) -> Markup:
    if value is None or value is False:
        return Markup("")
    name = key.rstrip("_").replace("_", "-")
    return Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, value)


def _turns(sign: str) -> bool:
    return unicodedata.category(sign) == "Cs" or unicodedata.bidirectional(sign) in _TURNING
