"""Her own shop in SQL: her rows and no others, whatever she writes; as new as the shop, and read once a change."""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import select

from tests.shop.full import account, add_ben, fill
from tests.shop.people import author
from vopt_lib.desk.ask import ask
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.asking import own_tables
from vopt_lib.desk.shop.opening import member_called, shop_of
from vopt_lib.errors import ShopDamaged, SqlError
from vopt_lib.lake.cage import SqlLimits, question
from vopt_lib.lake.cage_child import Refused, answer
from vopt_lib.schema.own_views import OWN_VIEWS
from vopt_lib.shop import views
from vopt_lib.shop.tables import Listing, Person

LIMITS = SqlLimits(seconds=60, memory_mb=256, rows=1000)
SECRETS = ("Giraffenwort", "1010101", "anna_r")


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Anna, an admin, and Ben, a member, each with something in every table; Anna has just asked something."""
    desk = open_desk(data=tmp_path_factory.mktemp("data"), sql_seconds=60)
    make_household(desk)
    ask(desk, "FROM shop_listing, shop_item, shop_order")
    return desk


def make_household(desk: Desk) -> None:
    shop = shop_of(desk)
    with shop.writing(author()) as session:
        session.get_one(Person, 1).name = "Anna"
        session.add(account(1, "anna_r"))
    add_ben(shop)
    fill(shop, 1, "Giraffenwort")
    fill(shop, 2, "Zebrawort")


def rows(desk: Desk, sql: str, name: str = "Ben") -> pl.DataFrame:
    """What somebody is answered."""
    return ask(desk, sql, member_called(desk, name)).frame


def inside(desk: Desk, sql: str, name: str = "Ben") -> pl.DataFrame:
    """The same, without a process of its own for it. Raises: Refused."""
    own = own_tables(desk, sql, member_called(desk, name))
    asked = question(desk.lake, sql, LIMITS) | {"own": {view: len(rows) for view, rows in own.items()}}
    frame, _ = answer(asked, io.BytesIO(b"".join(own.values())))
    return frame


@pytest.mark.parametrize("view", OWN_VIEWS)
def test_a_member_sees_her_rows_an_admin_everybodys(household: Desk, view: str) -> None:
    hers = inside(household, f"FROM {view}")
    assert (hers.height, inside(household, f"FROM {view}", "Anna").height) == (1, 2)
    assert "Giraffenwort" not in repr(hers.rows())


@pytest.mark.parametrize("view", OWN_VIEWS)
def test_a_view_has_the_columns_that_are_told_also_without_rows(household: Desk, view: str) -> None:
    told = {column.name: column.dtype for column in OWN_VIEWS[view].columns}
    assert dict(inside(household, f"FROM {view}").schema) == told
    assert dict(inside(household, f"FROM {view} LIMIT 0").schema) == told


def test_amounts_are_euros_to_the_cent_and_moments_utc(household: Desk) -> None:
    sold = rows(household, "SELECT received_amount, paid_amount, fee_amount, currency, ordered_at FROM shop_order")
    assert sold.rows() == [
        (Decimal("12.00"), Decimal("15.90"), None, "EUR", datetime(2026, 11, 18, 9, tzinfo=UTC)),
    ]
    item = rows(household, "SELECT sku, person, cost_amount, bought_on, tags FROM shop_item")
    assert item.rows() == [("Zebrawort-1", "Ben", Decimal("3.50"), date(2026, 1, 2), ["Zebrawort"])]


def test_no_password_and_no_pseudonym_of_a_stranger_is_in_any_view(household: Desk) -> None:
    for view in OWN_VIEWS:
        text = repr(inside(household, f"FROM {view}", "Anna").rows())
        assert "locked-" not in text
        assert "1" * 64 not in text
        assert "2" * 64 not in text
        assert "b" * 64 not in text


def test_what_was_removed_is_not_seen(household: Desk) -> None:
    from tests.shop.people import NOW

    with shop_of(household).writing(author()) as session:
        session.scalars(select(Listing).where(Listing.title == "Dress of Zebrawort")).one().deleted_at = NOW
    assert inside(household, "FROM shop_listing").height == 0
    assert inside(household, "FROM shop_listing_price").height == 0
    with shop_of(household).writing(author()) as session:
        session.scalars(select(Listing).where(Listing.title == "Dress of Zebrawort")).one().deleted_at = None
    assert inside(household, "FROM shop_listing").height == 1


def test_a_question_sees_the_shop_as_it_is_now(household: Desk) -> None:
    for amount in (Decimal("13.00"), Decimal("12.00")):
        with shop_of(household).writing(author()) as session:
            session.scalars(select(Listing).where(Listing.title == "Dress of Zebrawort")).one().asked = amount
        assert inside(household, "SELECT asked_amount FROM shop_listing").item() == amount


ATTACKS = [
    "FROM sqlite_scan('{shop}', 'listing')",
    "ATTACH '{shop}' AS other",
    "ATTACH '{shop}' (TYPE sqlite)",
    "FROM '{shop}'",
    'FROM "{shop}"',
    "FROM read_text('{shop}')",
    "FROM read_blob('{folder}/*')",
    "FROM glob('/tmp/**')",
    "FROM read_parquet('/tmp/vopt-*/*')",
    "FROM read_csv('/proc/self/fd/0', header=false)",
    "FROM read_text('/dev/stdin')",
    "FROM read_text('/proc/{parent}/environ')",
    "FROM read_text('/proc/{parent}/mem')",
    "FROM '/proc/self/fd/3'",
    "SELECT * FROM query_table(['shop_listing'])",
    "SELECT * FROM query('FROM shop_listing')",
    "FROM arrow_scan(1, 2, 3)",
    "FROM python_map_function(1)",
    "FROM arriving",
    "INSERT INTO shop_listing SELECT * FROM shop_listing",
    "UPDATE shop_listing SET title = 'x'",
    "DROP TABLE shop_listing",
    "COPY shop_listing TO '{folder}/out.csv'",
    "EXPORT DATABASE '{folder}/out'",
    "SELECT getenv('HOME')",
    "SELECT getvariable('x') FROM (SET VARIABLE x = 1)",
    "INSTALL sqlite",
    "LOAD postgres",
    "CALL pragma_database_list()",
    "FROM duckdb_secrets()",
    "FROM postgres_scan('host=localhost', 'public', 'listing')",
    "SELECT * FROM shop_listing; FROM '{shop}'",
    "SELECT * FROM shop.listing",
    "SELECT * FROM channel_account",
]


@pytest.mark.parametrize("sql", ATTACKS)
def test_nothing_of_somebody_else_is_reached(household: Desk, sql: str) -> None:
    places = {"shop": household.paths.shop, "folder": household.paths.data, "parent": os.getppid()}
    before = household.paths.shop.read_bytes()
    with pytest.raises(Refused) as refused:
        inside(household, sql.format(**places))
    assert not [secret for secret in SECRETS if secret in repr(refused.value.facts)]
    assert household.paths.shop.read_bytes() == before
    assert list(household.paths.data.glob("out*")) == []


@pytest.mark.parametrize("sql", ["FROM '{shop}'", "FROM read_text('/proc/self/fd/0')", "FROM read_blob('/tmp/**')"])
def test_nor_from_the_process_that_answers(household: Desk, sql: str) -> None:
    with pytest.raises(SqlError):
        rows(household, sql.format(shop=household.paths.shop))


QUESTIONS = [
    "SELECT * FROM shop_listing WHERE person = 'Anna' OR 1 = 1",
    'SELECT * FROM SHOP_LISTING UNION ALL FROM "shop_listing"',
    "SHOW ALL TABLES",
    "SHOW TABLES",
    "SUMMARIZE shop_listing",
    "FROM (DESCRIBE shop_item)",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT current_setting('allowed_paths')::VARCHAR, version()",
    "WITH shop_listing AS (SELECT 1 AS x) SELECT * FROM shop_listing",
    "SELECT * FROM shop_item, shop_listing, shop_listing_price, shop_listing_stat_day, shop_order, shop_order_line, "
    "shop_shipment, shop_expense",
]


@pytest.mark.parametrize("sql", QUESTIONS)
def test_what_may_be_asked_tells_nothing_of_somebody_else(household: Desk, sql: str) -> None:
    told = repr(inside(household, sql).rows())
    assert not [secret for secret in SECRETS if secret in told]


def test_two_who_ask_at_once_each_see_their_own(household: Desk) -> None:
    asked = ["Anna", "Ben"] * 2
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda name: rows(household, "SELECT person FROM shop_listing ORDER BY 1", name), asked))
    assert [one["person"].to_list() for one in found] == [["Anna", "Ben"], ["Ben"]] * 2


def test_what_is_not_asked_for_is_not_handed_over(household: Desk) -> None:
    ben = member_called(household, "Ben")
    handed = own_tables(household, "SELECT * FROM Shop_Order", ben)
    there = {name: pl.read_ipc_stream(rows).height for name, rows in handed.items()}
    assert there == dict.fromkeys(OWN_VIEWS, 0) | {"shop_order": 1}


def test_a_view_is_read_once_until_the_shop_is_changed(household: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(session: object, member: object, name: str) -> pl.DataFrame:
        read.append(name)
        return views.view_rows(session, member, name)  # type: ignore[arg-type]

    ben, anna = member_called(household, "Ben"), member_called(household, "Anna")
    monkeypatch.setattr("vopt_lib.desk.shop.asking.view_rows", counted)
    with shop_of(household).writing(author()) as session:
        session.scalars(select(Listing)).first().reason = "x"  # type: ignore[union-attr]
    for member in (ben, ben, anna, ben, anna):
        own_tables(household, "FROM shop_item", member)
    assert read == ["shop_item", "shop_item"]


def test_a_damaged_shop_is_told_to_whoever_asks_about_it_only(tmp_path: Path) -> None:
    desk = open_desk(data=tmp_path)
    desk.paths.shop.write_bytes(b"no database" * 1000)
    assert ask(desk, "SELECT count(*) FROM listing_seen").frame.item() == 0
    with pytest.raises(ShopDamaged):
        ask(desk, "FROM shop_item")


def test_a_table_that_is_not_there_is_told_with_the_nearest_one(household: Desk) -> None:
    with pytest.raises(SqlError) as wrong:
        rows(household, "FROM shop_listings")
    assert wrong.value.facts["near"] == "shop_listing"
