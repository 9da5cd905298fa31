"""This is where we choose whose page to visit: soon after a miss, it still says what became of the listing."""

from __future__ import annotations

import polars as pl

from vopt_lib.market.ages import spread


def to_recheck(live: pl.DataFrame, *, pages: int) -> pl.DataFrame:
    """The listings whose pages are worth a visit most, so many, the first to visit first.

    Reserved ones come first, because the next visit may prove their sale; then those that were missed first most
    recently. Among equals chance decides, the same for whoever asks, so that those visited are like those not visited.
    Hidden ones are not asked about again.

    Needs: listing_live. Returns: its columns. Grain: one listing.
    """
    is_reserved = (pl.col("state_hint") == "reserved").fill_null(False)
    wanted = live.filter(pl.col("missed_at").is_not_null(), pl.col("state_hint").is_null() | is_reserved)
    return (
        wanted.with_columns(is_reserved.alias("first"), chance=spread())
        .sort("first", "missed_at", "chance", descending=[True, True, False])
        .drop("first", "chance")
        .head(pages)
    )
