"""This is where one day's sightings of each listing are summed up, in the order in which they were made."""

from __future__ import annotations

import polars as pl

from vopt_lib.market.catalogues import depth

KEY = ("source", "market", "listing_id")
STRETCH = (*KEY, "stretch")
ENDS = ("sold", "deleted", "closed")
HINTS = ("reserved", "hidden")
FACTS = ("title", "brand", "size", "condition_id", "url", "thumbnail_url", "favourite_count", "seller_hash")

_PRICE = ("asked_amount", "currency", "price_eur")
COLUMNS = (*KEY, "observed_at", "day", "state", *_PRICE, *FACTS, "promoted", "query_catalog_id", "query_key")
"""What spells need of listing_seen."""


def in_order(seen: pl.DataFrame) -> pl.DataFrame:
    """The sightings of one day in order of time, cut into stretches by pages that prove an end.

    What was asked for twice at one moment keeps one price: the key of a price is (listing, moment).

    Needs: COLUMNS of listing_seen. Adds: kind (0 on sale, 1 hint, 2 end), stretch (Int32, from 0).
    Returns: COLUMNS and the added ones. Grain: one sighting.
    """
    kind = pl.when(pl.col("state") == "on_sale").then(0).when(pl.col("state").is_in(HINTS)).then(1).otherwise(2)
    ordered = (
        seen.select(COLUMNS)
        .filter(pl.col("state").is_in(("on_sale", *HINTS, *ENDS)))
        .with_columns(kind.cast(pl.Int8).alias("kind"))
        .sort(
            *KEY, "observed_at", "kind", *_PRICE, "promoted", "query_catalog_id", "query_key", *FACTS, nulls_last=True
        )
    )
    is_twin = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in (*KEY, "observed_at", "kind"))
    ends_before = (pl.col("kind") == 2).cast(pl.Int32).shift(1, fill_value=0).cum_sum().over(KEY)
    priced = pl.col("asked_amount").is_not_null() & ~is_twin.fill_null(False)
    return ordered.with_columns(
        ends_before.alias("stretch"), *(pl.when(priced).then(pl.col(name)).alias(name) for name in _PRICE)
    )


def summed(ordered: pl.DataFrame, *, catalogues: pl.DataFrame) -> pl.DataFrame:
    """What one stretch of a day says of a listing.

    A paid placement says nothing of the catalogue a listing lies in, nor of what a query owes: only unpaid sightings
    give day_leaf and day_query_keys.

    Needs: what `in_order` returns.
    Adds:  day_* : first_seen_at, last_seen_at (null: not on sale), the last known facts, first and last price, leaf
           (and leaf_depth), query_keys, hint (state after the last sighting on sale), ended_at and end (the proof).
    Grain: one row per listing and stretch.
    """
    on_sale = pl.col("kind") == 0
    unpaid = on_sale & ~pl.col("promoted").fill_null(False)
    placed = unpaid & pl.col("query_catalog_id").is_not_null()
    priced = on_sale & pl.col("asked_amount").is_not_null()
    is_end = pl.col("kind") == 2
    is_hint = pl.col("kind") == 1
    return (
        ordered.with_columns(depth("query_catalog_id", catalogues).alias("leaf_depth"))
        .with_columns((pl.col("leaf_depth").cast(pl.Int64) * len(ordered) + pl.int_range(pl.len())).alias("deepest"))
        .group_by(STRETCH, maintain_order=True)
        .agg(
            pl.col("observed_at").filter(on_sale).first().alias("day_first_seen_at"),
            pl.col("observed_at").filter(on_sale).last().alias("day_last_seen_at"),
            *(pl.col(name).filter(on_sale).drop_nulls().last().alias(f"day_{name}") for name in FACTS),
            pl.col("promoted").filter(on_sale).last().alias("day_promoted"),
            pl.col("asked_amount").filter(priced).first().alias("day_first_asked_amount"),
            pl.col("price_eur").filter(priced).first().alias("day_first_price_eur"),
            pl.col("asked_amount").filter(priced).last().alias("day_last_asked_amount"),
            pl.col("price_eur").filter(priced).last().alias("day_last_price_eur"),
            pl.col("currency").filter(priced).last().alias("day_currency"),
            pl.col("query_key").filter(unpaid).drop_nulls().unique().alias("day_query_keys"),
            pl.col("query_catalog_id")
            .filter(placed)
            .sort_by(pl.col("deepest").filter(placed))
            .last()
            .alias("day_leaf"),
            pl.col("leaf_depth").filter(placed).max().alias("day_leaf_depth"),
            pl.col("state").filter(is_hint).last().alias("hint"),
            pl.col("observed_at").filter(is_hint).last().alias("hint_at"),
            pl.col("state").filter(is_end).first().alias("day_end"),
            pl.col("observed_at").filter(is_end).first().alias("day_ended_at"),
        )
        .with_columns(
            pl.when((pl.col("hint_at") >= pl.col("day_last_seen_at")).fill_null(True)).then("hint").alias("day_hint")
        )
        .drop("hint", "hint_at")
    )


def price_changes(ordered: pl.DataFrame, live: pl.DataFrame) -> pl.DataFrame:
    """The changes of asked price between one sighting on sale and the next, from the last one before the day on.

    Prices in different currencies are not compared. A sighting without a price changes nothing.

    Needs: what `in_order` returns; live with the columns of listing_live, as the day found it.
    Returns: source, market, listing_id, stretch, observed_at, seen_before_at, currency, old_amount, new_amount.
    Grain: one change.
    """
    before = live.select(
        *KEY,
        pl.lit(0, pl.Int32).alias("stretch"),
        amount="last_asked_amount",
        currency_before="currency",
        at="last_seen_at",
    )

    def previous(known: pl.Expr, before_the_day: str) -> pl.Expr:
        return known.forward_fill().shift(1).over(STRETCH).fill_null(pl.col(before_the_day))

    return (
        ordered.filter(pl.col("kind") == 0)
        .join(before, on=STRETCH, how="left")
        .select(
            *STRETCH,
            "observed_at",
            previous(pl.col("observed_at"), "at").alias("seen_before_at"),
            "currency",
            previous(pl.col("asked_amount"), "amount").alias("old_amount"),
            pl.col("asked_amount").alias("new_amount"),
            previous(pl.col("currency"), "currency_before").alias("currency_before"),
        )
        .filter(pl.col("currency") == pl.col("currency_before"), pl.col("old_amount") != pl.col("new_amount"))
        .drop("currency_before")
    )
