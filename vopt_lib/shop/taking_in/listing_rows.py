"""This is where listings and things are written as sources tell of them. What a person wrote herself stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select, update

from vopt_lib.shop.tables import Evidence, Expense, Item, Listing, ListingPrice, ListingStatDay, OrderLine, Photo
from vopt_lib.shop.taking_in.facts import FactKind, Facts, moment, money
from vopt_lib.shop.taking_in.history_rows import write_days, write_photos, write_prices
from vopt_lib.shop.taking_in.things import Offer, Standing, newest
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

States = Mapping[str, Standing]


def write_listings(scene: Scene, groups: Sequence[list[Offer]], states: States) -> dict[str, Listing]:
    """Bring things, listings, prices, days and photos to what was told. Returns {key of a listing: its row}."""
    session = scene.session
    known, left = _known_listings(scene, groups)
    items = _known_items(scene, groups, known)
    written: dict[str, Listing] = {}
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
            write_row(listing, _columns(offer, states[offer.key]), scene.counts, "listings")
            written[offer.key] = listing
    session.flush()
    made = {key: written[offer.key].id for group in groups for offer in group for key in offer.keys}
    for row in scene.rows.values():
        if row.kind == FactKind.LISTING:
            note_row(row, made.get(row.key))
    write_prices(scene, groups, written)
    write_days(scene, groups, written)
    write_photos(scene, groups, written)
    _let_go(scene, left)
    return written


def _known_listings(scene: Scene, groups: Sequence[list[Offer]]) -> tuple[dict[str, Listing], set[int]]:
    """{key: its row} of those that there are already: by the marketplace's number, else by what was noted. And the
    things of those that are none any more.
    """
    every = [offer for group in groups for offer in group]
    noted = {row.facts["row"] for row in scene.rows.values() if row.kind == FactKind.LISTING and "row" in row.facts}
    mine = select(Listing).where(Listing.account_id == scene.account.id)
    numbers = {offer.number for offer in every if offer.number is not None}
    by_number = {row.external_id: row for row in chosen(scene.session, mine, Listing.external_id, numbers)}
    by_id = {row.id: row for row in chosen(scene.session, mine, Listing.id, noted)}
    found = {offer.key: by_number[offer.number] for offer in every if offer.number in by_number}
    taken = {row.id for row in found.values()}
    for offer in every:
        refs = sorted(scene.rows[key].facts.get("row", 0) for key in offer.keys)
        free = [by_id[ref] for ref in refs if ref in by_id and ref not in taken]
        if offer.key not in found and free:
            found[offer.key] = free[0]
            taken.add(free[0].id)
    gone = [row for row in by_id.values() if row.id not in taken]
    for row in gone:
        _take_away(scene, row)
    return found, {row.item_id for row in gone}


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


def _columns(offer: Offer, state: Standing) -> Facts:
    told = {name: offer.now[name] for name in _OF_LISTING if name in offer.now}
    columns = {name: _READ[name](value) if name in _READ else value for name, value in told.items()}
    if offer.number is not None:
        columns["external_id"] = offer.number
    return {**columns, "state": state.state, "reason": state.reason, "ended_at": state.ended_at}


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
        edited = (*edited, "reason", "ended_at")
    differing = {name: value for name, value in columns.items() if name not in edited and getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def note_row(row: Evidence, row_id: int | None) -> None:
    """Remember the row that was made of a fact; None: none was."""
    facts = {name: value for name, value in row.facts.items() if name != "row"}
    if row_id is not None:
        facts["row"] = row_id
    if facts != row.facts:
        row.facts = facts


def _let_go(scene: Scene, left: Iterable[int]) -> None:
    """Take away things that no listing offers any more: they were taken for others. Those that she wrote on stay."""
    offered = select(Listing.id).where(Listing.item_id == Item.id).exists()
    spent = select(Expense.id).where(Expense.item_id == Item.id).exists()
    scene.session.flush()
    for item in list(chosen(scene.session, select(Item).where(~offered, ~spent), Item.id, left)):
        if not item.edited:
            scene.session.execute(delete(Photo).where(Photo.item_id == item.id))
            scene.session.delete(item)


def _take_away(scene: Scene, listing: Listing) -> None:
    """Take away a listing that is part of another one now, or none."""
    for table in (ListingPrice, ListingStatDay):
        scene.session.execute(delete(table).where(table.listing_id == listing.id))
    scene.session.execute(update(OrderLine).where(OrderLine.listing_id == listing.id).values(listing_id=None))
    scene.session.delete(listing)
