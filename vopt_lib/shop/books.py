"""This is where sales, expenses and offers of a shop are read for its figures: rows in, one frame each out.

Amounts are whole cents (Int64), so that sums are exact and fast; null: nobody knows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

import polars as pl
from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, func, not_, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from vopt_lib.schema.own_figures import ZONE, Period, local_day
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.sight import expenses_of, listings_of, orders_of
from vopt_lib.shop.states import State
from vopt_lib.shop.tables import ChannelAccount, Expense, Item, Listing, Order, OrderLine, Person

COMPLETED: Final = "completed"
CANCELLED: Final = "cancelled"
WAITING: Final = ("reserved", "shipped")
ON_SALE: Final = (State.PUBLISHED, State.RESERVED)

_Query = Select[*tuple[Any, ...]]

_UTC = pl.Datetime("us", "UTC")
_SQLITE_FORM: Final = "%Y-%m-%d %H:%M:%S.%6f"
"""As SQLAlchemy writes a moment. Polars reads six places after a dot three times as fast as any number of them."""

_DAY_S: Final = 86_400

_AT_ONCE: Final = 500
"""Rows that are taken from the driver at once: few enough to stay in the processor's cache."""

_AMOUNTS: Final = ("asked", "paid", "fee", "shipping", "received")
_OF_ORDER: Final = ("person_id", "channel", "state", "currency", "ordered_at", "completed_at", *_AMOUNTS)

_LINES: Final = pl.Schema(
    [
        *((name, pl.Int64) for name in ("order_id", "person_id")),
        *((name, pl.String) for name in ("channel", "state", "currency")),
        *((name, _UTC) for name in ("ordered_at", "completed_at")),
        *((name, pl.Int64) for name in ("asked", "paid", "fee", "shipping", "received")),
        *((name, pl.Int64) for name in ("line_id", "price", "catalog_id")),
        *(("brand", pl.String), ("listed_at", _UTC), ("cost", pl.Int64)),
    ]
)
_EXPENSES: Final = pl.Schema(
    [
        *(("person_id", pl.Int64), ("day", pl.Date), ("currency", pl.String), ("amount", pl.Int64)),
        *(("catalog_id", pl.Int64), ("brand", pl.String)),
    ]
)
_OFFERS: Final = pl.Schema(
    [
        *(("item_id", pl.Int64), ("person_id", pl.Int64), ("catalog_id", pl.Int64), ("brand", pl.String)),
        *(("currency", pl.String), ("listed_at", _UTC), ("until", _UTC), ("state", pl.String)),
    ]
)


@dataclass(frozen=True)
class Reader:
    """Who reads the shop, and in which session."""

    session: Session
    member: Member


@dataclass(frozen=True)
class Books:
    """What a member's figures of a period are made of.

    sales: one row per sale of the period in any state, with its day, its amount for the things (cents), and the one
    catalogue and brand of its things; waiting: those, of any day, that are reserved or shipped; reportable: those that
    were completed in the calendar year of the period's last day. expenses: one row each. offers: one row per listing on
    sale in the period or later.
    """

    sales: pl.DataFrame
    waiting: pl.DataFrame
    reportable: pl.DataFrame
    expenses: pl.DataFrame
    offers: pl.DataFrame

    def only(self, wanted: pl.Expr) -> Books:
        """What fits, of each."""
        return Books(*(getattr(self, each.name).filter(wanted) for each in fields(self)))


def read_books(session: Session, member: Member, period: Period) -> Books:
    """The books of this period, as far as they are this member's."""
    year, is_waiting = Period.of_year(period.last.year), Order.state.in_(WAITING)
    known = sales(session, member, or_(_in_period(period), _in_period(year), is_waiting))
    return Books(
        known.filter(_on_days(period)),
        known.filter(pl.col("state").is_in(WAITING)),
        known.filter(_on_days(year), pl.col("state") == COMPLETED),
        _frame(session, _expenses(member, period), _EXPENSES),
        _frame(session, _offers(member, period), _OFFERS),
    )


def _on_days(period: Period) -> pl.Expr:
    return pl.col("day").is_between(period.first, period.last)


def sales(session: Session, member: Member, wanted: ColumnElement[bool]) -> pl.DataFrame:
    """Her sales that are wanted.

    Returns: order_id, person_id, channel, state, currency, day (Date of ZONE: completed, else ordered), amount (what
    was agreed for the things), at_asked (the amount is only what was asked), received, fee, cost (of all its things;
    cents), things (how many), catalog_id and brand (where all its things have the same), days (list: from listed to
    ordered, of each thing that tells).
    """
    lines = _frame(session, _sale_lines(member).where(wanted), _LINES)
    sale = lines.group_by("order_id", maintain_order=True).agg(
        pl.col(_OF_ORDER).first(),
        _all_or_none(pl.col("price")).alias("prices"),
        _all_or_none(pl.col("cost")).alias("cost"),
        pl.col("line_id").count().alias("things"),
        *(_the_only(name) for name in ("catalog_id", "brand")),
        _days_between("listed_at", "ordered_at").drop_nulls().alias("days"),
    )
    completed_at = pl.when(pl.col("state") == COMPLETED).then("completed_at")
    paid = pl.col("paid") - pl.col("fee").fill_null(0) - pl.col("shipping").fill_null(0)
    agreed = pl.coalesce("prices", paid)
    return sale.with_columns(
        day=pl.coalesce(completed_at, "ordered_at").dt.convert_time_zone(str(ZONE)).dt.date(),
        amount=pl.coalesce(agreed, "asked"),
        at_asked=agreed.is_null() & pl.col("asked").is_not_null(),
    ).drop("ordered_at", "completed_at", "asked", "paid", "shipping", "prices")


def _all_or_none(amount: pl.Expr) -> pl.Expr:
    """The sum, where every thing has an amount."""
    return pl.when(amount.null_count() == 0).then(amount.sum())


def _the_only(name: str) -> pl.Expr:
    return pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name)


def _days_between(first: str, last: str) -> pl.Expr:
    days = (pl.col(last) - pl.col(first)).dt.total_seconds() / _DAY_S
    return pl.when(days >= 0).then(days)


def _in_period(period: Period) -> ColumnElement[bool]:
    """Completed then; not completed, or nobody knows when: ordered then."""
    is_booked = and_(Order.state == COMPLETED, Order.completed_at.is_not(None))
    return or_(
        and_(is_booked, _within(Order.completed_at, period)),
        and_(not_(is_booked), _within(Order.ordered_at, period)),
    )


def _within(moment: InstrumentedAttribute[Any], period: Period) -> ColumnElement[bool]:
    return and_(moment >= period.begin, moment < period.end)


def _sale_lines(member: Member) -> _Query:
    """Each thing of each sale; a sale of which no thing is known is one row, too."""
    return (
        orders_of(member)
        .where(Order.kind == "sale")
        .join(ChannelAccount, ChannelAccount.id == Order.account_id)
        .outerjoin(OrderLine, OrderLine.order_id == Order.id)
        .outerjoin(Listing, Listing.id == OrderLine.listing_id)
        .outerjoin(Item, Item.id == Listing.item_id)
        .order_by(Order.id)
        .with_only_columns(
            Order.id,
            *(ChannelAccount.person_id, ChannelAccount.channel, Order.state, Order.currency),
            *(Order.ordered_at, Order.completed_at),
            *(_cents(getattr(Order, name)) for name in _AMOUNTS),
            *(OrderLine.id, _cents(OrderLine.price)),
            *(Listing.catalog_id, Listing.brand, Listing.listed_at),
            case((Item.currency == Order.currency, _cents(Item.cost))),
        )
    )


def _expenses(member: Member, period: Period) -> _Query:
    """What was spent, on which catalogue and brand: those of the newest listing of the thing that it was spent on."""

    def of_its_listing(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
        newest = select(column).where(Listing.item_id == Expense.item_id).order_by(Listing.id.desc()).limit(1)
        return newest.scalar_subquery()

    return (
        expenses_of(member)
        .where(Expense.spent_on.between(period.first, period.last))
        .with_only_columns(
            *(Expense.person_id, Expense.spent_on, Expense.currency, _cents(Expense.amount)),
            *(of_its_listing(Listing.catalog_id), of_its_listing(Listing.brand)),
        )
    )


def _offers(member: Member, period: Period) -> _Query:
    """The listings that were on sale in the period or later, and until when; null: they still are.

    A sold one that does not tell when was sold when it was first ordered; any other that does not is left out.
    """
    ordered = (
        select(func.min(Order.ordered_at))
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(OrderLine.listing_id == Listing.id, Order.kind == "sale", Order.state != CANCELLED)
        .where(Order.deleted_at.is_(None))
    )
    is_sold, is_on_sale = Listing.state == State.SOLD, Listing.state.in_(ON_SALE)
    sold_at = case((is_sold, ordered.correlate(Listing).scalar_subquery()))
    until = case((not_(is_on_sale), func.coalesce(Listing.ended_at, sold_at)))
    return (
        listings_of(member)
        .join(ChannelAccount, ChannelAccount.id == Listing.account_id)
        .where(Listing.state != State.DRAFT, or_(is_on_sale, until >= period.begin))
        # In the order in which they lie there, SQLite reads them twice as fast.
        .order_by(Listing.id)
        .with_only_columns(
            *(Listing.item_id, ChannelAccount.person_id, Listing.catalog_id, Listing.brand, Listing.currency),
            *(Listing.listed_at, until, Listing.state),
        )
    )


def _cents(amount: InstrumentedAttribute[Any]) -> ColumnElement[int]:
    return type_coerce(amount, BigInteger)


def _frame(session: Session, query: _Query, schema: pl.Schema) -> pl.DataFrame:
    """The rows of a query, whose columns come in the order of the schema, just as the driver gives them: to make
    objects of ten thousands of rows takes longer than to read them.
    """
    columns: list[list[Any]] = [[] for _ in schema]
    with session.connection().execute(query) as result:
        while result.cursor and (rows := result.cursor.fetchmany(_AT_ONCE)):
            for column, values in zip(columns, zip(*rows, strict=True), strict=True):
                column.extend(values)
    made = zip(schema.items(), columns, strict=True)
    return pl.DataFrame([_series(name, values, dtype) for (name, dtype), values in made])


def _series(name: str, values: Sequence[Any], dtype: pl.DataType) -> pl.Series:
    """A column. SQLite has days and moments as text, the latter without their zone (see `columns.UtcTimeType`)."""
    if dtype.is_temporal() and any(isinstance(value, str) for value in values):
        text = pl.Series(name, values, pl.String)
        return text.str.to_date() if dtype == pl.Date else text.str.to_datetime(_SQLITE_FORM, time_zone="UTC")
    return pl.Series(name, values, dtype)


def first_day(session: Session, member: Member) -> date | None:
    """The day (of ZONE) on which her oldest sale was ordered or her oldest listing began; None: there are none."""
    oldest = (
        orders_of(member).where(Order.kind == "sale").with_only_columns(func.min(Order.ordered_at)),
        listings_of(member).with_only_columns(func.min(Listing.listed_at)),
    )
    known = [at for query in oldest if (at := session.execute(query).scalar_one()) is not None]
    return min(map(local_day, known), default=None)


def titles_of(session: Session, member: Member, order_ids: Collection[int]) -> dict[int, str]:
    """What the first thing of each of these sales is called."""
    lines = (
        orders_of(member)
        .where(Order.id.in_(order_ids))
        .join(OrderLine, OrderLine.order_id == Order.id)
        .order_by(OrderLine.id.desc())
        .with_only_columns(Order.id, OrderLine.title)
    )
    return dict(session.execute(lines).all())


def names_of(session: Session, member: Member) -> dict[int, str]:
    """What everybody of her household is called, by number; those who have left it too."""
    people = select(Person.id, Person.name).where(Person.household_id == member.household_id).order_by(Person.id)
    return dict(session.execute(people).all())
