"""This is where tables become what is checked of them: a few columns, the rows of the day, and a week ago beside them.

Drift is measured by the population stability index (PSI) of log prices: ten bins of equal share of the prices then;
PSI = Σ (now − then) × ln(now / then) over the shares in the bins. Source: Siddiqi, Credit Risk Scorecards (2006).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import numpy as np
import polars as pl

from vopt_lib.schema.quality import LEAST_FOR_DRIFT, LEAST_FOUND, LEAST_LISTINGS, MOST_ROWS

WEEK: Final = timedelta(days=7)
OLDEST: Final = timedelta(days=14)
"""A search that was not made for longer has nothing to be compared with."""

WITHOUT_PRICE: Final = ("no_price", "bad_price", "no_currency")
"""Reasons for which a row is refused that has no price, or none that can be read."""

BINS: Final = 10
_SMALLEST_SHARE: Final = 0.001
"""An empty bin counts as a thousandth: ln 0 is no number."""

SEEN = (
    *("market", "run_id", "query_key", "listing_id", "asked_amount", "currency", "condition_id", "favourite_count"),
)
LIVE = (
    *("source", "market", "listing_id", "first_seen_at", "last_seen_at", "days_seen", "last_asked_amount"),
    *("favourite_count", "condition_id"),
)


def sampled(rows: pl.DataFrame, most: int = MOST_ROWS) -> pl.DataFrame:
    """At most about so many rows: those of listings whose ids fall into the sample, so that twins stay together.

    Needs: listing_id. Grain: unchanged.
    """
    parts = -(-rows.height // most)
    return rows if parts <= 1 else rows.filter(pl.col("listing_id").hash(seed=7) % parts == 0)


def seen_batch(seen: pl.DataFrame, refused: pl.DataFrame, currencies: pl.DataFrame) -> pl.DataFrame:
    """Sightings of searches, and beside them the rows that were refused because they had no price.

    Needs: seen (SEEN of listing_seen); refused (run_id, market, reason of rejected); currencies (market,
           market_currency).
    Returns: run_id, query_key, listing_id, asked_amount (Float64), currency, market_currency, condition_id,
             favourite_count. Grain: one sighting, or one row refused.
    """
    rows = sampled(seen).with_columns(
        pl.col("asked_amount").cast(pl.Float64), pl.col("condition_id", "favourite_count").cast(pl.Int64)
    )
    unpriced = refused.filter(pl.col("reason").is_in(WITHOUT_PRICE))
    # A refused row has no id that can be trusted: each gets one of its own, below zero.
    unpriced = unpriced.select(
        "market", "run_id", pl.lit("").alias("query_key"), listing_id=-pl.int_range(1, pl.len() + 1)
    )
    share = rows.height / seen.height if seen.height else 1.0
    unpriced = unpriced.head(round(unpriced.height * share))
    return pl.concat([rows, unpriced], how="diagonal").join(currencies, on="market", how="left").drop("market")


def references(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """For each search the same one about a week earlier: the nearest to seven days before, at most OLDEST.

    Needs: crawl_coverage rows, now and before; what must not be compared with is not in before.
    Returns: columns of now, and run_before, before_on (Date), listings_before, is_exhaustive_before,
             started_before, ended_before. Grain: one row of now, in its order; null: nothing to compare with.
    """
    keyed = now.with_row_index("row")
    then = before.select(
        "query_key",
        run_before="run_id",
        before_on="day",
        listings_before="listings",
        is_exhaustive_before="is_exhaustive",
        started_before="started_at",
        ended_before="observed_at",
    )
    age = pl.col("started_at") - pl.col("started_before")
    nearest = (
        keyed.select("row", "query_key", "started_at")
        .join(then, on="query_key")
        .filter(age > timedelta(hours=12), age <= OLDEST)
        .sort((age - WEEK).abs(), "started_before")
        .unique("row", keep="first", maintain_order=True)
        .drop("query_key", "started_at")
    )
    return keyed.join(nearest, on="row", how="left").sort("row").drop("row")


def asked_batch(asked: pl.DataFrame, now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Each search beside itself a week ago.

    Needs: asked (`references`); now and before: sightings (row, asked_amount in the market's money, condition_id,
           brand) of the searches now and then, by the place of the search in asked.
    Returns: row, listings, listings_before, is_found, listings_ratio, median_ratio, psi, condition_lost, brand_lost
             (shares); null where there are too few listings to tell. Grain: one search.
    """
    counted = asked.with_row_index("row").select("row", "listings", "listings_before", _found(), _count_ratio())
    both = _facts(now).join(_facts(before), on="row", suffix="_before")
    enough = (pl.col("priced") >= LEAST_LISTINGS) & (pl.col("priced_before") >= LEAST_LISTINGS)
    told = both.select(
        "row",
        median_ratio=pl.when(enough).then(pl.col("median") / pl.col("median_before")),
        condition_lost=pl.when(enough).then(pl.col("with_condition_before") - pl.col("with_condition")),
        brand_lost=pl.when(enough).then(pl.col("with_brand_before") - pl.col("with_brand")),
    )
    drift = [(row, _drift(_prices(now, row), _prices(before, row))) for row in counted["row"]]
    psis = pl.DataFrame(drift, schema={"row": pl.UInt32, "psi": pl.Float64}, orient="row")
    return counted.join(told, on="row", how="left").join(psis, on="row", how="left").sort("row")


def day_batch(days: pl.DataFrame, currencies: pl.DataFrame) -> pl.DataFrame:
    """Rows of catalog_day as they are checked.

    Needs: days, and currencies (`seen_batch`). Adds: priced_share (null below LEAST_LISTINGS, or where not euro is
    paid). Grain: unchanged.
    """
    is_told = (pl.col("seen") >= LEAST_LISTINGS) & (pl.col("market_currency") == "EUR")
    return (
        days.join(currencies, on="market", how="left")
        .with_columns(
            priced_share=pl.when(is_told).then(pl.col("priced") / pl.col("seen")), day=pl.col("day").cast(pl.String)
        )
        .drop("month", "market_currency")
    )


def live_batch(live: pl.DataFrame) -> pl.DataFrame:
    """Listings on sale as they are checked. Needs: LIVE of listing_live. Adds: first_seen_s, last_seen_s (epoch)."""
    return sampled(live).select(
        *("source", "market", "listing_id"),
        first_seen_s=pl.col("first_seen_at").dt.epoch("us"),
        last_seen_s=pl.col("last_seen_at").dt.epoch("us"),
        days_seen=pl.col("days_seen").cast(pl.Int64),
        last_asked_amount=pl.col("last_asked_amount").cast(pl.Float64),
        favourite_count=pl.col("favourite_count").cast(pl.Int64),
        condition_id=pl.col("condition_id").cast(pl.Int64),
    )


def psi(now: pl.Series, then: pl.Series) -> float:
    """How far prices (above zero) have moved between ten bins that held a tenth each; 0: not at all."""
    logs_now, logs_then = np.log(now.to_numpy()), np.log(then.to_numpy())
    # Prices are round numbers: equal edges are one, and a bin may hold more than a tenth.
    edges = np.unique(np.quantile(logs_then, np.linspace(0, 1, BINS + 1)[1:-1]))
    shares = [
        np.maximum(np.bincount(np.searchsorted(edges, logs, side="right"), minlength=len(edges) + 1) / len(logs),
                   _SMALLEST_SHARE)
        for logs in (logs_now, logs_then)
    ]  # fmt: skip
    return float(np.sum((shares[0] - shares[1]) * np.log(shares[0] / shares[1])))


def _found() -> pl.Expr:
    was_there = pl.col("listings_before") >= LEAST_FOUND
    return pl.when(was_there).then((pl.col("listings") > 0).cast(pl.Int64)).alias("is_found")


def _count_ratio() -> pl.Expr:
    """Only of complete searches: how much an incomplete one shows is a matter of what was allowed to ask."""
    whole = pl.col("is_exhaustive") & pl.col("is_exhaustive_before")
    is_told = whole & (pl.col("listings_before") >= LEAST_LISTINGS) & (pl.col("listings") > 0)
    return pl.when(is_told).then(pl.col("listings") / pl.col("listings_before")).alias("listings_ratio")


def _facts(seen: pl.DataFrame) -> pl.DataFrame:
    price = pl.col("asked_amount").cast(pl.Float64)
    return seen.group_by("row").agg(
        priced=pl.col("asked_amount").count(),
        median=price.median(),
        with_condition=pl.col("condition_id").is_not_null().mean(),
        with_brand=pl.col("brand").is_not_null().mean(),
    )


def _prices(seen: pl.DataFrame, row: int) -> pl.Series:
    amounts = seen.filter(pl.col("row") == row)["asked_amount"].drop_nulls().cast(pl.Float64)
    return amounts.filter(amounts > 0)


def _drift(now: pl.Series, then: pl.Series) -> float | None:
    return psi(now, then) if min(len(now), len(then)) >= LEAST_FOR_DRIFT else None
