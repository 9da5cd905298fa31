"""This is where the days of several places (catalogues, brands) become the days of all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from vopt_lib.market.movement import WEEK_DAYS

COUNTED = ("seen", "new", "gone", "price_cuts")


@dataclass(frozen=True)
class Week:
    """What the newest seven known days add up to.

    until: the last of them. change: against the seven known days before, as a share; None: there are not so many, or
    they are of more or fewer places.
    """

    count: int
    until: date
    change: float | None


def day_totals(days: pl.DataFrame) -> pl.DataFrame:
    """What all places together had on each day.

    A place counts from its first to its last day. A day on which it lacks a figure is not known: a sum of the others
    would look as if the market had shrunk.

    Needs: place, day, seen, new, gone, price_cuts. Grain: one place on one day.
    Returns: day, places (how many), seen, new, gone, price_cuts (Int64; null: not known).
    Grain: one row per day without holes, sorted.
    """
    spans = (
        days.group_by("place")
        .agg(pl.date_range(pl.col("day").min(), pl.col("day").max()).alias("day"))
        .explode("day")
        .join(days.select("place", "day", *COUNTED), on=["place", "day"], how="left")
    )
    totals = spans.group_by("day").agg(pl.len().cast(pl.Int64).alias("places"), *(_total(name) for name in COUNTED))
    return totals.sort("day").pipe(_without_holes)


def newest_week(totals: pl.DataFrame, name: str) -> Week | None:
    """The newest seven days on which `name` is known, added up; None: there are fewer.

    Needs: day, places, and the column. Grain: one row per day.
    """
    known = totals.select("day", "places", name).drop_nulls().sort("day")
    if known.height < WEEK_DAYS:
        return None
    week, before = known[-WEEK_DAYS:], known[-2 * WEEK_DAYS : -WEEK_DAYS]
    count, earlier = int(week[name].sum()), int(before[name].sum())
    has_change = before.height == WEEK_DAYS and earlier > 0 and known[-2 * WEEK_DAYS :]["places"].n_unique() == 1
    return Week(count, week["day"][-1], count / earlier - 1 if has_change else None)


def share_of_all(places: pl.DataFrame) -> float | None:
    """What was seen of all the listings that these places have, 0 to 1; None: not known of one of them.

    Needs: seen, share_seen. Grain: one row per place.
    """
    seen = places.filter(pl.col("seen") > 0)
    if seen.is_empty() or not (seen["share_seen"].fill_null(0) > 0).all():
        return None
    share = seen.select(pl.col("seen").sum() / (pl.col("seen") / pl.col("share_seen")).sum()).item()
    return min(float(share), 1.0)


def trend(totals: pl.DataFrame, name: str) -> Sequence[float | None]:
    """The column's values, oldest first, without the unknown days at the end, which are not over yet."""
    values: list[float | None] = totals[name].cast(pl.Float64).to_list()
    known = [place for place, value in enumerate(values) if value is not None]
    return values[: known[-1] + 1] if known else ()


def _total(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_null().any()).then(None).otherwise(pl.col(name).sum()).cast(pl.Int64).alias(name)


def _without_holes(totals: pl.DataFrame) -> pl.DataFrame:
    if totals.is_empty():
        return totals
    calendar = totals.select(pl.date_range(pl.col("day").min(), pl.col("day").max()))
    return calendar.join(totals, on="day", how="left").sort("day")
