"""This is where the market page gets its figures: what things cost and how that is moving, by catalogue and brand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl

from vopt_lib.desk import permission
from vopt_lib.desk.follow import follows
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import Reading, read_published
from vopt_lib.desk.lasting import QUIET_FOR
from vopt_lib.desk.market_reads import (
    brand_days,
    catalogue_days,
    collected_at,
    group_days,
    todays_listings,
)
from vopt_lib.desk.report import published_at
from vopt_lib.errors import VoptError
from vopt_lib.market.catalogues import short_titles
from vopt_lib.market.movement import movements, trends, usual_days
from vopt_lib.market.prices import Group, distribution, in_natural_order, narrowed, ordered, ranges
from vopt_lib.market.totals import share_of_all
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.market_page import CataloguePrices, Choice, Choices, Freshness, MarketPage, Overview, Week
from vopt_lib.schema.queries import CatalogueQuery
from vopt_lib.schema.vinted_terms import catalogue_nodes, folded

GROUP_HISTORY_DAYS = 90
MOST_PANELS = 12
MOST_GROUPS = 12
MOST_BRANDS = 200

_SCOPE = ("catalog_id", "brand")


@dataclass(frozen=True)
class _Known:
    """The catalogues that have figures, and the brands that are followed in them."""

    paths: Mapping[int, str]
    titles: Mapping[int, str]
    brands: frozenset[tuple[int, str]]


def market_page(desk: Desk, filters: MarketFilters) -> MarketPage:
    """Everything the market page shows, all of one publication; what stands in the way is its `trouble`."""
    try:
        return _page(desk, filters)
    except VoptError as error:
        return MarketPage(Freshness(), Choices(), False, trouble=error)


def _page(desk: Desk, filters: MarketFilters) -> MarketPage:
    reading = read_published(desk, filters.market)
    photos = permission.is_given(desk, filters.market)
    if filters.catalog is None:
        known = _known(desk, reading)
        overview = _overview(reading, known, filters.days)
        fresh = _freshness(desk, reading, _newest(overview.rows), share_of_all(overview.rows))
        return MarketPage(fresh, Choices(_catalogue_choices(known)), photos, overview=overview)
    day = newest_day(reading, filters.catalog, filters.brand)
    known = _known(desk, reading, *([filters.catalog] if day else []))
    days = scope_days(reading, filters.catalog, filters.brand)
    if day is None or (filters.brand is None and days.is_empty()):
        brands = tuple(sorted(brand for catalog_id, brand in known.brands if catalog_id == filters.catalog))
        fresh = _freshness(desk, reading, day, None)
        return MarketPage(fresh, Choices(_catalogue_choices(known)), photos, brands_followed=brands)
    share = days.filter(pl.col("day") == day)["share_seen"].max()
    return MarketPage(
        _freshness(desk, reading, day, share if isinstance(share, float) else None),
        _choices(reading, Choices(_catalogue_choices(known)), filters, day),
        photos,
        prices=_prices(reading, known, filters, day),
    )


def scope_days(reading: Reading, catalog_id: int, brand: str | None) -> pl.DataFrame:
    """The figures of a catalogue, or of a brand in it: `market_reads.FIGURES` and brand, by day."""
    if brand is None:
        days = catalogue_days(reading).filter(pl.col("catalog_id") == catalog_id)
        return days.with_columns(brand=pl.lit(None, pl.String))
    return brand_days(reading, catalog_id).filter(pl.col("brand") == brand)


def newest_day(reading: Reading, catalog_id: int, brand: str | None) -> date | None:
    """The newest day on which the catalogue was collected; None: never. For a brand, or where only brands are known of
    a catalogue, a day of its brands counts, too: on that day there was perhaps none of this one.
    """
    whole, brands = _newest(scope_days(reading, catalog_id, None)), _newest(brand_days(reading, catalog_id))
    if brand is None and whole is not None:
        return whole
    return max((day for day in (whole, brands) if day is not None), default=None)


def _prices(reading: Reading, known: _Known, filters: MarketFilters, day: date) -> CataloguePrices:
    catalog_id = filters.catalog or 0
    days = scope_days(reading, catalog_id, filters.brand)
    today = todays_listings(reading, catalog_id, filters.brand, day)
    fitting = narrowed(today, filters, "size", "condition")
    sizes = ranges(narrowed(today, filters, "condition"), "size", most=MOST_GROUPS)
    conditions = ranges(narrowed(today, filters, "size"), "condition_id", most=MOST_GROUPS)
    size_days, condition_days = group_days(
        reading,
        catalog_id,
        filters.brand,
        until=day,
        days=min(filters.days, GROUP_HISTORY_DAYS),
        sizes=_groups(today, "size"),
        conditions=_groups(today, "condition_id"),
    )
    return CataloguePrices(
        catalog_id=catalog_id,
        title=known.titles[catalog_id],
        path=known.paths[catalog_id],
        brand=filters.brand,
        day=day,
        days=_period(days, day, filters.days),
        week=_week(days),
        on_sale=today.height,
        median=_median(fitting),
        narrowed=fitting.height,
        listings=ordered(narrowed(fitting, filters, "price"), filters.order),
        bins=distribution(fitting),
        brands=_brands(reading, catalog_id, day, filters) if filters.brand is None else pl.DataFrame(),
        sizes=sizes,
        conditions=conditions,
        size_days=size_days,
        condition_days=condition_days,
    )


def _overview(reading: Reading, known: _Known, days: int) -> Overview:
    """Whole catalogues, and the brands that are followed in others, whose newest day lies in the period."""
    brands = [scope_days(reading, catalog_id, brand) for catalog_id, brand in sorted(known.brands)]
    whole = catalogue_days(reading).with_columns(brand=pl.lit(None, pl.String))
    figures = _period(pl.concat([whole, *(rows.select(whole.columns) for rows in brands)]), None, days)
    rows = _with_movement(figures).with_columns(
        pl.col("catalog_id").replace_strict(known.paths, default=None, return_dtype=pl.String).alias("path"),
        pl.col("catalog_id").replace_strict(known.titles, default=None, return_dtype=pl.String).alias("title"),
    )
    drawn = rows.sort("seen", descending=True).head(MOST_PANELS).sort("path", "brand")
    group = pl.concat_str("catalog_id", "brand", separator=" ", ignore_nulls=True)
    titles = drawn.select(group, pl.concat_str("title", "brand", separator=" · ", ignore_nulls=True)).rows()
    usual = usual_days(figures, by=_SCOPE)
    panels = usual.select(group.alias("group"), "day", "price_eur_p25", "price_eur_median", "price_eur_p75")
    return Overview(
        rows=rows.sort("path", "brand"),
        days=panels.filter(pl.col("group").is_in([name for name, _ in titles])),
        titles=dict(titles),
    )


def _brands(reading: Reading, catalog_id: int, day: date, filters: MarketFilters) -> pl.DataFrame:
    """The brands on sale today, most listings first."""
    days = _period(brand_days(reading, catalog_id), day, filters.days)
    rows = _with_movement(days).filter(pl.col("day") == day, pl.col("seen") > 0)
    return rows.sort("seen", "brand", descending=[True, False])


def _with_movement(days: pl.DataFrame) -> pl.DataFrame:
    """One row per catalogue and brand: its movement, share_seen of its newest day, and its trend."""
    newest = days.group_by(_SCOPE).agg(pl.col("share_seen").get(pl.col("day").arg_max()))
    together = {"on": _SCOPE, "how": "left", "nulls_equal": True}
    return (
        movements(days, by=_SCOPE).join(newest, **together).join(trends(days, by=_SCOPE), **together)  # type: ignore[arg-type]
    )


def _week(days: pl.DataFrame) -> Week:
    if days.is_empty():
        return Week(None, None, None, None, None, 0)
    row = movements(days, by=("catalog_id",)).row(0, named=True)
    return Week(**{name: row[name] for name in Week.__dataclass_fields__})


def _groups(today: pl.DataFrame, by: Group) -> tuple[Any, ...]:
    """The groups whose history is drawn: those with the most listings today, however they are narrowed."""
    return tuple(ranges(today, by, most=MOST_PANELS)["group"])


def _choices(reading: Reading, choices: Choices, filters: MarketFilters, day: date) -> Choices:
    catalog_id = filters.catalog or 0
    brands = brand_days(reading, catalog_id).filter(pl.col("day") == day, pl.col("seen") > 0)
    listed = brands.sort("seen", "brand", descending=[True, False]).head(MOST_BRANDS)
    today = todays_listings(reading, catalog_id, filters.brand, day)
    return replace(
        choices,
        brands=_chosen_too(_counted(listed.select("brand", "seen").rows()), filters.brand),
        sizes=_chosen_too(_counts(narrowed(today, filters, "condition"), "size"), filters.size),
        conditions=_chosen_too(_counts(narrowed(today, filters, "size"), "condition_id"), filters.condition),
    )


def _counts(listings: pl.DataFrame, by: Group) -> tuple[Choice, ...]:
    counted = listings.filter(pl.col(by).is_not_null()).group_by(pl.col(by).alias("group")).len("listings")
    return _counted(in_natural_order(counted, by).rows())


def _counted(rows: Iterable[tuple[int | str, int]]) -> tuple[Choice, ...]:
    return tuple(Choice(value, listings=listings) for value, listings in rows)


def _chosen_too(choices: tuple[Choice, ...], chosen: int | str | None) -> tuple[Choice, ...]:
    """A value of the address stays among the choices when no listing has it."""
    is_there = chosen is None or any(choice.value == chosen for choice in choices)
    return choices if is_there else (*choices, Choice(chosen or "", listings=0))


def _catalogue_choices(known: _Known) -> tuple[Choice, ...]:
    in_order = sorted(known.titles, key=lambda catalog_id: known.paths[catalog_id])
    return tuple(Choice(catalog_id, known.titles[catalog_id]) for catalog_id in in_order)


def catalogues_with_figures(desk: Desk, reading: Reading) -> Mapping[int, tuple[str, str]]:
    """{catalogue: its short title, its whole path} of those that have figures, or brands with figures."""
    known = _known(desk, reading)
    return {catalog_id: (known.titles[catalog_id], path) for catalog_id, path in known.paths.items()}


def _known(desk: Desk, reading: Reading, *wanted: int) -> _Known:
    brands = frozenset(_brands_followed(desk, reading))
    with_figures = {*catalogue_days(reading)["catalog_id"], *(catalog_id for catalog_id, _ in brands), *wanted}
    paths = {node.catalog_id: node.path for node in catalogue_nodes()}
    paths |= {query.catalog.id: query.catalog.title for query in _queries(desk, reading.market) if query.catalog}
    shown = {catalog_id: paths.get(catalog_id, f"#{catalog_id}") for catalog_id in sorted(with_figures)}
    return _Known(shown, short_titles(shown), brands)


def _brands_followed(desk: Desk, reading: Reading) -> Iterator[tuple[int, str]]:
    """Brands, as shown, of the follows that ask for brands of a catalogue and nothing else."""
    for query in _queries(desk, reading.market):
        if query.catalog and query.narrowed_by == "brand":
            asked = {folded(brand.title) for brand in query.brands}
            shown = brand_days(reading, query.catalog.id)["brand"].unique()
            yield from ((query.catalog.id, brand) for brand in shown if folded(brand) in asked)


def _queries(desk: Desk, market: str) -> list[CatalogueQuery]:
    return [follow.query for follow in follows(desk) if follow.query.market == market]


def _freshness(desk: Desk, reading: Reading, day: date | None, share_seen: float | None) -> Freshness:
    if day is None:
        return Freshness(published_at(desk))
    seen_at = collected_at(reading, day)
    since = seen_at or datetime.combine(day + timedelta(days=1), time(), UTC)
    is_stale = desk.clock.now() - since > QUIET_FOR
    return Freshness(published_at(desk), day, seen_at, share_seen, is_stale)


def _period(days: pl.DataFrame, until: date | None, length: int) -> pl.DataFrame:
    """The days up to `until` (None: the newest), so many."""
    last = pl.lit(until) if until else pl.col("day").max()
    return days.filter(pl.col("day") <= last, pl.col("day") > last - timedelta(days=length))


def _newest(rows: pl.DataFrame) -> date | None:
    newest = rows["day"].max()
    return newest if isinstance(newest, date) else None


def _median(listings: pl.DataFrame) -> float | None:
    median = listings["price_eur"].cast(pl.Float64).median()
    return median if isinstance(median, float) else None
