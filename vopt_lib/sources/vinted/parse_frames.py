"""This is where the pages of one commit become rows: the whole commit at once, column by column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import orjson
import polars as pl
import zstandard

from vopt_lib.schema.contract import check
from vopt_lib.schema.records import Listing, Photo, amount
from vopt_lib.schema.tables import LISTING_SEEN, MONEY, PAGE_RAW, REJECTED, UTC_TIME
from vopt_lib.schema.vinted_terms import condition_id
from vopt_lib.sources.vinted.parse_page import Page, site_of

COMPRESSION = 1
"""zstd level of page_raw: level 3 saves nothing on these answers and takes longer (measured)."""

LARGEST_AMOUNT = 9_999_999_999
"""What MONEY can hold. A larger amount is absurd anyway and refused as such, with the received text in `raw`."""


def frames(pages: Sequence[Page]) -> dict[str, pl.DataFrame]:
    """The rows of these pages: {"listing_seen", "rejected", "page_raw"}, each exactly in its table's schema.

    Rows that break the contract of listing_seen are in rejected. A listing met on several pages at the same moment is
    one sighting: the first.
    """
    seen = _sightings(pages)
    key = list(LISTING_SEEN.key)
    checked = check("listing_seen", seen.drop("_page", "_index").unique(key, keep="first", maintain_order=True))
    return {
        "listing_seen": checked.good,
        "rejected": _rejected(pages, seen, checked.bad),
        "page_raw": _page_raw(pages),
    }


def _sightings(pages: Sequence[Page]) -> pl.DataFrame:
    counts = [len(page.items) for page in pages]
    items: list[Any] = list(chain.from_iterable(page.items for page in pages))
    of_page = pl.Series(range(len(pages)), dtype=pl.UInt32).gather(
        pl.Series(chain.from_iterable([n] * count for n, count in enumerate(counts)), dtype=pl.UInt32)
    )
    places = pl.Series("_place", list(chain.from_iterable(page.places for page in pages)), dtype=pl.Int32)
    columns = {"_page": of_page, "_index": pl.Series(chain.from_iterable(map(range, counts)), dtype=pl.UInt32), "_place": places}
    columns |= {name: series.gather(of_page) for name, series in _page_columns(pages).items()}
    columns |= _item_columns(items) | _own_columns(pages)
    return pl.DataFrame(columns).with_columns(_typed()).select(*LISTING_SEEN.schema, "_page", "_index")


def _page_columns(pages: Sequence[Page]) -> dict[str, pl.Series]:
    """What all listings of a page share, one value per page."""
    values: dict[str, list[Any]] = {
        "observed_at": [page.answer.received_at for page in pages],
        "page": [page.origin.page or page.pagination.current_page for page in pages],
        "_first_position": [_first_position(page) for page in pages],
        "shape": [str(page.shape) for page in pages],
        "_site": [site_of(page) for page in pages],
        "_is_search": [page.shape.is_search for page in pages],
    }
    for name in ("source", "market", "run_id", "follow_id", "query_catalog_id", "query_key", "query_narrowed_by"):
        values[name] = [getattr(page.origin, name) for page in pages]
    other = {"_first_position": pl.Int32, "_site": pl.String, "_is_search": pl.Boolean}
    return {name: pl.Series(name, value, dtype=other.get(name) or LISTING_SEEN.schema[name]) for name, value in values.items()}


def _first_position(page: Page) -> int | None:
    if page.origin.first_position is not None:
        return page.origin.first_position
    shown, size = page.pagination.current_page, page.pagination.per_page
    if shown == 1:
        return 1
    return (shown - 1) * size + 1 if shown and size else None


def _item_columns(items: Sequence[Listing]) -> dict[str, pl.Series]:
    """What a listing of any shape may tell, as received."""
    photos = [item.photo for item in items]
    users = [item.user for item in items]
    labels = [item.condition_label for item in items]
    ids = {label: condition_id(label) for label in set(labels) if label}
    values: dict[str, list[Any]] = {
        "title": [item.title for item in items],
        "brand": [item.brand for item in items],
        "size": [item.size for item in items],
        "condition_label": labels,
        "url": [item.url for item in items],
        "asked_amount": [item.asked_amount for item in items],
        "currency": [item.asked_currency for item in items],
        "service_fee_amount": [amount(item.service_fee) for item in items],
        "total_amount": [amount(item.total_item_price) for item in items],
        "conversion": [orjson.dumps(item.conversion).decode() if item.conversion else None for item in items],
        "content_source": [item.content_source for item in items],
        "seller_hash": [user and user.id for user in users],
        "photo_url": [photo and photo.url for photo in photos],
        "thumbnail_url": [photo and photo.thumbnail_url for photo in photos],
    }
    text = {name: pl.Series(name, value, dtype=pl.String) for name, value in values.items()}
    return text | {
        "listing_id": pl.Series([item.id for item in items], dtype=pl.Int64),
        "condition_id": pl.Series([ids.get(label or "") for label in labels], dtype=pl.Int32),
        "favourite_count": pl.Series([item.favourite_count for item in items], dtype=pl.Int32),
        "view_count": pl.Series([item.view_count for item in items], dtype=pl.Int32),
        "promoted": pl.Series([item.promoted for item in items], dtype=pl.Boolean),
        "seller_is_business": pl.Series([user and user.business for user in users], dtype=pl.Boolean),
        "_taken": pl.Series([_taken(photo) for photo in photos], dtype=pl.Int64),
    }


def _taken(photo: Photo | None) -> int | None:
    return photo.high_resolution.timestamp if photo and photo.high_resolution else None


def _own_columns(pages: Sequence[Page]) -> dict[str, pl.Series]:
    """What only wardrobes and item pages tell; a search result proves that a listing is on sale."""
    columns: dict[str, Callable[[Any], Any]] = {
        "state": lambda item: item.state,
        "uploaded_at": lambda item: item.uploaded_at,
        "description": lambda item: item.description or None,
        "colour": lambda item: item.colour or None,
        "category": lambda item: item.category or None,
    }
    return {
        name: pl.Series(
            name,
            list(
                chain.from_iterable(
                    [missing] * len(page.items) if page.shape.is_search else map(read, page.items) for page in pages
                )
            ),
            dtype=LISTING_SEEN.schema[name],
        )
        for (name, read), missing in zip(columns.items(), ("on_sale", None, None, None, None), strict=True)
    }


def _typed() -> list[pl.Expr]:
    """The received texts as the table's values."""
    asked = _money("asked_amount")
    title, url = pl.col("title").str.strip_chars(), pl.col("url")
    promoted = pl.col("promoted") | pl.col("content_source").str.contains("promoted", literal=True)
    return [
        pl.col("observed_at").dt.date().alias("day"),
        (pl.col("_first_position") + pl.col("_place")).alias("position"),
        pl.when(title != "").then(title).alias("title"),
        pl.when(url.str.starts_with("/")).then(pl.col("_site") + url).otherwise(url).alias("url"),
        asked,
        pl.when(pl.col("currency") == "EUR").then(asked).alias("price_eur"),
        _money("service_fee_amount"),
        _money("total_amount"),
        pl.when(~pl.col("_is_search")).then(pl.col("view_count")).alias("view_count"),
        pl.when("_is_search").then(promoted.fill_null(False)).otherwise(promoted).alias("promoted"),
        pl.from_epoch("_taken").cast(UTC_TIME).alias("photo_taken_at"),
    ]


def _money(column: str) -> pl.Expr:
    wide = pl.col(column).cast(pl.Decimal(38, 2))
    return wide.clip(-LARGEST_AMOUNT, LARGEST_AMOUNT).cast(MONEY)


def _rejected(pages: Sequence[Page], seen: pl.DataFrame, bad: pl.DataFrame) -> pl.DataFrame:
    rows = [_reject_row(page, reject.place, reject.reason, reject.detail, reject.raw) for page in pages for reject in page.rejects]
    if len(bad):
        key = list(LISTING_SEEN.key)
        where = bad.join(seen.unique(key, keep="first").select(*key, "_page", "_index"), on=key, how="left", nulls_equal=True)
        for number, index, reason, detail in where.select("_page", "_index", "reason", "detail").iter_rows():
            page = pages[number]
            raw = orjson.dumps(page.entries[index]).decode()
            rows.append(_reject_row(page, page.places[index], reason, detail, raw))
    return pl.DataFrame(rows, schema=REJECTED.schema, orient="row")


def _reject_row(page: Page, *told: Any) -> tuple[Any, ...]:
    place, reason, detail, raw = told
    origin, at = page.origin, page.answer.received_at
    return (origin.source, origin.market, origin.run_id, at.date(), at, f"{page.answer.url}#{place}", reason, detail, raw)


def _page_raw(pages: Sequence[Page]) -> pl.DataFrame:
    compressor = zstandard.ZstdCompressor(level=COMPRESSION)
    rows = [
        (
            page.origin.source,
            page.origin.market,
            page.origin.run_id,
            page.answer.received_at.date(),
            page.answer.received_at,
            page.answer.url,
            page.answer.content_type,
            compressor.compress(page.raw),
        )
        for page in pages
    ]
    return pl.DataFrame(rows, schema=PAGE_RAW.schema, orient="row")


def rejects_by_reason(rejected: pl.DataFrame) -> dict[str, int]:
    """How many rows each rule refused, most first."""
    return dict(Counter(rejected["reason"].to_list()).most_common())
