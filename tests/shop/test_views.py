"""The views of the shop, on both databases: whose rows they show, and that a change is noticed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.shop.full import ANNA, BEN, add_ben, fill
from tests.shop.people import author
from vopt_lib.schema.own_views import OWN_VIEWS
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import Listing, ListingStatDay
from vopt_lib.shop.views import view_rows


@pytest.fixture
def household(shop: Shop) -> Shop:
    """Anna and Ben, each with something in every table."""
    add_ben(shop)
    fill(shop, 1, "Giraffenwort")
    fill(shop, 2, "Zebrawort")
    return shop


def test_a_member_sees_her_rows_an_admin_everybodys(household: Shop) -> None:
    with household.reading() as session:
        for name, view in OWN_VIEWS.items():
            hers, all_of_them = view_rows(session, BEN, name), view_rows(session, ANNA, name)
            assert (hers.height, all_of_them.height) == (1, 2), name
            assert dict(hers.schema) == {column.name: column.dtype for column in view.columns}
            assert "Giraffenwort" not in repr(hers.rows())
            assert hers.rows()[0] in all_of_them.rows()


def test_a_large_amount_is_told_to_the_cent(household: Shop) -> None:
    with household.writing(author()) as session:
        session.get_one(Listing, 2).asked = Decimal("92233720368547.58")
    with household.reading() as session:
        assert view_rows(session, BEN, "shop_listing")["asked_amount"].to_list() == [Decimal("92233720368547.58")]


def test_the_mark_changes_with_everything_that_is_written_and_with_nothing_else(household: Shop) -> None:
    marks = [household.mark()]
    with household.writing(author()) as session:
        session.scalars(select(ListingStatDay)).first().views = 8  # type: ignore[union-attr]
    marks.append(household.mark())
    with household.reading() as session:
        session.scalars(select(ListingStatDay)).all()
    marks.append(household.mark())
    assert marks[0] != marks[1] == marks[2]


def test_a_transaction_that_began_before_the_mark_changes_it_when_it_ends(household: Shop) -> None:
    with household.writing(author()) as session:
        session.get_one(Listing, 2).asked = Decimal("1.00")
        session.flush()
        before = household.mark()
    assert household.mark() != before
