"""This is where a lake of any size is made quickly, to measure against.

    python -m tests.benchmarks.make_lake FOLDER --live 100000 --ended 1000000 --days 60

Sightings: `--seen-per-day` of the live listings on each of the last `--days` days, each in the catalogue that its
number says. The day figures are those of the sightings. Everything follows from the seed.
"""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from vopt_lib.lake import Lake
from vopt_lib.paths import Paths
from vopt_lib.schema.tables import (
    BRAND_DAY,
    CATALOG_DAY,
    LISTING_ENDED,
    LISTING_LIVE,
    LISTING_SEEN,
    MONEY,
    PRICE_CHANGE,
    UTC_TIME,
    Table,
)

BRANDS = [f"Brand {number:02d}" for number in range(60)]
SIZES = ["XS", "S", "M", "L", "XL"]
CATALOGUES = 40
LAST_DAY = date(2026, 11, 20)


def make_lake(root: Path, *, live: int, ended: int, days: int, seen_per_day: int, seed: int = 1) -> Lake:
    """A published lake: so many live listings, ended spells over 24 months, and days of sightings."""
    lake = Lake(Paths(root, str(root / "lake")))
    random = np.random.default_rng(seed)
    lake.overwrite("listing_live", _spells(LISTING_LIVE, random, 0, live), partitions=[{}])
    for start in range(0, ended, 1_000_000):
        lake.append("listing_ended", _spells(LISTING_ENDED, random, live + start, min(1_000_000, ended - start)))
    told = []
    for age in range(days):
        sightings = _sightings(random, LAST_DAY - timedelta(days=age), live, seen_per_day)
        lake.append("listing_seen", sightings)
        told.append((_figures(CATALOG_DAY, sightings), _figures(BRAND_DAY, sightings)))
    lake.append("price_change", _changes(random, live))
    for place, table in enumerate((CATALOG_DAY, BRAND_DAY)):
        rows = pl.concat([table.empty(), *(day[place] for day in told)])
        lake.overwrite(table.name, rows, partitions=[{}])
    names = ("listing_live", "listing_ended", "listing_seen", "price_change", "catalog_day", "brand_day")
    lake.publish({name: lake.version(name) for name in names if lake.version(name) >= 0})
    return lake


def _spells(table: Table, random: np.random.Generator, first_id: int, count: int) -> pl.DataFrame:
    first = _moments(random, count, span_days=700)
    last = first + random.integers(1, 30, count).astype("timedelta64[D]")
    price = _prices(random, count)
    gone = last + np.timedelta64(1, "D")
    frame = pl.DataFrame({"listing_id": np.arange(first_id, first_id + count)}).with_columns(
        first_seen_at=_utc(first),
        last_seen_at=_utc(last),
        first_seen_on=pl.Series(first.astype("datetime64[D]")),
        last_seen_on=pl.Series(last.astype("datetime64[D]")),
        gone_after=_utc(last),
        gone_before=_utc(gone),
        gone_on=pl.Series(gone.astype("datetime64[D]")),
        decided_on=pl.Series(gone.astype("datetime64[D]")),
        first_price_eur=price,
        last_price_eur=price,
        first_asked_amount=price,
        last_asked_amount=price,
        leaf_catalog_id=pl.Series(random.integers(1, CATALOGUES, count)),
        ended_month=pl.Series(gone.astype("datetime64[M]").astype(str)),
        **_words(random, count),
    )
    return _filled(table, frame)


def _sightings(random: np.random.Generator, day: date, live: int, count: int) -> pl.DataFrame:
    frame = pl.DataFrame({"listing_id": random.choice(max(live, count), count, replace=False)}).with_columns(
        observed_at=pl.lit(datetime.combine(day, time(12), UTC), UTC_TIME),
        day=pl.lit(day),
        query_catalog_id=pl.col("listing_id") % CATALOGUES + 1,
        query_narrowed_by=pl.lit(""),
        state=pl.lit("on_sale"),
        promoted=pl.Series(random.random(count) < 0.03),
        price_eur=_prices(random, count),
        favourite_count=pl.Series(random.poisson(3, count)),
        url=pl.format("https://www.vinted.it/items/{}-abito", pl.col("listing_id")),
        **_words(random, count),
    )
    return _filled(LISTING_SEEN, frame)


def _changes(random: np.random.Generator, count: int) -> pl.DataFrame:
    at = _moments(random, count, span_days=700)
    frame = pl.DataFrame({"listing_id": np.arange(count)}).with_columns(
        observed_at=_utc(at),
        month=pl.Series(at.astype("datetime64[M]").astype(str)),
        old_amount=_prices(random, count),
        new_amount=_prices(random, count),
        leaf_catalog_id=pl.Series(random.integers(1, CATALOGUES, count)),
    )
    return _filled(PRICE_CHANGE, frame)


def _figures(table: Table, sightings: pl.DataFrame) -> pl.DataFrame:
    """The rows of catalog_day or brand_day of one day, as these sightings say."""
    price = pl.col("price_eur").cast(pl.Float64)
    quantiles = {"p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9}
    by = [name for name in ("catalog_id", "brand", "day") if name in table.schema]
    shown = sightings.filter(~pl.col("promoted")).rename({"query_catalog_id": "catalog_id"})
    figures = shown.group_by(by).agg(
        seen=pl.len(),
        priced=pl.col("price_eur").count(),
        favourites_mean=pl.col("favourite_count").mean(),
        **{f"price_eur_{name}": price.quantile(share, "linear") for name, share in quantiles.items()},
    )
    few = pl.col("seen") // 20
    derived = {"new": few, "gone": few, "price_cuts": few, "share_seen": pl.lit(0.8)}
    return _filled(table, figures.with_columns(month=pl.col("day").dt.strftime("%Y-%m"), **derived))


def _filled(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in the table's schema; what is not given and must not be null gets a plain value."""
    plain = {
        pl.String(): "it",
        pl.Int64(): 0,
        pl.Int32(): 1,
        pl.Float64(): 0.0,
        pl.Boolean(): True,
        pl.Date(): LAST_DAY,
    }
    columns = []
    for column in table.columns:
        dtype = table.schema[column.name]
        if column.name in frame.columns:
            columns.append(pl.col(column.name).cast(dtype))
        elif column.nullable:
            columns.append(pl.lit(None, dtype).alias(column.name))
        else:
            value = [] if isinstance(dtype, pl.List) else plain.get(dtype, datetime.combine(LAST_DAY, time(12), UTC))
            columns.append(pl.lit(value, dtype).alias(column.name))
    return frame.select(columns)


def _words(random: np.random.Generator, count: int) -> dict[str, pl.Expr | pl.Series]:
    return {
        "brand": pl.Series(np.array(BRANDS)[random.integers(0, len(BRANDS), count)]),
        "size": pl.Series(np.array(SIZES)[random.integers(0, len(SIZES), count)]),
        "condition_id": pl.Series(random.choice([6, 1, 2, 3, 4], count)),
        "title": pl.format("Abito {} come nuovo", pl.col("listing_id")),
        "currency": pl.lit("EUR"),
        "seller_hash": pl.format("{}", pl.col("listing_id") % 5000),
    }


def _moments(random: np.random.Generator, count: int, *, span_days: int) -> np.ndarray:
    start = np.datetime64(LAST_DAY - timedelta(days=span_days + 40), "us")
    return start + random.integers(0, span_days * 86_400_000_000, count).astype("timedelta64[us]")


def _prices(random: np.random.Generator, count: int) -> pl.Series:
    return pl.Series(random.lognormal(2.5, 0.7, count).clip(1, 900)).round(2).cast(MONEY)


def _utc(moments: np.ndarray) -> pl.Series:
    return pl.Series(moments).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def main() -> None:
    """Make a lake from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--live", type=int, default=100_000)
    parser.add_argument("--ended", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seen-per-day", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    lake = make_lake(
        given.folder.absolute(),
        live=given.live,
        ended=given.ended,
        days=given.days,
        seen_per_day=given.seen_per_day,
        seed=given.seed,
    )
    print(lake.published())


if __name__ == "__main__":
    main()
