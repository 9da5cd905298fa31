"""This is where the page of sales learns what was sold, what that earned, and what is still to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.figures import catalogue_titles, only_hers
from vopt_lib.desk.shop.opening import onlooker_of, shop_of
from vopt_lib.errors import VoptError
from vopt_lib.schema.filters import SalesFilters
from vopt_lib.schema.market_page import Choice
from vopt_lib.schema.own_figures import Period, Stock, Waiting, local_day
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.sales_page import ROWS_ON_A_PAGE, SalesPage
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.activity import activities, newest
from vopt_lib.shop.books import Reader, first_day, names_of, read_books, titles_of
from vopt_lib.shop.figures import currencies, figures, in_currency, over_time, waiting
from vopt_lib.shop.founding import HOUSEHOLD
from vopt_lib.shop.reported import reported
from vopt_lib.shop.stock import stock

ACTIVITIES = 12
STEPS = ((31, "1d"), (120, "1w"), (6 * 366, "1mo"))
"""Periods of at most so many days are told in such steps; longer ones in years."""


@dataclass(frozen=True)
class _Asked:
    """Whose sales are asked for, which of them, and when. names: of everybody of the household, by number."""

    by: Reader
    filters: SalesFilters
    now: datetime
    names: Mapping[int, str]

    @property
    def of_catalogue(self) -> pl.Expr:
        """What is of the catalogue asked for."""
        return pl.lit(True) if self.filters.catalog is None else pl.col("catalog_id") == self.filters.catalog


def sales_page(desk: Desk, visitor: Visitor, filters: SalesFilters) -> SalesPage:
    """Everything the page of sales shows to this visitor; what stands in the way is its `trouble`."""
    try:
        member = onlooker_of(desk, visitor)
        with shop_of(desk).reading() as session:
            names = names_of(session, member)
            shown = _narrowed(member, filters)
            first = first_day(session, shown)
            asked = _Asked(Reader(session, shown), filters, desk.clock.now(), names)
            page = SalesPage() if first is None else _page(asked, first)
            people = tuple(Choice(number, name) for number, name in names.items())
            done = activities(session, shown, ACTIVITIES)
            return replace(page, names=names, people=people if member.sees_all else (), activities=done)
    except VoptError as error:
        return SalesPage(trouble=error)


def newest_change(desk: Desk) -> int:
    """A number that is another one as soon as anything in the shop was changed; 0 while it cannot be read."""
    try:
        with shop_of(desk).reading() as session:
            return newest(session, HOUSEHOLD)
    except VoptError:
        return 0


def period_of(span: str, first: date, today: date) -> Period:
    """The days that an address asks for (`filters.Span`); `first`: the oldest day of which anything is known.

    Example:
        >>> period_of("2026", date(2024, 5, 1), date(2026, 3, 8))
        Period(first=datetime.date(2026, 1, 1), last=datetime.date(2026, 3, 8))
    """
    if span == "all":
        return Period(min(first, today), today)
    if len(span) < len("2026"):
        return Period.until(today, int(span))
    year = Period.of_year(int(span))
    return Period(year.first, today) if year.first <= today <= year.last else year


def _narrowed(member: Member, filters: SalesFilters) -> Member:
    """Whose rows are shown: an admin may ask for those of one person."""
    if filters.person is None or not member.sees_all:
        return member
    return only_hers(replace(member, person_id=filters.person))


def _page(asked: _Asked, first: date) -> SalesPage:
    session, member, filters = asked.by.session, asked.by.member, asked.filters
    today = local_day(asked.now)
    period = period_of(filters.period, first, today)
    is_compared = filters.period != "all" and first <= period.before.last
    all_books = read_books(session, member, Period(period.before.first, period.last) if is_compared else period)
    books = all_books.only(asked.of_catalogue)
    coming = waiting(books.waiting)
    stocks = stock(session, member, asked.now, filters.catalog)
    known = tuple(dict.fromkeys((*currencies(books), *coming, *stocks)))
    currency = filters.currency or next(iter(known), "EUR")
    catalogues = pl.concat([all_books.sales["catalog_id"], books.offers["catalog_id"]]).unique()
    titles = catalogue_titles({*catalogues, filters.catalog})
    step = next((step for days, step in STEPS if period.days <= days), "1y")
    is_listed = (pl.col("currency") == currency) & pl.col("day").is_between(period.first, period.last)
    rows, fitting = _rows(asked, books.sales.filter(is_listed))
    return SalesPage(
        period=period,
        now=in_currency(books, currency, period),
        before=figures(books, currency, period.before) if is_compared else None,
        step=step,
        steps=over_time(books, step, currency=currency, period=period),
        waiting=coming.get(currency, Waiting()),
        stock=stocks.get(currency, Stock()),
        reported=reported(all_books.reportable, asked.names, period.last.year),
        rows=rows,
        fitting=fitting,
        currencies=known,
        catalogues=_catalogues(all_books.sales, titles, filters.catalog),
        years=tuple(range(today.year, first.year - 1, -1)),
        titles=titles,
    )


def _catalogues(sales: pl.DataFrame, titles: Mapping[int, str], chosen: int | None) -> tuple[Choice, ...]:
    """The catalogues of what was sold, each with the number of its sales."""
    counts = dict(sales.drop_nulls("catalog_id").group_by("catalog_id").len().rows())
    if chosen is not None:
        counts.setdefault(chosen, 0)
    return tuple(Choice(one, titles[one], counts[one]) for one in sorted(counts, key=lambda one: titles[one]))


def _rows(asked: _Asked, sales: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The sales of this page of the list, the newest first, and how many there are on all its pages."""
    fitting = sales.filter(pl.col("state") == asked.filters.state) if asked.filters.state else sales
    newest = fitting.sort("day", "order_id", descending=True)
    here = newest.slice((asked.filters.page - 1) * ROWS_ON_A_PAGE, ROWS_ON_A_PAGE)
    titles = titles_of(asked.by.session, asked.by.member, here["order_id"].to_list())
    euros = ((pl.col(name) / 100).alias(name) for name in ("amount", "received"))
    rows = here.select(
        *("order_id", "day", "things", "state"),
        pl.col("order_id").replace_strict(titles, default=None, return_dtype=pl.String).alias("title"),
        pl.col("person_id").replace_strict(asked.names, default=None, return_dtype=pl.String).alias("person"),
        *euros,
        gain=(pl.col("received") - pl.col("cost")) / 100,
    )
    return rows, fitting.height
