"""What one new day costs to refine while history grows: `python -m tests.benchmarks.bench_refine`.

    --sizes 1000000 10000000 50000000    ended spells of each lake, 100,000 a month as in life
    --live 500000 --shown 200000         a bigger market: listings on sale, and those that the new day shows

What is on sale stays the same. Goals: time ratio ≤ 1.2 to the first size, peak memory ≤ 1.5 GB. The smallest size must
hold the 120 days that figures look back on. Each refine runs in a process of its own, whose peak memory counts with
everything it imports. The lakes are measured in turns, so that other work on the machine slows all of them alike; the
best turn counts, and for memory the worst.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from vopt_lib.desk.refine import refine
from vopt_lib.desk.refined import INPUTS, Newest, Refined, write_refined
from vopt_lib.lake import Lake
from vopt_lib.paths import Paths
from vopt_lib.schema.tables import CRAWL_COVERAGE, DERIVED, LISTING_ENDED, LISTING_LIVE, LISTING_SEEN, Table

GOAL = 1.2
GOAL_MB = 1500
NEWEST = date(2026, 11, 20)
A_MONTH = 100_000
VISITED = 2_000
BRANDS = [f"Marca {number}" for number in range(300)]
DAYS_BACK = 130  # of sightings and queries: what figures look back on, and a little more
FIRST_ENDS = 3  # turns: before the fourth nothing ends, so the first ones are no whole day


@dataclass(frozen=True)
class Market:
    """So many listings on sale; so many of them shown by a day's queries, a tenth of these new."""

    live: int = 50_000
    shown: int = 10_000

    @property
    def turnover(self) -> int:
        """New listings of a day."""
        return self.shown // 10


@dataclass
class Cost:
    """Of one more day: the best time, the highest memory."""

    seconds: float = float("inf")
    peak_mb: float = 0.0


def filled(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with all columns of the table."""
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in table.schema.items() if name not in rows.columns]
    return rows.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in table.schema.items())


def listings(ids: np.ndarray) -> pl.DataFrame:
    """What is always the same of these listings."""
    return pl.DataFrame({"listing_id": ids}).with_columns(
        source=pl.lit("vinted"),
        market=pl.lit("it"),
        title=pl.format("Abito numero {} come nuovo", "listing_id"),
        brand=pl.col("listing_id").mod(len(BRANDS)).replace_strict(range(len(BRANDS)), BRANDS),
        size=pl.lit("M"),
        condition_id=pl.lit(2),
        url=pl.format("https://www.vinted.it/items/{}-abito", "listing_id"),
        currency=pl.lit("EUR"),
        favourite_count=pl.col("listing_id").mod(17),
        promoted=pl.lit(False),
        price=pl.col("listing_id").mod(60) + 5,
    )


def sightings(ids: np.ndarray, day: date) -> pl.DataFrame:
    """One sighting of each on that day."""
    rows = listings(ids).with_columns(
        observed_at=pl.lit(_at(day, 10)),
        day=pl.lit(day),
        run_id=pl.lit("bench"),
        query_catalog_id=pl.lit(1904),
        query_key=pl.lit("donna"),
        query_narrowed_by=pl.lit(""),
        shape=pl.lit("svc-2026-09"),
        state=pl.lit("on_sale"),
        asked_amount="price",
        price_eur="price",
    )
    return filled(LISTING_SEEN, rows)


def pages(ids: np.ndarray, day: date) -> pl.DataFrame:
    """A visit to the page of each on that day, which said that it was listed 30 days before."""
    visited = sightings(ids, day).with_columns(
        query_catalog_id=pl.lit(None, pl.Int64),
        query_key=pl.lit(None, pl.String),
        shape=pl.lit("item-page"),
        uploaded_at=pl.lit(_at(day, 10) - timedelta(days=30)),
    )
    return filled(LISTING_SEEN, visited)


def coverage(days: Sequence[date], shown: int) -> pl.DataFrame:
    """An exhaustive query for the catalogue on each day."""
    row = {"source": "vinted", "market": "it", "run_id": "bench", "query_key": "donna"}
    counts = {"parts": 1, "pages": 105, "requests": 105, "listings": shown, "promoted": 0}
    asked = {"query_catalog_id": 1904, "query_narrowed_by": "", "is_exhaustive": True}
    times = [{"day": day, "started_at": _at(day, 9), "observed_at": _at(day, 11)} for day in days]
    return filled(CRAWL_COVERAGE, pl.DataFrame([row | counts | asked | time for time in times]))


def spells(ids: np.ndarray, last: pl.Expr) -> pl.DataFrame:
    """Spells of up to two months with these last days."""
    days = pl.DataFrame({"listing_id": ids}).select(last=last, length=pl.col("listing_id").hash(1) % 60)
    first = days["last"] - pl.duration(days=days["length"])
    return listings(ids).with_columns(
        first_seen_at=_at_ten(first),
        last_seen_at=_at_ten(days["last"]),
        first_seen_on=first,
        last_seen_on=days["last"],
        days_seen=pl.lit(5),
        first_asked_amount="price",
        last_asked_amount="price",
        first_price_eur="price",
        last_price_eur="price",
        price_changes=pl.lit(0),
        leaf_catalog_id=pl.lit(1904),
    )


def ended_month(ids: np.ndarray, month: date) -> pl.DataFrame:
    """Spells that ended in a month, each first missed the day after its last sighting; some with proof."""
    day = pl.lit(month.replace(day=1)) + pl.duration(days=pl.col("listing_id").hash(2) % 18)
    rows = spells(ids, day).with_columns(
        gone_after="last_seen_at",
        gone_before=pl.col("last_seen_at").dt.offset_by("1d"),
        gone_on=pl.col("last_seen_on").dt.offset_by("1d"),
        ended_month=pl.lit(f"{month:%Y-%m}"),
        decided_on=pl.col("last_seen_on").dt.offset_by("3d"),
        evidence=pl.col("listing_id").mod(10).replace_strict({0: "sold", 1: "deleted"}, default="unknown"),
    )
    return filled(LISTING_ENDED, rows)


def build(folder: Path, ended: int, market: Market) -> Lake:
    """A lake as years of refining leave it: so many ended spells, and the rows of the last months."""
    lake = Lake(Paths(folder, str(folder / "lake")))
    month, left = NEWEST, ended
    while left > 0:
        count = min(left, A_MONTH)
        lake.append("listing_ended", ended_month(np.arange(left - count, left) + 10**9, month))
        month, left = month.replace(day=1) - timedelta(days=1), left - count
    live = spells(np.arange(market.live), pl.lit(NEWEST)).with_columns(
        query_keys=pl.when(pl.col("listing_id") < market.shown).then(pl.lit(["donna"])).otherwise(pl.lit(["altro"])),
        missed_on=pl.lit([], pl.List(pl.Date)),
        leaf_catalog_id=pl.when(pl.col("listing_id") < market.shown).then(1904),
    )
    lake.overwrite("listing_live", filled(LISTING_LIVE, live), partitions=[{"market": "it"}])
    days = [NEWEST - timedelta(days=ago) for ago in range(DAYS_BACK, -1, -1)]
    lake.append("crawl_coverage", coverage(days, market.shown))
    for day in days:
        lake.append("listing_seen", sightings(np.arange(market.shown), day))
    lake.append("listing_seen", pages(np.arange(VISITED) + 10**9 + ended - VISITED, NEWEST))
    versions = {name: lake.version(name) for name in (*INPUTS, *DERIVED)}
    state = Refined(versions, 3, {"it": Newest(NEWEST, None)})
    write_refined(lake.paths.refined, state, now=_at(NEWEST, 12), run_id="bench")
    return lake


def one_more_day(lake: Lake, turn: int, market: Market) -> Cost:
    """Collect the day after, and let a process of its own refine it."""
    day = NEWEST + timedelta(days=turn)
    shown = np.arange(turn * market.turnover, turn * market.turnover + market.shown)
    ids = np.where(shown < market.shown, shown, shown + market.live)
    rows = {"listing_seen": sightings(ids, day), "crawl_coverage": coverage([day], market.shown)}
    lake.commit(rows, app="bench", number=turn)
    command = [sys.executable, "-m", "tests.benchmarks.bench_refine", "--refine", str(lake.paths.data), day.isoformat()]
    return Cost(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout))


def refine_here(data: Path, day: date) -> Cost:
    """Refine a day in this process."""
    lake = Lake(Paths(data, str(data / "lake")))
    start = time.perf_counter()
    refine(lake, now=_at(day, 12), misses_until_gone=3, run_id="bench")
    return Cost(time.perf_counter() - start, _peak_mb())


def lived_in(folder: Path, ended: int, market: Market) -> Lake:
    """A lake (`build`) after the first days, on which nothing ends."""
    lake = build(folder, ended, market)
    for turn in range(1, FIRST_ENDS + 1):
        one_more_day(lake, turn, market)
    return lake


def measured(sizes: Sequence[int], turns: int, market: Market) -> dict[int, Cost]:
    """The cost of one day by number of ended spells."""
    costs = {size: Cost() for size in sizes}
    with tempfile.TemporaryDirectory() as folder:
        with ThreadPoolExecutor() as pool:  # what is not measured may be done side by side
            lakes = list(pool.map(lambda size: lived_in(Path(folder) / str(size), size, market), sizes))
        for turn in range(FIRST_ENDS + 1, FIRST_ENDS + turns + 1):
            for lake, cost in zip(lakes, costs.values(), strict=True):
                now = one_more_day(lake, turn, market)
                cost.seconds, cost.peak_mb = min(cost.seconds, now.seconds), max(cost.peak_mb, now.peak_mb)
    return costs


def _peak_mb() -> float:
    """Not ru_maxrss: that of a child begins with what its parent had when it started it."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _at_ten(days: pl.Series) -> pl.Series:
    return days.cast(pl.Datetime("us")).dt.replace_time_zone("UTC").dt.offset_by("10h")


def _at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[500_000, 1_000_000, 5_000_000])
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--live", type=int, default=Market.live)
    parser.add_argument("--shown", type=int, default=Market.shown)
    parser.add_argument("--refine", nargs=2, metavar=("DATA", "DAY"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.refine:
        print(json.dumps(vars(refine_here(Path(asked.refine[0]), date.fromisoformat(asked.refine[1])))))
        return
    costs = measured(asked.sizes, asked.turns, Market(asked.live, asked.shown))
    first = costs[asked.sizes[0]].seconds
    print("| ended spells | live | seen that day | refine of one new day | ratio | peak memory |")
    print("|---:|---:|---:|---:|---:|---:|")
    for size, cost in costs.items():
        row = f"| {size:,} | {asked.live:,} | {asked.shown:,} | {cost.seconds:.3f} s | {cost.seconds / first:.2f} |"
        print(f"{row} {cost.peak_mb:.0f} MB |")
    worst, peak = max(cost.seconds for cost in costs.values()) / first, max(cost.peak_mb for cost in costs.values())
    is_reached = worst <= GOAL and peak <= GOAL_MB
    print(f"\nGoal: at most {GOAL} and {GOAL_MB} MB. Measured: {worst:.2f} and {peak:.0f} MB, ", end="")
    print("reached." if is_reached else "missed.")


if __name__ == "__main__":
    main()
