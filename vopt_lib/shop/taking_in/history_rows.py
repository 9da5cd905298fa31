"""This is where what a listing asked, how often it was seen, and its photos are written as sources tell of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, select

from vopt_lib.shop.tables import Listing, ListingPrice, ListingStatDay, Photo
from vopt_lib.shop.taking_in.facts import Facts, money, told_at
from vopt_lib.shop.taking_in.things import Offer, days, photos, prices
from vopt_lib.shop.taking_in.threads import chosen

if TYPE_CHECKING:
    from vopt_lib.shop.taking_in.settling import Scene

SOURCES: Final = ("archive", "wardrobe", "table")
"""Who tells of listings here; prices and days that others wrote are left alone."""

Wanted = dict[tuple[Any, ...], Facts]
Groups = Sequence[Sequence[Offer]]
Written = Mapping[str, Listing]


def write_prices(scene: Scene, groups: Groups, written: Written) -> None:
    """The history of what each listing asked."""
    wanted: Wanted = {
        (listing.id, told_at(stamp)): {"asked": money(asked), "currency": currency, "source": source}
        for offer, listing in _each(groups, written)
        for stamp, asked, currency, source in prices(offer)
    }
    _write(scene, ListingPrice, written, wanted, key_of=lambda row: (row.listing_id, row.at))


def write_days(scene: Scene, groups: Groups, written: Written) -> None:
    """How often each listing was seen and marked, day by day."""
    wanted: Wanted = {
        (listing.id, day, source): {**told, "asked": money(told.get("asked")), "source": source}
        for offer, listing in _each(groups, written)
        for (day, source), told in days(offer).items()
    }
    _write(scene, ListingStatDay, written, wanted, key_of=lambda row: (row.listing_id, row.day, row.source))


def _each(groups: Groups, written: Written) -> list[tuple[Offer, Listing]]:
    return [(offer, written[offer.key]) for group in groups for offer in group]


def _write(
    scene: Scene, table: Any, written: Written, wanted: Wanted, *, key_of: Callable[[Any], tuple[Any, ...]]
) -> None:
    """Bring the rows of these listings to what is wanted, but for those of other sources."""
    listings = {listing.id for listing in written.values()}
    there = {key_of(row): row for row in chosen(scene.session, select(table), table.listing_id, listings)}
    for key, row in there.items():
        if row.source in SOURCES and key not in wanted:
            scene.session.delete(row)
        elif row.source in SOURCES:
            for name, value in wanted[key].items():
                if getattr(row, name) != value:
                    setattr(row, name, value)
    names = [column.name for column in table.__table__.columns]
    first, second = (column.name for column in list(table.__table__.primary_key)[:2])
    new = [
        {**dict.fromkeys(names), first: key[0], second: key[1], "household_id": scene.account.household_id, **told}
        for key, told in wanted.items()
        if key not in there
    ]
    if new:
        scene.session.execute(insert(table), new)


def write_photos(scene: Scene, groups: Groups, written: Written) -> None:
    """The photos of each thing, in order. Those that she put in order, or added, stay as they are."""
    items = {written[group[0].key].item_id: group for group in groups}
    told = {sha256 for offer, _ in _each(groups, written) for sha256 in offer.facts["photos"]}
    there: dict[int, dict[str, Photo]] = {}
    for photo in chosen(scene.session, select(Photo), Photo.item_id, items):
        there.setdefault(photo.item_id, {})[photo.sha256] = photo
    for item_id, group in items.items():
        if "photos" in written[group[0].key].item.edited:
            continue
        known, wanted = there.get(item_id, {}), photos(group)
        for sha256 in told & known.keys() - set(wanted):
            scene.session.delete(known[sha256])
        for place, sha256 in enumerate(wanted):
            photo = known.get(sha256) or _new_photo(scene, item_id, sha256)
            scene.counts["photos_new"] += sha256 not in known
            if (photo.position, photo.is_primary) != (place, place == 0):
                photo.position, photo.is_primary = place, place == 0


def _new_photo(scene: Scene, item_id: int, sha256: str) -> Photo:
    photo = Photo(household_id=scene.account.household_id, item_id=item_id, sha256=sha256)
    scene.session.add(photo)
    return photo
