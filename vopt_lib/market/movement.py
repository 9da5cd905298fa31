"""This is where the newest week is compared with the week before it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

WEEK_DAYS = 7  # whole weeks, so that weekdays cancel out


def movements(days: pl.DataFrame, *, by: Sequence[str]) -> pl.DataFrame:
    """What each group costs and how that moves; amounts in EUR, counts over its newest week.

    Needs: `by`, day, seen, price_eur_median, new, gone, price_cuts. Grain: one group on one day.
    Returns: `by`; day, seen, median: of its newest day; change: mean of the daily medians of the newest week against
    the week before, as a share; new, gone, price_cuts: sums of the week's days that are known; gone_days: how many of
    them know `gone`. Null: not known. Grain: one row per group, sorted.
    """
    week = (pl.col("day").max() - pl.col("day")).dt.total_days() // WEEK_DAYS
    median = pl.col("price_eur_median")
    newest = pl.col("day").arg_max()
    return (
        days.group_by(by)
        .agg(
            pl.col("day").max(),
            pl.col("seen").get(newest),
            median.get(newest).alias("median"),
            (median.filter(week == 0).mean() / median.filter(week == 1).mean() - 1).alias("change"),
            *(_week_sum(name, week) for name in ("new", "gone", "price_cuts")),
            pl.col("gone").filter(week == 0).count().cast(pl.Int64).alias("gone_days"),
        )
        .sort(by)
    )


def trends(days: pl.DataFrame, *, by: Sequence[str]) -> pl.DataFrame:
    """The medians of each group, one for every day from the first to the last of all of them.

    Needs: `by`, day, price_eur_median. Returns: `by`, trend (list of Float64, EUR; null: no figure that day).
    Grain: one row per group, sorted.
    """
    if days.is_empty():
        return days.select(by).with_columns(trend=pl.lit(None, pl.List(pl.Float64)))
    calendar = days.select(pl.date_range(pl.col("day").min(), pl.col("day").max()))
    return (
        days.select(by)
        .unique()
        .join(calendar, how="cross")
        .join(days.select(*by, "day", "price_eur_median"), on=[*by, "day"], how="left", nulls_equal=True)
        .sort(*by, "day")
        .group_by(by, maintain_order=True)
        .agg(trend="price_eur_median")
    )


def _week_sum(name: str, week: pl.Expr) -> pl.Expr:
    """Sum over the newest week's days that are known; null when none is."""
    known = pl.col(name).filter(week == 0).drop_nulls()
    return pl.when(known.len() > 0).then(known.sum()).alias(name)
