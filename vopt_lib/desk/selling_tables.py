"""This is where days to sell and demand are told anew after every refine, from the newest months only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from vopt_lib.desk.watching import Read, watched_until
from vopt_lib.market import watching
from vopt_lib.market.demand import FAVOURITES_DAYS, demand_rows, favourites_gained
from vopt_lib.market.selling import asked_whole, days_to_sell_rows
from vopt_lib.schema.tables import DAYS_TO_SELL, DEMAND


@dataclass(frozen=True)
class SellingTables:
    """What tells days_to_sell and demand of one market, as of its newest day. `read` gives the rows of a table."""

    read: Read
    newest: date
    catalogues: pl.DataFrame
    misses_until_gone: int

    def rows(self) -> dict[str, pl.DataFrame]:
        """{table: its rows}, each source by itself."""
        told = list(self._told())
        return {
            table.name: pl.concat([table.empty(), *(rows[place] for rows in told)])
            for place, table in enumerate((DAYS_TO_SELL, DEMAND))
        }

    def _told(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        for source in self._sources():

            def read(name: str, source: str = source) -> pl.LazyFrame:
                return self.read(name).filter(pl.col("source") == source)

            yield self._told_of(read)

    def _sources(self) -> list[str]:
        lately = pl.col("day") >= watching.since(self.newest).date()
        named = (self.read("listing_live"), self.read("crawl_coverage").filter(lately))
        return sorted(pl.concat([rows.select("source") for rows in named]).unique().collect()["source"])

    def _told_of(self, read: Read) -> tuple[pl.DataFrame, pl.DataFrame]:
        known = watched_until(read, self.newest, catalogues=self.catalogues, misses_until_gone=self.misses_until_gone)
        lately = pl.col("day") >= known.since.date()
        wanted = asked_whole(read("crawl_coverage").filter(lately).collect())
        told = days_to_sell_rows(known, wanted, catalogues=self.catalogues)
        recent = pl.col("day") > self.newest - timedelta(days=FAVOURITES_DAYS)
        seen = read("listing_seen").filter(recent).select("listing_id", "observed_at", "favourite_count").collect()
        gained = favourites_gained(seen)
        days = _newest_figures(read, known.since.date())
        demand = demand_rows(known, told, gained, days, catalogue_ids=wanted, catalogues=self.catalogues)
        return told, demand


def _newest_figures(read: Read, since: date) -> pl.DataFrame:
    """The newest row of catalog_day of each catalogue, and the rows of brand_day of that day."""
    columns = ("catalog_id", "brand", "day", "price_eur_median", "share_seen")
    lately = (pl.col("month") >= f"{since:%Y-%m}", pl.col("day") >= since)
    whole = read("catalog_day").filter(*lately).sort("day").group_by("catalog_id").last().collect()
    whole = whole.with_columns(brand=pl.lit(None, pl.String)).select(columns)
    newest = whole.select("catalog_id", "day").lazy()
    brands = read("brand_day").filter(*lately).join(newest, on=["catalog_id", "day"], how="semi").select(columns)
    return pl.concat([whole, brands.collect()])
