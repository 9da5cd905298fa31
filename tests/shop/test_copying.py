"""A shop that is copied: into a file wherever it lies, and from the file to a server."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.shop.conftest import POSTGRES
from tests.shop.old_shops import old_shop
from tests.shop.people import author, dress
from vopt_lib.errors import ShopDamaged
from vopt_lib.shop.copying import checked_copy, copy_in, copy_out, is_in_use
from vopt_lib.shop.migrate import NEWEST, revision_of
from vopt_lib.shop.store import Shop, open_shop
from vopt_lib.shop.tables import Base, Item, Listing


def rows(shop: Shop) -> dict[str, list[tuple[object, ...]]]:
    """{table: rows}, as vopt reads them."""
    with shop.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


def test_a_copy_is_one_file_for_its_owner_that_holds_every_row(address: str, tmp_path: Path) -> None:
    old_shop(address, NEWEST).dispose()
    shop = open_shop(address)
    copy_out(shop, tmp_path / "copy.sqlite")
    assert stat.S_IMODE((tmp_path / "copy.sqlite").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.sqlite"]
    checked_copy(tmp_path / "copy.sqlite")
    copy = open_shop(f"sqlite:///{tmp_path}/copy.sqlite")
    assert rows(copy) == rows(shop)
    copy.close()
    shop.close()


@pytest.mark.parametrize("shop", [POSTGRES], indirect=True)
def test_a_server_holds_what_the_file_holds_and_nothing_else_and_goes_on_counting(shop: Shop, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/file.sqlite"
    old_shop(address, NEWEST).dispose()
    with shop.writing(author()) as session:
        session.add_all(dress(number) for number in range(9))
    for _ in range(2):
        copy_in(tmp_path / "file.sqlite", shop)
        file = open_shop(address)
        assert rows(shop) == rows(file)
        file.close()
    with shop.writing(author()) as session:
        session.add(dress(77))
    with shop.reading() as session:
        assert session.scalars(select(func.max(Item.id))).one() == 3
        assert session.scalars(select(func.max(Listing.id))).one() == 3


def test_a_copy_of_an_earlier_form_comes_to_todays(tmp_path: Path) -> None:
    old_shop(f"sqlite:///{tmp_path}/old.sqlite", "0001").dispose()
    checked_copy(tmp_path / "old.sqlite")
    copy = open_shop(f"sqlite:///{tmp_path}/old.sqlite")
    assert revision_of(copy.engine) == NEWEST
    copy.close()


def test_a_copy_with_a_row_of_nobody_is_damaged(tmp_path: Path) -> None:
    file = tmp_path / "copy.sqlite"
    old_shop(f"sqlite:///{file}", NEWEST).dispose()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM item WHERE id = 2")
        connection.commit()
    with pytest.raises(ShopDamaged, match="rows in it name others that are missing"):
        checked_copy(file)


def test_a_shop_in_which_nobody_did_anything_is_not_in_use(tmp_path: Path) -> None:
    shop = open_shop(f"sqlite:///{tmp_path}/shop.sqlite")
    assert not is_in_use(shop)
    shop.close()
    old_shop(f"sqlite:///{tmp_path}/other.sqlite", NEWEST).dispose()
    other = open_shop(f"sqlite:///{tmp_path}/other.sqlite")
    assert is_in_use(other)
    other.close()
