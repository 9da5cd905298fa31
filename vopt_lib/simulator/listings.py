"""This is where a given set of listings becomes a market that serves it as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from vopt_lib.schema.listing_text import TEXT_LANGUAGES
from vopt_lib.schema.queries import Term
from vopt_lib.schema.tables import LISTING_SEEN
from vopt_lib.schema.vinted_terms import INVENTED_FROM, brands, colours, condition_id, folded, size_group, sizes
from vopt_lib.simulator.arrays import Ints
from vopt_lib.simulator.draws import stable_number
from vopt_lib.simulator.market import StockedMarket
from vopt_lib.simulator.offers import Conversion, Seller
from vopt_lib.simulator.people import login_of
from vopt_lib.simulator.stock import DELETED, HIDDEN, NEVER, ON_SALE, RESERVED, SOLD, Stock, Timeline, epoch_s

WIRE_OVERRIDE: Final = "wire_override"
"""Optional column beside those of listing_seen: a JSON object that the server lays over the finished item as it is."""

_STATES: Final = {
    "on_sale": ON_SALE,
    "reserved": RESERVED,
    "sold": SOLD,
    "hidden": HIDDEN,
    "deleted": DELETED,
    "closed": DELETED,
}
MOST_ROWS: Final = 500_000
"""Rows that are served: each is held in memory, and the largest recorded set has a fifth of that."""
_ALWAYS_S: Final = 0
_LONG_AGO: Final = datetime(2020, 1, 1, tzinfo=UTC)
_Row = Mapping[str, Any]


class UnusableListings(ValueError):
    """Why a set of listings cannot be served."""


def read_listings(path: Path) -> StockedMarket:
    """The market of the listings in a Parquet file. Raises: UnusableListings."""
    try:
        rows = pl.scan_parquet(path).select(pl.len()).collect().item()
        if rows > MOST_ROWS:
            raise UnusableListings(f"it has {rows:,} rows, and at most {MOST_ROWS:,} are served")
        return from_listings(pl.read_parquet(path))
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        # Some damage to a file makes polars panic, which no Exception clause would catch.
        raise UnusableListings(str(error).splitlines()[0]) from error


def from_listings(frame: pl.DataFrame) -> StockedMarket:
    """A market of exactly these listings, ids and prices kept.

    Needs: listing_id. Every other column of listing_seen may be missing; a null is served as nothing, never guessed.
    A row is in force from its observed_at (always, where null) until the next row of that listing; price, state and
    favourites change with the rows, words and attributes are those of the last. An unknown brand or size gets an
    invented id that depends on its title alone. `wire_override` spoils a row on its way: '{"price": "gratis"}'.
    Raises: UnusableListings for a frame without rows or listing ids, a column of another kind, an unknown state, and an
        override or a conversion that is not a JSON object.
    """
    return StockedMarket(_stock(_in_order(frame)))


def _stock(rows: Sequence[Sequence[_Row]]) -> Stock:
    last = [sightings[-1] for sightings in rows]
    sellers, places = _sellers(last)
    moments = np.array([epoch_s(_published(sightings)) for sightings in rows], dtype=np.int64)
    return Stock(
        listing_id=np.array([row["listing_id"] for row in last], dtype=np.int64),
        created_s=moments,
        published_s=moments,
        catalog_id=np.array([row["query_catalog_id"] or 0 for row in last], dtype=np.int64),
        brand=[_brand(row) for row in last],
        size=[_size(row) for row in last],
        condition_id=np.array([_condition(row) for row in last], dtype=np.int64),
        colour_ids=np.array([_colours(row) for row in last], dtype=np.int64).reshape(-1, 2),
        material=[None] * len(last),
        title=[row["title"] or "" for row in last],
        description=[row["description"] or "" for row in last],
        currency=[row["currency"] or "EUR" for row in last],
        conversion=[_conversion(row) for row in last],
        seller_currency=None,
        fee_cohort=np.zeros(len(last), dtype=np.int64),
        service_fee=[_fee(row) for row in last],
        views_at_first=np.array([row["view_count"] or 0 for row in last], dtype=np.int64),
        views_per_favourite=np.zeros(len(last)),
        seller=places,
        sellers=sellers,
        promoted_score=np.array([1.0 if row["promoted"] else 0.0 for row in last]),
        photo_seed=np.array([stable_number("photo", row["listing_id"]) for row in last], dtype=np.int64),
        photo_count=np.ones(len(last), dtype=np.int64),
        wire=[_wire(row) for row in last],
        timeline=_timeline(rows),
    )


def _in_order(frame: pl.DataFrame) -> list[list[_Row]]:
    """The rows of each listing by time, the listings newest first."""
    if "listing_id" not in frame.columns or frame["listing_id"].null_count():
        raise UnusableListings("a row has no listing_id")
    wanted = {**LISTING_SEEN.schema, WIRE_OVERRIDE: pl.String()}
    try:
        whole = frame.select(
            (pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype=dtype)).alias(name)
            for name, dtype in wanted.items()
        )
    except pl.exceptions.PolarsError as error:
        raise UnusableListings(str(error).splitlines()[0]) from error
    _check(whole)
    whole = whole.sort("observed_at", nulls_last=False, maintain_order=True)
    groups: dict[int, list[_Row]] = {}
    for row in whole.iter_rows(named=True):
        mine = groups.setdefault(row["listing_id"], [])
        if mine and mine[-1]["observed_at"] == row["observed_at"]:
            mine.pop()
        mine.append(row)
    in_file = {listing_id: place for place, listing_id in enumerate(frame["listing_id"].unique(maintain_order=True))}
    return sorted(groups.values(), key=lambda mine: (-_published(mine).timestamp(), in_file[mine[0]["listing_id"]]))


def _check(whole: pl.DataFrame) -> None:
    if whole.is_empty():
        raise UnusableListings("it has no rows")
    if (whole["listing_id"] < 1).any():
        raise UnusableListings("a listing_id is not 1 or more")
    if unknown := sorted(set(whole["state"].drop_nulls()) - set(_STATES)):
        raise UnusableListings(f"the state “{unknown[0]}” is not known; known: {', '.join(_STATES)}")


def _published(sightings: Sequence[_Row]) -> datetime:
    uploaded: datetime | None = sightings[-1]["uploaded_at"]
    seen = (row["observed_at"] for row in sightings)
    return uploaded or next((at for at in seen if at is not None), _LONG_AGO)


def _timeline(rows: Sequence[Sequence[_Row]]) -> Timeline:
    most = max((len(sightings) for sightings in rows), default=1)
    event_s = np.full((len(rows), most), NEVER, dtype=np.int64)
    status = np.zeros(event_s.shape, dtype=np.int8)
    cents, favourites = np.zeros(event_s.shape, dtype=np.int64), np.zeros(event_s.shape, dtype=np.int64)
    for place, sightings in enumerate(rows):
        for event, row in enumerate(sightings):
            event_s[place, event] = _ALWAYS_S if row["observed_at"] is None else epoch_s(row["observed_at"])
            status[place, event] = _STATES[row["state"] or "on_sale"]
            cents[place, event] = int((row["asked_amount"] or row["price_eur"] or Decimal(0)) * 100)
            favourites[place, event] = row["favourite_count"] or 0
    return Timeline(event_s, status, cents, favourites, np.zeros(event_s.shape))


def _sellers(rows: Sequence[_Row]) -> tuple[tuple[Seller, ...], Ints]:
    """One seller per pseudonym; a listing without one has a seller of its own."""
    sellers: dict[str, Seller] = {}
    for row in rows:
        seller_id = 10_000_000 + stable_number("seller", _seller_key(row), bits=40)
        is_business = bool(row["seller_is_business"])
        sellers.setdefault(
            _seller_key(row),
            Seller(
                seller_id, login_of(seller_id, is_business), is_business, "IT", joined_at=_LONG_AGO, feedback_count=0
            ),
        )
    places = {key: place for place, key in enumerate(sellers)}
    return tuple(sellers.values()), np.array([places[_seller_key(row)] for row in rows], dtype=np.int64)


def _seller_key(row: _Row) -> str:
    return str(row["seller_hash"] or row["listing_id"])


def _brand(row: _Row) -> Term | None:
    title: str | None = row["brand"]
    if not title:
        return None
    return Term(_known_brands().get(folded(title)) or _invented_id("brand", title), title)


def _size(row: _Row) -> Term | None:
    title: str | None = row["size"]
    if not title:
        return None
    known = _known_sizes(row["query_catalog_id"] or 0)
    return Term(known.get(folded(title)) or _invented_id("size", title), title)


@cache
def _known_brands() -> Mapping[str, int]:
    return {folded(term.title): term.id for term in brands()}


@cache
def _known_sizes(catalog_id: int) -> Mapping[str, int]:
    return {folded(term.title): term.id for term in sizes().get(size_group(catalog_id) or "", ())}


@cache
def _known_colours() -> Mapping[str, int]:
    """Colours by name, Italian before English before others: "rose" is no pink in English."""
    known: dict[str, int] = {}
    for language in TEXT_LANGUAGES:
        for colour in colours():
            known.setdefault(folded(colour.labels[language]), colour.id)
    return known


def _invented_id(kind: str, title: str) -> int:
    return INVENTED_FROM + 1_000_000 + stable_number(kind, folded(title), bits=44)


def _condition(row: _Row) -> int:
    return row["condition_id"] or condition_id(row["condition_label"] or "") or 0


def _colours(row: _Row) -> tuple[int, int]:
    known = _known_colours()
    named = [known[word] for part in (row["colour"] or "").split(",") if (word := folded(part)) in known]
    first, second = [*named, 0, 0][:2]
    return first, second


def _fee(row: _Row) -> Decimal | None:
    fee: Decimal | None = row["service_fee_amount"]
    if fee is None and row["total_amount"] is not None and row["asked_amount"] is not None:
        fee = row["total_amount"] - row["asked_amount"]
    return fee


def _conversion(row: _Row) -> Conversion | None:
    """A conversion as the site writes it."""
    raw = _json_object(row, "conversion")
    if not raw:
        return None
    try:
        return Conversion(
            seller_price=Decimal(str(raw["seller_price"])),
            seller_currency=str(raw["seller_currency"]),
            rate=Decimal(str(raw["fx_rounded_rate"])),
            markup=Decimal(str(raw.get("fx_markup_rate") or 0)),
        )
    except (KeyError, ArithmeticError) as error:
        raise UnusableListings(f"conversion {row['conversion']!r} is not as the site writes it") from error


def _wire(row: _Row) -> Mapping[str, Any] | None:
    """What is laid over the finished item: the override, and a price of null where none was recorded."""
    priceless: dict[str, Any] = {"price": None} if row["asked_amount"] is None and row["price_eur"] is None else {}
    return priceless | _json_object(row, WIRE_OVERRIDE) or None


def _json_object(row: _Row, name: str) -> dict[str, Any]:
    try:
        value = json.loads(row[name] or "{}")
    except ValueError as error:
        raise UnusableListings(f"{name} {row[name]!r} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise UnusableListings(f"{name} {row[name]!r} is not a JSON object")
    return value
