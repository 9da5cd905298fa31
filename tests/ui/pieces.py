"""How tests look at a piece of a page."""

from __future__ import annotations

from datetime import UTC, datetime

from lxml import html
from markupsafe import Markup

from vopt_lib.schema.survival import DaysToSell, Interval, Lack, SurvivalCurve


def seen(piece: Markup) -> html.HtmlElement:
    """The piece as a browser reads it, inside one element."""
    return html.fragment_fromstring(str(piece), create_parent="main")


def text_of(element: html.HtmlElement) -> str:
    """Its text as one line."""
    return " ".join(element.text_content().split())


_CURVE = SurvivalCurve([0.5, 10.0, 40.0], [1.0, 0.6, 0.4], [1.0, 0.55, 0.35], [1.0, 0.65, 0.45], 400, 130.0)
TOLD = DaysToSell(
    _CURVE,
    Interval(25.4, 22.0, 31.2),
    {7: Interval(0.2, 0.17, 0.23), 14: Interval(0.35, 0.3, 0.4), 30: Interval(0.55, 0.5, 0.6), 60: Lack.SEEN_BRIEFLY},
    400,
    130.0,
    datetime(2026, 7, 24, tzinfo=UTC),
    datetime(2026, 11, 16, 7, tzinfo=UTC),
)
"""How long things take to sell, as far as 60 days are not known."""
