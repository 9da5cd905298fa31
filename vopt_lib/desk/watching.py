"""This is where what was collected is read as what days to sell are told from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.market.ages import first_shown, searches, uploads_told, with_listed_at
from vopt_lib.market.catalogues import ancestors
from vopt_lib.market.exposures import exposures, missed_share
from vopt_lib.schema.tables import UTC_TIME
from vopt_lib.schema.vinted_terms import catalogue_nodes

WINDOW: Final = timedelta(days=120)
"""How far back selling is looked at: long enough for ages of two months, short enough for what sells now."""

SPARE_DAYS: Final = 2
"""Searched days more than the misses needed after which the ends of a day count as known."""

_SPELL = (
    *("source", "market", "listing_id", "first_seen_at", "last_seen_at", "first_seen_on", "last_seen_on", "days_seen"),
    *("leaf_catalog_id", "brand", "size", "condition_id", "first_price_eur", "last_price_eur"),
    *("missed_at", "gone_before", "decided_on", "evidence"),
)


@dataclass(frozen=True)
class Watched:
    """The listings of a market that were watched in the WINDOW.

    spells: source, market, listing_id, leaf_catalog_id, brand, size, condition_id, first_price_eur, last_price_eur,
    listed_at (null: not known), first_seen_at, last_seen_at, visited_at, gone_before and evidence (null: live).
    Grain: one spell. uploads: what pages told of upload times (`ages.uploads_told`). since and until: between them the
    ends that searches tell are known; until is None while too few days were searched whole. missed_share: of what
    searches should show, what they do not.
    """

    spells: pl.DataFrame
    uploads: pl.DataFrame
    since: datetime
    until: datetime | None
    missed_share: float

    def exposures(self) -> pl.DataFrame:
        """What `market.survival` needs, and the columns of spells."""
        return exposures(self.spells, until=self.until, since=self.since, missed_share=self.missed_share)


def watched(desk: Desk, market: str, *, version: Literal["published", "newest"] = "published") -> Watched:
    """The listings of this market as far as they were watched lately. Raises: UnknownMarket; LakeError."""
    since = datetime.combine((desk.clock.now() - WINDOW).date(), time(), UTC)
    catalogues = ancestors(catalogue_nodes())

    def read(name: str) -> pl.LazyFrame:
        here = desk.lake.scan(name, version=version)
        return here.filter(pl.col("source") == desk.site(market).source, pl.col("market") == market)

    lately = pl.col("day") >= since.date()
    spells = _spells(read("listing_live"), read("listing_ended"), since)
    coverage = read("crawl_coverage").filter(lately).collect()
    leaves = spells["leaf_catalog_id"].drop_nulls().unique().to_list()
    searched = searches(coverage, leaves, catalogues=catalogues)
    on_pages = read("listing_seen").filter(lately, pl.col("shape") == "item-page")
    pages = on_pages.select("source", "listing_id", "observed_at", "uploaded_at").collect()
    uploads = uploads_told(pages)
    visited = pages.group_by("source", "listing_id").agg(visited_at=pl.col("observed_at").max())
    spells = spells.join(visited, on=["source", "listing_id"], how="left")
    return Watched(
        spells=with_listed_at(spells, uploads, first_shown(spells, searched)),
        uploads=uploads,
        since=since,
        until=_ends_known_until(searched, desk.settings.misses_until_gone),
        missed_share=missed_share(spells, searched),
    )


def _spells(live: pl.LazyFrame, ended: pl.LazyFrame, since: datetime) -> pl.DataFrame:
    ended = ended.with_columns(missed_at=pl.lit(None, UTC_TIME))
    of_live = live.with_columns(
        gone_before=pl.lit(None, UTC_TIME),
        decided_on=pl.lit(None, pl.Date),
        evidence=pl.lit(None, pl.String),
    )
    lately = ended.filter(pl.col("ended_month") >= f"{since:%Y-%m}", pl.col("gone_before") >= since)
    return pl.concat([of_live.select(_SPELL), lately.select(_SPELL)]).collect()


def _ends_known_until(searched: pl.DataFrame, misses_until_gone: int) -> datetime | None:
    """The beginning of the newest searched day after which enough others were searched to know its ends."""
    days = searched.group_by("day").agg(pl.col("began_at").min()).sort("day", descending=True)
    place = misses_until_gone + SPARE_DAYS
    until: datetime | None = days["began_at"][place] if days.height > place else None
    return until
