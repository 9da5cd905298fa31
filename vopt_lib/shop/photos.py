"""This is where the photos of a thing are put in order, turned, added, deleted, and brought back.

All of it happens in the transaction of the session that is handed in: whoever writes is alone, so that of two people
who do it at once the second goes on from what the first left. After every deed the photos stand in the places 0, 1, 2 …
and the first of them stands for the thing. No import changes its photos any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.orm import Session

from vopt_lib.errors import PhotosEnough, UnknownPhoto
from vopt_lib.schema.own_photos import MOST_SHOWN
from vopt_lib.shop import audit
from vopt_lib.shop.tables import DeletedPhoto, Item, Photo


def move_photo(session: Session, item: Item, photo_id: int, place: int) -> None:
    """Put one of its photos in this place (0: the first), the last one where there are not so many.

    Raises: UnknownPhoto.
    """
    photo = _found(item, photo_id)
    others = [one for one in item.photos if one is not photo]
    others.insert(max(place, 0), photo)
    _settle(session, item, others, names_of(item))


def turn_photo(session: Session, item: Item, photo_id: int, quarters: int) -> None:
    """Turn one of its photos clockwise by so many quarters, on from how it is turned now. Raises: UnknownPhoto."""
    photo, before = _found(item, photo_id), names_of(item)
    photo.quarters = (photo.quarters + quarters) % 4
    _settle(session, item, item.photos, before)


def delete_photo(session: Session, item: Item, photo_id: int) -> int:
    """Delete one of its photos. Returns: the number by which it can come back. Raises: UnknownPhoto."""
    photo, before = _found(item, photo_id), names_of(item)
    gone = _deleted(session, item, photo.sha256, quarters=photo.quarters, position=item.photos.index(photo))
    session.delete(photo)
    _settle(session, item, [one for one in item.photos if one is not photo], before)
    return gone.id


def bring_photo_back(session: Session, item: Item, deleted_id: int) -> None:
    """Put a deleted photo where it was, as it was turned; one that came again meanwhile stays where it is.

    Raises: UnknownPhoto, also where it is gone for good.
    """
    asked = select(DeletedPhoto).where(DeletedPhoto.id == deleted_id, DeletedPhoto.item_id == item.id)
    gone = session.scalars(asked).one_or_none()
    if gone is None:
        raise UnknownPhoto
    photos, before = list(item.photos), names_of(item)
    if not _has(item, gone.sha256):
        photos.insert(gone.position, _new(session, item, gone.sha256, gone.quarters))
    session.delete(gone)
    _settle(session, item, photos, before)


def announce_photo(session: Session, item: Item, sha256: str) -> int | None:
    """Remember that a photo is coming, as if it had been deleted just now from behind the others.

    Returns: the number by which it comes (`bring_photo_back`); None: the thing has it already.
    Raises: PhotosEnough, when it has as many photos as a listing shows, or more.
    """
    if _has(item, sha256):
        return None
    if len(item.photos) >= MOST_SHOWN:
        raise PhotosEnough(most=MOST_SHOWN)
    coming = _deleted(session, item, sha256, quarters=0, position=MOST_SHOWN)
    session.flush()
    return coming.id


def names_of(item: Item) -> list[str]:
    """What its photos are called as they are shown, in their order."""
    return [photo.name for photo in item.photos]


def deleted_before(connection: Connection, moment: datetime) -> set[str]:
    """The hashes of photos that were deleted before this moment."""
    asked = select(DeletedPhoto.sha256).where(DeletedPhoto.deleted_at < moment)
    return set(connection.scalars(asked))


def forget_deleted(connection: Connection, sha256: str, moment: datetime) -> None:
    """Forget that this photo was deleted before this moment: it cannot come back any more."""
    past = (DeletedPhoto.sha256 == sha256, DeletedPhoto.deleted_at < moment)
    connection.execute(delete(DeletedPhoto).where(*past))


def is_needed(connection: Connection, sha256: str, moment: datetime) -> bool:
    """Whether anything has this photo, or had it until this moment or later."""
    shown = select(Photo.id).where(Photo.sha256 == sha256).limit(1)
    young = select(DeletedPhoto.id).where(DeletedPhoto.sha256 == sha256, DeletedPhoto.deleted_at >= moment).limit(1)
    return any(connection.scalar(asked) is not None for asked in (shown, young))


def _found(item: Item, photo_id: int) -> Photo:
    photo = next((one for one in item.photos if one.id == photo_id), None)
    if photo is None:
        raise UnknownPhoto
    return photo


def _has(item: Item, sha256: str) -> bool:
    return any(photo.sha256 == sha256 for photo in item.photos)


def _deleted(session: Session, item: Item, sha256: str, *, quarters: int, position: int) -> DeletedPhoto:
    common = {"household_id": item.household_id, "item_id": item.id, "deleted_at": audit.author_of(session).at}
    gone = DeletedPhoto(**common, sha256=sha256, quarters=quarters, position=position)
    session.add(gone)
    return gone


def _new(session: Session, item: Item, sha256: str, quarters: int = 0) -> Photo:
    photo = Photo(household_id=item.household_id, item_id=item.id, sha256=sha256, quarters=quarters, position=0)
    session.add(photo)
    return photo


def _settle(session: Session, item: Item, photos: Sequence[Photo], before: Sequence[str]) -> None:
    """Let these be its photos, in this order, and write down what they were and are, unless they are as they were."""
    for place, photo in enumerate(photos):
        if (photo.position, photo.is_primary) != (place, place == 0):
            photo.position, photo.is_primary = place, place == 0
    if "photos" not in item.edited:
        # Past the version of the row: what somebody is writing about the thing can still be saved.
        edited = update(Item).where(Item.id == item.id).values(edited=sorted({*item.edited, "photos"}))
        session.execute(edited, execution_options={"synchronize_session": "fetch"})
    session.flush()
    session.expire(item, ["photos"])
    after = names_of(item)
    if after != list(before):
        table = Item.__tablename__
        audit.note(session, table, item.id, {"photos": after}, before={"photos": list(before)})
