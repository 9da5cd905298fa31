"""This is where the listings watched become the rows of days_to_sell: catalogues, and the groups within them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from vopt_lib.market.catalogues import within
from vopt_lib.market.survival import figures, group_survival, survival
from vopt_lib.market.watching import Watched
from vopt_lib.schema.survival import SurvivalCurve
from vopt_lib.schema.tables import DAYS_TO_SELL, UTC_TIME

LEAST_LISTINGS: Final = 20
"""Listings below which a group gets no row: as many sales are needed for a word about it."""

LEAST_OF_BRAND: Final = 10
"""Prices of a brand in a catalogue from which on its own median is what is usual, not the catalogue's."""

PRICE_BANDS: Final = ("<0.7", "0.7-0.9", "0.9-1.1", "1.1-1.4", ">=1.4")
"""First asked price over what is usual, cheapest first; each holds its lower end."""

_BAND_ENDS: Final = (0.7, 0.9, 1.1, 1.4)

_GROUPED_BY: Final = {"brand": "brand", "size": "size", "condition": "condition_id", "price": "price_band"}
"""{value of grouped_by: column}."""


def asked_whole(coverage: pl.DataFrame) -> list[int]:
    """The catalogues that some query asked for as a whole. Needs: crawl_coverage."""
    whole = coverage.filter(pl.col("query_narrowed_by") == "")
    return sorted(whole["query_catalog_id"].drop_nulls().unique())


def with_price_band(spells: pl.DataFrame) -> pl.DataFrame:
    """Add price_band: the first asked price against the median of the same catalogue and brand.

    Where a brand has fewer than LEAST_OF_BRAND prices there, against the median of the catalogue. Null without a price
    in euro or a catalogue. Needs: leaf_catalog_id, brand, first_price_eur. Grain: unchanged.
    """
    price = pl.col("first_price_eur").cast(pl.Float64)
    of_brand = ("leaf_catalog_id", "brand")
    is_enough = pl.col("brand").is_not_null() & (price.count().over(of_brand) >= LEAST_OF_BRAND)
    usual = pl.when(is_enough).then(price.median().over(of_brand)).otherwise(price.median().over("leaf_catalog_id"))
    band = pl.lit(PRICE_BANDS[-1])
    for end, name in reversed(list(zip(_BAND_ENDS, PRICE_BANDS, strict=False))):
        band = pl.when(price / usual < end).then(pl.lit(name)).otherwise(band)
    return spells.with_columns(price_band=pl.when(pl.col("leaf_catalog_id").is_not_null() & (usual > 0)).then(band))


def days_to_sell_rows(known: Watched, catalogue_ids: Sequence[int], *, catalogues: pl.DataFrame) -> pl.DataFrame:
    """The rows of days_to_sell of one source and market: all that is watched, and each of these catalogues.

    Needs: catalogues (`catalogues.ancestors`). No rows while no ends are known.
    """
    exposures = known.exposures().pipe(with_price_band)
    if exposures.is_empty():
        return DAYS_TO_SELL.empty()
    added = {"source": exposures["source"][0], "market": exposures["market"][0]}
    exposures = exposures.select("leaf_catalog_id", *_GROUPED_BY.values(), "entry_days", "exit_days", "sold")
    scopes: list[tuple[int | None, pl.DataFrame]] = [(None, exposures)]
    for catalog_id in catalogue_ids:
        below = within(catalogues, catalog_id)
        scopes.append((catalog_id, exposures.filter(pl.col("leaf_catalog_id").is_in(below))))
    rows = [{"catalog_id": catalog_id, **row} for catalog_id, listings in scopes for row in _told_of(listings)]
    window = {"since": known.since, "until": known.told_until}
    return (
        pl.DataFrame([added | row | window for row in rows], schema=DAYS_TO_SELL.schema)
        .with_columns(pl.col("since", "until").cast(UTC_TIME))
        .sort("catalog_id", "grouped_by", "group_name")
    )


def _told_of(listings: pl.DataFrame) -> Iterator[Mapping[str, Any]]:
    """One row of all the listings, and one of each group that is large enough."""
    if listings.is_empty():
        return
    curve = survival(listings)
    shown = curve.as_row() if isinstance(curve, SurvivalCurve) else {}
    yield {"grouped_by": "", "group_name": "", **figures(curve, listings), **shown}
    for grouped_by, column in _GROUPED_BY.items():
        large = listings.filter(pl.col(column).is_not_null(), pl.len().over(column) >= LEAST_LISTINGS)
        for (name,), group in large.group_by(column, maintain_order=True):
            curve = group_survival(group)
            shown = curve.as_row() if isinstance(curve, SurvivalCurve) else {}
            yield {"grouped_by": grouped_by, "group_name": str(name), **figures(curve, group), **shown}
