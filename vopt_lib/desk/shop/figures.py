"""This is where the figures of a shop are put together for a command: one period, each currency by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import member_called, shop_of
from vopt_lib.market.catalogues import short_titles
from vopt_lib.schema.own_figures import Groups, InCurrency, Period, Reported, Stock, Waiting, local_day
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.vinted_terms import catalogue_nodes
from vopt_lib.shop.books import names_of, read_books
from vopt_lib.shop.figures import currencies, in_currency, over_time, waiting
from vopt_lib.shop.reported import reported
from vopt_lib.shop.stock import stock

DAYS = 365
"""Of which figures are told where no period is said: a year, until today."""


@dataclass(frozen=True)
class Earned:
    """What was earned in one currency, and by month; what is in stock and what is to come, now."""

    now: InCurrency
    months: Groups
    stock: Stock
    waiting: Waiting


@dataclass(frozen=True)
class Report:
    """The figures of a period, of one person or of all whom the owner sees, the currency with the most sales first.

    names: of people, titles: of catalogues, by their numbers.
    """

    period: Period
    person: str | None
    earned: tuple[Earned, ...]
    reported: tuple[Reported, ...]
    names: Mapping[int, str]
    titles: Mapping[int, str]


def lately(desk: Desk) -> Period:
    """The period of which figures are told where none is said."""
    return Period.until(local_day(desk.clock.now()), DAYS)


def report(desk: Desk, period: Period, person: str | None = None) -> Report:
    """The figures of the shop in this period; of one person, where one is named. The years that a marketplace reports
    are those of the period's last day.

    Raises: UnknownPerson; ShopDamaged; ShopUnreachable; ShopBusy.
    """
    who = member_called(desk, person)
    member = only_hers(who) if person else who
    with shop_of(desk).reading() as session:
        books = read_books(session, member, period)
        stocks, coming = stock(session, member, desk.clock.now()), waiting(books.waiting)
        known = dict.fromkeys((*currencies(books), *coming, *stocks))
        earned = tuple(
            Earned(
                in_currency(books, one, period),
                over_time(books, "1mo", currency=one, period=period),
                stocks.get(one, Stock()),
                coming.get(one, Waiting()),
            )
            for one in known
        )
        names = names_of(session, member)
        counted = reported(books.reportable, names, period.last.year)
        titles = catalogue_titles(key for one in earned for key in one.now.catalogues)
        return Report(period, who.name if person else None, earned, counted, names, titles)


def only_hers(member: Member) -> Member:
    """Her, seeing what is her own alone: of an admin, too, not what the others have."""
    return replace(member, role="member", looks_at_all=False)


def catalogue_titles(ids: Iterable[object]) -> dict[int, str]:
    """What these catalogues are called, by number; one that vopt does not know by its number."""
    paths = {node.catalog_id: node.path for node in catalogue_nodes()}
    return short_titles({one: paths.get(one, f"#{one}") for one in ids if isinstance(one, int)})


def as_json(told: Report) -> dict[str, Any]:
    """The report as plain values for programs: amounts as text, shares as numbers, null where nobody knows."""
    return {
        "period": {"from": told.period.first.isoformat(), "to": told.period.last.isoformat()},
        "person": told.person,
        "currencies": [
            {
                "currency": one.now.currency,
                **_plain(one.now.figures),
                "people": _groups(one.now.people, told.names),
                "catalogues": _groups(one.now.catalogues, told.titles),
                "brands": _groups(one.now.brands, {}),
                "months": _groups(one.months, {key: f"{key:%Y-%m}" for key in one.months}),
                "stock": _plain(one.stock),
                "waiting": _plain(one.waiting),
            }
            for one in told.earned
        ],
        "reported": [_plain(one) | {"share": one.share, "is_reported": one.is_reported} for one in told.reported],
    }


def _groups(groups: Groups, names: Mapping[Any, str]) -> list[dict[str, Any]]:
    return [{"of": names.get(key, key), **_plain(known)} for key, known in groups.items()]


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, Decimal | date) else value
