"""This is where asked prices of one catalogue are arranged: their spread today, by size, by condition, back in time.

Asked prices in euro only; of other prices nothing is said, and none is pooled with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from typing import Literal

import polars as pl

from vopt_lib.market.sightings import KEY
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.vinted_terms import conditions, sizes

Group = Literal["size", "condition_id"]
Narrowing = Literal["size", "condition", "price"]

SMALL = 5
"""A median of fewer listings is chance: it is shown muted with its number, and left out of a history."""

MOST_BARS = 24
DRAWN_SHARE = 0.975
CENT = 0.01
BINS = {"price_from": pl.Float64, "price_to": pl.Float64, "listings": pl.Int64}

OF_SPELL = ("first_seen_at", "first_seen_on", "days_seen", "first_asked_amount")
"""What listing_live adds to a day's listings."""

OF_SIGHTING = (
    *(*KEY, "observed_at", "title", "brand", "size", "condition_id", "url", "thumbnail_url"),
    *("price_eur", "currency", "favourite_count"),
)


def of_the_day(shown: pl.DataFrame, live: pl.DataFrame) -> pl.DataFrame:
    """The listings of a day as tables show them: as they were seen last that day, and what their spell knows.

    Needs: shown (of `market.days`): OF_SIGHTING and asked_amount; live: KEY and OF_SPELL of listing_live.
    Returns: OF_SIGHTING, last_asked_amount, OF_SPELL (null where the spell has already ended).
    Grain: one row per listing.
    """
    return (
        shown.select(*OF_SIGHTING, last_asked_amount="asked_amount")
        .join(live.select(*KEY, *OF_SPELL), on=KEY, how="left")
        .sort("first_seen_at", "listing_id", descending=[True, True], nulls_last=True)
    )


def narrowed(listings: pl.DataFrame, filters: MarketFilters, *by: Narrowing) -> pl.DataFrame:
    """The listings that fit these of the filters. Needs: size, condition_id, price_eur."""
    wanted = []
    if "size" in by and filters.size is not None:
        wanted.append(pl.col("size") == filters.size)
    if "condition" in by and filters.condition is not None:
        wanted.append(pl.col("condition_id") == filters.condition)
    if "price" in by and filters.price_from is not None:
        wanted.append(pl.col("price_eur") >= filters.price_from)
    if "price" in by and filters.price_to is not None:
        wanted.append(pl.col("price_eur") <= filters.price_to)
    return listings.filter(wanted) if wanted else listings


def ordered(listings: pl.DataFrame, order: str) -> pl.DataFrame:
    """The listings in an order of MarketFilters, unknown values last; `newest` is how they come.

    Needs: what `of_the_day` returns.
    """
    match order:
        case "cheapest":
            return listings.sort("price_eur", nulls_last=True, maintain_order=True)
        case "dearest":
            return listings.sort("price_eur", descending=True, nulls_last=True, maintain_order=True)
        case "favourites":
            return listings.sort("favourite_count", descending=True, nulls_last=True, maintain_order=True)
        case _:
            return listings


def distribution(listings: pl.DataFrame) -> pl.DataFrame:
    """How many listings ask which price, in at most 24 steps of 1, 2 or 5 times a power of ten.

    The dearest 2.5 % lie far apart: drawn one by one they would press all others into a corner, so they are one step.

    Needs: price_eur. Returns: price_from, price_to (Float64, EUR, both included; null: open above), listings.
    Grain: one step, equally wide, empty ones too.
    """
    prices = listings["price_eur"].drop_nulls().cast(pl.Float64)
    lowest, drawn = prices.min(), prices.quantile(DRAWN_SHARE, "linear")
    if drawn is None or not isinstance(lowest, float):
        return pl.DataFrame(schema=BINS)
    width = _width(lowest, drawn)
    start = floor(lowest / width) * width
    # Half a cent, so that 0.3 / 0.1 lies in the third step.
    place = ((prices - start + CENT / 2) / width).floor().cast(pl.Int64)
    steps = floor((drawn - start + CENT / 2) / width) + 1
    counted = dict(place.clip(upper_bound=steps).value_counts().iter_rows())
    rows = [(start + n * width, start + (n + 1) * width - CENT, counted.get(n, 0)) for n in range(steps)]
    dearer = [(start + steps * width, None, counted[steps])] if steps in counted else []
    return pl.DataFrame([*rows, *dearer], schema=BINS, orient="row").with_columns(pl.col("price_to").round(2))


def ranges(listings: pl.DataFrame, by: Group, *, most: int) -> pl.DataFrame:
    """Half of the asked prices of each group, of those with the most listings; groups in their natural order.

    Needs: `by`, price_eur. Returns: group, p25, median, p75 (Float64, EUR), listings (with a price), is_small.
    Grain: one row per group.
    """
    price = pl.col("price_eur").cast(pl.Float64)
    return (
        listings.filter(pl.col(by).is_not_null(), pl.col("price_eur").is_not_null())
        .group_by(pl.col(by).alias("group"))
        .agg(*_quartiles(price), listings=pl.len().cast(pl.Int64))
        .with_columns(is_small=pl.col("listings") < SMALL)
        .sort("listings", "group", descending=[True, False])
        .head(most)
        .pipe(in_natural_order, by)
    )


def histories(shown: pl.DataFrame, by: Group, groups: Sequence[object]) -> pl.DataFrame:
    """Half of the asked prices of some groups, day by day. A day with fewer than 5 listings is no point.

    Needs: shown (of `market.days`): `by`, day, price_eur.
    Returns: group (String), day, price_eur_p25, price_eur_median, price_eur_p75 (Float64, EUR), listings.
    Grain: one group on one day, sorted.
    """
    price = pl.col("price_eur").cast(pl.Float64)
    quartiles = [quartile.name.prefix("price_eur_") for quartile in _quartiles(price)]
    return (
        shown.filter(pl.col(by).is_in(list(groups)), pl.col("price_eur").is_not_null())
        .group_by(pl.col(by).alias("group"), "day")
        .agg(*quartiles, listings=pl.len().cast(pl.Int64))
        .filter(pl.col("listings") >= SMALL)
        .with_columns(pl.col("group").cast(pl.String))
        .sort("group", "day")
    )


def in_natural_order(rows: pl.DataFrame, by: Group) -> pl.DataFrame:
    """Sizes from small to large, conditions from best to worst; what is not known by heart last. Needs: group."""
    if by == "condition_id":
        known: list[object] = [condition.id for condition in conditions()]
    else:
        known = list(dict.fromkeys(size.title for group in sizes().values() for size in group))
    places = {group: place for place, group in enumerate(known)}
    order = [(places.get(group, len(known)), str(group)) for group in rows["group"]]
    return rows[sorted(range(rows.height), key=order.__getitem__)]


def _quartiles(price: pl.Expr) -> list[pl.Expr]:
    return [
        price.quantile(share, interpolation="linear").alias(name)
        for name, share in (("p25", 0.25), ("median", 0.5), ("p75", 0.75))
    ]


def _width(lowest: float, highest: float) -> float:
    """The narrowest round width, in whole euro, of which at most MOST_BARS reach from the lowest to the highest."""
    rough = max((highest - lowest) / (MOST_BARS - 1), 1.0)
    power = 10.0 ** floor(log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
