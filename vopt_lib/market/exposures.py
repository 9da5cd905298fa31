"""This is where spells become what survival is told from: the ages between which a listing was watched, and its end.

- Watching begins with a spell's first sighting, at the age the listing has by then.
- A spell that ended left somewhere in its interval (last seen, first missed]: at a moment of its own in it, because in
  the middle would shift all ends by the same half day. Where searches miss listings, it may have left in a later one.
- It was sold where a page proves it. Of ends that nobody saw, as many were sold as of those that pages were asked about
  at that age. A listing that was seen again later had not left: it was on sale until it was seen again.
- Where searches show everything, listings are watched until `known_until`: later ends are not known yet.
- Where they do not, a listing is watched until the last visit to its page, and not at all where there was none: that it
  was seen now and then would count, that it was sold would not.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import polars as pl

from vopt_lib.market.ages import OF_END, OF_LATER_MISS, missed_in_a_row, spread
from vopt_lib.market.sightings import KEY
from vopt_lib.schema.tables import UTC_TIME

LEAST_PROVEN: Final = 30
"""Ends asked about below which nothing is said of the others."""

PARENT_WEIGHT: Final = 20.0
"""Ends of any age that those of one age group are worth together with: shrinkage of the share sold."""

_AGE_GROUPS_DAYS: Final = (7, 14, 30, 60)
_ASKED: Final = ("sold", "deleted", "hidden")
_UNSEEN: Final = ("unknown", "reserved")
_DAY_S: Final = 86_400.0


def exposures(spells: pl.DataFrame, *, since: datetime | None = None, missed_share: float = 0.0) -> pl.DataFrame:
    """When each spell was watched, and the chance that a sale ended it.

    Needs: source, market, listing_id, listed_at, first_seen_at, last_seen_at, known_until (the ends that searches tell
           are known up to then; null: searches tell none), visited_at (last visit to its page; null: none), and of
           ended ones gone_before, decided_on, evidence (null: live);
           since: watching counts from then on only (all spells that ended later must be there; null: from the first
           sighting); missed_share: of the listings that a search should show, the share that it does not.
    Returns: all columns, and entry_days, exit_days (ages), sold (0–1; 0 throughout while fewer than LEAST_PROVEN ends
             were asked about). Spells of unknown age, and those that began after known_until, are left out.
    Grain: one spell.
    """
    seen_again_at = pl.col("first_seen_at").shift(-1).over(KEY, order_by="first_seen_at")
    ended = pl.col("gone_before").is_not_null()
    is_left = ended & ~(pl.col("evidence").is_in(_UNSEEN) & seen_again_at.is_not_null())
    left_at, is_searched = _left_at(missed_share), pl.col("known_until").is_not_null()
    is_told = is_searched | pl.col("evidence").is_in(_ASKED).fill_null(False)
    ends_at = (
        pl.when(~is_told)
        .then("visited_at")
        .when(is_left)
        .then(left_at)
        .when(ended)
        .then(seen_again_at)
        .otherwise("known_until")
    )
    known = spells.filter(
        pl.col("listed_at").is_not_null(), (pl.col("first_seen_at") < pl.col("known_until")).fill_null(True)
    ).with_columns(
        entry_days=_days(pl.max_horizontal("first_seen_at", pl.lit(since, UTC_TIME))),
        exit_days=_days(ends_at),
        until_days=_days(pl.col("known_until")),
        is_left=is_left & is_told,
    )
    is_over = (pl.col("exit_days") > pl.col("until_days")).fill_null(False)
    return (
        _with_share_sold(known)
        .with_columns(
            sold=pl.when(pl.col("is_left") & ~is_over).then("sold").otherwise(0.0),
            exit_days=pl.when(is_over).then("until_days").otherwise("exit_days"),
        )
        .drop("until_days", "is_left")
        .filter(pl.col("exit_days") > pl.col("entry_days"))
    )


def missed_share(spells: pl.DataFrame, searched: pl.DataFrame) -> float:
    """The share of listings that searches do not show though they are on sale: the days without a sighting between the
    first and the last, of the days that were searched.

    Needs: source, market, leaf_catalog_id, first_seen_on, last_seen_on, days_seen; searched (`ages.searches`).
    """
    scope = ("source", "market", "leaf_catalog_id")
    days = searched.sort("day").with_columns(searched_by_then=pl.int_range(1, pl.len() + 1).over(scope))
    days = days.select(*scope, "day", "searched_by_then").set_sorted("day")
    watched = spells.filter(pl.col("last_seen_on") > pl.col("first_seen_on"))
    for name, on in (("by_first", "first_seen_on"), ("by_last", "last_seen_on")):
        watched = (
            watched.sort(on)
            .join_asof(days, left_on=on, right_on="day", by=scope, check_sortedness=False)
            .rename({"searched_by_then": name})
            .drop("day")
        )
    between = pl.max_horizontal(pl.col("by_last") - pl.col("by_first") - 1, 0)
    shown = pl.min_horizontal(pl.max_horizontal(pl.col("days_seen") - 2, 0), between)
    total, seen = watched.select(between.sum(), shown.sum().alias("shown")).row(0)
    return 1.0 - seen / total if total else 0.0


def _days(moment: pl.Expr) -> pl.Expr:
    """The age of the listing at a moment."""
    return (moment - pl.col("listed_at")).dt.total_seconds() / _DAY_S


def _left_at(missed_share: float) -> pl.Expr:
    """A moment in (last seen, first missed], or in as many such spans more as searches may have missed it."""
    place = spread(OF_END)
    span_s = (pl.col("gone_before") - pl.col("last_seen_at")).dt.total_seconds()
    if missed_share <= 0:
        return pl.col("last_seen_at") + pl.duration(seconds=span_s * place)
    left_at = pl.col("last_seen_at") + pl.duration(
        seconds=span_s * (place + missed_in_a_row(missed_share, OF_LATER_MISS))
    )
    proven_by = pl.col("decided_on").cast(UTC_TIME) + pl.duration(days=1)
    return pl.min_horizontal(left_at, pl.max_horizontal("gone_before", proven_by))


def _with_share_sold(known: pl.DataFrame) -> pl.DataFrame:
    """Add sold: 1 for a proven sale, 0 for another proven end, else the share sold of those asked about at that age."""
    group = pl.sum_horizontal(pl.col("exit_days") > days for days in _AGE_GROUPS_DAYS).alias("age_group")
    grouped = known.with_columns(group)
    asked = grouped.filter("is_left", pl.col("evidence").is_in(_ASKED))
    if asked.height < LEAST_PROVEN:
        return known.with_columns(sold=pl.lit(0.0))
    is_sold = (pl.col("evidence") == "sold").cast(pl.Float64)
    overall = asked.select(is_sold.mean()).item()
    by_age = asked.group_by("age_group").agg(
        share=(is_sold.sum() + PARENT_WEIGHT * overall) / (pl.len() + PARENT_WEIGHT)
    )
    is_asked = pl.col("evidence").is_in(_ASKED)
    return (
        grouped.join(by_age, on="age_group", how="left")
        .with_columns(sold=pl.when(is_asked).then(is_sold).otherwise(pl.col("share").fill_null(overall)))
        .drop("age_group", "share")
    )
