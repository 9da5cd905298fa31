"""This is where recorded listings become sightings that the simulator serves, and where their figures are worked out.

The sightings are made with Polars, the figures with plain Python straight from the CSV: two readings of one file.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from vopt_lib.schema.queries import Term

HERE = Path(__file__).resolve().parents[2]
LISTINGS = Path(os.environ.get("VOPT_RECORDED_DATA", HERE.parent / "shared" / "data")) / "vinted" / "listings"
MENSWEAR = LISTINGS / "armel_menswear_FR_2023.csv"
JEANS = LISTINGS / "jeans_homme_FR_2023-12.csv"
MENS_CLOTHES = Term(2050, "Vestiti")
MENS_JEANS = Term(9_000_063, "Jeans")

needs_listings = pytest.mark.skipif(
    not (MENSWEAR.is_file() and JEANS.is_file()), reason=f"no recorded listings at {LISTINGS} (VOPT_RECORDED_DATA)"
)


@dataclass(frozen=True)
class Recorded:
    """One recorded listing, as the CSV has it."""

    listing_id: int
    brand: str
    price: Decimal
    favourites: int


def menswear() -> pl.DataFrame:
    """The recorded menswear as sightings: one row per id in the address, that of the latest date scraped."""
    rows = pl.read_csv(MENSWEAR, infer_schema=False).with_columns(
        scraped_on=pl.col("date_scrapped").str.to_date("%d/%m/%Y"),
        listing_id=pl.col("item_link").str.extract(r"/(\d+)-").cast(pl.Int64),
    )
    latest = rows.sort("scraped_on", nulls_last=False, maintain_order=True).unique(
        "listing_id", keep="last", maintain_order=True
    )
    return latest.select(
        "listing_id",
        market=pl.lit("fr"),
        query_catalog_id=pl.lit(MENS_CLOTHES.id),
        title="item_title",
        brand="item_brand",
        size=pl.col("item_size").str.split("\n").list.first(),
        asked_amount=_euro("item_price"),
        currency=pl.lit("EUR"),
        favourite_count=pl.col("item_current_followers2").cast(pl.Float64).cast(pl.Int32),
    )


def jeans() -> pl.DataFrame:
    """The recorded jeans as sightings: the row number is the id, brand and size make the title."""
    return pl.read_csv(JEANS, infer_schema=False).select(
        listing_id=pl.int_range(1, pl.len() + 1),
        market=pl.lit("fr"),
        query_catalog_id=pl.lit(MENS_JEANS.id),
        title=pl.concat_str("Marque", "Taille", separator=" ", ignore_nulls=True),
        brand="Marque",
        size="Taille",
        condition_label="Etat",
        asked_amount=_euro("Prix (€)"),
        currency=pl.lit("EUR"),
    )


def recorded_menswear() -> list[Recorded]:
    """The same listings, read with nothing but the standard library."""
    latest: dict[int, tuple[tuple[str, ...], dict[str, str]]] = {}
    for row in _rows(MENSWEAR):
        listing_id = int(row["item_link"].rsplit("/", 1)[1].partition("-")[0])
        scraped = tuple(reversed(row["date_scrapped"].split("/")))
        if listing_id not in latest or scraped >= latest[listing_id][0]:
            latest[listing_id] = (scraped, row)
    return [
        Recorded(listing_id, row["item_brand"], _amount(row["item_price"]), int(float(row["item_current_followers2"])))
        for listing_id, (_, row) in latest.items()
    ]


def recorded_jeans() -> list[Recorded]:
    """The same listings, read with nothing but the standard library."""
    return [
        Recorded(number, row["Marque"], _amount(row["Prix (€)"]), 0) for number, row in enumerate(_rows(JEANS), start=1)
    ]


def price_figures(listings: Iterable[Recorded]) -> dict[str, float]:
    """Count and price quantiles, as catalog_day and brand_day name them."""
    prices = sorted(float(listing.price) for listing in listings)
    shares = {"p10": 0.10, "p25": 0.25, "median": 0.50, "p75": 0.75, "p90": 0.90}
    quantiles = {f"price_eur_{name}": quantile(prices, share) for name, share in shares.items()}
    return {"seen": len(prices), "priced": len(prices), **quantiles}


def quantile(ordered: Sequence[float], share: float) -> float:
    """The quantile, with linear interpolation between the two nearest values."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _amount(text: str) -> Decimal:
    return Decimal(re.sub(r"[^\d,]", "", text).replace(",", "."))


def _euro(column: str) -> pl.Expr:
    digits = pl.col(column).str.replace_all(r"[€\s\u00a0\u202f]", "")
    return digits.str.replace(",", ".", literal=True).cast(pl.Decimal(12, 2))
