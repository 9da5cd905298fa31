"""This is where pages get how fast things sell and how wanted they are, as it was published."""

from __future__ import annotations

import polars as pl

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import Reading, kept, read_published
from vopt_lib.desk.market_reads import source
from vopt_lib.errors import VoptError
from vopt_lib.market.prices import in_natural_order
from vopt_lib.market.selling import PRICE_BANDS
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.selling_page import Selling, Speed
from vopt_lib.schema.survival import DaysToSell
from vopt_lib.schema.vinted_terms import conditions


def selling(desk: Desk, filters: MarketFilters) -> Selling:
    """The sell-through of the market page; nothing while nothing is published (the page says why)."""
    try:
        reading = read_published(desk, filters.market)
        if filters.catalog is None:
            return Selling(demand=demand(reading).sort("score", "listings", descending=True))
        return Selling(speed_of(reading, filters.catalog, filters.brand), _groups(reading, filters.catalog))
    except VoptError:
        return Selling()


def days_to_sell_of(reading: Reading, catalog_id: int | None, brand: str | None = None) -> DaysToSell | None:
    """How long a catalogue's listings, or a brand's in it, take to sell; None: too few were watched, or too briefly.

    Without a catalogue, all that is followed.
    """
    rows = days_to_sell(reading, catalog_id)
    chosen = rows.filter(grouped_by="") if brand is None else rows.filter(grouped_by="brand", group_name=brand)
    return DaysToSell.of_row(chosen.row(0, named=True)) if chosen.height else None


@kept
def days_to_sell(reading: Reading, catalog_id: int | None) -> pl.DataFrame:
    """The rows of days_to_sell of a catalogue (None: all that is followed), of one source."""
    here = pl.col("catalog_id").eq_missing(pl.lit(catalog_id, pl.Int64))
    return reading.scan("days_to_sell").filter(here, pl.col("source").eq_missing(source(reading))).collect()


@kept
def demand(reading: Reading) -> pl.DataFrame:
    """The rows of demand, of one source."""
    return reading.scan("demand").filter(pl.col("source").eq_missing(source(reading))).collect()


def speed_of(reading: Reading, catalog_id: int, brand: str | None) -> Speed:
    """How fast the listings of a catalogue, or of a brand in it, sell."""
    usual = days_to_sell_of(reading, catalog_id)
    return Speed(brand, days_to_sell_of(reading, catalog_id, brand) if brand else usual, usual)


def _groups(reading: Reading, catalog_id: int) -> pl.DataFrame:
    scores = demand(reading).filter(pl.col("catalog_id") == catalog_id, pl.col("brand").is_not_null())
    scores = scores.select(grouped_by=pl.lit("brand"), group_name="brand", score="score")
    groups = days_to_sell(reading, catalog_id).filter(pl.col("grouped_by") != "")
    return _in_order(groups.join(scores, on=["grouped_by", "group_name"], how="left"))


def _in_order(groups: pl.DataFrame) -> pl.DataFrame:
    """Prices from the cheapest, conditions from the best, sizes as they follow each other, brands by listings."""
    best_first = [str(condition.id) for condition in conditions()]
    sizes = groups.filter(grouped_by="size").rename({"group_name": "group"}).pipe(in_natural_order, "size")
    return pl.concat(
        [
            groups.filter(grouped_by="price").sort(_place(PRICE_BANDS)),
            groups.filter(grouped_by="condition").sort(_place(best_first)),
            sizes.rename({"group": "group_name"}).select(groups.columns),
            groups.filter(grouped_by="brand").sort("listings", "group_name", descending=[True, False]),
        ]
    )


def _place(names: tuple[str, ...] | list[str]) -> pl.Expr:
    return pl.col("group_name").replace_strict(
        list(names), list(range(len(names))), default=len(names), return_dtype=pl.Int32
    )
