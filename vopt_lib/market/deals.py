"""This is where listings are found that ask far less than their comparables.

Nothing is guaranteed: a low price may have a reason that no search result shows. So a deal must ask clearly less than
the low end of what eight in ten such listings ask, and far less than its attributes alone let expect; its title must be
one of many alike, with nothing in it that warns. Doubt grows with every day on which nobody bought it at this price. A
price that was cut while we watched is trusted more, because it was a usual one before; so is one that many people have
marked, and that of a dear thing, at which a euro more or less means nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import numpy as np
import polars as pl

from vopt_lib.market.comparables import Book, Places, prices

SAFETY: Final = 0.10
"""Below the low end of the interval by this share at least."""

LEAST_KIN: Final = 30
"""Comparables with a title like its own below which nothing is called a deal."""

LEAST_SURENESS: Final = 0.7
"""In log price: half of what is usual."""

LEAST_CHEAPER: Final = 0.4
"""In log price, by attributes alone: what is nearer to the usual price is not looked at."""

DOUBT_PER_DAY: Final = 0.02
MOST_DOUBT: Final = 0.6
TRUST_IN_CUTS: Final = 0.8
TRUST_IN_FAVOURITES: Final = 0.1
TRUST_IN_PRICES: Final = 0.05
"""In log price; for each e-fold that the price was cut by, of favourites a day, and of the price over LITTLE_EUR. Tried
on made-up markets of all three families: without them three in four of the surest fifty are right, with them nine in
ten (`vopt evaluate market` measures it)."""

LITTLE_EUR: Final = 10.0
"""Of what costs less, a euro more or less says little."""

_DAY_S: Final = 86_400.0


def deals(book: Book, *, now: datetime) -> pl.DataFrame:
    """The listings on sale that ask far less than their comparables, the surest first.

    Needs, in the book's rows: first_price_eur, asked_since (since when it asks this price), first_seen_at,
           favourite_count.
    Returns: the listing's columns; low, middle, high (EUR: what eight in ten such listings ask), listings (that this
             rests on), margin (share by which it asks less than `low`), below (than `middle`), days_at_price, cut
             (share by which it was cut while watched), sureness (log price). Grain: one deal.
    """
    reach = (pl.col("spread") * book.stretch).exp()
    told = (
        prices(book, _promising(book))
        .filter(pl.col("kin") >= LEAST_KIN)
        .select(
            "listing_id", "expected", "middle", "listings", low=pl.col("middle") / reach, high=pl.col("middle") * reach
        )
    )
    price, first = pl.col("price_eur").cast(pl.Float64), pl.col("first_price_eur").cast(pl.Float64)
    days = (pl.lit(now) - pl.col("asked_since")).dt.total_seconds() / _DAY_S
    return (
        book.rows.filter(pl.col("evidence") == "on_sale")
        .join(told, on="listing_id")
        .with_columns(
            price_eur=price,
            margin=1 - price / pl.col("low"),
            below=1 - price / pl.col("middle"),
            days_at_price=days.clip(0.0).fill_null(0.0),
            cut=(1 - price / first).clip(0.0).fill_null(0.0),
        )
        .with_columns(sureness=_sureness(now))
        .filter(pl.col("margin") >= SAFETY, pl.col("sureness") >= LEAST_SURENESS)
        .sort("sureness", "listing_id", descending=[True, False])
    )


def _promising(book: Book) -> Places:
    """Where listings are whose attributes alone let expect clearly more: only these are compared, one in ten."""
    cheaper = book.expected[np.arange(len(book.logs)), book.folds] - book.logs
    fit = book.rows.select(pl.col("unfit").is_null() & (pl.col("evidence") == "on_sale")).to_series().to_numpy()
    return np.flatnonzero(fit & (cheaper >= LEAST_CHEAPER))


def _sureness(now: datetime) -> pl.Expr:
    usual = pl.min_horizontal("middle", "expected")
    doubt = (pl.col("days_at_price") * DOUBT_PER_DAY).clip(0.0, MOST_DOUBT)
    trust = -(1 - pl.col("cut")).log() * TRUST_IN_CUTS
    seen_days = ((pl.lit(now) - pl.col("first_seen_at")).dt.total_seconds() / _DAY_S).clip(1.0)
    wanted = (pl.col("favourite_count").fill_null(0) / seen_days).fill_null(0.0).log1p() * TRUST_IN_FAVOURITES
    dear = (pl.col("price_eur") / LITTLE_EUR).log() * TRUST_IN_PRICES
    return (usual / pl.col("price_eur")).log() + trust + wanted + dear - doubt
