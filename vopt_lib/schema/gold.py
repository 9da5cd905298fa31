"""This is where we say what a row of every gold view is: the questions that sellers ask most, as tables for SQL.

The SELECT of each lies in `vopt_lib/lake/sql/gold/<name>.sql`; its first line says what it tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from vopt_lib.schema.tables import (
    BRAND_DAY,
    CATALOG_DAY,
    DAYS_TO_SELL,
    DEMAND,
    LISTING_ENDED,
    MARKET,
    MONEY,
    PRICE_CHANGE,
    SOURCE,
    UTC_TIME,
    Column,
    Table,
)
from vopt_lib.words import N_


@dataclass(frozen=True)
class View:
    """One gold view. `tells`: what one learns from it; `order`: how its rows are best looked at, for ORDER BY."""

    name: str
    tells: str
    order: str
    columns: tuple[Column, ...]

    @property
    def example(self) -> str:
        """A question that shows its first rows."""
        return f"FROM {self.name}\nORDER BY {self.order}\nLIMIT 100"


def _of(table: Table, *names: str) -> tuple[Column, ...]:
    """These columns of a table, as they are there."""
    columns = {column.name: column for column in table.columns}
    return tuple(columns[name] for name in names)


_SEARCH = Column("search", pl.String, N_("name of the search that follows the whole catalogue"))

_WEEK = (
    Column("week", pl.Date, N_("Monday of the week")),
    Column("days", pl.Int64, N_("days of the week with figures"), N_("days")),
    Column("price_eur_median", pl.Float64, N_("median of the days' median asked prices"), "EUR"),
    Column("seen_mean", pl.Float64, N_("mean number of listings seen in a day"), N_("listings")),
    Column("new", pl.Int64, N_("spells that began; of the days that know it"), N_("listings")),
    Column("gone", pl.Int64, N_("spells whose first miss was in the week; of the days that know it"), N_("listings")),
    Column("price_cuts", pl.Int64, N_("falls of a price"), N_("listings")),
    Column("share_seen_least", pl.Float64, N_("smallest share of the catalogue that was seen in a day"), "0–1"),
)

_VIEWS = (
    View(
        "followed_catalog",
        N_("The name that you gave to the search of each catalogue."),
        "search",
        (SOURCE, MARKET, *_of(DAYS_TO_SELL, "catalog_id"), _SEARCH),
    ),
    View(
        "sell_through",
        N_("How fast things sell: days to sell and shares sold, by catalogue, brand, size, condition and price."),
        "search, grouped_by, median_days",
        (
            *(SOURCE, MARKET, *_of(DAYS_TO_SELL, "catalog_id"), _SEARCH),
            Column("grouped_by", pl.String, N_("all, brand, size, condition, or price (relative to the usual one)")),
            Column("group_name", pl.String, N_("brand or size as shown, condition, share of the usual price")),
            *_of(DAYS_TO_SELL, "listings", "sold", "median_days", "median_days_low", "median_days_high"),
            *_of(DAYS_TO_SELL, "sold_within_7", "sold_within_14", "sold_within_30", "sold_within_60", "lack", "until"),
        ),
    ),
    View(
        "demand_ranking",
        N_("What is wanted most: catalogues among catalogues and brands among brands, with the parts of the score."),
        "brand IS NOT NULL, place",
        (
            *(SOURCE, MARKET),
            Column("place", pl.Int64, N_("1: the highest score")),
            *(*_of(DEMAND, "catalog_id"), _SEARCH, *_of(DEMAND, "brand", "score")),
            *_of(DEMAND, "favourites_score", "sold_score", "scarcity_score"),
            *_of(DEMAND, "favourites_per_day", "sold_within_30", "weeks_of_stock"),
            *_of(DEMAND, "listings", "price_eur_median", "share_seen", "day"),
        ),
    ),
    View(
        "catalog_week",
        N_("Each catalogue, week by week: median asked price, listings, what came and what left."),
        "search, week",
        (SOURCE, MARKET, *_of(CATALOG_DAY, "catalog_id"), _SEARCH, *_WEEK),
    ),
    View(
        "brand_week",
        N_("Each brand of a catalogue, week by week: median asked price, listings, what came and what left."),
        "search, brand, week",
        (SOURCE, MARKET, *_of(BRAND_DAY, "catalog_id"), _SEARCH, *_of(BRAND_DAY, "brand"), *_WEEK),
    ),
    View(
        "price_history",
        N_("Every asked price of a listing with its time: the first one of each spell, and each change."),
        "listing_id, priced_at",
        (
            *_of(PRICE_CHANGE, "source", "market", "listing_id"),
            Column("priced_at", UTC_TIME, N_("first sighting with this price")),
            Column("seen_before_at", UTC_TIME, N_("last sighting with the price before; null: the first price")),
            Column("asked_amount", MONEY, N_("asked price"), N_("currency")),
            Column("asked_before_amount", MONEY, N_("asked price before; null: the first price"), N_("currency")),
            *_of(PRICE_CHANGE, "currency", "leaf_catalog_id"),
        ),
    ),
    View(
        "listing_end",
        N_("What left: between which moments, and what proves that it was sold."),
        "gone_before DESC",
        (
            *_of(LISTING_ENDED, "source", "market", "listing_id", "title", "brand", "size", "condition_id"),
            *_of(LISTING_ENDED, "leaf_catalog_id", "first_seen_at", "gone_after", "gone_before"),
            Column("unsure_hours", pl.Float64, N_("length of the interval in which it left"), N_("hours")),
            *_of(LISTING_ENDED, "evidence"),
            Column("is_sold_proven", pl.Boolean, N_("its page said that it was sold")),
            *_of(LISTING_ENDED, "currency", "first_asked_amount", "last_asked_amount", "price_changes", "url"),
        ),
    ),
)

VIEWS: Mapping[str, View] = {view.name: view for view in _VIEWS}
"""Every gold view; those that others are made of come first."""
