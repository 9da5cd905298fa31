"""This is where we tell when a listing was put on sale, which no search says.

Three things tell it: the page of a listing ("3 days ago"), the first day on which a search showed it after days on
which none did, and its id: ids are given in order of time, across all countries. An id is given when the draft is
begun, often at once and sometimes weeks before the listing is put on sale; the line through the known ones runs through
the middle of that.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from math import log
from typing import Final

import numpy as np
import polars as pl

from vopt_lib.schema.tables import UTC_TIME

LEAST_UPLOADS: Final = 30
"""Known upload times without which ids tell nothing."""

LEAST_WATCHED_BEFORE: Final = 3
"""Days that were searched before a first sighting, for it to say that the listing is new: a search that misses 15 % of
its listings misses one of 300 three times in a row."""

MOST_IN_A_ROW: Final = 10
"""Misses of one listing in a row that are thought of: searches that miss 15 % do not come to it."""

_DAY_S: Final = 86_400
_UNITS_S: Final = (60, 3_600, _DAY_S, 30 * _DAY_S, 365 * _DAY_S)
OF_BEGINNING: Final = 0.6180339887498949
OF_END: Final = 0.7320508075688772
OF_MISS: Final = 0.3166247903553998
OF_LATER_MISS: Final = 0.6457513110645907
OF_VISIT: Final = 0.4142135623730951
"""Multiples of such a number spread evenly over [0, 1) (Weyl), so that each id has a place in an interval that stays
its own. Each purpose has a number that is not made from the others: with one for both ends, whoever began late in its
interval would end late in its own, and all would last for whole days."""

_LISTING = ("source", "listing_id")
_SCOPE = ("source", "market", "leaf_catalog_id")
_ABOVE: Final = pl.Schema({"leaf_catalog_id": pl.Int64, "query_catalog_id": pl.Int64})


def spread(purpose: float = OF_BEGINNING) -> pl.Expr:
    """A number in [0, 1) of each listing, always the same: where in an interval something is taken to have happened.

    Needs: listing_id.
    """
    return (pl.col("listing_id").cast(pl.Float64) * purpose) % 1.0


def uploads_told(pages: pl.DataFrame) -> pl.DataFrame:
    """What the pages of listings say of when they were put on sale.

    A page rounds down to one unit: "3 days ago" is between three days and four. What several say is put together.

    Needs: source, listing_id, observed_at, uploaded_at (listing_seen). Rows without uploaded_at are left out.
    Returns: source, listing_id, uploaded_from, uploaded_to (UTC). Grain: one listing, sorted.
    """
    age_s = (pl.col("observed_at") - pl.col("uploaded_at")).dt.total_seconds()
    unit_s = pl.lit(0)
    for unit in _UNITS_S:
        is_whole = (age_s >= unit) & (age_s % unit == 0)
        unit_s = pl.when(is_whole).then(unit).otherwise(unit_s)
    return (
        pages.filter(pl.col("uploaded_at").is_not_null(), pl.col("uploaded_at") <= pl.col("observed_at"))
        .with_columns(earliest=pl.col("uploaded_at") - pl.duration(seconds=unit_s))
        .group_by(_LISTING)
        .agg(uploaded_from=pl.col("earliest").max(), uploaded_to=pl.col("uploaded_at").min())
        .with_columns(uploaded_from=pl.min_horizontal("uploaded_from", "uploaded_to"))
        .sort(_LISTING)
    )


def searches(coverage: pl.DataFrame, leaves: Collection[int], *, catalogues: pl.DataFrame) -> pl.DataFrame:
    """The last search of each day that should have shown all listings of a catalogue.

    Needs: crawl_coverage; leaves, the catalogues wanted; catalogues (`catalogues.ancestors`).
    Returns: source, market, leaf_catalog_id, day, began_at, covered_at (UTC). Grain: one catalogue and day, sorted.
    """
    whole = coverage.filter(
        "is_exhaustive", pl.col("query_catalog_id").is_not_null(), pl.col("query_narrowed_by") == ""
    )
    wanted = sorted(leaves)
    itself = pl.DataFrame({"leaf_catalog_id": wanted, "query_catalog_id": wanted}, schema=_ABOVE)
    above = catalogues.select(leaf_catalog_id="catalog_id", query_catalog_id="ancestor_id")
    above = pl.concat([itself, above.filter(pl.col("leaf_catalog_id").is_in(wanted))]).unique()
    return (
        whole.join(above, on="query_catalog_id")
        .sort("observed_at", "started_at")
        .group_by(*_SCOPE, "day")
        .agg(began_at=pl.col("started_at").last(), covered_at=pl.col("observed_at").last())
        .sort(*_SCOPE, "day")
    )


def first_shown(spells: pl.DataFrame, searched: pl.DataFrame) -> pl.DataFrame:
    """When listings were put on sale that searches began to show after days on which none did.

    Needs: source, market, listing_id, leaf_catalog_id, first_seen_at of spells; searched (`searches`).
    Returns: source, listing_id, uploaded_from (the beginning of the last search before the first sighting),
             uploaded_to (the first sighting). Only listings with LEAST_WATCHED_BEFORE searched days before it.
    Grain: one listing, sorted.
    """
    first = spells.group_by(*_LISTING, "market", "leaf_catalog_id").agg(pl.col("first_seen_at").min())
    first = first.sort("first_seen_at").unique(_LISTING, keep="first", maintain_order=True)
    before = searched.sort("covered_at").with_columns(
        earlier=pl.int_range(pl.len()).over(_SCOPE), uploaded_from="began_at"
    )
    return (
        first.sort("first_seen_at")
        .join_asof(
            before, left_on="first_seen_at", right_on="covered_at", by=_SCOPE, allow_exact_matches=False,
            check_sortedness=False,
        )
        .filter(pl.col("earlier") >= LEAST_WATCHED_BEFORE - 1)
        .select(*_LISTING, "uploaded_from", uploaded_to="first_seen_at")
        .sort(_LISTING)
    )  # fmt: skip


def missed_in_a_row(missed_share: float, purpose: float) -> pl.Expr:
    """How many searches missed each listing in a row, where each misses this share: geometric, drawn by its id.

    Needs: listing_id. At most MOST_IN_A_ROW.
    """
    if missed_share <= 0:
        return pl.lit(0)
    drawn = (spread(purpose) + 1e-12).log() / log(min(missed_share, 0.99))
    return drawn.floor().clip(0, MOST_IN_A_ROW).cast(pl.Int64)


def id_times(known: pl.DataFrame) -> pl.DataFrame:
    """The line from ids to times that fits what is known best and never falls.

    Needs: source, listing_id, uploaded_from, uploaded_to; of one source.
    Returns: listing_id, listed_at (UTC), sorted: the bends of the line. Empty below LEAST_UPLOADS.
    """
    from scipy.optimize import isotonic_regression

    if known.height < LEAST_UPLOADS:
        return pl.DataFrame(schema={"listing_id": pl.Int64, "listed_at": UTC_TIME})
    points = known.sort("listing_id").with_columns(
        middle_s=(pl.col("uploaded_from").dt.epoch("s") + pl.col("uploaded_to").dt.epoch("s")) / 2,
        width_days=(pl.col("uploaded_to") - pl.col("uploaded_from")).dt.total_seconds() / _DAY_S,
    )
    # What a page or a search says of a day is worth more than "a month ago"; below a day drafts differ more than that.
    weights = 1.0 / (1.0 + points["width_days"].to_numpy() ** 2)
    fitted = isotonic_regression(points["middle_s"].to_numpy(), weights=weights).x
    return points.select("listing_id").with_columns(
        listed_at=pl.from_epoch(pl.Series(np.round(fitted)).cast(pl.Int64), "s").cast(UTC_TIME)
    )


def with_listed_at(
    spells: pl.DataFrame, uploads: pl.DataFrame, shown: pl.DataFrame, *, missed_share: float = 0.0
) -> pl.DataFrame:
    """The spells with the moment at which each listing was put on sale; null where nothing tells it.

    What its page or the searches say stands, with its id for the place in between; else the id alone says it. The line
    of ids is drawn through listings that were on sale before searching began: among those of an old id, the ones that
    searches saw arrive are just those whose draft lay longest.

    Needs: source, listing_id, first_seen_at, of one source; uploads (`uploads_told`), shown (`first_shown`);
           missed_share: of what a search should show, what it does not.
    Adds: listed_at (UTC), not after the first sighting. Grain: unchanged.
    """
    there_before = uploads.join(shown, on=_LISTING, how="anti")
    line, known = id_times(there_before), pl.concat([_arrived(shown, uploads, missed_share), there_before])
    if line.is_empty():
        by_id = pl.Series("by_id", [None] * spells.height, UTC_TIME)
    else:
        times = np.interp(
            spells["listing_id"].to_numpy().astype(np.float64),
            line["listing_id"].to_numpy().astype(np.float64),
            line["listed_at"].dt.epoch("s").to_numpy().astype(np.float64),
        )
        by_id = pl.from_epoch(pl.Series("by_id", np.round(times)).cast(pl.Int64), "s").cast(UTC_TIME)
    width = pl.col("uploaded_to") - pl.col("uploaded_from")
    inside = pl.col("by_id").is_between("uploaded_from", "uploaded_to")
    spread_over = pl.col("uploaded_from") + pl.duration(seconds=width.dt.total_seconds() * spread())
    told = pl.when(inside).then("by_id").otherwise(spread_over)
    earliest_sighting = pl.col("first_seen_at").min().over(_LISTING)
    return (
        spells.with_columns(by_id)
        .join(known.select(*_LISTING, "uploaded_from", "uploaded_to"), on=_LISTING, how="left")
        .with_columns(listed_at=pl.min_horizontal(pl.coalesce(told, "by_id"), earliest_sighting).cast(UTC_TIME))
        .with_columns(listed_at=pl.when(pl.coalesce("uploaded_to", "by_id").is_not_null()).then("listed_at"))
        .drop("by_id", "uploaded_from", "uploaded_to")
    )


def _arrived(shown: pl.DataFrame, uploads: pl.DataFrame, missed_share: float) -> pl.DataFrame:
    """When those were put on sale that searches saw arrive: what searches and its page agree on, else its page.

    Where there is no page, some had been on sale for a search or more before, as searches miss some: as many as that
    share lets expect are told to be so much older, and chance says which.
    """
    said = uploads.rename({"uploaded_from": "page_from", "uploaded_to": "page_to"})
    both = shown.join(said, on=_LISTING, how="left", maintain_order="left")
    agreed_from, agreed_to = (
        pl.max_horizontal("uploaded_from", "page_from"),
        pl.min_horizontal("uploaded_to", "page_to"),
    )
    missed = (pl.col("uploaded_to") - pl.col("uploaded_from")) * missed_in_a_row(missed_share, OF_MISS)
    has_page, is_agreed = pl.col("page_from").is_not_null(), agreed_from <= agreed_to

    def told(agreed: pl.Expr, page: pl.Expr, searched: pl.Expr) -> pl.Expr:
        return pl.when(has_page & is_agreed).then(agreed).when(has_page).then(page).otherwise(searched - missed)

    return both.select(
        *_LISTING,
        uploaded_from=told(agreed_from, pl.col("page_from"), pl.col("uploaded_from")),
        uploaded_to=told(agreed_to, pl.col("page_to"), pl.col("uploaded_to")),
    )


def age_error(known: pl.DataFrame) -> pl.DataFrame:
    """How far ids alone are from what pages say, each told from the others: a fifth at a time.

    Needs: as `id_times`.
    Returns: listings; median_days and p90_days, quantiles of the distance to the nearest moment that was said;
             bias_days, mean of what the id says less the middle of what was said. One row; null: too few are known.
    """
    fold = (spread() * 5).floor().cast(pl.Int8)
    parts = known.with_columns(fold=fold).partition_by("fold") if known.height >= 2 * LEAST_UPLOADS else []
    errors = [_errors(known.join(part, on=_LISTING, how="anti"), part.drop("fold")) for part in parts]
    schema = {"off_days": pl.Float64, "bias_days": pl.Float64}
    told = pl.concat(errors) if errors else pl.DataFrame(schema=schema)
    return told.select(
        listings=pl.len(),
        median_days=pl.col("off_days").median(),
        p90_days=pl.col("off_days").quantile(0.9),
        bias_days=pl.col("bias_days").mean(),
    )


def _errors(known: pl.DataFrame, held_out: pl.DataFrame) -> pl.DataFrame:
    spells = held_out.select(*_LISTING, first_seen_at=pl.lit(None, UTC_TIME))
    by_id = with_listed_at(spells, known, known.clear()).select(*_LISTING, "listed_at")
    both = held_out.join(by_id, on=_LISTING)
    middle = pl.col("uploaded_from") + (pl.col("uploaded_to") - pl.col("uploaded_from")) / 2
    after, before = pl.col("listed_at") - pl.col("uploaded_to"), pl.col("uploaded_from") - pl.col("listed_at")
    days = timedelta(days=1)
    return both.select(
        off_days=pl.max_horizontal(after, before, timedelta(0)) / days,
        bias_days=(pl.col("listed_at") - middle) / days,
    )
