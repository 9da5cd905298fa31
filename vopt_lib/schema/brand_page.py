"""This is where we say what the brand page is told: by the desk, which reads it, to the page, which shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from vopt_lib.errors import VoptError
from vopt_lib.schema.market_page import CataloguePrices, Choice, Freshness
from vopt_lib.schema.selling_page import Speed
from vopt_lib.schema.trends import Change, TooLittle, Trend


@dataclass(frozen=True)
class BrandPage:
    """What the brand page shows: the brands to choose from where none is chosen, else the chosen one.

    known: brand, seen (listings of the newest days, all catalogues), catalogues (how many), catalog_id, title (of the
    one with the most), median (there, EUR); most listings first. shelves: catalog_id, title, path, day, seen, median,
    new, gone of each catalogue that has the brand, most listings first; changes: of each of them. prices, trend and
    speed: of the catalogue that is looked at. demand, days_to_sell: the brand's rows of these tables, by catalog_id;
    none where nothing is told yet. Neither known brands nor shelves where there is `trouble`.
    """

    freshness: Freshness
    may_fetch_photos: bool = False
    known: pl.DataFrame = field(default_factory=pl.DataFrame)
    choices: tuple[Choice, ...] = ()
    brand: str | None = None
    shelves: pl.DataFrame = field(default_factory=pl.DataFrame)
    changes: Mapping[int, Change | TooLittle] = field(default_factory=dict)
    prices: CataloguePrices | None = None
    trend: Trend | None = None
    speed: Speed | None = None
    demand: pl.DataFrame = field(default_factory=pl.DataFrame)
    days_to_sell: pl.DataFrame = field(default_factory=pl.DataFrame)
    trouble: VoptError | None = None
