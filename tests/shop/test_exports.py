"""What leaves the shop as files: each person's own rows, in her language, summed plainly for a year."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.shop.people import FAMILY, author, dress
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.exports import Exports
from vopt_lib.shop.sheets import Sheet
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import ChannelAccount, Expense, Order, OrderLine, Person
from vopt_lib.shop.year import summary, year_sheets
from vopt_lib.words import Words

ANNA = Member(FAMILY, 1, "Anna", "admin")
LUCA = Member(FAMILY, 2, "Luca", "member")
ANNA_ALONE = Member(FAMILY, 1, "Anna", "member")


def at(day: int, month: int = 11, year: int = 2026, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def order(number: str, things: dict[int, str], account_id: int = 1, **facts: Any) -> Order:
    told = {"kind": "sale", "state": "completed", "currency": "EUR", "source": "table", "ordered_at": at(10)} | facts
    lines = [
        OrderLine(household_id=FAMILY, listing_id=listing, title=f"Abito {listing}", price=Decimal(price))
        for listing, price in things.items()
    ]
    return Order(household_id=FAMILY, account_id=account_id, external_id=number, lines=lines, **told)


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """Anna has sold a bundle and waits for another; Luca has sold on New Year's Eve; each has a dress left."""
    with shop.writing(author()) as session:
        session.add(Person(household_id=FAMILY, name="Luca", role="member"))
        session.flush()
        session.add(ChannelAccount(household_id=FAMILY, person_id=2, channel="vinted", market="it", name="luca_r"))
        session.flush()
        for number in range(1, 5):
            item = dress(number, state="published" if number == 4 else "sold", listed_at=at(1), ended_at=at(12))
            item.cost, item.bought_on = Decimal("3.00"), date(2026, 10, number)
            session.add(item)
            session.flush()
        session.add(dress(5, account_id=2, state="sold", listed_at=at(1), ended_at=at(31, 12, hour=23)))
        session.add(dress(6, account_id=2, listed_at=at(2), condition_id=6, catalog_id=4, brand="Zara"))
        session.flush()
        amounts = {"asked": "24.00", "paid": "29.00", "fee": "1.90", "shipping": "4.10", "received": "23.00"}
        told = {name: Decimal(value) for name, value in amounts.items()}
        session.add(order("1", {1: "12.00", 2: "11.00"}, completed_at=at(15), **told))
        session.add(order("2", {3: "12.00"}, state="shipped"))
        session.add(order("3", {5: "9.00"}, account_id=2, completed_at=at(31, 12, hour=23)))
        session.add(order("4", {6: "7.00"}, kind="purchase", paid=Decimal("8.00")))
        told = {"household_id": FAMILY, "currency": "EUR", "spent_on": date(2026, 11, 3)}
        session.add(Expense(person_id=1, amount=Decimal("4.50"), purpose="buste", **told))
        session.add(Expense(person_id=2, amount=Decimal("2.00"), purpose="nastro", **told))
    return shop


def told(sheet: Sheet) -> list[dict[str, object]]:
    return [dict(zip(sheet.head, row, strict=True)) for row in sheet.rows]


def column(sheet: Sheet, head: str) -> list[object]:
    return [row[head] for row in told(sheet)]


def test_a_bundle_is_one_sale_with_what_its_things_cost(busy: Shop) -> None:
    with busy.reading() as session:
        first = told(Exports(session, ANNA, Words("en")).sales())[0]
    assert first == {
        **{"Order number": "1", "Sold on": datetime(2026, 11, 10, 13), "Completed on": datetime(2026, 11, 15, 13)},  # noqa: DTZ001
        **{"State": "completed", "Things": "Abito 1 + Abito 2", "Number of things": 2},
        **{"Asked price": Decimal("24.00"), "Agreed price": Decimal("23.00"), "Paid by the buyer": Decimal("29.00")},
        **{"Fee": Decimal("1.90"), "Shipping": Decimal("4.10"), "Received": Decimal("23.00")},
        **{"Cost": Decimal("6.00"), "Currency": "EUR", "Person": "Anna", "Account": "anna_r"},
    }


def test_a_member_takes_away_her_own_alone(busy: Shop) -> None:
    with busy.reading() as session:
        hers = Exports(session, LUCA, Words("en"))
        assert column(hers.inventory(), "Title") == ["Abito 5", "Abito 6"]
        assert column(hers.sales(), "Order number") == ["3"]
        assert column(hers.expenses(), "Purpose") == ["nastro"]
        assert column(hers.purchases(), "Order number") == []
        assert len(told(Exports(session, ANNA, Words("en")).inventory())) == 6


def test_things_are_told_in_words(busy: Shop) -> None:
    with busy.reading() as session:
        row = told(Exports(session, LUCA, Words("en")).inventory())[1]
    assert {name: row[name] for name in ("State", "Condition", "Category", "Brand", "Listing number", "SKU")} == {
        **{"State": "on sale", "Condition": "New with tags", "Category": "Donna > Vestiti", "Brand": "Zara"},
        **{"Listing number": "10006", "SKU": "A-6"},
    }


def test_a_year_ends_at_midnight_in_italy(busy: Shop) -> None:
    """Luca's sale was completed on 31 December at 23:00 UTC, which is the next year at his home."""
    with busy.reading() as session:
        exports = Exports(session, LUCA, Words("en"))
        assert column(exports.sales(2026), "Order number") == []
        assert column(exports.sales(2027), "Order number") == ["3"]
        assert column(exports.stock(2026), "Title") == ["Abito 5", "Abito 6"]
        assert column(exports.stock(2027), "Title") == ["Abito 6"]
        assert column(exports.stock(2025), "Title") == []


def test_a_year_is_summed_by_plain_names(busy: Shop) -> None:
    with busy.reading() as session:
        rows = [tuple(row) for row in summary(Exports(session, ANNA_ALONE, Words("en")), 2026).rows]
    assert rows == [
        ("Person", "Anna", None, None),
        ("Year", "2026", None, None),
        ("Completed sales", 1, "EUR", None),
        ("Asked for what was sold", Decimal("24.00"), "EUR", 0),
        ("Agreed for what was sold", Decimal("23.00"), "EUR", 0),
        ("Paid by the buyers", Decimal("29.00"), "EUR", 0),
        ("Fees", Decimal("1.90"), "EUR", 0),
        ("Shipping of what was sold", Decimal("4.10"), "EUR", 0),
        ("Received in all", Decimal("23.00"), "EUR", 0),
        ("Cost of what was sold", Decimal("6.00"), "EUR", 0),
        ("Received less cost, of sales that tell both", Decimal("17.00"), "EUR", 0),
        ("Expenses", Decimal("4.50"), "EUR", None),
        ("Cost of things bought", Decimal("12.00"), "EUR", None),
        ("DAC7: number of sales on Vinted", 1, None, None),
        ("DAC7: sum of consideration on Vinted", Decimal("23.00"), "EUR", 0),
    ]


def test_what_a_sale_does_not_tell_is_counted(busy: Shop) -> None:
    with busy.reading() as session:
        rows = {row[0]: tuple(row[1:]) for row in summary(Exports(session, LUCA, Words("en")), 2027).rows}
    assert rows["Received in all"] == (None, "EUR", 1)
    assert rows["DAC7: sum of consideration on Vinted"] == (Decimal("9.00"), "EUR", 0)


def test_a_year_has_six_tables(busy: Shop) -> None:
    with busy.reading() as session:
        sheets = {sheet.title: len(told(sheet)) for sheet in year_sheets(Exports(session, ANNA, Words("en")), 2026)}
    assert sheets == {
        **{"Summary": 15, "Sales": 2, "Purchases": 1, "Things bought": 4, "Expenses": 2},
        "Stock at the end of the year": 3,
    }
