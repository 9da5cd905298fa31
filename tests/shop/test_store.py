"""The shop's database: what it keeps, what it refuses, and what it says when something is wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from tests.shop.people import FAMILY, NOW, author, broken_off, dress
from vopt_lib.errors import ChangedMeanwhile, ShopDamaged, ShopNotWritten
from vopt_lib.shop.migrate import NEWEST, revision_of, upgrade
from vopt_lib.shop.store import Shop, open_shop
from vopt_lib.shop.tables import Base, Item, Listing, Person


def test_amounts_come_back_to_the_cent_and_moments_in_utc(shop: Shop) -> None:
    rome = timezone(timedelta(hours=2))
    with shop.writing(author()) as session:
        session.add(dress(asked=Decimal("1234567.89"), listed_at=datetime(2026, 8, 1, 12, tzinfo=rome)))
    with shop.reading() as session:
        listing = session.scalars(select(Listing)).one()
        assert str(listing.asked) == "1234567.89"
        assert listing.listed_at == datetime(2026, 8, 1, 10, tzinfo=UTC)
        assert session.execute(text("SELECT asked FROM listing")).scalar_one() == 123456789


@pytest.mark.parametrize(
    "facts",
    [{"asked": Decimal("1.005")}, {"asked": 1.5}, {"listed_at": datetime(2026, 8, 1)}],  # noqa: DTZ001
    ids=["half a cent", "a float", "no time zone"],
)
def test_what_would_be_kept_wrongly_is_refused(shop: Shop, facts: dict[str, object]) -> None:
    with pytest.raises(StatementError), shop.writing(author()) as session:
        session.add(dress(**facts))
    with shop.reading() as session:
        assert session.scalars(select(Item)).all() == []


def test_a_row_of_nobody_or_with_a_role_that_there_is_not_is_refused(shop: Shop) -> None:
    with pytest.raises(IntegrityError), shop.writing(author()) as session:
        session.add(dress(account_id=99))
    with pytest.raises(IntegrityError), shop.writing(author()) as session:
        session.add(Person(household_id=FAMILY, name="Luca", role="king"))


def test_two_who_change_the_same_row_are_told(shop: Shop) -> None:
    with shop.writing(author()) as session:
        session.add(dress())
    with shop.reading() as session:
        seen_earlier = session.scalars(select(Item)).one()
    with shop.writing(author()) as session:
        session.scalars(select(Item)).one().place = "scatola 3"
    seen_earlier.place = "armadio"
    with pytest.raises(ChangedMeanwhile), shop.writing(author()) as session:
        session.add(seen_earlier)
    with shop.reading() as session:
        assert session.scalars(select(Item)).one().place == "scatola 3"


def test_a_transaction_that_fails_leaves_nothing(shop: Shop) -> None:
    with pytest.raises(RuntimeError):
        broken_off(shop, dress())
    with shop.reading() as session:
        assert session.scalars(select(Item)).all() == []


def test_an_older_shop_is_brought_to_the_newest_form_which_is_that_of_the_tables(shop: Shop) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    assert revision_of(shop.engine) == NEWEST
    upgrade(shop.engine)
    with shop.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_damaged_file_is_said_to_be_so_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "shop.sqlite"
    file.write_bytes(b"this is a letter to my aunt" * 100)
    with pytest.raises(ShopDamaged, match=r"shop\.sqlite is damaged"):
        open_shop(f"sqlite:///{file}")
    assert file.read_bytes() == b"this is a letter to my aunt" * 100


def test_a_torn_page_is_noticed_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "shop.sqlite"
    open_shop(f"sqlite:///{file}").close()
    whole = bytearray(file.read_bytes())
    whole[4096:8192] = b"\xff" * 4096
    file.write_bytes(whole)
    with pytest.raises(ShopDamaged):
        open_shop(f"sqlite:///{file}")


def test_a_full_disk_damages_nothing_and_is_said_to_be_full(shop: Shop) -> None:
    if shop.engine.dialect.name != "sqlite":
        pytest.skip("a server's disk is its own affair")
    with pytest.raises(ShopNotWritten, match="cannot be written to now: the disk is full"):
        write_more_than_fits(shop)
    with shop.reading() as session:
        assert session.scalars(select(Item)).all() == []


def write_more_than_fits(shop: Shop) -> None:
    """SQLite gets no page more than it has, as on a full disk."""
    with shop.writing(author()) as session:
        session.execute(text("PRAGMA max_page_count = 1"))
        large = dress()
        large.notes = "wool " * 100_000
        session.add(large)


def test_nobody_changes_what_was_written_down(shop: Shop) -> None:
    for statement in ("UPDATE audit_event SET deed = 'x'", "DELETE FROM audit_event"):
        with pytest.raises(DBAPIError, match="append-only"), shop.writing(author()) as session:
            session.execute(text(statement))


def test_rows_carry_when_they_were_made_and_changed(shop: Shop) -> None:
    with shop.writing(author()) as session:
        session.add(dress())
    with shop.reading() as session:
        item = session.scalars(select(Item)).one()
        assert (item.created_at, item.changed_at, item.version) == (NOW, NOW, 1)


def test_whoever_reads_sees_one_moment_and_waits_for_nobody_who_writes(shop: Shop) -> None:
    with shop.reading() as reader:
        assert reader.scalars(select(Item)).all() == []
        with shop.writing(author()) as session:
            session.add(dress())
            session.flush()
            assert reader.scalars(select(Listing)).all() == []
        assert reader.scalars(select(Listing)).all() == []
    with shop.reading() as reader:
        assert len(reader.scalars(select(Listing)).all()) == 1


def test_who_writes_while_another_one_does_waits_and_then_sees_what_that_one_wrote(shop: Shop) -> None:
    with shop.writing(author()) as session:
        session.add(dress())

    def raise_price() -> None:
        with shop.writing(author()) as later:
            listing = later.scalars(select(Listing)).one()
            listing.asked = (listing.asked or 0) + Decimal("1.00")

    with ThreadPoolExecutor(1) as second:
        with shop.writing(author()) as session:
            listing = session.scalars(select(Listing)).one()
            waits = second.submit(raise_price)
            with pytest.raises(TimeoutError):
                waits.result(0.2)
            listing.asked = Decimal("20.00")
        waits.result(10)
    with shop.reading() as session:
        assert session.scalars(select(Listing.asked)).one() == Decimal("21.00")


def test_nobody_waits_for_a_trial_and_nothing_of_it_stays(shop: Shop) -> None:
    with shop.trying(author()) as tried:
        tried.add(dress(1))
        tried.flush()
        with shop.writing(author()) as session:
            session.add(dress(2))
        assert [item.sku for item in tried.scalars(select(Item))] in (["A-1"], ["A-1", "A-2"])
    with shop.reading() as session:
        assert [item.sku for item in session.scalars(select(Item))] == ["A-2"]


def test_a_trial_sees_the_shop_as_it_is(shop: Shop) -> None:
    with shop.writing(author()) as session:
        session.add(dress(1))
    with shop.trying(author()) as tried:
        assert [item.sku for item in tried.scalars(select(Item))] == ["A-1"]
