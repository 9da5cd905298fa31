"""This is where what days to sell are told from is put together: the listings watched, their ages, the searches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import polars as pl

from vopt_lib.market.ages import first_shown, searches, uploads_told, with_listed_at
from vopt_lib.market.exposures import exposures, missed_share
from vopt_lib.market.misses import fits
from vopt_lib.schema.tables import UTC_TIME

WINDOW: Final = timedelta(days=120)
"""How far back selling is looked at: long enough for ages of two months, short enough for what sells now."""

SPARE_DAYS: Final = 2
"""Searched days more than the misses needed after which the ends of a day count as known."""

SPELL = (
    *("source", "market", "listing_id", "first_seen_at", "last_seen_at", "first_seen_on", "last_seen_on", "days_seen"),
    *("leaf_catalog_id", "brand", "size", "condition_id", "first_price_eur", "last_price_eur"),
    "last_asked_amount",
    *("gone_before", "decided_on", "evidence"),
)

PAGE = ("source", "listing_id", "observed_at", "uploaded_at")


@dataclass(frozen=True)
class Watched:
    """The listings of one source and market that were watched in the WINDOW.

    spells: source, market, listing_id, leaf_catalog_id, brand, size, condition_id, first_price_eur, last_price_eur,
    listed_at (null: not known), first_seen_at, last_seen_at, visited_at (last visit to its page), known_until (the ends
    that searches for what it is tell are known up to then; null: they tell none), gone_before
    and evidence (null: live). Grain: one spell. uploads: what pages told of upload times (`ages.uploads_told`).
    Watching counts from `since`; until is the newest known_until (None: there is none). missed_share: of what searches
    should show, what they do not.
    """

    spells: pl.DataFrame
    uploads: pl.DataFrame
    since: datetime
    until: datetime | None
    missed_share: float

    @property
    def told_until(self) -> datetime:
        """Up to when it tells anything: where searches tell no ends, the last visit to a page."""
        visited: datetime | None = None if self.until else self.spells["visited_at"].max()  # type: ignore[assignment]
        return self.until or visited or self.since

    def exposures(self) -> pl.DataFrame:
        """What `market.survival` needs, and the columns of spells."""
        return exposures(self.spells, since=self.since, missed_share=self.missed_share)


def since(newest: date) -> datetime:
    """Where the window that ends with this day begins."""
    return datetime.combine(newest - WINDOW, time(), UTC)


def spells_in(live: pl.LazyFrame, ended: pl.LazyFrame, *, since: datetime) -> pl.LazyFrame:
    """The spells of the window, SPELL of each, in an order of their own. Needs: listing_live, listing_ended."""
    of_live = live.with_columns(
        gone_before=pl.lit(None, UTC_TIME),
        decided_on=pl.lit(None, pl.Date),
        evidence=pl.lit(None, pl.String),
    )
    lately = ended.filter(pl.col("ended_month") >= f"{since:%Y-%m}", pl.col("gone_before") >= since)
    return pl.concat([of_live.select(SPELL), lately.select(SPELL)]).sort("listing_id", "first_seen_at")


def watched(
    spells: pl.DataFrame,
    coverage: pl.DataFrame,
    pages: pl.DataFrame,
    *,
    since: datetime,
    catalogues: pl.DataFrame,
    misses_until_gone: int,
) -> Watched:
    """What was watched, of one source and market.

    Needs: spells (`spells_in`); coverage (crawl_coverage) and pages (PAGE, of item pages) of the window;
           catalogues (`catalogues.ancestors`).
    """
    leaves: Collection[int] = spells["leaf_catalog_id"].drop_nulls().unique().to_list()
    searched = searches(coverage, leaves, catalogues=catalogues)
    uploads = uploads_told(pages)
    visits = pages.group_by("source", "listing_id").agg(visited_at=pl.col("observed_at").max())
    spells = spells.join(visits, on=["source", "listing_id"], how="left")
    spells = with_known_until(spells, coverage, catalogues=catalogues, misses_until_gone=misses_until_gone)
    until: datetime | None = spells["known_until"].max()  # type: ignore[assignment]
    missed = missed_share(spells, searched)
    return Watched(
        spells=with_listed_at(spells, uploads, first_shown(spells, searched), missed_share=missed),
        uploads=uploads,
        since=since,
        until=until,
        missed_share=missed,
    )


def with_known_until(
    spells: pl.DataFrame, coverage: pl.DataFrame, *, catalogues: pl.DataFrame, misses_until_gone: int
) -> pl.DataFrame:
    """Add known_until: when the newest search began after which enough others were made to know what it missed.

    Searches that ask for nothing but facts of the listing count; null: of none of them there were enough.

    Needs: what `misses.fits` needs of spells; crawl_coverage; catalogues (`catalogues.ancestors`).
    """
    place = misses_until_gone + SPARE_DAYS
    days = coverage.filter("is_exhaustive").sort("started_at").unique(["query_key", "day"], keep="last")
    newest = days.sort("day", descending=True).group_by("query_key", maintain_order=True)
    queries = newest.agg(
        pl.all().exclude("started_at").first(), known_until=pl.col("started_at").get(place, null_on_oob=True)
    ).filter(pl.col("known_until").is_not_null())
    known = [
        pl.when(fits(query, spells, catalogues=catalogues)).then(pl.lit(query["known_until"], UTC_TIME))
        for query in queries.iter_rows(named=True)
    ]
    return spells.with_columns(known_until=pl.max_horizontal(known) if known else pl.lit(None, UTC_TIME))
