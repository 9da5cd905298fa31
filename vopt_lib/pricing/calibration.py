"""This is where told chances are held against what happened."""

from __future__ import annotations

from typing import Final

import polars as pl

TENTHS: Final = 10

CALIBRATION: Final[dict[str, type[pl.DataType]]] = {
    "tenth": pl.Int64,
    "listings": pl.Int64,
    "told": pl.Float64,
    "happened": pl.Float64,
}
"""One tenth of the listings by the chance that was told, the lowest first: its mean, and how many it happened to, as a
share."""


def tenths(told: pl.Series, happened: pl.Series) -> pl.DataFrame:
    """CALIBRATION of these chances; happened is 1 or 0 (or a share) for each of them."""
    rows = pl.DataFrame({"told": told.cast(pl.Float64), "happened": happened.cast(pl.Float64)})
    place = (pl.col("told").rank("ordinal").cast(pl.Int64) - 1) * TENTHS // pl.len()
    return (
        rows.with_columns(tenth=place + 1)
        .group_by("tenth")
        .agg(pl.len().cast(pl.Int64).alias("listings"), pl.col("told", "happened").mean())
        .sort("tenth")
        .select(pl.col(name).cast(kind) for name, kind in CALIBRATION.items())
    )


def worst_gap(calibration: pl.DataFrame) -> float:
    """The largest distance between what was told of a tenth and what happened. Needs: CALIBRATION, not empty."""
    return float(calibration.select((pl.col("told") - pl.col("happened")).abs().max()).item())
