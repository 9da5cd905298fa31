"""This is where listings and things are written as sources tell of them. What a person wrote herself stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from vopt_lib.shop.tables import Listing, ListingPrice, ListingStatDay, Note, OrderLine
from vopt_lib.shop.taking_in.by_hand import is_by_hand
from vopt_lib.shop.taking_in.columns import COLUMNS, READ, hand_over, note_row, write_row
from vopt_lib.shop.taking_in.facts import FactKind, Facts
from vopt_lib.shop.taking_in.history_rows import write_days, write_photos, write_prices
from vopt_lib.shop.taking_in.item_rows import item_of, known_items, let_go
from vopt_lib.shop.taking_in.things import Offer, Standing
from vopt_lib.shop.taking_in.threads import chosen

if TYPE_CHECKING:
    from vopt_lib.shop.taking_in.settling import Scene

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
    """{key: its row} of those that there are already: hers where she wrote it herself, else by the marketplace's
    number, else by what was noted. And the things of those that are none any more: they go, unless she wrote in them.
    """
    every = [offer for group in groups for offer in group]
    noted = {row.facts["row"] for row in scene.rows.values() if row.kind == FactKind.LISTING and "row" in row.facts}
    mine = select(Listing).where(Listing.account_id == scene.account.id)
    numbers = {offer.number for offer in every if offer.number is not None}
    by_number = {row.external_id: row for row in chosen(scene.session, mine, Listing.external_id, numbers)}
    by_id = {row.id: row for row in chosen(scene.session, mine, Listing.id, noted)}
    found = {offer.key: by_id[ref] for offer in every if (ref := _by_hand(scene, offer)) in by_id}
    taken = {row.id for row in found.values()}
    for offer in every:
        row = by_number.get(offer.number)
        if row and row.id not in taken:
            taken.add(found.setdefault(offer.key, row).id)
    for offer in every:
        refs = sorted(scene.rows[key].facts.get("row", 0) for key in offer.keys)
        free = [by_id[ref] for ref in refs if ref in by_id and ref not in taken]
        if offer.key not in found and free:
            found[offer.key] = free[0]
            taken.add(free[0].id)
    left = {row.id: row for row in (*by_number.values(), *by_id.values()) if row.id not in taken}
    for offer in every:
        row = by_number.get(offer.number)
        if row and row.id in left:
            _hand_over(scene, row, found[offer.key])
    gone = [row for row in left.values() if not row.edited]
    for row in gone:
        _take_away(scene, row)
    scene.session.flush()
    return found, {row.item_id for row in gone}


def _by_hand(scene: Scene, offer: Offer) -> int | None:
    """The number of the row that she wrote; None: she wrote none."""
    hers = (scene.rows[key] for key in offer.keys)
    return next((row.facts["row"] for row in hers if is_by_hand(row)), None)


def _hand_over(scene: Scene, row: Listing, other: Listing) -> None:
    """Let what she wrote in a listing, in its thing and beside it go to the one that it is part of now."""
    was_alone = len(row.item.listings) == 1
    hand_over(row, other)
    hand_over(row.item, other.item)
    row.edited = []
    if was_alone:
        row.item.edited = []
    notes = (Note.about == Listing.__tablename__, Note.about_id == row.id)
    for note in scene.session.scalars(select(Note).where(*notes)):
        note.about_id = other.id


def _columns(offer: Offer, state: Standing) -> Facts:
    told = offer.facts.get("alone", {}) | {name: offer.now[name] for name in COLUMNS if name in offer.now}
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
