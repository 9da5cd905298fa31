"""This is where the market page's figures become its parts: heads, tiles, cards, tables, and what is said instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import polars as pl
from markupsafe import Markup

from vopt_lib.errors import NothingPublished
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.market_page import CataloguePrices, MarketPage, Overview
from vopt_lib.schema.price import short_price
from vopt_lib.schema.tile import Tile
from vopt_lib.ui.cells import condition_words
from vopt_lib.ui.charts import (
    Band,
    band_key,
    clickable,
    counts_over_time,
    movement_ranking,
    price_band,
    price_distribution,
    shown,
    small_multiples,
)
from vopt_lib.ui.filters import chips, orders, query_of
from vopt_lib.ui.groups import groups_today
from vopt_lib.ui.layout import button_link, card, grid
from vopt_lib.ui.listings import listing_table
from vopt_lib.ui.markup import Content, plain, tag, together
from vopt_lib.ui.states import dated_head, empty, failed, notice
from vopt_lib.ui.tables import Column, table
from vopt_lib.ui.tiles import tiles
from vopt_lib.words import N_, Words

Row = Mapping[str, Any]

FEW = 5
"""A median of fewer listings is shown muted, with their number."""

WEEK = 7
FEWEST_DAYS = 2
MOST_BRANDS = 15


def head(page: MarketPage, filters: MarketFilters, words: Words) -> Markup:
    """The page's name or the way back, its question, and how old and how complete the answer is."""
    if page.prices is None:
        back = _crumbs([(words.say(N_("Prices")), query_of(MarketFilters(market=filters.market)))], words)
        question = words.say(N_("What do things cost, and how is that moving?"))
        return dated_head(back if filters.catalog else words.say(N_("Prices")), question, page.freshness, words)
    everywhere = None
    if page.prices.brand is not None:
        address = query_of(_of_brand(filters, {"brand": page.prices.brand}))
        everywhere = button_link(words.say(N_("This brand everywhere")), f"/brand{address}")
    back = _way_back(page.prices, filters, words)
    return dated_head(back, _name(page.prices), page.freshness, words, actions=everywhere)


def missing(page: MarketPage, filters: MarketFilters, words: Words) -> Markup:
    """What is said where there are no figures, and what to do next; nothing where there are."""
    if isinstance(page.trouble, NothingPublished) or (page.overview and page.overview.rows.is_empty()):
        text = words.say(N_("Follow what you sell or want to sell. After the first collecting its prices stand here."))
        follow = button_link(words.say(N_("Choose what to follow")), "/follow", primary=True)
        return empty(words.say(N_("No prices yet")), text, follow)
    if page.trouble:
        return failed(page.trouble, words)
    if page.overview or page.prices:
        return Markup("")
    everything = MarketFilters(market=filters.market)
    back = button_link(words.say(N_("See all that you follow")), query_of(everything))
    if not page.brands_followed:
        text = words.say(
            N_("Nothing of catalogue {id:d} has been collected. Perhaps the link is old."), id=filters.catalog
        )
        return empty(words.say(N_("No prices for this catalogue")), text, back)
    brands = [button_link(plain(brand, 60), query_of(filters.but(brand=brand))) for brand in page.brands_followed]
    text = words.say(N_("Of this catalogue you follow single brands only. Choose one."))
    return empty(words.say(N_("No prices for the whole catalogue")), text, *brands, back)


# Everything that is followed


def overview(page: MarketPage, filters: MarketFilters, words: Words) -> Markup:
    """All catalogues: their figures, what moved, and their medians over time; nothing on a catalogue's own page."""
    known = page.overview
    if known is None or known.rows.is_empty():
        return Markup("")
    moved = known.rows.filter(pl.col("change").is_not_null()).with_columns(title=_full_title())
    ranking = card(
        shown(movement_ranking(moved, words)),
        title=words.say(N_("What moved most")),
        note=words.say(N_("Median asked price, this week against the week before.")),
    )
    medians = card(
        small_multiples(known.days, words, titles=known.titles, columns=3),
        title=words.say(N_("Medians over time")),
        note=words.say(
            N_("Median asked price in euro, over {n} days; the band is what half of the listings ask."), n=filters.days
        ),
    )
    return grid(_overview_card(known, filters, words), ranking if moved.height else None, medians, columns=1)


def _overview_card(known: Overview, filters: MarketFilters, words: Words) -> Markup:
    def href(row: Row) -> str:
        return query_of(filters.but(catalog=row["catalog_id"]).but(brand=row["brand"]))

    days = known.rows["day"]
    columns = [
        Column("title", words.say(N_("Catalogue")), href=href, note=_path_note),
        *_figures(words),
        Column("share_seen", words.say(N_("Share seen")), "percent"),
        *([Column("day", words.say(N_("Day")), "day")] if days.n_unique() > 1 else []),
        Column("trend", words.say(N_("Trend")), "spark"),
    ]
    rows = known.rows.with_columns(title=_full_title(), share_seen=pl.col("share_seen").clip(upper_bound=1))
    return card(
        table(rows, columns, words, caption=words.say(N_("All that you follow"))),
        title=words.say(N_("All that you follow")),
        note=words.say(N_("Asked prices of the newest day, in euro; new and gone in the newest seven days known.")),
    )


# One catalogue, or one brand of it


def figures(page: MarketPage, words: Words) -> Markup:
    """The tiles of a catalogue, and its prices day by day."""
    prices = page.prices
    if prices is None:
        return Markup("")
    if prices.brand and prices.days.is_empty() and not prices.on_sale:
        unseen = N_("Nothing of “{brand}” was seen in this catalogue. Perhaps the link is old.")
        return notice(words.say(unseen, brand=plain(prices.brand, 60)))
    if prices.days.is_empty():
        return notice(words.say(N_("There is no history in this period.")))
    over_time = card(
        shown(price_band(prices.days, words), above=band_key(prices.days, words)),
        title=words.say(N_("Asked prices over time")),
        note=words.say(N_("In euro, each day of all listings seen that day.")),
    )
    return grid(_tiles(prices, words), over_time, columns=1)


def _tiles(prices: CataloguePrices, words: Words) -> Markup:
    week, days = prices.week, prices.days
    known = ""
    if week.gone_days < WEEK:
        known = words.count(N_("known of {n} day so far"), N_("known of {n} days so far"), week.gone_days)
    elif week.gone_until != prices.day:
        known = words.say(N_("up to {day}"), day=week.gone_until)
    listings = words.count(N_("listing"), N_("listings"), prices.on_sale)
    items = [
        Tile(
            words.say(N_("Median asked price")),
            "–" if week.median is None else words.money(week.median),
            detail=words.say(N_("week against week")) if week.change is not None else "",
            change=week.change,
            trend=days["price_eur_median"].to_list(),
        ),
        Tile(words.say(N_("On sale")), words.number(prices.on_sale), unit=listings, trend=days["seen"].to_list()),
        _count_tile(words.say(N_("New this week")), week.new, days["new"], words=words),
        _count_tile(words.say(N_("Gone this week")), week.gone, days["gone"], words=words, detail=known),
        _count_tile(words.say(N_("Price cuts this week")), week.price_cuts, days["price_cuts"], words=words),
    ]
    return tiles(items, words)


def _count_tile(title: str, count: int | None, trend: pl.Series, *, words: Words, detail: str = "") -> Tile:
    if count is None:
        return Tile(title, "–", detail=words.say(N_("not known yet")), trend=trend.to_list())
    return Tile(title, words.number(count), detail=detail, trend=trend.to_list())


def spread(page: MarketPage, filters: MarketFilters, chart: Content, words: Words) -> Markup:
    """Today's asked prices, with hers among them; `chart` is made by `spread_chart`."""
    prices = page.prices
    if prices is None or not chart:
        return Markup("")
    median = "–" if prices.median is None else words.money(prices.median)
    told = words.count(
        N_("{n} listing, median {median}."), N_("{n} listings, median {median}."), prices.narrowed, median=median
    )
    hint = words.say(N_("Click a bar to see its listings below."))
    if filters.mine is None:
        hint += " " + words.say(N_("Write your price above to see where it stands."))
    # Vega names each bar for screen readers, in English; the prices beside the listings pick the same.
    bars = tag("div", chart, class_="vopt-chart", aria_hidden="true")
    asked = card(bars, title=words.say(N_("What they ask today")), note=f"{told} {hint}")
    return grid(_narrowing(filters, words), asked, columns=1)


def spread_chart(page: MarketPage, filters: MarketFilters, words: Words, on_query: Callable[[str], None]) -> Any:
    """The distribution whose bars can be clicked, to be bound to a name of its cell; None where nothing is drawn."""
    prices = page.prices
    if prices is None or prices.bins.is_empty():
        return None

    def pick(band: Band | None) -> None:
        low, high = band or (None, None)
        on_query(filters.but(price_from=short_price(low), price_to=short_price(high)).as_query())

    chart = price_distribution(
        prices.bins,
        words,
        mine=None if filters.mine is None else float(filters.mine),
        picked=_picked(filters),
        median=prices.median,
    )
    return clickable(chart, on_pick=pick)


def groups(page: MarketPage, words: Words) -> Markup:
    """What sizes and conditions ask today."""
    return groups_today(page.prices, words)


def history(page: MarketPage, words: Words) -> Markup:
    """What came and went, and sizes and conditions over time, of the whole catalogue or brand."""
    prices = page.prices
    if prices is None:
        return Markup("")
    if prices.days.height < FEWEST_DAYS:
        return Markup("")
    counts = card(
        shown(counts_over_time(prices.days, words)),
        title=words.say(N_("Come and gone")),
        note=words.say(N_("Listings a day. What is gone is known after some days without a sighting.")),
    )
    sizes = {size: size for size in dict.fromkeys(prices.sizes["group"]) if size in set(prices.size_days["group"])}
    known = prices.conditions["group"]
    conditions = {str(one): condition_words(one, words) for one in known}
    note = words.say(N_("Median asked price in euro, day by day; days with fewer than 5 listings are left out."))
    return grid(
        counts,
        _panels_card(words.say(N_("Sizes over time")), prices.size_days, sizes, note=note, words=words),
        _panels_card(words.say(N_("Conditions over time")), prices.condition_days, conditions, note=note, words=words),
        columns=1,
    )


def brands(page: MarketPage, filters: MarketFilters, words: Words) -> Markup:
    """The brands of a catalogue with the most listings, and the way to each; nothing where one is chosen."""
    everywhere = Column(
        "everywhere", words.say(N_("Everywhere")), href=lambda row: f"/brand{query_of(_of_brand(filters, row))}"
    )
    note = N_("{shown} of {n} brands, those with the most listings. The others are in the filter.")
    return _brands_card(page, filters, words, note, everywhere)


def brands_alone(page: MarketPage, filters: MarketFilters, words: Words) -> Markup:
    """The same for a page on which nothing can be chosen."""
    return _brands_card(page, filters, words, N_("{shown} of {n} brands, those with the most listings."))


def _brands_card(page: MarketPage, filters: MarketFilters, words: Words, note: str, *further: Column) -> Markup:
    prices = page.prices
    if prices is None or prices.brands.is_empty():
        return Markup("")

    def href(row: Row) -> str:
        return query_of(filters.but(brand=row["brand"]))

    columns = [
        Column("brand", words.say(N_("Brand")), href=href),
        *_figures(words),
        Column("trend", words.say(N_("Trend")), "spark"),
        *further,
    ]
    everywhere = pl.lit(words.say(N_("brand page"))).alias("everywhere")
    listed = prices.brands.head(MOST_BRANDS).with_columns(everywhere)
    title = words.say(N_("Brands"))
    told = words.say(note, shown=listed.height, n=prices.brands.height)
    return card(table(listed, columns, words, caption=title), title=title, note=told)


def listings(
    page: MarketPage,
    filters: MarketFilters,
    words: Words,
    *,
    most: int,
    more: Content = None,
    between: Iterable[Content] = (),
) -> Markup:
    """The listings that fit, the first so many, with how many there are.

    `more` shows further ones; `between` are the fields of the prices that they lie between.
    """
    prices = page.prices
    if prices is None:
        return Markup("")
    found = prices.listings.height
    narrowing = tag("div", between, chips(filters, words), class_="vopt-narrowing")
    if not found:
        return together(narrowing, _loosened(filters, words))
    told = words.count(N_("{n} listing fits"), N_("{n} listings fit"), found)
    seen = words.say(N_("{shown} shown"), shown=min(most, found))
    rows = listing_table(prices.listings.head(most), words, with_photos=page.may_fetch_photos)
    return card(
        tag("div", narrowing, orders(filters, words), class_="vopt-above"),
        rows,
        title=words.say(N_("Listings on sale")),
        note=f"{told}, {seen}.",
        foot=more if found > most else None,
    )


def _loosened(filters: MarketFilters, words: Words) -> Markup:
    """What to let go of, one by one or all at once, where nothing fits."""
    looser = (
        (filters.price_from is not None or filters.price_to is not None, N_("Any price"), ("price_from", "price_to")),
        (filters.size is not None, N_("Any size"), ("size",)),
        (filters.condition is not None, N_("Any condition"), ("condition",)),
        (filters.brand is not None, N_("Any brand"), ("brand",)),
    )
    links = [
        button_link(words.say(label), query_of(filters.but(**dict.fromkeys(names))))
        for is_chosen, label, names in looser
        if is_chosen
    ]
    text = N_("No listing of the newest day has all that you chose. Let go of one of them:")
    if not links:
        text = N_("On the newest day nothing was on sale here.")
    return empty(words.say(N_("No listings here")), words.say(text), *links)


def _narrowing(filters: MarketFilters, words: Words) -> Markup | None:
    if filters.size is None and filters.condition is None:
        return None
    text = N_("Size and condition narrow what is on sale today. Tiles, history and brands stay those of all listings.")
    return notice(words.say(text))


def _panels_card(
    title: str, days: pl.DataFrame, titles: Mapping[str, str], *, note: str, words: Words
) -> Markup | None:
    if days.is_empty() or not titles:
        return None
    return card(small_multiples(days, words, titles=titles, columns=4), title=title, note=note)


def _figures(words: Words) -> list[Column]:
    """The columns that catalogues and brands share."""
    few = words.say(N_("of few listings"))
    return [
        Column("seen", words.say(N_("On sale")), "count"),
        Column(
            "median",
            words.say(N_("Median price")),
            "money",
            quiet=lambda row: row["seen"] < FEW,
            note=lambda row: few if row["seen"] < FEW else None,
        ),
        Column("change", words.say(N_("In a week")), "change"),
        Column("new", words.say(N_("New")), "count"),
        Column("gone", words.say(N_("Gone")), "count"),
    ]


def _of_brand(filters: MarketFilters, row: Row) -> MarketFilters:
    return MarketFilters(market=filters.market, catalog=filters.catalog, brand=row["brand"], days=filters.days)


def _full_title() -> pl.Expr:
    return pl.concat_str("title", "brand", separator=" · ", ignore_nulls=True)


def _path_note(row: Row) -> str | None:
    return str(row["path"]).rpartition(" > ")[0] or None


def _picked(filters: MarketFilters) -> Band | None:
    if filters.price_from is None and filters.price_to is None:
        return None
    return float(filters.price_from or 0), None if filters.price_to is None else float(filters.price_to)


def _name(prices: CataloguePrices) -> str:
    return prices.title if prices.brand is None else f"{plain(prices.brand, 60)} · {prices.title}"


def _way_back(prices: CataloguePrices, filters: MarketFilters, words: Words) -> Markup:
    steps = [(words.say(N_("All prices")), query_of(MarketFilters(market=filters.market, days=filters.days)))]
    if prices.brand is not None:
        steps.append((prices.title, query_of(filters.but(brand=None))))
    return _crumbs(steps, words)


def _crumbs(steps: list[tuple[str, str]], words: Words) -> Markup:
    links = [tag("a", name, href=href) for name, href in steps]
    return tag("nav", links, class_="vopt-crumbs", aria_label=words.say(N_("The way back")))
