"""This is where spells are told again after rows of a past day arrived: only those that the day can have changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import polars as pl

from vopt_lib.market.spells import COLUMNS, KEY, Spells, replay


@dataclass(frozen=True)
class Retold:
    """What a late day changes.

    `again` says of which listings (source, market, listing_id), and from which moment on (`again_from`), spells and
    price changes are told again; `dropped` are the ended spells this undoes; `spells` what is now true: all of live,
    and the ended spells and price changes to put in the place of the dropped ones.
    """

    again: pl.DataFrame
    dropped: pl.DataFrame
    spells: Spells


def retell(
    live: pl.DataFrame,
    ended: pl.DataFrame,
    seen: pl.LazyFrame,
    coverage: pl.LazyFrame,
    *,
    late: Collection[date],
    until: date,
    catalogues: pl.DataFrame,
    misses_until_gone: int,
) -> Retold:
    """The spells at the end of `until`, after rows of `late` days (none after `until`) were added.

    Needs: live (listing_live at the end of `until`, as known before); ended (listing_ended decided from the first late
           day on, up to `until`); seen and coverage, all rows known now, from the first sighting of these spells on.
    """
    again = listings_to_retell(live, ended, seen, coverage, late=late)
    dropped = ended.join(again, on=KEY, how="semi")
    first = again["again_from"].min()
    if not isinstance(first, datetime):
        return Retold(again, dropped, Spells(live, ended.clear(), Spells.none().price_changes))
    span = pl.col("day").is_between(first.date(), until)
    wanted = (
        seen.filter(span)
        .select(COLUMNS)
        .join(again.lazy(), on=KEY, how="inner")
        .filter(pl.col("observed_at") >= pl.col("again_from"))
        .drop("again_from")
    )
    covered = coverage.filter(span).collect()
    days = {*seen.filter(span).select("day").unique().collect()["day"], *covered["day"]}
    told = replay(live.clear(), wanted, covered, days=days, catalogues=catalogues, misses_until_gone=misses_until_gone)
    whole = pl.concat([live.join(again, on=KEY, how="anti"), told.live])
    return Retold(again, dropped, Spells(whole, told.ended, told.price_changes))


def listings_to_retell(
    live: pl.DataFrame, ended: pl.DataFrame, seen: pl.LazyFrame, coverage: pl.LazyFrame, *, late: Collection[date]
) -> pl.DataFrame:
    """The listings whose spells rows of these days can have changed, and from which moment on.

    These are the listings seen on a late day; and, if an exhaustive query ran on one, every listing with a spell that
    was not over by then. A spell that was decided before the first late day stands.

    Needs: as `retell`. Returns: source, market, listing_id, again_from (UTC). Grain: one listing.
    """
    first, last = min(late), max(late)
    spells = pl.concat([part.select(*KEY, "first_seen_at", "first_seen_on") for part in (live, ended)])
    touched = [seen.filter(pl.col("day").is_in(list(late))).select(KEY).unique().collect()]
    if coverage.filter(pl.col("day").is_in(list(late)), pl.col("is_exhaustive")).head(1).collect().height:
        touched.append(spells.filter(pl.col("first_seen_on") <= last).select(KEY))
    begin = pl.lit(datetime.combine(first, time(), UTC), pl.Datetime("us", "UTC"))
    return (
        pl.concat(touched)
        .unique()
        .join(spells.group_by(KEY).agg(pl.col("first_seen_at").min()), on=KEY, how="left")
        .select(*KEY, pl.min_horizontal("first_seen_at", begin).alias("again_from"))
    )
