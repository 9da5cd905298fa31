"""This is where a person's listings are looked through: narrowed, put in order, counted, and compared with each other.

Everything starts from what she may see (`sight`), and reads only what one page of the list needs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Float, Select, Text, case, cast, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.functions import FunctionElement

from vopt_lib.schema.filters import InventoryFilters
from vopt_lib.schema.inventory_page import ROWS_AT_ONCE, Alike, Found, OwnRow
from vopt_lib.schema.own_photos import photo_name
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.columns import CENT
from vopt_lib.shop.search import asked_words, having, nearest, words_of
from vopt_lib.shop.sight import deleted_listings_of, listings_of
from vopt_lib.shop.states import State
from vopt_lib.shop.tables import ChannelAccount, Item, Listing, ListingStatDay, Photo
from vopt_lib.words import N_

MOST_ALIKE: Final = 6
WORDS_COMPARED: Final = 5

TRAITS: Final = (
    (Listing.item_id, 8, N_("the same thing")),
    (Listing.catalog_id, 3, N_("same catalogue")),
    (Listing.brand, 3, N_("same brand")),
    (Listing.size, 1, N_("same size")),
)
"""What makes two listings alike: (column, what it counts, its name). A shared word of the title counts 1."""

ALIKE_FROM: Final = 4
"""Points from which on two listings are alike: the catalogue alone is not enough."""


class DaysBetween(FunctionElement[float]):
    """Days from one moment to another, with their part of a day."""

    type = Float()
    inherit_cache = True
    name = "days_between"


@compiles(DaysBetween)
def _in_sqlite(element: DaysBetween, compiler: Any, **told: Any) -> str:
    begin, end = (compiler.process(clause, **told) for clause in element.clauses)
    return f"(julianday({end}) - julianday({begin}))"


@compiles(DaysBetween, "postgresql")
def _in_postgresql(element: DaysBetween, compiler: Any, **told: Any) -> str:
    begin, end = (compiler.process(clause, **told) for clause in element.clauses)
    return f"(extract(epoch from ({end}) - ({begin})) / 86400)"


def find_listings(session: Session, member: Member, filters: InventoryFilters, *, now: datetime) -> Found:
    """Her listings that fit, one page of them. Where nothing has a word she typed, the nearest words stand for it."""
    fitting, instead = _fitting(session, member, filters, now)
    found = _page(session, fitting, filters, now)
    return replace(found, instead=_seen_in(found.rows, instead)) if instead else found


def fitting_listings(session: Session, member: Member, filters: InventoryFilters, *, now: datetime) -> Select[Listing]:
    """The question for all of her listings that fit, on whatever page of the list they stand."""
    return _fitting(session, member, filters, now)[0]


def rows_of(session: Session, ids: Sequence[int], now: datetime) -> tuple[OwnRow, ...]:
    """Listings as they stand in a list, in the order of these numbers. Whose they are must be clear before."""
    if not ids:
        return ()
    asked = (
        select(Listing, Item, ChannelAccount.name, newest_stat("views"), newest_stat("favourites"))
        .join(Item, Listing.item_id == Item.id)
        .join(ChannelAccount, Listing.account_id == ChannelAccount.id)
        .where(Listing.id.in_(ids))
    )
    photos = _photos(session, ids)
    rows = {
        listing.id: _row(listing, item, now, account=account, views=views, favourites=liked, photo=photos.get(item.id))
        for listing, item, account, views, liked in session.execute(asked)
    }
    return tuple(rows[one] for one in ids if one in rows)


def similar(session: Session, member: Member, listing: Listing, *, now: datetime) -> tuple[Alike, ...]:
    """Listings of her own that are most like this one, sold ones too, and what they share with it."""
    own = words_of(listing.brand or "")
    words = [word for word in dict.fromkeys(words_of(listing.title)) if len(word) >= 4 and word not in own]
    compared = sorted(words, key=len, reverse=True)[:WORDS_COMPARED]
    shared = [(column == getattr(listing, column.key), weight) for column, weight, _ in TRAITS]
    known = [
        (same, weight) for (same, weight), (column, *_) in zip(shared, TRAITS, strict=True) if _has(listing, column)
    ]
    known += [(Listing.search_text.contains(word), 1) for word in compared]
    score: ColumnElement[int] = sum((case((same, weight), else_=0) for same, weight in known), start=literal(0))
    others = listings_of(member).where(Listing.id != listing.id, score >= ALIKE_FROM).with_only_columns(Listing.id)
    ids = session.scalars(others.order_by(score.desc(), Listing.id.desc()).limit(MOST_ALIKE)).all()
    return tuple(_alike(listing, row, compared) for row in rows_of(session, ids, now))


def newest_stat(name: str) -> ColumnElement[int | None]:
    """The newest number of views or favourites that is known of a listing."""
    column = getattr(ListingStatDay, name)
    of_it = select(column).where(ListingStatDay.listing_id == Listing.id, column.is_not(None))
    return of_it.order_by(ListingStatDay.day.desc(), ListingStatDay.source.desc()).limit(1).scalar_subquery()


def _fitting(
    session: Session, member: Member, filters: InventoryFilters, now: datetime
) -> tuple[Select[Listing], dict[str, tuple[str, ...]]]:
    """What fits, and the words that stand for those she typed, where nothing has these."""
    words, narrowed = asked_words(filters.text or ""), _narrowed(member, filters, now)
    exactly = narrowed.where(*having(words, {}))
    if not words or session.scalars(exactly.with_only_columns(Listing.id).limit(1)).first() is not None:
        return exactly, {}
    instead = nearest(session, member.household_id, words)
    return (narrowed.where(*having(words, instead)), instead) if instead else (exactly, {})


def _narrowed(member: Member, filters: InventoryFilters, now: datetime) -> Select[Listing]:
    """All that fits but for the words."""
    is_gone = filters.state == "deleted"
    statement = deleted_listings_of(member) if is_gone else listings_of(member)
    if filters.state and not is_gone:
        statement = statement.where(Listing.state == filters.state)
    for column, wanted in (
        (Listing.account_id, filters.account),
        (Listing.catalog_id, filters.catalog),
        (Listing.brand, filters.brand),
        (Listing.size, filters.size),
        (Listing.condition_id, filters.condition),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if filters.person is not None:
        hers = select(ChannelAccount.id).where(ChannelAccount.person_id == filters.person)
        statement = statement.where(Listing.account_id.in_(hers))
    if filters.price_from is not None:
        statement = statement.where(Listing.asked >= filters.price_from.quantize(CENT))
    if filters.price_to is not None:
        statement = statement.where(Listing.asked <= filters.price_to.quantize(CENT))
    if filters.days is not None:
        statement = statement.where(_days(now) >= filters.days)
    return _of_things(statement, filters)


def _of_things(statement: Select[Listing], filters: InventoryFilters) -> Select[Listing]:
    if filters.place is None and filters.tag is None:
        return statement
    things = select(Item.id)
    if filters.place is not None:
        things = things.where(Item.place == filters.place)
    if filters.tag is not None:
        # As JSON writes it: no tag is a part of another one, in quotes.
        things = things.where(cast(Item.tags, Text).contains(json.dumps(filters.tag), autoescape=True))
    return statement.where(Listing.item_id.in_(things))


def _days(now: datetime) -> ColumnElement[float]:
    return DaysBetween(Listing.listed_at, func.coalesce(Listing.ended_at, literal(now, Listing.ended_at.type)))


def _page(session: Session, statement: Select[Listing], filters: InventoryFilters, now: datetime) -> Found:
    total = session.scalars(statement.with_only_columns(func.count(Listing.id))).one()
    if not total:
        return Found()
    page = min(filters.page, -(-total // ROWS_AT_ONCE))
    asked = statement.with_only_columns(Listing.id).order_by(*_order(filters, now))
    ids = session.scalars(asked.limit(ROWS_AT_ONCE).offset((page - 1) * ROWS_AT_ONCE)).all()
    return Found(rows_of(session, ids, now), total)


def _order(filters: InventoryFilters, now: datetime) -> tuple[ColumnElement[Any], ...]:
    """Drafts are the newest of all: they are being worked on. What is not known comes last."""
    began = func.coalesce(Listing.listed_at, Listing.created_at)
    if filters.order == "oldest":
        return began.asc(), Listing.id.asc()
    orders: dict[str, ColumnElement[Any]] = {
        "newest": began.desc(),
        "cheapest": Listing.asked.asc().nulls_last(),
        "dearest": Listing.asked.desc().nulls_last(),
        "slowest": _days(now).desc().nulls_last(),
        "viewed": newest_stat("views").desc().nulls_last(),
        "liked": newest_stat("favourites").desc().nulls_last(),
    }
    return orders[filters.order], Listing.id.desc()


def _row(listing: Listing, item: Item, now: datetime, **told: Any) -> OwnRow:
    listed, ended = listing.listed_at, listing.ended_at or now
    return OwnRow(
        listing_id=listing.id,
        item_id=item.id,
        title=listing.title,
        state=State(listing.state),
        sku=item.sku,
        brand=listing.brand,
        size=listing.size,
        condition_id=listing.condition_id,
        catalog_id=listing.catalog_id,
        place=item.place,
        tags=tuple(item.tags),
        asked=listing.asked,
        currency=listing.currency,
        listed_at=listed,
        days=None if listed is None else max((ended - listed).days, 0),
        url=listing.url,
        **told,
    )


def _photos(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """{item: the name of the photo that stands for it}."""
    things = select(Listing.item_id).where(Listing.id.in_(ids))
    asked = select(Photo.item_id, Photo.sha256, Photo.quarters).where(Photo.item_id.in_(things))
    first: dict[int, str] = {}
    rows = session.execute(asked.order_by(Photo.is_primary.desc(), Photo.position, Photo.id))
    for item_id, sha256, quarters in rows:
        first.setdefault(item_id, photo_name(sha256, quarters))
    return first


def _seen_in(rows: Sequence[OwnRow], instead: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The words that were found in her own listings: those of others are nothing for her."""
    shown = " ".join(" ".join(words_of(f"{row.title} {row.brand or ''}")) for row in rows)
    return {word: tuple(one for one in near if one in shown) for word, near in instead.items() if rows}


def _has(listing: Listing, column: InstrumentedAttribute[Any]) -> bool:
    return getattr(listing, column.key) is not None


def _alike(listing: Listing, row: OwnRow, words: Sequence[str]) -> Alike:
    traits = (
        why
        for column, _, why in TRAITS
        if _has(listing, column) and getattr(listing, column.key) == getattr(row, column.key)
    )
    told = " ".join(words_of(row.title))
    return Alike(row, tuple(traits), tuple(word for word in words if word in told))
