"""What an admin shares with a member: she looks at everything on the pages, and changes her own only."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.desk.shop.signed_in import person, refusal
from tests.shop.full import account, add_ben, fill
from tests.shop.people import author
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop import people
from vopt_lib.desk.shop.asking import own_tables
from vopt_lib.desk.shop.hand_out import hand_out
from vopt_lib.desk.shop.inventory import inventory_page, own_pane
from vopt_lib.desk.shop.inventory_deeds import press_listing, preview_bulk, write_note
from vopt_lib.desk.shop.opening import looking, member_of, onlooker_of, shop_of
from vopt_lib.desk.shop.sales import sales_page
from vopt_lib.schema.bulk import Plan
from vopt_lib.schema.filters import InventoryFilters, SalesFilters
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.tables import Person

BEN = Visitor("ben", "en", role="member", member=2)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Anna and Ben, each with something in every table."""
    desk = open_desk(data=tmp_path / "data")
    shop = shop_of(desk)
    with shop.writing(author()) as session:
        session.get_one(Person, 1).name = "Anna"
        session.add(account(1, "anna_r"))
    add_ben(shop)
    fill(shop, 1, "Giraffe")
    fill(shop, 2, "Zebra")
    return desk


def listed(desk: Desk) -> set[str]:
    return {row.title for row in inventory_page(desk, BEN, InventoryFilters()).found.rows}


def asked(desk: Desk) -> set[str]:
    return set(pl.read_ipc_stream(own_tables(desk, "SELECT title FROM shop_listing", BEN)["shop_listing"])["title"])


def test_what_is_shared_is_seen_at_once_and_no_longer_than_it_is_shared(desk: Desk) -> None:
    hers, everything = {"Dress of Zebra"}, {"Dress of Zebra", "Dress of Giraffe"}
    assert (listed(desk), asked(desk)) == (hers, hers)
    people.share(desk, person(desk), 2, True)
    assert (listed(desk), asked(desk)) == (everything, everything)
    assert len(sales_page(desk, BEN, SalesFilters()).people) == 2
    people.share(desk, person(desk), 2, False)
    assert (listed(desk), asked(desk)) == (hers, hers)


def test_with_whom_it_is_shared_changes_and_takes_away_her_own_only(desk: Desk, tmp_path: Path) -> None:
    people.share(desk, person(desk), 2, True)
    assert not member_of(desk, BEN).sees_all
    assert onlooker_of(desk, BEN).sees_all
    assert looking(desk, person(desk)) == person(desk)
    anna = next(one for one in people.people(desk, person(desk)) if one.id == 1)
    assert refusal(lambda: hand_out(desk, person(desk, 2), anna, tmp_path / "anna.zip")) == "NotAllowed"
    kept = inventory_page(desk, BEN, InventoryFilters()).found.rows
    assert [write_note(desk, BEN, 1, "mine").told.kind, press_listing(desk, BEN, "delete", 1).told.kind] == ["bad"] * 2
    plan = preview_bulk(desk, BEN, [1, 2], {"place": "attic"})
    assert isinstance(plan, Plan)
    assert [row.listing_id for row in plan.changing] == [2]
    assert inventory_page(desk, BEN, InventoryFilters()).found.rows == kept
    pane = own_pane(desk, BEN, InventoryFilters(id=1))
    assert pane
    assert pane.detail
    assert not pane.detail.is_hers
    new = own_pane(desk, BEN, InventoryFilters(new=True))
    assert new
    assert [one.value for one in new.accounts] == [2]
