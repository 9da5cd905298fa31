"""This is where sightings and misses become spells: from when to when a listing was on sale.

The rules, day by day (days are UTC):

- A listing is *seen* on a day when some result shows it on sale, paid placements included.
- It is *missed* on a later day on which it is not seen and some exhaustive query should have shown it
  (`misses.missed_at`); one miss a day at most.
- Missed on `misses_until_gone` days since its last sighting, the spell ends: it left after the last sighting and before
  the first query that missed it. Evidence is what a page said in between (reserved, hidden), else "unknown". A
  reserved listing is given RESERVED_MISSES more: what becomes of it shows on its page a few days later.
- A page that proves the end (sold, deleted, closed) ends the spell at once; it left before the first query that missed
  it, if one had.
- Reserved and hidden are hints: neither sightings nor ends. A sighting after an ended spell begins a new one; one
  before the last needed miss goes on with the old one.
- A listing that no exhaustive query should have shown stays live.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from vopt_lib.market.catalogues import depth
from vopt_lib.market.misses import missed_at
from vopt_lib.market.sightings import COLUMNS, FACTS, KEY, STRETCH, in_order, price_changes, summed
from vopt_lib.schema.tables import LISTING_ENDED, LISTING_LIVE, PRICE_CHANGE

__all__ = ["COLUMNS", "KEY", "Spells", "advance", "replay", "spells"]

RESERVED_MISSES = 7
"""Days that a reserved listing may be missed longer: by then it is sold, or back. Most are within two."""

_NO_DAYS = pl.lit([], pl.List(pl.Date))
_NO_KEYS = pl.lit([], pl.List(pl.String))


@dataclass(frozen=True)
class Spells:
    """Spells at the end of a day: the live ones, and what ended and changed on the way there.

    The frames have the columns of listing_live, listing_ended and price_change.
    """

    live: pl.DataFrame
    ended: pl.DataFrame
    price_changes: pl.DataFrame

    @classmethod
    def none(cls) -> Spells:
        """Before the first sighting."""
        return cls(LISTING_LIVE.empty(), LISTING_ENDED.empty(), PRICE_CHANGE.empty())


def spells(
    seen: pl.DataFrame | pl.LazyFrame, coverage: pl.DataFrame, *, catalogues: pl.DataFrame, misses_until_gone: int
) -> Spells:
    """Every spell, told from the first sighting on: what all other ways of getting there must equal.

    Needs: listing_seen, crawl_coverage; catalogues with catalog_id, ancestor_id (`catalogues.ancestors`).
    """
    days = {*seen.lazy().select("day").unique().collect()["day"], *coverage["day"]}
    start = Spells.none().live
    return replay(start, seen, coverage, days=days, catalogues=catalogues, misses_until_gone=misses_until_gone)


def replay(
    live: pl.DataFrame,
    seen: pl.DataFrame | pl.LazyFrame,
    coverage: pl.DataFrame,
    *,
    days: Iterable[date],
    catalogues: pl.DataFrame,
    misses_until_gone: int,
) -> Spells:
    """The spells after these days, starting from the live ones before the first of them.

    Needs: live with the columns of listing_live; seen and coverage with all rows of the days.
    """
    ended, changes = [LISTING_ENDED.empty()], [PRICE_CHANGE.empty()]
    for day in sorted(days):
        after = advance(
            live,
            seen.lazy().filter(pl.col("day") == day).select(COLUMNS).collect(),
            coverage.filter(pl.col("day") == day),
            day=day,
            catalogues=catalogues,
            misses_until_gone=misses_until_gone,
        )
        live = after.live
        ended.append(after.ended)
        changes.append(after.price_changes)
    return Spells(live, pl.concat(ended), pl.concat(changes))


def advance(
    live: pl.DataFrame,
    seen_of_day: pl.DataFrame,
    coverage_of_day: pl.DataFrame,
    *,
    day: date,
    catalogues: pl.DataFrame,
    misses_until_gone: int,
) -> Spells:
    """The spells at the end of a day later than any that live knows of. Its cost grows with live and the day alone.

    Needs: live (listing_live); all rows of the day of listing_seen and crawl_coverage; catalogues.
    Returns: live after the day; only what ended and changed on it.
    """
    ordered = in_order(seen_of_day)
    changes = price_changes(ordered, live)
    stretches = summed(ordered, catalogues=catalogues).join(
        changes.group_by(STRETCH).agg(pl.len().alias("day_price_changes")), on=STRETCH, how="left"
    )
    touched = _continued(live, stretches, catalogues)
    proven = touched.filter(pl.col("day_ended_at").is_not_null())
    standing = touched.filter(pl.col("day_ended_at").is_null()).select(LISTING_LIVE.schema.names())
    after = pl.concat([live.join(stretches, on=KEY, how="anti"), standing])
    still, gone = _missed(after, coverage_of_day, day=day, catalogues=catalogues, misses_until_gone=misses_until_gone)
    return Spells(
        live=still,
        ended=pl.concat([_proven_rows(proven, day), _gone_rows(gone, day)]),
        price_changes=_change_rows(changes, touched),
    )


def _continued(live: pl.DataFrame, stretches: pl.DataFrame, catalogues: pl.DataFrame) -> pl.DataFrame:
    """The spells that the day's stretches go on with or begin; a stretch without either is dropped."""
    seen = pl.col("day_last_seen_at").is_not_null()
    is_first_price = pl.col("first_asked_amount").is_null()
    has_price = pl.col("day_last_asked_amount").is_not_null()
    is_deeper = pl.col("day_leaf_depth").fill_null(-1) >= depth("leaf_catalog_id", catalogues)

    def latest(name: str, when: pl.Expr, then: str) -> pl.Expr:
        return pl.when(when).then(pl.col(then)).otherwise(pl.col(name)).alias(name)

    return (
        stretches.join(live.with_columns(pl.lit(0, pl.Int32).alias("stretch")), on=STRETCH, how="left")
        .filter(seen | pl.col("first_seen_at").is_not_null())
        .with_columns(
            pl.coalesce("first_seen_at", "day_first_seen_at").alias("first_seen_at"),
            pl.coalesce("day_last_seen_at", "last_seen_at").alias("last_seen_at"),
            (pl.col("days_seen").fill_null(0) + seen.cast(pl.Int32)).alias("days_seen"),
            *(pl.coalesce(f"day_{name}", name).alias(name) for name in FACTS),
            latest("first_asked_amount", is_first_price, "day_first_asked_amount"),
            latest("first_price_eur", is_first_price, "day_first_price_eur"),
            latest("last_asked_amount", has_price, "day_last_asked_amount"),
            latest("last_price_eur", has_price, "day_last_price_eur"),
            latest("currency", has_price, "day_currency"),
            (pl.col("price_changes").fill_null(0) + pl.col("day_price_changes").fill_null(0))
            .cast(pl.Int32)
            .alias("price_changes"),
            latest("promoted", seen, "day_promoted"),
            latest("leaf_catalog_id", is_deeper, "day_leaf"),
            _either("query_keys", "day_query_keys"),
            pl.when(seen).then(_NO_DAYS).otherwise("missed_on").alias("missed_on"),
            pl.when(~seen).then("missed_at").alias("missed_at"),
            pl.when(seen).then("day_hint").otherwise(pl.coalesce("day_hint", "state_hint")).alias("state_hint"),
        )
        .with_columns(
            pl.col("first_seen_at").dt.date().alias("first_seen_on"),
            pl.col("last_seen_at").dt.date().alias("last_seen_on"),
        )
    )


def _either(*lists: str) -> pl.Expr:
    every = [pl.col(name).fill_null(_NO_KEYS) for name in lists]
    return every[0].list.set_union(every[1]).list.sort().alias(lists[0])


def _missed(
    live: pl.DataFrame, coverage: pl.DataFrame, *, day: date, catalogues: pl.DataFrame, misses_until_gone: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Live after this day's misses, and the spells that ended by them."""
    if not coverage["is_exhaustive"].any():
        return live, live.clear()
    may_be_missed = pl.col("last_seen_on") < day
    absent = live.filter(may_be_missed)
    missed = absent.with_columns(missed_at(absent, coverage, catalogues=catalogues).alias("now"))
    is_missed = pl.col("now").is_not_null()
    missed = missed.with_columns(
        pl.when(is_missed).then(pl.concat_list("missed_on", pl.lit(day))).otherwise("missed_on").alias("missed_on"),
        pl.coalesce("missed_at", "now").alias("missed_at"),
    )
    patience = pl.when(pl.col("state_hint") == "reserved").then(RESERVED_MISSES).otherwise(0)
    is_gone = is_missed & (pl.col("missed_on").list.len() >= misses_until_gone + patience)
    still = pl.concat([live.filter(~may_be_missed), missed.filter(~is_gone).drop("now")])
    return still, missed.filter(is_gone).drop("now")


def _proven_rows(spells: pl.DataFrame, day: date) -> pl.DataFrame:
    evidence = (
        pl.when(pl.col("day_end") == "closed").then(pl.col("state_hint").fill_null("unknown")).otherwise("day_end")
    )
    gone_before = pl.coalesce("missed_at", "day_ended_at")
    return _ended_rows(spells.with_columns(gone_before=gone_before, evidence=evidence), day)


def _gone_rows(spells: pl.DataFrame, day: date) -> pl.DataFrame:
    return _ended_rows(
        spells.with_columns(gone_before="missed_at", evidence=pl.col("state_hint").fill_null("unknown")), day
    )


def _ended_rows(spells: pl.DataFrame, day: date) -> pl.DataFrame:
    return spells.with_columns(
        gone_after="last_seen_at",
        gone_on=pl.col("gone_before").dt.date(),
        ended_month=pl.col("gone_before").dt.strftime("%Y-%m"),
        decided_on=pl.lit(day),
    ).select(LISTING_ENDED.schema.names())


def _change_rows(changes: pl.DataFrame, touched: pl.DataFrame) -> pl.DataFrame:
    return (
        changes.join(touched.select(*STRETCH, "leaf_catalog_id"), on=STRETCH, how="left")
        .with_columns(month=pl.col("observed_at").dt.strftime("%Y-%m"))
        .select(PRICE_CHANGE.schema.names())
    )
