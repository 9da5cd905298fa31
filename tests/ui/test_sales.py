"""The page of sales: what it says of what was sold, what is not known of it, and what it offers to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from tests.ui.pieces import seen, text_of
from vopt_lib.errors import ShopDamaged
from vopt_lib.schema.filters import SalesFilters
from vopt_lib.schema.market_page import Choice
from vopt_lib.schema.own_activity import Activity, Done
from vopt_lib.schema.own_figures import Ageing, Figures, InCurrency, Period, Reported, Stock, Total, Waiting
from vopt_lib.schema.sales_page import SalesPage
from vopt_lib.ui import sales
from vopt_lib.ui.activity import activity_words
from vopt_lib.words import Words

EN = Words("en")
NOW = Figures(
    sales=12,
    things=13,
    revenue=Total(Decimal("120.00"), 3),
    at_asked=1,
    received=Total(Decimal("90.00"), 2),
    fees=Total(None, 12),
    cost=Total(Decimal("30.00")),
    profit=Total(Decimal("55.00"), 2),
    margin=0.5,
    average_price=Decimal("9.23"),
    days_on_market=12.0,
    sell_through=0.4,
)
ROW = {
    "order_id": 1, "day": date(2026, 11, 2), "title": "Abito", "things": 3, "person": "Anna", "state": "shipped",
    "amount": 12.5, "received": None, "gain": None,
}  # fmt: skip
PAGE = SalesPage(
    period=Period(date(2026, 1, 1), date(2026, 11, 20)),
    now=InCurrency("GBP", NOW, {1: NOW, 2: Figures(sales=1, revenue=Total(Decimal("3.00")))}, {}, {"Zara": NOW}),
    before=Figures(sales=10, revenue=Total(Decimal("100.00"))),
    steps={date(2026, 1, 1): NOW, date(2026, 2, 1): Figures()},
    waiting=Waiting(2, Total(Decimal("10.00"))),
    stock=Stock(4, Total(None, 4), Total(Decimal("40.00")), (Ageing(0, 30, 3, Total(Decimal("30.00"))),)),
    rows=pl.DataFrame([ROW], schema_overrides={"received": pl.Float64, "gain": pl.Float64}),
    fitting=60,
    people=(Choice(1, "Anna"), Choice(2, "Bea")),
    names={1: "Anna", 2: "Bea"},
)


def text(piece: object) -> str:
    return text_of(seen(piece))  # type: ignore[arg-type]


def test_each_figure_stands_beside_the_period_before_and_says_what_is_not_known() -> None:
    tiles = [text_of(tile) for tile in seen(sales.figures(PAGE, EN)).xpath("//li")]
    assert tiles == [
        "Sales12+20% (better)13 things",
        "Revenue£120.00+20% (better)3 sales without an amount, 1 at the asked price",
        "Received£90.002 sales without an amount",
        "Profit£55.0010 of 12 sales tell cost and received",
        "Average price£9.23",
        "Days until sold12",
        "Sell-through40%",
        "To come£10.002 sales",
    ]


def test_the_way_from_revenue_to_profit_is_told_line_by_line() -> None:
    rows = [text_of(row) for row in seen(sales.over_time(PAGE, EN)).xpath("//tbody/tr")]
    assert rows == [
        "Revenue3 sales without an amount, 1 at the asked price£120.00",
        "Fees12 sales without an amount–",
        "Received2 sales without an amount£90.00",
        "Cost£30.00",
        "Expenses£0.00",
        "Profit10 of 12 sales tell cost and received£55.00",
    ]


def test_groups_are_drawn_where_there_are_two() -> None:
    told = text(sales.groups(PAGE, EN))
    assert "By person" in told
    assert "By brand" not in told


def test_the_stock_is_told_by_age_and_what_has_no_cost_is_counted() -> None:
    told = text(sales.today(PAGE, EN))
    assert "4 things, £40.00 as asked, – at cost, 4 without a cost." in told
    assert "0–30 days 3 £30.00" in " ".join(told.replace("3£", " 3 £").split())


def test_a_bundle_says_how_many_things_it_has_and_the_list_is_turned_over() -> None:
    made = seen(sales.listed(PAGE, SalesFilters(page=2, person=1), EN))
    assert [text_of(cell) for cell in made.xpath("//td")] == [
        "Abitoand 2 more things", "2 Nov 2026", "Anna", "on its way", "£12.50", "–", "–",
    ]  # fmt: skip
    assert made.xpath("//nav[@class='vopt-actions']/a/@href") == ["?person=1", "?person=1&page=3"]
    assert made.xpath("//nav[@class='vopt-segments']/a/@href")[1] == "?person=1&state=reserved"
    assert "page 2 of 3" in text_of(made)


@pytest.mark.parametrize(
    ("counted", "amount", "said"),
    [
        (23, "1599.00", ""),
        (
            24,
            "9.00",
            "Anna is near what Vinted reports to the tax office for 2026: 24 of 30 sales and €9.00 of €2,000.",
        ),
        (5, "2000.01", "Vinted reports Anna's sales of 2026 to the tax office: 5 of 30 sales and €2,000.01 of €2,000."),
    ],
)
def test_whoever_is_near_the_limits_of_the_report_is_warned(counted: int, amount: str, said: str) -> None:
    one = Reported(1, "Anna", "vinted", 2026, counted, Decimal(amount), 0)
    assert text(sales.warnings(replace(PAGE, reported=(one,)), EN)) == said


@pytest.mark.parametrize(
    ("page", "filters", "said", "leads"),
    [
        (SalesPage(), SalesFilters(), "No sales yet", ["/imports"]),
        (SalesPage(), SalesFilters(person=2), "This person has not sold anything yet.", ["?"]),
        (SalesPage(trouble=ShopDamaged(file="x", why="y")), SalesFilters(), "This did not work", []),
        (PAGE, SalesFilters(), "", []),
    ],
    ids=["nothing", "nobody's", "trouble", "something"],
)
def test_without_sales_it_says_why_and_what_to_do(
    page: SalesPage, filters: SalesFilters, said: str, leads: list[str]
) -> None:
    made = seen(sales.missing(page, filters, EN))
    assert said in text_of(made)
    assert made.xpath("//a/@href") == leads


def test_strangers_words_stay_text() -> None:
    hostile = replace(
        PAGE, rows=PAGE.rows.with_columns(title=pl.lit("<script>x</script>")), names={1: "<b>", 2: "\"'>"}
    )
    for piece in (sales.listed(hostile, SalesFilters(), EN), sales.groups(hostile, EN)):
        assert "<script>" not in str(piece)


def test_what_was_done_at_once_is_one_sentence() -> None:
    done = (Done("listing", "added", 40), Done("item", "added", 1), Done("order", "changed", 1, is_least=True))
    activity = Activity(datetime(2026, 11, 20, tzinfo=UTC), None, "import archive", done)
    assert activity_words(activity, EN) == "added: 40 listings, 1 thing; changed: at least 1 order"
    one = Activity(activity.at, "Anna", "reprice", (Done("listing", "changed", 1, "Abito"),))
    assert activity_words(one, EN) == "changed: “Abito”"
    assert activity_words(replace(one, done=()), EN) == "reprice"
