"""This is where a person is erased with her files, for ever.

Before her rows go, her files are listed in a file of their own; it goes when they are gone, what was made of her photos
is forgotten and the database is written anew. Files of the lake's older versions leave with the next tidying. Killed
anywhere between, whoever opens the shop next ends it: what no row speaks of is removed.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.desk.backup_parts import Part, place_of, units_there
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.photo_pairs import forget_gone
from vopt_lib.desk.photos_forgotten import forget_in_indexes, forget_links, forget_vectors
from vopt_lib.errors import AlreadyRunning, LakeError, NotConfirmed, ShopBusy
from vopt_lib.files import only_one, read_json, sync_folder, write_json
from vopt_lib.paths import Paths
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.tables import EMBEDDING, LISTING_PHOTO
from vopt_lib.shop import erasing as room
from vopt_lib.shop.audit import Author
from vopt_lib.shop.people import person_with
from vopt_lib.shop.store import Shop
from vopt_lib.words import N_

OLD_BACKUPS = N_(
    "The shop that the last restore put aside is deleted, too, if there was one. Backups made before still hold what"
    " was erased: delete them too, or keep them in a safe place."
)

_PUT_ASIDE: Final = frozenset({Part.SHOP, Part.PHOTOS, Part.LABELS})
"""What a restore put aside may hold her, too."""

_WORK = N_("erasing a person")


def erase(desk: Desk, shop: Shop, by: Member, person_id: int, *, typed: str) -> None:
    """Erase a person and all that is hers, when what was typed is her name. It cannot be undone.

    Raises: NotConfirmed; NotAllowed; UnknownPerson; LastAdmin; AlreadyRunning; ShopBusy.
    """
    now = desk.clock.now()
    with only_one(_lock(desk), _WORK):
        _end(desk, shop)
        with shop.writing(Author(by.household_id, by.person_id, "erase person", now)) as session:
            name = person_with(session, by, person_id).name
            if typed.strip().casefold() != name.casefold():
                raise NotConfirmed(typed=typed.strip(), name=name)
            files = room.files_of(session, person_id)
            room.erase_person(session, by, person_id, now)
            hers = {"person": person_id, "photos": sorted(files.photos), "labels": sorted(files.labels)}
            write_json(desk.paths.erasing, hers)
            reached(CommitPoint.ERASE_LISTED)
        reached(CommitPoint.ERASE_COMMITTED)
        _end(desk, shop)


def end_erasing(desk: Desk, shop: Shop) -> None:
    """End an erasing that was killed half-way, or that others kept from ending; nothing is done while one is under way.

    Where the person was not erased, nothing of hers goes.
    """
    if not desk.paths.erasing.exists():
        return
    try:
        with only_one(_lock(desk), _WORK, wait_s=0):
            _end(desk, shop)
    except AlreadyRunning:
        return


def _end(desk: Desk, shop: Shop) -> None:
    """Remove the listed files that no row speaks of, let database and lake forget; the list goes last."""
    listed = read_json(desk.paths.erasing)
    if listed is None:
        return
    try:
        if not listed.get("scrubbed"):
            _remove_and_scrub(desk, shop, listed)
    except ShopBusy:
        # Somebody looks at the shop just now: the next who opens it ends this.
        return
    try:
        _forget_photos(desk, shop)
    except (AlreadyRunning, LakeError, OSError):
        # An index is being written, or the lake cannot be: that must keep nobody out of the shop.
        return
    desk.paths.erasing.unlink()
    sync_folder(desk.paths.state)


def _remove_and_scrub(desk: Desk, shop: Shop, listed: Mapping[str, Any]) -> None:
    """Remove the files, let the database forget, and note that this is done. Raises: ShopBusy; OSError."""
    files = room.HerFiles(frozenset(listed["photos"]), frozenset(listed["labels"]))
    with shop.reading() as session:
        gone, is_erased = room.unused(session, files), room.is_erased(session, listed["person"])
    _remove(desk.paths.photos, gone.photos)
    _remove(desk.paths.thumbnails, gone.photos)
    _remove(desk.paths.labels, gone.labels)
    if is_erased:
        shutil.rmtree(desk.paths.uploads / str(listed["person"]), ignore_errors=True)
        _forget_put_aside(desk.paths)
    room.scrub(shop)
    write_json(desk.paths.erasing, {"person": listed["person"], "scrubbed": True})
    reached(CommitPoint.ERASE_SCRUBBED)


def _forget_photos(desk: Desk, shop: Shop) -> None:
    """Forget what was made of photos that no row speaks of: who showed them, what they are known again by, their
    vectors, their place in indexes.
    """
    forget_links(desk, shop)
    forget_gone(desk)
    reached(CommitPoint.ERASE_LINKS_FORGOTTEN)
    forget_vectors(desk, shop)
    reached(CommitPoint.ERASE_VECTORS_FORGOTTEN)
    forget_in_indexes(desk)
    reached(CommitPoint.ERASE_INDEXES_WRITTEN)


def _remove(folder: Path, hashes: Collection[str]) -> None:
    """Remove the files whose names begin with these hashes: as they are kept, and whatever was made of them."""
    for path in sorted(folder.rglob("*")) if hashes and folder.is_dir() else ():
        if path.is_file() and path.name[:64] in hashes:
            path.unlink(missing_ok=True)
            reached(CommitPoint.ERASE_FILE_REMOVED)


def _forget_put_aside(paths: Paths) -> None:
    """Remove the shop of before a restore, its files and what was made of its photos: nobody is erased in it."""
    folder = paths.before_restore
    aside = Paths(folder, str(folder / "lake"))
    shop = [place_of(aside, unit) for unit in units_there(aside, set(_PUT_ASIDE))]
    # A lake on another disk was put aside there.
    lakes = [home / folder.name / "lake" for home in (paths.data, Path(paths.lake_root))]
    made_of_photos = [lake / name for lake in lakes for name in (LISTING_PHOTO.name, EMBEDDING.name)]
    for place in (*shop, *(place for place in made_of_photos if place.exists())):
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink()
        reached(CommitPoint.ERASE_FILE_REMOVED)


def _lock(desk: Desk) -> Path:
    return desk.paths.locks / "erase.lock"
