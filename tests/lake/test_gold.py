"""The gold views: each says what it tells, is there wherever its tables are, and has the columns it is said to have."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.lake.frames import rows
from vopt_lib.errors import SqlWrong
from vopt_lib.lake import Lake
from vopt_lib.lake.cage import SqlLimits, run_sql
from vopt_lib.lake.gold import gold_sql, gold_statements, made_of
from vopt_lib.lake.warehouse import COPIED, connect, write_snapshot
from vopt_lib.schema.gold import VIEWS, View
from vopt_lib.schema.readme import sql_type
from vopt_lib.schema.tables import (
    CATALOG_DAY,
    CRAWL_COVERAGE,
    DAYS_TO_SELL,
    DEMAND,
    LISTING_ENDED,
    LISTING_LIVE,
    PRICE_CHANGE,
    RUN,
    TABLES,
    Table,
)

FOLDER = Path(__file__).parent.parent.parent / "vopt_lib" / "lake" / "sql" / "gold"
AT = [datetime(2026, 11, number, 12, tzinfo=UTC) for number in range(1, 6)]
UNHURRIED = SqlLimits(seconds=60)
every_view = pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)


def published(lake: Lake, **frames: object) -> Lake:
    for name, frame in frames.items():
        lake.append(name, frame)  # type: ignore[arg-type]
    lake.publish({name: lake.version(name) for name in frames})
    return lake


def one(table: Table, **columns: object) -> object:
    return rows(table, 1, market="it", **columns)


@every_view
def test_a_view_has_the_columns_that_it_is_said_to_have(lake: Lake, view: View) -> None:
    described = connect(lake).execute(f"DESCRIBE {view.name}").fetchall()
    assert [(name, kind) for name, kind, *_ in described] == [(c.name, sql_type(c.dtype)) for c in view.columns]


@every_view
def test_a_view_s_first_line_says_what_it_tells(view: View) -> None:
    assert gold_sql(view.name).splitlines()[0] == f"-- {view.tells}"


def test_every_file_is_a_view() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == {*VIEWS}
    assert not {*VIEWS} & {*TABLES}


@every_view
def test_a_view_is_made_of_tables_that_sql_may_read(view: View) -> None:
    assert made_of(view.name)
    assert all(name in VIEWS or TABLES[name].sql for name in made_of(view.name))


@every_view
def test_the_example_of_a_view_shows_its_rows(lake: Lake, view: View) -> None:
    shown = connect(lake).execute(view.example)
    assert [name for name, *_ in shown.description] == [column.name for column in view.columns]


def test_people_s_sql_finds_the_views(lake: Lake) -> None:
    assert run_sql(lake, VIEWS["sell_through"].example, UNHURRIED).frame.is_empty()


def test_a_view_that_is_misspelt_is_found(lake: Lake) -> None:
    with pytest.raises(SqlWrong, match="sell_through"):
        run_sql(lake, "FROM sell_trough", UNHURRIED)


def test_views_whose_tables_are_not_there_are_left_out() -> None:
    assert [*gold_statements(COPIED)] == []
    assert [*gold_statements(["crawl_coverage", "run", "demand"])] == ["followed_catalog", "demand_ranking"]


def test_any_duckdb_program_finds_them_in_the_snapshot(lake: Lake) -> None:
    published(lake, demand=one(DEMAND, catalog_id=3, brand="Zara", score=70.04))
    with duckdb.connect(str(write_snapshot(lake, lake.paths, 3)), read_only=True) as snapshot:
        assert snapshot.execute("SELECT place, brand, score FROM demand_ranking").fetchall() == [(1, "Zara", 70.0)]
        assert {name for (name,) in snapshot.execute("SHOW TABLES").fetchall()} >= {*VIEWS}


def test_a_listing_s_prices_are_its_first_and_each_change(lake: Lake) -> None:
    first = {"listing_id": 1, "first_seen_at": AT[0], "first_asked_amount": Decimal(20), "currency": "EUR"}
    published(
        lake,
        listing_live=one(LISTING_LIVE, **first, query_keys=[[]], missed_on=[[]]),
        listing_ended=one(LISTING_ENDED, **first | {"first_seen_at": AT[4]}, ended_month="2026-11"),
        price_change=one(
            PRICE_CHANGE, listing_id=1, observed_at=AT[2], seen_before_at=AT[1], old_amount=Decimal(20),
            new_amount=Decimal(15), month="2026-11",
        ),
    )  # fmt: skip
    asked = "SELECT priced_at, seen_before_at, asked_amount, asked_before_amount FROM price_history ORDER BY ALL"
    assert connect(lake).execute(asked).fetchall() == [
        (AT[0], None, Decimal(20), None),
        (AT[2], AT[1], Decimal(15), Decimal(20)),
        (AT[4], None, Decimal(20), None),
    ]


def test_what_left_shows_its_interval_and_its_evidence(lake: Lake) -> None:
    ended = rows(
        LISTING_ENDED, 2, market="it", listing_id=[1, 2], gone_after=AT[0], gone_before=[AT[1], AT[2]],
        evidence=["sold", "unknown"], ended_month="2026-11",
    )  # fmt: skip
    asked = "SELECT listing_id, gone_after, gone_before, unsure_hours, evidence, is_sold_proven FROM listing_end"
    assert connect(published(lake, listing_ended=ended)).execute(f"{asked} ORDER BY ALL").fetchall() == [
        (1, AT[0], AT[1], 24.0, "sold", True),
        (2, AT[0], AT[2], 48.0, "unknown", False),
    ]


def test_days_to_sell_are_readable_and_named_by_the_search(lake: Lake) -> None:
    told = rows(
        DAYS_TO_SELL, 3, market="it", catalog_id=[3, 3, None], grouped_by=["", "condition", "brand"],
        group_name=["", "2", "Zara"], median_days=[20.04, None, 11.0], lack=[None, "few_sold", None],
    )  # fmt: skip
    coverage = one(CRAWL_COVERAGE, run_id="r", query_catalog_id=3, query_narrowed_by="", observed_at=AT[0])
    published(
        lake,
        days_to_sell=told,
        crawl_coverage=coverage,
        run=rows(RUN, 1, run_id="r", follow_name="Abiti", month="2026-11"),
    )
    asked = "SELECT search, grouped_by, group_name, median_days, lack FROM sell_through ORDER BY ALL NULLS LAST"
    assert connect(lake).execute(asked).fetchall() == [
        ("Abiti", "all", None, 20.0, None),
        ("Abiti", "condition", "very good", None, "few_sold"),
        (None, "brand", "Zara", 11.0, None),
    ]


def test_a_week_is_told_from_its_days(lake: Lake) -> None:
    days = rows(
        CATALOG_DAY, 3, market="it", catalog_id=3, month="2026-11", price_eur_median=[10.0, 14.0, 30.0], seen=[4, 8, 5],
        day=[date(2026, 11, 16), date(2026, 11, 22), date(2026, 11, 23)], new=[None, 3, 1], gone=[2, 1, None],
    )  # fmt: skip
    asked = "SELECT week, days, price_eur_median, seen_mean, new, gone FROM catalog_week ORDER BY week"
    assert connect(published(lake, catalog_day=days)).execute(asked).fetchall() == [
        (date(2026, 11, 16), 2, 12.0, 6.0, 3, 3),
        (date(2026, 11, 23), 1, 30.0, 5.0, 1, None),
    ]
