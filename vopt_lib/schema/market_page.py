"""This is where we say what the market page is told: by the desk, which reads it, to the page, which shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from vopt_lib.errors import VoptError


@dataclass(frozen=True)
class Choice:
    """One value of a filter. title: as shown; None: the value itself. listings: on sale today; None: unknown."""

    value: int | str
    title: str | None = None
    listings: int | None = None


@dataclass(frozen=True)
class Choices:
    """What can be chosen, in the order shown; brands, sizes and conditions are those of one catalogue."""

    catalogues: tuple[Choice, ...] = ()
    brands: tuple[Choice, ...] = ()
    sizes: tuple[Choice, ...] = ()
    conditions: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Freshness:
    """How old figures are (UTC). seen_at: last answer of the site they rest on; None where only files were given."""

    published_at: datetime | None = None
    newest_day: date | None = None
    seen_at: datetime | None = None
    share_seen: float | None = None
    is_stale: bool = False


@dataclass(frozen=True)
class Week:
    """The newest week of a catalogue, or of a brand in it; amounts in EUR, None: not known.

    median: of the newest day. change: mean of the week's daily medians against the week before, as a share. new, gone,
    price_cuts: of the newest seven days that know them; gone_days: of how many `gone` is, where it is known of fewer;
    gone_until: the last of them, some days ago.
    """

    median: float | None
    change: float | None
    new: int | None
    gone: int | None
    price_cuts: int | None
    gone_days: int
    gone_until: date | None = None


@dataclass(frozen=True)
class Overview:
    """All that is followed, each with its own day and share.

    rows: catalog_id, brand (null: the whole catalogue), path, title, day, seen, median, change, new, gone, price_cuts,
    gone_days, gone_until, share_seen, trend (list of medians, one a day); by path. days: group, day, price_eur_p25,
    price_eur_median, price_eur_p75 of those with the most listings; titles: {group: title} of them.
    """

    rows: pl.DataFrame
    days: pl.DataFrame
    titles: Mapping[str, str]


@dataclass(frozen=True)
class CataloguePrices:
    """One catalogue, or one brand of it.

    days: rows of catalog_day or brand_day in the period. on_sale: listings of the newest day; narrowed: those that fit
    size and condition, of which median and bins (`market.prices.distribution`) are. listings: those that fit the price
    too, in the order asked for (`market.prices.of_the_day`). brands: as Overview.rows without path and title, most
    listings first; empty where a brand is chosen. sizes, conditions: `market.prices.ranges`; size_days,
    condition_days: `market.prices.histories`.
    """

    catalog_id: int
    title: str
    path: str
    brand: str | None
    day: date
    days: pl.DataFrame
    week: Week
    on_sale: int
    median: float | None
    narrowed: int
    listings: pl.DataFrame
    bins: pl.DataFrame
    brands: pl.DataFrame
    sizes: pl.DataFrame
    conditions: pl.DataFrame
    size_days: pl.DataFrame
    condition_days: pl.DataFrame


@dataclass(frozen=True)
class MarketPage:
    """What the market page shows: the overview where no catalogue is chosen, else the catalogue's prices.

    Neither, when the catalogue is unknown, or known only by `brands_followed` of it, or when there is `trouble`.
    may_fetch_photos: the owner has agreed that the site is visited.
    """

    freshness: Freshness
    choices: Choices
    may_fetch_photos: bool
    overview: Overview | None = None
    prices: CataloguePrices | None = None
    brands_followed: tuple[str, ...] = ()
    trouble: VoptError | None = None
