"""This is where what was collected becomes market tables: spells, price changes, and the figures of each day.

A new day costs as much as the day and what is on sale, however long the history; a late day costs as much as the
listings it can have changed. Whatever the order, the tables come out the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import polars as pl

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.desk.market_tables import MarketTables
from vopt_lib.desk.refined import INPUTS, Refined, as_left, refining, write_refined
from vopt_lib.lake import Lake
from vopt_lib.market.catalogues import ancestors
from vopt_lib.schema.tables import DERIVED
from vopt_lib.schema.vinted_terms import catalogue_nodes


@dataclass(frozen=True)
class RefineReport:
    """What a refine did: the days with new rows by market, and the rows it wrote by table."""

    run_id: str
    days: Mapping[str, Sequence[date]]
    written: Mapping[str, int]

    @property
    def rows(self) -> int:
        """Rows written to all tables."""
        return sum(self.written.values())


def refine(
    lake: Lake, *, now: datetime, misses_until_gone: int, run_id: str, catalogues: pl.DataFrame | None = None
) -> RefineReport:
    """Bring the market tables up to date with everything collected.

    Killed at any moment, it leaves nothing half done: the next one starts from what the last finished one left.

    Needs: catalogues (catalog_id, ancestor_id: `market.catalogues.ancestors`); default: the tree vopt knows by heart.
    Raises: AlreadyRunning, when another process still refines after a minute; LakeError.
    """
    catalogues = ancestors(catalogue_nodes()) if catalogues is None else catalogues
    with refining(lake.paths):
        lake.ensure_kept_here()
        refined = as_left(lake, lake.paths.refined, misses_until_gone=misses_until_gone)
        inputs = lake.versions(INPUTS)
        changed = _changed_days(lake, refined, inputs)
        newest, written = dict(refined.newest), dict.fromkeys(DERIVED, 0)
        for market, days in changed.items():
            tables = MarketTables(lake, market, inputs, catalogues, misses_until_gone, written)
            newest[market] = tables.refine(days, newest.get(market))
        versions = inputs | {name: lake.version(name) for name in DERIVED}
        done = replace(refined, versions=versions, newest=newest)
        write_refined(lake.paths.refined, done, now=now, run_id=run_id)
        reached(CommitPoint.REFINE_STATE_WRITTEN)
    return RefineReport(run_id, changed, written)


def _changed_days(lake: Lake, refined: Refined, inputs: Mapping[str, int]) -> dict[str, list[date]]:
    """The days with rows that the derived tables do not know yet, by market."""
    days: dict[str, set[date]] = {}
    seen, coverage = (
        lake.changed_partitions(name, refined.since(name), inputs[name]) for name in ("listing_seen", "crawl_coverage")
    )
    for one in seen:
        days.setdefault(one["market"], set()).add(date.fromisoformat(one["day"]))
    covered = [date.fromisoformat(one["day"]) for one in coverage]
    queries = lake.scan("crawl_coverage", version=inputs["crawl_coverage"]).filter(pl.col("day").is_in(covered))
    for market, day in queries.select("market", "day").unique().collect().iter_rows():
        days.setdefault(market, set()).add(day)
    return {market: sorted(days[market]) for market in sorted(days)}
