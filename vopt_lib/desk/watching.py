"""This is where what was collected is read as what days to sell are told from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Literal

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.market import watching
from vopt_lib.market.catalogues import ancestors
from vopt_lib.market.watching import PAGE, Watched, spells_in
from vopt_lib.schema.vinted_terms import catalogue_nodes

Read = Callable[[str], pl.LazyFrame]
"""The rows of a table, of one source and market."""


def watched(desk: Desk, market: str, *, version: Literal["published", "newest"] = "published") -> Watched:
    """The listings of this market as far as they were watched lately, before its newest day.

    Raises: UnknownMarket; LakeError.
    """
    source = desk.site(market).source

    def read(name: str) -> pl.LazyFrame:
        rows = desk.lake.scan(name, version=version)
        return rows.filter(pl.col("source") == source, pl.col("market") == market)

    days = (read(name).select(pl.col("day").max()).collect().item() for name in ("listing_seen", "crawl_coverage"))
    newest = max((day for day in days if day), default=desk.clock.now().date())
    catalogues = ancestors(catalogue_nodes())
    return watched_until(read, newest, catalogues=catalogues, misses_until_gone=desk.settings.misses_until_gone)


def watched_until(read: Read, newest: date, *, catalogues: pl.DataFrame, misses_until_gone: int) -> Watched:
    """What was watched in the window that ends with this day; nothing older is read."""
    since = watching.since(newest)
    lately = pl.col("day") >= since.date()
    pages = read("listing_seen").filter(lately, pl.col("shape") == "item-page")
    return watching.watched(
        spells_in(read("listing_live"), read("listing_ended"), since=since).collect(),
        read("crawl_coverage").filter(lately).collect(),
        pages.select(PAGE).collect(),
        since=since,
        catalogues=catalogues,
        misses_until_gone=misses_until_gone,
    )
