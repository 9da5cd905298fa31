"""This is where we say what of a shop goes into a file: which columns, under which heads, of which rows.

All of it is what one member may see, in her language, by Italy's clock (`ZONE`). A year's sales are those completed in
it; one that is not completed, or does not say when, is of the year in which it was ordered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from vopt_lib.schema.own_figures import ZONE
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_tables import FIELDS, Cell
from vopt_lib.schema.vinted_terms import catalogue_nodes, conditions
from vopt_lib.shop.columns import MoneyType
from vopt_lib.shop.sheets import Sheet
from vopt_lib.shop.sight import expenses_of, items_of, listings_of, orders_of
from vopt_lib.shop.states import ENDS, State
from vopt_lib.shop.tables import ChannelAccount, Expense, Item, Listing, Order, OrderLine, Person
from vopt_lib.words import N_, Words

AT_ONCE: Final = 1_000
"""Rows that are held in memory at once."""

SALE_STATES: Final = {
    "reserved": N_("to ship"),
    "shipped": N_("shipped"),
    "completed": N_("completed"),
    "cancelled": N_("cancelled"),
}

Query = Select[*tuple[Any, ...]]
Teller = Callable[[Any, Words], Cell]


def _as_it_is(value: Any, _: Words) -> Cell:
    found: Cell = value
    return found


@dataclass(frozen=True)
class Column:
    """One column of a file: its head (a message id), where it comes from, and how it is told."""

    head: str
    source: Any
    told: Teller = _as_it_is


def _local(at: datetime | None, _: Words) -> Cell:
    return at.astimezone(ZONE).replace(tzinfo=None) if at else None


def _state(state: str, words: Words) -> Cell:
    return words.say(State(state).label)


def _sale_state(state: str, words: Words) -> Cell:
    return words.say(SALE_STATES[state])


def _condition(condition_id: int | None, words: Words) -> Cell:
    return next((one.labels[words.language] for one in conditions() if one.id == condition_id), None)


def _category(catalog_id: int | None, _: Words) -> Cell:
    return next((node.path for node in catalogue_nodes() if node.catalog_id == catalog_id), catalog_id)


def _listed(words: Sequence[str] | None, _: Words) -> Cell:
    return ", ".join(words or ()) or None


def _number(number: int | None, _: Words) -> Cell:
    """An id is no amount: as text it keeps all its digits in every spreadsheet."""
    return None if number is None else str(number)


_PERSON: Final = Column(N_("Person"), Person.name)
_ACCOUNT: Final = Column(N_("Account"), ChannelAccount.name)

_THING: Final = (
    Column(FIELDS["sku"].title, Item.sku),
    Column(FIELDS["title"].title, Listing.title),
    Column(FIELDS["brand"].title, Listing.brand),
    Column(FIELDS["size"].title, Listing.size),
    Column(FIELDS["condition"].title, Listing.condition_id, _condition),
    Column(FIELDS["category"].title, Listing.catalog_id, _category),
    Column(FIELDS["colour"].title, Listing.colour),
    Column(FIELDS["second_colour"].title, Listing.second_colour),
    Column(FIELDS["material"].title, Listing.material),
    Column(FIELDS["state"].title, Listing.state, _state),
    Column(FIELDS["price"].title, Listing.asked),
    Column(FIELDS["currency"].title, Listing.currency),
    Column(FIELDS["quantity"].title, Listing.quantity),
    Column(FIELDS["place"].title, Item.place),
    Column(FIELDS["cost"].title, Item.cost),
    Column(N_("Currency of the cost"), Item.currency),
    Column(FIELDS["bought_on"].title, Item.bought_on),
    Column(FIELDS["listed_at"].title, Listing.listed_at, _local),
    Column(N_("Ended on"), Listing.ended_at, _local),
    Column(FIELDS["tags"].title, Item.tags, _listed),
    _PERSON,
    _ACCOUNT,
    Column(FIELDS["parcel_size"].title, Listing.parcel_size),
    Column(FIELDS["listing_number"].title, Listing.external_id, _number),
    Column(FIELDS["url"].title, Listing.url),
    Column(FIELDS["description"].title, Listing.description),
    Column(N_("Notes"), Item.notes),
)


def _offers(listings: Query) -> Query:
    """These listings with the thing, the account and the person of each."""
    return (
        listings.join(Item, Item.id == Listing.item_id)
        .join(ChannelAccount, ChannelAccount.id == Listing.account_id)
        .join(Person, Person.id == ChannelAccount.person_id)
    )


def _in_stock(member: Member, year: int) -> Query:
    """Offered by then, not ended by then, and the thing not sold by then in any other listing."""
    _, end = bounds(year)
    sold_by_then = select(Listing.item_id).where(
        Listing.household_id == member.household_id,
        Listing.state == State.SOLD,
        Listing.deleted_at.is_(None),
        or_(Listing.ended_at.is_(None), Listing.ended_at < end),
    )
    return listings_of(member).where(
        func.coalesce(Listing.listed_at, Listing.created_at) < end,
        or_(Listing.state.not_in(ENDS), Listing.ended_at >= end),
        Listing.item_id.not_in(sold_by_then),
    )


_LINE_COST: Final = case((Item.currency == Order.currency, Item.cost))


def _all_or_none(amount: Any) -> ColumnElement[Any]:
    """The sum, where every thing of the order has an amount."""
    return case((func.count(amount) == func.count(OrderLine.id), func.sum(amount)))


_LINES: Final = (
    select(
        OrderLine.order_id,
        func.count(OrderLine.id).label("things"),
        func.aggregate_strings(OrderLine.title, " + ").label("titles"),
        _all_or_none(OrderLine.price).label("prices"),
        _all_or_none(_LINE_COST).label("cost"),
    )
    .join(Order, Order.id == OrderLine.order_id)
    .outerjoin(Listing, Listing.id == OrderLine.listing_id)
    .outerjoin(Item, Item.id == Listing.item_id)
    .group_by(OrderLine.order_id)
    .subquery()
)
_NONE: Final = literal(Decimal("0.00"), MoneyType())

AGREED: Final = func.coalesce(
    _LINES.c.prices,
    Order.paid - func.coalesce(Order.fee, _NONE) - func.coalesce(Order.shipping, _NONE),
    Order.asked,
)
"""What was agreed for the things: the sum of their prices, else what is left of what was paid, else what was asked."""

COST: Final = _LINES.c.cost

_ORDERED: Final = (
    Column(FIELDS["state"].title, Order.state, _sale_state),
    Column(N_("Things"), _LINES.c.titles),
    Column(N_("Number of things"), _LINES.c.things),
    Column(FIELDS["price"].title, Order.asked),
    Column(N_("Agreed price"), AGREED),
    Column(FIELDS["paid"].title, Order.paid),
    Column(FIELDS["fee"].title, Order.fee),
    Column(FIELDS["shipping"].title, Order.shipping),
)
_SALE: Final = (
    Column(FIELDS["transaction"].title, Order.external_id),
    Column(FIELDS["sold_at"].title, Order.ordered_at, _local),
    Column(FIELDS["completed_at"].title, Order.completed_at, _local),
    *_ORDERED,
    Column(FIELDS["received"].title, Order.received),
    Column(FIELDS["cost"].title, COST),
    Column(FIELDS["currency"].title, Order.currency),
    _PERSON,
    _ACCOUNT,
)
_PURCHASE: Final = (
    Column(FIELDS["transaction"].title, Order.external_id),
    Column(FIELDS["bought_on"].title, Order.ordered_at, _local),
    *_ORDERED,
    Column(FIELDS["currency"].title, Order.currency),
    _PERSON,
    _ACCOUNT,
)


def sold(member: Member, year: int | None) -> Query:
    """Her sales (of this year)."""
    query = _orders(member).where(Order.kind == "sale")
    if year is None:
        return query
    is_booked = and_(Order.state == "completed", Order.completed_at.is_not(None))
    return query.where(within(case((is_booked, Order.completed_at), else_=Order.ordered_at), year))


def bought_there(member: Member, year: int | None) -> Query:
    """Her purchases on her accounts (of this year)."""
    query = _orders(member).where(Order.kind == "purchase")
    return query if year is None else query.where(within(Order.ordered_at, year))


def _orders(member: Member) -> Query:
    return (
        orders_of(member)
        .outerjoin(_LINES, _LINES.c.order_id == Order.id)
        .join(ChannelAccount, ChannelAccount.id == Order.account_id)
        .join(Person, Person.id == ChannelAccount.person_id)
    )


_NEWEST_TITLE: Final = (
    select(Listing.title).where(Listing.item_id == Item.id).order_by(Listing.id.desc()).limit(1).scalar_subquery()
)
_BOUGHT: Final = (
    Column(FIELDS["sku"].title, Item.sku),
    Column(FIELDS["title"].title, _NEWEST_TITLE),
    Column(FIELDS["bought_on"].title, Item.bought_on),
    Column(FIELDS["cost"].title, Item.cost),
    Column(FIELDS["currency"].title, Item.currency),
    Column(FIELDS["place"].title, Item.place),
    Column(N_("Proof that it is your own"), Item.proof),
    Column(N_("Notes"), Item.notes),
    _PERSON,
)
_SPENT: Final = (
    Column(N_("Spent on"), Expense.spent_on),
    Column(N_("Purpose"), Expense.purpose),
    Column(N_("Amount"), Expense.amount),
    Column(FIELDS["currency"].title, Expense.currency),
    Column(FIELDS["sku"].title, Item.sku),
    _PERSON,
)


def bought(member: Member, year: int) -> Query:
    """The things that she bought in this year."""
    return items_of(member).where(Item.bought_on.between(date(year, 1, 1), date(year, 12, 31)))


def spent(member: Member, year: int | None) -> Query:
    """Her expenses (of this year)."""
    query: Query = expenses_of(member)
    return query if year is None else query.where(Expense.spent_on.between(date(year, 1, 1), date(year, 12, 31)))


def bounds(year: int) -> tuple[datetime, datetime]:
    """The moments at which a calendar year begins and is over (ZONE)."""
    begin, end = (datetime(number, 1, 1, tzinfo=ZONE).astimezone(UTC) for number in (year, year + 1))
    return begin, end


def within(moment: Any, year: int) -> ColumnElement[bool]:
    """Whether a moment lies in a calendar year."""
    begin, end = bounds(year)
    return and_(moment >= begin, moment < end)


@dataclass(frozen=True)
class Exports:
    """What a member may take away, in the language of these words. Its rows are read while they are written."""

    session: Session
    member: Member
    words: Words

    def inventory(self, chosen: Query | None = None) -> Sheet:
        """Every listing of hers, or those chosen of them, with what is known of the thing."""
        listings = listings_of(self.member) if chosen is None else chosen
        return self._sheet(N_("Inventory"), _THING, _offers(listings).order_by(Listing.id))

    def stock(self, year: int) -> Sheet:
        """The things that were on offer when the year ended, each once, as its newest listing tells it."""
        newest = _in_stock(self.member, year).with_only_columns(func.max(Listing.id)).group_by(Listing.item_id)
        query = _offers(listings_of(self.member)).where(Listing.id.in_(newest)).order_by(Listing.id)
        return self._sheet(N_("Stock at the end of the year"), _THING, query)

    def sales(self, year: int | None = None) -> Sheet:
        """Her sales, one a row: a bundle is one sale of several things."""
        return self._sheet(N_("Sales"), _SALE, sold(self.member, year).order_by(Order.ordered_at, Order.id))

    def purchases(self, year: int | None = None) -> Sheet:
        """What she bought on her accounts, by the day on which it was ordered."""
        query = bought_there(self.member, year).order_by(Order.ordered_at, Order.id)
        return self._sheet(N_("Purchases"), _PURCHASE, query)

    def things_bought(self, year: int) -> Sheet:
        """The things that she bought in this year, wherever that was."""
        query = bought(self.member, year).outerjoin(Person, Person.id == Item.person_id)
        return self._sheet(N_("Things bought"), _BOUGHT, query.order_by(Item.bought_on, Item.id))

    def expenses(self, year: int | None = None) -> Sheet:
        """What she spent."""
        query = (
            spent(self.member, year)
            .outerjoin(Person, Person.id == Expense.person_id)
            .outerjoin(Item, Item.id == Expense.item_id)
        )
        return self._sheet(N_("Expenses"), _SPENT, query.order_by(Expense.spent_on, Expense.id))

    def _sheet(self, title: str, columns: Sequence[Column], query: Query) -> Sheet:
        told = query.with_only_columns(*(column.source for column in columns))
        head = [self.words.say(column.head) for column in columns]
        return Sheet(self.words.say(title), head, self._rows(told, [column.told for column in columns]))

    def _rows(self, query: Query, tellers: Sequence[Teller]) -> Iterator[Sequence[Cell]]:
        for row in self.session.execute(query, execution_options={"yield_per": AT_ONCE}):
            yield [told(value, self.words) for told, value in zip(tellers, row, strict=True)]
