"""This is where we say what a row of every lake table is: its grain, key, partitions and columns.

`data/README.md` is generated from here. A dtype is a Polars dtype; times are UTC, days are UTC dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from vopt_lib.errors import UnknownTable
from vopt_lib.words import N_

UTC_TIME = pl.Datetime("us", "UTC")
MONEY = pl.Decimal(12, 2)


@dataclass(frozen=True)
class Column:
    """One column: what it holds, in what unit, and where it comes from."""

    name: str
    dtype: pl.DataType | type[pl.DataType]
    meaning: str
    unit: str = ""
    nullable: bool = True


@dataclass(frozen=True)
class Table:
    """One lake table. `key` makes a row unique, `partitions` are folders on disk, `sql`: people may read it."""

    name: str
    grain: str
    key: tuple[str, ...]
    partitions: tuple[str, ...]
    kept: str
    columns: tuple[Column, ...]
    sorted_by: tuple[str, ...] = ()
    sql: bool = True
    kept_days: int | None = None

    @cached_property
    def schema(self) -> pl.Schema:
        """Column names and dtypes, in order."""
        return pl.Schema({column.name: column.dtype for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """A frame of this table without rows."""
        return self.schema.to_frame()


def _required(name: str, dtype: pl.DataType | type[pl.DataType], meaning: str, unit: str = "") -> Column:
    return Column(name, dtype, meaning, unit, nullable=False)


SOURCE = _required("source", pl.String, N_("who said so: vinted, or simulator for the built-in market"))
MARKET = _required("market", pl.String, N_("country site: it, fr, de, co.uk …"))
LISTING_ID = _required("listing_id", pl.Int64, N_("the marketplace's id of the offer"))
DAY = _required("day", pl.Date, N_("UTC date of observed_at"))
RUN_ID = _required("run_id", pl.String, N_("the run that collected it"))

_QUERY = (
    Column("query_catalog_id", pl.Int64, N_("catalogue the query asked for; evidence, not the listing's own leaf")),
    Column("query_key", pl.String, N_("hash of the question (CatalogueQuery.key); null for saved files")),
    _required(
        "query_narrowed_by", pl.String, N_("filters beside the catalogue: '' whole catalogue, 'brand', 'brand,size' …")
    ),
)

_LISTING_FACTS = (
    Column("title", pl.String, N_("title in the seller's words; removed after 180 days")),
    Column("brand", pl.String, N_("brand as shown; null when none")),
    Column("size", pl.String, N_("size as shown")),
    Column(
        "condition_id",
        pl.Int32,
        N_("condition: 6 new with tag, 1 new, 2 very good, 3 good, 4 fair, 7 not fully working"),
    ),
)

LISTING_SEEN = Table(
    name="listing_seen",
    grain=N_("one sighting of one listing"),
    key=("source", "market", "listing_id", "observed_at"),
    partitions=("market", "day"),
    sorted_by=("query_catalog_id", "listing_id", "observed_at"),
    kept=N_("text 180 days, numbers for ever"),
    columns=(
        SOURCE,
        MARKET,
        LISTING_ID,
        _required("observed_at", UTC_TIME, N_("when the answer was received")),
        DAY,
        RUN_ID,
        Column("follow_id", pl.String, N_("the follow that asked; null for saved files")),
        *_QUERY,
        Column("page", pl.Int32, N_("page of the answer, from 1")),
        Column("position", pl.Int32, N_("place in the whole result, from 1")),
        _required(
            "shape",
            pl.String,
            N_("shape of the answer: v2-2023, v2-2025, svc-2026-09, wardrobe, item-page, catalog-page"),
        ),
        *_LISTING_FACTS,
        Column("condition_label", pl.String, N_("condition in the answer's language")),
        Column("url", pl.String, N_("address of the listing's page, absolute; its words go after 180 days")),
        Column("asked_amount", MONEY, N_("asked price as received"), N_("currency")),
        Column("currency", pl.String, N_("ISO 4217 code as received")),
        Column("price_eur", MONEY, N_("asked price when it is in euro, else null"), "EUR"),
        Column("service_fee_amount", MONEY, N_("buyer-protection fee as received"), N_("currency")),
        Column("total_amount", MONEY, N_("asked price and fee as received"), N_("currency")),
        Column(
            "conversion",
            pl.String,
            N_("seller's currency and rate as received (JSON), when Vinted converted the price"),
        ),
        Column("favourite_count", pl.Int32, N_("people who marked it")),
        Column("view_count", pl.Int32, N_("views; null where the answer always says 0 (catalogue search)")),
        Column("promoted", pl.Boolean, N_("paid placement: left out of price statistics")),
        Column("content_source", pl.String, N_("why it was shown, as received")),
        Column("seller_hash", pl.String, N_("keyed pseudonym of the seller")),
        Column("seller_is_business", pl.Boolean, N_("the seller is a shop")),
        Column("photo_url", pl.String, N_("leading photo, as delivered (its signature fits only this address)")),
        Column("thumbnail_url", pl.String, N_("small leading photo, as delivered")),
        Column("photo_taken_at", UTC_TIME, N_("upload time of the leading photo, where the answer still tells it")),
        _required(
            "state",
            pl.String,
            N_("on_sale (seen in a result), or what a page proves: sold, reserved, hidden, closed, deleted"),
        ),
        Column("uploaded_at", UTC_TIME, N_("upload time of the listing, from an item page")),
        Column("description", pl.String, N_("seller's text, from an item page; removed after 180 days")),
        Column("colour", pl.String, N_("colour words, from an item page")),
        Column("category", pl.String, N_("category words, from an item page")),
    ),
)

PAGE_RAW = Table(
    name="page_raw",
    grain="one HTTP answer as received, but for seller ids",
    key=("source", "market", "run_id", "url", "observed_at"),
    partitions=("day",),
    kept=N_("7 days"),
    kept_days=7,
    sql=False,
    columns=(
        SOURCE,
        MARKET,
        RUN_ID,
        DAY,
        _required("observed_at", UTC_TIME, "when the answer was received"),
        _required("url", pl.String, "address asked, or file name"),
        _required("content_type", pl.String, "media type as received"),
        _required("body", pl.Binary, "the answer, seller ids replaced by pseudonyms, zstd-compressed"),
    ),
)

CRAWL_COVERAGE = Table(
    name="crawl_coverage",
    grain=N_("one query of one run"),
    key=("source", "market", "run_id", "query_key"),
    partitions=("day",),
    kept=N_("for ever"),
    columns=(
        SOURCE,
        MARKET,
        RUN_ID,
        Column("follow_id", pl.String, N_("the follow that asked")),
        DAY,
        _required("started_at", UTC_TIME, N_("first request of the query")),
        _required("observed_at", UTC_TIME, N_("last answer of the query")),
        _required("query_key", pl.String, N_("hash of the question")),
        Column("query_catalog_id", pl.Int64, N_("catalogue asked for")),
        _required("query_narrowed_by", pl.String, N_("filters beside the catalogue")),
        Column("brands", pl.List(pl.String), N_("brands asked for; empty: any")),
        Column("sizes", pl.List(pl.String), N_("sizes asked for; empty: any")),
        Column("condition_ids", pl.List(pl.Int32), N_("conditions asked for; empty: any")),
        Column("price_from", MONEY, N_("lowest asked price asked for"), "EUR"),
        Column("price_to", MONEY, N_("highest asked price asked for"), "EUR"),
        Column("search_text", pl.String, N_("words asked for")),
        _required("is_exhaustive", pl.Boolean, N_("every listing that fits was shown: absence is evidence")),
        _required("parts", pl.Int32, N_("sub-queries it was split into (price bands, brands)")),
        _required("pages", pl.Int32, N_("pages read")),
        _required("requests", pl.Int32, N_("requests made, retries included")),
        _required("listings", pl.Int32, N_("distinct listings seen, promoted ones of other catalogues left out")),
        _required("promoted", pl.Int32, N_("promoted places met")),
        Column("oldest_position", pl.Int32, N_("deepest place reached in a result that was not exhausted")),
        Column("catalog_count", pl.Int64, N_("listings that fit, by the site's own facets (at most 7 days old)")),
        Column("catalog_counted_at", UTC_TIME, N_("when the facets were read")),
        Column("share_seen", pl.Float64, N_("listings / catalog_count; null: unknown"), "0–1"),
    ),
)

LISTING_LIVE = Table(
    name="listing_live",
    grain=N_("the current spell of a listing that may still be on sale"),
    key=("source", "market", "listing_id"),
    partitions=("market",),
    sorted_by=("listing_id",),
    kept=N_("while live"),
    columns=(
        SOURCE,
        MARKET,
        LISTING_ID,
        _required("first_seen_at", UTC_TIME, N_("first sighting of this spell")),
        _required("last_seen_at", UTC_TIME, N_("last sighting")),
        _required("first_seen_on", pl.Date, N_("UTC date of first_seen_at")),
        _required("last_seen_on", pl.Date, N_("UTC date of last_seen_at")),
        _required("days_seen", pl.Int32, N_("distinct days with a sighting in this spell")),
        *_LISTING_FACTS,
        Column("url", pl.String, N_("address of the listing's page")),
        Column("thumbnail_url", pl.String, N_("small leading photo, as last delivered")),
        Column("currency", pl.String, N_("ISO 4217 code")),
        Column("first_asked_amount", MONEY, N_("asked price at the first sighting"), N_("currency")),
        Column("last_asked_amount", MONEY, N_("asked price at the last sighting"), N_("currency")),
        Column("first_price_eur", MONEY, N_("asked price at the first sighting"), "EUR"),
        Column("last_price_eur", MONEY, N_("asked price at the last sighting"), "EUR"),
        _required("price_changes", pl.Int32, N_("price changes seen in this spell")),
        Column("favourite_count", pl.Int32, N_("people who marked it, at the last sighting")),
        Column("promoted", pl.Boolean, N_("the last sighting was a paid placement")),
        Column("seller_hash", pl.String, N_("keyed pseudonym of the seller")),
        Column("leaf_catalog_id", pl.Int64, N_("deepest catalogue it was asked for in")),
        _required("query_keys", pl.List(pl.String), N_("questions that have shown it in this spell, sorted")),
        _required(
            "missed_on",
            pl.List(pl.Date),
            N_("days since last_seen_on on which it should have been seen and was not, sorted"),
        ),
        Column(
            "missed_at",
            UTC_TIME,
            N_("first query that missed it since last_seen_at: upper end of its gone interval so far"),
        ),
        Column("state_hint", pl.String, N_("what a page said since last_seen_at: reserved or hidden")),
    ),
)

LISTING_ENDED = Table(
    name="listing_ended",
    grain=N_("one ended spell of a listing"),
    key=("source", "market", "listing_id", "gone_after"),
    partitions=("market", "ended_month"),
    sorted_by=("listing_id",),
    kept=N_("title 180 days, numbers for ever"),
    columns=(
        *(
            c
            for c in LISTING_LIVE.columns
            if c.name not in ("missed_on", "missed_at", "state_hint", "query_keys", "thumbnail_url")
        ),
        _required("gone_after", UTC_TIME, N_("last sighting: the listing left after it")),
        _required("gone_before", UTC_TIME, N_("first query that missed it, else the page that proved its end")),
        _required("gone_on", pl.Date, N_("UTC date of gone_before")),
        _required("ended_month", pl.String, N_("month of gone_before, as 2026-11")),
        _required("decided_on", pl.Date, N_("day of the last miss needed, or of the proof")),
        _required(
            "evidence", pl.String, N_("sold, reserved, deleted, hidden, or unknown: absence alone proves no sale")
        ),
    ),
)

PRICE_CHANGE = Table(
    name="price_change",
    grain=N_("one change of the asked price within a spell"),
    key=("source", "market", "listing_id", "observed_at"),
    partitions=("market", "month"),
    sorted_by=("listing_id", "observed_at"),
    kept=N_("for ever"),
    columns=(
        SOURCE,
        MARKET,
        LISTING_ID,
        _required("observed_at", UTC_TIME, N_("first sighting with the new price")),
        _required("month", pl.String, N_("month of observed_at, as 2026-11")),
        Column("seen_before_at", UTC_TIME, N_("last sighting with the old price")),
        Column("currency", pl.String, N_("ISO 4217 code, the same on both sides")),
        Column("old_amount", MONEY, N_("asked price before"), N_("currency")),
        Column("new_amount", MONEY, N_("asked price after"), N_("currency")),
        Column("leaf_catalog_id", pl.Int64, N_("deepest catalogue it was asked for in")),
    ),
)

_PRICES = (
    Column("price_eur_p10", pl.Float64, N_("10 % of asked prices are below (linear interpolation)"), "EUR"),
    Column("price_eur_p25", pl.Float64, N_("25 % are below"), "EUR"),
    Column("price_eur_median", pl.Float64, N_("median asked price"), "EUR"),
    Column("price_eur_p75", pl.Float64, N_("75 % are below"), "EUR"),
    Column("price_eur_p90", pl.Float64, N_("90 % are below"), "EUR"),
)

_DAY_FIGURES = (
    _required("day", pl.Date, N_("UTC date")),
    _required("month", pl.String, N_("month of day, as 2026-11")),
    _required("seen", pl.Int64, N_("distinct listings seen, promoted placements left out"), N_("listings")),
    _required("priced", pl.Int64, N_("of these, with a price in euro: what the prices rest on"), N_("listings")),
    *_PRICES,
    Column("favourites_mean", pl.Float64, N_("mean number of people who marked a listing"), N_("people")),
    Column("new", pl.Int64, N_("spells that began; null on the first covered day"), N_("listings")),
    Column(
        "gone",
        pl.Int64,
        N_("spells whose first miss was this day; null without an exhaustive query or until decided"),
        N_("listings"),
    ),
    Column("price_cuts", pl.Int64, N_("listings whose price fell"), N_("listings")),
    Column("share_seen", pl.Float64, N_("largest share of the catalogue that a query saw; null: unknown"), "0–1"),
    _required("is_exhaustive", pl.Boolean, N_("some query of the day showed every listing that fits")),
)

CATALOG_DAY = Table(
    name="catalog_day",
    grain=N_("one catalogue on one day, from queries for the whole catalogue"),
    key=("source", "market", "catalog_id", "day"),
    partitions=("market", "month"),
    sorted_by=("catalog_id", "day"),
    kept=N_("for ever"),
    columns=(SOURCE, MARKET, _required("catalog_id", pl.Int64, N_("catalogue asked for")), *_DAY_FIGURES),
)

BRAND_DAY = Table(
    name="brand_day",
    grain=N_("one brand of one catalogue on one day, from queries for the whole catalogue or for that brand in it"),
    key=("source", "market", "catalog_id", "brand", "day"),
    partitions=("market", "month"),
    sorted_by=("catalog_id", "brand", "day"),
    kept=N_("for ever"),
    columns=(
        SOURCE,
        MARKET,
        _required("catalog_id", pl.Int64, N_("catalogue asked for")),
        _required("brand", pl.String, N_("brand as shown")),
        *_DAY_FIGURES,
    ),
)

_SOLD_WITHIN = N_("share sold within so many days of being put on sale; null: not enough evidence")
_LOW, _HIGH = (
    N_("lower end of its 80 % interval; null: not known"),
    N_("upper end of its 80 % interval; null: not known"),
)

DAYS_TO_SELL = Table(
    name="days_to_sell",
    grain=N_("how long the listings of one group of a catalogue take to sell, as of the newest day"),
    key=("source", "market", "catalog_id", "grouped_by", "group_name"),
    partitions=("market",),
    sorted_by=("catalog_id", "grouped_by", "group_name"),
    kept=N_("the newest"),
    columns=(
        SOURCE,
        MARKET,
        Column("catalog_id", pl.Int64, N_("catalogue asked for, with all below it; null: all that is followed")),
        _required("grouped_by", pl.String, N_("'' all of them, brand, size, condition, or price (relative to usual)")),
        _required("group_name", pl.String, N_("brand or size as shown, condition id, share of the usual price; ''")),
        _required("listings", pl.Int64, N_("spells that it rests on"), N_("listings")),
        _required("sold", pl.Float64, N_("sales among them, proven and expected"), N_("listings")),
        Column("median_days", pl.Float64, N_("age by which half are sold; null: not enough evidence"), N_("days")),
        Column("median_days_low", pl.Float64, _LOW, N_("days")),
        Column("median_days_high", pl.Float64, _HIGH, N_("days")),
        *(
            Column(f"sold_within_{days}{end}", pl.Float64, meaning, "0–1")
            for days in (7, 14, 30, 60)
            for end, meaning in (("", _SOLD_WITHIN), ("_low", _LOW), ("_high", _HIGH))
        ),
        Column("lack", pl.String, N_("what the median lacks: few_sold, seen_late, seen_briefly, not_that_many_sell")),
        Column("ages", pl.List(pl.Float64), N_("ages of the curve; null: not enough evidence"), N_("days")),
        Column("unsold", pl.List(pl.Float64), N_("share unsold at each age, were none withdrawn"), "0–1"),
        Column("unsold_low", pl.List(pl.Float64), _LOW, "0–1"),
        Column("unsold_high", pl.List(pl.Float64), _HIGH, "0–1"),
        _required("since", UTC_TIME, N_("watched from")),
        _required("until", UTC_TIME, N_("watched to: later ends are not known yet")),
    ),
)

DEMAND = Table(
    name="demand",
    grain=N_("how wanted one catalogue, or one brand of it, is, as of the newest day"),
    key=("source", "market", "catalog_id", "brand"),
    partitions=("market",),
    sorted_by=("catalog_id", "brand"),
    kept=N_("the newest"),
    columns=(
        SOURCE,
        MARKET,
        _required("catalog_id", pl.Int64, N_("catalogue asked for")),
        Column("brand", pl.String, N_("brand as shown; null: the whole catalogue")),
        _required("day", pl.Date, N_("newest day that it rests on")),
        _required(
            "score",
            pl.Float64,
            N_("mean of its known parts; each is drawn to the catalogue's, the more the fewer listings"),
            N_("0–100"),
        ),
        Column("favourites_per_day", pl.Float64, N_("new favourites of a listing in a day"), N_("people")),
        Column("favourites_score", pl.Float64, N_("where that lies among all groups"), N_("0–100")),
        Column("sold_within_30", pl.Float64, N_("share sold within 30 days"), "0–1"),
        Column("sold_score", pl.Float64, N_("where that lies among all groups"), N_("0–100")),
        Column("weeks_of_stock", pl.Float64, N_("listings on sale for each one that leaves in a week"), N_("weeks")),
        Column(
            "scarcity_score", pl.Float64, N_("where that lies among all groups; little stock scores high"), N_("0–100")
        ),
        _required("listings", pl.Int64, N_("listings that it rests on"), N_("listings")),
        Column("price_eur_median", pl.Float64, N_("median asked price of the newest day"), "EUR"),
        Column("share_seen", pl.Float64, N_("share of the catalogue that was seen; null: unknown"), "0–1"),
    ),
)

RUN = Table(
    name="run",
    grain=N_("one run of one kind"),
    key=("run_id",),
    partitions=("month",),
    kept=N_("for ever"),
    columns=(
        RUN_ID,
        _required("kind", pl.String, N_("collect, ingest, recheck, refine, publish, maintain, train, embed")),
        Column("source", pl.String, N_("vinted or simulator")),
        Column("market", pl.String, N_("country site")),
        Column("follow_id", pl.String, N_("the follow collected")),
        Column("follow_name", pl.String, N_("its name then")),
        _required("started_at", UTC_TIME, N_("start")),
        _required("ended_at", UTC_TIME, N_("end")),
        _required("month", pl.String, N_("month of started_at, as 2026-11")),
        _required("outcome", pl.String, N_("done, partial (some of it; the rest resumes), failed, held_back")),
        _required("requests", pl.Int64, N_("requests made")),
        _required("retries", pl.Int64, N_("requests repeated after a passing fault")),
        _required("waited_s", pl.Float64, N_("time spent being polite"), "s"),
        _required("received_bytes", pl.Int64, N_("bytes of answers, uncompressed"), "B"),
        _required("pages", pl.Int64, N_("pages read")),
        _required("rows", pl.Int64, N_("rows accepted")),
        _required("listings", pl.Int64, N_("distinct listings")),
        _required("rejected", pl.Int64, N_("rows refused")),
        Column("rejects_by_reason", pl.String, N_("JSON {reason: rows}")),
        Column("share_seen", pl.Float64, N_("share of the market it could see; null: unknown"), "0–1"),
        Column("is_exhaustive", pl.Boolean, N_("every listing that fits was shown")),
        Column("error", pl.String, N_("class of the error that ended it")),
        Column("error_facts", pl.String, N_("JSON of what the error knows, to say it in any language")),
        Column(
            "events",
            pl.String,
            N_("JSON list of what went wrong and how it was handled; of maintain: what was removed"),
        ),
    ),
)

REJECTED = Table(
    name="rejected",
    grain="one row refused",
    key=("run_id", "observed_at", "place"),
    partitions=("day",),
    kept=N_("30 days"),
    kept_days=30,
    sql=False,
    columns=(
        SOURCE,
        MARKET,
        RUN_ID,
        DAY,
        _required("observed_at", UTC_TIME, "when the answer was received"),
        _required("place", pl.String, "where in the answer: address or file, and index of the item"),
        _required("reason", pl.String, "why, one word per rule: see contract.REASONS"),
        Column("detail", pl.String, "the value that broke the rule"),
        _required("raw", pl.String, "the row as received, seller ids replaced by pseudonyms"),
    ),
)

EMBEDDING = Table(
    name="embedding",
    grain=N_("one photo's vector by one model"),
    key=("photo_sha256", "model"),
    partitions=("model",),
    kept=N_("while linked"),
    columns=(
        _required("photo_sha256", pl.String, N_("hash of the photo's bytes")),
        _required("model", pl.String, N_("name of the model that made the vector")),
        _required("vector", pl.List(pl.Float32), N_("the vector, length 1")),
        _required("made_at", UTC_TIME, N_("when")),
    ),
)

LISTING_PHOTO = Table(
    name="listing_photo",
    grain=N_("one photo of one listing or own item"),
    key=("source", "market", "listing_id", "photo_sha256"),
    partitions=("market",),
    kept=N_("while linked"),
    columns=(
        SOURCE,
        MARKET,
        LISTING_ID,
        _required("photo_sha256", pl.String, N_("hash of the photo's bytes")),
        Column("photo_url", pl.String, N_("where it came from")),
        _required("observed_at", UTC_TIME, N_("when")),
    ),
)

OWN = "own"
"""Source and market of the photos of own things in `listing_photo`; listing_id is then the number of the thing."""

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        LISTING_SEEN,
        CRAWL_COVERAGE,
        LISTING_LIVE,
        LISTING_ENDED,
        PRICE_CHANGE,
        CATALOG_DAY,
        BRAND_DAY,
        DAYS_TO_SELL,
        DEMAND,
        RUN,
        EMBEDDING,
        LISTING_PHOTO,
        PAGE_RAW,
        REJECTED,
    )
}

COLLECTED = ("page_raw", "listing_seen", "crawl_coverage", "rejected")
DERIVED = ("listing_live", "listing_ended", "price_change", "catalog_day", "brand_day", "days_to_sell", "demand")


def table(name: str) -> Table:
    """The table of that name. Raises: UnknownTable, with the known ones."""
    try:
        return TABLES[name]
    except KeyError:
        raise UnknownTable(name=name, known=", ".join(TABLES)) from None
