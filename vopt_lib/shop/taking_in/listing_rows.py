"""This is where listings and things are written as sources tell of them. What a person wrote herself stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select, update

from vopt_lib.shop.tables import Listing, ListingPrice, ListingStatDay, OrderLine
from vopt_lib.shop.taking_in.columns import READ, note_row, write_row
from vopt_lib.shop.taking_in.facts import FactKind, Facts
from vopt_lib.shop.taking_in.history_rows import write_days, write_photos, write_prices
from vopt_lib.shop.taking_in.item_rows import item_of, known_items, let_go
from vopt_lib.shop.taking_in.things import Offer, Standing
from vopt_lib.shop.taking_in.threads import chosen

if TYPE_CHECKING:
    from vopt_lib.shop.taking_in.settling import Scene

_OF_LISTING: Final[tuple[str, ...]] = (
    *("title", "description", "brand", "size", "condition_id", "colour", "second_colour", "material", "parcel_size"),
    *("listed_at", "asked", "currency", "url", "catalog_id", "quantity"),
)

States = Mapping[str, Standing]


def write_listings(scene: Scene, groups: Sequence[list[Offer]], states: States) -> dict[str, Listing]:
    """Bring things, listings, prices, days and photos to what was told. Returns {key of a listing: its row}."""
    session = scene.session
    known, left = _known_listings(scene, groups)
    items = known_items(scene, groups, known)
    written: dict[str, Listing] = {}
    for group in groups:
        item = item_of(scene, group, known, items)
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
    let_go(scene, left)
    return written


def _known_listings(scene: Scene, groups: Sequence[list[Offer]]) -> tuple[dict[str, Listing], set[int]]:
    """{key: its row} of those that there are already: by the marketplace's number, else by what was noted. And the
    things of those that are none any more: they go, unless she wrote in them.
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
    gone = [row for row in by_id.values() if row.id not in taken and not row.edited]
    for row in gone:
        _take_away(scene, row)
    return found, {row.item_id for row in gone}


def _columns(offer: Offer, state: Standing) -> Facts:
    told = {name: offer.now[name] for name in _OF_LISTING if name in offer.now}
    columns = {name: READ[name](value) if name in READ else value for name, value in told.items()}
    if offer.number is not None:
        columns["external_id"] = offer.number
    return {**columns, "state": state.state, "reason": state.reason, "ended_at": state.ended_at}


def _take_away(scene: Scene, listing: Listing) -> None:
    """Take away a listing that is part of another one now, or none."""
    for table in (ListingPrice, ListingStatDay):
        scene.session.execute(delete(table).where(table.listing_id == listing.id))
    scene.session.execute(update(OrderLine).where(OrderLine.listing_id == listing.id).values(listing_id=None))
    scene.session.delete(listing)
