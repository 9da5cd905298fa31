"""This is where the page of deals learns which listings ask far less than others like them."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from vopt_lib.desk import permission
from vopt_lib.desk.comparables import book_of, freshness, newest_sighting
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import Reading, kept, read_published
from vopt_lib.errors import VoptError
from vopt_lib.market.catalogues import short_titles
from vopt_lib.market.deals import deals
from vopt_lib.schema.filters import DealFilters
from vopt_lib.schema.listing_page import DealsPage
from vopt_lib.schema.market_page import Choice, Freshness
from vopt_lib.schema.vinted_terms import catalogue_nodes

MOST_BRANDS = 100


def deals_page(desk: Desk, filters: DealFilters) -> DealsPage:
    """Everything the page of deals shows, of one publication; what stands in the way is its `trouble`."""
    try:
        return _page(desk, filters)
    except VoptError as error:
        return DealsPage(Freshness(), pl.DataFrame(), 0, 0, trouble=error)


@kept
def known_deals(reading: Reading) -> pl.DataFrame:
    """All deals of a market (`market.deals.deals`), as of its newest sighting: until then nobody knows more."""
    at = newest_sighting(reading)
    return deals(book_of(reading), now=at) if isinstance(at, datetime) else pl.DataFrame()


@kept
def compared(reading: Reading) -> int:
    """How many listings on sale can be compared with others."""
    fit = pl.col("unfit").is_null() & (pl.col("evidence") == "on_sale")
    return int(book_of(reading).rows.select(fit.sum()).item()) if newest_sighting(reading) else 0


def _page(desk: Desk, filters: DealFilters) -> DealsPage:
    reading = read_published(desk, filters.market)
    found = known_deals(reading)
    page = DealsPage(
        freshness(desk, reading),
        found,
        found.height,
        compared(reading),
        may_fetch_photos=permission.is_given(desk, filters.market),
    )
    return page if found.is_empty() else _narrowed(page, filters)


def _narrowed(page: DealsPage, filters: DealFilters) -> DealsPage:
    here = page.deals.filter(pl.col("leaf_catalog_id") == filters.catalog) if filters.catalog else page.deals
    fitting = here.filter(pl.col("brand") == filters.brand) if filters.brand else here
    if filters.price_to is not None:
        fitting = fitting.filter(pl.col("price_eur") <= float(filters.price_to))
    return DealsPage(
        page.freshness,
        fitting,
        page.known,
        page.compared,
        _catalogues(page.deals, filters.catalog),
        _brands(here, filters.brand),
        page.may_fetch_photos,
    )


def _catalogues(found: pl.DataFrame, chosen: int | None) -> tuple[Choice, ...]:
    counts = dict(found.drop_nulls("leaf_catalog_id").group_by("leaf_catalog_id").len().rows())
    if chosen is not None:
        counts.setdefault(chosen, 0)
    paths = {node.catalog_id: node.path for node in catalogue_nodes()}
    titles = short_titles({one: paths.get(one, f"#{one}") for one in counts})
    return tuple(Choice(one, titles[one], counts[one]) for one in sorted(counts, key=lambda one: titles[one]))


def _brands(found: pl.DataFrame, chosen: str | None) -> tuple[Choice, ...]:
    counted = found.drop_nulls("brand").group_by("brand").len("n").sort("n", "brand", descending=[True, False])
    counts = dict(counted.head(MOST_BRANDS).rows())
    if chosen is not None:
        counts.setdefault(chosen, 0)
    return tuple(Choice(brand, listings=n) for brand, n in counts.items())
