"""This is where the newest week is compared with the week before it."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

WEEK_DAYS = 7  # whole weeks, so that weekdays cancel out

USUAL = 0.5
"""A day that saw less than this share of what the fortnights around it saw is left out of comparisons: a search that
stopped early shows the newest listings only, and those ask other prices."""


def usual_days(days: pl.DataFrame, *, by: Sequence[str]) -> pl.DataFrame:
    """The days of each group that can be compared: with a median price, and with about as many listings as usual.

    Needs: `by`, day, seen, price_eur_median. Grain: one group on one day. Returns: the same columns, by group and day.
    """
    price = pl.col("price_eur_median")
    known = days.filter(price.is_finite(), price > 0).sort(*by, "day")
    around = known.rolling("day", period="29d", offset="-15d", group_by=list(by) or None)
    usually = around.agg(pl.col("seen").median().alias("usually"))
    is_usual = pl.col("seen") >= USUAL * pl.col("usually")
    return (
        known.join(usually, on=[*by, "day"], how="left", nulls_equal=True, maintain_order="left")
        .filter(is_usual)
        .drop("usually")
    )


def movements(days: pl.DataFrame, *, by: Sequence[str]) -> pl.DataFrame:
    """What each group costs and how that moves; amounts in EUR, counts over the newest seven days that know them.

    Needs: `by`, day, seen, price_eur_median, new, gone, price_cuts. Grain: one group on one day.
    Returns: `by`; day, seen, median: of its newest day; change: mean of the daily medians of the newest week against
    the week before, as a share; new, gone, price_cuts: sums of the newest seven days that know each; gone_days: of how
    many `gone` is, where it is known of fewer; gone_until: the last of them. Null: not known.
    Grain: one row per group, sorted.
    """
    week = (pl.col("day").max() - pl.col("day")).dt.total_days() // WEEK_DAYS
    median = pl.col("price_eur_median")
    newest = pl.col("day").arg_max()
    usual = usual_days(days, by=by).select(*by, "day", compared="price_eur_median")
    compared = pl.col("compared")
    return (
        days.join(usual, on=[*by, "day"], how="left", nulls_equal=True)
        .group_by(by)
        .agg(
            pl.col("day").max(),
            pl.col("seen").get(newest),
            median.get(newest).alias("median"),
            (compared.filter(week == 0).mean() / compared.filter(week == 1).mean() - 1).alias("change"),
            *(_week_sum(name) for name in ("new", "gone", "price_cuts")),
            _newest_known("gone").count().cast(pl.Int64).alias("gone_days"),
            pl.col("day").filter(pl.col("gone").is_not_null()).max().alias("gone_until"),
        )
        .sort(by)
    )


def trends(days: pl.DataFrame, *, by: Sequence[str]) -> pl.DataFrame:
    """The medians of each group, one for every day from the first to the last of all of them.

    Needs: `by`, day, seen, price_eur_median. Returns: `by`, trend (list of Float64, EUR; null: no figure that day that
    could be compared).
    Grain: one row per group, sorted.
    """
    if days.is_empty():
        return days.select(by).with_columns(trend=pl.lit(None, pl.List(pl.Float64)))
    calendar = days.select(pl.date_range(pl.col("day").min(), pl.col("day").max()))
    return (
        days.select(by)
        .unique()
        .join(calendar, how="cross")
        .join(
            usual_days(days, by=by).select(*by, "day", "price_eur_median"),
            on=[*by, "day"],
            how="left",
            nulls_equal=True,
        )
        .sort(*by, "day")
        .group_by(by, maintain_order=True)
        .agg(trend="price_eur_median")
    )


def _week_sum(name: str) -> pl.Expr:
    """Sum of the newest seven known days; null when there is none."""
    known = _newest_known(name)
    return pl.when(known.len() > 0).then(known.sum()).alias(name)


def _newest_known(name: str) -> pl.Expr:
    return pl.col(name).sort_by("day").drop_nulls().tail(WEEK_DAYS)
