"""The figures of a shop: literal sales, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.shop.people import author
from tests.shop.sold import ANNA, BAGS, BEA, DRESSES, at, daughter, expense, sale, thing
from vopt_lib.schema.own_figures import Ageing, Figures, Period, Reported, Stock, Total, Waiting
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.books import Books, names_of, read_books
from vopt_lib.shop.figures import currencies, figures, grouped, over_time, waiting
from vopt_lib.shop.reported import reported
from vopt_lib.shop.stock import stock
from vopt_lib.shop.store import Shop

YEAR = Period.of_year(2026)
Row = dict[str, object]
MARCH = "2026-03-10T12:00"


@pytest.fixture
def writing(shop: Shop) -> Iterator[Session]:
    """The shop of Anna and Bea, open to be filled; what is asked of it within sees what was written."""
    daughter(shop)
    with shop.writing(author()) as session:
        yield session


def of(session: Session, *, member: Member = ANNA, period: Period = YEAR, currency: str = "EUR") -> Figures:
    session.flush()
    return figures(read_books(session, member, period), currency, period)


def by(session: Session, name: str, member: Member = ANNA) -> dict[object, tuple[int, Decimal | None]]:
    """(sales, revenue) of each group."""
    session.flush()
    groups = grouped(read_books(session, member, YEAR), pl.col(name), currency="EUR", period=YEAR)
    return {key: (known.sales, known.revenue.amount) for key, known in groups.items()}


def reported_of(session: Session, member: Member, year: int) -> tuple[Reported, ...]:
    session.flush()
    books = read_books(session, member, Period.of_year(year))
    return reported(books.reportable, names_of(session, member), year)


def euros(text: str, missing: int = 0) -> Total:
    return Total(Decimal(text), missing)


def test_a_sale_comes_to_its_figures(writing: Session) -> None:
    dress = thing(writing, cost="4.00", listed_at=at("2026-03-01T12:00"), ended_at=at(MARCH))
    sale(writing, dress, ordered_at=at(MARCH), paid="13.50", fee="1.00", shipping="2.50", received="10.00")
    expense(writing, "2026-03-02", "1.00")
    assert of(writing) == Figures(
        sales=1,
        things=1,
        revenue=euros("10.00"),
        at_asked=0,
        received=euros("10.00"),
        fees=euros("1.00"),
        cost=euros("4.00"),
        expenses=Decimal("1.00"),
        profit=euros("5.00"),
        margin=0.5,
        average_price=Decimal("10.00"),
        days_on_market=9.0,
        sell_through=1.0,
    )


def test_without_sales_there_is_no_money_and_no_share(writing: Session) -> None:
    assert of(writing) == Figures()


@pytest.mark.parametrize(
    ("amounts", "prices", "revenue", "at_asked"),
    [
        ({"paid": "20.00", "asked": "30.00"}, ("8.00", "9.00"), euros("17.00"), 0),
        ({"paid": "20.00", "asked": "30.00"}, ("8.00", None), euros("20.00"), 0),
        ({"paid": "20.00", "fee": "1.20", "shipping": "3.00"}, (None, None), euros("15.80"), 0),
        ({"asked": "30.00"}, ("8.00", None), euros("30.00"), 1),
        ({}, ("8.00", None), Total(None, 1), 0),
    ],
    ids=["prices of its things", "one price is missing", "paid less fee and shipping", "only asked", "nothing"],
)
def test_what_was_agreed_for_the_things_is_told_by_what_tells_it_best(
    writing: Session,
    amounts: dict[str, str],
    prices: tuple[str | None, ...],
    revenue: Total,
    at_asked: int,
) -> None:
    sale(writing, thing(writing), thing(writing), prices=prices, ordered_at=at(MARCH), **amounts)
    told = of(writing)
    assert (told.sales, told.things, told.revenue, told.at_asked) == (1, 2, revenue, at_asked)


def test_only_completed_sales_are_money(writing: Session) -> None:
    for state in ("completed", "reserved", "shipped", "cancelled"):
        sale(writing, thing(writing), prices=("10.00",), ordered_at=at(MARCH), state=state, received="10.00")
    sale(writing, thing(writing), prices=("10.00",), ordered_at=at(MARCH), kind="purchase")
    told = of(writing)
    assert (told.sales, told.revenue, told.received) == (1, euros("10.00"), euros("10.00"))
    assert waiting(read_books(writing, ANNA, YEAR).waiting) == {"EUR": Waiting(2, euros("20.00"))}


def test_what_waits_is_of_any_day_and_what_is_reported_of_the_whole_year(writing: Session) -> None:
    for state, day in (
        ("completed", "2025-12-30"),
        ("completed", "2026-01-02"),
        ("completed", "2026-03-01"),
        ("cancelled", "2026-03-02"),
        ("reserved", "2026-03-03"),
        ("shipped", "2024-05-01"),
        ("completed", "2026-12-30"),
    ):
        sale(writing, thing(writing), state=state, ordered_at=at(day))
    books = read_books(writing, ANNA, Period(date(2026, 3, 1), date(2026, 3, 31)))
    assert [frame["order_id"].to_list() for frame in (books.sales, books.waiting, books.reportable)] == [
        [3, 4, 5],
        [5, 6],
        [2, 3, 7],
    ]


def test_unknown_amounts_are_counted_and_never_taken_for_nothing(writing: Session) -> None:
    sale(writing, thing(writing, cost="2.00"), prices=("10.00",), received="10.00", ordered_at=at(MARCH))
    sale(writing, thing(writing, cost=None), prices=("20.00",), received="20.00", ordered_at=at(MARCH))
    sale(writing, thing(writing, cost="3.00"), prices=("30.00",), ordered_at=at(MARCH))
    sale(writing, ordered_at=at(MARCH))
    told = of(writing)
    assert told.sales == 4
    assert told.revenue == euros("60.00", 1)
    assert told.received == euros("30.00", 2)
    assert told.cost == euros("5.00", 2)
    assert told.profit == euros("8.00", 3)
    assert told.margin == 0.8
    assert told.fees == Total(None, 4)
    assert told.average_price == Decimal("20.00")


def test_a_cost_in_another_currency_is_not_known(writing: Session) -> None:
    dress = thing(writing, cost="2.00", currency="GBP")
    sale(writing, dress, prices=("10.00",), received="10.00", ordered_at=at(MARCH))
    assert of(writing).cost == Total(None, 1)


def test_currencies_are_never_added(writing: Session) -> None:
    for currency, price in (("EUR", "10.00"), ("EUR", "5.00"), ("GBP", "7.00")):
        sale(writing, thing(writing, currency=currency), prices=(price,), currency=currency, ordered_at=at(MARCH))
    expense(writing, "2026-03-02", "1.00", currency="CHF")
    writing.flush()
    assert currencies(read_books(writing, ANNA, YEAR)) == ("EUR", "GBP", "CHF")
    assert of(writing).revenue == euros("15.00")
    assert of(writing, currency="GBP").revenue == euros("7.00")
    assert of(writing, currency="CHF") == Figures(expenses=Decimal("1.00"), profit=euros("-1.00"))


def test_a_sale_belongs_to_the_day_in_rome_on_which_it_was_completed(writing: Session) -> None:
    sale(
        writing, thing(writing), prices=("1.00",),
        ordered_at=at("2025-12-20T10:00"), completed_at=at("2025-12-31T22:59"),
    )  # fmt: skip
    sale(
        writing, thing(writing), prices=("2.00",),
        ordered_at=at("2025-12-20T10:00"), completed_at=at("2025-12-31T23:00"),
    )  # fmt: skip
    assert of(writing, period=Period.of_year(2025)).revenue == euros("1.00")
    assert of(writing).revenue == euros("2.00")
    summer = Period(date(2026, 7, 1), date(2026, 7, 1))
    sale(writing, thing(writing), prices=("4.00",), ordered_at=at("2026-06-30T22:00"))
    sale(writing, thing(writing), prices=("8.00",), ordered_at=at("2026-07-01T22:00"))
    assert of(writing, period=summer).revenue == euros("4.00")


def test_a_completed_sale_that_does_not_say_when_counts_when_it_was_ordered(writing: Session) -> None:
    sale(writing, thing(writing), prices=("9.00",), ordered_at=at(MARCH), completed_at=None)
    assert of(writing).revenue == euros("9.00")


def test_what_was_deleted_does_not_count(writing: Session) -> None:
    sale(writing, thing(writing), prices=("9.00",), ordered_at=at(MARCH), deleted_at=at(MARCH))
    expense(writing, "2026-03-02", "1.00", deleted_at=at(MARCH))
    thing(writing, state="published", listed_at=at(MARCH), asked=Decimal(3), deleted_at=at(MARCH))
    assert of(writing) == Figures()
    assert stock(writing, ANNA, at(MARCH)) == {}


def test_a_member_counts_her_own_and_an_admin_everybodys(writing: Session) -> None:
    for who, price in ((1, "10.00"), (2, "4.00")):
        sale(writing, thing(writing, who=who), prices=(price,), ordered_at=at(MARCH))
        expense(writing, "2026-03-02", price, who=who)
    expense(writing, "2026-03-02", "0.50", who=None)
    assert (of(writing).revenue, of(writing).expenses) == (euros("14.00"), Decimal("14.50"))
    hers = of(writing, member=BEA)
    assert (hers.revenue, hers.expenses) == (euros("4.00"), Decimal("4.00"))
    assert by(writing, "person_id") == {1: (1, Decimal(10)), 2: (1, Decimal(4)), None: (0, Decimal(0))}
    assert by(writing, "person_id", BEA) == {2: (1, Decimal(4))}


def test_a_bundle_is_of_a_catalogue_or_brand_where_all_its_things_are(writing: Session) -> None:
    zara = {"brand": "Zara", "catalog_id": DRESSES}
    bundle = [thing(writing, **zara), thing(writing, **zara | {"catalog_id": BAGS})]
    sale(writing, *bundle, prices=("6.00", "4.00"), ordered_at=at(MARCH))
    sale(writing, thing(writing, **zara), prices=("5.00",), ordered_at=at(MARCH))
    assert by(writing, "brand") == {"Zara": (2, Decimal(15))}
    assert by(writing, "catalog_id") == {None: (1, Decimal(10)), DRESSES: (1, Decimal(5))}


def test_what_was_spent_on_a_thing_is_spent_on_its_catalogue(writing: Session) -> None:
    bag = thing(writing, catalog_id=BAGS)
    sale(writing, bag, prices=("9.00",), ordered_at=at(MARCH))
    expense(writing, "2026-03-02", "2.00", item_id=bag.item_id)
    expense(writing, "2026-03-02", "0.50")
    writing.flush()
    groups = grouped(read_books(writing, ANNA, YEAR), pl.col("catalog_id"), currency="EUR", period=YEAR)
    assert {key: known.expenses for key, known in groups.items()} == {BAGS: Decimal("2.00"), None: Decimal("0.50")}


def test_sell_through_is_what_was_sold_of_the_things_that_were_on_sale(writing: Session) -> None:
    period = Period(date(2026, 3, 1), date(2026, 3, 31))
    before, within, later = at("2026-02-10"), at(MARCH), at("2026-04-02")
    thing(writing, listed_at=before, ended_at=within)
    thing(writing, listed_at=before, ended_at=later)
    thing(writing, listed_at=before, state="published")
    thing(writing, listed_at=before, state="withdrawn", ended_at=within)
    sold_by_its_order = thing(writing, listed_at=before)
    sale(writing, sold_by_its_order, ordered_at=within, state="reserved")
    for beside in (
        {"listed_at": before, "ended_at": at("2026-02-20")},
        {"listed_at": later, "state": "published"},
        {"state": "draft", "listed_at": before},
        {"state": "paused", "listed_at": before},
        {"state": "sold"},
    ):
        thing(writing, **beside)
    assert of(writing, period=period).sell_through == 2 / 5


def test_a_thing_that_was_listed_anew_was_on_sale_once(writing: Session) -> None:
    first = thing(writing, listed_at=at("2026-01-02"), state="withdrawn", ended_at=at("2026-02-02"))
    again = thing(writing, listed_at=at("2026-02-03"), ended_at=at(MARCH))
    again.item_id = first.item_id
    assert of(writing).sell_through == 1.0


def test_the_median_counts_each_thing_from_listed_to_ordered(writing: Session) -> None:
    for days in (2, 4, 30):
        listed = thing(writing, listed_at=at(f"2026-03-{1:02d}"))
        sale(writing, listed, ordered_at=at("2026-03-31" if days == 30 else f"2026-03-{1 + days:02d}"))
    sale(writing, thing(writing, listed_at=at("2026-05-01")), ordered_at=at("2026-04-01"))
    assert of(writing).days_on_market == 4.0


def test_months_without_a_sale_are_there_too(writing: Session) -> None:
    sale(writing, thing(writing), prices=("9.00",), ordered_at=at("2026-03-31T22:30"))
    writing.flush()
    spring = Period(date(2026, 3, 15), date(2026, 5, 31))
    months = over_time(read_books(writing, ANNA, spring), "1mo", currency="EUR", period=spring)
    assert {day: known.sales for day, known in months.items()} == {
        date(2026, 3, 1): 0,
        date(2026, 4, 1): 1,
        date(2026, 5, 1): 0,
    }


def test_the_stock_is_what_can_still_be_sold_at_cost_and_at_what_it_asks(writing: Session) -> None:
    now = at("2026-06-30T12:00")
    for listed_at, asked, cost in (
        (at("2026-06-30"), "10.00", "1.00"),
        (at("2026-05-31"), "20.00", "2.00"),
        (at("2026-05-30T11:00"), "30.00", None),
        (at("2026-01-01"), None, "4.00"),
    ):
        thing(writing, state="published", listed_at=listed_at, asked=asked and Decimal(asked), cost=cost)
    thing(writing, state="draft", cost="8.00")
    for gone in ("sold", "reserved", "withdrawn", "archived"):
        thing(writing, state=gone, cost="100.00", asked=Decimal(100), listed_at=at("2026-06-01"))
    assert stock(writing, ANNA, now) == {
        "EUR": Stock(
            5,
            euros("15.00", 1),
            euros("60.00", 2),
            (
                Ageing(0, 30, 2, euros("30.00")),
                Ageing(31, 60, 1, euros("30.00")),
                Ageing(61, 90),
                Ageing(91, None, 1, Total(None, 1)),
            ),
        )
    }


def test_a_thing_that_is_offered_twice_is_in_stock_once(writing: Session) -> None:
    first = thing(writing, state="published", asked=Decimal(9), cost="3.00")
    thing(writing, state="published", asked=Decimal(8)).item_id = first.item_id
    writing.flush()
    assert stock(writing, ANNA, at(MARCH))["EUR"].stock_at_asked == euros("8.00")
    assert stock(writing, ANNA, at(MARCH))["EUR"].things == 1


def test_a_person_is_warned_at_24_sales_and_reported_at_30(writing: Session) -> None:
    for number in range(30):
        sale(writing, thing(writing, who=2), prices=("1.00",), ordered_at=at(f"2026-01-{number + 1:02d}T12:00"))
        writing.flush()
        [bea] = reported_of(writing, ANNA, 2026)
        assert (bea.sales, bea.is_near, bea.is_reported) == (number + 1, number + 1 >= 24, number + 1 >= 30)
    assert (bea.person, bea.amount, bea.missing) == ("Bea", Decimal("30.00"), 0)


@pytest.mark.parametrize(
    ("received", "is_near", "is_reported"),
    [("1599.99", False, False), ("1600.00", True, False), ("2000.00", True, False), ("2000.01", True, True)],
)
def test_a_person_is_warned_at_1600_euro_and_reported_above_2000(
    writing: Session, received: str, is_near: bool, is_reported: bool
) -> None:
    sale(writing, thing(writing), prices=("2500.00",), received=received, ordered_at=at(MARCH))
    [anna] = reported_of(writing, ANNA, 2026)
    assert (anna.amount, anna.is_near, anna.is_reported) == (Decimal(received), is_near, is_reported)


def test_a_year_that_is_counted_for_the_report_begins_on_1_january_in_rome(writing: Session) -> None:
    sale(writing, thing(writing), prices=("9.00",), ordered_at=at("2025-12-31T23:30"))
    sale(writing, thing(writing), prices=("9.00",), ordered_at=at("2026-12-31T23:30"))
    assert [(one.year, one.sales) for year in (2025, 2026, 2027) for one in reported_of(writing, ANNA, year)] == [
        (2026, 1),
        (2027, 1),
    ]


def test_the_report_counts_sales_whose_amount_nobody_knows_and_shows_a_member_only_herself(writing: Session) -> None:
    sale(writing, thing(writing, who=2), ordered_at=at(MARCH))
    sale(writing, thing(writing, who=2, currency="GBP"), prices=("5.00",), currency="GBP", ordered_at=at(MARCH))
    sale(writing, thing(writing, who=2), prices=("6.00",), ordered_at=at(MARCH))
    sale(writing, thing(writing, who=1), prices=("6.00",), ordered_at=at(MARCH))
    [bea] = reported_of(writing, BEA, 2026)
    assert (bea.person, bea.sales, bea.amount, bea.missing) == ("Bea", 3, Decimal("6.00"), 2)
    assert len(reported_of(writing, ANNA, 2026)) == 2


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (Period(date(2026, 3, 1), date(2026, 3, 30)), Period(date(2026, 1, 30), date(2026, 2, 28))),
        (Period.of_year(2026), Period.of_year(2025)),
        (Period(date(2026, 1, 1), date(2026, 5, 7)), Period(date(2025, 1, 1), date(2025, 5, 7))),
        (Period(date(2024, 1, 1), date(2024, 2, 29)), Period(date(2023, 1, 1), date(2023, 2, 28))),
    ],
)
def test_a_period_is_compared_with_the_days_before_and_a_year_with_the_year_before(
    period: Period, before: Period
) -> None:
    assert period.before == before


AMOUNT = st.none() | st.integers(0, 100_000)
SALE = st.fixed_dictionaries(
    {
        "person_id": st.integers(1, 3),
        "currency": st.sampled_from(["EUR", "GBP"]),
        "state": st.sampled_from(["completed", "completed", "reserved", "cancelled"]),
        "day": st.dates(YEAR.first, YEAR.last),
        "catalog_id": st.none() | st.integers(1, 3),
        "brand": st.none() | st.sampled_from(["Zara", "OVS"]),
        **dict.fromkeys(("amount", "received", "fee", "cost"), AMOUNT),
        "at_asked": st.booleans(),
        "things": st.integers(0, 3),
        "days": st.lists(st.floats(0, 400), max_size=3),
    }
)
EXPENSE = st.fixed_dictionaries(
    {
        "person_id": st.none() | st.integers(1, 3),
        "day": st.dates(YEAR.first, YEAR.last),
        "currency": st.sampled_from(["EUR", "GBP"]),
        "amount": st.integers(1, 100_000),
        "catalog_id": st.none() | st.integers(1, 3),
        "brand": st.none() | st.sampled_from(["Zara", "OVS"]),
    }
)
EMPTY = pl.Schema({"item_id": pl.Int64, "person_id": pl.Int64, "catalog_id": pl.Int64, "brand": pl.String})
OFFERS = pl.DataFrame(
    schema=EMPTY | {"currency": pl.String, "listed_at": pl.Datetime("us", "UTC"), "until": pl.Datetime("us", "UTC")}
    | {"state": pl.String}
)  # fmt: skip
SALES = pl.Schema(
    {"person_id": pl.Int64, "currency": pl.String, "state": pl.String, "day": pl.Date, "catalog_id": pl.Int64,
     "brand": pl.String, "amount": pl.Int64, "received": pl.Int64, "fee": pl.Int64, "cost": pl.Int64,
     "at_asked": pl.Boolean, "things": pl.Int64, "days": pl.List(pl.Float64)}
)  # fmt: skip
EXPENSES = pl.Schema({name: SALES[name] for name in ("person_id", "day", "currency", "amount", "catalog_id", "brand")})


@settings(deadline=None, max_examples=60)
@given(sales=st.lists(SALE, max_size=12), spent=st.lists(EXPENSE, max_size=4))
@pytest.mark.parametrize("name", ["person_id", "catalog_id", "brand", "month"])
def test_the_groups_add_up_to_the_whole(
    name: str, sales: list[dict[str, object]], spent: list[dict[str, object]]
) -> None:
    sold = pl.DataFrame(sales, SALES)
    books = Books(sold, sold.clear(), sold.clear(), pl.DataFrame(spent, EXPENSES), OFFERS)
    whole = figures(books, "EUR", YEAR)
    if name == "month":
        groups = over_time(books, "1mo", currency="EUR", period=YEAR)
    else:
        groups = grouped(books, pl.col(name), currency="EUR", period=YEAR)
    assert sum(group.sales for group in groups.values()) == whole.sales
    assert sum(group.things for group in groups.values()) == whole.things
    assert sum((group.expenses for group in groups.values()), Decimal(0)) == whole.expenses
    for money in ("revenue", "received", "fees", "cost", "profit"):
        parts: list[Total] = [getattr(group, money) for group in groups.values()]
        assert sum(part.missing for part in parts) == getattr(whole, money).missing
        if money != "profit":
            assert sum((part.amount or Decimal(0) for part in parts), Decimal(0)) == (
                getattr(whole, money).amount or Decimal(0)
            )
