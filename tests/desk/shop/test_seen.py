"""What searches saw of her own listings: by day, once, and never in the way of the market's day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from sqlalchemy import select

from tests.desk.conftest import BAGS
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import publish, refine_day
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.seen import note_seen
from vopt_lib.shop.tables import ChannelAccount, Item, Listing, ListingStatDay

pytestmark = pytest.mark.timeout(300)


def sell(desk: Desk, *numbers: int, **facts: Any) -> None:
    """Let her have these listings on Vinted."""
    member = member_of(desk)
    own = {"household_id": member.household_id}
    with shop_of(desk).writing(author_of(desk, member, "test")) as session:
        account = session.scalars(select(ChannelAccount)).first() or ChannelAccount(
            **own, person_id=member.person_id, channel="vinted", market="it", name="anna"
        )
        session.add(account)
        session.flush()
        for number in numbers:
            listing = {"state": "published", "title": "Borsa", "currency": "EUR", "external_id": number} | facts
            listings = [Listing(**own, account_id=account.id, **listing)]
            session.add(Item(**own, sku=f"B-{number}", currency="EUR", listings=listings))


def seen(desk: Desk) -> list[ListingStatDay]:
    with shop_of(desk).reading() as session:
        return list(session.scalars(select(ListingStatDay).order_by(ListingStatDay.day)))


def collected(desk: Desk, on_day: Callable[[int], None], *days: int) -> pl.DataFrame:
    for day in days:
        on_day(day)
        collect(desk, BAGS)
    refine_day(desk)
    return desk.lake.scan("listing_seen", version="newest").collect()


def test_each_published_day_tells_what_her_listings_asked_and_who_marked_them(
    desk: Desk, on_day: Callable[[int], None]
) -> None:
    rows = collected(desk, on_day, 0, 1)
    first, last = rows["day"].min(), rows["day"].max()
    on_both = rows.group_by("listing_id").agg(pl.col("day").n_unique()).filter(pl.col("day") == 2)["listing_id"]
    sell(desk, on_both[0], 1)
    publish(desk)
    told = {row.day: (row.favourites, row.asked, row.currency, row.source, row.listing_id) for row in seen(desk)}
    expected = rows.filter(listing_id=on_both[0]).sort("observed_at").group_by("day", maintain_order=True).last()
    assert told == {
        row["day"]: (row["favourite_count"], row["asked_amount"], row["currency"], "crawl", 1)
        for row in expected.iter_rows(named=True)
    }
    assert {*told} == {first, last}


def test_publishing_again_changes_nothing_and_a_new_day_is_added(desk: Desk, on_day: Callable[[int], None]) -> None:
    number = collected(desk, on_day, 0)["listing_id"][0]
    sell(desk, number)
    publish(desk)
    assert note_seen(desk) == 0
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.scalars(select(ListingStatDay)).one().asked = Decimal("0.01")
    assert note_seen(desk) == 1
    assert seen(desk)[0].asked != Decimal("0.01")


def test_what_is_filed_away_is_not_looked_for(desk: Desk, on_day: Callable[[int], None]) -> None:
    number = collected(desk, on_day, 0)["listing_id"][0]
    sell(desk, number, state="archived")
    publish(desk)
    assert seen(desk) == []


def test_searches_of_before_yesterday_are_not_read_again(desk: Desk, on_day: Callable[[int], None]) -> None:
    rows = collected(desk, on_day, 0, 3)
    days = rows.group_by("listing_id").agg(pl.col("day").n_unique()).filter(pl.col("day") == 2)["listing_id"]
    sell(desk, days[0])
    publish(desk)
    sell(desk, days[1])
    assert note_seen(desk) == 1
    assert [row.day for row in seen(desk) if row.listing_id == 2] == [date(2026, 11, 4)]


def test_a_shop_in_trouble_does_not_keep_the_day_from_being_published(
    desk: Desk, on_day: Callable[[int], None]
) -> None:
    collected(desk, on_day, 0)
    desk.paths.shop.unlink(missing_ok=True)
    for beside in ("-wal", "-shm"):
        desk.paths.shop.with_name(desk.paths.shop.name + beside).unlink(missing_ok=True)
    desk.paths.shop.write_bytes(b"no database" * 1000)
    run = publish(desk)
    assert (run.outcome, len(run.events)) == ("done", 1)
    assert "is damaged" in str(run.events[0]["facts"])
    assert desk.lake.scan("listing_seen").collect().height > 0
