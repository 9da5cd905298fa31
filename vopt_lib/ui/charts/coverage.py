"""This is where it is drawn on which days each search was made: a row a search, a square a day.

It is a table of the page itself: whoever cannot see it walks through it cell by cell, and each says what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from vopt_lib.schema.quality_page import Cell, Covered
from vopt_lib.ui.charts.show import key
from vopt_lib.ui.links import link
from vopt_lib.ui.markup import plain, tag
from vopt_lib.words import N_, Words

NAMED_EVERY = 7
"""Days between two that are named above the squares."""


def coverage(rows: Sequence[Covered], days: Sequence[date], words: Words) -> Markup:
    """The searches over these days (oldest first): whole, in part, tried in vain, or not at all; the fuller, the more
    of the market was seen.
    """
    kinds = (
        ("whole", words.say(N_("searched whole"))),
        ("part", words.say(N_("in part"))),
        ("failed", words.say(N_("nothing came in"))),
        ("none", words.say(N_("not collected"))),
    )
    caption = words.say(N_("What was searched, {first} to {last}"), first=days[0], last=days[-1])
    head = tag("tr", tag("th", words.say(N_("Search")), scope="col"), (_named(day, days, words) for day in days))
    body = (tag("tr", _name(row), (_square(cell) for cell in row.cells)) for row in rows)
    made = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", body), class_="vopt-coverage")
    return tag("div", key(kinds), tag("div", made, class_="vopt-scroll"), class_="vopt-chart")


def _named(day: date, days: Sequence[date], words: Words) -> Markup:
    """A day above its squares; in writing where there is room."""
    is_shown = (days[-1] - day).days % NAMED_EVERY == 0
    told = tag("span", words.day(day), class_="vopt-hidden")
    return tag("th", told, tag("span", str(day.day), aria_hidden="true") if is_shown else None, scope="col")


def _name(row: Covered) -> Markup:
    return tag("th", link(plain(row.name, 60), row.href) if row.href else plain(row.name, 60), scope="row")


def _square(cell: Cell) -> Markup:
    fill = None if cell.share is None else f"--share: {0.35 + 0.65 * min(max(cell.share, 0.0), 1.0):.2f}"
    told = tag("span", cell.told, class_="vopt-hidden")
    return tag("td", tag("i", told, style=fill, class_=f"is-{cell.mark}"), title=cell.told)
