"""This is where we choose whose page to visit: soon after a miss, it still says what became of the listing.

Where more is on sale than may be asked for, no search misses anything. There some listings are followed by their pages:
the panel, every few days, whatever becomes of them and whether searches still show them. Chance puts a listing into it,
so that it is like the others.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import polars as pl

from vopt_lib.market.ages import OF_VISIT, spread
from vopt_lib.schema.tables import UTC_TIME

UPLOADS_WANTED: Final = 300
"""Listings whose upload time should be known for ids to tell the ages of the others: with 300 as well as with 3,000
(simulated: the median of days to sell within 3 % of the truth)."""

PANEL_AFTER: Final = timedelta(days=5)
"""How long after its first sighting, or the last visit, the panel looks at a listing: so well is a sale's day known."""

PANEL_UNTIL: Final = timedelta(days=10)
"""Not looked at for longer, it leaves the panel: when it sold would no longer be known well enough."""

_SHARE_BESIDE: Final = 3

VISITS: Final = pl.Schema([("listing_id", pl.Int64()), ("visited_at", UTC_TIME)])


def to_visit(
    live: pl.DataFrame, *, at: datetime, pages: int, visits: pl.DataFrame | None = None, uploads_known: int = 0
) -> pl.DataFrame:
    """The listings whose pages are worth a visit most, so many, the first to visit first.

    A third of the pages, or what the missed ones leave over, go to listings of all ages while fewer than UPLOADS_WANTED
    upload times are known, and to the panel: listings whose end no search would tell, PANEL_AFTER a visit. The others
    go to what was missed: first the reserved, because the next visit may prove their sale; then the latest missed.
    Among equals chance decides, the same for whoever asks, so that those visited are like those not visited. Hidden
    ones are not asked about again, and nobody twice on a day.

    Needs: listing_live, with known_until (`watching.with_known_until`); visits (VISITS), the last one to each listing's
    page. Returns: the columns of live.
    Grain: one listing.
    """
    visits = VISITS.to_frame() if visits is None else visits
    candidates = (
        live.join(visits, on="listing_id", how="left")
        .filter((pl.col("visited_at").dt.date() != at.date()).fill_null(True))
        .filter((pl.col("state_hint") == "reserved").fill_null(True))
        .with_columns(
            chance=spread(OF_VISIT),
            is_reserved=pl.col("state_hint").is_not_null(),
            unvisited_for=pl.lit(at, UTC_TIME) - pl.max_horizontal("first_seen_at", "visited_at"),
        )
    )
    missed = candidates.filter(pl.col("missed_at").is_not_null())
    not_missed = candidates.filter(pl.col("missed_at").is_null()).sort("chance")
    beside = max(pages // _SHARE_BESIDE, pages - missed.height)
    for_ages = not_missed.head(min(beside, max(UPLOADS_WANTED - uploads_known, 0)))
    is_due = pl.col("unvisited_for").is_between(PANEL_AFTER, PANEL_UNTIL)
    due = not_missed.filter(pl.col("known_until").is_null(), is_due)
    panel = due.join(for_ages, on="listing_id", how="anti").head(beside - for_ages.height)
    chosen = pl.concat([for_ages, panel])
    latest = missed.sort("is_reserved", "missed_at", "chance", descending=[True, True, False])
    return pl.concat([chosen, latest.head(pages - chosen.height)]).select(live.columns)
