"""This is where we tell how wanted a catalogue is, or a brand in it: a score from 0 to 100, and what it is made of.

Three figures make the score. Each is drawn to the one of the group above, the more the fewer listings it rests on:
`(n × own + PARENT_WEIGHT × above) / (n + PARENT_WEIGHT)`; above a brand is its catalogue, above that all together.

- favourites_per_day: people who marked a listing, gained in the newest FAVOURITES_DAYS, per day of watching it. n:
  listings seen at least twice in them.
- sold_within_30: the share that is sold within 30 days (`market.survival`). n: listings, none where it cannot be told.
- leaving_per_week: of what is on sale, the share that leaves in a week, sold or not; one divided by it is
  weeks_of_stock. n: listings on sale in the newest STOCK_DAYS whose ends are known.

A figure's place is `100 × Φ(log(figure / usual) / spread)`: usual is the geometric mean over all brands, each counted
by its listings, and spread the deviation of their logarithms, though never below LEAST_SPREAD: where all are alike,
all are near 50, and chance is not blown up. The score is the mean of the places that are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log, sqrt
from statistics import NormalDist
from typing import Final

import polars as pl

from vopt_lib.market.catalogues import within
from vopt_lib.market.watching import Watched
from vopt_lib.schema.tables import DEMAND, UTC_TIME

PARENT_WEIGHT: Final = 100.0
"""Listings that the group above is worth: a brand with as many lies halfway between its own figure and that."""

LEAST_SPREAD: Final = 0.3
"""Deviation of the logarithms below which groups count as alike: about a third more or less."""

FAVOURITES_DAYS: Final = 14
STOCK_DAYS: Final = 28

LEAST_LISTINGS: Final = 10
"""Listings below which a brand gets no row: all that could be said of it is what its catalogue says."""


@dataclass(frozen=True)
class Part:
    """One of the figures of the score: its columns for itself, for the listings it rests on, and for its place."""

    figure: str
    n: str
    place: str


PARTS: Final = (
    Part("favourites_per_day", "favourites_n", "favourites_score"),
    Part("sold_within_30", "sold_n", "sold_score"),
    Part("leaving_per_week", "leaving_n", "scarcity_score"),
)

_GROUP = ("catalog_id", "brand")
_DAY_S: Final = 86_400.0
_WEEK_S: Final = 7 * _DAY_S


def favourites_gained(seen: pl.DataFrame) -> pl.DataFrame:
    """What each listing gained between its first and its last sighting.

    Needs: listing_id, observed_at, favourite_count of listing_seen, of one source and of FAVOURITES_DAYS.
    Returns: listing_id, favourites (net, may be negative), favourites_days (time between, days). Grain: one listing
             seen at two moments at least, sorted.
    """
    counted = seen.drop_nulls("favourite_count").sort("listing_id", "observed_at", "favourite_count")
    span = pl.col("observed_at").last() - pl.col("observed_at").first()
    return (
        counted.group_by("listing_id", maintain_order=True)
        .agg(
            favourites=(pl.col("favourite_count").last() - pl.col("favourite_count").first()).cast(pl.Float64),
            favourites_days=span.dt.total_seconds() / _DAY_S,
        )
        .filter(pl.col("favourites_days") > 0)
    )


def demand_rows(
    known: Watched,
    told: pl.DataFrame,
    gained: pl.DataFrame,
    days: pl.DataFrame,
    *,
    catalogue_ids: Sequence[int],
    catalogues: pl.DataFrame,
) -> pl.DataFrame:
    """The rows of demand of one source and market: each of these catalogues, and its brands.

    Needs: told (days_to_sell); gained (`favourites_gained`); days, the newest row of catalog_day of each catalogue and
           the rows of brand_day of that day: catalog_id, brand (null: whole), day, price_eur_median, share_seen;
           catalogues (`catalogues.ancestors`).
    """
    listings = _listings(known, gained)
    below = [(catalog_id, leaf) for catalog_id in catalogue_ids for leaf in within(catalogues, catalog_id)]
    scopes = pl.DataFrame(below, schema={"catalog_id": pl.Int64, "leaf_catalog_id": pl.Int64}, orient="row")
    inside = listings.join(scopes, on="leaf_catalog_id")
    whole = inside.with_columns(brand=pl.lit(None, pl.String)).pipe(figures, by=_GROUP)
    brands = inside.drop_nulls("brand").pipe(figures, by=_GROUP).filter(pl.col("listings") >= LEAST_LISTINGS)
    sold = told.filter(pl.col("grouped_by").is_in(("", "brand"))).select(
        "catalog_id",
        "sold_within_30",
        brand=pl.when(pl.col("grouped_by") == "brand").then("group_name"),
        sold_n="listings",
    )
    groups = pl.concat([whole, brands]).join(sold, on=_GROUP, how="left", nulls_equal=True)
    overall = figures(listings.with_columns(all=0), by=("all",)).to_dicts()
    of_all = sold.filter(pl.col("catalog_id").is_null(), pl.col("brand").is_null())["sold_within_30"].to_list()
    above = {**(overall or [{}])[0], "sold_within_30": (of_all or [None])[0]}
    whole_days = days.filter(pl.col("brand").is_null()).select("catalog_id", "day", "share_seen")
    return (
        scored(groups, above)
        .join(whole_days, on="catalog_id")
        .join(listings.select("source", "market").head(1), how="cross")
        .join(days.select(*_GROUP, "price_eur_median"), on=_GROUP, how="left", nulls_equal=True)
        .select(DEMAND.schema.names())
        .sort(_GROUP)
    )


def _listings(known: Watched, gained: pl.DataFrame) -> pl.DataFrame:
    """Every spell with its stock_weeks and left, and the favourites of each listing at its newest spell."""
    spells = known.spells.with_columns(
        is_newest=pl.col("first_seen_at") == pl.col("first_seen_at").max().over("listing_id")
    )
    newest = spells.filter("is_newest").join(gained, on="listing_id", how="left")
    earlier = spells.filter(~pl.col("is_newest"))
    together = pl.concat([newest, earlier], how="diagonal").sort("listing_id", "first_seen_at")
    return stock(together, until=known.until)


def stock(spells: pl.DataFrame, *, until: datetime | None) -> pl.DataFrame:
    """How long each spell was on sale in the STOCK_DAYS before `until`, and whether it left in them.

    Needs: first_seen_at, and gone_before of ended spells.
    Adds: stock_weeks (Float64), left (Boolean); null where it was not on sale then, and without `until`.
    """
    last = pl.lit(until, UTC_TIME)
    entry = pl.max_horizontal("first_seen_at", last - timedelta(days=STOCK_DAYS))
    end = pl.min_horizontal(pl.col("gone_before").fill_null(last), last)
    weeks = (end - entry).dt.total_seconds() / _WEEK_S
    is_then = last.is_not_null() & (weeks > 0)
    return spells.with_columns(
        stock_weeks=pl.when(is_then).then(weeks),
        left=pl.when(is_then).then((pl.col("gone_before") <= last).fill_null(False)),
    )


def figures(listings: pl.DataFrame, *, by: tuple[str, ...]) -> pl.DataFrame:
    """The own figures of each group, with what they rest on.

    Needs: `by`; favourites, favourites_days (null: not known), stock_weeks, left (null: not on sale then).
    Returns: `by`, listings, favourites_per_day, favourites_n, leaving_per_week, leaving_n. Grain: one group, sorted.
    """
    weeks, days = pl.col("stock_weeks").sum(), pl.col("favourites_days").sum()
    return (
        listings.group_by(by)
        .agg(
            listings=pl.len().cast(pl.Int64),
            favourites_per_day=pl.when(days > 0).then((pl.col("favourites").sum() / days).clip(lower_bound=0.0)),
            favourites_n=pl.col("favourites_days").count(),
            leaving_per_week=pl.when(weeks > 0).then(pl.col("left").sum() / weeks),
            leaving_n=pl.col("stock_weeks").count(),
        )
        .sort(by)
    )


def scored(groups: pl.DataFrame, overall: Mapping[str, float | None]) -> pl.DataFrame:
    """The groups with their score, and with every part drawn to the group above.

    Needs: catalog_id, brand (null: the whole catalogue), listings; the figures of PARTS (null: not known) and what
           each rests on; overall: the same figures of all that is watched.
    Returns: catalog_id, brand, listings, score, the figures, their places, weeks_of_stock. A group of which nothing is
             known is left out. Grain: one group, sorted.
    """
    whole = groups.filter(pl.col("brand").is_null()).with_columns(
        _drawn(part, pl.lit(overall.get(part.figure), pl.Float64)) for part in PARTS
    )
    above = whole.select("catalog_id", *(pl.col(part.figure).alias(f"{part.figure}_above") for part in PARTS))
    brands = groups.filter(pl.col("brand").is_not_null()).join(above, on="catalog_id", how="left")
    brands = brands.with_columns(_drawn(part, pl.col(f"{part.figure}_above")) for part in PARTS)
    rows = pl.concat([whole, brands.select(whole.columns)])
    places = [part.place for part in PARTS]
    return (
        rows.with_columns(_places(rows, part.figure).alias(part.place) for part in PARTS)
        .with_columns(
            score=pl.mean_horizontal(places),
            weeks_of_stock=1.0 / pl.when(pl.col("leaving_per_week") > 0).then("leaving_per_week"),
        )
        .filter(pl.col("score").is_not_null())
        .select(*_GROUP, "listings", "score", *(part.figure for part in PARTS), *places, "weeks_of_stock")
        .sort(_GROUP)
    )


def _drawn(part: Part, above: pl.Expr) -> pl.Expr:
    """The figure drawn to the one of the group above; where only one of the two is known, that one."""
    n, own = pl.col(part.n), pl.col(part.figure)
    drawn = (n * own + PARENT_WEIGHT * above) / (n + PARENT_WEIGHT)
    return pl.coalesce(drawn, above, own).alias(part.figure)


def _places(rows: pl.DataFrame, figure: str) -> pl.Series:
    """Where each figure lies among those of all brands, 0 to 100; null where nothing like it is known."""
    known = rows.filter(pl.col(figure) > 0)
    brands = known.filter(pl.col("brand").is_not_null())
    compared = brands if brands.height else known
    weights = compared["listings"].to_list()
    logs = [log(value) for value in compared[figure]]
    if not sum(weights):
        return pl.Series([None] * rows.height, dtype=pl.Float64)
    usual = sum(weight * value for weight, value in zip(weights, logs, strict=True)) / sum(weights)
    squares = sum(weight * (value - usual) ** 2 for weight, value in zip(weights, logs, strict=True)) / sum(weights)
    normal = NormalDist(usual, max(sqrt(squares), LEAST_SPREAD))
    lowest = exp(usual - 4 * normal.stdev)
    places = [None if value is None else 100 * normal.cdf(log(max(value, lowest))) for value in rows[figure]]
    return pl.Series(places, dtype=pl.Float64)
