"""This is where the first page gets its answer: how the market is today, and whether anything waits for her."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from vopt_lib.desk.attention import attention
from vopt_lib.desk.follow import describe, follows
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import Reading, kept, read_published
from vopt_lib.desk.market_reads import brand_days, catalogue_days
from vopt_lib.desk.progress import progress_of
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.runs import Run
from vopt_lib.desk.shop.shipping import mark_of_shop
from vopt_lib.desk.status import status_of
from vopt_lib.errors import NothingPublished, VoptError
from vopt_lib.market.movement import WEEK_DAYS, movements, trends
from vopt_lib.market.totals import COUNTED, day_totals, share_of_all
from vopt_lib.market.trends import HISTORY_DAYS, brand_changes, change
from vopt_lib.schema.filters import MarketFilters
from vopt_lib.schema.home_page import Attention
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.schema.trends import Change
from vopt_lib.schema.vinted_terms import folded
from vopt_lib.schema.visitor import Visitor
from vopt_lib.words import Words

SHOWN_DAYS = 30
SHOWN_RUNS = 40
TOLD_RUNS = ("collect", "ingest", "recheck", "publish", "maintain", "train", "embed")
MOST_MOVED = 3

ENOUGH_LISTINGS = 30
"""A brand with fewer listings moves by chance."""

WORTH_TELLING = 0.01
"""A smaller change of prices is none."""

_PLACE = ("catalog_id", "brand")
_DAY = (*_PLACE, "day")
_MOVED = pl.Schema(
    {"title": pl.String, "href": pl.String, "is_brand": pl.Boolean, "seen": pl.Int64, "median": pl.Float64}
    | {"change": pl.Float64, "is_sure": pl.Boolean, "trend": pl.List(pl.Float64)}
)


@dataclass(frozen=True)
class Market:
    """What the published days say of all that is followed, over the newest 30.

    moved: title, href, is_brand, seen, median (EUR), change (share: a week's medians against those of the week before),
    is_sure (whether its 80 % interval leaves out 0), trend (medians, EUR), most fallen first; what hardly moved is left
    out. totals: see market.totals.day_totals.
    share_seen: of all that is followed, 0 to 1; None: unknown. has_movements: whether there are two weeks to compare.
    """

    moved: pl.DataFrame
    totals: pl.DataFrame
    share_seen: float | None = None
    has_movements: bool = False

    @property
    def fallen(self) -> pl.DataFrame:
        """Where prices fell most."""
        return self.moved.filter(pl.col("change") < 0).head(MOST_MOVED)

    @property
    def risen(self) -> pl.DataFrame:
        """Where prices rose most."""
        return self.moved.filter(pl.col("change") > 0).reverse().head(MOST_MOVED)


@dataclass(frozen=True)
class Home:
    """What the first page knows. runs: the newest first, without those that only work out figures.

    trouble: why it knows nothing, although there may be something.
    """

    market: Market
    noticed: tuple[Attention, ...] = ()
    runs: tuple[Run, ...] = ()
    published_at: datetime | None = None
    newest_day: date | None = None
    live_listings: int = 0
    is_followed: bool = False
    trouble: VoptError | None = None

    @property
    def on_sale(self) -> int:
        """The listings seen on the newest day that is wholly known; before there is one, those that may be on sale."""
        seen = self.market.totals["seen"].drop_nulls()
        return int(seen[-1]) if len(seen) else self.live_listings

    @property
    def is_empty(self) -> bool:
        """Whether there are no figures yet."""
        return self.newest_day is None


def home(desk: Desk, words: Words, market: str = "it", *, visitor: Visitor | None = None) -> Home:
    """What the first page knows now. visitor: who looks; None: the owner. What goes wrong is told as its trouble."""
    try:
        return _home(desk, words, market, visitor)
    except VoptError as trouble:
        return Home(_NOTHING, trouble=trouble)


def mark_of(desk: Desk) -> str:
    """Changes whenever the first page has something new to say."""
    try:
        return f"{sorted(desk.lake.published().items())} {progress_of(desk).mark} {follows(desk)} {mark_of_shop(desk)}"
    except VoptError as trouble:
        return str(trouble)


def market_of(desk: Desk, market: str = "it") -> Market:
    """What the published days say of all that is followed in a market."""
    queries = tuple(follow.query for follow in follows(desk) if follow.query.market == market)
    try:
        return _market(read_published(desk, market), queries)
    except NothingPublished:
        return _NOTHING


def _home(desk: Desk, words: Words, market: str, visitor: Visitor | None) -> Home:
    status, noticed = status_of(desk, market), attention(desk, words, market, visitor=visitor)
    told = [run for run in newest_runs(desk, limit=4 * SHOWN_RUNS) if is_told(run)]
    day = date.fromisoformat(status.newest_day) if status.newest_day else None
    # Before there are figures, the conditions are one of the steps of starting.
    worth = [one for one in noticed if day or one.kind != "consent"]
    return Home(
        market=market_of(desk, market),
        noticed=tuple(worth),
        runs=tuple(told[:SHOWN_RUNS]),
        published_at=status.published_at,
        newest_day=day,
        live_listings=status.live_listings,
        is_followed=bool(status.follows),
    )


def is_told(run: Run) -> bool:
    """A round of maintenance that found nothing to do is no news."""
    return run.kind in TOLD_RUNS and (run.kind != "maintain" or bool(run.events))


@kept
def _market(reading: Reading, queries: tuple[CatalogueQuery, ...]) -> Market:
    catalogues = {query.catalog.id: query.catalog.title for query in queries if query.catalog}
    known = _newest(pl.concat(_followed_days(reading, queries), how="diagonal").unique(_DAY), HISTORY_DAYS)
    if known.is_empty():
        return _NOTHING
    brands = [brand_days(reading, query.catalog.id) for query in queries if query.catalog and not query.narrowed_by]
    every_day = pl.concat([known, *(_newest(rows, HISTORY_DAYS) for rows in brands)], how="diagonal").unique(_DAY)
    shown = trends(_newest(every_day, SHOWN_DAYS), by=_PLACE)
    changes = movements(every_day, by=_PLACE).join(shown, on=_PLACE, nulls_equal=True)
    apart = _apart(_newest(known, SHOWN_DAYS), catalogues)
    places = apart.with_columns(place=pl.concat_str("catalog_id", pl.col("brand").fill_null(""), separator=" "))
    return Market(
        _moved(changes, every_day, catalogues, reading.market),
        day_totals(places.select("place", "day", *COUNTED)),
        share_of_all(apart.sort("day").group_by(_PLACE).last()),
        has_movements=bool(changes["change"].drop_nulls().len()),
    )


def _followed_days(reading: Reading, queries: tuple[CatalogueQuery, ...]) -> Iterator[pl.DataFrame]:
    """The days of what is followed, with `brand` (null: the whole catalogue). Narrower searches have none."""
    whole = {query.catalog.id for query in queries if query.catalog and not query.narrowed_by}
    every = catalogue_days(reading).with_columns(brand=pl.lit(None, pl.String))
    yield every.filter(pl.col("catalog_id").is_in(list(whole)))
    for query in queries:
        if query.catalog and query.narrowed_by == "brand" and query.catalog.id not in whole:
            asked = {folded(brand.title) for brand in query.brands}
            every = brand_days(reading, query.catalog.id)
            yield every.filter(pl.col("brand").is_in([one for one in every["brand"].unique() if folded(one) in asked]))


def _newest(days: pl.DataFrame, length: int) -> pl.DataFrame:
    return days.filter(pl.col("day") > pl.col("day").max() - timedelta(days=length))


def _apart(days: pl.DataFrame, catalogues: dict[int, str]) -> pl.DataFrame:
    """The days of the places that lie in no other one: what is in both would count twice."""
    last = days.group_by(_PLACE).agg(pl.col("day").max())
    around = _newest(last, WEEK_DAYS).select(_PLACE).rows()
    places = last.select(_PLACE).rows()
    within = [place for place in places if any(_lies_in(place, other, catalogues) for other in around)]
    inner = pl.DataFrame(within, schema=days.select(_PLACE).schema, orient="row")
    return days.join(inner, on=_PLACE, how="anti", nulls_equal=True)


def _lies_in(place: tuple[int, str | None], other: tuple[int, str | None], catalogues: dict[int, str]) -> bool:
    (catalog_id, brand), (outer_id, outer_brand) = place, other
    if catalog_id == outer_id:
        return brand is not None and outer_brand is None
    return catalogues[catalog_id].startswith(catalogues[outer_id] + " > ") and outer_brand in (None, brand)


def _moved(changes: pl.DataFrame, every_day: pl.DataFrame, catalogues: dict[int, str], market: str) -> pl.DataFrame:
    """What moved, told as a reader knows it, and whether it is more than chance."""
    is_known = pl.col("brand").is_null() | (pl.col("seen") >= ENOUGH_LISTINGS)
    this_week = _newest(changes, WEEK_DAYS)
    worth = this_week.filter(is_known, pl.col("change").abs() >= WORTH_TELLING).sort("change", *_PLACE)
    sure = _sure(every_day.join(worth, on="catalog_id", how="semi"))
    rows = [
        {
            **row,
            **_named(row["catalog_id"], row["brand"], catalogues, market),
            "is_sure": (row["catalog_id"], row["brand"]) in sure,
        }
        for row in worth.to_dicts()
    ]
    return pl.DataFrame(rows, schema_overrides=_MOVED).select(_MOVED.names()) if rows else _MOVED.to_frame()


def _sure(every_day: pl.DataFrame) -> set[tuple[int, str | None]]:
    """The places whose prices moved by more than chance; of many brands some always move far, so they must do more."""
    found: set[tuple[int, str | None]] = set()
    for (catalog_id,), days in every_day.group_by("catalog_id"):
        told = change(days.filter(pl.col("brand").is_null()))
        if isinstance(told, Change) and not told.may_be_chance:
            found.add((catalog_id, None))
        moved = brand_changes(days.filter(pl.col("brand").is_not_null())).drop_nulls("moves")
        found |= {(catalog_id, brand) for brand in moved["brand"]}
    return found


def _named(catalog_id: int, brand: str | None, catalogues: dict[int, str], market: str) -> dict[str, object]:
    of_brand = (Term(0, brand),) if brand else ()
    query = CatalogueQuery(market, Term(catalog_id, catalogues[catalog_id]), brands=of_brand)
    address = MarketFilters(market=market, catalog=catalog_id, brand=brand).as_query()
    return {"title": describe(query), "href": f"/market?{address}", "is_brand": brand is not None}


_NOTHING = Market(_MOVED.to_frame(), pl.DataFrame(schema=dict.fromkeys(COUNTED, pl.Int64)))
