"""This is where the time that a listing was watched is cut into spans at one asked price each."""

from __future__ import annotations

from typing import Final

import polars as pl

from vopt_lib.market.sightings import KEY

_DAY_S: Final = 86_400.0
_SPELL = (*KEY, "first_seen_at")


def split_at_price_changes(exposures: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """What was asked while a listing was watched: a row for each price.

    A new price counts from the sighting that showed it on. It was asked somewhat before; but what sold in that time at
    the new price was never seen with it, and time in which no sale can be seen would make the price look slow.
    Prices in euro only; spells that began without one are left out.

    Needs: exposures: KEY, listed_at, first_seen_at, last_seen_at, first_price_eur, entry_days, exit_days, sold
           (`exposures.exposures`); changes: KEY, observed_at, currency, new_amount (price_change).
    Returns: all columns of exposures, with entry_days and exit_days of the span, sold (0 in all but a spell's last);
             spell (Int64, the same in all spans of one spell), price_eur, first_eur (Float64, EUR).
    Grain: one span of one spell at one price, spell by spell, in order of time.
    """
    spells = exposures.filter(pl.col("first_price_eur").is_not_null()).with_row_index("spell")
    spells = spells.with_columns(pl.col("spell").cast(pl.Int64), first_eur=pl.col("first_price_eur").cast(pl.Float64))
    begun = spells.select("spell", since_days=pl.lit(float("-inf")), price_eur="first_eur")
    prices = pl.concat([begun, _changed(spells, changes)]).sort("spell", "since_days")
    until = pl.col("since_days").shift(-1, fill_value=float("inf")).over("spell")
    spans = prices.with_columns(until_days=until).join(spells, on="spell", maintain_order="left")
    within = pl.col("since_days") < pl.col("exit_days")
    return (
        spans.filter(within, pl.col("until_days") > pl.col("entry_days"))
        .with_columns(sold=pl.when(pl.col("until_days") >= pl.col("exit_days")).then("sold").otherwise(0.0))
        .with_columns(
            entry_days=pl.max_horizontal("entry_days", "since_days"),
            exit_days=pl.min_horizontal("exit_days", "until_days"),
        )
        .filter(pl.col("exit_days") > pl.col("entry_days"))
        .select(*exposures.columns, "spell", "price_eur", "first_eur")
    )


def _changed(spells: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """The changes within each spell, by the age at which they happened."""
    return (
        changes.filter(pl.col("currency") == "EUR", pl.col("new_amount").is_not_null())
        .select(*KEY, "observed_at", price_eur=pl.col("new_amount").cast(pl.Float64))
        .join(spells.select("spell", *_SPELL, "last_seen_at", "listed_at"), on=KEY)
        .filter(pl.col("observed_at") > pl.col("first_seen_at"), pl.col("observed_at") <= pl.col("last_seen_at"))
        .select(
            "spell",
            since_days=(pl.col("observed_at") - pl.col("listed_at")).dt.total_seconds() / _DAY_S,
            price_eur="price_eur",
        )
    )
