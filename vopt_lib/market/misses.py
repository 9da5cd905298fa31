"""This is where we decide which queries should have shown a listing: only then is its absence evidence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from vopt_lib.market.catalogues import within
from vopt_lib.schema.tables import UTC_TIME
from vopt_lib.schema.vinted_terms import folded

MARGIN = Decimal("0.15")
"""Share by which a last price must lie inside a query's price band, else a new price explains the absence."""

_BY_FACTS = {"brand", "size", "condition", "price"}


def missed_at(spells: pl.DataFrame, coverage: pl.DataFrame, *, catalogues: pl.DataFrame) -> pl.Series:
    """When each spell's listing was first missed by one of these queries; null where none should have shown it.

    A query should have shown a listing when it was exhaustive, began after the listing's last sighting, and either has
    shown it before in this spell, or asks for nothing but catalogue, brands, sizes, conditions and prices that the
    listing's last known facts satisfy. A price band is satisfied only with MARGIN to spare.

    Needs: spells with the columns of listing_live, not seen on the day; coverage rows of one day.
    Returns: Datetime (UTC), one value per spell, in order.
    """
    moments = [
        pl.when(_should_show(query, spells, catalogues)).then(pl.lit(query["observed_at"], UTC_TIME))
        for query in coverage.filter("is_exhaustive").iter_rows(named=True)
    ]
    earliest = pl.min_horizontal(moments) if moments else pl.lit(None, UTC_TIME)
    return (
        spells.lazy()
        .select(pl.repeat(None, pl.len(), dtype=UTC_TIME).fill_null(earliest).alias("missed_at"))
        .collect()["missed_at"]
    )


def fits(query: dict[str, Any], spells: pl.DataFrame, *, catalogues: pl.DataFrame) -> pl.Expr:
    """Whether the last known facts of a spell are what a query (a row of crawl_coverage) asks for: then it should show
    the listing whenever it is exhaustive. Price bands with MARGIN to spare.

    Needs: source, market, leaf_catalog_id, brand, size, condition_id, last_asked_amount.
    """
    return _asks_there(query) & _facts_fit(query, spells, catalogues)


def _should_show(query: dict[str, Any], spells: pl.DataFrame, catalogues: pl.DataFrame) -> pl.Expr:
    asked_since: pl.Expr = _asks_there(query) & (pl.col("last_seen_at") < query["started_at"])
    has_shown_it: pl.Expr = pl.col("query_keys").list.contains(query["query_key"])
    return asked_since & (has_shown_it | _facts_fit(query, spells, catalogues))


def _asks_there(query: dict[str, Any]) -> pl.Expr:
    """Whether it asks in the listing's market, in a price band that holds its price."""
    is_here: pl.Expr = (pl.col("source") == query["source"]) & (pl.col("market") == query["market"])
    return is_here & _price_fits(query)


def _facts_fit(query: dict[str, Any], spells: pl.DataFrame, catalogues: pl.DataFrame) -> pl.Expr:
    if query["search_text"] or not set(filter(None, query["query_narrowed_by"].split(","))) <= _BY_FACTS:
        return pl.lit(False)
    fits = pl.lit(True)
    if query["query_catalog_id"] is not None:
        fits &= pl.col("leaf_catalog_id").is_in(within(catalogues, query["query_catalog_id"]))
    for column, asked in (("brand", query["brands"]), ("size", query["sizes"])):
        if asked:
            fits &= pl.col(column).is_in(_same_words(spells[column], asked))
    if query["condition_ids"]:
        fits &= pl.col("condition_id").is_in(query["condition_ids"])
    return fits.fill_null(False)


def _same_words(shown: pl.Series, asked: list[str]) -> list[str]:
    """The shown words that are one of the asked ones, whatever their accents and case."""
    wanted = {folded(word) for word in asked}
    return [word for word in shown.drop_nulls().unique() if folded(word) in wanted]


def _price_fits(query: dict[str, Any]) -> pl.Expr:
    fits = pl.lit(True)
    if query["price_from"] is not None:
        fits &= pl.col("last_asked_amount") >= pl.lit(query["price_from"] * (1 + MARGIN), pl.Decimal(20, 4))
    if query["price_to"] is not None:
        fits &= pl.col("last_asked_amount") <= pl.lit(query["price_to"] * (1 - MARGIN), pl.Decimal(20, 4))
    return fits.fill_null(False)
