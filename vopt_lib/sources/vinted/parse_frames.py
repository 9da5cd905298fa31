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
    checked = check("listing_seen", _once_each(seen))
    return {
        "listing_seen": checked.good,
        "rejected": _rejected(pages, seen, checked.bad),
        "page_raw": _page_raw(pages),
    }


def _once_each(seen: pl.DataFrame) -> pl.DataFrame:
    if seen["listing_id"].n_unique() == len(seen):
        return seen
    return seen.unique(list(LISTING_SEEN.key), keep="first", maintain_order=True)


def _sightings(pages: Sequence[Page]) -> pl.DataFrame:
    counts = [len(page.items) for page in pages]
    items: list[Any] = list(chain.from_iterable(page.items for page in pages))
    of_page = list(chain.from_iterable([number] * count for number, count in enumerate(counts)))
    places = {"_place": pl.Series(list(chain.from_iterable(page.places for page in pages)), dtype=pl.Int32)}
    shared = _page_columns(pages).select(pl.all().gather(pl.Series(of_page, dtype=pl.UInt32)))
    columns = {**shared.to_dict(), **places, **_item_columns(items), **_own_columns(pages)}
    typed = _typed()
    return pl.DataFrame(columns).select(typed.get(name, pl.col(name)).alias(name) for name in LISTING_SEEN.schema)


def _page_columns(pages: Sequence[Page]) -> pl.DataFrame:
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
    return pl.DataFrame(values, schema={name: other.get(name) or LISTING_SEEN.schema[name] for name in values})


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


def _typed() -> dict[str, pl.Expr]:
    """The received texts as the table's values; other columns stay as they are."""
    asked = _money("asked_amount")
    title, url, is_search = pl.col("title").str.strip_chars(), pl.col("url"), pl.col("_is_search")
    promoted = pl.col("promoted") | pl.col("content_source").str.contains("promoted", literal=True)
    return {
        "day": pl.col("observed_at").dt.date(),
        "position": pl.col("_first_position") + pl.col("_place"),
        "title": pl.when(title != "").then(title),
        "url": pl.when(url.str.starts_with("/")).then(pl.col("_site") + url).otherwise(url),
        "asked_amount": asked,
        "price_eur": pl.when(pl.col("currency") == "EUR").then(asked),
        "service_fee_amount": _money("service_fee_amount"),
        "total_amount": _money("total_amount"),
        "view_count": pl.when(~is_search).then(pl.col("view_count")),
        "promoted": pl.when(is_search).then(promoted.fill_null(False)).otherwise(promoted),
        "photo_taken_at": pl.from_epoch("_taken").cast(UTC_TIME),
    }


def _money(column: str) -> pl.Expr:
    wide = pl.col(column).cast(pl.Decimal(38, 2))
    return wide.clip(-LARGEST_AMOUNT, LARGEST_AMOUNT).cast(MONEY)


def _rejected(pages: Sequence[Page], seen: pl.DataFrame, bad: pl.DataFrame) -> pl.DataFrame:
    rows = [
        _reject_row(page, reject.place, reject.reason, reject.detail, reject.raw)
        for page in pages
        for reject in page.rejects
    ]
    if len(bad):
        key = list(LISTING_SEEN.key)
        stood = [(page, index) for page in pages for index in range(len(page.items))]
        first = seen.with_row_index("_row").unique(key, keep="first").select(*key, "_row")
        for row, reason, detail in (
            bad.join(first, on=key, nulls_equal=True).select("_row", "refused_reason", "refused_detail").iter_rows()
        ):
            page, index = stood[row]
            rows.append(_reject_row(page, page.places[index], reason, detail, page.received(index)))
    return pl.DataFrame(rows, schema=REJECTED.schema, orient="row")


def _reject_row(page: Page, *told: Any) -> tuple[Any, ...]:
    place, reason, detail, raw = told
    origin, at = page.origin, page.answer.received_at
    return (
        origin.source,
        origin.market,
        origin.run_id,
        at.date(),
        at,
        f"{page.answer.url}#{place}",
        reason,
        detail,
        raw,
    )


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
