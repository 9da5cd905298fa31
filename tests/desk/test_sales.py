"""What the page of sales and the command of figures are told, of a shop that lies on disk."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.markets import FixedClock
from tests.shop.people import author
from tests.shop.sold import BAGS, DRESSES, at, expense, sale, thing
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.figures import as_json, report
from vopt_lib.desk.shop.figures_told import lines
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.shop.sales import newest_change, period_of, sales_page
from vopt_lib.errors import ShopDamaged, UnknownPerson
from vopt_lib.schema.filters import SalesFilters
from vopt_lib.schema.own_figures import Period
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.tables import ChannelAccount, Person
from vopt_lib.words import Words

TODAY = "2026-11-20T12:00"
ANNA, BEA = Visitor("a", "it", role="admin", member=1), Visitor("b", "en", role="member", member=2)


@pytest.fixture
def empty(tmp_path: Path) -> Desk:
    """A vopt whose shop has nothing."""
    return open_desk(data=tmp_path, clock=FixedClock(at(TODAY)))


@pytest.fixture
def desk(empty: Desk) -> Desk:
    """A vopt of Anna, who sold a dress, a bag and both again in a bundle, and of Bea, who sold a dress."""
    with shop_of(empty).writing(author()) as session:
        owner = session.get_one(Person, 1)
        owner.name = "Anna"
        session.add(Person(household_id=1, name="Bea", role="member"))
        session.flush()
        for number, name in ((1, "anna_r"), (2, "bea_r")):
            session.add(ChannelAccount(household_id=1, person_id=number, channel="vinted", market="it", name=name))
        session.flush()
        dress, bag = {"catalog_id": DRESSES, "title": "Abito"}, {"catalog_id": BAGS, "title": "Borsa"}
        sale(session, thing(session, cost="2.00", **dress), ordered_at=at("2026-11-02"), paid="12.00", received="12.00")
        sale(session, thing(session, **bag), ordered_at=at("2026-06-02"), paid="30.00")
        bundle = thing(session, **dress), thing(session, **bag)
        sale(session, *bundle, ordered_at=at("2025-11-30"), paid="20.00", received="20.00")
        sale(session, thing(session, **bag), ordered_at=at("2026-11-19"), paid="7.00", state="reserved")
        sale(session, thing(session, who=2, **dress), ordered_at=at("2026-11-03"), paid="5.00", received="5.00")
        sale(session, thing(session, **dress), ordered_at=at("2025-11-03"), paid="50.00", received="50.00")
        expense(session, "2026-11-05", "1.50")
    return empty


def page(desk: Desk, query: str = "", visitor: Visitor = ANNA):  # type: ignore[no-untyped-def]
    return sales_page(desk, visitor, SalesFilters.from_query(query))


def test_the_page_tells_a_year_and_the_one_before(desk: Desk) -> None:
    told = page(desk)
    assert told.period == Period(date(2025, 11, 21), date(2026, 11, 20))
    assert (told.now.figures.sales, told.now.figures.revenue.amount) == (4, Decimal("67.00"))
    assert told.before.revenue.amount == Decimal("50.00")
    assert (told.step, len(told.steps)) == ("1mo", 13)
    assert told.waiting.revenue.amount == Decimal("7.00")
    assert [choice.title for choice in told.people] == ["Anna", "Bea"]
    assert told.years == (2026, 2025)
    assert told.currencies == ("EUR",)


def test_the_list_has_every_sale_of_the_period_the_newest_first(desk: Desk) -> None:
    rows = page(desk).rows
    assert rows.select("title", "things", "person", "state", "amount", "gain").rows() == [
        ("Borsa", 1, "Anna", "reserved", 7.0, None),
        ("Abito", 1, "Bea", "completed", 5.0, None),
        ("Abito", 1, "Anna", "completed", 12.0, 10.0),
        ("Borsa", 1, "Anna", "completed", 30.0, None),
        ("Abito", 2, "Anna", "completed", 20.0, None),
    ]


@pytest.mark.parametrize(
    ("query", "visitor", "amounts"),
    [
        ("", BEA, [5.0]),
        ("person=1", BEA, [5.0]),
        ("person=2", ANNA, [5.0]),
        ("person=99", ANNA, []),
        (f"catalog={BAGS}", ANNA, [7.0, 30.0]),
        ("state=reserved", ANNA, [7.0]),
        ("period=30", ANNA, [7.0, 5.0, 12.0]),
        ("period=2025", ANNA, [20.0, 50.0]),
        ("period=2031", ANNA, []),
        ("currency=GBP", ANNA, []),
        ("page=2", ANNA, []),
    ],
)
def test_the_address_narrows_the_list_and_a_member_sees_only_her_own(
    desk: Desk, query: str, visitor: Visitor, amounts: list[float]
) -> None:
    told = page(desk, query, visitor)
    assert ([] if told.rows.is_empty() else told.rows["amount"].to_list()) == amounts
    assert told.trouble is None


def test_a_member_is_told_of_nobody_else(desk: Desk) -> None:
    told = page(desk, visitor=BEA)
    assert told.people == ()
    assert [one.person for one in told.reported] == ["Bea"]
    assert set(told.now.people) == {2}
    assert told.now.figures.expenses == 0
    assert told.activities == ()


def test_an_empty_shop_has_no_period_and_a_damaged_one_is_told(empty: Desk) -> None:
    assert page(empty).period is None
    assert newest_change(empty) > 0
    shop_of(empty).close()
    empty.paths.shop.unlink()
    empty.paths.shop.write_bytes(b"x" * 4096)
    assert isinstance(page(empty).trouble, ShopDamaged)
    assert newest_change(empty) == 0


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("30", "2026-10-22", "2026-11-20"),
        ("365", "2025-11-21", "2026-11-20"),
        ("2026", "2026-01-01", "2026-11-20"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("all", "2023-05-01", "2026-11-20"),
    ],
)
def test_an_address_says_a_period(span: str, first: str, last: str) -> None:
    period = period_of(span, date(2023, 5, 1), at(TODAY).date())
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


def test_the_report_tells_programs_each_figure(desk: Desk) -> None:
    told = json.loads(json.dumps(as_json(report(desk, Period.of_year(2026)))))
    [euro] = told["currencies"]
    assert euro["revenue"] == {"amount": "47.00", "missing": 0}
    assert euro["received"] == {"amount": "17.00", "missing": 1}
    assert euro["profit"] == {"amount": "8.50", "missing": 2}
    assert [(one["of"], one["sales"]) for one in euro["people"]] == [("Anna", 2), ("Bea", 1)]
    assert {one["of"]: one["sales"] for one in euro["months"]} | {"2026-06": 1, "2026-11": 2, "2026-01": 0} == {
        one["of"]: one["sales"] for one in euro["months"]
    }
    assert [(one["person"], one["year"], one["sales"], one["amount"]) for one in told["reported"]] == [
        ("Anna", 2026, 2, "42.00"),
        ("Bea", 2026, 1, "5.00"),
    ]


def test_the_report_of_one_person_is_hers_alone_whatever_her_role(desk: Desk) -> None:
    told = report(desk, Period.of_year(2026), "anna")
    assert (told.person, told.earned[0].now.figures.sales) == ("Anna", 2)
    with pytest.raises(UnknownPerson):
        report(desk, Period.of_year(2026), "Zoe")


def test_the_report_says_to_a_reader_what_it_does_not_know(desk: Desk) -> None:
    told = lines(report(desk, Period.of_year(2026)), Words("en"))
    assert told[0] == "Sales from 1 Jan 2026 to 31 Dec 2026"
    text = "\n".join(" ".join(line.split()) for line in told)
    for said in (
        "Sales 3 3 things",
        "Revenue €47.00",
        "Received €17.00 1 sale without an amount",
        "Profit €8.50 1 of 3 sales tell cost and received",
        "To come €7.00 1 sale",
        "2026-11 €17.00 2 sales",
        "Anna, vinted 2026: 2 of 30 sales and €42.00 of €2,000",
    ):
        assert said in text
