"""This is where searches tell of her own listings that they met: who marked them, and what they asked, by day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.shop.closets import OwnNumber, SeenDay, newest_seen_day, own_numbers, write_seen
from vopt_lib.words import N_

FIRST_DAYS: Final = timedelta(days=30)
"""How far back is looked the first time."""

LATE_DAYS: Final = timedelta(days=1)
"""How far behind the newest day that is written a late row may still come."""

_COLUMNS: Final = ("listing_id", "day", "observed_at", "view_count", "favourite_count", "asked_amount", "currency")


def note_seen(desk: Desk) -> int:
    """Write down what the published searches saw of her listings since the last time. Returns: days that were new.

    Raises: ShopError; LakeError.
    """
    shop = shop_of(desk)
    with shop.reading() as session:
        numbers, newest = own_numbers(session), newest_seen_day(session)
    if not numbers:
        return 0
    since = newest - LATE_DAYS if newest else desk.clock.now().date() - FIRST_DAYS
    seen = list(_seen(desk, numbers, since))
    if not seen:
        return 0
    with shop.writing(author_of(desk, None, "note seen")) as session:
        return write_seen(session, seen, since=since)


def noted(desk: Desk) -> tuple[Mapping[str, object], ...]:
    """The same for whoever publishes: what went wrong is told as an event, because the market's day counts anyway."""
    try:
        note_seen(desk)
    except Exception as error:  # whatever the shop's database has, the day is published
        what = N_("What searches saw of your own listings could not be written down ({why}); the next time it is.")
        return ({"at": desk.clock.now().isoformat(), "what": what, "facts": {"why": str(error)}},)
    return ()


def _seen(desk: Desk, numbers: list[OwnNumber], since: date) -> Iterator[SeenDay]:
    for market in sorted({one.market for one in numbers}):
        of = {one.external_id: one for one in numbers if one.market == market}
        for listing_id, day, views, favourites, asked, currency in _last_of_days(desk, market, list(of), since):
            yield SeenDay(of[listing_id], day, views, favourites, asked, currency)


def _last_of_days(desk: Desk, market: str, ids: list[int], since: date) -> Iterator[tuple[Any, ...]]:
    """The last thing that each day's sightings say of each of these listings."""
    here = pl.col("source") == desk.site(market).source, pl.col("market") == market, pl.col("day") >= since
    wanted = desk.lake.scan("listing_seen").filter(*here, pl.col("listing_id").is_in(ids)).select(_COLUMNS)
    told = pl.col("view_count", "favourite_count").drop_nulls().last()
    asked = pl.col("asked_amount", "currency").last()
    days = wanted.sort("observed_at").group_by("listing_id", "day", maintain_order=True).agg(told, asked)
    yield from days.collect().iter_rows()
