"""This is where listings are found that ask far less than their comparables.

Nothing is guaranteed: a low price may have a reason that no search result shows. So a deal must ask clearly less than
the low end of what eight in ten such listings ask, and far less than its attributes alone let expect; its title must be
one of many alike, with nothing in it that warns. Doubt grows with every day on which nobody bought it at this price. A
price that was cut while we watched is trusted more: it was a usual one before.
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

LEAST_SURENESS: Final = 0.6
"""In log price: some 45 % below what is usual."""

DOUBT_PER_DAY: Final = 0.02
MOST_DOUBT: Final = 0.6
TRUST_IN_CUTS: Final = 0.3
"""In log price. Tried on made-up markets of all three families (seeds 3 to 8): without these two, four in five of the
surest fifty were right instead of five in six (`vopt evaluate market` measures it)."""

_DAY_S: Final = 86_400.0


def deals(book: Book, *, now: datetime) -> pl.DataFrame:
    """The listings on sale that ask far less than their comparables, the surest first.

    Needs, in the book's rows: first_price_eur, asked_since (since when it asks this price).
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
        .with_columns(sureness=_sureness())
        .filter(pl.col("margin") >= SAFETY, pl.col("sureness") >= LEAST_SURENESS)
        .sort("sureness", "listing_id", descending=[True, False])
    )


def _promising(book: Book) -> Places:
    """Where listings are whose attributes alone let expect so much more that they can be deals: a few in a hundred."""
    expected = book.expected[np.arange(len(book.logs)), book.folds]
    cut = book.rows.select((pl.col("price_eur") / pl.col("first_price_eur")).cast(pl.Float64).log().fill_null(0.0))
    cheaper = expected - book.logs - TRUST_IN_CUTS * np.minimum(cut.to_series().to_numpy(), 0.0)
    fit = book.rows.select(pl.col("unfit").is_null() & (pl.col("evidence") == "on_sale")).to_series().to_numpy()
    return np.flatnonzero(fit & (cheaper >= LEAST_SURENESS))


def _sureness() -> pl.Expr:
    usual = pl.min_horizontal("middle", "expected")
    doubt = (pl.col("days_at_price") * DOUBT_PER_DAY).clip(0.0, MOST_DOUBT)
    trust = -(1 - pl.col("cut")).log() * TRUST_IN_CUTS
    return (usual / pl.col("price_eur")).log() + trust - doubt
