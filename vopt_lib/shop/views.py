"""This is where a person's own shop is read as the `shop_*` views of her questions in SQL: her rows, and no others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, Select, Text, cast, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_views import AMOUNT, OWN_VIEWS, SMALL_AMOUNT
from vopt_lib.shop.sight import alerts_of, assistant_uses_of, expenses_of, items_of, listings_of, orders_of
from vopt_lib.shop.tables import (
    Alert,
    AssistantUse,
    ChannelAccount,
    Expense,
    Item,
    Listing,
    ListingPrice,
    ListingStatDay,
    Order,
    OrderLine,
    Person,
    Shipment,
)

if TYPE_CHECKING:
    import polars as pl

Asked = Select[Any]

_PARTS: Final[dict[Any, int]] = {AMOUNT: 100, SMALL_AMOUNT: 1_000_000}
"""In how many parts the shop's database counts amounts of this kind."""


def view_rows(session: Session, member: Member, name: str) -> pl.DataFrame:
    """The rows of a view that this person may see. Columns: those of `OWN_VIEWS`."""
    import polars as pl

    columns = OWN_VIEWS[name].columns
    # Amounts come as whole cents or millionths: a Decimal made of each would take most of the time.
    schema = {column.name: pl.Int64() if column.dtype in _PARTS else column.dtype for column in columns}
    rows = session.execute(_ASKED[name](member)).all()
    euros = [
        (pl.col(one.name).cast(pl.Decimal(38, one.dtype.scale)) / _PARTS[one.dtype]).cast(one.dtype)
        for one in columns
        if isinstance(one.dtype, pl.Decimal)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(euros)


def _items(member: Member) -> Asked:
    return _hers(
        items_of(member).outerjoin(Person, Item.person_id == Person.id),
        Item.id, Person.name, Item.sku, Item.place, _cents(Item.cost), Item.currency, Item.bought_on, Item.tags,
        Item.notes, Item.created_at,
    )  # fmt: skip


def _listings(member: Member) -> Asked:
    return _hers(
        _with_account(listings_of(member), Listing.account_id),
        Listing.id, Listing.item_id, *_ACCOUNT, Listing.external_id, Listing.url, Listing.state, Listing.reason,
        Listing.title, Listing.description, Listing.catalog_id, Listing.brand, Listing.size, Listing.condition_id,
        Listing.colour, Listing.second_colour, Listing.material, Listing.parcel_size, Listing.quantity,
        _cents(Listing.asked), Listing.currency, Listing.listed_at, Listing.ended_at,
    )  # fmt: skip


def _prices(member: Member) -> Asked:
    found = select(
        ListingPrice.listing_id, ListingPrice.at, _cents(ListingPrice.asked), ListingPrice.currency, ListingPrice.source
    )
    return found.where(ListingPrice.listing_id.in_(_ids(listings_of(member), Listing.id)))


def _stat_days(member: Member) -> Asked:
    day = ListingStatDay
    found = select(day.listing_id, day.day, day.source, day.views, day.favourites, _cents(day.asked), day.currency)
    return found.where(day.listing_id.in_(_ids(listings_of(member), Listing.id)))


def _orders(member: Member) -> Asked:
    return _hers(
        _with_account(orders_of(member), Order.account_id),
        Order.id, *_ACCOUNT, Order.external_id, Order.kind, Order.state, Order.ordered_at, Order.completed_at,
        _cents(Order.asked), _cents(Order.paid), _cents(Order.fee), _cents(Order.shipping), _cents(Order.received),
        Order.currency, Order.source,
    )  # fmt: skip


def _lines(member: Member) -> Asked:
    return _hers(
        orders_of(member).join(OrderLine, OrderLine.order_id == Order.id),
        OrderLine.order_id, OrderLine.listing_id, OrderLine.title, _cents(OrderLine.price), Order.currency,
    )  # fmt: skip


def _shipments(member: Member) -> Asked:
    shipments = orders_of(member).join(Shipment, Shipment.order_id == Order.id).where(Shipment.deleted_at.is_(None))
    return _hers(shipments, Shipment.order_id, Shipment.send_by, Shipment.sent_at, Shipment.carrier, Shipment.tracking)


def _expenses(member: Member) -> Asked:
    return _hers(
        expenses_of(member).outerjoin(Person, Expense.person_id == Person.id),
        Expense.id, Person.name, Expense.item_id, Expense.spent_on, _cents(Expense.amount), Expense.currency,
        Expense.purpose,
    )  # fmt: skip


def _assistant_uses(member: Member) -> Asked:
    use = AssistantUse
    return _hers(
        assistant_uses_of(member).outerjoin(Person, use.person_id == Person.id),
        use.id, Person.name, use.at, use.job, use.backend, use.model, use.seconds, use.tokens_read,
        use.tokens_written, _cents(use.cost), use.trouble,
    )  # fmt: skip


def _alerts(member: Member) -> Asked:
    return _hers(
        alerts_of(member), Alert.id, Alert.key, Alert.level, Alert.text, cast(Alert.facts, Text), Alert.begun_at,
        Alert.last_at, Alert.times, Alert.ended_at, Alert.told_at,
    )  # fmt: skip


_ACCOUNT: Final = (Person.name, ChannelAccount.channel, ChannelAccount.market, ChannelAccount.name)

_ASKED: Final[dict[str, Callable[[Member], Asked]]] = {
    "shop_item": _items,
    "shop_listing": _listings,
    "shop_listing_price": _prices,
    "shop_listing_stat_day": _stat_days,
    "shop_order": _orders,
    "shop_order_line": _lines,
    "shop_shipment": _shipments,
    "shop_expense": _expenses,
    "shop_assistant_use": _assistant_uses,
    "shop_alert": _alerts,
}


def _hers(rows: Select[Any], *columns: Any) -> Asked:
    return rows.with_only_columns(*columns, maintain_column_froms=True)


def _with_account(rows: Select[Any], account_id: InstrumentedAttribute[int]) -> Select[Any]:
    return rows.join(ChannelAccount, account_id == ChannelAccount.id).join(
        Person, ChannelAccount.person_id == Person.id
    )


def _ids(rows: Select[Any], column: InstrumentedAttribute[int]) -> Select[Any]:
    return rows.with_only_columns(column)


def _cents(amount: InstrumentedAttribute[Any]) -> Any:
    return type_coerce(amount, BigInteger)
