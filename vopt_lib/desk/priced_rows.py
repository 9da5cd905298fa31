"""This is where the listings of a market become rows that a price model learns from.

Learnt from is what is asked while a thing is on sale: of what is on sale now, and of what left without a proven sale.
What was asked last before a proven sale is another price: such listings are counted and left out, never mixed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import polars as pl

from vopt_lib.desk.follow import follows
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import Reading
from vopt_lib.desk.market_reads import source
from vopt_lib.market.fitness import SOLD_WITHIN, with_reasons
from vopt_lib.pricing.card import SOLD, TWICE, UNREADABLE
from vopt_lib.schema.vinted_terms import catalogue_nodes, conditions

MOST_LEARNT: Final = 200_000
"""Listings that a model learns from, those seen last: some minutes, on a machine that has other things to do."""

_LABELS: Final = "it"
"""The language in which a model reads conditions, whatever the market's: what matters is that it is always the same."""

_FACTS = (
    *("listing_id", "title", "brand", "size", "condition_id", "leaf_catalog_id", "promoted", "seller_hash"),
    *("first_seen_at", "last_seen_at"),
)
_TOLD_ON_PAGES = ("description", "colour")
Read = Callable[[str], pl.LazyFrame]


@dataclass(frozen=True)
class Learnable:
    """What a model may learn from, and how many listings were left out for which reason (`card.left_out_told`).

    rows: PRICED, first_seen_at, last_seen_at; the one seen first comes first.
    """

    rows: pl.DataFrame
    left_out: Mapping[str, int]
    source: str


def learnable(desk: Desk, reading: Reading, *, most: int = MOST_LEARNT) -> Learnable:
    """What may be learnt from the published tables of one market, of one source and in one currency."""
    here = source(reading)
    rows, left_out = learnable_rows(
        lambda name: reading.scan(name).filter(pl.col("source").eq_missing(here)), category_paths(desk), most=most
    )
    return Learnable(rows, left_out, here or "vinted")


def learnable_rows(read: Read, paths: Mapping[int, str], *, most: int) -> tuple[pl.DataFrame, dict[str, int]]:
    """The rows that these tables hold, and what was left out. `read` scans one market's rows of a table."""
    listings = _listings(read).tail(most).collect().pipe(with_reasons)
    reason = pl.coalesce(
        pl.when(pl.col("evidence") == "sold").then(pl.lit(SOLD)),
        pl.when(pl.col("title").is_null()).then(pl.lit(UNREADABLE)),
        "unfit",
        # A thing that left and came back is one thing: its newest offer counts.
        pl.when(pl.col("twin").is_not_null() & ~pl.col("twin").is_last_distinct()).then(pl.lit(TWICE)),
    )
    judged = listings.with_columns(reason=reason)
    counted = judged.drop_nulls("reason")["reason"].value_counts().sort("reason")
    kept = judged.filter(pl.col("reason").is_null()).join(
        _told_on_pages(read), on="listing_id", how="left", maintain_order="left"
    )
    return _priced(kept, paths).sort("first_seen_at", "id"), dict(counted.iter_rows())


def category_paths(desk: Desk) -> dict[int, str]:
    """The path of each catalogue (a PRICED category): of those known by heart, else as what is followed calls it."""
    followed = {follow.query.catalog.id: follow.query.catalog.title for follow in follows(desk) if follow.query.catalog}
    known = {node.catalog_id: node.path for node in catalogue_nodes()}
    return followed | known


def _listings(read: Read) -> pl.LazyFrame:
    """Each listing once, as it was seen last, the newest last."""
    live = read("listing_live").select(*_FACTS, price_eur="last_price_eur", evidence=pl.lit("on_sale"))
    newest = live.select(pl.col("last_seen_at").max()).collect().item()
    since = (newest or datetime(2000, 1, 1, tzinfo=UTC)) - SOLD_WITHIN
    ended = read("listing_ended").filter(pl.col("ended_month") >= f"{since:%Y-%m}", pl.col("gone_before") >= since)
    how = pl.when(pl.col("evidence") == "sold").then(pl.lit("sold")).otherwise(pl.lit("left"))
    left = ended.select(*_FACTS, price_eur="last_price_eur", evidence=how)
    left = left.join(live.select("listing_id"), on="listing_id", how="anti")
    return (
        pl.concat([left, live])
        .sort("last_seen_at", "listing_id")
        .unique("listing_id", keep="last", maintain_order=True)
    )


def _told_on_pages(read: Read) -> pl.DataFrame:
    """What only the pages of single listings told, of those that were visited."""
    seen = read("listing_seen").filter(pl.any_horizontal(pl.col(_TOLD_ON_PAGES).is_not_null()))
    newest = (pl.col(name).drop_nulls().last() for name in _TOLD_ON_PAGES)
    return seen.sort("observed_at").group_by("listing_id").agg(newest).collect()


def _priced(listings: pl.DataFrame, paths: Mapping[int, str]) -> pl.DataFrame:
    return listings.select(
        id=pl.col("listing_id").cast(pl.String),
        title="title",
        brand="brand",
        category=_named(pl.col("leaf_catalog_id"), paths),
        size="size",
        condition=_named(pl.col("condition_id").cast(pl.Int64), _condition_labels()),
        color="colour",
        material=pl.lit(None, pl.String),
        description="description",
        listed_on=pl.col("first_seen_at").dt.date(),
        price_eur=pl.col("price_eur").cast(pl.Float64),
        first_seen_at="first_seen_at",
        last_seen_at="last_seen_at",
    )


def _named(ids: pl.Expr, names: Mapping[int, str]) -> pl.Expr:
    return ids.replace_strict(list(names), list(names.values()), default=None, return_dtype=pl.String)


def _condition_labels() -> dict[int, str]:
    return {condition.id: condition.labels[_LABELS] for condition in conditions()}
