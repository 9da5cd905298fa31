"""This is where a shop is generated that is larger than a family's: 50,000 listings and 20,000 orders of four people.

    python -m tests.benchmarks.make_shop URL [--listings N] [--orders N]

URL is an empty database, for instance sqlite:///shop.sqlite. Five years until NEWEST: a few brands and catalogues have
most listings, prices are log-normal, one order in twelve is a bundle, one thing in three tells no cost. Titles have
thousands of different words, and can be found by them. The same rows each time.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, text

from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.audit import Author
from vopt_lib.shop.search import make_findable
from vopt_lib.shop.store import Shop, open_shop
from vopt_lib.shop.tables import (
    AuditEvent,
    Base,
    ChannelAccount,
    Expense,
    Household,
    Item,
    Listing,
    ListingPrice,
    ListingStatDay,
    Order,
    OrderLine,
    Person,
    Photo,
    Shipment,
)

NEWEST = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = 5 * 365
LISTINGS, ORDERS = 50_000, 20_000
PEOPLE = ("Anna", "Bea", "Carlo", "Daria")
OWNER = Member(1, 1, "Anna", "admin")
BRANDS = ("Zara", "H&M", "Nike", "OVS", "Bershka", "Mango", "Stradivarius", "Adidas", "Levi's", "Benetton", "Guess")
KINDS = ("Abito", "Borsa", "Giacca", "Jeans", "Maglione", "Scarpe", "T-shirt", "Camicia", "Gonna", "Cappotto")
LOOKS = ("nero", "blu", "a righe", "vintage", "estivo", "elegante", "in lana", "di pelle", "rosso", "con fiori")
CATALOGUES = (1774, 19, 1037, 183, 196, 16, 221, 222, 11, 1908)
SYLLABLES = [first + second for first in "bdglmnrstv" for second in "ao"]
UNSOLD = ("published",) * 26 + ("withdrawn",) * 42 + ("archived",) * 20 + ("paused",) * 4 + ("draft",) * 8
CHUNK = 5_000

Row = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """The rows of each table, in the order in which they can be inserted."""

    items: list[Row]
    listings: list[Row]
    orders: list[Row]
    lines: list[Row]


def fill(shop: Shop, listings: int = LISTINGS, orders: int = ORDERS) -> None:
    """Fill an empty shop."""
    draw = random.Random(7)
    rows = _sold(draw, _offered(draw, listings), orders)
    with shop.engine.execution_options(vopt_writes=True).begin() as connection:

        def put(kind: type[Base], made: list[Row]) -> None:
            for begin in range(0, len(made), CHUNK):
                connection.execute(insert(kind), made[begin : begin + CHUNK])

        put(Household, [{"id": 1, "name": "Rossi", "created_at": NEWEST, "audited": listings}])
        put(Person, [_changing(n, name=name, role="member" if n > 1 else "admin") for n, name in _numbered(PEOPLE)])
        put(ChannelAccount, [_account(n, name) for n, name in _numbered(PEOPLE)])
        put(Item, rows.items)
        put(Photo, [_pictured(item) for item in rows.items])
        put(Listing, rows.listings)
        put(Order, rows.orders)
        put(OrderLine, rows.lines)
        put(Shipment, [_parcel(order) for order in rows.orders])
        put(ListingPrice, [_asked(row, listing) for listing in rows.listings for row in range(2)])
        put(ListingStatDay, [_looked_at(draw, day, listing) for listing in rows.listings[::5] for day in range(3)])
        put(Expense, [_spent(draw, n) for n in range(orders // 50)])
        put(AuditEvent, [_event(listing) for listing in rows.listings])
    with shop.writing(Author(1, 1, "fill", NEWEST)) as session:
        make_findable(session, 1)
    if shop.engine.dialect.name == "postgresql":
        _settle(shop)


def _settle(shop: Shop) -> None:
    """As a server is that was not filled a moment ago: it counts on after our numbers, and knows what it holds."""
    with shop.alone() as connection:
        for table in ("item", "listing", '"order"', "person"):
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"))
        connection.execute(text("VACUUM ANALYZE"))


def _numbered(names: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    return enumerate(names, start=1)


def _changing(number: int, **facts: Any) -> Row:
    return {"id": number, "household_id": 1, "created_at": NEWEST, "changed_at": NEWEST, "version": 1, **facts}


def _account(number: int, name: str) -> Row:
    return _changing(number, person_id=number, channel="vinted", market="it", name=name.lower(), settings={})


def _offered(draw: random.Random, count: int) -> Rows:
    """Things that were offered, none of which is sold yet."""
    rows = Rows([], [], [], [])
    for number in range(1, count + 1):
        who = draw.choices((1, 2, 3, 4), (50, 25, 15, 10))[0]
        state = draw.choice(UNSOLD)
        listed_at = NEWEST - timedelta(days=draw.random() * (120 if state == "published" else DAYS))
        cost = Decimal(draw.randrange(100, 1500)).scaleb(-2) if draw.random() < 2 / 3 else None
        brand, kind = (_mostly(draw, len(names)) for names in (BRANDS, KINDS))
        rows.items.append(
            _changing(number, person_id=who, sku=f"A-{number}", cost=cost, currency="EUR", tags=[], edited=[])
        )
        rows.listings.append(
            _changing(
                number,
                item_id=number,
                account_id=who,
                external_id=1_000_000_000 + number,
                state=state,
                title=f"{KINDS[kind]} {BRANDS[brand]} {draw.choice(LOOKS)} {''.join(draw.choices(SYLLABLES, k=3))}",
                description="Come nuovo, usato poche volte. " * 4,
                catalog_id=CATALOGUES[kind],
                brand=BRANDS[brand] if draw.random() < 0.9 else None,
                asked=Decimal(round(100 * math.exp(draw.gauss(2.6, 0.7)))).scaleb(-2),
                currency="EUR",
                listed_at=None if state == "draft" else listed_at,
                ended_at=listed_at + timedelta(days=40) if state in ("withdrawn", "archived") else None,
                quantity=1,
                edited=[],
                search_text="",
            )
        )
    return rows


def _pictured(item: Row) -> Row:
    facts = {"item_id": item["id"], "position": 0, "is_primary": True}
    return {"household_id": 1, "sha256": f"{item['id']:064x}", **facts}


def _mostly(draw: random.Random, count: int) -> int:
    """A number below `count`, the low ones more often."""
    return min(int(draw.expovariate(3 / count)), count - 1)


def _sold(draw: random.Random, rows: Rows, count: int) -> Rows:
    """The same, of which so many orders were made; the newest days have those that are not completed."""
    by_account: dict[int, list[Row]] = {}
    for listing in rows.listings:
        if listing["state"] in ("withdrawn", "archived"):
            by_account.setdefault(listing["account_id"], []).append(listing)
    for number in range(1, count + 1):
        shelf = by_account[draw.choices(list(by_account), [len(left) for left in by_account.values()])[0]]
        things = [shelf.pop() for _ in range(draw.choice((2, 3)) if draw.random() < 1 / 12 else 1)]
        newest = max(thing["listed_at"] for thing in things)
        ordered_at = min(newest + timedelta(days=draw.expovariate(1 / 30)), NEWEST)
        _order(draw, rows, things, number=number, ordered_at=ordered_at)
    return rows


def _order(draw: random.Random, rows: Rows, things: list[Row], *, number: int, ordered_at: datetime) -> None:
    completed_at = ordered_at + timedelta(days=draw.uniform(3, 12))
    state = "completed" if completed_at < NEWEST else draw.choice(("reserved", "shipped"))
    state = "cancelled" if draw.random() < 0.03 else state
    prices = [(thing["asked"] * Decimal(draw.randrange(80, 101)) / 100).quantize(Decimal("0.01")) for thing in things]
    tells = draw.random() < 0.95
    rows.orders.append(
        _changing(
            number,
            account_id=things[0]["account_id"],
            external_id=str(number),
            kind="sale",
            state=state,
            ordered_at=ordered_at,
            completed_at=completed_at if state == "completed" else None,
            asked=sum((thing["asked"] for thing in things), Decimal(0)),
            paid=sum(prices) if tells else None,
            received=sum(prices) if tells and state == "completed" else None,
            currency="EUR",
            source="mail",
            edited=[],
        )
    )
    for thing, price in zip(things, prices, strict=True):
        rows.lines.append(
            {"household_id": 1, "order_id": number, "listing_id": thing["id"], "title": thing["title"], "price": price}
        )
        if state != "cancelled":
            thing |= {"state": "sold" if state == "completed" else "reserved", "ended_at": ordered_at}


def _parcel(order: Row) -> Row:
    return _changing(order["id"], order_id=order["id"], send_by=order["ordered_at"] + timedelta(days=5))


def _asked(row: int, listing: Row) -> Row:
    at = (listing["listed_at"] or NEWEST) + timedelta(days=7 * row)
    facts = {"listing_id": listing["id"], "currency": "EUR", "source": "archive"}
    return {"household_id": 1, "at": at, "asked": listing["asked"] + (1 - row), **facts}


def _looked_at(draw: random.Random, day: int, listing: Row) -> Row:
    facts = {"views": draw.randrange(200), "favourites": draw.randrange(20), "source": "archive"}
    on = (NEWEST - timedelta(days=day)).date()
    return {"household_id": 1, "listing_id": listing["id"], "day": on, **facts}


def _spent(draw: random.Random, number: int) -> Row:
    on = (NEWEST - timedelta(days=draw.random() * DAYS)).date()
    amount = Decimal(draw.randrange(100, 3000)).scaleb(-2)
    return _changing(number + 1, person_id=1, spent_on=on, amount=amount, currency="EUR", purpose="scatole")


def _event(listing: Row) -> Row:
    facts = {"person_id": listing["account_id"], "deed": "import archive", "about": "listing", "batch": None}
    told = {"before": {}, "after": {"title": listing["title"], "state": listing["state"]}}
    at = NEWEST - timedelta(minutes=listing["id"] // 20)
    return {"household_id": 1, "number": listing["id"], "at": at, "about_id": listing["id"], **facts, **told}


def main() -> None:
    """Fill the database that is named."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("url")
    reader.add_argument("--listings", type=int, default=LISTINGS)
    reader.add_argument("--orders", type=int, default=ORDERS)
    asked = reader.parse_args()
    begun = time.perf_counter()
    shop = open_shop(asked.url)
    fill(shop, asked.listings, asked.orders)
    shop.close()
    print(f"{asked.listings:,} listings and {asked.orders:,} orders in {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
