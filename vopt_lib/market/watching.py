"""This is where what days to sell are told from is put together: the listings watched, their ages, the searches."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import polars as pl

from vopt_lib.market.ages import first_shown, searches, uploads_told, with_listed_at
from vopt_lib.market.exposures import exposures, missed_share
from vopt_lib.schema.tables import UTC_TIME

WINDOW: Final = timedelta(days=120)
"""How far back selling is looked at: long enough for ages of two months, short enough for what sells now."""

SPARE_DAYS: Final = 2
"""Searched days more than the misses needed after which the ends of a day count as known."""

SPELL = (
    *("source", "market", "listing_id", "first_seen_at", "last_seen_at", "first_seen_on", "last_seen_on", "days_seen"),
    *("leaf_catalog_id", "brand", "size", "condition_id", "first_price_eur", "last_price_eur"),
    *("missed_at", "gone_before", "decided_on", "evidence"),
)

PAGE = ("source", "listing_id", "observed_at", "uploaded_at")


@dataclass(frozen=True)
class Watched:
    """The listings of one source and market that were watched in the WINDOW.

    spells: source, market, listing_id, leaf_catalog_id, brand, size, condition_id, first_price_eur, last_price_eur,
    listed_at (null: not known), first_seen_at, last_seen_at, visited_at (last visit to its page), gone_before and
    evidence (null: live). Grain: one spell. uploads: what pages told of upload times (`ages.uploads_told`). since and
    until: between them the ends that searches tell are known; until is None while too few days were searched whole.
    missed_share: of what searches should show, what they do not.
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
        return exposures(self.spells, until=self.until, since=self.since, missed_share=self.missed_share)


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
    ended = ended.with_columns(missed_at=pl.lit(None, UTC_TIME))
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
    return Watched(
        spells=with_listed_at(spells, uploads, first_shown(spells, searched)),
        uploads=uploads,
        since=since,
        until=_ends_known_until(searched, misses_until_gone),
        missed_share=missed_share(spells, searched),
    )


def _ends_known_until(searched: pl.DataFrame, misses_until_gone: int) -> datetime | None:
    """The beginning of the newest searched day after which enough others were searched to know its ends."""
    days = searched.group_by("day").agg(pl.col("began_at").min()).sort("day", descending=True)
    place = misses_until_gone + SPARE_DAYS
    until: datetime | None = days["began_at"][place] if days.height > place else None
    return until
