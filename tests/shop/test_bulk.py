"""Many listings changed at once: seen before, made in one transaction, and taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.shop.keeping import ANNA, BEN, acting, events_of, facts, offer, with_ben
from vopt_lib.errors import (
    ChangedMeanwhile,
    NothingToUndo,
    NotPossible,
    PriceMissing,
    PriceTooLow,
    SoldAlready,
    UnknownListing,
)
from vopt_lib.schema.bulk import BulkChange, Plan, PriceChange, Undone
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop import bulk, listings
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import AuditEvent, Listing, ListingPrice

CHEAPER = BulkChange(price=PriceChange(share=Decimal("-0.10")))


def previewed(shop: Shop, ids: list[int], change: BulkChange, member: Member = ANNA) -> Plan:
    with shop.reading() as session:
        return bulk.preview(session, member, ids, change)


def applied(shop: Shop, plan: Plan, batch: str = "b1", member: Member = ANNA) -> Plan:
    with acting(shop, member, "bulk edit", batch) as session:
        return bulk.apply(session, member, plan)


def undone(shop: Shop, batch: str = "b1", member: Member = ANNA) -> Undone:
    with acting(shop, member, "undo", f"undo {batch}") as session:
        return bulk.undo(session, member, batch)


def asked(shop: Shop) -> list[str]:
    with shop.reading() as session:
        return [str(price) for price in session.scalars(select(Listing.asked).order_by(Listing.id))]


def test_a_preview_says_what_each_becomes_and_changes_nothing(shop: Shop) -> None:
    first, second = offer(shop, "Abito"), offer(shop, "Gonna", asked=Decimal("7.99"))
    plan = previewed(shop, first + second, CHEAPER)
    assert [(row.title, row.changes) for row in plan.rows] == [
        ("Abito", (("asked", (Decimal("12.00"), Decimal("10.80"))),)),
        ("Gonna", (("asked", (Decimal("7.99"), Decimal("7.19"))),)),
    ]
    assert asked(shop) == ["12.00", "7.99"]


@pytest.mark.parametrize(
    ("price", "change", "becomes"),
    [
        ("12.00", PriceChange(amount=Decimal("-2.50")), "9.50"),
        ("12.00", PriceChange(amount=Decimal("3")), "15.00"),
        ("9.99", PriceChange(share=Decimal("-0.15")), "8.49"),
        ("12.00", PriceChange(share=Decimal("0.10"), amount=Decimal("0.30")), "13.50"),
        ("12.34", PriceChange(ending="00"), "12.00"),
        ("12.34", PriceChange(ending="50"), "12.50"),
        ("12.34", PriceChange(ending="90"), "11.90"),
        ("12.40", PriceChange(ending="90"), "12.90"),
        ("1.10", PriceChange(share=Decimal("-0.05"), floor=Decimal("1.00")), "1.05"),
    ],
    ids=str,
)
def test_a_price_changes_by_an_amount_or_a_share_to_the_cent_or_to_an_ending(
    price: str, change: PriceChange, becomes: str
) -> None:
    assert str(bulk.changed_price(Listing(asked=Decimal(price), state="published"), change)) == becomes


@pytest.mark.parametrize(
    ("facts", "change", "error"),
    [
        ({}, PriceChange(amount=Decimal("-12.00"), floor=Decimal(0)), PriceTooLow),
        ({}, PriceChange(share=Decimal("-0.95")), PriceTooLow),
        ({}, PriceChange(amount=Decimal("-2"), floor=Decimal("10.50")), PriceTooLow),
        ({"asked": None}, PriceChange(amount=Decimal(1)), PriceMissing),
        ({"state": "sold"}, PriceChange(amount=Decimal(1)), SoldAlready),
    ],
    ids=str,
)
def test_a_price_that_makes_no_sense_is_refused(
    facts: dict[str, Any], change: PriceChange, error: type[Exception]
) -> None:
    listing = Listing(**{"asked": Decimal("12.00"), "state": "published"} | facts)
    with pytest.raises(error):
        bulk.changed_price(listing, change)


@given(
    st.decimals("0.01", "99999.99", places=2),
    st.decimals("-0.99", "5", places=4),
    st.sampled_from([None, "00", "50", "90"]),
)
def test_any_price_has_whole_cents_and_is_never_below_the_floor(price: Decimal, share: Decimal, ending: Any) -> None:
    change = PriceChange(share=share, ending=ending)
    try:
        new = bulk.changed_price(Listing(asked=price, state="published"), change)
    except PriceTooLow:
        return
    assert new == new.quantize(Decimal("0.01"))
    assert new >= change.floor
    assert ending is None or f"{new:.2f}".endswith(ending)
    assert abs(new - price * (1 + share)) <= (Decimal("0.5") if ending else Decimal("0.005"))


def test_what_is_refused_stays_and_the_others_change_under_one_name(shop: Shop) -> None:
    (free,) = offer(shop, "Abito")
    (sold,) = offer(shop, "Gonna", state="sold")
    plan = applied(shop, previewed(shop, [free, sold, 999], CHEAPER))
    assert [row.listing_id for row in plan.changing] == [free]
    assert [type(row.refusal) for row in plan.refused] == [SoldAlready, UnknownListing]
    assert asked(shop) == ["10.80", "12.00"]
    with shop.reading() as session:
        assert session.scalars(select(AuditEvent.deed).where(AuditEvent.batch == "b1")).all() == ["bulk edit"]
        assert [str(price.asked) for price in session.scalars(select(ListingPrice))] == ["10.80"]


def test_state_place_and_tags_change_together(shop: Shop) -> None:
    ids = offer(shop, "Abito", "Gonna")
    change = BulkChange(state="paused", reason="in vacanza", place=" Cantina ", add_tags=("Estate", "mare"))
    applied(shop, previewed(shop, ids, change))
    assert facts(shop, ids[0], "state", "reason", "place", "tags") == (
        "paused", "in vacanza", "Cantina", ["estate", "mare"],
    )  # fmt: skip
    applied(shop, previewed(shop, ids, BulkChange(place="", remove_tags=("estate",))), "b2")
    assert facts(shop, ids[1], "place", "tags", "state") == (None, ["mare"], "paused")


def test_a_reason_goes_with_its_state_and_can_be_given_later(shop: Shop) -> None:
    ids = offer(shop, "Abito", "Gonna", state="paused", reason="in vacanza")
    plan = previewed(shop, ids, BulkChange(reason="in lavanderia"))
    assert dict(plan.rows[0].changes) == {"reason": ("in vacanza", "in lavanderia")}
    applied(shop, plan)
    assert facts(shop, ids[0], "state", "reason", "edited") == ("paused", "in lavanderia", ["state"])
    applied(shop, previewed(shop, ids[:1], BulkChange(state="published")), "b2")
    assert facts(shop, ids[0], "state", "reason") == ("published", None)
    undone(shop, "b2")
    assert facts(shop, ids[0], "state", "reason") == ("paused", "in lavanderia")


def test_a_state_that_cannot_follow_is_refused_with_its_reason(shop: Shop) -> None:
    ids = offer(shop, "Abito", state="draft")
    (row,) = previewed(shop, ids, BulkChange(state="sold")).rows
    assert isinstance(row.refusal, NotPossible)


def test_what_somebody_changed_after_the_preview_is_left_as_it_is(shop: Shop) -> None:
    ids = offer(shop, "Abito", "Gonna")
    plan = previewed(shop, ids, CHEAPER)
    with acting(shop) as session:
        listings.edit(session, listings.find(session, ANNA, ids[0]), {"asked": Decimal("20.00")})
    made = applied(shop, plan)
    assert [type(row.refusal) for row in made.refused] == [ChangedMeanwhile]
    assert asked(shop) == ["20.00", "10.80"]


def test_an_undo_brings_back_every_value_and_the_audit_shows_both(shop: Shop) -> None:
    ids = [*offer(shop, "Abito", "Gonna"), *offer(shop, "Felpa", asked=Decimal("33.33"), state="paused")]
    before = [facts(shop, one, "asked", "state", "place", "tags", "edited", "ended_at", "reason") for one in ids]
    change = BulkChange(CHEAPER.price, state="withdrawn", reason="x", place="Cantina", add_tags=("mare",))
    applied(shop, previewed(shop, ids, change))
    assert asked(shop) == ["10.80", "10.80", "30.00"]

    told = undone(shop)

    assert (told.listings, told.kept) == (tuple(ids), ())
    assert [
        facts(shop, one, "asked", "state", "place", "tags", "edited", "ended_at", "reason") for one in ids
    ] == before
    there, back = events_of(shop, batch="b1", about="listing"), events_of(shop, batch="undo b1", about="listing")
    assert sorted((was["asked"], became["asked"]) for was, became in there) == [
        ("12.00", "10.80"), ("12.00", "10.80"), ("33.33", "30.00"),
    ]  # fmt: skip
    assert sorted((became["asked"], was["asked"]) for was, became in back) == [
        ("12.00", "10.80"), ("12.00", "10.80"), ("33.33", "30.00"),
    ]  # fmt: skip
    with shop.reading() as session:
        told_prices = session.scalars(select(ListingPrice).order_by(ListingPrice.listing_id, ListingPrice.at))
        assert [str(price.asked) for price in told_prices] == ["10.80", "12.00", "10.80", "12.00", "30.00", "33.33"]


def test_an_undo_leaves_what_somebody_changed_since_and_says_so(shop: Shop) -> None:
    ids = offer(shop, "Abito", "Gonna", "Felpa")
    applied(shop, previewed(shop, ids, CHEAPER))
    with acting(shop) as session:
        listings.edit(session, listings.find(session, ANNA, ids[0]), {"asked": Decimal("20.00")})
        listings.edit(session, listings.find(session, ANNA, ids[1]), {"title": "Gonna corta"})
        listings.delete(session, listings.find(session, ANNA, ids[2]))
    told = undone(shop)
    assert told.listings == (ids[1],)
    assert [(title, type(why)) for title, why in told.kept] == [
        ("Abito", ChangedMeanwhile),
        ("Felpa", ChangedMeanwhile),
    ]
    assert asked(shop) == ["20.00", "12.00", "10.80"]
    assert facts(shop, ids[1], "edited") == (["title"],)


def test_an_undo_can_be_undone_and_one_of_nothing_is_refused(shop: Shop) -> None:
    applied(shop, previewed(shop, offer(shop, "Abito"), CHEAPER))
    undone(shop)
    undone(shop, "undo b1")
    assert asked(shop) == ["10.80"]
    with pytest.raises(NothingToUndo):
        undone(shop, "never")


def test_two_listings_of_one_thing_change_and_come_back_together(shop: Shop) -> None:
    (made,) = offer(shop, "Abito")
    with acting(shop) as session:
        again = listings.relist(session, listings.find(session, ANNA, made)).id
    applied(shop, previewed(shop, [made, again], BulkChange(place="Cantina", add_tags=("mare",))))
    assert facts(shop, again, "place", "tags") == ("Cantina", ["mare"])
    undone(shop)
    assert facts(shop, made, "place", "tags") == (None, [])


def test_what_was_made_under_a_name_is_no_change_to_undo(shop: Shop) -> None:
    with acting(shop, batch="made") as session:
        listings.create(session, ANNA, {"title": "Abito"})
    with pytest.raises(NothingToUndo):
        undone(shop, "made")


def test_nobody_changes_or_undoes_what_is_another_persons(shop: Shop) -> None:
    with_ben(shop)
    hers, his = offer(shop, "Abito"), offer(shop, "Felpa", account_id=2)
    (seen, refused) = previewed(shop, [*hers, *his], CHEAPER, BEN).rows
    assert (seen.title, type(refused.refusal), refused.title) == ("Felpa", UnknownListing, "")
    applied(shop, previewed(shop, [*hers, *his], CHEAPER))
    told = undone(shop, member=BEN)
    assert told.listings == tuple(his)
    assert asked(shop) == ["10.80", "12.00"]


@pytest.mark.slow
def test_a_thousand_listings_are_changed_in_one_step_or_not_at_all(shop: Shop) -> None:
    with acting(shop) as session:
        for number in range(1000):
            listings.create(session, ANNA, {"title": f"Abito {number}", "asked": Decimal("12.00")})
    plan = previewed(shop, list(range(1, 1001)), CHEAPER)
    with pytest.raises(RuntimeError), acting(shop) as session:
        _fail_after(bulk.apply(session, ANNA, plan))
    assert set(asked(shop)) == {"12.00"}
    applied(shop, plan)
    assert set(asked(shop)) == {"10.80"}
    assert len(undone(shop).listings) == 1000
    assert set(asked(shop)) == {"12.00"}


def _fail_after(_: object) -> None:
    raise RuntimeError
