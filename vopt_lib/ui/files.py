"""This is where pages offer what they show as files: links that download it, each with the kind of file it gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup

from vopt_lib.schema.filters import InventoryFilters, SalesFilters
from vopt_lib.schema.inventory_page import InventoryPage
from vopt_lib.schema.sales_page import SalesPage
from vopt_lib.ui.layout import card
from vopt_lib.ui.markup import plain, tag
from vopt_lib.words import N_, Words

EXPORT: Final = "/own/export/{file}?{query}"
"""Where tables are downloaded (`server.handing_out`)."""

KINDS: Final = {"csv": "CSV", "xlsx": "Excel"}
MOST_YEARS: Final = 4


def inventory_files(page: InventoryPage, filters: InventoryFilters, words: Words) -> Markup:
    """What the list shows, on all its pages, as a file."""
    shown = words.count(N_("{n} listing as a file"), N_("{n} listings as a file"), page.found.total)
    narrowing = filters.model_dump(mode="json", exclude_defaults=True, exclude={"order", "page", "id", "new"})
    return _line("div", shown, _both("inventory", shown, **narrowing))


def sales_files(page: SalesPage, filters: SalesFilters, words: Words) -> Markup:
    """Tables of what was sold and spent, and each person's years, as files; nothing where nothing was ever sold."""
    if page.period is None:
        return Markup("")
    year = filters.period if len(filters.period) == len("2026") else None
    whose = {"person": filters.person, "year": year}
    names = (N_("All sales"), N_("All expenses")) if year is None else (N_("Sales of {year}"), N_("Expenses of {year}"))
    sales, expenses = (words.say(name, year=year) for name in names)
    everything = words.say(N_("Inventory, sales, purchases and expenses in one file"))
    packs = [
        _link("everything.zip", shown, everything, format=kind, person=filters.person) for kind, shown in KINDS.items()
    ]
    rows = [
        (sales, _both("sales", sales, **whose)),
        (expenses, _both("expenses", expenses, **whose)),
        (everything, packs),
        *((title, _years(page, title, person)) for title, person in _people(page, filters, words)),
    ]
    listed = (_line("li", title, links) for title, links in rows)
    note = words.say(N_("All there is of them, whatever catalogue or state is chosen above."))
    return card(tag("ul", listed, class_="vopt-imports"), title=words.say(N_("Download")), note=note)


def _people(page: SalesPage, filters: SalesFilters, words: Words) -> Iterable[tuple[str, int | None]]:
    """Whose years can be taken: (what stands beside them, her number)."""
    if len(page.people) < 2:
        yield words.say(N_("Pack of the year, with the DAC7 numbers")), None
    for one in page.people if len(page.people) > 1 else ():
        if filters.person in (None, one.value):
            name = plain(str(one.title), 60)
            yield words.say(N_("Pack of {name}'s year, with the DAC7 numbers"), name=name), int(one.value)


def _years(page: SalesPage, title: str, person: int | None) -> list[Markup]:
    asked = {"format": "xlsx", "person": person}
    return [_link("year.zip", str(year), title, year=year, **asked) for year in page.years[:MOST_YEARS]]


def _line(element: str, title: str, links: Iterable[Markup]) -> Markup:
    return tag(element, tag("span", title), tag("span", links), class_="vopt-files")


def _both(what: str, title: str, **asked: object) -> list[Markup]:
    """This table ("sales") as CSV and as Excel."""
    return [_link(f"{what}.{kind}", shown, title, **asked) for kind, shown in KINDS.items()]


def _link(file: str, shown: str, title: str, **asked: object) -> Markup:
    """A link that downloads this file. title: what it holds, for who hears the link alone."""
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    href = EXPORT.format(file=file, query=query).rstrip("?")
    return tag("a", shown, href=href, download=True, class_="vopt-button", aria_label=f"{title}: {shown}")
