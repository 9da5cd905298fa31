"""This is where listings and things are written as sources tell of them. What a person wrote herself stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from vopt_lib.shop.tables import Evidence, Item, Listing
from vopt_lib.shop.taking_in.facts import Facts, moment, money
from vopt_lib.shop.taking_in.history_rows import write_days, write_photos, write_prices
from vopt_lib.shop.taking_in.things import Offer, newest
from vopt_lib.shop.taking_in.threads import chosen

if TYPE_CHECKING:
    from vopt_lib.shop.taking_in.settling import Scene

_READ: Final[Mapping[str, Any]] = {
    "asked": money,
    "listed_at": moment,
    "cost": money,
    "bought_on": lambda text: date.fromisoformat(text),
}
_OF_LISTING: Final[tuple[str, ...]] = (
    *("title", "description", "brand", "size", "condition_id", "colour", "second_colour", "material", "parcel_size"),
    *("listed_at", "asked", "currency", "url", "catalog_id", "quantity"),
)
_OF_ITEM: Final = ("place", "cost", "currency", "bought_on", "tags")

States = Mapping[str, tuple[str, datetime | None]]


def write_listings(
    scene: Scene, groups: Sequence[list[Offer]], states: States, rows: Mapping[str, Evidence], counts: Counter[str]
) -> dict[str, Listing]:
    """Bring things, listings, prices, days and photos to what was told. Returns {key of a listing: its row}."""
    if not groups:
        return {}
    session = scene.session
    known = _known_listings(scene, groups, rows)
    items = _known_items(scene, groups, known)
    written: dict[str, Listing] = {}
    left: set[int] = set()
    for group in groups:
        item = _item(scene, group, known, items)
        for offer in group:
            listing = known.get(offer.key)
            if listing is None:
                listing = Listing(household_id=item.household_id, account_id=scene.account.id, item=item)
                listing.quantity, listing.description, listing.currency = 1, "", scene.currency
                session.add(listing)
            elif "item_id" not in listing.edited and listing.item_id != item.id:
                left.add(listing.item_id)
                listing.item = item
            write_row(listing, _columns(offer, states[offer.key]), counts, "listings")
            written[offer.key] = listing
    session.flush()
    _note_rows(written, groups, rows)
    write_prices(scene, groups, written)
    write_days(scene, groups, written)
    write_photos(scene, groups, written, counts)
    _let_go(scene, left)
    return written


def _known_listings(scene: Scene, groups: Sequence[list[Offer]], rows: Mapping[str, Evidence]) -> dict[str, Listing]:
    """{key: its row} of those that there are already: by the marketplace's number, else by what was noted."""
    every = [offer for group in groups for offer in group]
    noted = {row.facts["row"] for row in rows.values() if row.kind == "listing" and "row" in row.facts}
    mine = select(Listing).where(Listing.account_id == scene.account.id)
    numbers = {offer.number for offer in every if offer.number is not None}
    by_number = {row.external_id: row for row in chosen(scene.session, mine, Listing.external_id, numbers)}
    by_id = {row.id: row for row in chosen(scene.session, mine, Listing.id, noted)}
    found = {offer.key: by_number[offer.number] for offer in every if offer.number in by_number}
    taken = {row.id for row in found.values()}
    for offer in every:
        refs = sorted(rows[key].facts.get("row", 0) for key in offer.keys)
        free = [by_id[ref] for ref in refs if ref in by_id and ref not in taken]
        if offer.key not in found and free:
            found[offer.key] = free[0]
            taken.add(free[0].id)
    for row in by_id.values():
        if row.id not in taken and "deleted_at" not in row.edited:
            row.deleted_at = scene.at
    return found


def _known_items(scene: Scene, groups: Sequence[list[Offer]], known: Mapping[str, Listing]) -> dict[str | int, Item]:
    """{its number, and its code: a thing} that these listings may be of."""
    mine = select(Item).where(Item.household_id == scene.account.household_id)
    codes = {group[0].code for group in groups} | {code for group in groups if (code := _told(group).get("sku"))}
    found = [
        *chosen(scene.session, mine, Item.sku, codes),
        *chosen(scene.session, mine, Item.id, {listing.item_id for listing in known.values()}),
    ]
    return {item.id: item for item in found} | {item.sku: item for item in found}


def _item(scene: Scene, group: Sequence[Offer], known: Mapping[str, Listing], items: dict[str | int, Item]) -> Item:
    """The thing that these listings offer, brought to what was told of it."""
    told = _told(group)
    rows = [known[offer.key] for offer in group if offer.key in known]
    now = sorted({items[row.item_id].id for row in rows})
    edited = [items[one] for one in now if items[one].edited]
    code = group[0].code
    wanted = items.get(told.get("sku", ""))
    item = wanted or next(iter(edited), None) or items.get(code) or next((items[one] for one in now), None)
    if item is None:
        item = Item(household_id=scene.account.household_id, person_id=scene.account.person_id, sku=code)
        item.currency, item.tags, item.edited = scene.currency, [], []
        scene.session.add(item)
    elif item.deleted_at and "deleted_at" not in item.edited and item.id not in now:
        item.deleted_at = None
    sku = told.pop("sku", code)
    if sku not in items:
        told["sku"] = sku
    set_columns(item, told)
    items[item.sku] = item
    return item


def _told(group: Sequence[Offer]) -> Facts:
    """What was told of the thing itself."""
    now: dict[str, Any] = reduce(newest, (offer.facts["now"] for offer in group), {})
    told = {name.removeprefix("item."): value for name, (_, value) in now.items() if name.startswith("item.")}
    return {name: _READ[name](value) if name in _READ else value for name, value in told.items()}


def _columns(offer: Offer, state: tuple[str, datetime | None]) -> Facts:
    told = {name: offer.now[name] for name in _OF_LISTING if name in offer.now}
    columns = {name: _READ[name](value) if name in _READ else value for name, value in told.items()}
    if offer.number is not None:
        columns["external_id"] = offer.number
    return {**columns, "state": state[0], "ended_at": state[1]}


def write_row(row: Any, columns: Facts, counts: Counter[str], name: str) -> None:
    """Set columns, and count the row where it is new or another than before."""
    if row.id is None:
        counts[f"{name}_new"] += 1
        set_columns(row, columns)
    elif set_columns(row, columns):
        counts[f"{name}_changed"] += 1


def set_columns(row: Any, columns: Mapping[str, Any]) -> bool:
    """Set the columns that no person wrote. Returns whether one was another before."""
    edited = row.edited or ()
    if "state" in edited:
        edited = (*edited, "ended_at")
    differing = {name: value for name, value in columns.items() if name not in edited and getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def _note_rows(written: Mapping[str, Listing], groups: Iterable[list[Offer]], rows: Mapping[str, Evidence]) -> None:
    """Remember of which row each fact tells."""
    for group in groups:
        for offer in group:
            for key in offer.keys:
                note_row(rows[key], written[offer.key].id)


def note_row(row: Evidence, row_id: int) -> None:
    """Remember the row that was made of a fact."""
    if row.facts.get("row") != row_id:
        row.facts = {**row.facts, "row": row_id}


def _let_go(scene: Scene, left: Iterable[int]) -> None:
    """Put away things that no listing offers any more: they were taken for others."""
    offered = select(Listing.id).where(Listing.item_id == Item.id, Listing.deleted_at.is_(None)).exists()
    for item in chosen(scene.session, select(Item).where(~offered), Item.id, left):
        if not item.edited:
            item.deleted_at = scene.at
