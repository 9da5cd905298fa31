"""This is where a market's listings are read to be compared, and where the page of one listing learns all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

from vopt_lib.desk import permission
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import Reading, kept, read_published
from vopt_lib.desk.lasting import QUIET_FOR
from vopt_lib.desk.market_reads import catalogue_days, source
from vopt_lib.desk.report import published_at
from vopt_lib.desk.selling import speed_of
from vopt_lib.errors import VoptError
from vopt_lib.market.catalogues import ancestors
from vopt_lib.market.comparables import Book, comparables_of, read_market
from vopt_lib.market.fitness import SOLD_WITHIN
from vopt_lib.market.totals import share_of_all
from vopt_lib.market.wording import meaning
from vopt_lib.schema.filters import ListingAddress
from vopt_lib.schema.listing_page import ListingPage, Offer
from vopt_lib.schema.market_page import Freshness
from vopt_lib.schema.selling_page import Speed
from vopt_lib.schema.survival import Interval
from vopt_lib.schema.tables import MONEY, UTC_TIME
from vopt_lib.schema.vinted_terms import catalogue_nodes

MOST_COMPARED: Final = 30_000
"""Listings that a market is compared by, those seen last: reading them takes some seconds, once a publication."""

_FACTS = (
    *("listing_id", "title", "brand", "size", "condition_id", "url", "leaf_catalog_id", "promoted", "seller_hash"),
    *("first_seen_at", "last_seen_at", "currency", "last_asked_amount", "favourite_count"),
    *("source", "market", "first_seen_on", "days_seen", "first_asked_amount", "first_price_eur"),
)
Read = Callable[[str], pl.LazyFrame]


@kept
def book_of(reading: Reading) -> Book:
    """The listings of a market, ready to be compared."""
    here = source(reading)
    return read_book(lambda name: reading.scan(name).filter(pl.col("source").eq_missing(here)))


def read_book(read: Read) -> Book:
    """The listings that these tables hold, ready to be compared. `read` scans one market's rows of a table."""
    changed = read("price_change").group_by("listing_id").agg(asked_since=pl.col("observed_at").max())
    listings = (
        known_listings(read)
        .tail(MOST_COMPARED)
        .join(changed, on="listing_id", how="left", maintain_order="left")
        .with_columns(asked_since=pl.coalesce("asked_since", "first_seen_at"))
    )
    return read_market(listings.collect(), ancestors(catalogue_nodes()))


def known_listings(read: Read) -> pl.LazyFrame:
    """The listings on sale and those that ended within SOLD_WITHIN, as last seen, those seen last at the end.

    `read` scans one market's rows of a table. Returns: what tables say of a listing; price_eur: asked last; evidence:
    on_sale, sold (proven), or left.
    """
    live = read("listing_live").select(*_FACTS, "thumbnail_url", price_eur="last_price_eur", evidence=pl.lit("on_sale"))
    since = (
        live.select(pl.col("last_seen_at").max()).collect().item() or datetime(2000, 1, 1, tzinfo=UTC)
    ) - SOLD_WITHIN
    ended = read("listing_ended").filter(pl.col("ended_month") >= f"{since:%Y-%m}", pl.col("gone_before") >= since)
    was_sold = pl.when(pl.col("evidence") == "sold").then(pl.lit("sold")).otherwise(pl.lit("left"))
    left = ended.select(
        *_FACTS, thumbnail_url=pl.lit(None, pl.String), price_eur="last_price_eur", evidence=was_sold
    ).join(live.select("listing_id"), on="listing_id", how="anti")
    return (
        pl.concat([left, live])
        .sort("last_seen_at", "listing_id")
        .unique("listing_id", keep="last", maintain_order=True)
    )


def listing_page(desk: Desk, asked: ListingAddress) -> ListingPage:
    """Everything the page of a listing shows, of one publication; what stands in the way is its `trouble`."""
    try:
        return _page(desk, asked)
    except VoptError as error:
        return ListingPage(Freshness(), asked.id, trouble=error)


def _page(desk: Desk, asked: ListingAddress) -> ListingPage:
    reading = read_published(desk, asked.market)
    page = ListingPage(freshness(desk, reading), asked.id, may_fetch_photos=permission.is_given(desk, asked.market))
    spells = _spells(reading, asked.id) if asked.id is not None else []
    if asked.id is None or not spells:
        return page
    book = book_of(reading)
    facts = spells[-1]
    offer = Offer(
        facts=facts,
        path=_paths().get(facts["leaf_catalog_id"]),
        prices=_prices(reading, asked.id, spells),
        others=len(spells) - 1,
        compared=comparables_of(book, asked.id, meaning=meaning()),
        speed=_speed(reading, facts),
    )
    return replace(page, offer=offer)


def freshness(desk: Desk, reading: Reading) -> Freshness:
    """How old what is published of a market is."""
    seen_at = newest_sighting(reading)
    if seen_at is None:
        return Freshness(published_at(desk))
    is_stale = desk.clock.now() - seen_at > QUIET_FOR
    return Freshness(published_at(desk), seen_at.date(), seen_at, _share_seen(reading), is_stale)


@kept
def newest_sighting(reading: Reading) -> datetime | None:
    """When a listing was last seen on sale."""
    at: datetime | None = reading.scan("listing_live").select(pl.col("last_seen_at").max()).collect().item()
    return at


@kept
def _share_seen(reading: Reading) -> float | None:
    """What was seen of all that is followed whole, each on its newest day."""
    days = catalogue_days(reading)
    return share_of_all(days.group_by("catalog_id").agg(pl.col("seen", "share_seen").sort_by("day").last()))


def _spells(reading: Reading, listing_id: int) -> list[dict[str, Any]]:
    """The spells of a listing, the newest last; one that may still be on sale has no gone_before."""
    is_it = pl.col("listing_id") == listing_id
    ended = reading.scan("listing_ended").filter(is_it).sort("gone_after").collect()
    live = reading.scan("listing_live").filter(is_it).collect()
    return [*ended.iter_rows(named=True), *live.iter_rows(named=True)]


def _prices(reading: Reading, listing_id: int, spells: list[dict[str, Any]]) -> pl.DataFrame:
    """What was asked from which moment on, spell by spell, and its last sighting. Returns: at, amount, spell."""
    changes = reading.scan("price_change").filter(pl.col("listing_id") == listing_id).sort("observed_at").collect()
    points = []
    for number, spell in enumerate(spells):
        within = changes.filter(pl.col("observed_at").is_between(spell["first_seen_at"], spell["last_seen_at"]))
        points += [(spell["first_seen_at"], spell["first_asked_amount"], number)]
        points += [(at, amount, number) for at, amount in within.select("observed_at", "new_amount").iter_rows()]
        points += [(spell["last_seen_at"], spell["last_asked_amount"], number)]
    columns = [("at", UTC_TIME), ("amount", MONEY), ("spell", pl.Int64())]
    return pl.DataFrame(points, schema=columns, orient="row").drop_nulls("amount")


def _speed(reading: Reading, facts: Mapping[str, Any]) -> Speed | None:
    """How fast its brand sells in its catalogue; the whole catalogue where that is not known of the brand."""
    catalog_id, brand = facts["leaf_catalog_id"], facts["brand"]
    if catalog_id is None:
        return None
    of_brand = speed_of(reading, catalog_id, brand)
    known = of_brand.told is not None and isinstance(of_brand.told.median, Interval)
    return of_brand if known else speed_of(reading, catalog_id, None)


def _paths() -> dict[int, str]:
    return {node.catalog_id: node.path for node in catalogue_nodes()}
