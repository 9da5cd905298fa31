"""This is where what we tell of a made-up market is held against its truth, beside what plainer ways would tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from vopt_lib.market.survival import days_to_sell, median_days
from vopt_lib.schema.survival import Interval

LEAST_LISTINGS: Final = 200
"""Listings from which on a group is judged."""

NEAR: Final = 0.10
"""Distance from the truth, as a share of it, up to which a median counts as near."""
MOST_FLAGGED: Final = 50
UNDER_PRICED: Final = 0.70

_DAY_S: Final = 86_400.0


def true_median_days(listings: pl.DataFrame, unsold_days: Sequence[float]) -> float | None:
    """The age by which half of these sell if none is withdrawn, by their own hazards; None: not by the last age.

    Needs: unsold (list of Float64), each listing's chance to be unsold at each of unsold_days.
    """
    if listings.is_empty():
        return None
    shares = np.array(listings["unsold"].to_list()).mean(axis=0)
    if shares[-1] > 0.5:
        return None
    ages, logs = np.array([0.0, *unsold_days]), -np.log(np.array([1.0, *shares]))
    return float(np.interp(np.log(2.0), logs, ages))


def groups_against_truth(
    exposures: pl.DataFrame, truth: pl.DataFrame, unsold_days: Sequence[float], *, by: Sequence[str]
) -> pl.DataFrame:
    """What we tell of each group of at least LEAST_LISTINGS, and the truth of it, for each of these columns.

    Needs: exposures (`exposures.exposures`) and truth (unsold) with the columns of `by`.
    Returns: by (the column), what `days_to_sell` returns of its groups, true_days. Grain: one group of one column.
    """
    told = []
    for name in by:
        for row in days_to_sell(exposures, by=[name]).filter(pl.col("listings") >= LEAST_LISTINGS).rows(named=True):
            true = true_median_days(truth.filter(pl.col(name).eq_missing(pl.lit(row.pop(name)))), unsold_days)
            told.append({"by": name, **row, "true_days": true})
    return pl.DataFrame(told, infer_schema_length=None)


def score(groups: pl.DataFrame) -> dict[str, float | int | None]:
    """How right the groups are: groups, told (with a median), held (share of intervals that hold the truth), width
    (mean of the interval over the median), off (mean distance from the truth, as a share of it), near (share of those
    told that are at most NEAR away from it).

    Needs: what `groups_against_truth` returns.
    """
    if groups.is_empty():
        return {"groups": 0, "told": 0, "held": None, "width": None, "off": None, "near": None}
    told = groups.filter(pl.col("median_days").is_not_null(), pl.col("true_days").is_not_null())
    low = pl.col("median_days_low").fill_null(0.0)
    high = pl.col("median_days_high").fill_null(float("inf"))
    off = (pl.col("median_days") / pl.col("true_days") - 1).abs()
    figures = told.select(
        held=pl.col("true_days").is_between(low, high).mean(),
        width=((pl.col("median_days_high") - low) / pl.col("median_days")).mean(),
        off=off.mean(),
        near=(off <= NEAR).mean(),
    ).row(0, named=True)
    return {"groups": groups.height, "told": told.height, **figures}


def plainer_medians(exposures: pl.DataFrame) -> dict[str, float | None]:
    """Median days to sell as plainer ways would tell it: what they get wrong is why we do not use them.

    Needs: what `exposures.exposures` returns. Returns: by way, in days; None where it has no answer.
    """
    left = exposures.filter(pl.col("gone_before").is_not_null())
    born = left.filter(pl.col("entry_days") < 1.5)
    gone_is_sold = exposures.with_columns(sold=pl.col("gone_before").is_not_null().cast(pl.Float64))
    return {
        "age of what disappeared": _plain_median(left),
        "age of what appeared and disappeared": _plain_median(born),
        "without entry times": _median_told(exposures.with_columns(entry_days=pl.lit(0.0))),
        "gone is sold": _median_told(gone_is_sold),
    }


def proofs_against_truth(ended: pl.DataFrame, visits: pl.DataFrame, truth: pl.DataFrame) -> dict[str, Any]:
    """How right the proven sales are.

    Needs: ended (listing_id, evidence); visits (listing_id, observed_at) to pages; truth (listing_id, ended_as,
           ended_at, UTC).
    Returns: proven (sales), precision (share of them that were sales), visited (true sales whose page was visited after
             the sale), recall (share of these that are proven).
    """
    proven = ended.filter(pl.col("evidence") == "sold").select("listing_id").unique()
    sales = truth.filter(pl.col("ended_as") == "sold")
    visited = (
        visits.join(sales, on="listing_id").filter(pl.col("observed_at") > pl.col("ended_at")).select("listing_id")
    ).unique()
    right = proven.join(sales, on="listing_id", how="semi").height
    found = visited.join(proven, on="listing_id", how="semi").height
    return {
        "proven": proven.height,
        "precision": right / proven.height if proven.height else None,
        "visited": visited.height,
        "recall": found / visited.height if visited.height else None,
    }


def deals_against_truth(found: pl.DataFrame, on_sale: pl.DataFrame, truth: pl.DataFrame) -> dict[str, Any]:
    """How right the surest MOST_FLAGGED deals are: right is what asks at most UNDER_PRICED of what it is worth, is one
    thing, and has a price that means something.

    Needs: found (the surest first) and on_sale: listing_id, price_eur; truth: listing_id, fair_eur, oddity.
    Returns: flagged, right, precision (share of the flagged), base_rate (share of all on sale that are right).
    """
    worth = truth.select("listing_id", "fair_eur", "oddity")
    is_right = (pl.col("price_eur").cast(pl.Float64) <= UNDER_PRICED * pl.col("fair_eur")) & (pl.col("oddity") == "")
    flagged, all_of_them = (
        rows.select("listing_id", "price_eur").join(worth, on="listing_id").select(is_right).to_series()
        for rows in (found.head(MOST_FLAGGED), on_sale)
    )
    return {
        "flagged": flagged.len(),
        "right": int(flagged.sum()),
        "precision": float(flagged.sum()) / flagged.len() if flagged.len() else None,
        "base_rate": float(all_of_them.sum()) / all_of_them.len() if all_of_them.len() else None,
    }


def _median_told(exposures: pl.DataFrame) -> float | None:
    median = median_days(exposures)
    return median.value if isinstance(median, Interval) else None


def _plain_median(exposures: pl.DataFrame) -> float | None:
    median = exposures["exit_days"].median()
    return median if isinstance(median, float) else None
