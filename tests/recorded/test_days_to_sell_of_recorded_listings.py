"""Days to sell of recorded menswear, under both readings of what its "sold - deleted" means.

Its owner watched 1,025 listings in April and May 2023 and noted 34 rows (31 listings) as sold and 51 as "sold -
deleted": gone, without proof of a sale. Counted as withdrawn or counted as sold, they go through the same code as our
own listings.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from tests.recorded.listings import MENSWEAR, needs_listings
from vopt_lib.market.exposures import exposures
from vopt_lib.market.survival import LEAST_SOLD, survival
from vopt_lib.schema.survival import Interval, Lack, SurvivalCurve
from vopt_lib.schema.tables import UTC_TIME

pytestmark = needs_listings

DAY = timedelta(days=1)


def spells(*, sold: tuple[str, ...]) -> pl.DataFrame:
    """What was watched, each listing once; what is not `sold` of what left was withdrawn."""
    added = pl.col("item_date_added").str.replace(",", "").str.to_datetime("%d/%m/%Y %H:%M:%S", strict=False)
    rows = pl.read_csv(MENSWEAR, infer_schema=False).with_columns(
        listing_id=pl.col("item_link").str.extract(r"/(\d+)-").cast(pl.Int64),
        listed_at=added.dt.replace_time_zone("UTC").cast(UTC_TIME),
        first_seen_at=pl.col("raindrop_last_update").str.to_datetime(time_zone="UTC", strict=False).cast(UTC_TIME),
        left_at=pl.col("item_date_sold").str.to_datetime("%d/%m/%Y", strict=False).dt.replace_time_zone("UTC"),
        scraped_at=pl.col("date_scrapped").str.to_datetime("%d/%m/%Y", strict=False).dt.replace_time_zone("UTC"),
    )
    left = pl.col("left_at").is_not_null()
    rows = rows.filter(pl.col("status") != "rejected").sort(left, maintain_order=True)
    rows = rows.unique("listing_id", keep="last", maintain_order=True)
    checked_at = pl.coalesce("scraped_at", "left_at").max()
    return rows.select(
        "listing_id",
        "first_seen_at",
        listed_at=pl.min_horizontal("listed_at", "first_seen_at"),
        source=pl.lit("vinted"),
        market=pl.lit("fr"),
        last_seen_at=pl.when(left).then(pl.col("left_at") - DAY).otherwise(checked_at).cast(UTC_TIME),
        visited_at=pl.when(~left).then(checked_at).cast(UTC_TIME),
        known_until=pl.lit(None, UTC_TIME),
        gone_before=pl.col("left_at").cast(UTC_TIME),
        decided_on=pl.col("left_at").dt.date(),
        evidence=pl.when(left).then(
            pl.when(pl.col("status").is_in(sold)).then(pl.lit("sold")).otherwise(pl.lit("deleted"))
        ),
    )


def told(*sold: str) -> tuple[pl.DataFrame, pl.DataFrame, SurvivalCurve | Lack]:
    """The spells, the ages between which each was watched, and the curve."""
    watched = spells(sold=sold)
    known = exposures(watched)
    return watched, known, survival(known)


def test_taken_for_withdrawn_they_leave_too_few_sales_to_tell_anything() -> None:
    watched, known, curve = told("sold")
    assert watched["evidence"].value_counts().sort("count")["count"].to_list() == [31, 51, 943]
    assert known["sold"].sum() < LEAST_SOLD
    assert curve is Lack.FEW_SOLD


def test_taken_for_sold_they_tell_how_many_sell_in_two_months_but_no_median() -> None:
    _, known, curve = told("sold", "sold - deleted")
    assert isinstance(curve, SurvivalCurve)
    assert known["sold"].sum() == 64
    assert curve.median() is Lack.NOT_THAT_MANY_SELL
    month, two_months = curve.sold_within(30), curve.sold_within(60)
    assert isinstance(month, Interval)
    assert isinstance(two_months, Interval)
    assert (month.value, two_months.value) == (pytest.approx(0.044, abs=0.001), pytest.approx(0.142, abs=0.001))
    assert two_months.low == pytest.approx(0.110, abs=0.001)
    assert two_months.high == pytest.approx(0.183, abs=0.001)


def test_negative_durations_are_rejected() -> None:
    watched, known, _ = told("sold")
    assert (watched.height, known.height) == (1025, 616)
    assert (known["exit_days"] > known["entry_days"]).all()
