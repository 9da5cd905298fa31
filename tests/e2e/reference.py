"""This is where the market tables are told again from the first sighting on, to hold published ones against."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

import polars as pl
from polars.testing import assert_frame_equal

from vopt_lib.desk.selling_tables import SellingTables
from vopt_lib.lake import Lake
from vopt_lib.market.catalogues import ancestors
from vopt_lib.market.days import DayFacts, brand_day, catalog_day
from vopt_lib.market.spells import KEY, spells
from vopt_lib.schema.tables import DERIVED, TABLES
from vopt_lib.schema.vinted_terms import catalogue_nodes

_TOLD: deque[tuple[tuple[pl.DataFrame, pl.DataFrame, int], dict[str, pl.DataFrame]]] = deque(maxlen=4)
"""What was told of which sightings and queries, the last few times: hundreds of lakes hold one of the same few days."""


def retold(
    seen: pl.DataFrame, coverage: pl.DataFrame, *, misses_until_gone: int, tree: pl.DataFrame | None = None
) -> dict[str, pl.DataFrame]:
    """The derived tables of these sightings and queries, each sorted by its key; default: the tree known by heart."""
    tree = ancestors(catalogue_nodes()) if tree is None else tree
    told = spells(seen, coverage, catalogues=tree, misses_until_gone=misses_until_gone)
    begun = pl.concat([told.live.select(*KEY, "first_seen_on"), told.ended.select(*KEY, "first_seen_on")])
    days = sorted({*seen["day"], *coverage["day"]})
    facts = DayFacts(days, seen, begun, told.ended, told.price_changes, coverage)
    rows = {
        "listing_live": told.live,
        "listing_ended": told.ended,
        "price_change": told.price_changes,
        "catalog_day": catalog_day(facts, catalogues=tree, misses_until_gone=misses_until_gone),
        "brand_day": brand_day(facts, catalogues=tree, misses_until_gone=misses_until_gone),
        "listing_seen": seen,
        "crawl_coverage": coverage,
    }
    rows |= _selling(rows, tree, misses_until_gone)
    return {name: rows[name].sort(TABLES[name].key) for name in DERIVED}


def _selling(rows: Mapping[str, pl.DataFrame], tree: pl.DataFrame, misses_until_gone: int) -> dict[str, pl.DataFrame]:
    """Days to sell and demand, each market as of its newest day."""
    told = {name: TABLES[name].empty() for name in ("days_to_sell", "demand")}
    days = pl.concat(rows[name].select("market", "day") for name in ("listing_seen", "crawl_coverage"))
    for market, newest in days.group_by("market").agg(pl.col("day").max()).sort("market").iter_rows():

        def read(name: str, market: str = market) -> pl.LazyFrame:
            return rows[name].lazy().filter(pl.col("market") == market)

        here = SellingTables(read, newest, tree, misses_until_gone).rows()
        told = {name: pl.concat([told[name], here[name]]) for name in told}
    return told


def assert_published_tables_agree(lake: Lake, *, misses_until_gone: int) -> None:
    """Every derived table that is published is made of exactly the sightings and queries that are published."""
    # No figure tells by which run it was seen.
    seen, coverage = (
        lake.scan(name).collect().sort(TABLES[name].key).drop("run_id") for name in ("listing_seen", "crawl_coverage")
    )
    wanted = _retold_once(seen, coverage, misses_until_gone)
    for name in DERIVED:
        assert_frame_equal(lake.scan(name).collect().sort(TABLES[name].key), wanted[name])


def _retold_once(seen: pl.DataFrame, coverage: pl.DataFrame, misses_until_gone: int) -> dict[str, pl.DataFrame]:
    for (seen_then, coverage_then, misses_then), told in _TOLD:
        if misses_then == misses_until_gone and seen_then.equals(seen) and coverage_then.equals(coverage):
            return told
    told = retold(seen, coverage, misses_until_gone=misses_until_gone)
    _TOLD.append(((seen, coverage, misses_until_gone), told))
    return told


def assert_published_runs_are_whole(lake: Lake) -> None:
    """A collecting run that is published as done is published with its coverage and all its sightings."""
    done = lake.scan("run").filter(pl.col("kind") == "collect", pl.col("outcome") == "done").collect()
    counted = lake.scan("listing_seen").collect().group_by("run_id").len()
    seen = dict(counted.filter(pl.col("run_id").is_in(done["run_id"].implode())).iter_rows())
    # All rows of a run may have been refused.
    assert seen == dict(done.filter(pl.col("rows") > 0).select("run_id", "rows").iter_rows())
    assert {*lake.scan("crawl_coverage").collect()["run_id"]} == {*done["run_id"]}


def assert_no_key_twice(lake: Lake, name: str) -> None:
    """No row of a table is there twice."""
    keys = lake.scan(name, version="newest").select(TABLES[name].key).collect()
    assert keys.is_duplicated().sum() == 0, f"{name} holds a key twice"
