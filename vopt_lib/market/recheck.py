"""This is where we choose whose page to visit: soon after a miss, it still says what became of the listing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import polars as pl

from vopt_lib.market.ages import spread

UPLOADS_WANTED: Final = 300
"""Listings whose upload time should be known for ids to tell the ages of the others: with 300 as well as with 3,000
(simulated: the median of days to sell within 3 % of the truth)."""

_SHARE_FOR_AGES: Final = 3


def to_visit(live: pl.DataFrame, *, pages: int, visited: Collection[int] = (), uploads_known: int = 0) -> pl.DataFrame:
    """The listings whose pages are worth a visit most, so many, the first to visit first.

    While fewer than UPLOADS_WANTED upload times are known, a third of the pages, or what the missed ones leave over, go
    to listings of all ages. The others go to what was missed: first the reserved, because the next visit may prove
    their sale; then the latest missed. Among equals chance decides, the same for whoever asks, so that those visited
    are like those not visited. Hidden ones are not asked about again, nor those in `visited`.

    Needs: listing_live. Returns: its columns. Grain: one listing.
    """
    candidates = live.filter(~pl.col("listing_id").is_in(list(visited))).with_columns(chance=spread())
    is_reserved = (pl.col("state_hint") == "reserved").fill_null(False)
    missed = (
        candidates.filter(pl.col("missed_at").is_not_null(), pl.col("state_hint").is_null() | is_reserved)
        .with_columns(is_reserved=is_reserved)
        .sort("is_reserved", "missed_at", "chance", descending=[True, True, False])
        .drop("is_reserved")
    )
    left_over = max(pages // _SHARE_FOR_AGES, pages - missed.height)
    for_ages = min(left_over, max(UPLOADS_WANTED - uploads_known, 0))
    of_all_ages = candidates.filter(pl.col("missed_at").is_null()).sort("chance").head(for_ages)
    return pl.concat([of_all_ages, missed.head(pages - of_all_ages.height)]).drop("chance")
